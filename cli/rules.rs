//! `ordinance rules`.

use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use ordinance_report::rules;

use crate::args::{ListFormat, RulesArguments};
use crate::exit::{CommandError, Exit};
use crate::{config, pack, streams};

/// Lists the chosen controls; all of them when nothing is chosen.
///
/// # Errors
/// When policies do not load, a pack or control does not exist, or the list cannot be written.
pub(crate) fn run(arguments: &RulesArguments) -> Result<Exit, CommandError> {
    let choice = &arguments.choice;
    let config = config::of(&choice.source, Path::new("."))?;
    let set = pack::load_chosen(choice, &config)?;
    let everything =
        choice.pack.is_empty() && choice.rule.is_empty() && choice.skip_rule.is_empty();
    let chosen: Vec<_> = if everything {
        set.policies().to_vec()
    } else {
        let selection = pack::select(&set, choice, &config)?;
        selection
            .policies
            .into_iter()
            .map(|chosen| chosen.policy)
            .collect()
    };
    let controls = chosen.iter().map(|policy| &*policy.metadata);
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match arguments.format {
        ListFormat::Terminal => rules::list(
            controls,
            streams::style_of_stdout(arguments.color),
            &mut out,
        ),
        ListFormat::Json => rules::list_json(controls, &mut out),
    };
    written
        .and_then(|()| out.flush())
        .map_err(|source| CommandError::Write {
            what: "the list of controls".into(),
            source,
        })?;
    Ok(Exit::Clean)
}
