//! `ordinance map`.

use std::io::{self, BufWriter, Write as _};
use std::sync::Arc;

use ordinance_engine::evaluate::{Evaluator, Limits};
use ordinance_engine::policy::Selection;
use ordinance_engine::scan::{Scan, scan};
use ordinance_report::architecture;

use crate::args::{MapArguments, MapFormat};
use crate::exit::{CommandError, Exit};
use crate::session::{check_paths, options, root};
use crate::{config, pack, streams};

/// Shows what a scan understands of a system.
///
/// # Errors
/// Before scanning: wrong arguments. After it: an output that cannot be written.
pub(crate) fn run(arguments: &MapArguments) -> Result<Exit, CommandError> {
    check_paths(&arguments.input)?;
    let source = &arguments.source;
    let config = config::of(source, &root(&arguments.input))?;
    let set = pack::load(&[])?;
    let evaluator = Evaluator::new(Arc::new(set), Selection::default(), Limits::default());
    let evaluator = evaluator.with_architecture();
    let options = options(&arguments.input, config)?;
    let result = scan(options, &evaluator, &|_| {});
    let scan = result.map_err(|error| CommandError::usage(error.to_string()))?;
    for notice in &scan.notices {
        streams::complain(&notice.message);
    }
    write(&scan, arguments).map_err(|source| CommandError::Write {
        what: "to standard output".into(),
        source,
    })?;
    Ok(exit(&scan))
}

fn write(scan: &Scan, arguments: &MapArguments) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match arguments.format {
        MapFormat::Text => {
            let style = streams::style_of_stdout(arguments.color);
            architecture::write_text(scan, style, &mut out)?;
        }
        MapFormat::Mermaid => architecture::write_mermaid(scan, &mut out)?,
    }
    out.flush()
}

fn exit(scan: &Scan) -> Exit {
    if !scan.complete {
        Exit::Incomplete
    } else if scan.coverage.judged.is_empty() {
        Exit::NothingToCheck
    } else {
        Exit::Clean
    }
}
