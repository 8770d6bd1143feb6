//! Tests of scenarios: templates in, outcomes and messages out.

use std::sync::Arc;

use crate::artifact::{Artifact, Encoding};
use crate::evaluate::{Evaluator, Limits, Outcome};
use crate::policy::{PolicySet, Request, Source};
use crate::scan::{Scan, ScanOptions, scan};

/// A queue is encrypted, or a `AWS::KMS::Alias` of its name stands beside it; a relayed queue stores nothing.
const POLICY: &str = r#"# METADATA
# scope: package
# title: Encrypt queues
# description: Because.
# custom:
#   id: KMS-006
#   slug: queues
#   family: KMS
#   severity: high
#   score: 7.5
#   formats: [cloudformation]
#   resources: ["AWS::SQS::Queue", "AWS::KMS::Alias"]
#   packs: [baseline]
#   remediation:
#     cloudformation: Do it.
package policies.kms.queues

_path := ["Properties", "Encrypted"]

_queues := [queue |
	some queue in object.get(input.by_type, "AWS::SQS::Queue", [])
	object.get(queue.properties, "Relay", null) == null
]

_encrypted(queue) := object.get(queue.properties, "Encrypted", null)

_known(queue) := value if {
	value := _encrypted(queue)
	not is_object(value)
}

subjects contains queue.address if some queue in _queues

examined contains record if {
	some queue in _queues
	is_object(_encrypted(queue))
	count(_aliases) == 0
	record := {"resource": queue.address, "path": _path, "state": "unknown", "value": _encrypted(queue)}
}

_aliases := object.get(input.by_type, "AWS::KMS::Alias", [])

deny contains violation if {
	some queue in _queues
	_known(queue) != true
	count(_aliases) == 0
	message := sprintf("Queue '%s' is open.", [queue.address])
	violation := {"resource": queue.address, "path": _path, "message": message}
}
"#;

fn scanned(template: &str) -> Scan {
    let source = Source::custom("queues.rego", POLICY.to_owned());
    let (set, errors) = PolicySet::new([source], []);
    assert_eq!(errors, []);
    let selection = set.select(&Request::default()).unwrap();
    let evaluator = Evaluator::new(Arc::new(set), selection, Limits::default());
    let mut options = ScanOptions {
        evidence: true,
        ..ScanOptions::default()
    };
    options.discovery.exclude.push("**".to_owned());
    let artifact = Artifact::new("a.yaml", template.to_owned(), Encoding::Utf8);
    options.texts.push(artifact);
    scan(options, &evaluator, &|_| {}).unwrap()
}

/// The findings in short: `address outcome: message`.
fn short(template: &str) -> Vec<String> {
    let scan = scanned(template);
    let mut findings: Vec<String> = scan
        .findings
        .iter()
        .map(|one| match one.outcome {
            Outcome::Pass => format!("{} Pass", one.address),
            outcome => format!("{} {outcome:?}: {}", one.address, one.message),
        })
        .collect();
    findings.sort();
    findings
}

const CONDITIONS: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Stage: {Type: String}
  Size: {Type: String, AllowedValues: [small, large]}
  Region: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsTest: !Equals [!Ref Stage, test]
  IsLarge: !Equals [!Ref Size, large]
  IsSmall: !Equals [small, !Ref Size]
  InEurope: !Equals [!Ref Region, eu]
  ProdOrLarge: !Or [!Condition IsProd, !Condition IsLarge]
Resources:
";

fn with(resources: &str) -> Vec<String> {
    short(&format!("{CONDITIONS}{resources}"))
}

fn queue(id: &str, encrypted: &str) -> String {
    format!("  {id}:\n    Type: AWS::SQS::Queue\n    Properties: {{Encrypted: {encrypted}}}\n")
}

#[test]
fn a_verdict_that_a_condition_decides_names_it() {
    assert_eq!(
        with(&queue("Q", "!If [IsProd, true, false]")),
        ["Q Unknown: Fails when 'IsProd' is false: Queue 'Q' is open."]
    );
}

