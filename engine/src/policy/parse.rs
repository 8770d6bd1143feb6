//! A METADATA block as [`Metadata`], with the place of everything that is wrong with it.
//!
//! `docs/policy-metadata.schema.json` says the same as a JSON Schema; a test holds the two together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::block::Block;
use super::error::PolicyError;
use super::fields::{Fields, Reader};
use super::metadata::{Mapping, Metadata, Parameter, Remediation, Scope, Severity};
use super::parameter;
use crate::document::{NodeRef, plain as json, yaml};
use crate::resource::Format;

/// The packs that a policy can belong to, loosest first.
pub const PACKS: [&str; 4] = ["baseline", "reference-architecture", "cis", "strict"];

const TOP: [&str; 8] = [
    "scope",
    "title",
    "description",
    "related_resources",
    "authors",
    "organizations",
    "entrypoint",
    "custom",
];
const CUSTOM: [&str; 18] = [
    "id",
    "slug",
    "family",
    "severity",
    "score",
    "formats",
    "resources",
    "subjects",
    "reads_unnamed",
    "scope",
    "unit_views",
    "params",
    "packs",
    "frameworks",
    "cwe",
    "remediation",
    "peers",
    "yields_to",
];
const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];
const FORMATS: [&str; 4] = [
    "cloudformation",
    "terraform-plan",
    "github-workflow",
    "github-action",
];

/// What a METADATA block says.
#[derive(Debug)]
pub(super) enum Said {
    /// It describes a policy.
    Policy(Box<Metadata>),
    /// It describes something else: it has no `custom`.
    Other,
    /// It is wrong.
    Nothing,
}

/// Reads a block.
pub(super) fn parse(path: &Arc<str>, block: &Block) -> (Said, Vec<PolicyError>) {
    let mut reader = Reader {
        path,
        block,
        errors: Vec::new(),
    };
    let (document, errors) = yaml::parse(&block.yaml);
    for error in errors {
        let place = block.place(usize::try_from(error.span.start).unwrap_or_default());
        reader.errors.push(PolicyError::at(
            path,
            place,
            format!("METADATA is no valid YAML: {}", error.message),
        ));
    }
    if !reader.errors.is_empty() {
        return (Said::Nothing, reader.errors);
    }
    let Some(root) = document.root() else {
        let message = "METADATA is empty";
        reader
            .errors
            .push(PolicyError::at(path, block.start(), message));
        return (Said::Nothing, reader.errors);
    };
    let said = root_of(&mut reader, root);
    (said, reader.errors)
}

fn root_of(reader: &mut Reader<'_>, root: NodeRef<'_>) -> Said {
    let Some(top) = reader.fields(root, &TOP, "METADATA") else {
        return Said::Nothing;
    };
    let Some(custom) = top.get("custom") else {
        return Said::Other;
    };
    policy(reader, top, custom).map_or(Said::Nothing, |metadata| Said::Policy(Box::new(metadata)))
}

/// Reads the block of a policy. Every field is looked at, so that all errors are found at once.
fn policy(reader: &mut Reader<'_>, top: Fields<'_>, custom: NodeRef<'_>) -> Option<Metadata> {
    let custom = reader.fields(custom, &CUSTOM, "custom")?;
    if let Some(scope) = top.get("scope") {
        let only = |name: &str| (name == "package").then_some(());
        reader.named(scope, "scope of a policy's METADATA", only, &["package"]);
    }
    let title = top_text(reader, top, "title");
    let description = top_text(reader, top, "description");
    let id = reader.required(custom, "id", "custom");
    let id = id.and_then(|node| pattern(reader, node, "id", is_id));
    let slug = reader.required(custom, "slug", "custom");
    let slug = slug.and_then(|node| pattern(reader, node, "slug", is_slug));
    let family = reader.required_text(custom, "family");
    let severity = reader.required(custom, "severity", "custom");
    let severity =
        severity.and_then(|node| reader.named(node, "severity", Severity::from_name, &SEVERITIES));
    let score = score(reader, custom);
    let formats = formats(reader, custom);
    let resources = names(reader, custom, "resources");
    let subjects = subjects(reader, custom, &resources);
    let packs = packs(reader, custom);
    let params = params(reader, custom, &packs);
    let remediation = remediation(reader, custom, &formats);
    let breadth = scope(reader, custom);
    let metadata = Metadata {
        reads_unnamed: reads_unnamed(reader, custom),
        scope: breadth,
        unit_views: unit_views(reader, custom, breadth),
        frameworks: frameworks(reader, custom),
        cwe: cwe(reader, custom),
        peers: optional(custom, "peers", |node| reader.lists(node, "peers")),
        yields_to: optional(custom, "yields_to", |node| reader.texts(node, "yields_to")),
        references: references(reader, top),
        id: id?,
        slug: slug?,
        title: title?,
        description: description?,
        family: family?,
        severity: severity?,
        score: score?,
        formats,
        resources,
        subjects,
        params,
        packs,
        remediation,
    };
    reader.errors.is_empty().then_some(metadata)
}

