//! Accepted findings as teams meet them: comments, `Metadata`, the exceptions file, the baseline, and their mistakes.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const REASON: &str = "reason=\"holds nothing but public data\"";

fn ordinance(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ordinance"))
        .current_dir(folder)
        .env_clear()
        .args(arguments)
        .output()
        .unwrap()
}

/// A repository with these files.
fn repository(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = support::scratch(&format!("suppressions-{name}"));
    fs::create_dir_all(root.join(".git")).unwrap();
    for (file, text) in files {
        fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
        fs::write(root.join(file), text).unwrap();
    }
    root
}

/// A template with a queue that is not encrypted; the comments stand where `§` with their number does.
fn queue(comment: &str, beside: &str) -> String {
    format!(
        "Resources:\n  {comment}\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties: {beside}\n      SqsManagedSseEnabled: false\n"
    )
}

fn report(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let day = ["scan", "--format", "json", "--today", "2026-11-27"];
    let output = ordinance(folder, &[&day, arguments].concat());
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{message}"));
    (output.status.code().unwrap(), report)
}

/// `RULE line` of each finding that counts.
fn counting(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let open = findings.filter(|finding| finding["outcome"] != "pass");
    open.map(|finding| {
        let line = &finding["location"]["start_line"];
        format!("{} {line}", finding["rule"].as_str().unwrap())
    })
    .collect()
}

/// The message of the first finding of a rule.
fn message(report: &Value, rule: &str) -> String {
    let findings = report["findings"].as_array().unwrap();
    let found = findings.iter().find(|finding| finding["rule"] == rule);
    found.unwrap_or_else(|| panic!("{findings:#?}"))["message"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn judged(name: &str, template: &str) -> (i32, Value) {
    report(&repository(name, &[("a.yaml", template)]), &[])
}

#[test]
fn a_comment_accepts_what_it_stands_at() {
    let above = queue(
        &format!("# ordinance:ignore[KMS-006] {REASON} owner=a@example.org"),
        "",
    );
    let (code, found) = judged("above", &above);
    assert_eq!((code, counting(&found)), (0, vec![]), "{found:#}");
    let by = &found["suppressed"][0]["by"];
    assert_eq!(
        (&by["reason"], &by["owner"]),
        (
            &"holds nothing but public data".into(),
            &"a@example.org".into()
        )
    );
    assert_eq!(by["location"]["start_line"], 2);
    let beside = queue("#", &format!("# ordinance:ignore[KMS-006] {REASON}"));
    assert_eq!(judged("beside", &beside).0, 0);
}

#[test]
fn a_comment_on_one_value_accepts_no_other() {
    let template = format!(
        "Resources:\n  A:\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: false # ordinance:ignore[KMS-006] {REASON}\n  B:\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: false\n"
    );
    let (code, found) = judged("value", &template);
    assert_eq!((code, counting(&found)), (1, vec!["KMS-006 9".to_owned()]));
}

#[test]
fn a_comment_with_a_mistake_has_no_effect_and_is_a_finding() {
    for (name, comment, mistake) in [
        (
            "no-reason",
            "# ordinance:ignore[KMS-006]".to_owned(),
            "a reason of at least 10 characters",
        ),
        (
            "typo",
            format!("# ordinance:ignore[KMS-600] {REASON}"),
            "there is no control 'KMS-600'",
        ),
        (
            "verb",
            format!("# ordinance:ingore[KMS-006] {REASON}"),
            "did you mean 'ignore'?",
        ),
        (
            "day",
            format!("# ordinance:ignore[KMS-006] {REASON} expires=31.12.2026"),
            "no day written as YYYY-MM-DD",
        ),
    ] {
        let (code, found) = judged(name, &queue(&comment, ""));
        assert_eq!(
            (code, counting(&found)),
            (1, vec!["SUP-001 2".to_owned(), "KMS-006 6".to_owned()]),
            "{name}"
        );
        assert!(
            message(&found, "SUP-001").contains(mistake),
            "{}",
            message(&found, "SUP-001")
        );
    }
}

#[test]
fn an_inline_suppression_is_about_one_resource() {
    let template = format!(
        "# ordinance:ignore[KMS-006] {REASON}\nResources:\n  A:\n    Type: AWS::SQS::Queue\n  B:\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: false\n"
    );
    let (_, found) = judged("several", &template);
    assert_eq!(counting(&found), ["SUP-001 1", "KMS-006 8"]);
}

#[test]
fn past_its_last_day_a_suppression_is_a_finding_and_so_is_what_it_hid() {
    let template = queue(
        &format!("# ordinance:ignore[KMS-006] {REASON} expires=2026-11-27"),
        "",
    );
    let root = repository("expiry", &[("a.yaml", &template)]);
    let (code, found) = report(&root, &[]);
    assert_eq!((code, counting(&found)), (0, vec![]));
    let notices = found["notices"].as_array().unwrap();
    assert!(
        notices.iter().any(|notice| notice["id"] == "NTF-010"),
        "{notices:#?}"
    );
    let output = ordinance(
        &root,
        &["scan", "--format", "json", "--today", "2026-11-28"],
    );
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(counting(&found), ["SUP-002 2", "KMS-006 6"]);
}

#[test]
fn a_suppression_that_is_not_needed_is_a_finding() {
    let fixed =
        queue(&format!("# ordinance:ignore[KMS-006] {REASON}"), "").replace("false", "true");
    let (_, found) = judged("unused", &fixed);
    assert_eq!(counting(&found), ["SUP-003 2"]);
    assert_eq!(
        message(&found, "SUP-003"),
        "KMS-006 holds here: the suppression is not needed."
    );
    let misplaced = queue("#", "").replace(
        "    Type:",
        &format!("    # ordinance:ignore[KMS-006] {REASON}\n    Type:"),
    );
    let (_, found) = judged("misplaced", &misplaced);
    assert_eq!(counting(&found), ["SUP-003 4", "KMS-006 7"]);
    assert!(message(&found, "SUP-003").contains("about nothing that KMS-006 judges"));
    // What did not run is not judged: nothing is said.
    let other = queue(&format!("# ordinance:ignore[S3-003] {REASON}"), "").replace("false", "true");
    assert_eq!(counting(&judged("other", &other).1), [""; 0]);
}

#[test]
fn the_metadata_of_a_template_accepts_too() {
    let template = r#"{"Resources": {"Queue": {"Type": "AWS::SQS::Queue",
 "Metadata": {"ordinance": {"ignore": [{"rule": "KMS-006", "reason": "holds nothing but public data", "path": "Properties/SqsManagedSseEnabled"}]}},
 "Properties": {"SqsManagedSseEnabled": false}}}}"#;
    let root = repository("metadata", &[("a.json", template)]);
    let (code, found) = report(&root, &[]);
    assert_eq!((code, counting(&found)), (0, vec![]));
    fs::write(
        root.join("a.json"),
        template.replace("\"reason\"", "\"raeson\""),
    )
    .unwrap();
    let (_, found) = report(&root, &[]);
    assert_eq!(counting(&found), ["SUP-001 2", "KMS-006 3"]);
    assert!(message(&found, "SUP-001").contains("did you mean 'reason'?"));
}

