//! Scans made by hand.

#![allow(dead_code, unreachable_pub, reason = "every test takes what it needs")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ordinance_engine::artifact::Region;
use ordinance_engine::evaluate::{Outcome, State};
use ordinance_engine::finding::{Evidence, Excerpt, Finding, Location, PlacedNotice, Related};
use ordinance_engine::policy::{Mapping, Metadata, Parameter, Remediation, Scope, Severity};
use ordinance_engine::resource::{Format, NoticeKind, NoticeLevel};
use ordinance_engine::scan::{Account, ArtifactSummary, Coverage, Disposition, RuleSummary, Scan};
use ordinance_report::Context;

pub const TEMPLATE: &str = "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      EnableKeyRotation: false\n      Description: naïve 🚀 key\n";

pub fn context() -> Context<'static> {
    Context {
        version: "0.1.0",
        exit_code: 1,
        ..Context::default()
    }
}

pub fn region(start_line: u32, start_column: u32, end_line: u32, end_column: u32) -> Region {
    Region {
        start_line,
        start_column,
        end_line,
        end_column,
    }
}

/// A place in a text, with a line around it.
pub fn place(uri: &str, text: &str, region: Region) -> Location {
    let lines: Vec<&str> = text.lines().collect();
    let first = region.start_line.saturating_sub(1).max(1);
    let last = (region.end_line as usize + 1).min(lines.len());
    let text = lines[first as usize - 1..last].join("\n");
    Location {
        uri: uri.into(),
        region: Some(region),
        excerpt: Some(Excerpt {
            first_line: first,
            text,
        }),
        exact: true,
    }
}

pub fn finding(
    rule: &str,
    severity: Severity,
    outcome: Outcome,
    location: Location,
    message: &str,
) -> Finding {
    Finding {
        unit_uri: Arc::clone(&location.uri),
        location,
        rule: rule.into(),
        address: "Key".into(),
        defect: String::new(),
        outcome,
        severity,
        format: "cloudformation",
        resource_type: "AWS::KMS::Key".into(),
        construct: None,
        path: "Properties.EnableKeyRotation".into(),
        message: message.to_owned(),
        related: Vec::new(),
        instances: Vec::new(),
        also_in: Vec::new(),
        evidence: Vec::new(),
        identity: "46925fe4635653240944bb5b27790441e1cbe38b27efb1dec052a70567d12358".to_owned(),
        line_fingerprint: "ea9ce453b4e74ed1:1".to_owned(),
    }
}

pub fn evidence(state: State, value: &str) -> Evidence {
    Evidence {
        address: "Key".into(),
        path: "Properties.EnableKeyRotation".into(),
        state,
        value: value.to_owned(),
    }
}

pub fn mapping(framework: &str, id: &str, verified: bool) -> Mapping {
    Mapping {
        framework: framework.to_owned(),
        id: id.to_owned(),
        verified,
    }
}

pub fn rotation() -> Metadata {
    Metadata {
        id: "KMS-020".to_owned(),
        slug: "kms-key-rotation".to_owned(),
        title: "Rotate customer managed keys automatically".to_owned(),
        description: "A key that never rotates protects all data with the same key material for as long as the key \
                      lives.\nRotation limits how much one leaked generation exposes, and costs nothing.\n"
            .to_owned(),
        family: "KMS".to_owned(),
        severity: Severity::Medium,
        score: 5.5,
        formats: BTreeSet::from([Format::CloudFormation, Format::TerraformPlan]),
        resources: BTreeSet::from(["AWS::KMS::Key".to_owned(), "aws_kms_key".to_owned()]),
        subjects: BTreeSet::new(),
        scope: Scope::Unit,
        params: vec![Parameter {
            name: "max_rotation_days".to_owned(),
            kind: "integer".to_owned(),
            description: "The longest accepted rotation period in days.".to_owned(),
            default: 365.into(),
            presets: BTreeMap::from([("strict".to_owned(), 90.into())]),
            stricter: "lower".into(),
        }],
        packs: ["baseline", "cis", "strict"].map(str::to_owned).into(),
        frameworks: vec![
            mapping("cis_aws_5.0", "3.6", true),
            mapping("iso_27001_2022", "A.8.24", false),
            mapping("nist_800_53_r5", "SC-12", true),
            mapping("nist_800_53_r5", "SC-12(2)", true),
            mapping("our_house_rules", "7", false),
        ],
        cwe: vec![324],
        remediation: Remediation(BTreeMap::from([
            (Format::CloudFormation, "EnableKeyRotation: true.".to_owned()),
            (Format::TerraformPlan, "enable_key_rotation = true.".to_owned()),
        ])),
        peers: BTreeMap::from([("checkov".to_owned(), vec!["CKV_AWS_7".to_owned()])]),
        reads_unnamed: false,
        unit_views: Vec::new(),
        yields_to: Vec::new(),
        references: vec!["https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-4".to_owned()],
    }
}

