//! The audit report of scans made by hand.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod common;

use std::collections::BTreeMap;

use ordinance_engine::evaluate::{Component, Encryption, Exposure, Kind, Level, Outcome, Peer};
use ordinance_engine::policy::Severity;
use ordinance_engine::scan::{Scan, Understood};
use ordinance_report::{architecture, html};

fn component(address: &str, kind: Kind, noun: &str, exposure: Exposure) -> Component {
    Component {
        address: address.to_owned(),
        kind,
        noun: noun.to_owned(),
        exposure,
        why: String::new(),
        details: Vec::new(),
        encryption: None,
        subnets: Vec::new(),
        to: Vec::new(),
        from: Vec::new(),
        open: Vec::new(),
        deployment: None,
    }
}

/// An entry point in front of a service that leads to a store of which little is known.
fn understood() -> Understood {
    let mut edge = component("Edge", Kind::Entry, "Load balancer", Exposure::Internet);
    edge.to = vec!["Service".to_owned()];
    let service = component("Service", Kind::Service, "ECS service", Exposure::Private);
    let mut key = component("Key", Kind::Store, "Database", Exposure::Unknown);
    "'Subnets' has no default".clone_into(&mut key.why);
    key.encryption = Some(Encryption {
        least: Level::None,
        most: Level::Cmk,
        why: "parameter 'Encrypted' has no default".to_owned(),
    });
    key.from = vec![Peer {
        from: "Service".to_owned(),
        name: "Service".to_owned(),
        how: "tcp 5432".to_owned(),
        certain: true,
        why: String::new(),
    }];
    Understood {
        uri: "template.yaml".into(),
        format: "cloudformation",
        way: String::new(),
        components: vec![edge, service, key],
        lines: BTreeMap::new(),
    }
}

fn scan() -> Scan {
    let mut scan = common::small();
    scan.architecture.units.push(understood());
    scan
}

fn written(scan: &Scan) -> String {
    let mut out = Vec::new();
    html::write(scan, &common::context(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_report_of_a_small_scan() {
    let html = written(&scan());
    let body = html.split("</style>").nth(1).unwrap();
    insta::assert_snapshot!(body);
}

#[test]
fn the_text_and_the_flowchart_of_a_small_scan() {
    let style = ordinance_report::terminal::Style {
        color: false,
        links: false,
        unicode: false,
        width: 80,
    };
    let mut text = Vec::new();
    architecture::write_text(&scan(), style, &mut text).unwrap();
    insta::assert_snapshot!("architecture_text", String::from_utf8(text).unwrap());
    let mut chart = Vec::new();
    architecture::write_mermaid(&scan(), &mut chart).unwrap();
    insta::assert_snapshot!("architecture_mermaid", String::from_utf8(chart).unwrap());
}

#[test]
fn the_report_loads_nothing_and_runs_nothing() {
    let html = written(&scan());
    assert!(html.contains("default-src 'none'; style-src 'unsafe-inline'"));
    for forbidden in [
        "<script", "<link", "<img", "<iframe", "@import", "url(http", " onload=",
    ] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn hostile_text_is_text() {
    let mut scan = common::hostile();
    let mut understood = understood();
    let address = "</title><script>alert(1)</script>\u{202e}\"'";
    address.clone_into(&mut understood.components[0].address);
    understood.components[1].from = vec![Peer {
        from: String::new(),
        name: "<b onclick='x'>".to_owned(),
        how: "</td>".to_owned(),
        certain: false,
        why: "\u{1b}[31m&".to_owned(),
    }];
    scan.architecture.units.push(understood);
    let html = written(&scan);
    for forbidden in [
        "<script",
        "<b onclick",
        "</td></td>",
        "\u{1b}",
        "\u{202e}",
        "onclick='",
    ] {
        assert!(!html.contains(forbidden), "{forbidden:?}");
    }
    assert!(html.contains("&lt;/title&gt;&lt;script&gt;"));
}

#[test]
fn five_thousand_findings_stay_small() {
    let mut scan = scan();
    let place = common::place(
        "infrastructure/production/template.yaml",
        common::TEMPLATE,
        common::region(5, 7, 5, 31),
    );
    let rule = scan
        .rules
        .first()
        .map(|rule| rule.metadata.id.clone())
        .unwrap();
    let message =
        "Key 'Key' is not rotated: 'EnableKeyRotation' is 'false', which was set by a parameter.";
    let finding = common::finding(&rule, Severity::High, Outcome::Fail, place, message);
    scan.findings = vec![finding; 5000];
    let html = written(&scan);
    assert_eq!(html.matches("<article").count(), 5000);
    assert!(html.len() < 10_000_000, "{} bytes", html.len());
}
