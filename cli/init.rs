//! `ordinance init`: a configuration for what is found in a repository, and what its suppressions for other tools mean
//! here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

use ordinance_engine::artifact::{Artifact, Discovery, DiscoveryOptions, decode, discover};
use ordinance_engine::document;
use ordinance_engine::policy::PolicySet;
use ordinance_engine::resource::Format;
use ordinance_engine::scan::recognise;
use ordinance_engine::suppress::{Foreign, foreign_marks};
use ordinance_report::harmless;

use crate::args::InitArguments;
use crate::config::NAME;
use crate::exit::{CommandError, Exit};
use crate::{pack, streams};

/// Folders that often hold what is not deployed.
const ASIDE: [&str; 8] = [
    "examples",
    "example",
    "test",
    "tests",
    "testdata",
    "fixtures",
    "vendor",
    "third_party",
];

/// Templates whose open parameters are written down.
const SHOWN: usize = 10;

/// What is written for a team that begins.
const TAIL: &str = "\
# Exit with 1 only for findings of at least this severity: low, medium, high, critical, never.
# fail_on = \"medium\"

# Who may accept findings, and what a suppression must say (docs/suppressions.md).
[suppressions]
# require = [\"owner\", \"expires\"]
# max_days = 180
# unsuppressible = [\"IAM-001\"]
";

/// Writes a configuration, or lists the suppressions for other tools.
///
/// # Errors
/// When a configuration is there already, or a file cannot be written.
pub(crate) fn run(arguments: &InitArguments) -> Result<Exit, CommandError> {
    let folder = &arguments.folder;
    if !folder.is_dir() {
        return Err(CommandError::usage(format!(
            "there is no folder '{}'",
            folder.display()
        )));
    }
    let options = DiscoveryOptions {
        paths: vec![folder.clone()],
        ..DiscoveryOptions::default()
    };
    let discovery = discover(&options);
    if arguments.migrate {
        return migrate(&discovery, folder);
    }
    let path = folder.join(NAME);
    if path.exists() && !arguments.force {
        return Err(CommandError::Usage {
            message: format!("there is a configuration already: {}", path.display()),
            help: Some("--force replaces it".into()),
        });
    }
    let found = Found::of(&discovery);
    fs::write(&path, found.configuration()).map_err(|source| CommandError::Write {
        what: path.display().to_string(),
        source,
    })?;
    streams::complain(&format!("{} written: {}", path.display(), found.summary()));
    Ok(Exit::Clean)
}

/// What lies in a repository.
#[derive(Default)]
struct Found {
    formats: BTreeMap<Format, usize>,
    sources: usize,
    aside: BTreeSet<String>,
    /// Parameters without a default, by template.
    open: BTreeMap<String, Vec<String>>,
}

impl Found {
    fn of(discovery: &Discovery) -> Self {
        let mut found = Self {
            sources: discovery.terraform_sources.len(),
            ..Self::default()
        };
        for candidate in &discovery.candidates {
            let Some(artifact) = read(&candidate.path, &candidate.uri) else {
                continue;
            };
            let Some(format) = recognise(&artifact, candidate.named) else {
                continue;
            };
            *found.formats.entry(format).or_default() += 1;
            let folders = candidate
                .uri
                .rsplit_once('/')
                .map_or("", |(folders, _)| folders);
            let aside = folders.split('/').filter(|name| ASIDE.contains(name));
            found.aside.extend(aside.map(str::to_owned));
            if format == Format::CloudFormation {
                let open = open_parameters(&artifact);
                if !open.is_empty() {
                    found.open.insert(candidate.uri.clone(), open);
                }
            }
        }
        found
    }

    fn summary(&self) -> String {
        let mut parts: Vec<String> = self
            .formats
            .iter()
            .map(|(format, number)| count(*number, noun(*format)))
            .collect();
        if self.sources > 0 {
            parts.push(count(self.sources, "Terraform source"));
        }
        if parts.is_empty() {
            "nothing of ours is here yet".to_owned()
        } else {
            parts.join(", ")
        }
    }

    fn configuration(&self) -> String {
        let mut text = format!(
            "# Configuration of Ordinance; docs/configuration.md describes every key.\n# Found here: {}.\n\n",
            self.summary()
        );
        text.push_str("# Packs of controls: baseline, reference-architecture, cis, strict.\npacks = [\"baseline\"]\n\n");
        text.push_str("# Globs of what is not deployed, in the syntax of .gitignore.\n");
        let aside: Vec<String> = self
            .aside
            .iter()
            .map(|name| quoted(&format!("{name}/")))
            .collect();
        if aside.is_empty() {
            text.push_str("# exclude = [\"vendor/\"]\n\n");
        } else {
            text.extend([format!("# exclude = [{}]\n\n", aside.join(", "))]);
        }
        if self.sources > 0 && !self.formats.contains_key(&Format::TerraformPlan) {
            text.push_str(
                "# Terraform is judged through its plan, which lies beside the sources:\n#   terraform plan -out=tfplan && terraform show -json tfplan > plan.json\n\n",
            );
        }
        if self.formats.contains_key(&Format::GithubWorkflow) {
            text.push_str(
                "# Reviewers and branch rules live on the server; with its settings they can be judged (docs/facts.md).\n# facts = [\"environments.json\"]\n\n",
            );
        }
        text.push_str(TAIL);
        self.parameters(&mut text);
        text
    }

