//! The combinations of a job's matrix.
//!
//! Source: GitHub Docs, "Running variations of jobs in a workflow": the product of the lists, without what `exclude`
//! matches, with what `include` adds to combinations it does not contradict, or as combinations of its own.

use super::expression::Domain;
use super::fact;
use super::scope::{Matrix, Row, Scope, to_value};
use super::tree::Notices;
use crate::resource::{Entry, Node, UnknownKind, Value};

/// How many combinations a job may have on GitHub.
const MAX_ROWS: usize = 256;

const OPEN: &str = "is a matrix that only a run knows";
const LIMIT: &str = "is a matrix of more than 256 combinations";

/// Reads `strategy.matrix` of a job; `scope` is that of the job without a matrix.
pub(super) fn read(job: &Node, scope: &Scope, notices: &mut Notices) -> Matrix {
    let Some(node) = job
        .get("strategy")
        .and_then(|strategy| strategy.get("matrix"))
    else {
        return Matrix::Absent;
    };
    let entries = match &node.value {
        Value::Object(entries) => entries,
        Value::Null => return Matrix::Absent,
        Value::String(text) if text.contains("${{") => return from_expression(text, scope),
        _ => {
            notices.error(
                "The matrix of this job is no mapping.".to_owned(),
                node.span,
            );
            return Matrix::Open(OPEN);
        }
    };
    rows(entries, scope).map_or_else(Matrix::Open, Matrix::Rows)
}

fn from_expression(text: &str, scope: &Scope) -> Matrix {
    match scope.text(text).single() {
        Some(Value::Object(entries)) => {
            rows(entries, scope).map_or_else(Matrix::Open, Matrix::Rows)
        }
        _ => Matrix::Open(OPEN),
    }
}

fn rows(entries: &[Entry], scope: &Scope) -> Result<Vec<Row>, &'static str> {
    let special = |key: &str| matches!(key, "include" | "exclude");
    let mut rows: Vec<Row> = vec![Vec::new()];
    for entry in entries.iter().filter(|entry| !special(&entry.key)) {
        let values = items(&entry.node, scope).unwrap_or_else(|| vec![Domain::open(OPEN)]);
        if rows.len().saturating_mul(values.len()) > MAX_ROWS {
            return Err(LIMIT);
        }
        rows = rows
            .iter()
            .flat_map(|row| {
                values.iter().map(|value| {
                    let mut longer = row.clone();
                    longer.push((entry.key.to_string(), value.clone()));
                    longer
                })
            })
            .collect();
    }
    rows.retain(|row| !row.is_empty());
    let list = |key: &str| {
        let node = entries.iter().find(|entry| &*entry.key == key);
        node.map_or(Ok(Vec::new()), |entry| {
            combinations(&entry.node, scope).ok_or(OPEN)
        })
    };
    for excluded in list("exclude")? {
        rows.retain(|row| !matches_all(row, &excluded));
    }
    include(&mut rows, list("include")?)?;
    if rows.len() > MAX_ROWS {
        return Err(LIMIT);
    }
    Ok(rows)
}

/// The values of a list, or of an expression that gives one; `None` where only a run knows them.
fn items(node: &Node, scope: &Scope) -> Option<Vec<Domain>> {
    match &scope.resolve(node).value {
        Value::Array(items) => Some(items.iter().map(|item| domain(item, scope)).collect()),
        Value::Unknown(_) => None,
        other => Some(vec![Domain::fixed(other.clone())]),
    }
}

fn domain(node: &Node, scope: &Scope) -> Domain {
    match &node.value {
        Value::String(text) if text.contains("${{") => scope.text(text),
        other => Domain::fixed(other.clone()),
    }
}

/// The combinations that `include` or `exclude` lists.
fn combinations(node: &Node, scope: &Scope) -> Option<Vec<Row>> {
    let resolved = scope.resolve(node);
    let Value::Array(items) = &resolved.value else {
        return None;
    };
    let row = |item: &Node| match &item.value {
        Value::Object(entries) => Some(
            entries
                .iter()
                .map(|entry| (entry.key.to_string(), domain(&entry.node, scope)))
                .collect(),
        ),
        _ => None,
    };
    items.iter().map(row).collect()
}

/// What is not known does not match: the combination stays, since it may run.
fn matches_all(row: &Row, pattern: &Row) -> bool {
    pattern.iter().all(|(key, wanted)| {
        let held = row.iter().find(|(name, _)| name == key);
        held.is_some_and(|(_, held)| matches(held, wanted))
    })
}

fn matches(held: &Domain, wanted: &Domain) -> bool {
    match (held.single(), wanted.single()) {
        (Some(held), Some(wanted)) => alike(held, wanted),
        _ => false,
    }
}

/// Compares without places; of mappings the wanted keys are enough.
fn alike(held: &Value, wanted: &Value) -> bool {
    match (held, wanted) {
        (Value::Object(_), Value::Object(entries)) => {
            let held = Node::unplaced(held.clone());
            entries.iter().all(|entry| {
                let inner = held.get(&entry.key);
                inner.is_some_and(|inner| alike(&inner.value, &entry.node.value))
            })
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| alike(&left.value, &right.value))
        }
        _ => held == wanted,
    }
}

fn include(rows: &mut Vec<Row>, included: Vec<Row>) -> Result<(), &'static str> {
    let originals: Vec<Row> = rows.clone();
    for addition in included {
        let mut placed = false;
        for (row, original) in rows.iter_mut().zip(&originals) {
            let mut fits = true;
            for (key, wanted) in &addition {
                let Some((_, held)) = original.iter().find(|(name, _)| name == key) else {
                    continue;
                };
                if held.single().is_none() || wanted.single().is_none() {
                    return Err(OPEN);
                }
                fits &= matches(held, wanted);
            }
            if fits {
                placed = true;
                for (key, value) in &addition {
                    row.retain(|(name, _)| name != key);
                    row.push((key.clone(), value.clone()));
                }
            }
        }
        if !placed {
            rows.push(addition);
        }
    }
    Ok(())
}

/// Returns the fact `matrix`.
pub(super) fn fact(matrix: &Matrix) -> Node {
    match matrix {
        Matrix::Absent => fact::null(),
        Matrix::Open(why) => {
            let kind = if *why == LIMIT {
                UnknownKind::Limit
            } else {
                UnknownKind::Expression
            };
            Node::unplaced(Value::unknown(kind, "matrix", why))
        }
        Matrix::Rows(rows) => fact::list(rows.iter().map(|row| {
            fact::object(row.iter().map(|(key, domain)| {
                let name = format!("matrix.{key}");
                (key, Node::unplaced(to_value(domain, &name)))
            }))
        })),
    }
}
