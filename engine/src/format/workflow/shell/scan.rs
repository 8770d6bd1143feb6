//! Lists of commands: operators, groups, keywords.

use super::redirect::Pending;
use super::{Simple, Word};

/// What ends a list of commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The end of the text.
    Text,
    /// A closing parenthesis.
    Parenthesis,
}

/// Where `case` stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// Between `case` and `in`.
    Subject,
    /// Where a pattern is expected.
    Pattern,
    /// In the commands of a pattern.
    Body,
}

/// The state of a list of commands.
#[derive(Default)]
pub(super) struct List {
    pub(super) command: Simple,
    /// The index of the last finished command of this list.
    last: Option<usize>,
    cases: Vec<Case>,
    condition: bool,
    negated: bool,
    /// Words of `for` and `select`, which name no command.
    header: bool,
    /// Where the compound commands begin that are open: how many commands had been found before each.
    open: Vec<usize>,
    /// Where the compound command began that ended right here.
    pub(super) closed: Option<usize>,
}

/// Reads a script.
pub(super) struct Scanner<'a> {
    pub(super) script: &'a str,
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) depth: usize,
    /// How many of the levels are substitutions.
    pub(super) substitutions: usize,
    pub(super) found: Vec<Simple>,
    pub(super) pending: Vec<Pending>,
    functions: Vec<(usize, String)>,
    braces: usize,
    named: Option<String>,
    /// Whether a `${{` was seen that nothing closes: later ones are not looked for again.
    pub(super) unclosed: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(script: &'a str) -> Self {
        Self {
            script,
            at: 0,
            end: script.len(),
            depth: 0,
            substitutions: 0,
            found: Vec::new(),
            pending: Vec::new(),
            functions: Vec::new(),
            braces: 0,
            named: None,
            unclosed: false,
        }
    }

    pub(super) fn run(mut self) -> Vec<Simple> {
        self.list(End::Text);
        // A parenthesis that closes nothing ends a list early: go on behind it.
        while self.at < self.end {
            self.at += 1;
            self.list(End::Text);
        }
        self.found
            .retain(|command| !command.words.is_empty() || !command.redirects.is_empty());
        self.found.sort_by_key(|command| command.start);
        self.found
    }

    pub(super) fn rest(&self) -> &'a str {
        self.script.get(self.at..self.end).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        (self.at < self.end)
            .then(|| self.script.as_bytes().get(self.at).copied())
            .flatten()
    }

    pub(super) fn character(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn skip_char(&mut self) {
        self.at += self.character().map_or(1, char::len_utf8);
        self.at = self.at.min(self.end);
    }

    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Reads the commands of a substitution.
    pub(super) fn nested(&mut self, end: End) {
        self.depth += 1;
        self.substitutions += 1;
        self.list(end);
        self.substitutions -= 1;
        self.depth -= 1;
    }

    /// Reads commands up to `end`; returns the index of the last one.
    fn list(&mut self, end: End) -> Option<usize> {
        let mut list = List::default();
        while let Some(next) = self.peek() {
            match next {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.take("\\\n") || self.take("\\\r\n") => {}
                b'#' => self.comment(),
                b'\n' => {
                    self.at += 1;
                    self.finish(&mut list, ";");
                    self.bodies();
                }
                b';' => self.semicolon(&mut list),
                b'&' | b'|' if !self.rest().starts_with("&>") => self.join(&mut list),
                b')' if list.cases.last() == Some(&Case::Pattern) => {
                    self.at += 1;
                    list.command = Simple::default();
                    Self::set_case(&mut list, Case::Body);
                }
                b')' => {
                    self.at += usize::from(end == End::Parenthesis);
                    break;
                }
                b'(' => self.parenthesis(&mut list),
                _ => self.part(&mut list),
            }
        }
        self.finish(&mut list, ";");
        if let Some(last) = list.last.and_then(|last| self.found.get_mut(last)) {
            last.operator = last.operator.filter(|operator| *operator != ";");
        }
        list.last
    }

    fn comment(&mut self) {
        let length = self.rest().find('\n').unwrap_or(self.end - self.at);
        self.at += length;
    }

    fn semicolon(&mut self, list: &mut List) {
        let ends_pattern = self.take(";;&") || self.take(";;") || self.take(";&");
        if !ends_pattern {
            self.at += 1;
        }
        self.finish(list, ";");
        if ends_pattern && list.cases.last() == Some(&Case::Body) {
            Self::set_case(list, Case::Pattern);
        }
    }

    fn join(&mut self, list: &mut List) {
        let operator = ["&&", "||", "|&", "|", "&"]
            .into_iter()
            .find(|operator| self.take(operator));
        match operator {
            // Alternatives of a pattern.
            Some("|") if list.cases.last() == Some(&Case::Pattern) => {
                list.command = Simple::default();
            }
            Some("|&") => self.finish(list, "|"),
            Some(operator) => self.finish(list, operator),
            None => self.at += 1,
        }
    }

    fn set_case(list: &mut List, state: Case) {
        if let Some(last) = list.cases.last_mut() {
            *last = state;
        }
    }

    fn parenthesis(&mut self, list: &mut List) {
        if list.cases.last() == Some(&Case::Pattern) {
            self.at += 1;
        } else if !list.command.words.is_empty() {
            self.definition(list);
        } else if self.rest().starts_with("((") && self.skip_arithmetic(2) {
        } else if self.depth < super::word::MAX_DEPTH {
            self.subshell(list);
        } else {
            self.at += 1;
        }
    }

    fn subshell(&mut self, list: &mut List) {
        self.at += 1;
        let first = self.found.len();
        let function = self.named.take();
        self.depth += 1;
        list.last = self.list(End::Parenthesis).or(list.last);
        self.depth -= 1;
        for command in self.found.iter_mut().skip(first) {
            command.condition |= list.condition;
            command.function = command.function.take().or_else(|| function.clone());
        }
        list.closed = Some(first);
    }

    /// `name()`: what stood before the parentheses is no command.
    fn definition(&mut self, list: &mut List) {
        self.at += 1;
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        if self.take(")") {
            let named = std::mem::take(&mut list.command);
            self.named = named.words.last().map(|word| word.text.clone());
        }
    }

    /// A redirection or a word.
    fn part(&mut self, list: &mut List) {
        if list.command.words.is_empty() && list.command.redirects.is_empty() {
            list.command.start = self.at;
        }
        if self.redirect(list) {
            list.command.end = self.at;
            return;
        }
        list.closed = None;
        let before = self.at;
        let word = self.word();
        if self.at == before {
            self.skip_char();
            return;
        }
        if word.text.is_empty() && !word.quoted {
            return;
        }
        if list.header || (list.command.words.is_empty() && self.keyword(list, &word)) {
            return;
        }
        if list.cases.last() == Some(&Case::Pattern) {
            return;
        }
        list.command.end = self.at;
        let tests = list.command.words.is_empty() && word.text == "[[" && !word.quoted;
        list.command.words.push(word);
        if tests {
            self.test(list);
        }
    }

    /// The inside of `[[ … ]]`: words only.
    fn test(&mut self, list: &mut List) {
        while let Some(next) = self.peek() {
            if matches!(next, b' ' | b'\t' | b'\r' | b'\n') {
                self.at += 1;
                continue;
            }
            let start = self.at;
            let mut word = self.word();
            if self.at == start {
                let signs = ["&&", "||", "<", ">", "(", ")", ";", "&", "|"];
                let sign = signs.into_iter().find(|sign| self.take(sign));
                sign.unwrap_or_default().clone_into(&mut word.text);
                word.end = self.at;
            }
            if self.at == start {
                self.skip_char();
                continue;
            }
            list.command.end = self.at;
            let closes = word.text == "]]";
            list.command.words.push(word);
            if closes {
                return;
            }
        }
    }

    /// Handles a keyword in command position.
    fn keyword(&mut self, list: &mut List, word: &Word) -> bool {
        if let Some(Case::Subject) = list.cases.last() {
            if word.text == "in" && !word.quoted {
                Self::set_case(list, Case::Pattern);
            }
            return true;
        }
        if word.quoted {
            return false;
        }
        if list.cases.last() == Some(&Case::Pattern) && word.text != "esac" {
            return false;
        }
        match word.text.as_str() {
            "if" | "while" | "until" => {
                list.condition = true;
                list.open.push(self.found.len());
            }
            "elif" => list.condition = true,
            "then" | "do" => list.condition = false,
            "else" | "coproc" => {}
            "fi" | "done" => list.closed = list.open.pop(),
            "!" => list.negated = !list.negated,
            "for" | "select" => {
                list.header = true;
                list.open.push(self.found.len());
            }
            "function" => self.function_keyword(),
            "case" => {
                list.cases.push(Case::Subject);
                list.open.push(self.found.len());
            }
            "esac" => {
                list.cases.pop();
                list.closed = list.open.pop();
            }
            "{" => {
                self.braces += 1;
                list.open.push(self.found.len());
                if let Some(name) = self.named.take() {
                    self.functions.push((self.braces, name));
                }
            }
            "}" => {
                self.functions.retain(|(level, _)| *level != self.braces);
                self.braces = self.braces.saturating_sub(1);
                list.closed = list.open.pop();
            }
            _ => return false,
        }
        true
    }

    fn function_keyword(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let name = self.word();
        self.take("()");
        self.named = Some(name.text);
    }

    /// Ends the command that was being read.
    fn finish(&mut self, list: &mut List, operator: &'static str) {
        list.header = false;
        self.redirect_group(list);
        let mut command = std::mem::take(&mut list.command);
        if command.words.is_empty() && command.redirects.is_empty() {
            // Behind a group the operator belongs to the group's last command.
            let previous = list.last.and_then(|index| self.found.get_mut(index));
            let open = |command: &&mut Simple| operator != ";" || command.operator.is_none();
            if let Some(previous) = previous.filter(open) {
                previous.operator = Some(operator);
            }
            return;
        }
        command.operator = Some(operator);
        command.depth = self.depth;
        command.substitutions = self.substitutions;
        command.condition = list.condition;
        command.negated = std::mem::take(&mut list.negated);
        command.function = self.functions.last().map(|(_, name)| name.clone());
        let index = self.found.len();
        for pending in &mut self.pending {
            if std::mem::take(&mut pending.waiting) {
                pending.command = Some(index);
            }
        }
        self.found.push(command);
        list.last = Some(index);
    }
}