    fn parameters(&self, text: &mut String) {
        if self.open.is_empty() {
            return;
        }
        text.push_str("\n# Parameters without a default: what depends on them is unknown until a value is given.\n");
        for (template, names) in self.open.iter().take(SHOWN) {
            let values: Vec<String> = names
                .iter()
                .map(|name| format!("{} = \"\"", quoted(name)))
                .collect();
            text.extend([format!(
                "# [[parameters]]\n# templates = [{}]\n# values = {{ {} }}\n",
                quoted(template),
                values.join(", ")
            )]);
        }
        if self.open.len() > SHOWN {
            text.extend([format!(
                "# … and {} more templates\n",
                self.open.len() - SHOWN
            )]);
        }
    }
}

fn read(path: &Path, uri: &str) -> Option<Artifact> {
    let (text, encoding) = decode(fs::read(path).ok()?).ok()?;
    Some(Artifact::new(uri, text, encoding))
}

fn open_parameters(template: &Artifact) -> Vec<String> {
    let (document, _) = document::parse(template.text());
    let parameters = document.root().and_then(|root| root.get("Parameters"));
    let Some(parameters) = parameters else {
        return Vec::new();
    };
    let open = parameters
        .entries()
        .filter(|(_, parameter)| parameter.get("Default").is_none());
    open.filter_map(|(name, _)| Some(name.text()?.to_owned()))
        .collect()
}

const fn noun(format: Format) -> &'static str {
    match format {
        Format::CloudFormation => "CloudFormation template",
        Format::TerraformPlan => "Terraform plan",
        Format::GithubWorkflow => "workflow",
        Format::GithubAction => "action",
        Format::GithubSettings => "file of settings",
    }
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Returns a basic string of TOML on one line, whatever stands in a name.
fn quoted(text: &str) -> String {
    let escaped: String = harmless(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

/// Lists the suppressions for other tools, each with the controls here that are nearest to what it is about.
fn migrate(discovery: &Discovery, folder: &Path) -> Result<Exit, CommandError> {
    let set = pack::load(&[])?;
    let nearest = peers(&set);
    let candidates = discovery
        .candidates
        .iter()
        .map(|candidate| (candidate.path.clone(), candidate.uri.clone()));
    let base = base_of(discovery, folder);
    let sources = discovery
        .terraform_sources
        .iter()
        .map(|uri| (base.join(uri), uri.clone()));
    let mut out = BufWriter::new(io::stdout().lock());
    let failed = |source| CommandError::Write {
        what: "the list".into(),
        source,
    };
    let mut number = 0;
    for (path, uri) in candidates.chain(sources) {
        let Some(artifact) = read(&path, &uri) else {
            continue;
        };
        for mark in foreign_marks(&Arc::new(artifact)) {
            number += 1;
            writeln!(out, "{}", line(&mark, &nearest)).map_err(failed)?;
        }
    }
    out.flush().map_err(failed)?;
    streams::complain(&format!(
        "{} for other tools; none of them has any effect here",
        count(number, "suppression")
    ));
    Ok(Exit::Clean)
}

/// The folder that the names of Terraform sources are relative to.
fn base_of(discovery: &Discovery, folder: &Path) -> std::path::PathBuf {
    let of_candidate = discovery.candidates.first().and_then(|candidate| {
        let path = candidate.path.to_str()?.replace('\\', "/");
        path.strip_suffix(&candidate.uri)
            .map(std::path::PathBuf::from)
    });
    let here = || std::env::current_dir().unwrap_or_else(|_| folder.to_path_buf());
    of_candidate.unwrap_or_else(here)
}

/// The controls that name a check of another tool as a near-equivalent.
fn peers(set: &PolicySet) -> BTreeMap<String, Vec<String>> {
    let mut nearest: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for policy in set.policies() {
        for id in policy.metadata.peers.values().flatten() {
            nearest
                .entry(id.to_lowercase())
                .or_default()
                .push(policy.metadata.id.clone());
        }
    }
    nearest
}

fn line(mark: &Foreign, nearest: &BTreeMap<String, Vec<String>>) -> String {
    let place = mark
        .location
        .region
        .map_or_else(String::new, |region| format!(":{}", region.start_line));
    let id = mark.id.to_lowercase();
    let controls = nearest
        .get(&id)
        .or_else(|| nearest.get(id.strip_prefix("avd-")?));
    let reason = if mark.reason.is_empty() {
        "why this is accepted"
    } else {
        &mark.reason
    };
    let here = match controls {
        Some(controls) => format!(
            "ordinance:ignore[{}] reason={}",
            controls.join(", "),
            quoted(reason)
        ),
        None => "no control here is like it".to_owned(),
    };
    format!(
        "{}{place}  {} {}  ->  {here}",
        harmless(&mark.location.uri),
        mark.tool,
        harmless(&mark.id)
    )
}
