//! Where bodies of rules stop, with the values that they stopped with.

use std::io::{self, Write};

use ordinance_engine::evaluate::{Came, Trace};

use super::diff;
use crate::terminal::{Ink, Paint, Style};
use crate::text::one_line;

/// Writes explanations, each body below its rule.
pub fn write(traces: &[Trace], style: Style, out: &mut dyn Write) -> io::Result<()> {
    level(traces, 1, Paint::new(style), out)
}

fn level(traces: &[Trace], depth: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let indent = "  ".repeat(depth);
    for trace in traces {
        let rule = paint.clean(&one_line(&trace.rule));
        let line = trace.place.place.line;
        let path = paint.clean(&trace.place.path);
        match &trace.came {
            Came::Holds { gives } => {
                let holds = paint.ink(Ink::Green, "holds");
                let gives = gives.as_deref().map(|value| paint.clean(value));
                let gives = gives.map(|value| format!(": {value}")).unwrap_or_default();
                writeln!(out, "{indent}{rule} at {path}:{line} {holds}{gives}")?;
            }
            Came::Unclear { message } => {
                let message = paint.clean(&one_line(message));
                writeln!(out, "{indent}{rule} at {path}:{line}: {message}")?;
            }
            Came::Stops { .. } => stop(trace, depth, paint, out)?,
        }
    }
    Ok(())
}

fn stop(trace: &Trace, depth: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let Came::Stops {
        statement,
        place,
        sides,
        values,
        helpers,
    } = &trace.came
    else {
        return Ok(());
    };
    let indent = "  ".repeat(depth);
    let rule = paint.clean(&one_line(&trace.rule));
    let path = paint.clean(&place.path);
    let stops = paint.ink(Ink::Red, "stops");
    writeln!(out, "{indent}{rule} {stops} at {path}:{}", place.place.line)?;
    let statement = paint.clean(&one_line(statement));
    writeln!(out, "{indent}  {}", paint.ink(Ink::Bold, &statement))?;
    for shown in values {
        let text = paint.clean(&one_line(&shown.text));
        let value = match &shown.value {
            Some(value) => paint.clean(value),
            None => paint.ink(Ink::Yellow, "undefined"),
        };
        writeln!(out, "{indent}    {text} = {value}")?;
    }
    if let Some([left, right]) = sides
        && (left.contains('\n') || right.contains('\n'))
    {
        writeln!(out, "{indent}    left (-) and right (+):")?;
        for line in diff::lines(left, right) {
            let text = paint.clean(&line.text);
            let shown = match line.sign {
                '-' => paint.ink(Ink::Red, &format!("- {text}")),
                '+' => paint.ink(Ink::Green, &format!("+ {text}")),
                _ => format!("  {text}"),
            };
            writeln!(out, "{indent}    {shown}")?;
        }
    }
    level(helpers, depth + 2, paint, out)
}
