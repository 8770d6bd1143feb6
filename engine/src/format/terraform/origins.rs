//! Where a value comes from: the argument of a module call, a default, a line of a tfvars file, a local.
//!
//! Says nothing that is not certain: a definition counts only where it agrees with what the plan says.

use std::sync::Arc;

use super::address::{self, Address, Key, Step};
use super::blocks::agrees;
use super::folder::{Defined, Folder, Found, Name};
use super::locate::{Inside, Place, Places, header, setting};
use super::parts::{is_own_key, with_own_key};
use crate::document::hcl::{Expression, Form, Part, Traversal};
use crate::resource::{Node, Origin, Segment, Spot};

/// How many definitions are followed for one place.
const BUDGET: usize = 64;
/// How many of them are shown.
const SHOWN: usize = 12;

/// Where an expression stands.
#[derive(Debug, Clone, Copy)]
struct Scope<'a> {
    module: &'a [Step],
    /// The key of the instance of the resource or module call that holds it.
    key: Option<&'a Key>,
    /// What that iterates over.
    for_each: Option<&'a Expression>,
}

/// What is taken from a value: by the reference, then by the path in the plan, which is of this planned value.
#[derive(Debug, Clone, Copy)]
struct Taken<'a> {
    parts: &'a [Part],
    planned: Option<&'a Node>,
    path: &'a [Segment],
}

/// Returns where the value at a place comes from, the nearest first.
pub(super) fn of(
    places: &Places,
    address: &Address,
    inside: &Inside<'_>,
    base: &Found,
    overrides: &[&Found],
) -> Vec<Origin> {
    let mut walk = Walk {
        places,
        found: Vec::new(),
        left: BUDGET,
    };
    let scope = Scope {
        module: &address.module,
        key: address.key.as_ref(),
        for_each: for_each(base, overrides),
    };
    let place = inside.place();
    if let Some((expression, planned, path)) = place.value {
        let taken = Taken {
            parts: &[],
            planned,
            path,
        };
        walk.expression(expression, taken, scope);
        walk.iterators(expression, place, scope);
    }
    walk.found
}

fn for_each<'a>(base: &'a Found, overrides: &[&'a Found]) -> Option<&'a Expression> {
    let body = setting(base, overrides, "for_each").block.body.as_ref()?;
    Some(&body.attribute("for_each")?.value)
}

struct Walk<'p> {
    places: &'p Places,
    found: Vec<Origin>,
    left: usize,
}

