//! Reports: a scan in, bytes out, one module an output format.
//!
//! A format reads a [`Scan`](ordinance_engine::scan::Scan) and a [`Context`] and writes to whatever it is given. It
//! opens no file, reads no clock and no environment, and decides nothing: what a verdict is was settled before.

pub mod architecture;
pub mod html;
pub mod json;
pub mod pages;
pub mod rules;
pub mod sarif;
pub mod terminal;

mod context;
mod excerpt;
mod framework;
mod text;
mod words;

pub use context::{Context, Provenance};

/// The project's home, of which every link into the documentation is made.
pub const PROJECT: &str = "https://github.com/ordinance-dev/ordinance";

/// Returns the page about a control.
pub fn rule_page(id: &str) -> String {
    format!(
        "{PROJECT}/blob/main/docs/rules/{}.md",
        ordinance_sarif::uri_of_path(id)
    )
}