fn top_text(reader: &mut Reader<'_>, top: Fields<'_>, key: &str) -> Option<String> {
    let node = reader.required(top, key, "METADATA")?;
    reader.text(node, key)
}

fn optional<T: Default>(fields: Fields<'_>, key: &str, read: impl FnOnce(NodeRef<'_>) -> T) -> T {
    fields.get(key).map(read).unwrap_or_default()
}

fn pattern(
    reader: &mut Reader<'_>,
    node: NodeRef<'_>,
    what: &str,
    holds: impl Fn(&str) -> bool,
) -> Option<String> {
    let text = reader.text(node, what)?;
    if holds(&text) {
        return Some(text);
    }
    let example = if what == "id" {
        "NET-001"
    } else {
        "s3-encrypted"
    };
    reader.wrong(
        node,
        format!("'{text}' is no {what}: it must look like '{example}'"),
    );
    None
}

/// Tells whether a text has the form of a control's id: `NET-001`.
pub(super) fn is_id(text: &str) -> bool {
    let Some((family, number)) = text.rsplit_once('-') else {
        return false;
    };
    family.starts_with(|c: char| c.is_ascii_uppercase())
        && family
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
        && number.len() == 3
        && number.chars().all(|c| c.is_ascii_digit())
}

fn is_slug(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn score(reader: &mut Reader<'_>, custom: Fields<'_>) -> Option<f64> {
    let node = reader.required(custom, "score", "custom")?;
    let score = json(node)
        .as_f64()
        .filter(|score| (0.1..=10.0).contains(score));
    if score.is_none() {
        reader.wrong(node, "'score' must be a number from 0.1 to 10.0");
    }
    score
}

fn scope(reader: &mut Reader<'_>, custom: Fields<'_>) -> Scope {
    let of = |name: &str| match name {
        "unit" => Some(Scope::Unit),
        "scan" => Some(Scope::Scan),
        _ => None,
    };
    custom
        .get("scope")
        .and_then(|node| reader.named(node, "scope", of, &["unit", "scan"]))
        .unwrap_or(Scope::Unit)
}

fn reads_unnamed(reader: &mut Reader<'_>, custom: Fields<'_>) -> bool {
    let of = |name: &str| name.parse().ok();
    custom
        .get("reads_unnamed")
        .and_then(|node| reader.named(node, "reads_unnamed", of, &["true", "false"]))
        .unwrap_or(false)
}

/// The views that are computed over each unit and kept: only a policy over the whole scan reads any.
fn unit_views(reader: &mut Reader<'_>, custom: Fields<'_>, scope: Scope) -> Vec<String> {
    let Some(node) = custom.get("unit_views") else {
        return Vec::new();
    };
    if scope == Scope::Unit {
        reader.wrong(node, "'unit_views' needs 'scope: scan'");
    }
    reader.texts(node, "unit_views")
}

/// Reads a list that must be there and hold something.
fn names(reader: &mut Reader<'_>, custom: Fields<'_>, key: &str) -> BTreeSet<String> {
    let Some(node) = reader.required(custom, key, "custom") else {
        return BTreeSet::new();
    };
    let before = reader.errors.len();
    let found: BTreeSet<String> = reader.texts(node, key).into_iter().collect();
    if found.is_empty() && reader.errors.len() == before {
        reader.wrong(node, format!("'{key}' must name at least one"));
    }
    found
}

/// The types that are judged: all that are read, unless some of them serve joins only.
fn subjects(
    reader: &mut Reader<'_>,
    custom: Fields<'_>,
    resources: &BTreeSet<String>,
) -> BTreeSet<String> {
    let Some(node) = custom.get("subjects") else {
        return resources.clone();
    };
    let subjects = names(reader, custom, "subjects");
    for stranger in subjects.difference(resources) {
        reader.wrong(
            node,
            format!("'{stranger}' is judged but not among the resources"),
        );
    }
    subjects
}

fn formats(reader: &mut Reader<'_>, custom: Fields<'_>) -> BTreeSet<Format> {
    names(reader, custom, "formats");
    let Some(node) = custom.get("formats") else {
        return BTreeSet::new();
    };
    node.items()
        .filter(|item| item.text().is_some())
        .filter_map(|item| reader.named(item, "format", Format::from_id, &FORMATS))
        .collect()
}

fn packs(reader: &mut Reader<'_>, custom: Fields<'_>) -> BTreeSet<String> {
    let packs = names(reader, custom, "packs");
    if let Some(node) = custom.get("packs") {
        for item in node.items().filter(|item| item.text().is_some()) {
            reader.named(item, "pack", known_pack, &PACKS);
        }
    }
    packs
}

fn known_pack(name: &str) -> Option<()> {
    PACKS.contains(&name).then_some(())
}

fn frameworks(reader: &mut Reader<'_>, custom: Fields<'_>) -> Vec<Mapping> {
    let Some(node) = custom.get("frameworks") else {
        return Vec::new();
    };
    let Some(fields) = reader.fields(node, &["verified", "judged"], "frameworks") else {
        return Vec::new();
    };
    let mut mappings = Vec::new();
    for (key, verified) in [("verified", true), ("judged", false)] {
        let lists = optional(fields, key, |node| reader.lists(node, key));
        for (framework, ids) in lists {
            mappings.extend(ids.into_iter().map(|id| Mapping {
                framework: framework.clone(),
                id,
                verified,
            }));
        }
    }
    mappings.sort();
    mappings
}

fn cwe(reader: &mut Reader<'_>, custom: Fields<'_>) -> Vec<u32> {
    let Some(node) = custom.get("cwe") else {
        return Vec::new();
    };
    let numbers: Option<Vec<u32>> = json(node).as_array().and_then(|items| {
        let number = |item: &serde_json::Value| item.as_u64().and_then(|n| u32::try_from(n).ok());
        items.iter().map(number).collect()
    });
    let numbers = numbers.filter(|numbers| numbers.len() <= 2);
    if numbers.is_none() {
        reader.wrong(node, "'cwe' must be a list of at most two CWE numbers");
    }
    numbers.unwrap_or_default()
}

fn remediation(
    reader: &mut Reader<'_>,
    custom: Fields<'_>,
    formats: &BTreeSet<Format>,
) -> Remediation {
    let mut texts = BTreeMap::new();
    let Some(node) = reader.required(custom, "remediation", "custom") else {
        return Remediation(texts);
    };
    let Some(fields) = reader.fields(node, &FORMATS, "remediation") else {
        return Remediation(texts);
    };
    for (name, format) in FORMATS
        .iter()
        .filter_map(|id| Some((*id, Format::from_id(id)?)))
    {
        match fields.get(name) {
            Some(value) => {
                if !formats.contains(&format) {
                    reader.wrong(value, format!("'{name}' is not among the policy's formats"));
                }
                texts.extend(reader.text(value, name).map(|text| (format, text)));
            }
            // What helps a workflow helps an action too.
            None if formats.contains(&format) && format != Format::GithubAction => {
                reader.wrong(node, format!("remediation for '{name}' is missing"));
            }
            None => {}
        }
    }
    Remediation(texts)
}

fn references(reader: &mut Reader<'_>, top: Fields<'_>) -> Vec<String> {
    let Some(node) = top.get("related_resources") else {
        return Vec::new();
    };
    let mut links = Vec::new();
    for item in node.items() {
        if item.text().is_some() {
            links.extend(reader.text(item, "related_resources"));
            continue;
        }
        let known = ["ref", "description"];
        let Some(fields) = reader.fields(item, &known, "related_resources") else {
            continue;
        };
        if let Some(link) = reader.required(fields, "ref", "related_resources") {
            links.extend(reader.text(link, "ref"));
        }
    }
    links
}

fn params(reader: &mut Reader<'_>, custom: Fields<'_>, packs: &BTreeSet<String>) -> Vec<Parameter> {
    let Some(node) = custom.get("params") else {
        return Vec::new();
    };
    if node.kind() != crate::document::Kind::Sequence {
        reader.wrong(node, "'params' must be a list");
    }
    let mut params: Vec<Parameter> = Vec::new();
    for item in node.items() {
        let Some(param) = param(reader, item, packs) else {
            continue;
        };
        if params.iter().any(|other| other.name == param.name) {
            reader.wrong(item, format!("parameter '{}' stands twice", param.name));
        }
        params.push(param);
    }
    params
}

const PARAM: [&str; 6] = [
    "name",
    "type",
    "description",
    "default",
    "presets",
    "stricter",
];

fn param(
    reader: &mut Reader<'_>,
    node: NodeRef<'_>,
    packs: &BTreeSet<String>,
) -> Option<Parameter> {
    let fields = reader.fields(node, &PARAM, "a parameter")?;
    let mut required = |key| reader.required(fields, key, "a parameter");
    let [name, kind, description, default, stricter] =
        ["name", "type", "description", "default", "stricter"].map(&mut required);
    let name = name.and_then(|node| reader.text(node, "name"));
    let description = description.and_then(|node| reader.text(node, "description"));
    let kind_text = kind.and_then(|node| {
        let of = |text: &str| parameter::KINDS.contains(&text).then(|| text.to_owned());
        reader.named(node, "parameter type", of, &parameter::KINDS)
    });
    let presets = fields.get("presets");
    let param = Parameter {
        name: name?,
        description: description?,
        default: json(default?),
        presets: presets.map(preset_values).unwrap_or_default(),
        stricter: parameter::direction(json(stricter?)),
        kind: kind_text?,
    };
    check_param(reader, &param, [default?, stricter?], presets, packs);
    Some(param)
}

fn preset_values(node: NodeRef<'_>) -> BTreeMap<String, serde_json::Value> {
    node.entries()
        .map(|(key, value)| (key.text().unwrap_or_default().to_owned(), json(value)))
        .collect()
}

fn check_param(
    reader: &mut Reader<'_>,
    param: &Parameter,
    [default, stricter]: [NodeRef<'_>; 2],
    presets: Option<NodeRef<'_>>,
    packs: &BTreeSet<String>,
) {
    if let Err(message) = parameter::accepts(param, &param.default) {
        reader.wrong(default, message);
    }
    if let Err(message) = parameter::check_direction(param) {
        reader.wrong(stricter, message);
    }
    let Some(presets) = presets else { return };
    if presets.kind() != crate::document::Kind::Mapping {
        reader.wrong(presets, "'presets' must be a mapping");
    }
    for (key, value) in presets.entries() {
        let pack = key.text().unwrap_or_default();
        if !packs.contains(pack) {
            let hint = super::suggest::hint(pack, packs.iter().map(String::as_str));
            reader.wrong(key, format!("'{pack}' is no pack of this policy{hint}"));
        }
        if let Err(message) = parameter::accepts(param, &json(value)) {
            reader.wrong(value, message);
        }
    }
}
