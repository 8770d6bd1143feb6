//! A Rego file as data: its package, the rules it defines, and what else it reads.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::error::Place;
use super::token::{Token, TokenKind, tokens};

/// A Rego file as it comes in.
#[derive(Debug, Clone)]
pub struct Source {
    /// How messages name it.
    pub path: Arc<str>,
    /// Its text.
    pub text: Cow<'static, str>,
    /// Whether it belongs to the pack that is tested with the program. Others are guarded harder.
    pub builtin: bool,
}

impl Source {
    /// Returns a file of the embedded pack.
    pub fn builtin(path: impl Into<Arc<str>>, text: &'static str) -> Self {
        Self {
            path: path.into(),
            text: Cow::Borrowed(text),
            builtin: true,
        }
    }

    /// Returns a file that a user brings.
    pub fn custom(path: impl Into<Arc<str>>, text: String) -> Self {
        Self {
            path: path.into(),
            text: Cow::Owned(text),
            builtin: false,
        }
    }

    /// Returns the package that the file declares.
    pub fn package(&self) -> Option<String> {
        package_of(&self.text).map(|(package, _)| package)
    }

    /// Tells whether the file holds unit tests of policies, which scans do not load.
    pub fn is_test(&self) -> bool {
        self.path.ends_with("_test.rego")
    }
}

/// A reference to something under `data` or `input`, from the first key down.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The literal keys after the root (`["policies", "lib", "value", "get"]`).
    pub keys: Vec<String>,
    /// Where it starts.
    pub place: Place,
}

/// What a module reads and defines, found in its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The names of its rules and functions.
    pub rules: BTreeSet<String>,
    /// What it reads of `data`, imports included.
    pub data: Vec<Reference>,
    /// What it reads of `input`.
    pub input: Vec<Reference>,
}

/// A Rego file with its package.
#[derive(Debug)]
pub struct Module {
    /// The file.
    pub source: Source,
    /// The package, dotted (`policies.kms.kms_key_rotation`).
    pub package: Arc<str>,
    /// The byte offset of the line that declares the package.
    pub(super) package_start: usize,
    reading: OnceLock<Reading>,
}

impl Module {
    /// Reads the package of a file; `None` where it declares none.
    pub(super) fn new(source: Source) -> Option<Self> {
        let (package, package_start) = package_of(&source.text)?;
        Some(Self {
            package: package.into(),
            package_start,
            source,
            reading: OnceLock::new(),
        })
    }

    /// Returns what the module reads and defines; the text is read at the first call.
    pub fn reading(&self) -> &Reading {
        self.reading.get_or_init(|| read(&self.source.text))
    }

    /// Returns the METADATA above the package as JSON, for checks against its schema; `None` where there
    /// is none that can be read.
    pub fn metadata_json(&self) -> Option<serde_json::Value> {
        let block = super::block::find(&self.source.text, self.package_start)?;
        let (document, errors) = crate::document::yaml::parse(&block.yaml);
        let root = document.root().filter(|_| errors.is_empty())?;
        Some(crate::document::plain(root))
    }

    /// Tells whether this is shared code: a library or a view.
    pub fn is_shared(&self) -> bool {
        ["policies.lib.", "policies.views."]
            .iter()
            .any(|folder| self.package.starts_with(folder))
    }

    /// Returns the view that this module computes, when it is one: `policies.views.X` with a rule `rows`.
    pub fn view(&self) -> Option<&str> {
        let name = self.package.strip_prefix("policies.views.")?;
        self.reading().rules.contains("rows").then_some(name)
    }
}

/// Finds the package clause: its name and the offset of its line.
fn package_of(text: &str) -> Option<(String, usize)> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("package") {
            let mut words = tokens(text.get(start..)?);
            if words.next().is_some_and(|word| word.is_word("package")) {
                return Some((dotted(&mut words)?, start));
            }
        }
        let blank = line.trim();
        if !blank.is_empty() && !blank.starts_with('#') {
            return None;
        }
        start += line.len();
    }
    None
}

/// Reads `a.b["c"]` as `a.b.c`.
fn dotted<'a>(words: &mut impl Iterator<Item = Token<'a>>) -> Option<String> {
    let first = words.next().filter(|word| word.kind == TokenKind::Word)?;
    let mut name = first.text.to_owned();
    for key in keys_from(first, words) {
        name.push('.');
        name.push_str(&key);
    }
    Some(name)
}

