//! The edits as they are written in `fixtures/reference-architecture/mutants`.
//!
//! One file a family and folder; in it entries `[[mutant]]` and, where the catalogue says that a control cannot apply
//! to the format, `[[excused]]`:
//!
//! | field of `mutant` | what it holds |
//! |---|---|
//! | `control` | the control that must fail |
//! | `edit` | the edit in a short clause, for the page |
//! | `file` | the file, relative to the fixture |
//! | `search`, `replace` | what stands in it exactly once, and what comes in its place |
//! | `at`, `in` | the trimmed text of the line where the failure must start, unique in the file; another file than `file` |
//! | `after` | a unique line above it, where `at` stands more than once: the first after it is meant |
//! | `pack` | `reference-architecture` when absent; a name or a list |
//! | `facts` | a file of exported settings in the fixture, as `--facts` takes it |
//! | `outcome` | `unknown` where the control cannot fail |
//! | `why` | why the outcome is unknown |
//! | `implies` | `[{control, at, after, in, why}]`: other failures that the same edit is by nature |
//! | `patch` | a file beside the entry: what the same edit changes in the `plan.json` of its project, as a JSON Patch (RFC 6902) |

use std::fs;
use std::path::{Path, PathBuf};

use ordinance_engine::resource::Format;
use serde::Deserialize;

use crate::support;

/// A part of the fixture that is scanned on its own for its edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Layer {
    CloudFormation,
    Terraform,
    Workflows,
}

impl Layer {
    pub(crate) const ALL: [Self; 3] = [Self::CloudFormation, Self::Terraform, Self::Workflows];

    /// The layer that holds a format; `None` for facts.
    pub(crate) const fn of(format: Format) -> Option<Self> {
        match format {
            Format::CloudFormation => Some(Self::CloudFormation),
            Format::TerraformPlan => Some(Self::Terraform),
            Format::GithubWorkflow | Format::GithubAction => Some(Self::Workflows),
            Format::GithubSettings => None,
        }
    }

    /// The folder of its edits.
    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::CloudFormation => "cloudformation",
            Self::Terraform => "terraform",
            Self::Workflows => "workflows",
        }
    }

    fn named(folder: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.folder() == folder)
    }

    /// Whether the fixture has it.
    pub(crate) fn exists(self) -> bool {
        root().join("mutants").join(self.folder()).is_dir()
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Implied {
    pub(crate) control: String,
    pub(crate) at: String,
    pub(crate) after: Option<String>,
    #[serde(rename = "in")]
    pub(crate) within: Option<String>,
    pub(crate) why: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Expected {
    Fail,
    Unknown,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    control: String,
    edit: String,
    file: String,
    search: String,
    replace: String,
    at: String,
    after: Option<String>,
    #[serde(rename = "in")]
    within: Option<String>,
    pack: Option<OneOrMany>,
    facts: Option<String>,
    outcome: Option<Expected>,
    why: Option<String>,
    #[serde(default)]
    implies: Vec<Implied>,
    patch: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Excused {
    pub(crate) control: String,
    pub(crate) format: String,
    pub(crate) why: String,
}

impl Excused {
    pub(crate) fn layer(&self) -> Layer {
        Layer::named(&self.format)
            .unwrap_or_else(|| panic!("{}: no format '{}'", self.control, self.format))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    mutant: Vec<Entry>,
    #[serde(default)]
    excused: Vec<Excused>,
}

/// One edit and what it must give.
#[derive(Debug)]
pub(crate) struct Mutant {
    pub(crate) layer: Layer,
    pub(crate) control: String,
    pub(crate) edit: String,
    pub(crate) file: String,
    pub(crate) search: String,
    pub(crate) replace: String,
    pub(crate) at: String,
    pub(crate) after: Option<String>,
    pub(crate) within: String,
    pub(crate) packs: Vec<String>,
    pub(crate) facts: Option<String>,
    pub(crate) outcome: Expected,
    pub(crate) implies: Vec<Implied>,
    pub(crate) patch: Option<PathBuf>,
}

/// All edits, and the controls that have none of a format.
#[derive(Debug, Default)]
pub(crate) struct Cases {
    pub(crate) mutants: Vec<Mutant>,
    pub(crate) excused: Vec<Excused>,
}

/// The fixture.
pub(crate) fn root() -> PathBuf {
    support::root().join("fixtures/reference-architecture")
}

/// Reads all files.
pub(crate) fn read() -> Cases {
    let mut cases = Cases::default();
    for layer in Layer::ALL {
        for path in support::children(&root().join("mutants").join(layer.folder())) {
            if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                read_file(layer, &path, &mut cases);
            }
        }
    }
    cases
}

fn read_file(layer: Layer, path: &Path, cases: &mut Cases) {
    let text = fs::read_to_string(path).unwrap();
    let file: File =
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", support::uri(path)));
    for entry in file.mutant {
        let id = &entry.control;
        assert!(support::pack().policy(id).is_some(), "no control '{id}'");
        let explained = entry.outcome != Some(Expected::Unknown) || entry.why.is_some();
        assert!(explained, "{id}: why is '{}' undecided?", entry.edit);
        cases.mutants.push(mutant(layer, path, entry));
    }
    for excused in &file.excused {
        assert_eq!(excused.layer(), layer, "{}", excused.control);
    }
    cases.excused.extend(file.excused);
}

fn mutant(layer: Layer, path: &Path, entry: Entry) -> Mutant {
    Mutant {
        layer,
        within: entry.within.unwrap_or_else(|| entry.file.clone()),
        packs: match entry.pack {
            None => vec!["reference-architecture".to_owned()],
            Some(OneOrMany::One(pack)) => vec![pack],
            Some(OneOrMany::Many(packs)) => packs,
        },
        outcome: entry.outcome.unwrap_or(Expected::Fail),
        patch: entry.patch.map(|name| path.with_file_name(name)),
        control: entry.control,
        edit: entry.edit,
        file: entry.file,
        search: entry.search,
        replace: entry.replace,
        at: entry.at,
        after: entry.after,
        facts: entry.facts,
        implies: entry.implies,
    }
}
