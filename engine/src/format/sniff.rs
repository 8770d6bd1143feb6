//! Which format a text is, from its head and the keys at its top.
//!
//! Reads the text once without a grammar, so that a template with a syntax error is still recognised and reported as
//! unreadable instead of being passed over. Files of other tools have other keys at the top: nothing is taken for
//! ours that only mentions our words.

use memchr::{memchr2, memchr2_iter};

use crate::resource::Format;

/// Returns the format of a text found at `uri`, or `None` when it is none of ours.
///
/// Workflows are known by their folder, since GitHub reads no others; see [`sniff_named`].
pub fn sniff(uri: &str, text: &str) -> Option<Format> {
    let place = Place::of(uri);
    match Head::read(text) {
        head if head.is_template() => Some(Format::CloudFormation),
        head if head.is_plan() => Some(Format::TerraformPlan),
        head if place == Place::Workflow && (head.on || head.jobs) => Some(Format::GithubWorkflow),
        head if place == Place::Action && head.runs => Some(Format::GithubAction),
        _ => None,
    }
}

/// Returns the format of a text that the user named: a workflow wherever it lies, and all that [`sniff`] knows.
pub fn sniff_named(uri: &str, text: &str) -> Option<Format> {
    sniff(uri, text).or_else(|| {
        let head = Head::read(text);
        (head.on && head.jobs).then_some(Format::GithubWorkflow)
    })
}

/// What the path of a file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Directly in `.github/workflows`.
    Workflow,
    /// A file that only an action's definition is called.
    Action,
    Elsewhere,
}

impl Place {
    fn of(uri: &str) -> Self {
        let (folder, name) = uri.rsplit_once('/').unwrap_or(("", uri));
        if folder == ".github/workflows" || folder.ends_with("/.github/workflows") {
            return Self::Workflow;
        }
        match name {
            "action.yml" | "action.yaml" => Self::Action,
            _ => Self::Elsewhere,
        }
    }
}

/// What the top of a text shows.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key that the text has or has not"
)]
struct Head {
    /// `AWSTemplateFormatVersion`.
    version: bool,
    /// A `Type` below `Resources` that has the form of a CloudFormation type.
    resource: bool,
    /// A `Transform` of AWS.
    transform: bool,
    /// `format_version`.
    format_version: bool,
    /// `planned_values` or `resource_changes`.
    changes: bool,
    /// `terraform_version`, which `OpenTofu` writes too.
    terraform: bool,
    on: bool,
    jobs: bool,
    runs: bool,
}

impl Head {
    fn read(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let body = skip_comments(text);
        let mut head = Self::default();
        // Two braces are a template language's, not JSON's.
        if body.starts_with('{') && !body.starts_with("{{") && !body.starts_with("{%") {
            head.read_json(body);
        } else {
            head.read_yaml(text);
        }
        head
    }

    const fn is_template(self) -> bool {
        self.version || self.resource || self.transform
    }

    const fn is_plan(self) -> bool {
        self.format_version && (self.changes || self.terraform)
    }

    const fn is_decided(self) -> bool {
        self.is_template() || self.is_plan() || (self.on && self.jobs)
    }

    /// Takes a key at the top.
    fn top_key(&mut self, key: &str) {
        match key {
            "AWSTemplateFormatVersion" => self.version = true,
            "on" => self.on = true,
            "jobs" => self.jobs = true,
            "runs" => self.runs = true,
            _ => {}
        }
    }

    /// Takes a key at the top of what may be a plan or a state.
    fn plan_key(&mut self, key: &str) {
        match key {
            "format_version" => self.format_version = true,
            "planned_values" | "resource_changes" => self.changes = true,
            "terraform_version" => self.terraform = true,
            _ => {}
        }
    }

