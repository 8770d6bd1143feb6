//! What the command line room says about a configuration: each mistake has a place in the text.

#![allow(unreachable_pub, reason = "tests include this file, too")]

use ordinance_engine::artifact::Span;

/// Each mistake begins with a line and a column of the text, and says something.
pub fn placed(text: &str, mistakes: &[String]) {
    for mistake in mistakes {
        let mut parts = mistake.splitn(3, ':');
        let mut number = || parts.next().and_then(|part| part.parse::<usize>().ok());
        let (line, column) = (number(), number());
        let lines = text.split(['\n', '\r']).count();
        assert!(
            line.is_some_and(|line| (1..=lines).contains(&line)),
            "{mistake}"
        );
        assert!(
            column.is_some_and(|column| (1..=text.len() + 1).contains(&column)),
            "{mistake}"
        );
        assert!(
            parts
                .next()
                .is_some_and(|message| !message.trim().is_empty()),
            "{mistake}"
        );
    }
}

/// What is wrong with a file of parameters says something, at a place of the text.
pub fn odd(text: &str, message: &str, span: Option<Span>) {
    assert!(!message.trim().is_empty());
    if let Some(span) = span {
        assert!(
            text.get(span.start as usize..span.end as usize).is_some(),
            "{span:?}: {message}"
        );
    }
}
