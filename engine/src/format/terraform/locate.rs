//! From a path of planned values to the line of the `.tf` file that somebody wrote.
//!
//! Never a wrong line: where blocks cannot be told apart the place is the header of the resource, and where the
//! folder declares an address twice there is none. `blocks` tells which block made which element, `origins` follows
//! the value that stands there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::address::{self, Address, Step};
use super::blocks::{Nested, can_make, choose, item_of, nested};
use super::folder::{Folder, Found, Name, block_name};
use super::heredoc;
use super::origins;
use super::sources::Sources;
use crate::artifact::{Artifact, Span};
use crate::document::hcl::{Body, Expression, Form};
use crate::format::embedded;
use crate::resource::{Locate, Node, Origin, Path, Resource, Segment, Spot, Value};

/// How deep modules are nested in addresses that have places.
const DEPTH: usize = 64;

/// The places of a plan's resources.
#[derive(Debug)]
pub(super) struct Places {
    /// The files.
    pub(super) sources: Arc<Sources>,
    /// The values of the root module's variables.
    pub(super) variables: BTreeMap<String, Node>,
}

impl Locate for Places {
    fn locate(&self, resource: &Resource, path: &Path) -> Option<Spot> {
        let address = parsed(resource)?;
        let Some(folder) = self.sources.folder(&address::module_path(&address.module)) else {
            return self.call(&address.module);
        };
        let (base, overrides) = folder.find(&block_name(&address))?;
        let place = within(base, &overrides, &path.0, &resource.node);
        Some(place.map_or_else(|| header(base), |inside| inside.spot(path.0.len())))
    }

    fn reads_values(&self) -> bool {
        self.sources.any()
    }

    fn origins(&self, resource: &Resource, path: &Path) -> Vec<Origin> {
        let found = parsed(resource).and_then(|address| {
            let folder = self
                .sources
                .folder(&address::module_path(&address.module))?;
            let (base, overrides) = folder.find(&block_name(&address))?;
            let inside = within(base, &overrides, &path.0, &resource.node)?;
            Some(origins::of(self, &address, &inside, base, &overrides))
        });
        found.unwrap_or_default()
    }

    fn declaration(&self, address: &str) -> Option<Arc<str>> {
        let address = address::resource(address)?;
        let module = address::without_keys(&address.module);
        let dot = if module.is_empty() { "" } else { "." };
        let data = if address.data { "data." } else { "" };
        Some(format!("{module}{dot}{data}{}.{}", address.type_name, address.name).into())
    }

    fn files(&self) -> Vec<Arc<Artifact>> {
        self.sources.own_files()
    }

    fn gap(&self, resource: &Resource) -> Option<String> {
        let address = parsed(resource)?;
        let module = address::module_path(&address.module);
        let Some(folder) = self.sources.folder(&module) else {
            return Some(self.absent(&module));
        };
        undeclared(&folder, &address, &module)
    }
}

impl Places {
    /// Returns the call of the outermost module whose sources are not here.
    fn call(&self, module: &[Step]) -> Option<Spot> {
        (0..module.len()).rev().find_map(|depth| {
            let caller = self
                .sources
                .folder(&address::module_path(module.get(..depth)?))?;
            let name = module.get(depth)?.name.clone();
            let (base, _) = caller.find(&("module".to_owned(), String::new(), name))?;
            Some(header(base))
        })
    }

    fn absent(&self, module: &str) -> String {
        if self.sources.folder("").is_none() {
            return "no Terraform sources lie beside the plan; put it into the folder of its root module to get lines"
                .to_owned();
        }
        format!(
            "the sources of module '{module}' are not here; 'terraform init' beside the plan fetches them"
        )
    }
}

/// Says why a folder does not show a resource.
fn undeclared(folder: &Folder, address: &Address, module: &str) -> Option<String> {
    let name = block_name(address);
    if folder.find(&name).is_some() {
        return None;
    }
    let owner = if module.is_empty() {
        "the root module".to_owned()
    } else {
        format!("module '{module}'")
    };
    Some(match folder.doubled() {
        Some(doubled) => format!(
            "the folder of {owner} is no single module: it declares {} more than once",
            quoted(doubled)
        ),
        None => format!(
            "the sources of {owner} declare no {}: they are not those that the plan was made of, or cannot be read",
            quoted(&name)
        ),
    })
}

