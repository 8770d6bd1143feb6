//! `ordinance explain`.

use std::io::{self, BufWriter, Write as _};

use ordinance_engine::policy::Request;
use ordinance_engine::suppress;
use ordinance_report::rules;

use crate::args::ExplainArguments;
use crate::exit::{CommandError, Exit};
use crate::{pack, streams};

/// Explains one control.
///
/// # Errors
/// When policies do not load, the control does not exist, or the text cannot be written.
pub(crate) fn run(arguments: &ExplainArguments) -> Result<Exit, CommandError> {
    let mut out = BufWriter::new(io::stdout().lock());
    let style = streams::style_of_stdout(arguments.color);
    let failed = |source| CommandError::Write {
        what: "the explanation".into(),
        source,
    };
    if let Some(own) = suppress::rule_of(&arguments.rule) {
        rules::explain(&own, style, &mut out).map_err(failed)?;
        out.flush().map_err(failed)?;
        return Ok(Exit::Clean);
    }
    let set = pack::load(&arguments.policy)?;
    let request = Request {
        rules: vec![arguments.rule.clone()],
        ..Request::default()
    };
    let selection = pack::request(&set, &request)?;
    for chosen in &selection.policies {
        rules::explain(&chosen.policy.metadata, style, &mut out).map_err(failed)?;
    }
    out.flush().map_err(failed)?;
    Ok(Exit::Clean)
}
