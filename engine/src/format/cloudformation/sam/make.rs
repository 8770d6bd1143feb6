//! The making of resources: values at a place of the template, and the resources put together from them.

use crate::artifact::Span;
use crate::resource::{Entry, Node, Target, Value};

/// The place that made values get: that of the SAM text which asks for them.
#[derive(Debug, Clone, Copy)]
pub(super) struct At(pub(super) Option<Span>);

impl At {
    /// Returns a node with this value.
    pub(super) const fn node(self, value: Value) -> Node {
        Node {
            value,
            span: self.0,
        }
    }

    /// Returns a string.
    pub(super) fn text(self, text: &str) -> Node {
        self.node(Value::String(text.into()))
    }

    /// Returns a boolean.
    pub(super) const fn flag(self, flag: bool) -> Node {
        self.node(Value::Bool(flag))
    }

    /// Returns a list.
    pub(super) fn list(self, items: impl IntoIterator<Item = Node>) -> Node {
        self.node(Value::Array(items.into_iter().collect()))
    }

    /// Returns a list of strings.
    pub(super) fn texts(self, texts: &[&str]) -> Node {
        self.list(texts.iter().map(|text| self.text(text)))
    }

    /// Returns a map.
    pub(super) fn map<const N: usize>(self, entries: [(&str, Node); N]) -> Node {
        let entries = entries.into_iter();
        self.entries(entries.map(|(key, node)| self.entry(key, node)))
    }

    /// Returns a map of these entries.
    pub(super) fn entries(self, entries: impl IntoIterator<Item = Entry>) -> Node {
        self.node(Value::Object(entries.into_iter().collect()))
    }

    /// Returns an entry whose key stands here.
    pub(super) fn entry(self, key: &str, node: Node) -> Entry {
        Entry {
            key: key.into(),
            key_span: self.0,
            node,
        }
    }

    /// Returns what `Ref` gives of a resource.
    pub(super) fn reference(self, id: &str) -> Node {
        self.attribute(id, "")
    }

    /// Returns what `Fn::GetAtt` gives of a resource.
    pub(super) fn attribute(self, id: &str, attribute: &str) -> Node {
        self.node(Value::Reference(Target {
            address: id.into(),
            attribute: attribute.into(),
        }))
    }

    /// Returns a policy document of one statement.
    pub(super) fn document(self, statement: Node) -> Node {
        self.map([
            ("Version", self.text("2012-10-17")),
            ("Statement", self.list([statement])),
        ])
    }

    /// Returns a statement that allows an action on a resource.
    pub(super) fn allow(self, action: &str, resource: Node) -> Node {
        self.map([
            ("Effect", self.text("Allow")),
            ("Action", self.text(action)),
            ("Resource", resource),
        ])
    }

    /// Returns an inline policy.
    pub(super) fn policy(self, name: &str, document: Node) -> Node {
        self.map([
            ("PolicyName", self.text(name)),
            ("PolicyDocument", document),
        ])
    }

    /// Returns the trust policy of a role that a service assumes.
    pub(super) fn trust(self, service: &str) -> Node {
        self.document(self.map([
            ("Effect", self.text("Allow")),
            ("Action", self.texts(&["sts:AssumeRole"])),
            ("Principal", self.map([("Service", self.texts(&[service]))])),
        ]))
    }
}

/// Returns the place of a node.
pub(super) const fn at(node: &Node) -> At {
    At(node.span)
}

/// A resource that SAM makes.
#[derive(Debug, Clone)]
pub(super) struct Made {
    /// Its logical id.
    pub(super) id: String,
    /// Its type.
    pub(super) type_name: &'static str,
    /// Where the resource itself stands.
    pub(super) at: At,
    /// Its properties.
    pub(super) properties: Vec<Entry>,
    /// What stands beside the properties (`DeletionPolicy`, `Metadata`, …).
    pub(super) attributes: Vec<Entry>,
    /// The resources that it waits for.
    pub(super) after: Vec<String>,
    /// What it exists under, when that is not decided.
    pub(super) conditional: Option<Node>,
    /// The SAM resource that it comes from, and its type.
    pub(super) origin: Option<(String, String)>,
}