fn quoted((kind, type_name, name): &Name) -> String {
    let labels = [type_name.as_str(), name.as_str()];
    let labels: Vec<_> = labels
        .into_iter()
        .filter(|label| !label.is_empty())
        .collect();
    format!("{kind} '{}'", labels.join("."))
}

/// Takes the address of a resource apart, unless it is absurd.
fn parsed(resource: &Resource) -> Option<Address> {
    address::resource(&resource.address).filter(|address| address.module.len() <= DEPTH)
}

/// Returns the place of a block's header.
pub(super) fn header(found: &Found) -> Spot {
    Spot {
        artifact: Arc::clone(&found.artifact),
        span: found.block.header,
        depth: 0,
    }
}

/// A place inside a resource.
#[derive(Debug)]
pub(super) struct Inside<'a> {
    artifact: &'a Arc<Artifact>,
    place: Place<'a>,
}

/// A place in a body.
#[derive(Debug)]
pub(super) struct Place<'a> {
    /// What is written there.
    pub(super) span: Span,
    /// The name of the attribute whose whole value that is.
    key: Option<Span>,
    /// How many segments of the path lie below it.
    left: usize,
    /// The expression there, with what is below it in the plan.
    pub(super) value: Option<(&'a Expression, Option<&'a Node>, &'a [Segment])>,
    /// The dynamic blocks around it.
    pub(super) loops: Vec<Nested<'a>>,
}

impl<'a> Inside<'a> {
    fn spot(&self, length: usize) -> Spot {
        if let Some((_, _, path @ [_, ..])) = self.place.value
            && let Some((span, left)) = heredoc::within(self.artifact, self.place.span, path)
        {
            return Spot {
                artifact: Arc::clone(self.artifact),
                span,
                depth: length.saturating_sub(left),
            };
        }
        Spot {
            artifact: Arc::clone(self.artifact),
            span: self.place.shown(self.artifact),
            depth: length.saturating_sub(self.place.left),
        }
    }

    /// Returns the place in its file.
    pub(super) const fn place(&self) -> &Place<'a> {
        &self.place
    }
}

impl<'a> Place<'a> {
    const fn block(header: Span, left: usize) -> Self {
        Self {
            span: header,
            key: None,
            left,
            value: None,
            loops: Vec::new(),
        }
    }

    /// Finds the place inside the value of an attribute.
    pub(super) fn attribute(
        name: Option<Span>,
        value: &'a Expression,
        path: &'a [Segment],
        planned: Option<&'a Node>,
    ) -> Self {
        let mut place = in_expression(value, path, planned);
        place.key = name.filter(|_| place.span == value.span);
        place
    }

    /// Returns what is shown: a value on one line, else the name of its attribute.
    pub(super) fn shown(&self, artifact: &Artifact) -> Span {
        let range = self.span.start as usize..self.span.end as usize;
        let text = artifact.text().get(range).unwrap_or_default();
        self.key
            .filter(|_| text.trim_end().contains('\n'))
            .unwrap_or(self.span)
    }
}

/// Finds the place inside a resource: the last override that sets the first name counts, else the block itself.
fn within<'a>(
    base: &'a Found,
    overrides: &[&'a Found],
    path: &'a [Segment],
    node: &'a Node,
) -> Option<Inside<'a>> {
    let [Segment::Key(name), ..] = path else {
        return None;
    };
    let found = setting(base, overrides, name);
    let place = in_body(found.block.body.as_ref()?, path, Some(node))?;
    Some(Inside {
        artifact: &found.artifact,
        place,
    })
}