impl Walk<'_> {
    /// Follows the references of an expression. What is taken from it is taken from what it refers to only where it
    /// is nothing but that reference.
    fn expression(&mut self, expression: &Expression, taken: Taken<'_>, scope: Scope<'_>) {
        let is_sole = matches!(expression.form, Form::Traversal(_));
        for traversal in expression.traversals() {
            if self.left == 0 || self.found.len() >= SHOWN {
                return;
            }
            self.left -= 1;
            let mut parts = with_own_key(&traversal.0, scope.key);
            let below = if is_sole {
                taken
            } else {
                Taken {
                    planned: None,
                    path: &[],
                    ..taken
                }
            };
            if is_sole {
                parts.extend_from_slice(taken.parts);
            }
            self.reference(&parts, below, scope);
        }
    }

    fn reference(&mut self, parts: &[Part], taken: Taken<'_>, scope: Scope<'_>) {
        let [Part::Name(root), Part::Name(name), rest @ ..] = parts else {
            return;
        };
        let taken = Taken {
            parts: rest,
            ..taken
        };
        match (root.as_str(), name.as_str()) {
            ("var", name) => self.variable(name, taken, scope),
            ("local", name) => self.local(name, taken, scope),
            ("each", "value") => self.each(taken, scope),
            ("data", "aws_iam_policy_document") => self.document(rest, scope),
            _ => {}
        }
    }

    /// Adds a definition and follows it.
    fn defined(
        &mut self,
        defined: &Defined<'_>,
        (address, message): (String, String),
        taken: Taken<'_>,
        scope: Scope<'_>,
    ) {
        let (value, parts) = narrowed(defined.value, taken.parts);
        // The path in the plan is the path in the definition only where all that the reference takes was found.
        let path = if parts.is_empty() { taken.path } else { &[] };
        let name = std::ptr::eq(value, defined.value).then_some(defined.name_span);
        let place = Place::attribute(
            name,
            value,
            path,
            taken.planned.filter(|_| parts.is_empty()),
        );
        let is_new = self.add(Origin {
            spot: Spot {
                artifact: Arc::clone(defined.artifact),
                span: place.shown(defined.artifact),
                depth: 0,
            },
            address: format!("{}{address}", prefix(scope.module)).into(),
            message,
        });
        if let Some((expression, planned, path)) = place.value.filter(|_| is_new) {
            let taken = Taken {
                parts,
                planned,
                path,
            };
            self.expression(expression, taken, scope);
        }
    }

    fn add(&mut self, origin: Origin) -> bool {
        let is_new = self.found.iter().all(|old| {
            old.spot.span != origin.spot.span
                || old.spot.artifact.uri() != origin.spot.artifact.uri()
        });
        if is_new {
            self.found.push(origin);
        }
        is_new
    }

    fn local(&mut self, name: &str, taken: Taken<'_>, scope: Scope<'_>) {
        let folder = self.folder(scope.module);
        if let Some(defined) = folder
            .as_ref()
            .and_then(|folder| folder.defined_local(name))
        {
            let what = (format!("local.{name}"), format!("local '{name}'"));
            self.defined(&defined, what, taken, without_loop(scope));
        }
    }

    fn variable(&mut self, name: &str, taken: Taken<'_>, scope: Scope<'_>) {
        match scope.module.split_last() {
            Some((call, caller)) => self.argument(name, taken, scope, call, caller),
            None => self.root_variable(name, taken, scope),
        }
    }

    /// Follows a variable to the argument of the module call.
    fn argument(
        &mut self,
        name: &str,
        taken: Taken<'_>,
        scope: Scope<'_>,
        call: &Step,
        caller: &[Step],
    ) {
        let folder = self.folder(caller);
        let block: Name = ("module".to_owned(), String::new(), call.name.clone());
        let Some((base, overrides)) = folder.as_ref().and_then(|folder| folder.find(&block)) else {
            return;
        };
        let found = setting(base, &overrides, name);
        // Without its arguments a call does not say whether it leaves the variable to its default.
        let Some(body) = &found.block.body else {
            return;
        };
        let Some(attribute) = body.attribute(name) else {
            self.default(name, taken, scope, None);
            return;
        };
        let outside = Scope {
            module: caller,
            key: call.key.as_ref(),
            for_each: for_each(base, &overrides),
        };
        let what = (
            format!("module.{}", call.name),
            format!("argument '{name}' of module '{}'", call.name),
        );
        self.defined(
            &Defined::of(&found.artifact, attribute),
            what,
            taken,
            outside,
        );
    }

    /// Follows a variable of the root module to the file that sets it. What only the command line can have set is
    /// placed at the variable itself.
    fn root_variable(&mut self, name: &str, taken: Taken<'_>, scope: Scope<'_>) {
        let planned = self.places.variables.get(name);
        let sources = Arc::clone(&self.places.sources);
        let values = sources.values();
        let set = values.iter().rev().find_map(|file| {
            let attribute = file.body.attribute(name)?;
            Some(Defined::of(&file.artifact, attribute))
        });
        match set {
            Some(set) if is_planned(set.value, planned) => {
                let what = (format!("var.{name}"), format!("value of variable '{name}'"));
                self.defined(&set, what, taken, without_loop(scope));
            }
            Some(_) => self.given(name, scope),
            None => self.default(name, taken, scope, planned),
        }
    }

    fn default(&mut self, name: &str, taken: Taken<'_>, scope: Scope<'_>, planned: Option<&Node>) {
        let folder = self.folder(scope.module);
        let block: Name = ("variable".to_owned(), String::new(), name.to_owned());
        let Some((base, overrides)) = folder.as_ref().and_then(|folder| folder.find(&block)) else {
            return;
        };
        let found = setting(base, &overrides, "default");
        let default = found
            .block
            .body
            .as_ref()
            .and_then(|body| body.attribute("default"));
        match default {
            Some(default) if is_planned(&default.value, planned) => {
                let what = (
                    format!("var.{name}"),
                    format!("default of variable '{name}'"),
                );
                let defined = Defined::of(&found.artifact, default);
                self.defined(&defined, what, taken, without_loop(scope));
            }
            _ => self.given(name, scope),
        }
    }

    /// Adds the declaration of a variable whose value no file shows.
    fn given(&mut self, name: &str, scope: Scope<'_>) {
        let block: Name = ("variable".to_owned(), String::new(), name.to_owned());
        let message = format!("variable '{name}', whose value was given when the plan was made");
        self.declared(&block, &format!("var.{name}"), message, scope);
    }

    fn document(&mut self, rest: &[Part], scope: Scope<'_>) {
        if let [Part::Name(name), ..] = rest {
            let type_name = "aws_iam_policy_document";
            let block: Name = ("data".to_owned(), type_name.to_owned(), name.clone());
            let message = format!("policy document '{name}'");
            self.declared(&block, &format!("data.{type_name}.{name}"), message, scope);
        }
    }

    /// Adds the header of a block, which is not followed.
    fn declared(&mut self, block: &Name, address: &str, message: String, scope: Scope<'_>) {
        let folder = self.folder(scope.module);
        if let Some((base, _)) = folder.as_ref().and_then(|folder| folder.find(block)) {
            self.add(Origin {
                spot: header(base),
                address: format!("{}{address}", prefix(scope.module)).into(),
                message,
            });
        }
    }

    fn folder(&self, module: &[Step]) -> Option<Arc<Folder>> {
        self.places.sources.folder(&address::module_path(module))
    }

    /// Follows `each.value` to what the resource or module iterates over, at its own key.
    fn each(&mut self, taken: Taken<'_>, scope: Scope<'_>) {
        let (Some(over), Some(Key::Name(key))) = (scope.for_each, scope.key) else {
            return;
        };
        let mut parts = vec![Part::Key(key.clone())];
        parts.extend_from_slice(taken.parts);
        let (value, rest) = narrowed(over, &parts);
        let taken = Taken {
            parts: rest,
            ..taken
        };
        self.expression(value, taken, without_loop(scope));
    }

    /// Follows the iterators of the dynamic blocks around a place to what they iterate over.
    fn iterators(&mut self, expression: &Expression, place: &Place<'_>, scope: Scope<'_>) {
        let roots: Vec<&str> = expression
            .traversals()
            .into_iter()
            .filter_map(root)
            .collect();
        for dynamic in place.loops.iter().filter_map(|nested| nested.dynamic) {
            let Some(body) = &dynamic.body else {
                continue;
            };
            let named = body.attribute("iterator").map(|one| &one.value.form);
            let iterator = match named {
                Some(Form::Traversal(traversal)) => root(traversal),
                _ => dynamic.labels.first().map(String::as_str),
            };
            let over = body.attribute("for_each").map(|attribute| &attribute.value);
            if let (Some(iterator), Some(over)) = (iterator, over)
                && roots.contains(&iterator)
            {
                let taken = Taken {
                    parts: &[],
                    planned: None,
                    path: &[],
                };
                self.expression(over, taken, scope);
            }
        }
    }
}

