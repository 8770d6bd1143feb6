//! Redirections and here-documents.

use super::Redirect;
use super::scan::{List, Scanner};

/// A here-document whose body has not been reached.
pub(super) struct Pending {
    /// The index of its command, once that is finished.
    pub(super) command: Option<usize>,
    /// Whether its command is still being read.
    pub(super) waiting: bool,
    redirect: usize,
    word: String,
    tabs: bool,
}

impl Scanner<'_> {
    /// Gives the redirections behind a compound command to the commands in it.
    pub(super) fn redirect_group(&mut self, list: &mut List) {
        let Some(first) = list.closed.take() else {
            return;
        };
        let redirects = std::mem::take(&mut list.command.redirects);
        self.pending
            .iter_mut()
            .for_each(|pending| pending.waiting = false);
        let level = self.substitutions;
        for command in self.found.iter_mut().skip(first) {
            if command.substitutions == level {
                command.redirects.extend(redirects.iter().cloned());
            }
        }
    }

    /// Reads a redirection when one stands here.
    pub(super) fn redirect(&mut self, list: &mut List) -> bool {
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
                command: None,
                waiting: true,
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
    pub(super) fn bodies(&mut self) {
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
                .get_mut(pending.command.unwrap_or(usize::MAX))
                .and_then(|command| command.redirects.get_mut(pending.redirect));
            if let Some(redirect) = redirect {
                redirect.body = Some(body.to_owned());
            }
        }
    }
}