impl Made {
    /// Makes a resource without properties.
    pub(super) fn new(id: impl Into<String>, type_name: &'static str, at: At) -> Self {
        Self {
            id: id.into(),
            type_name,
            at,
            properties: Vec::new(),
            attributes: Vec::new(),
            after: Vec::new(),
            conditional: None,
            origin: None,
        }
    }

    /// Makes a role that a service assumes.
    pub(super) fn role(id: impl Into<String>, service: &str, at: At) -> Self {
        Self::new(id, "AWS::IAM::Role", at).with("AssumeRolePolicyDocument", at.trust(service))
    }

    /// Makes the permission of a service to invoke a function.
    pub(super) fn permission(
        id: impl Into<String>,
        function: &Node,
        principal: &str,
        at: At,
    ) -> Self {
        Self::new(id, "AWS::Lambda::Permission", at)
            .with("Action", at.text("lambda:InvokeFunction"))
            .with("FunctionName", function.clone())
            .with("Principal", at.text(principal))
    }

    /// Adds a property.
    #[must_use]
    pub(super) fn with(mut self, key: &str, node: Node) -> Self {
        self.properties.push(self.at.entry(key, node));
        self
    }

    /// Adds a property when there is a value for it.
    #[must_use]
    pub(super) fn with_some(self, key: &str, node: Option<Node>) -> Self {
        match node {
            Some(node) => self.with(key, node),
            None => self,
        }
    }

    /// Takes a property over under a name of its own.
    #[must_use]
    pub(super) fn with_entry(mut self, key: &str, entry: Option<&Entry>) -> Self {
        if let Some(entry) = entry {
            self.properties.push(Entry {
                key: key.into(),
                ..entry.clone()
            });
        }
        self
    }

    /// Takes properties over as they are.
    #[must_use]
    pub(super) fn with_same(mut self, source: &Node, keys: &[&str]) -> Self {
        for key in keys {
            self = self.with_entry(key, entry(source, key));
        }
        self
    }

    /// Waits for another resource.
    #[must_use]
    pub(super) fn waits_for(mut self, id: impl Into<String>) -> Self {
        self.after.push(id.into());
        self
    }

    /// Adds what stands beside the properties.
    #[must_use]
    pub(super) fn beside(mut self, key: &str, node: Node) -> Self {
        self.attributes.push(self.at.entry(key, node));
        self
    }
}

/// Returns an entry that says something: null is as good as absent.
pub(super) fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n Entry> {
    node.entry(key)
        .filter(|entry| !matches!(entry.node.value, Value::Null))
}

/// Returns what an object says under a key.
pub(super) fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    entry(node, key).map(|entry| &entry.node)
}

/// Returns the text under a key.
pub(super) fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    get(node, key).and_then(Node::as_str)
}

/// Returns the entries of an object.
pub(super) fn entries(node: &Node) -> &[Entry] {
    match &node.value {
        Value::Object(entries) => entries,
        _ => &[],
    }
}

/// Returns the items of a list; what is no list is its only item.
pub(super) fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::Array(items) => items,
        Value::Null => &[],
        _ => std::slice::from_ref(node),
    }
}

/// Tells whether a value is a boolean, or its text, that says yes.
pub(super) fn is_true(node: &Node) -> bool {
    match &node.value {
        Value::Bool(truth) => *truth,
        Value::String(text) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

/// Returns a map of tags as the list that most resources take.
pub(super) fn tag_list(tags: &Node) -> Node {
    if !matches!(tags.value, Value::Object(_)) {
        return tags.clone();
    }
    at(tags).list(entries(tags).iter().map(|entry| {
        let place = At(entry.key_span);
        place.map([
            ("Key", place.text(&entry.key)),
            ("Value", entry.node.clone()),
        ])
    }))
}