#[test]
fn a_condition_that_cannot_be_evaluated_holds_or_does_not() {
    let alias =
        |condition: &str| format!("  A:\n    Type: AWS::KMS::Alias\n    Condition: {condition}\n");
    let judged = |conditions: &str, asked: &str| {
        let resources = format!("{}{}", queue("Q", "false"), alias(asked));
        short(&format!("{conditions}Resources:\n{resources}"))
    };
    let fails = |name: &str| {
        [format!(
            "Q Unknown: Fails when '{name}' is false: Queue 'Q' is open."
        )]
    };
    assert_eq!(judged("", "Nope"), fails("Nope"));
    let odd = "Conditions:\n  Odd: [1]\n  NotOdd: !Not [!Condition Odd]\n";
    assert_eq!(judged(odd, "Odd"), fails("Odd"));
    assert_eq!(judged(odd, "NotOdd"), fails("NotOdd"));
    let cyclic =
        "Conditions:\n  Snake: !And [!Condition Tail, !Condition Tail]\n  Tail: !Condition Snake\n";
    assert_eq!(judged(cyclic, "Snake"), fails("Snake"));
}

#[test]
fn what_fails_in_every_scenario_fails() {
    assert_eq!(
        with(&queue("Q", "!If [IsProd, false, 'no']")),
        ["Q Fail: Queue 'Q' is open."]
    );
}

#[test]
fn what_passes_in_every_scenario_passes() {
    assert_eq!(
        with(&queue("Q", "!If [IsProd, true, !If [IsTest, true, true]]")),
        ["Q Pass"]
    );
}

#[test]
fn conditions_over_one_parameter_exclude_each_other() {
    // Stage cannot be prod and test.
    assert_eq!(
        with(&queue("Q", "!If [IsProd, !If [IsTest, false, true], true]")),
        ["Q Pass"]
    );
}

#[test]
fn allowed_values_leave_nothing_else() {
    // Size is small or large.
    assert_eq!(
        with(&queue(
            "Q",
            "!If [IsLarge, true, !If [IsSmall, true, false]]"
        )),
        ["Q Pass"]
    );
}

#[test]
fn two_conditions_that_meet_in_a_subject_are_combined() {
    assert_eq!(
        with(&queue(
            "Q",
            "!If [IsProd, true, !If [InEurope, true, false]]"
        )),
        ["Q Unknown: Fails when 'InEurope' is false and 'IsProd' is false: Queue 'Q' is open."]
    );
}

#[test]
fn a_condition_of_conditions_belongs_to_them() {
    assert_eq!(
        with(&queue("Q", "!If [ProdOrLarge, true, false]")),
        ["Q Unknown: Fails when 'ProdOrLarge' is false: Queue 'Q' is open."]
    );
}

#[test]
fn a_subject_is_judged_where_it_exists() {
    let resources = "  Q:\n    Type: AWS::SQS::Queue\n    Condition: IsProd\n    Properties: {Encrypted: !If [IsProd, true, false]}\n";
    assert_eq!(with(resources), ["Q Pass"]);
}

#[test]
fn what_stands_beside_under_a_condition_counts_only_where_it_exists() {
    let alias = "  A:\n    Type: AWS::KMS::Alias\n    Condition: InEurope\n";
    assert_eq!(
        with(&format!("{}{alias}", queue("Q", "false"))),
        ["Q Unknown: Fails when 'InEurope' is false: Queue 'Q' is open."]
    );
}

#[test]
fn a_parameter_with_allowed_values_is_tried_where_it_stands_in_the_way() {
    let text = "AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n  Encrypt: {Type: String, AllowedValues: ['no', 'yes', 'maybe']}\nResources:\n";
    assert_eq!(
        short(&format!("{text}{}", queue("Q", "!Ref Encrypt"))),
        ["Q Fail: Queue 'Q' is open."]
    );
}

#[test]
fn an_input_that_a_mapping_is_asked_with_is_one_of_its_keys() {
    let text = "AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n  Stage: {Type: String}\nMappings:\n  Stages:\n    dev: {Encrypt: 'no'}\n    test: {Encrypt: 'no'}\n    prod: {Encrypt: true}\nResources:\n";
    assert_eq!(
        short(&format!(
            "{text}{}",
            queue("Q", "!FindInMap [Stages, !Ref Stage, Encrypt]")
        )),
        ["Q Unknown: Fails when 'Stage' is 'dev' or 'test': Queue 'Q' is open."]
    );
}

