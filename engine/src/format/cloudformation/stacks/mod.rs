//! Stacks that belong together: what a template passes to its nested stacks, what they give back, what it exports.
//!
//! The scan knows the other templates; here stands what one template asks of them ([`Access`]) and what it says about
//! itself ([`Interface`]).

mod pass;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::compose::{describe, scalar_text};
use super::conditions::Truth;
use super::expand::{self, Inputs};
use super::mapping::{pairs, place};
use super::parameters;
use super::resolver::{Memo, Resolver};
use super::template::{Declaration, Template};
use super::{Budget, Notices};
use crate::artifact::{Artifact, Span};
use crate::document::{Document, NodeRef};
use crate::format::Options;
use crate::format::sources::SourceAccess;
use crate::resource::{Fragment, NoticeLevel, UnknownKind, Value};
use pass::{Giver, risen, said};
pub(super) use pass::{is_passed, split_list};

/// The parameters that a stack passes to a nested one, by name.
pub type Passed = BTreeMap<Arc<str>, Given>;

/// A parameter that a stack passes to a nested one.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// Its value as the nested stack sees it.
    pub value: Value,
    /// Whether it comes from a resource: then it is not known, but not empty either.
    pub is_present: bool,
}

/// The outputs of a nested stack as its parent sees them, by name.
pub type Outputs = BTreeMap<Arc<str>, Value>;

/// The other templates of a scan.
pub trait Access: Send + Sync + fmt::Debug {
    /// Returns the URI of the scanned template that `parent` names by a path.
    fn template(&self, parent: &str, location: &str) -> Option<Arc<str>>;

    /// Returns the URI of the scanned template that `parent` names by its hash among the assets of a CDK app.
    fn asset(&self, parent: &str, hash: &str) -> Option<Arc<str>>;

    /// Returns the outputs of a template that is called with these parameters, nested in the templates `above`;
    /// `None` when it cannot be read, is nested in itself or too deep.
    fn outputs(
        &self,
        template: &Arc<str>,
        passed: &Arc<Passed>,
        above: &[Arc<str>],
    ) -> Option<Arc<Outputs>>;

    /// Returns what the templates of the scan export under a name.
    fn export(&self, name: &str) -> Option<Export>;
}

/// A value that a template exports.
#[derive(Debug, Clone, PartialEq)]
pub enum Export {
    /// Exactly one template exports it, with this value.
    Literal(Arc<str>),
    /// What is known of it, as the end of a sentence ("is 'Vpc' of 'network.yaml'").
    Open(Arc<str>),
}

/// Where a template stands among those of its scan.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The other templates; `None` where a template is read on its own.
    pub access: Option<Arc<dyn Access>>,
    /// The template's own URI, from which the paths of nested ones start.
    pub uri: Arc<str>,
    /// What the stack that nests it passes; `None` for a template that nobody calls.
    pub passed: Option<Arc<Passed>>,
    /// The templates that it is nested in, from the top.
    pub above: Vec<Arc<str>>,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self {
            access: None,
            uri: "".into(),
            passed: None,
            above: Vec::new(),
        }
    }
}

/// A nested stack whose template is in the scan.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The logical id in the calling template.
    pub id: Arc<str>,
    /// Where that is written.
    pub span: Span,
    /// The template that is called.
    pub template: Arc<str>,
    /// The parameters passed, as the called template sees them.
    pub passed: Passed,
}

/// What a template shows to others.
#[derive(Debug, Default)]
pub struct Interface {
    /// The nested stacks whose templates are in the scan, in source order.
    pub calls: Vec<Call>,
    /// Its outputs, as a parent sees them.
    pub outputs: Outputs,
    /// What it exports under names that are known.
    pub exports: Vec<(Arc<str>, Export)>,
    /// Parameters that are never shown.
    pub secrets: Vec<Arc<str>>,
}

