//! Reports: a scan in, bytes out, one module an output format.
//!
//! A format reads a [`Scan`](ordinance_engine::scan::Scan) and a [`Context`] and writes to whatever it is given. It
//! opens no file, reads no clock and no environment, and decides nothing: what a verdict is was settled before.

pub mod annotations;
pub mod architecture;
pub mod csv;
pub mod gitlab;
pub mod html;
pub mod in_toto;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod oscal;
pub mod pages;
pub mod policy_test;
pub mod requirements;
pub mod rules;
pub mod sarif;
pub mod terminal;

mod context;
mod escaped;
mod excerpt;
mod framework;
mod text;
mod verdict;
mod words;

use ordinance_engine::suppress;

pub use context::{Context, Provenance};

/// The project's home, of which every link into the documentation is made.
pub const PROJECT: &str = "https://github.com/ordinance-dev/ordinance";

/// Returns text of others on one line, without what moves the cursor, hides text or turns its direction.
pub fn harmless(text: &str) -> String {
    text::neutral(&text::one_line(text), true)
}

/// Returns a line of others without what moves the cursor, hides text or turns its direction; blanks stay.
pub fn harmless_line(text: &str, unicode: bool) -> String {
    text::neutral(text, unicode)
}

/// Returns the page about a control.
pub fn rule_page(id: &str) -> String {
    if suppress::rule_of(id).is_some() {
        return format!(
            "{PROJECT}/blob/main/docs/suppressions.md#{}",
            id.to_lowercase()
        );
    }
    format!(
        "{PROJECT}/blob/main/docs/rules/{}.md",
        ordinance_sarif::uri_of_path(id)
    )
}
