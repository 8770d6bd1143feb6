//! Sequences that are made while they are written.

use std::fmt;

use serde::{Serialize, Serializer};

/// Results made one at a time: the function is called once per serialisation and gives the iterator.
#[derive(Clone)]
pub struct Stream<F>(pub F);

impl<F> fmt::Debug for Stream<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}

impl<F, I> Serialize for Stream<F>
where
    F: Fn() -> I,
    I: Iterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[cfg(test)]
mod tests {
    use super::Stream;
    use crate::{Kind, Level, Log, Message, Result, Run, Tool};

    fn result(number: usize) -> Result<'static> {
        Result {
            rule_id: "X-001".into(),
            rule_index: Some(0),
            kind: Kind::Fail,
            level: Level::Error,
            message: Message::new(format!("Result '{number}'.")),
            ..Result::default()
        }
    }

    #[test]
    fn a_log_has_its_fields_in_the_order_of_declaration() {
        let run = Run::new(Tool::default(), Stream(|| (0..1).map(result)));
        assert_eq!(
            serde_json::to_string(&Log::new(run)).unwrap(),
            concat!(
                r#"{"$schema":"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json","#,
                r#""version":"2.1.0","runs":[{"tool":{"driver":{"name":""}},"invocations":[],"#,
                r#""columnKind":"utf16CodeUnits","results":[{"ruleId":"X-001","ruleIndex":0,"kind":"fail","#,
                r#""level":"error","message":{"text":"Result '0'."},"locations":[]}]}]}"#
            )
        );
    }

    #[test]
    fn no_results_are_an_empty_array() {
        let run = Run::new(Tool::default(), Stream(|| (0..0).map(result)));
        assert!(
            serde_json::to_string(&run)
                .unwrap()
                .contains(r#""results":[]"#)
        );
    }
}