/// Returns the literal keys that follow a name without a gap, `.key` and `["key"]`, each with the index of its last
/// token, and the index of the last token of all.
pub fn keys_after<'a>(tokens: &[Token<'a>], name: usize) -> (Vec<(&'a str, usize)>, usize) {
    let mut keys = Vec::new();
    let mut at = name;
    while let (Some(last), Some(next)) = (tokens.get(at), tokens.get(at + 1)) {
        if next.start != last.end() {
            break;
        }
        match (tokens.get(at + 2), tokens.get(at + 3)) {
            (Some(key), _) if next.is_mark(".") && key.kind == TokenKind::Word => {
                at += 2;
                keys.push((key.text, at));
            }
            (Some(key), Some(close)) if next.is_mark("[") && close.is_mark("]") => {
                let Some(literal) = key.literal() else {
                    break;
                };
                at += 3;
                keys.push((literal, at));
            }
            _ => break,
        }
    }
    (keys, at)
}

/// Words at the start of a line that continue or are no rule.
const KEYWORDS: [&str; 8] = [
    "package", "import", "else", "if", "contains", "in", "with", "as",
];

/// Words that the next line must continue.
const OPEN_WORDS: [&str; 10] = [
    "if", "contains", "in", "with", "as", "not", "else", "some", "every", "default",
];

/// Tells whether a token at the outermost level begins a rule.
pub(super) fn begins_rule(token: Token<'_>, before: Option<&Token<'_>>) -> bool {
    if token.depth != 0 || token.kind != TokenKind::Word || KEYWORDS.contains(&token.text) {
        return false;
    }
    let Some(before) = before else { return true };
    let closed = match before.kind {
        TokenKind::Word => !OPEN_WORDS.contains(&before.text),
        TokenKind::Text | TokenKind::Number => true,
        TokenKind::Mark => matches!(before.text, "}" | "]" | ")"),
    };
    token.place.column == 1 || closed && token.place.line > before.place.line
}

fn read(text: &str) -> Reading {
    let mut all = tokens(text);
    let mut reading = Reading::default();
    let mut before: Option<Token<'_>> = None;
    while let Some(token) = all.next() {
        if begins_rule(token, before.as_ref()) {
            let named = match token.text {
                "default" => all.clone().next().unwrap_or(token),
                _ => token,
            };
            reading.rules.insert(named.text.to_owned());
        }
        let member = before.is_some_and(|mark| mark.is_mark(".") && mark.end() == token.start);
        before = Some(token);
        if token.kind != TokenKind::Word || member {
            continue;
        }
        let target = match token.text {
            "data" => &mut reading.data,
            "input" => &mut reading.input,
            _ => continue,
        };
        target.push(Reference {
            keys: keys_from(token, all.clone()),
            place: token.place,
        });
    }
    reading
}

/// Returns the literal keys that follow a name without a gap.
fn keys_from<'a>(name: Token<'a>, rest: impl Iterator<Item = Token<'a>>) -> Vec<String> {
    let adjacent = rest.scan(name.end(), |end, token| {
        let follows = token.start == *end;
        *end = token.end();
        follows.then_some(token)
    });
    let chain: Vec<Token<'a>> = std::iter::once(name)
        .chain(adjacent.take(MOST_TOKENS))
        .collect();
    let (keys, _) = keys_after(&chain, 0);
    keys.into_iter().map(|(key, _)| key.to_owned()).collect()
}

/// More tokens than this make no name.
const MOST_TOKENS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn module(text: &str) -> Module {
        Module::new(Source::custom("a.rego", text.to_owned())).unwrap()
    }

    fn keys(references: &[Reference]) -> Vec<String> {
        references.iter().map(|one| one.keys.join("/")).collect()
    }

    #[test]
    fn the_package_is_found_below_comments() {
        let module = module("# METADATA\n# title: package a\n\npackage policies.kms[\"x\"]\n");
        assert_eq!(&*module.package, "policies.kms.x");
        assert_eq!(module.package_start, 31);
    }

    #[test]
    fn a_file_without_a_package_is_no_module() {
        let source = Source::custom("a.rego", "deny := 1\npackage a\n".to_owned());
        assert!(Module::new(source).is_none());
    }

    #[test]
    fn rules_are_the_names_that_begin_a_statement() {
        let module = module(
            "package a\nimport data.b\n_x := 1\ndeny contains v if {\n\tv := f(1)\n}\ndefault allow := false\n\
             f(x) :=\n\tg(x)\n  g(x) := x if\n\tx > 1\nelse := 2\n\tlast := b.c\n",
        );
        let rules: Vec<&str> = module.reading().rules.iter().map(String::as_str).collect();
        assert_eq!(rules, ["_x", "allow", "deny", "f", "g", "last"]);
    }

    #[test]
    fn references_are_read_through_dots_and_brackets() {
        let module = module(
            "package a\nimport data.policies.lib.value\nx := data.params[\"KMS-020\"].days\ny := data.tables[z]\nw := a.data.b\n# data.c\nv := \"data.d\"\n",
        );
        assert_eq!(
            keys(&module.reading().data),
            ["policies/lib/value", "params/KMS-020/days", "tables"]
        );
    }

    #[test]
    fn an_array_on_the_next_line_is_no_key() {
        let module = module("package a\nx if {\n\ty := input.views\n\t[\"a\"] == y\n}\n");
        assert_eq!(keys(&module.reading().input), ["views"]);
    }
}
