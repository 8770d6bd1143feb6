//! An in-toto statement about the scanned files, for a later step that wants to know that this plan was scanned.
//!
//! Unsigned: signing is for the tools that hold keys. The predicate is the test result,
//! <https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md>.

use std::io::{self, Write};

use ordinance_engine::scan::{ArtifactSummary, Disposition, RuleSummary, Scan};
use serde::Serialize;

use crate::{Context, escaped};

#[derive(Serialize)]
struct Statement<'a> {
    #[serde(rename = "_type")]
    kind: &'static str,
    subject: Vec<Resource<'a>>,
    #[serde(rename = "predicateType")]
    predicate_type: &'static str,
    predicate: TestResult<'a>,
}

#[derive(Serialize)]
struct Resource<'a> {
    name: &'a str,
    digest: Digest<'a>,
}

#[derive(Serialize)]
struct Digest<'a> {
    sha256: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TestResult<'a> {
    result: &'static str,
    configuration: Vec<Resource<'a>>,
    passed_tests: Vec<&'a str>,
    warned_tests: Vec<&'a str>,
    failed_tests: Vec<&'a str>,
}

/// Writes the statement, and a line end. Its subjects are the files that were judged; a control that failed anywhere is
/// failed, one that is undecided somewhere is warned of, one that held wherever it judged is passed, and one that judged
/// nothing is not named.
pub fn write(scan: &Scan, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    escaped::to_writer(&mut out, &statement(scan, context))?;
    out.write_all(b"\n")?;
    out.flush()
}

fn statement<'a>(scan: &'a Scan, context: &Context<'a>) -> Statement<'a> {
    let judged = scan
        .artifacts
        .iter()
        .filter(|artifact| matches!(artifact.disposition, Disposition::Judged { .. }));
    let named = |holds: &dyn Fn(&RuleSummary) -> bool| -> Vec<&'a str> {
        let rules = scan.rules.iter().filter(|rule| holds(rule));
        rules.map(|rule| rule.metadata.id.as_str()).collect()
    };
    let fails = |rule: &RuleSummary| rule.account.fail > 0;
    let warns = |rule: &RuleSummary| !fails(rule) && rule.account.unknown > 0;
    let passes = |rule: &RuleSummary| !fails(rule) && !warns(rule) && rule.account.pass > 0;
    let failed = named(&fails);
    let warned = named(&warns);
    let result = match (scan.complete, failed.is_empty(), warned.is_empty()) {
        (false, _, _) | (_, false, _) => "FAILED",
        (true, true, false) => "WARNED",
        (true, true, true) => "PASSED",
    };
    Statement {
        kind: "https://in-toto.io/Statement/v1",
        subject: judged.map(resource).collect(),
        predicate_type: "https://in-toto.io/attestation/test-result/v0.1",
        predicate: TestResult {
            result,
            configuration: vec![Resource {
                name: "policies",
                digest: Digest {
                    sha256: context.policies_sha256,
                },
            }],
            passed_tests: named(&passes),
            warned_tests: warned,
            failed_tests: failed,
        },
    }
}

fn resource(artifact: &ArtifactSummary) -> Resource<'_> {
    Resource {
        name: &artifact.uri,
        digest: Digest {
            sha256: &artifact.sha256,
        },
    }
}