#[test]
fn a_rule_of_the_template_forbids_scenarios() {
    let rules = "Rules:\n  NeverProd:\n    Assertions:\n      - Assert: !Not [!Equals [!Ref Stage, prod]]\n";
    let text = CONDITIONS.replace("Resources:\n", &format!("{rules}Resources:\n"));
    assert_eq!(
        short(&format!(
            "{text}{}",
            queue("Q", "!If [IsProd, false, true]")
        )),
        ["Q Pass"]
    );
}

/// A template with so many independent conditions and a queue under each.
fn independent(count: usize, more: &str) -> String {
    use std::fmt::Write as _;
    let mut text = "AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n".to_owned();
    for number in 0..count {
        let _ = writeln!(text, "  P{number}: {{Type: String}}");
    }
    text.push_str("Conditions:\n");
    for number in 0..count {
        let _ = writeln!(text, "  C{number}: !Equals [!Ref P{number}, 'yes']");
    }
    text.push_str("Resources:\n");
    for number in 0..count {
        text.push_str(&queue(
            &format!("Q{number}"),
            &format!("!If [C{number}, true, false]"),
        ));
    }
    text.push_str(more);
    text
}

#[test]
fn many_independent_conditions_are_told_apart() {
    let findings = short(&independent(40, ""));
    assert_eq!(findings.len(), 40);
    assert_eq!(
        findings[39],
        "Q9 Unknown: Fails when 'C9' is false: Queue 'Q9' is open."
    );
}

#[test]
fn among_many_conditions_two_that_meet_are_combined() {
    let both = queue("Both", "!If [C0, true, !If [C1, true, false]]");
    let findings = short(&independent(12, &both));
    assert_eq!(
        findings[0],
        "Both Unknown: Fails when 'C0' is false and 'C1' is false: Queue 'Both' is open."
    );
    assert_eq!(findings.len(), 13);
}

#[test]
fn too_many_ways_are_unknown_with_a_notice() {
    let deep = (0..7).fold("true".to_owned(), |inner, number| {
        format!("!If [C{number}, {inner}, false]")
    });
    let scan = scanned(&independent(7, &queue("All", &deep)));
    let all = scan
        .findings
        .iter()
        .find(|one| &*one.address == "All")
        .unwrap();
    assert_eq!(all.outcome, Outcome::Unknown);
    assert_eq!(scan.notices.len(), 1);
    assert_eq!(
        scan.notices[0].message,
        "'a.yaml' can be deployed in more ways than are judged: what depends on them is unknown."
    );
}

#[test]
fn what_may_hang_on_ways_that_are_not_tried_is_no_pass() {
    // 'Any' asks for 13 parameters: 8192 ways, too many to try.
    let any: Vec<String> = (0..10)
        .map(|number| format!("!Condition C{number}"))
        .collect();
    let more: Vec<String> = (10..13)
        .map(|number| format!("!Condition C{number}"))
        .collect();
    let any = format!(
        "  Any: !Or [{}]\n  Every: !And [!Condition Any, {}]\n",
        any.join(", "),
        more.join(", ")
    );
    let alias = "  A:\n    Type: AWS::KMS::Alias\n    Condition: Every\n";
    let text = independent(13, &format!("{}{alias}", queue("Open", "false")))
        .replace("Resources:\n", &format!("{any}Resources:\n"));
    let scan = scanned(&text);
    let open = scan.findings.iter().find(|one| &*one.address == "Open");
    assert!(open.is_some_and(|one| one.outcome == Outcome::Unknown));
    let passes = scan
        .findings
        .iter()
        .filter(|one| one.outcome == Outcome::Pass);
    assert_eq!(passes.count(), 0);
    assert!(
        scan.notices
            .iter()
            .any(|one| one.message.contains("more than 64 ways"))
    );
}

#[test]
fn a_control_that_is_applicable_in_some_ways_only_fails_in_those() {
    let relayed = |encrypted: &str| {
        let relay = "!If [IsProd, other, !Ref AWS::NoValue]";
        format!(
            "  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      Encrypted: {encrypted}\n      Relay: {relay}\n"
        )
    };
    assert_eq!(
        with(&relayed("false")),
        ["Q Unknown: Fails when 'IsProd' is false: Queue 'Q' is open."]
    );
    assert_eq!(with(&relayed("true")), ["Q Pass"]);
}

#[test]
fn a_template_that_leaves_nothing_open_has_one_scenario() {
    assert_eq!(with(&queue("Q", "true")), ["Q Pass"]);
}