pub fn open_port() -> Metadata {
    Metadata {
        id: "NET-009".to_owned(),
        slug: "sg-admin-ports-closed".to_owned(),
        title: "Keep administrative ports closed to the internet".to_owned(),
        description: "Administrative ports that anyone can reach are tried within minutes."
            .to_owned(),
        family: "NET".to_owned(),
        severity: Severity::Critical,
        score: 9.0,
        params: Vec::new(),
        frameworks: vec![mapping("cis_aws_5.0", "5.3", true)],
        cwe: vec![284, 668],
        remediation: Remediation(BTreeMap::from([(
            Format::TerraformPlan,
            "Narrow cidr_blocks to known ranges, or use Session Manager and close the port."
                .to_owned(),
        )])),
        ..rotation()
    }
}

pub fn summary(metadata: Metadata, account: Account) -> RuleSummary {
    RuleSummary {
        metadata: Arc::new(metadata),
        account,
    }
}

pub fn artifact(uri: &str, format: &'static str) -> ArtifactSummary {
    ArtifactSummary {
        uri: uri.into(),
        length: 217,
        sha256: "4e1937bb927f0dda9856e9d945dc2b56844c1052db1e5b0ff1821f0fa6dc4991".to_owned(),
        disposition: Disposition::Judged {
            format,
            resources: 2,
            unassessed: 1,
        },
    }
}

/// A failure in a template, one mapped from a plan to its source, an unknown, a pass and some notices.
pub fn small() -> Scan {
    Scan {
        findings: vec![plan_failure(), unknown(), failure(), pass()],
        notices: notices(),
        rules: vec![
            summary(
                rotation(),
                Account {
                    fail: 1,
                    unknown: 1,
                    pass: 1,
                    not_applicable: 1,
                    ..Account::default()
                },
            ),
            summary(
                open_port(),
                Account {
                    fail: 1,
                    unknown: 0,
                    pass: 0,
                    not_applicable: 2,
                    ..Account::default()
                },
            ),
        ],
        not_applicable: vec![("NET-009".into(), "templates/keys.yaml".into())],
        artifacts: vec![
            ArtifactSummary {
                uri: "broken.yaml".into(),
                length: 3,
                sha256: String::new(),
                disposition: Disposition::Unreadable,
            },
            artifact("infra/tfplan.json", "terraform-plan"),
            artifact("templates/keys.yaml", "cloudformation"),
        ],
        coverage: Coverage {
            ignored: 12,
            terraform_sources: 3,
            not_ours: 1,
            judged: BTreeMap::from([("cloudformation", 1), ("terraform-plan", 1)]),
            unreadable: 1,
            resources: 4,
            unassessed: BTreeMap::from([("AWS::Foo::Bar".into(), 2), ("AWS::Foo::Baz".into(), 1)]),
            ..Coverage::default()
        },
        complete: false,
        ..Scan::default()
    }
}

fn notices() -> Vec<PlacedNotice> {
    vec![
        PlacedNotice {
            location: None,
            kind: NoticeKind::NeedsPlan,
            level: NoticeLevel::Note,
            rule: None,
            message: "3 Terraform source files have no plan.".to_owned(),
        },
        PlacedNotice {
            location: Some(Location {
                uri: "broken.yaml".into(),
                region: Some(region(2, 1, 2, 1)),
                excerpt: None,
                exact: true,
            }),
            kind: NoticeKind::SyntaxError,
            level: NoticeLevel::Error,
            rule: None,
            message: "Expected a mapping, found a tab.".to_owned(),
        },
        PlacedNotice {
            location: None,
            kind: NoticeKind::PolicyError,
            level: NoticeLevel::Error,
            rule: Some("KMS-020".into()),
            message: "The policy exceeds its time limit.".to_owned(),
        },
    ]
}

pub fn failure() -> Finding {
    finding(
        "KMS-020",
        Severity::Medium,
        Outcome::Fail,
        place("templates/keys.yaml", TEMPLATE, region(5, 26, 5, 31)),
        "Key 'Key' has 'EnableKeyRotation' set to 'false'.",
    )
}

fn unknown() -> Finding {
    let mut unknown = finding(
        "KMS-020",
        Severity::Medium,
        Outcome::Unknown,
        place("templates/keys.yaml", TEMPLATE, region(2, 3, 2, 6)),
        "Whether key 'Key' rotates is unknown: parameter 'Rotate' has no value.",
    );
    unknown.evidence.push(evidence(
        State::Unknown,
        r#"{"$unknown":{"kind":"parameter","name":"Rotate"}}"#,
    ));
    unknown
}

