//! `AWS::Include` of a file beside the template.

use super::{Expander, Made};
use crate::artifact::Span;
use crate::document::{self, Document, Kind, NodeRef};
use crate::format::cloudformation::compose::derive;
use crate::format::sources::join;
use crate::resource::{NoticeLevel, Unknown, UnknownKind, Value};

/// The key that calls a transform in place.
pub(super) const KEY: &str = "Fn::Transform";

/// The transform that includes.
pub(super) const NAME: &str = "AWS::Include";

/// How deep included files may include.
const MAX_NESTED: usize = 4;

/// How many files one template may include.
const MAX_INCLUDED: usize = 64;

/// A file that was read.
struct Included {
    document: Document,
    /// The folder of the file, from the template's folder.
    folder: String,
    /// Where the template names the file.
    place: Span,
}

/// Tells whether a node includes, alone or in a list.
pub(super) fn occurs_in(node: NodeRef<'_>) -> bool {
    is_include(node) || node.items().any(is_include)
}

fn is_include(node: NodeRef<'_>) -> bool {
    node.get("Name").and_then(|name| name.text()) == Some(NAME)
}

fn location(node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    node.get("Parameters")?.get("Location")
}

impl Expander<'_> {
    /// Copies a template, with what its `Transform` includes merged into its sections.
    pub(super) fn include_root(&mut self, root: NodeRef<'_>) {
        let mut tops = Vec::new();
        let mut made = Made::default();
        let place = self.place_of(root);
        self.out.open(Kind::Mapping, place, root.tag());
        for (key, value) in root.entries() {
            if matches!(key.text(), Some("Transform" | KEY)) {
                self.top_transform(key, value, &mut tops);
            }
        }
        for (key, value) in root.entries() {
            match key.text() {
                Some("Transform" | KEY) => {}
                Some(name) => self.section(key, name, value, &tops, &mut made),
                None => self.entry(key, value, &mut made),
            }
        }
        for included in &tops {
            self.new_sections(included, root, &mut made);
        }
        self.out.close();
    }

    /// Reads what the top-level `Transform` includes; what remains of it is copied.
    fn top_transform(&mut self, key: NodeRef<'_>, value: NodeRef<'_>, tops: &mut Vec<Included>) {
        if !occurs_in(value) {
            return self.entry(key, value, &mut Made::default());
        }
        let mut remaining = Vec::new();
        let single = (value.kind() != Kind::Sequence).then_some(value);
        for item in value.items().chain(single) {
            let included = is_include(item).then(|| self.load(item)).flatten();
            let included = included.filter(|included| {
                let root = included.document.root();
                root.is_some_and(|root| root.kind() == Kind::Mapping)
            });
            match included {
                Some(included) => tops.push(included),
                None => remaining.push(item),
            }
        }
        if !remaining.is_empty() {
            self.scalar(key);
            self.out.open(Kind::Sequence, self.place_of(value), None);
            for item in remaining {
                self.copy(item);
            }
            self.out.close();
        }
    }

    /// Copies a section with what the included files add to it.
    fn section(
        &mut self,
        key: NodeRef<'_>,
        name: &str,
        value: NodeRef<'_>,
        tops: &[Included],
        made: &mut Made,
    ) {
        let added = |included: &Included| {
            let section = included.document.root()?.get(name)?;
            (section.kind() == Kind::Mapping).then_some(())
        };
        let is_added = tops.iter().any(|included| added(included).is_some());
        if !is_added || value.kind() != Kind::Mapping {
            return self.entry(key, value, made);
        }
        self.note_key(name, key, made);
        self.scalar(key);
        self.out
            .open(Kind::Mapping, self.place_of(value), value.tag());
        let mut inside = Made::default();
        self.entries(value, &mut inside);
        for included in tops {
            let section = included.document.root().and_then(|root| root.get(name));
            if let Some(section) = section {
                self.take_in(included, &mut inside, |expander, inside| {
                    expander.entries(section, inside);
                });
            }
        }
        self.out.close();
    }

    /// Copies the sections that only an included file has.
    fn new_sections(&mut self, included: &Included, root: NodeRef<'_>, made: &mut Made) {
        let Some(top) = included.document.root() else {
            return;
        };
        for (key, value) in top.entries() {
            let Some(name) = key.text() else { continue };
            if root.get(name).is_none() {
                self.take_in(included, made, |expander, made| {
                    expander.entry(key, value, made);
                });
            }
        }
    }

    /// Copies a part of an included file: all of it stands where the file is named.
    fn take_in(
        &mut self,
        included: &Included,
        made: &mut Made,
        copy: impl FnOnce(&mut Self, &mut Made),
    ) {
        let place = self.place.or(Some(included.place));
        let outer = std::mem::replace(&mut self.place, place);
        let maker = made.maker.replace(NAME.to_owned());
        self.folders.push(included.folder.clone());
        copy(self, made);
        self.folders.pop();
        made.maker = maker;
        self.place = outer;
    }

    /// Includes beside other keys.
    pub(super) fn include(&mut self, key: NodeRef<'_>, value: NodeRef<'_>, made: &mut Made) {
        let single = (value.kind() != Kind::Sequence).then_some(value);
        for item in value.items().chain(single) {
            let included = is_include(item).then(|| self.load(item)).flatten();
            let root = included
                .as_ref()
                .and_then(|included| included.document.root());
            match (&included, root) {
                (Some(included), Some(root)) if root.kind() == Kind::Mapping => {
                    self.take_in(included, made, |expander, made| {
                        expander.entries(root, made);
                    });
                }
                (Some(_), _) => {
                    let why = "includes what is no map among the keys of one";
                    self.leave(item, NAME, UnknownKind::Malformed, why);
                    self.entry(key, item, &mut Made::default());
                }
                (None, _) => self.entry(key, item, &mut Made::default()),
            }
        }
    }

    /// Includes in the place of a whole value. Tells whether it did.
    pub(super) fn sole_include(&mut self, node: NodeRef<'_>) -> bool {
        let mut entries = node.entries();
        let first = entries.next().filter(|_| entries.next().is_none());
        let value = match first {
            _ if node.tag() == Some("!Transform") => node,
            Some((key, value)) if key.text() == Some(KEY) => value,
            _ => return false,
        };
        let Some(included) = is_include(value).then(|| self.load(value)).flatten() else {
            return false;
        };
        if let Some(root) = included.document.root() {
            self.take_in(&included, &mut Made::default(), |expander, _| {
                expander.copy(root);
            });
        }
        true
    }

    /// Reads the file that an include names; says so when there is none to read.
    fn load(&mut self, node: NodeRef<'_>) -> Option<Included> {
        let Some(location) = location(node) else {
            self.leave(node, NAME, UnknownKind::Malformed, "names no 'Location'");
            return None;
        };
        let text = match self.evaluate(location) {
            Value::String(text) => text,
            other => {
                if let Some(Value::Unknown(unknown)) = derive(&other, "the file to include") {
                    self.leave_unknown(node, *unknown);
                } else {
                    let why = "has a 'Location' that is no text";
                    self.leave(node, NAME, UnknownKind::Malformed, why);
                }
                return None;
            }
        };
        match self.read(&text, self.place_of(location)) {
            Ok(included) => Some(included),
            Err(why) => {
                self.leave(node, &text, UnknownKind::Transform, &why);
                None
            }
        }
    }

    fn read(&mut self, location: &str, place: Span) -> Result<Included, String> {
        let path = location.strip_prefix("file://").unwrap_or(location);
        let folder = self.folders.last().map_or("", String::as_str);
        let path = join(folder, path)
            .filter(|path| !path.is_empty() && self.is_inside(path))
            .ok_or("lies outside of what is scanned")?;
        if self.folders.len() >= MAX_NESTED || self.included >= MAX_INCLUDED {
            return Err("is one include more than the scan follows".to_owned());
        }
        self.included += 1;
        let file = self.inputs.files.file(&path);
        let file = file.ok_or("is no file that can be read")?;
        let (document, errors) = document::parse(file.text());
        if let Some(error) = errors.first() {
            return Err(format!("cannot be parsed: {}", error.message));
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        Ok(Included {
            document,
            folder: folder.to_owned(),
            place,
        })
    }

    /// Tells whether a path from the template's folder stays below the root of the scan.
    fn is_inside(&self, path: &str) -> bool {
        let up = path.split('/').filter(|part| *part == "..").count();
        let folder = self.inputs.artifact.uri().rsplit_once('/');
        let parts = folder.map_or("", |(folder, _)| folder).split('/');
        let down = parts
            .filter(|part| !matches!(*part, "" | "." | ".."))
            .count();
        up <= down
    }

    fn leave(&mut self, node: NodeRef<'_>, name: &str, kind: UnknownKind, why: &str) {
        let unknown = Unknown {
            kind,
            name: name.into(),
            why: why.into(),
            values: Vec::new(),
            references: Vec::new(),
        };
        self.leave_unknown(node, unknown);
    }

    fn leave_unknown(&mut self, node: NodeRef<'_>, unknown: Unknown) {
        let place = self.place_of(node);
        let (name, why) = (&unknown.name, &unknown.why);
        let message = format!("An include is not read, because '{name}' {why}.");
        self.notices
            .outside(NoticeLevel::Warning, Some(place), message);
        self.left.includes.insert(place, unknown);
    }
}
