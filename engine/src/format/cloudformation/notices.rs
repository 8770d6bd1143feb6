//! The notices of one template: each said once, and not more than a reader can take in.

use std::collections::BTreeSet;

use crate::artifact::Span;
use crate::resource::{Notice, NoticeKind, NoticeLevel};

/// More notices than this tell nobody more.
const MAX_NOTICES: usize = 100;

/// Collects notices, without repetitions.
#[derive(Debug, Default)]
pub(super) struct Notices {
    list: Vec<Notice>,
    said: BTreeSet<(Option<Span>, String)>,
    extensions: bool,
    dropped: usize,
}

impl Notices {
    /// Says that part of the template has a shape the format does not allow, and was read nevertheless.
    pub(super) fn odd(&mut self, span: Option<Span>, message: impl Into<String>) {
        let kind = NoticeKind::InvalidInput;
        self.push(kind, NoticeLevel::Warning, span, message.into());
    }

    /// Says that part of the template could not be read, so that something is not judged.
    pub(super) fn unreadable(&mut self, span: Option<Span>, message: impl Into<String>) {
        let kind = NoticeKind::InvalidInput;
        self.push(kind, NoticeLevel::Error, span, message.into());
    }

    /// Says that something which other files decide may change what the template shows.
    pub(super) fn outside(
        &mut self,
        level: NoticeLevel,
        span: Option<Span>,
        message: impl Into<String>,
    ) {
        self.push(NoticeKind::NotInScan, level, span, message.into());
    }

    /// Says that a budget is exhausted.
    pub(super) fn limit(&mut self, span: Option<Span>, message: impl Into<String>) {
        let kind = NoticeKind::Limit;
        self.push(kind, NoticeLevel::Error, span, message.into());
    }

    /// Says that a function needs the transform of the language extensions, which the template does not declare.
    pub(super) fn missing_extensions(&mut self, span: Span, function: &str) {
        if !std::mem::replace(&mut self.extensions, true) {
            let message = format!(
                "{function} needs the transform 'AWS::LanguageExtensions', without which CloudFormation rejects it."
            );
            self.odd(Some(span), message);
        }
    }

    fn push(&mut self, kind: NoticeKind, level: NoticeLevel, span: Option<Span>, message: String) {
        if self.said.contains(&(span, message.clone())) {
            return;
        }
        if self.list.len() >= MAX_NOTICES {
            self.dropped += 1;
            return;
        }
        self.said.insert((span, message.clone()));
        self.list.push(Notice {
            kind,
            level,
            message,
            span,
        });
    }

    /// Returns the notices in the order of the source.
    pub(super) fn finish(mut self) -> Vec<Notice> {
        self.list
            .sort_by(|a, b| (a.span, a.kind, &a.message).cmp(&(b.span, b.kind, &b.message)));
        if self.dropped > 0 {
            self.list.push(Notice {
                kind: NoticeKind::Limit,
                level: NoticeLevel::Warning,
                message: format!(
                    "The template gives rise to {} more notices like these.",
                    self.dropped
                ),
                span: None,
            });
        }
        self.list
    }
}
