//! Lists of commands: operators, groups, keywords, redirections.

use super::{Redirect, Simple, Word};

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

/// A here-document whose body has not been reached.
struct Pending {
    command: usize,
    redirect: usize,
    word: String,
    tabs: bool,
}

/// The state of a list of commands.
#[derive(Default)]
struct List {
    command: Simple,
    /// The index of the last finished command of this list.
    last: Option<usize>,
    cases: Vec<Case>,
    condition: bool,
    negated: bool,
    /// Words of `for` and `select`, which name no command.
    header: bool,
}

/// Reads a script.
pub(super) struct Scanner<'a> {
    pub(super) script: &'a str,
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) depth: usize,
    found: Vec<Simple>,
    pending: Vec<Pending>,
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

    /// Reads a nested list up to its end.
    pub(super) fn nested(&mut self, end: End) -> Option<usize> {
        self.depth += 1;
        let last = self.list(end);
        self.depth -= 1;
        last
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
            self.at += 1;
            let condition = list.condition;
            let first = self.found.len();
            list.last = self.nested(End::Parenthesis).or(list.last);
            for command in self.found.iter_mut().skip(first) {
                command.condition |= condition;
            }
        } else {
            self.at += 1;
        }
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
            while self.at == start
                && matches!(
                    self.peek(),
                    Some(b'&' | b'|' | b'<' | b'>' | b'(' | b')' | b';')
                )
            {
                word.text.push_str(
                    ["&&", "||", "<", ">", "(", ")", ";", "&", "|"]
                        .into_iter()
                        .find(|sign| self.take(sign))
                        .unwrap_or_default(),
                );
                word.end = self.at;
                break;
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
        if word.quoted {
            return false;
        }
        if let Some(Case::Subject) = list.cases.last() {
            if word.text == "in" {
                Self::set_case(list, Case::Pattern);
            }
            return true;
        }
        if list.cases.last() == Some(&Case::Pattern) && word.text != "esac" {
            return false;
        }
        match word.text.as_str() {
            "if" | "elif" | "while" | "until" => list.condition = true,
            "then" | "do" => list.condition = false,
            "else" | "fi" | "done" | "coproc" => {}
            "!" => list.negated = !list.negated,
            "for" | "select" => list.header = true,
            "function" => self.function_keyword(),
            "case" => list.cases.push(Case::Subject),
            "esac" => {
                list.cases.pop();
            }
            "{" => {
                self.braces += 1;
                if let Some(name) = self.named.take() {
                    self.functions.push((self.braces, name));
                }
            }
            "}" => {
                self.functions.retain(|(level, _)| *level != self.braces);
                self.braces = self.braces.saturating_sub(1);
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
        let mut command = std::mem::take(&mut list.command);
        if command.words.is_empty() && command.redirects.is_empty() {
            // Behind a group the operator belongs to the group's last command.
            if let Some(last) = list.last.and_then(|last| self.found.get_mut(last)) {
                if operator != ";" || last.operator.is_none() {
                    last.operator = Some(operator);
                }
            }
            return;
        }
        command.operator = Some(operator);
        command.depth = self.depth;
        command.condition = list.condition;
        command.negated = std::mem::take(&mut list.negated);
        command.function = self.functions.last().map(|(_, name)| name.clone());
        let index = self.found.len();
        for pending in &mut self.pending {
            if pending.command == usize::MAX {
                pending.command = index;
            }
        }
        self.found.push(command);
        list.last = Some(index);
    }

    /// Reads a redirection when one stands here.
    fn redirect(&mut self, list: &mut List) -> bool {
        const OPERATORS: [&str; 12] = [
            "&>>", "&>", "<<<", "<<-", "<<", "<>", "<&", ">>", ">&", ">|", "<", ">",
        ];
        let rest = self.rest();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count().min(3);
        let sign = rest.get(digits..).unwrap_or_default();
        let Some(operator) = OPERATORS.into_iter().find(|known| sign.starts_with(known)) else {
            return false;
        };
        if matches!(operator, "<" | ">") && sign.get(1..2) == Some("(") {
            return false;
        }
        let descriptor = rest.get(..digits).unwrap_or_default();
        self.at += digits + operator.len();
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let target = self.word();
        if operator.starts_with("<<") && operator != "<<<" {
            self.pending.push(Pending {
                command: usize::MAX,
                redirect: list.command.redirects.len(),
                word: target.text.clone(),
                tabs: operator == "<<-",
            });
        }
        list.command.redirects.push(Redirect {
            operator: format!("{descriptor}{operator}"),
            target: target.text,
            body: None,
        });
        true
    }

    /// Reads the bodies of the here-documents that the line before announced.
    fn bodies(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let start = self.at;
            let mut body_end = self.end;
            while self.at < self.end {
                let rest = self.rest();
                let line = rest.split('\n').next().unwrap_or_default();
                let line_start = self.at;
                self.at = (self.at + line.len() + 1).min(self.end);
                let plain = line.trim_end_matches('\r');
                let plain = if pending.tabs {
                    plain.trim_start_matches('\t')
                } else {
                    plain
                };
                if plain == pending.word {
                    body_end = line_start;
                    break;
                }
            }
            let body = self.script.get(start..body_end).unwrap_or_default();
            let redirect = self
                .found
                .get_mut(pending.command)
                .and_then(|command| command.redirects.get_mut(pending.redirect));
            if let Some(redirect) = redirect {
                redirect.body = Some(body.to_owned());
            }
        }
    }
}
