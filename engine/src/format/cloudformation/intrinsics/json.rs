//! `Fn::ToJsonString`.

use super::Call;
use crate::document::NodeRef;
use crate::format::cloudformation::compose::{Composer, derive};
use crate::format::cloudformation::resolver::Resolver;
use crate::resource::{Fragment, Unknown, UnknownKind, Value};

impl<'a> Resolver<'a> {
    /// `Fn::ToJsonString`: a text, of which what is not known stands as holes in its strings. What may be a list or map
    /// leaves the whole text open.
    pub(super) fn json_string(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Value {
        self.needs_extensions(node, "'Fn::ToJsonString'");
        let (depth, before) = (self.scope.path.len(), self.scope.edges.len());
        let value = self.argument(call);
        for edge in self.scope.edges.iter_mut().skip(before) {
            edge.path.0.truncate(depth);
        }
        let mut composer = Composer::default();
        match self.write_json(&value, &mut composer) {
            Ok(()) => self.composed(composer),
            Err(open) => open,
        }
    }

    fn write_json(&self, value: &Value, into: &mut Composer) -> Result<(), Value> {
        match value {
            Value::Array(items) => {
                into.text("[");
                for (position, item) in items.iter().enumerate() {
                    into.text(if position == 0 { "" } else { "," });
                    self.write_json(&item.value, into)?;
                }
                into.text("]");
            }
            Value::Object(entries) => {
                into.text("{");
                for (position, entry) in entries.iter().enumerate() {
                    into.text(if position == 0 { "\"" } else { ",\"" });
                    into.text(&escaped(&entry.key));
                    into.text("\":");
                    self.write_json(&entry.node.value, into)?;
                }
                into.text("}");
            }
            Value::Null => into.text("null"),
            Value::Bool(_) | Value::Number(_) => into.value(value),
            Value::Unknown(unknown) if !self.is_text(unknown) => {
                return Err(derive(value, "the JSON text").unwrap_or(Value::Null));
            }
            Value::String(_)
            | Value::Partial(_)
            | Value::Reference(_)
            | Value::Secret(_)
            | Value::Unknown(_) => {
                into.text("\"");
                write_text(value, into);
                into.text("\"");
            }
        }
        Ok(())
    }

    /// Tells whether what is not known is a text for sure.
    fn is_text(&self, unknown: &Unknown) -> bool {
        match unknown.kind {
            UnknownKind::Import | UnknownKind::Attribute => true,
            UnknownKind::DynamicReference => self.template.parameters.get(&unknown.name).is_none(),
            UnknownKind::PseudoParameter => {
                !unknown.name.starts_with("Fn::GetAZs") && &*unknown.name != "AWS::NotificationARNs"
            }
            UnknownKind::Parameter => {
                let declared = self.template.parameters.get(&unknown.name);
                let declared = declared.and_then(|pair| pair.value.get("Type"));
                declared.and_then(|node| node.text()) == Some("String")
            }
            _ => false,
        }
    }
}

fn write_text(value: &Value, into: &mut Composer) {
    match value {
        Value::String(text) => into.text(&escaped(text)),
        Value::Partial(fragments) => {
            for fragment in fragments {
                match fragment {
                    Fragment::Text(text) => into.text(&escaped(text)),
                    Fragment::Hole(hole) => into.value(hole),
                }
            }
        }
        other => into.value(other),
    }
}

/// Returns a text as it stands between the quotes of a JSON string.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let inside = quoted.get(1..quoted.len() - 1);
    inside.unwrap_or_default().to_owned()
}