/// A definition is made once for all instances.
const fn without_loop(scope: Scope<'_>) -> Scope<'_> {
    Scope {
        key: None,
        for_each: None,
        ..scope
    }
}

/// Tells whether a literal can be the value in the plan; what the plan does not tell may be any.
fn is_planned(written: &Expression, planned: Option<&Node>) -> bool {
    planned.is_none_or(|planned| agrees(written, Some(planned)))
}

/// Takes keys from literal objects and lists as far as they are written down.
fn narrowed<'e, 'p>(value: &'e Expression, parts: &'p [Part]) -> (&'e Expression, &'p [Part]) {
    let (mut value, mut parts) = (value, parts);
    while let [first, rest @ ..] = parts {
        let item = match (first, &value.form) {
            (Part::Name(key) | Part::Key(key), _) => value.item(key),
            (Part::Number(index), Form::Array(items)) => items.get(*index),
            _ => None,
        };
        let Some(item) = item else {
            break;
        };
        (value, parts) = (item, rest);
    }
    (value, parts)
}

fn root(traversal: &Traversal) -> Option<&str> {
    match traversal.0.first() {
        Some(Part::Name(name)) if !is_own_key(&traversal.0) => Some(name),
        _ => None,
    }
}

fn prefix(module: &[Step]) -> String {
    let text = address::module_text(module);
    if text.is_empty() {
        text
    } else {
        format!("{text}.")
    }
}
