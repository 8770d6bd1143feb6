//! `input.document`: the file as written, for policies that bring their own idea of its format.

use std::collections::BTreeMap;

use regorus::Value as Rego;

use crate::document::scalar::{Dialect, Scalar};
use crate::document::{self, Kind, NodeRef};
use crate::resource::{Format, Unit};

/// Returns the first document of a unit's file; CloudFormation's short tags are written out (`!Sub` as `Fn::Sub`).
pub(super) fn document(unit: &Unit) -> Rego {
    let (document, _) = document::parse(unit.artifact.text());
    let dialect = match unit.format {
        Format::CloudFormation => Dialect::CloudFormation,
        Format::TerraformPlan => Dialect::Json,
        Format::GithubWorkflow | Format::GithubAction | Format::GithubSettings => Dialect::Core,
    };
    document
        .root()
        .map_or(Rego::Null, |root| node(root, dialect))
}

fn node(node: NodeRef<'_>, dialect: Dialect) -> Rego {
    let value = match node.kind() {
        Kind::Scalar(_) => scalar(node, dialect),
        Kind::Sequence => Rego::from(
            node.items()
                .map(|item| self::node(item, dialect))
                .collect::<Vec<_>>(),
        ),
        Kind::Mapping => {
            let fields = node.entries().map(|(key, value)| {
                let key = Rego::from(key.text().unwrap_or_default());
                (key, self::node(value, dialect))
            });
            Rego::from(fields.collect::<BTreeMap<_, _>>())
        }
    };
    let tag = (dialect == Dialect::CloudFormation)
        .then(|| node.tag())
        .flatten();
    match tag.and_then(|tag| tag.strip_prefix('!')) {
        None => value,
        Some(name) => tagged(name, value),
    }
}

fn tagged(name: &str, value: Rego) -> Rego {
    let key = match name {
        "Ref" | "Condition" => name.to_owned(),
        _ => format!("Fn::{name}"),
    };
    let value = match (name, value.as_string()) {
        ("GetAtt", Ok(text)) => match text.split_once('.') {
            Some((resource, attribute)) => {
                Rego::from(vec![Rego::from(resource), Rego::from(attribute)])
            }
            None => value,
        },
        _ => value,
    };
    Rego::from(BTreeMap::from([(Rego::from(key), value)]))
}

fn scalar(node: NodeRef<'_>, dialect: Dialect) -> Rego {
    match node.scalar(dialect) {
        None | Some(Scalar::Null) => Rego::Null,
        Some(Scalar::Bool(value)) => Rego::Bool(value),
        Some(Scalar::Number(text)) => super::view::number(&text.into()),
        Some(Scalar::String(text)) => Rego::from(text),
    }
}