/// Reads what a template shows to others, without its resources. `files` are those beside it.
pub fn interface(
    document: &Document,
    artifact: &Artifact,
    options: &Options,
    files: &dyn SourceAccess,
) -> Interface {
    let mut notices = Notices::default();
    let mut budget = Budget::new();
    let inputs = Inputs {
        artifact,
        options,
        files,
    };
    let expansion = expand::expand(document, &inputs, &mut notices);
    let document = expansion.document.as_ref().unwrap_or(document);
    let template = Template::read(document, &expansion.left, &mut notices, &mut budget);
    let mut resolver = Resolver::new(&template, options, artifact.text(), notices, budget);
    let mut interface = Interface::default();
    for declaration in &template.resources {
        if resolver.is_nested(*declaration) && !resolver.is_removed(*declaration) {
            interface.calls.extend(resolver.call_of(*declaration));
        }
    }
    resolver.outputs_of(artifact.uri(), &mut interface);
    interface.secrets = parameters::secrets(&template).map(Into::into).collect();
    interface
}

/// A template of the scan and its outputs.
pub(super) type Nested = (Arc<str>, Arc<Outputs>);

/// Returns what the calling template names as the template of a nested stack.
fn location(declaration: Declaration<'_>) -> Option<NodeRef<'_>> {
    let node = declaration.pair.value;
    let properties = node.get("Properties");
    if declaration.type_name == "AWS::Serverless::Application" {
        return properties?.get("Location");
    }
    // CDK names the file that it wrote beside the address that it will be uploaded to.
    let metadata = node.get("Metadata");
    let asset = metadata.and_then(|metadata| metadata.get("aws:asset:path"));
    asset.or_else(|| properties?.get("TemplateURL"))
}

/// Returns the hash in the address that CDK gives an uploaded template: `…/<sha256>.json`.
fn uploaded_asset(fragments: &[Fragment]) -> Option<&str> {
    let Some(Fragment::Text(last)) = fragments.last() else {
        return None;
    };
    let hash = last.rsplit('/').next()?.strip_suffix(".json")?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then_some(hash)
}

/// Tells whether a type is a stack in a stack.
pub(super) fn is_stack(type_name: &str) -> bool {
    matches!(
        type_name,
        "AWS::CloudFormation::Stack" | "AWS::Serverless::Application"
    )
}

impl<'a> Resolver<'a> {
    fn is_nested(&self, declaration: Declaration<'a>) -> bool {
        self.options.surroundings.access.is_some() && is_stack(declaration.type_name)
    }

    /// Resolves something that is no part of the value being resolved.
    fn aside<T>(&mut self, resolve: impl FnOnce(&mut Self) -> T) -> T {
        let scope = std::mem::take(&mut self.scope);
        let value = resolve(self);
        self.scope = scope;
        value
    }

    /// Returns the template of a nested stack, when it is in the scan.
    fn template_of(&mut self, declaration: Declaration<'a>) -> Option<Arc<str>> {
        let access = self.options.surroundings.access.clone()?;
        let node = location(declaration)?;
        let value = self.aside(|resolver| resolver.value(node));
        let uri = &self.options.surroundings.uri;
        match &value {
            Value::Partial(fragments) => access.asset(uri, uploaded_asset(fragments)?),
            other => access.template(uri, &scalar_text(other)?),
        }
    }

    /// Returns the call that a nested stack is.
    fn call_of(&mut self, declaration: Declaration<'a>) -> Option<Call> {
        let template = self.template_of(declaration)?;
        Some(Call {
            id: declaration.pair.key.into(),
            span: declaration.pair.key_span,
            template,
            passed: self.passed_to(declaration),
        })
    }

    fn passed_to(&mut self, declaration: Declaration<'a>) -> Passed {
        let properties = declaration.pair.value.get("Properties");
        let parameters = properties.and_then(|properties| properties.get("Parameters"));
        let mut passed = Passed::new();
        for pair in parameters.map_or_else(Vec::new, |map| pairs(map, &mut self.budget)) {
            let value = self.aside(|resolver| resolver.value(pair.value));
            let giver = Giver {
                stack: declaration.pair.key,
                uri: &self.options.surroundings.uri,
                name: pair.key,
            };
            if let Some(value) = giver.pass(&value) {
                passed.insert(pair.key.into(), value);
            }
        }
        passed
    }

    /// Returns an output of a nested stack: its value where that is a literal, else an unknown that names it. `None`
    /// when its template is not in the scan.
    pub(super) fn nested_output(
        &mut self,
        declaration: Declaration<'a>,
        attribute: &str,
    ) -> Option<Value> {
        let name = attribute.strip_prefix("Outputs.")?;
        let (template, outputs) = self.nested_outputs(declaration)?;
        Some(match outputs.get(name) {
            Some(value @ Value::String(_)) => value.clone(),
            Some(value) => risen(declaration.pair.key, attribute, &template, value),
            None => {
                let message = format!(
                    "'{}' has no output '{name}': '{template}' declares none of this name.",
                    declaration.pair.key
                );
                let span = Some(declaration.pair.key_span);
                self.notices.odd(span, message);
                Value::unknown(
                    UnknownKind::Malformed,
                    &format!("{}.{attribute}", declaration.pair.key),
                    &format!("is no output of '{template}'"),
                )
            }
        })
    }

    fn nested_outputs(&mut self, declaration: Declaration<'a>) -> Option<Nested> {
        let id = declaration.pair.key;
        match self.nested.get(id) {
            Some(Memo::Done(done)) => return done.clone(),
            Some(Memo::Open) => {
                let message = format!("The nested stack '{id}' needs an output of its own.");
                self.notices.odd(Some(declaration.pair.key_span), message);
                return None;
            }
            None => {}
        }
        self.nested.insert(id, Memo::Open);
        let found = self.call_of(declaration).and_then(|call| {
            let surroundings = &self.options.surroundings;
            let access = surroundings.access.as_ref()?;
            let mut above = surroundings.above.clone();
            above.push(Arc::clone(&surroundings.uri));
            let outputs = access.outputs(&call.template, &Arc::new(call.passed), &above)?;
            Some((call.template, outputs))
        });
        self.nested.insert(id, Memo::Done(found.clone()));
        found
    }

    /// Says what becomes of a nested stack whose template is not in the scan.
    pub(super) fn note_nested_stack(&mut self, declaration: Declaration<'a>) {
        if !is_stack(declaration.type_name) || self.template_of(declaration).is_some() {
            return;
        }
        let id = declaration.pair.key;
        let span = Some(declaration.pair.key_span);
        let value = location(declaration).map(|node| (node, self.aside(|this| this.value(node))));
        let (span, named) = match &value {
            Some((node, value @ (Value::String(_) | Value::Partial(_) | Value::Unknown(_)))) => {
                (Some(place(*node)), format!(", '{}',", describe(value)))
            }
            _ => (span, String::new()),
        };
        let message = format!(
            "'{id}' is a nested stack: its template{named} is not among the scanned files, so it is not judged with it."
        );
        self.notices.outside(NoticeLevel::Note, span, message);
    }

    /// Returns what an import gives: the literal that one template of the scan exports, else an unknown.
    pub(super) fn imported(&self, name: &Value) -> Value {
        let open = |why: &str| Value::unknown(UnknownKind::Import, &describe(name), why);
        let access = self.options.surroundings.access.as_ref();
        let export = access
            .zip(scalar_text(name))
            .and_then(|(access, name)| access.export(&name));
        match export {
            Some(Export::Literal(text)) => Value::String(text),
            Some(Export::Open(why)) => open(&why),
            None => open("is exported by another stack"),
        }
    }

    fn outputs_of(&mut self, uri: &str, interface: &mut Interface) {
        let template = self.template;
        for pair in template.outputs.iter() {
            if pair.key.starts_with("Fn::") || self.is_left_out(pair.value) {
                continue;
            }
            let Some(value) = pair.value.get("Value") else {
                continue;
            };
            let value = self.aside(|resolver| resolver.value(value));
            let value = scalar_text(&value).map_or(value, Value::String);
            let export = pair.value.get("Export").and_then(|node| node.get("Name"));
            if let Some(name) = export.map(|name| self.aside(|resolver| resolver.value(name)))
                && let Some(name) = scalar_text(&name)
            {
                let export = match &value {
                    Value::String(text) => Export::Literal(Arc::clone(text)),
                    other => Export::Open(format!("is {} of '{uri}'", said(other)).into()),
                };
                interface.exports.push((name, export));
            }
            interface.outputs.insert(pair.key.into(), value);
        }
    }

    fn is_left_out(&mut self, output: NodeRef<'a>) -> bool {
        let condition = output.get("Condition");
        condition.is_some_and(|condition| self.named_condition(condition).1 == Truth::Known(false))
    }
}