#[test]
fn a_finding_of_a_plan_is_accepted_where_its_source_stands() {
    let root = support::scratch("suppressions-plan");
    support::copy(
        &support::root().join("policies/kms/sqs_sns_encrypted/fixtures/fail_topic"),
        &root,
    );
    let (_, before) = report(&root, &[]);
    let first = before["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["rule"] == "KMS-006" && one["outcome"] == "fail")
        .unwrap();
    let line = first["location"]["start_line"].as_u64().unwrap();
    let source = root.join(first["location"]["uri"].as_str().unwrap());
    let text = fs::read_to_string(&source).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = usize::try_from(line).unwrap() - 1;
    lines.insert(at, format!("// ordinance:ignore[KMS-006] {REASON}"));
    fs::write(&source, lines.join("\n")).unwrap();
    let (_, after) = report(&root, &[]);
    assert_eq!(counting(&after).len() + 1, counting(&before).len());
    assert_eq!(
        after["suppressed"][0]["finding"]["identity"],
        first["identity"]
    );
}

#[test]
fn the_exceptions_file_accepts_by_globs() {
    let exceptions = "exceptions:\n  - rule: KMS-006\n    file: legacy/**\n    reason: to be retired in spring\n    approved_by: ciso\n";
    let template = queue("#", "");
    let files = [
        ("legacy/a.yaml", template.as_str()),
        ("b.yaml", &template),
        ("ordinance-exceptions.yaml", exceptions),
    ];
    let root = repository("central", &files);
    let (_, found) = report(&root, &[]);
    assert_eq!(
        found["suppressed"][0]["finding"]["location"]["uri"],
        "legacy/a.yaml"
    );
    assert_eq!(counting(&found), ["KMS-006 6"]);
    let (_, strict) = report(&root, &["--no-suppressions"]);
    assert_eq!(counting(&strict).len(), 2);
    fs::write(
        root.join("ordinance-exceptions.yaml"),
        exceptions.replace("legacy/**", "b.yaml"),
    )
    .unwrap();
    fs::write(root.join("b.yaml"), template.replace("false", "true")).unwrap();
    let (_, unused) = report(&root, &[]);
    assert_eq!(counting(&unused), ["KMS-006 6", "SUP-003 2"]);
}

#[test]
fn the_configuration_says_who_may_suppress_what() {
    let template = queue(
        &format!("# ordinance:ignore[KMS-006] {REASON} expires=2027-11-27"),
        "",
    );
    for (name, configuration, mistake) in [
        (
            "inline",
            "allow = [\"central\"]",
            "allows no suppressions here",
        ),
        (
            "never",
            "unsuppressible = [\"KMS-006\"]",
            "lets nothing suppress 'KMS-006'",
        ),
        ("require", "require = [\"owner\"]", "requires 'owner'"),
        ("days", "max_days = 90", "hold for 90 days at most"),
    ] {
        let configuration = format!("[suppressions]\n{configuration}\n");
        let root = repository(
            name,
            &[("a.yaml", &template), ("ordinance.toml", &configuration)],
        );
        let (_, found) = report(&root, &[]);
        assert_eq!(counting(&found), ["SUP-001 2", "KMS-006 6"], "{name}");
        assert!(
            message(&found, "SUP-001").contains(mistake),
            "{}",
            message(&found, "SUP-001")
        );
    }
}

#[test]
fn on_monday_everything_is_recorded_and_on_friday_only_the_new_counts() {
    let old = queue("#", "");
    let root = repository("monday", &[("a.yaml", &old)]);
    let created = ordinance(&root, &["baseline", "create"]);
    assert_eq!(created.status.code(), Some(0));
    let recorded = fs::read_to_string(root.join("ordinance-baseline.json")).unwrap();
    assert!(!recorded.contains("line"), "{recorded}");
    assert_eq!(counting(&report(&root, &[]).1), [""; 0]);
    // Code moves, and the finding stays known.
    fs::write(
        root.join("a.yaml"),
        format!("Description: of queues\n{old}"),
    )
    .unwrap();
    let (code, found) = report(&root, &[]);
    assert_eq!((code, counting(&found)), (0, vec![]));
    assert_eq!(found["baselined"][0]["moved"], false);
    // The file moves too.
    fs::rename(root.join("a.yaml"), root.join("b.yaml")).unwrap();
    assert_eq!(report(&root, &[]).1["baselined"][0]["moved"], true);
    // A new violation of the same name elsewhere is new.
    fs::write(root.join("a.yaml"), &old).unwrap();
    let (code, found) = report(&root, &[]);
    assert_eq!(
        (code, counting(&found)),
        (1, vec!["KMS-006 7".to_owned()]),
        "{found:#}"
    );
    fs::remove_file(root.join("a.yaml")).unwrap();
    // What is mended is dropped; what is new is recorded only when that is asked for.
    fs::write(root.join("b.yaml"), old.replace("Queue:\n", "Other:\n")).unwrap();
    assert_eq!(
        ordinance(&root, &["baseline", "update"]).status.code(),
        Some(0)
    );
    let (code, _) = report(&root, &[]);
    assert_eq!(code, 1);
    assert_eq!(
        ordinance(&root, &["baseline", "update", "--accept-new"])
            .status
            .code(),
        Some(0)
    );
    let (code, _) = report(&root, &[]);
    assert_eq!(code, 0);
    let shown = ordinance(&root, &["baseline", "show"]);
    assert_eq!(
        String::from_utf8(shown.stdout).unwrap(),
        "KMS-006  b.yaml  Other\n1 finding: 1 KMS-006\n"
    );
    let again = ordinance(&root, &["baseline", "create"]);
    assert_eq!(again.status.code(), Some(2));
}

#[test]
fn an_audit_shows_what_is_accepted_and_code_scanning_does_not() {
    let suppressed = queue(
        &format!("# ordinance:ignore[KMS-006] {REASON} expires=2027-01-01"),
        "",
    );
    let root = repository(
        "sarif",
        &[("a.yaml", &suppressed), ("b.yaml", &queue("#", ""))],
    );
    assert_eq!(
        ordinance(&root, &["baseline", "create"]).status.code(),
        Some(0)
    );
    let sarif = |profile: &str| -> Value {
        let arguments = [
            "scan",
            "--format",
            "sarif",
            "--sarif-profile",
            profile,
            "--today",
            "2026-11-27",
        ];
        serde_json::from_slice(&ordinance(&root, &arguments).stdout).unwrap()
    };
    assert_eq!(
        sarif("code-scanning")["runs"][0]["results"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    let log = sarif("audit");
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(
        results
            .iter()
            .all(|result| result["suppressions"].is_array() && result["baselineState"].is_string())
    );
    let failures: Vec<_> = results
        .iter()
        .filter(|result| result["kind"] == "fail")
        .collect();
    assert_eq!(failures.len(), 2);
    let suppression = &failures[0]["suppressions"][0];
    assert_eq!(
        (&suppression["kind"], &suppression["status"]),
        (&"inSource".into(), &"accepted".into())
    );
    assert_eq!(suppression["properties"]["expires"], "2027-01-01");
    assert_eq!(failures[1]["baselineState"], "unchanged");
}

#[test]
fn suppressions_that_nothing_needs_are_taken_out() {
    let needed = format!("# ordinance:ignore[KMS-006,KMS-020] {REASON}");
    let template = queue(&needed, "# kept")
        + &format!(
            "  Topic:\n    Type: AWS::SNS::Topic\n    Properties: {{KmsMasterKeyId: alias/a}} # ordinance:ignore[KMS-006] {REASON}\n"
        );
    let exceptions = format!(
        "exceptions:\n  - rule: KMS-006\n    file: nothing/**\n    {r}\n  - rule: KMS-006\n    file: queue.yaml\n    resource: Topic\n    {r}\n",
        r = REASON.replace("reason=", "reason: ")
    );
    let folder = repository(
        "fix",
        &[
            ("queue.yaml", &template),
            ("ordinance-exceptions.yaml", &exceptions),
        ],
    );
    let day = [
        "scan",
        "--today",
        "2026-11-27",
        "--pack",
        "strict",
        "--rule",
        "KMS-006",
    ];
    let before = ordinance(&folder, &day);
    let output = ordinance(&folder, &[&day[..], &["--fix-suppressions"]].concat());
    let after = ordinance(&folder, &day);
    let shown = |output: &Output| {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        format!(
            "{}{}exit {}",
            text(&output.stdout),
            text(&output.stderr),
            output.status.code().unwrap()
        )
    };
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    insta::assert_snapshot!(
        "fix",
        [
            shown(&before),
            shown(&output),
            shown(&after),
            read("queue.yaml"),
            read("ordinance-exceptions.yaml")
        ]
        .join("\n=====\n")
    );
}

#[test]
fn an_exception_without_approval_has_no_effect_where_one_is_required() {
    let entry = |more: &str| {
        format!(
            "exceptions:\n  - rule: KMS-006\n    file: queue.yaml\n    {}\n{more}",
            REASON.replace("reason=", "reason: ")
        )
    };
    let folder = repository(
        "approval",
        &[
            ("queue.yaml", &queue("", "")),
            ("ordinance-exceptions.yaml", &entry("")),
            (
                "ordinance.toml",
                "[suppressions]\nrequire = [\"approval\"]\n",
            ),
        ],
    );
    let only = ["--rule", "KMS-006"];
    let (code, open) = report(&folder, &only);
    assert_eq!((code, counting(&open)), (1, vec!["KMS-006 6".to_owned()]));
    let notices = open["notices"].to_string();
    assert!(notices.contains("awaits approval"), "{notices}");
    let sarif = ordinance(
        &folder,
        &[
            "scan",
            "--format",
            "sarif",
            "--sarif-profile",
            "audit",
            "--rule",
            "KMS-006",
        ],
    );
    let sarif = String::from_utf8(sarif.stdout).unwrap();
    assert!(sarif.contains("\"underReview\""), "{sarif}");
    fs::write(
        folder.join("ordinance-exceptions.yaml"),
        entry("    approved_by: ciso\n"),
    )
    .unwrap();
    assert_eq!(report(&folder, &only).0, 0);
    fs::remove_file(folder.join("ordinance-exceptions.yaml")).unwrap();
    fs::write(
        folder.join("queue.yaml"),
        queue(&format!("# ordinance:ignore[KMS-006] {REASON}"), ""),
    )
    .unwrap();
    let (_, inline) = report(&folder, &only);
    assert!(message(&inline, "SUP-001").contains("requires 'approval'"));
}
