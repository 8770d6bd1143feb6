//! The state of a session: what is looked at, what was typed, and the policies at hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ordinance_engine::evaluate::{Limits, Problem, Workbench};
use ordinance_engine::format::Options;
use ordinance_engine::policy::{PolicySet, Request, Selection};
use serde_json::Value;

use super::typed::{Kind, Typed};
use crate::args::{Choice, Input};
use crate::config::Config;
use crate::exit::CommandError;
use crate::inputs::{self, Looked};
use crate::{pack, parameters};

/// The longest that one question may take.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(30);

/// A session.
pub(crate) struct Session {
    /// Files and folders of policies.
    pub(crate) policies: Vec<PathBuf>,
    /// The files that are looked at.
    pub(crate) inputs: Vec<Looked>,
    /// Which of them is the input.
    current: usize,
    /// The imports and rules.
    pub(crate) typed: Typed,
    /// What normalising knows: parameters and the scenario.
    pub(crate) options: Options,
    packs: Vec<String>,
    parameters: BTreeMap<String, BTreeMap<String, Value>>,
    pub(crate) workbench: Workbench,
    /// The input as JSON, for completion.
    shown: Option<Value>,
}

impl Session {
    /// Starts a session with what the arguments and the configuration name.
    ///
    /// # Errors
    /// Policies or files that cannot be loaded.
    pub(crate) fn new(
        input: &Input,
        choice: &Choice,
        config: &Config,
    ) -> Result<Self, CommandError> {
        let mut policies = config.policies.clone();
        policies.extend_from_slice(&choice.policy);
        let options = Options {
            parameters: match &input.parameters {
                Some(path) => parameters::read(path)?,
                None => BTreeMap::new(),
            },
            strict_parameters: input.strict_parameters || config.strict_parameters,
            ..Options::default()
        };
        let packs = if choice.pack.is_empty() {
            config.packs.clone()
        } else {
            choice.pack.clone()
        };
        let inputs = inputs::read_all(&input.paths, &options)?;
        let workbench = workbench(&policies, &packs, &config.params)?;
        let mut session = Self {
            policies,
            inputs,
            current: 0,
            typed: Typed::default(),
            options,
            packs,
            parameters: config.params.clone(),
            workbench,
            shown: None,
        };
        session.show(0);
        Ok(session)
    }

    /// Returns the file that is the input.
    pub(crate) fn current(&self) -> Option<&Looked> {
        self.inputs.get(self.current)
    }

    /// Makes one of the files the input.
    pub(crate) fn show(&mut self, index: usize) {
        if let Some(looked) = self.inputs.get(index) {
            self.current = index;
            looked.show(&mut self.workbench);
            self.shown = None;
        }
    }

    /// Makes the file that is looked at the input again.
    pub(crate) fn show_again(&mut self) {
        self.show(self.current);
    }

    /// Adds a file and makes it the input; one that is looked at already is read again.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn load(&mut self, path: &Path) -> Result<(), CommandError> {
        let looked = inputs::read(path, &self.options)?;
        let same = self.inputs.iter().position(|one| one.path == path);
        let index = same.unwrap_or(self.inputs.len());
        if let Some(old) = self.inputs.get_mut(index) {
            *old = looked;
        } else {
            self.inputs.push(looked);
        }
        self.show(index);
        Ok(())
    }

    /// Reads all files and policies again. What was typed stays.
    ///
    /// # Errors
    /// What cannot be read; then everything is as it was.
    pub(crate) fn reload(&mut self) -> Result<(), CommandError> {
        let mut inputs = Vec::new();
        for looked in &self.inputs {
            // Standard input is gone when it is read.
            if looked.path.as_os_str() == "-" {
                continue;
            }
            inputs.push(inputs::read(&looked.path, &self.options)?);
        }
        let mut workbench = workbench(&self.policies, &self.packs, &self.parameters)?;
        workbench
            .type_rules(&self.typed.text())
            .map_err(|problem| CommandError::usage(problem.to_string()))?;
        self.workbench = workbench;
        if self.inputs.iter().all(|one| one.path.as_os_str() != "-") {
            self.inputs = inputs;
        }
        self.show(self.current);
        Ok(())
    }

    /// Sets a parameter of a control.
    ///
    /// # Errors
    /// When there is none of the name, or it does not take the value.
    pub(crate) fn set(&mut self, rule: &str, name: &str, value: Value) -> Result<(), CommandError> {
        let before = self.parameters.clone();
        let of_rule = self.parameters.entry(rule.to_owned()).or_default();
        of_rule.insert(name.to_owned(), value);
        self.reload().inspect_err(|_| self.parameters = before)
    }

    /// Adds what is typed to what stays.
    ///
    /// # Errors
    /// What is wrong with it; then nothing of it stays.
    pub(crate) fn add(&mut self, kind: &Kind, text: &str) -> Result<(), Problem> {
        let next = self.typed.with(kind, text);
        self.replace_typed(next)
    }

    /// Replaces what was typed.
    ///
    /// # Errors
    /// What is wrong with it; then everything is as it was.
    pub(crate) fn replace_typed(&mut self, next: Typed) -> Result<(), Problem> {
        self.workbench.type_rules(&next.text())?;
        self.typed = next;
        Ok(())
    }

    /// Returns the input as JSON.
    pub(crate) fn input(&mut self) -> &Value {
        let workbench = &mut self.workbench;
        self.shown.get_or_insert_with(|| {
            let rows = workbench.query("input").unwrap_or_default();
            let row = rows.into_iter().next().unwrap_or_default();
            let value = row.expressions.into_iter().next();
            value.map_or(Value::Null, |(_, value)| value)
        })
    }

    /// Returns the policies.
    pub(crate) fn set_of_policies(&self) -> &Arc<PolicySet> {
        self.workbench.policies()
    }

    /// Chooses one control with the parameters of the session.
    ///
    /// # Errors
    /// When there is none of the id.
    pub(crate) fn select(&self, rule: &str) -> Result<Selection, CommandError> {
        pack::request(
            self.set_of_policies(),
            &Request {
                packs: self.packs.clone(),
                rules: vec![rule.to_owned()],
                parameters: self.parameters.clone(),
                ..Request::default()
            },
        )
    }
}

/// Loads policies with the parameters of the packs for all of them, whether the packs choose them or not.
fn workbench(
    folders: &[PathBuf],
    packs: &[String],
    parameters: &BTreeMap<String, BTreeMap<String, Value>>,
) -> Result<Workbench, CommandError> {
    let set = pack::load(folders)?;
    let rules = set.policies().iter();
    let request = Request {
        packs: packs.to_vec(),
        rules: rules.map(|one| one.metadata.id.clone()).collect(),
        parameters: parameters.clone(),
        ..Request::default()
    };
    let selection = pack::request(&set, &request)?;
    let limits = Limits {
        per_policy: LONGEST,
        ..Limits::default()
    };
    Workbench::new(Arc::new(set), &selection, limits).map_err(|problem| {
        let place = problem.place.as_ref().map(|place| format!("{place}: "));
        CommandError::usage(format!("{}{}", place.unwrap_or_default(), problem.message))
    })
}