    /// Reads the keys of JSON, also when it is cut off or has errors.
    fn read_json(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut depth = 0_usize;
        // The key that was read last at each of the outer levels.
        let mut path = [""; 4];
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                b'"' => {
                    let end = string_end(bytes, at);
                    let string = text.get(at..end).unwrap_or_default();
                    at = end + 1;
                    if !is_key(bytes, at) {
                        self.json_value(depth, &path, string);
                    } else if let Some(slot) = path.get_mut(depth) {
                        *slot = string;
                        self.json_key(depth, &path, string);
                    }
                    if self.is_decided() {
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    fn json_key(&mut self, depth: usize, path: &[&str; 4], key: &str) {
        match depth {
            1 => {
                self.top_key(key);
                self.plan_key(key);
            }
            2 if matches!(path[1], "plan" | "input") => self.plan_key(key),
            3 if path[1] == "input" && path[2] == "plan" => self.plan_key(key),
            _ => {}
        }
    }

    fn json_value(&mut self, depth: usize, path: &[&str; 4], value: &str) {
        match (depth, path[1]) {
            (3, "Resources") if path[3] == "Type" => self.resource |= is_type(value),
            (1 | 2, "Transform") => self.transform |= value.starts_with("AWS::"),
            _ => {}
        }
    }

    /// Reads the keys of YAML that stand at the left margin, in the first document that has any.
    fn read_yaml(&mut self, text: &str) {
        let mut margin = None;
        let mut top = "";
        for line in lines(text) {
            let content = line.trim_start_matches(' ');
            let indent = line.len() - content.len();
            if content.is_empty() || content.starts_with(['#', '%']) {
                continue;
            }
            if indent == 0 && is_document_marker(content) {
                if margin.is_some() {
                    return;
                }
                continue;
            }
            if indent == *margin.get_or_insert(indent)
                && let Some((key, value)) = key_value(content)
            {
                top = key;
                self.top_key(key);
                self.transform |= key == "Transform" && has_transform(value);
            } else if top == "Resources" {
                self.resource |= has_type(content);
            } else if top == "Transform" {
                self.transform |= has_transform(content);
            }
            if self.is_decided() {
                return;
            }
        }
    }
}

/// Returns the text from its first line that is neither blank nor a comment.
fn skip_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with('#') || rest.starts_with("//") {
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        rest = rest.get(end..).unwrap_or_default().trim_start();
    }
    rest
}

/// Returns where the string that starts at `at` ends: the place of its closing quote.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        match memchr2(b'"', b'\\', rest) {
            Some(found) if rest.get(found) == Some(&b'"') => return at + found,
            Some(found) => at += found + 2,
            None => return bytes.len(),
        }
    }
}

/// Tells whether a colon follows.
fn is_key(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}

/// Tells whether a value has the form of a resource type: `AWS::S3::Bucket`, `Custom::Thing`, `My::Own::Type::MODULE`.
fn is_type(value: &str) -> bool {
    let mut parts = 0;
    value.split("::").all(|part| {
        parts += 1;
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@' | b'-'))
    }) && parts > 1
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    memchr2_iter(b'\n', b'\r', text.as_bytes())
        .chain(std::iter::once(text.len()))
        .map(move |end| {
            let line = text.get(start..end).unwrap_or_default();
            start = end + 1;
            line
        })
}

/// Tells whether a line starts or ends a document.
fn is_document_marker(line: &str) -> bool {
    let rest = line.strip_prefix("---").or(line.strip_prefix("..."));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// Splits a line into a key, without its quotes, and what follows the colon.
fn key_value(line: &str) -> Option<(&str, &str)> {
    let quote = line.chars().next().filter(|c| matches!(c, '"' | '\''));
    let (key, rest) = match quote {
        Some(quote) => line.get(1..)?.split_once(quote)?,
        None => line.split_at(line.find([':', ' ', '\t', '#'])?),
    };
    let value = rest.trim_start_matches([' ', '\t']).strip_prefix(':')?;
    (value.is_empty() || value.starts_with([' ', '\t'])).then_some((key, value))
}

/// Tells whether a line below `Resources` gives a type.
fn has_type(line: &str) -> bool {
    line.match_indices("Type").any(|(at, word)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).unwrap_or_default();
        before.is_none_or(|c| matches!(c, ' ' | '{' | ',' | '"' | '\''))
            && type_value(after).is_some_and(is_type)
    })
}

/// Returns the scalar behind the colon of a key that ends where `text` starts.
fn type_value(text: &str) -> Option<&str> {
    /// A type name is at most so long; a bound keeps a line of many keys from being read again for each.
    const LONGEST: usize = 256;
    let text = text.get(..text.floor_char_boundary(LONGEST))?;
    let value = text
        .trim_start_matches(['"', '\'', ' '])
        .strip_prefix(':')?
        .trim_start_matches([' ', '\t', '"', '\'']);
    let end = value.find([' ', '\t', '"', '\'', ',', '}', '#']);
    value.get(..end.unwrap_or(value.len()))
}

/// Tells whether the value of `Transform`, or an item of it, is a transform of AWS.
fn has_transform(value: &str) -> bool {
    value
        .trim_start_matches([' ', '\t', '-', '[', '"', '\''])
        .starts_with("AWS::")
}

#[cfg(test)]
#[path = "sniff_tests.rs"]
mod tests;
