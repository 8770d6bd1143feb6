//! What a developer reads.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use ordinance_engine::scan::Scan;
use ordinance_report::Context;
use ordinance_report::terminal::{Style, write};

use common::{context, empty, hostile, many, small};

const PLAIN: Style = Style {
    color: false,
    links: false,
    unicode: true,
    width: 80,
};

fn text(scan: &Scan, context: &Context<'_>, style: Style) -> String {
    let mut bytes = Vec::new();
    write(scan, context, style, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn on_a_terminal_the_id_of_a_control_is_a_link_to_its_page() {
    let style = Style {
        links: true,
        ..PLAIN
    };
    let shown = text(&small(), &context(), style);
    let page = "https://github.com/ordinance-dev/ordinance/blob/main/docs/rules/KMS-020.md";
    let link = format!("\u{1b}]8;;{page}\u{1b}\\KMS-020\u{1b}]8;;\u{1b}\\");
    assert_eq!(shown.matches(&link).count(), 1, "{shown}");
    assert!(!text(&small(), &context(), PLAIN).contains('\u{1b}'));
}

#[test]
fn findings_and_summary_in_unicode() {
    insta::assert_snapshot!(text(&small(), &context(), PLAIN));
}

#[test]
fn findings_and_summary_in_ascii() {
    let shown = text(
        &small(),
        &context(),
        Style {
            unicode: false,
            ..PLAIN
        },
    );
    insta::assert_snapshot!(shown);
}

#[test]
fn nothing_found_is_a_summary() {
    insta::assert_snapshot!(text(&empty(), &context(), PLAIN));
}

#[test]
fn hostile_text_is_harmless() {
    let shown = text(&hostile(), &context(), PLAIN);
    assert!(
        shown
            .chars()
            .all(|character| character == '\n' || !character.is_control()),
        "{shown:?}"
    );
    assert!(!shown.contains('\u{202e}'));
    insta::assert_snapshot!(shown);
}

#[test]
fn repeated_results_of_a_rule_are_counted() {
    let shown = text(&many(150), &context(), PLAIN);
    assert_eq!(
        shown.matches("Key 'Key' has").count(),
        20,
        "ten of each file"
    );
    assert!(shown.contains(
        "… 90 more results of KMS-020 in this file (see all: --verbose or --format json)"
    ));
    assert!(shown.contains("… 40 more results"));
    let verbose = text(
        &many(150),
        &Context {
            verbose: true,
            ..context()
        },
        PLAIN,
    );
    assert_eq!(verbose.matches("Key 'Key' has").count(), 150);
}

#[test]
fn colours_are_only_colours() {
    let coloured = text(
        &small(),
        &context(),
        Style {
            color: true,
            ..PLAIN
        },
    );
    assert!(coloured.contains("\u{1b}[31m"));
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_eq!(plain, text(&small(), &context(), PLAIN));
}

#[test]
fn lines_keep_to_the_width() {
    for width in [60, 80, 120] {
        let shown = text(&small(), &context(), Style { width, ..PLAIN });
        let longest = shown
            .lines()
            .max_by_key(|line| line.chars().count())
            .unwrap();
        assert!(longest.chars().count() <= width, "{longest}");
    }
}