fn pass() -> Finding {
    let mut pass = finding(
        "KMS-020",
        Severity::Medium,
        Outcome::Pass,
        place("templates/keys.yaml", TEMPLATE, region(6, 20, 6, 30)),
        "Key 'Key' meets KMS-020.",
    );
    pass.evidence.push(evidence(State::Known, "true"));
    pass
}

pub fn plan_failure() -> Finding {
    let source = "resource \"aws_security_group\" \"bastion\" {\n  ingress {\n\tcidr_blocks = var.admin_cidrs\n  }\n}\n";
    let variables = "variable \"admin_cidrs\" {\n  default = [\"0.0.0.0/0\"]\n}\n";
    let mut failure = finding(
        "NET-009",
        Severity::Critical,
        Outcome::Fail,
        place("infra/main.tf", source, region(3, 16, 3, 31)),
        "Security group 'aws_security_group.bastion' lets '0.0.0.0/0' reach port '22' (tcp).",
    );
    failure.unit_uri = "infra/tfplan.json".into();
    failure.format = "terraform-plan";
    failure.address = "module.net[0].aws_security_group.bastion".into();
    failure.instances = vec![
        "module.net[0].aws_security_group.bastion".into(),
        "module.net[1].aws_security_group.bastion".into(),
    ];
    failure.also_in = vec!["infra/applied.json".into()];
    failure.resource_type = "aws_security_group".into();
    failure.path = "ingress[0].cidr_blocks".into();
    failure.defect = "tcp/22/0.0.0.0/0".into();
    failure.related.push(Related {
        location: place("infra/variables.tf", variables, region(2, 3, 2, 26)),
        address: "var.admin_cidrs".into(),
        message: "The default of 'admin_cidrs' is the whole internet".to_owned(),
    });
    failure
}

/// Names and values as an attacker would write them.
pub const HOSTILE: &str = "](https://evil.example) <script>alert(1)</script> \u{1b}[31m\u{202e}\n::error::x =cmd|' /C calc'!A0 \"\\ [a](1) \u{7} %s {0}";

pub fn hostile() -> Scan {
    let uri = "my files/a#1 %41 [x]\u{1b}[2J é:ü.yaml";
    let text = format!(
        "{}: |\n\tb: \"鍵 🚀 {}\"\nc: d",
        "k".repeat(200),
        HOSTILE.replace('\n', " ")
    );
    let mut failure = finding(
        "KMS-020",
        Severity::Medium,
        Outcome::Fail,
        place(uri, &text, region(2, 6, 2, 20)),
        HOSTILE,
    );
    failure.address = HOSTILE.into();
    failure.resource_type = HOSTILE.into();
    failure.path = HOSTILE.into();
    failure.defect = HOSTILE.into();
    failure.evidence.push(evidence(State::Known, HOSTILE));
    failure.related.push(Related {
        location: place("c:x", &text, region(2, 6, 2, 20)),
        address: HOSTILE.into(),
        message: HOSTILE.to_owned(),
    });
    let mut bare = failure.clone();
    bare.location = Location {
        uri: "abs/path to/x.yaml".into(),
        region: None,
        excerpt: None,
        exact: false,
    };
    let notice = PlacedNotice {
        location: Some(bare.location.clone()),
        kind: NoticeKind::InvalidInput,
        level: NoticeLevel::Warning,
        rule: None,
        message: HOSTILE.to_owned(),
    };
    Scan {
        findings: vec![failure, bare],
        notices: vec![notice],
        rules: vec![summary(
            rotation(),
            Account {
                fail: 2,
                ..Account::default()
            },
        )],
        coverage: Coverage {
            unassessed: BTreeMap::from([(HOSTILE.into(), 2)]),
            ..Coverage::default()
        },
        complete: true,
        ..Scan::default()
    }
}

/// A scan of so many failures, the first `critical` of the last ones critical.
pub fn many(number: usize) -> Scan {
    let findings = (0..number)
        .map(|index| {
            let severity = if index % 3 == 2 {
                Severity::Critical
            } else {
                Severity::Low
            };
            let mut failure = failure();
            failure.severity = severity;
            failure.location.uri = format!("t/{:05}.yaml", index / 100).into();
            failure.unit_uri = Arc::clone(&failure.location.uri);
            failure.identity = format!("{index:064x}");
            failure
        })
        .collect();
    Scan {
        findings,
        rules: vec![summary(
            rotation(),
            Account {
                fail: number,
                ..Account::default()
            },
        )],
        complete: true,
        ..Scan::default()
    }
}

pub fn empty() -> Scan {
    Scan {
        rules: vec![summary(rotation(), Account::default())],
        complete: true,
        ..Scan::default()
    }
}