/// Returns the declaration that sets a name.
pub(super) fn setting<'a>(base: &'a Found, overrides: &[&'a Found], name: &str) -> &'a Found {
    let sets = |found: &Found| {
        let body = found.block.body.as_ref();
        body.is_some_and(|body| {
            body.attribute(name).is_some() || nested(body, name).next().is_some()
        })
    };
    overrides
        .iter()
        .rev()
        .copied()
        .find(|found| sets(found))
        .unwrap_or(base)
}

fn in_body<'a>(body: &'a Body, path: &'a [Segment], node: Option<&'a Node>) -> Option<Place<'a>> {
    let [first @ Segment::Key(name), rest @ ..] = path else {
        return None;
    };
    let value = node.and_then(|node| node.child(first));
    if let Some(attribute) = body.attribute(name) {
        return Some(Place::attribute(
            Some(attribute.name_span),
            &attribute.value,
            rest,
            value,
        ));
    }
    let blocks: Vec<_> = nested(body, name).collect();
    let (index, below) = match rest {
        [Segment::Index(index), below @ ..] => (Some(*index), below),
        _ => (None, rest),
    };
    let element = match index {
        Some(index) => value.and_then(|value| value.child(&Segment::Index(index))),
        None => value,
    };
    let chosen = match (index, blocks.as_slice()) {
        (None, [first, ..]) if blocks.len() > 1 => {
            return Some(Place::block(first.header, rest.len()));
        }
        (_, [only]) if made_by(only, element, index) => *only,
        (Some(index), several @ [_, _, ..]) => choose(several, value, index)?,
        _ => return None,
    };
    let inner = chosen.body.and_then(|body| in_body(body, below, element));
    let mut place = inner.unwrap_or_else(|| Place::block(chosen.header, below.len()));
    place.loops.extend(chosen.dynamic.map(|_| chosen));
    Some(place)
}

/// Tells whether the only block of a name made an element: what AWS added was made by none.
fn made_by(block: &Nested<'_>, element: Option<&Node>, index: Option<usize>) -> bool {
    index.is_none() || element.is_none_or(|element| can_make(block.body, element))
}

fn in_expression<'a>(
    expression: &'a Expression,
    path: &'a [Segment],
    value: Option<&'a Node>,
) -> Place<'a> {
    let here = Place {
        value: Some((expression, value, path)),
        ..Place::block(expression.span, path.len())
    };
    let [first, rest @ ..] = path else {
        return here;
    };
    let below = value.and_then(|value| value.child(first));
    match (&expression.form, first) {
        // What is below a policy text is below the object that the text is made of.
        (Form::Call(name, arguments), _) if name == "jsonencode" => match arguments.as_slice() {
            [argument] => in_containers(argument, path, value)
                .unwrap_or_else(|| in_expression(argument, path, None)),
            _ => here,
        },
        // JSON writes a single block without a list.
        (Form::Object(_), Segment::Index(0))
            if value.is_none_or(|value| is_single(&value.value)) =>
        {
            in_expression(expression, rest, below)
        }
        (Form::Object(_), Segment::Key(key)) => match expression.item(key) {
            Some(item) => in_expression(item, rest, below),
            None => here,
        },
        (Form::Array(items), Segment::Index(index)) => {
            let item = match value {
                Some(_) => item_of(items, *index, below),
                None => items.get(*index),
            };
            item.map_or(here, |item| in_expression(item, rest, below))
        }
        _ => here,
    }
}

/// Finds the place in a list of containers. The provider sorts them, so that they are told by what they say and not by
/// where they stand. `None` where the text lists no containers.
fn in_containers<'a>(
    argument: &'a Expression,
    path: &'a [Segment],
    text: Option<&Node>,
) -> Option<Place<'a>> {
    let (Form::Array(items), [first @ Segment::Index(index), rest @ ..]) = (&argument.form, path)
    else {
        return None;
    };
    let listed = match &text?.value {
        Value::String(text) if text.starts_with('[') => embedded::container_definitions(text, None),
        _ => None,
    }?;
    let element = listed.child(first);
    let here = || Place::block(argument.span, path.len());
    let Some(item) = item_of(items, *index, element) else {
        return Some(here());
    };
    Some(in_list(item, rest, element).unwrap_or_else(|| in_expression(item, rest, None)))
}

/// Finds the place in a list of a container: the provider sorts `environment`, too. `None` where the path leads into none.
fn in_list<'a>(
    container: &'a Expression,
    path: &'a [Segment],
    planned: Option<&Node>,
) -> Option<Place<'a>> {
    let [
        first @ Segment::Key(name),
        second @ Segment::Index(index),
        rest @ ..,
    ] = path
    else {
        return None;
    };
    let list = container.item(name)?;
    let Form::Array(items) = &list.form else {
        return None;
    };
    let element = planned?.child(first)?.child(second);
    let item = item_of(items, *index, element);
    let here = || Place::block(list.span, rest.len() + 1);
    Some(item.map_or_else(here, |item| in_expression(item, rest, None)))
}

fn is_single(value: &Value) -> bool {
    matches!(value, Value::Array(items) if items.len() == 1)
}
