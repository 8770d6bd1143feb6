//! `Ref` and `Fn::GetAtt`.

use std::sync::Arc;

use super::{Call, Recognised, recognise};
use crate::document::{Kind, NodeRef};
use crate::format::cloudformation::compose::{derive, describe, scalar_text};
use crate::format::cloudformation::conditions::Truth;
use crate::format::cloudformation::mapping::place;
use crate::format::cloudformation::resolver::{Resolver, placed};
use crate::format::cloudformation::sam::{self, Pending};
use crate::format::cloudformation::stacks::is_stack;
use crate::format::cloudformation::template::Declaration;
use crate::resource::{Target, Unknown, UnknownKind, Value};

impl<'a> Resolver<'a> {
    /// `Ref`.
    pub(super) fn reference(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Value {
        if let Some(name) = self.computed(call, call.argument, node) {
            return match name {
                Ok(name) => match self.template.own_name(&name) {
                    Some(name) => self.named(name, node),
                    None => self.attribute(&name, "", node),
                },
                Err(open) => open,
            };
        }
        match (call.argument.kind(), call.argument.text()) {
            (Kind::Scalar(_), Some(name)) => self.named(name, node),
            _ => self.malformed(node, "Ref", "'Ref' needs the name of what it refers to."),
        }
    }

    /// Resolves a name that a function gives, which the language extensions allow. `None` when none does.
    fn computed(
        &mut self,
        call: Call<'a>,
        argument: NodeRef<'a>,
        node: NodeRef<'a>,
    ) -> Option<Result<Arc<str>, Value>> {
        let is_call = matches!(recognise(argument), Recognised::Call(_));
        if !is_call || (call.short && argument.span() == call.argument.span()) {
            return None;
        }
        self.needs_extensions(node, "A function as a name");
        let value = self.value(argument);
        Some(scalar_text(&value).ok_or_else(|| {
            derive(&value, "the name").unwrap_or_else(|| {
                self.malformed(node, "Ref", "A name is given by what is no text.")
            })
        }))
    }

    /// Returns what a name stands for in `Ref` and in `${…}`.
    pub(super) fn named(&mut self, name: &'a str, node: NodeRef<'a>) -> Value {
        if name == "AWS::NoValue" {
            return Value::Null;
        }
        let Some(parameter) = self.parameter(name) else {
            return self.attribute(name, "", node);
        };
        if let Value::Array(items) = &parameter.shown
            && !self.budget.nodes(items.len())
        {
            return super::exhausted();
        }
        placed(&parameter.shown, Some(place(node)))
    }

    /// `Fn::GetAtt`.
    pub(super) fn get_att(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Value {
        match self.computed(call, call.argument, node) {
            Some(Err(open)) => return open,
            Some(Ok(text)) => {
                return match split(&text) {
                    Some((id, attribute)) => self.attribute(id, attribute, node),
                    None => self.odd_get_att(node),
                };
            }
            None => {}
        }
        if let Some((id, attribute)) = call.argument.text().and_then(split) {
            return self.attribute(id, attribute, node);
        }
        let arguments = call.arguments().unwrap_or_default();
        let Some(([id], attributes)) = arguments.split_first_chunk() else {
            return self.odd_get_att(node);
        };
        let id = match self.computed(call, *id, node) {
            Some(Err(open)) => return open,
            Some(Ok(id)) => Some(id),
            None => id.text().map(Arc::from),
        };
        let Some(id) = id.filter(|_| !attributes.is_empty()) else {
            return self.odd_get_att(node);
        };
        let attributes: Vec<_> = attributes
            .iter()
            .map(|attribute| describe(&self.value(*attribute)))
            .collect();
        self.attribute(&id, &attributes.join("."), node)
    }

    fn odd_get_att(&mut self, node: NodeRef<'a>) -> Value {
        let message = "'Fn::GetAtt' needs a logical id and an attribute.";
        self.malformed(node, "Fn::GetAtt", message)
    }

    /// Returns an attribute of a resource, or the resource itself where the attribute is empty.
    pub(super) fn attribute(&mut self, id: &str, attribute: &str, node: NodeRef<'a>) -> Value {
        let Some(declaration) = self.template.resource(id) else {
            return self.undeclared(id, attribute, node);
        };
        if sam::is_made(declaration, attribute) {
            return self.made(&format!("{id}.{attribute}"), "", node);
        }
        if self.is_removed(declaration) {
            let message = format!("'{id}' is referred to, but its condition is false.");
            return self.malformed(node, id, &message);
        }
        let target = self.refer_to(id, attribute);
        if let Some(output) = self.nested_output(declaration, attribute) {
            return output;
        }
        match opaque_reason(declaration, attribute) {
            None => Value::Reference(target),
            Some((kind, why)) => opaque(kind, target, why),
        }
    }

    /// Tells whether a resource does not exist because its condition is false.
    pub(in crate::format::cloudformation) fn is_removed(
        &mut self,
        declaration: Declaration<'a>,
    ) -> bool {
        declaration
            .condition
            .is_some_and(|condition| self.named_condition(condition).1 == Truth::Known(false))
    }

    /// Returns an attribute of what SAM is expected to make.
    fn made(&mut self, id: &str, attribute: &str, node: NodeRef<'a>) -> Value {
        self.pending.push(Pending {
            address: id.to_owned(),
            span: Some(place(node)),
        });
        Value::Reference(self.refer_to(id, attribute))
    }

    fn undeclared(&mut self, id: &str, attribute: &str, node: NodeRef<'a>) -> Value {
        if sam::may_make(self.template, id) {
            return self.made(id, attribute, node);
        }
        let prefix = id.split('.').next().unwrap_or(id);
        let owner = self.template.resource(prefix).filter(|_| prefix != id);
        if let Some(owner) = owner.or_else(|| self.module_of(id)) {
            let inner = id.get(owner.pair.key.len()..).unwrap_or_default();
            let path = [inner.trim_start_matches('.'), attribute];
            let path: Vec<_> = path.into_iter().filter(|part| !part.is_empty()).collect();
            let target = self.refer_to(owner.pair.key, &path.join("."));
            return opaque(
                UnknownKind::Transform,
                target,
                "is made by a module or transform that is not read",
            );
        }
        if let Some(value) = self.template.unreadable(id) {
            return value;
        }
        if let Some(generator) = self.template.generator {
            let why = self.template.made_by(generator);
            return Value::unknown(UnknownKind::Transform, id, &why);
        }
        if let Some(section) = self.template.odd_section(&["Parameters", "Resources"]) {
            let why = format!("is not declared where it can be read: '{section}' is not a map");
            return Value::unknown(UnknownKind::Malformed, id, &why);
        }
        let message = format!("'{id}' is referred to, but is neither a parameter nor a resource.");
        self.malformed(node, id, &message)
    }

    fn module_of(&self, id: &str) -> Option<Declaration<'a>> {
        let mut modules = self.template.modules.iter();
        modules
            .find(|module| id.starts_with(module.pair.key))
            .copied()
    }
}

/// Splits `LOGICALID.ATTRIBUTE`.
fn split(text: &str) -> Option<(&str, &str)> {
    text.split_once('.')
        .filter(|(id, attribute)| !id.is_empty() && !attribute.is_empty())
}

/// Tells why what a resource gives is not known at all: another program or stack decides it.
fn opaque_reason(
    declaration: Declaration<'_>,
    attribute: &str,
) -> Option<(UnknownKind, &'static str)> {
    let type_name = declaration.type_name;
    if declaration.is_module() {
        return Some((
            UnknownKind::Transform,
            "is made by a module that is not read",
        ));
    }
    if attribute.is_empty() {
        return None;
    }
    if type_name.starts_with("Custom::") || type_name == "AWS::CloudFormation::CustomResource" {
        return Some((UnknownKind::Attribute, "is given by a custom resource"));
    }
    is_stack(type_name).then_some((UnknownKind::Attribute, "is an output of a nested stack"))
}

fn opaque(kind: UnknownKind, target: Target, why: &str) -> Value {
    let name = if target.attribute.is_empty() {
        Arc::clone(&target.address)
    } else {
        format!("{}.{}", target.address, target.attribute).into()
    };
    Value::Unknown(Box::new(Unknown {
        kind,
        name,
        why: why.into(),
        values: Vec::new(),
        references: vec![target],
    }))
}
