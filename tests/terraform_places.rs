//! Findings of real plans and their places in the `.tf` files, whole scans of the strict pack.
//!
//! The lines of the snapshot were compared with the files of `fixtures/terraform-plan/estate` by hand, one by one:
//! each region is the text that a person would change, or the header of the block in which it is missing. A line that
//! ends in `~` is such an ancestor of the deciding value.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ordinance_engine::artifact::DiscoveryOptions;
use ordinance_engine::evaluate::Outcome;
use ordinance_engine::finding::{Finding, Location};
use ordinance_engine::policy::Request;
use ordinance_engine::scan::{Scan, ScanOptions, scan};

const ESTATE: &str = "fixtures/terraform-plan/estate";

fn strict() -> Request {
    Request {
        packs: vec!["strict".to_owned()],
        ..Request::default()
    }
}

/// The controls of the snapshot, whose places were compared with the sources by hand: more of them would be more to read.
const READ: [&str; 19] = [
    "ALB-001", "ALB-002", "ALB-003", "IAM-001", "IAM-002", "IAM-003", "IAM-010", "KMS-001",
    "KMS-002", "KMS-003", "KMS-006", "KMS-020", "NET-001", "NET-003", "NET-004", "NET-008",
    "NET-009", "S3-001", "S3-002",
];

fn scan_paths(paths: &[PathBuf]) -> Scan {
    scan_for(&strict(), paths)
}

fn scan_for(request: &Request, paths: &[PathBuf]) -> Scan {
    let options = ScanOptions {
        discovery: DiscoveryOptions {
            paths: paths.to_vec(),
            ..DiscoveryOptions::default()
        },
        threads: Some(2),
        ..ScanOptions::default()
    };
    scan(options, &support::evaluator(request), &|_| {}).unwrap()
}

fn estate(plan: &str) -> Scan {
    scan_paths(&[support::root().join(ESTATE).join(plan)])
}

/// A folder that holds the estate's plan under another name, with or without its sources.
fn copied(name: &str, with_sources: bool) -> PathBuf {
    let folder = support::scratch(name);
    copy(&support::root().join(ESTATE), &folder, &|file| {
        file.ends_with("plan.json") || with_sources && !file.ends_with("plan.noop.json")
    });
    folder
}

fn copy(from: &Path, to: &Path, wanted: &dyn Fn(&str) -> bool) {
    for path in support::children(from) {
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&path, &target, wanted);
        } else if wanted(&path.to_string_lossy()) {
            fs::copy(&path, target).unwrap();
        }
    }
}

/// A place as `file:line:column  text`, the file from the folder that is named.
fn placed(location: &Location, folder: &str) -> String {
    let file = location
        .uri
        .rsplit_once(folder)
        .map_or(&*location.uri, |(_, file)| file);
    let file = file.trim_start_matches('/');
    let (Some(region), Some(excerpt)) = (location.region, &location.excerpt) else {
        return file.to_owned();
    };
    let index = (region.start_line - excerpt.first_line) as usize;
    let line = excerpt.text.lines().nth(index).unwrap();
    let columns = region.start_column as usize - 1..region.end_column as usize - 1;
    let text = line.get(columns).unwrap();
    format!(
        "{file}:{}:{}  {text}",
        region.start_line, region.start_column
    )
}

fn addresses(finding: &Finding) -> Vec<Arc<str>> {
    if finding.instances.is_empty() {
        vec![Arc::clone(&finding.address)]
    } else {
        finding.instances.clone()
    }
}

fn failures(scan: &Scan) -> Vec<&Finding> {
    let fails = |finding: &&Finding| finding.outcome == Outcome::Fail;
    scan.findings.iter().filter(fails).collect()
}

#[test]
fn each_finding_of_the_estate_has_its_line_and_where_the_value_comes_from() {
    let request = Request {
        rules: READ.map(str::to_owned).into(),
        ..strict()
    };
    let scan = scan_for(&request, &[support::root().join(ESTATE).join("plan.json")]);
    let mut shown = String::new();
    for finding in failures(&scan) {
        let inexact = if finding.location.exact { "" } else { "  ~" };
        let place = placed(&finding.location, ESTATE);
        let addresses = addresses(finding).join(", ");
        writeln!(shown, "{place}  {}  {addresses}{inexact}", finding.rule).unwrap();
        for related in &finding.related {
            let place = placed(&related.location, ESTATE);
            writeln!(shown, "    {place}  {}", related.message).unwrap();
        }
    }
    assert!(failures(&scan).len() >= 30);
    assert!(scan.notices.is_empty(), "{:?}", scan.notices);
    insta::assert_snapshot!("estate", shown);
}

#[test]
fn a_fresh_plan_and_an_applied_one_have_the_same_verdicts() {
    let verdicts = |plan: &str| -> BTreeSet<String> {
        let scan = estate(plan);
        let verdict = |finding: &Finding| {
            format!(
                "{:?} {} {} {:?} {} {}",
                finding.outcome,
                finding.rule,
                finding.defect,
                addresses(finding),
                placed(&finding.location, ESTATE),
                finding.identity,
            )
        };
        scan.findings.iter().map(verdict).collect()
    };
    let fresh = verdicts("plan.json");
    assert!(fresh.len() >= 30);
    assert_eq!(fresh, verdicts("plan.noop.json"));
}

#[test]
fn two_plans_of_one_project_are_one_finding_that_names_both() {
    let root = support::root().join(ESTATE);
    let one = estate("plan.json");
    let both = scan_paths(&[root.join("plan.json"), root.join("plan.noop.json")]);
    let identities = |scan: &Scan| -> Vec<String> {
        let all = scan.findings.iter().map(|finding| finding.identity.clone());
        all.collect()
    };
    assert_eq!(identities(&both), identities(&one));
    for finding in &both.findings {
        let mut plans = finding.also_in.clone();
        plans.push(Arc::clone(&finding.unit_uri));
        plans.sort();
        let names = plans.iter().map(|plan| plan.rsplit('/').next().unwrap());
        assert_eq!(
            names.collect::<Vec<_>>(),
            ["plan.json", "plan.noop.json"],
            "{finding:?}"
        );
    }
}

#[test]
fn two_projects_with_the_same_names_keep_their_own_places() {
    let one = copied("places_one", true);
    let two = copied("places_two", true);
    let scan = scan_paths(&[one.join("plan.json"), two.join("plan.json")]);
    let count = failures(&estate("plan.json")).len();
    assert_eq!(failures(&scan).len(), 2 * count);
    for finding in failures(&scan) {
        let folder = finding.unit_uri.strip_suffix("/plan.json").unwrap();
        assert!(finding.location.uri.starts_with(folder), "{finding:?}");
        assert!(
            finding.location.uri.ends_with(".tf") || finding.location.uri.ends_with(".tf.json")
        );
        assert!(finding.also_in.is_empty());
    }
}

#[test]
fn without_sources_the_place_is_the_plan_and_a_notice_says_how_to_get_lines() {
    let folder = copied("places_none", false);
    let scan = scan_paths(&[folder.join("plan.json")]);
    assert_eq!(failures(&scan).len(), failures(&estate("plan.json")).len());
    for finding in failures(&scan) {
        assert_eq!(finding.location.uri, finding.unit_uri);
        assert_eq!(finding.location.region, None);
        assert!(
            finding.message.contains(&*finding.address),
            "{}",
            finding.message
        );
    }
    assert_eq!(scan.notices.len(), 1);
    let notice = &scan.notices[0].message;
    assert!(
        notice.contains("put it into the folder of its root module"),
        "{notice}"
    );
}

#[test]
fn a_plan_that_is_not_of_its_sources_gets_no_line_and_a_notice() {
    let folder = copied("places_old", true);
    let main = folder.join("main.tf");
    let text = fs::read_to_string(&main).unwrap();
    fs::write(
        &main,
        text.replace(
            "\"aws_ebs_volume\" \"scratch\"",
            "\"aws_ebs_volume\" \"newer\"",
        ),
    )
    .unwrap();
    let scan = scan_paths(&[folder.join("plan.json")]);
    let lost: Vec<_> = scan
        .findings
        .iter()
        .filter(|finding| finding.location.region.is_none())
        .map(|finding| &*finding.address)
        .collect();
    assert_eq!(lost, ["aws_ebs_volume.scratch[0]"]);
    let messages: Vec<_> = scan.notices.iter().map(|notice| &*notice.message).collect();
    assert_eq!(
        messages,
        [
            "3 results have no exact place in Terraform sources ('aws_ebs_volume.scratch[0]' first): the sources of the \
          root module declare no resource 'aws_ebs_volume.scratch': they are not those that the plan was made of, or \
          cannot be read."
        ]
    );
}

#[test]
fn a_folder_that_declares_a_name_twice_gives_no_line() {
    let folder = copied("places_twice", true);
    fs::write(
        folder.join("zz.tf"),
        "resource \"aws_ebs_volume\" \"scratch\" {}\n",
    )
    .unwrap();
    let scan = scan_paths(&[folder.join("plan.json")]);
    for finding in failures(&scan)
        .iter()
        .filter(|finding| !finding.address.starts_with("module."))
    {
        assert_eq!(finding.location.uri, finding.unit_uri, "{finding:?}");
    }
    let notice = &scan.notices[0].message;
    assert!(
        notice.contains("declares resource 'aws_ebs_volume.scratch' more than once"),
        "{notice}"
    );
}

/// A plan of one volume in a module of this address, whose call has this source.
fn volume_in(module: &str, source: &str) -> String {
    let name = module.rsplit('.').next().unwrap_or_default();
    format!(
        r#"{{"format_version":"1.2","resource_changes":[{{"address":"{module}.aws_ebs_volume.v","mode":"managed","type":"aws_ebs_volume","name":"v","provider_name":"registry.terraform.io/hashicorp/aws","change":{{"actions":["create"],"after":{{"encrypted":false}}}}}}],"configuration":{{"root_module":{{"module_calls":{{"{name}":{{"source":"{source}","module":{{"resources":[{{"mode":"managed","type":"aws_ebs_volume","name":"v","expressions":{{"encrypted":{{"constant_value":false}}}}}}]}}}}}}}}}}}}"#
    )
}

/// The places of the failures of a folder's `plan.json`.
fn places_in(folder: &Path) -> Vec<String> {
    let scan = scan_paths(&[folder.join("plan.json")]);
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let all = failures(&scan);
    all.iter()
        .map(|finding| placed(&finding.location, &name))
        .collect()
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

const VOLUME: &str = "resource \"aws_ebs_volume\" \"v\" {\n  encrypted = false\n}\n";

#[test]
fn a_manifest_leads_nowhere_but_to_the_modules_that_were_fetched() {
    let folder = support::scratch("places_manifest/root");
    let call = "module \"m\" {\n  source = \"a/b/aws\"\n}\n";
    let manifest = |dir: &str, source: &str| {
        format!(r#"{{"Modules":[{{"Key":"m","Source":"{source}","Dir":"{dir}"}}]}}"#)
    };
    write(
        &folder,
        &[
            ("plan.json", &volume_in("module.m", "a/b/aws")),
            ("main.tf", call),
            ("../secret/main.tf", VOLUME),
            (".terraform/modules/m/main.tf", VOLUME),
        ],
    );
    let at_call = ["main.tf:1:1  module \"m\""];
    let absolute = folder.join("../secret").canonicalize().unwrap();
    for dir in [
        "../secret",
        ".terraform/modules/../../../secret",
        &absolute.to_string_lossy(),
        ".",
    ] {
        for source in ["a/b/aws", "./m", "../secret"] {
            write(
                &folder,
                &[(".terraform/modules/modules.json", &manifest(dir, source))],
            );
            assert_eq!(places_in(&folder), at_call, "{dir} {source}");
        }
    }
    write(
        &folder,
        &[(
            ".terraform/modules/modules.json",
            &manifest(".terraform/modules/m", "a/b/aws"),
        )],
    );
    assert_eq!(
        places_in(&folder),
        [".terraform/modules/m/main.tf:2:15  false"]
    );
    // A module that is called by a path lies where the path says, also above the scan.
    write(
        &folder,
        &[("plan.json", &volume_in("module.m", "../secret"))],
    );
    assert!(places_in(&folder)[0].ends_with("secret/main.tf:2:15  false"));
}

#[cfg(unix)]
#[test]
fn a_link_leads_only_to_what_is_inside_the_scan() {
    use std::os::unix::fs::symlink;
    let folder = support::scratch("places_links");
    // The scan is relative to the folder of the repository, in which the scratch folder lies.
    let outside = std::env::temp_dir().join(format!("ordinance-outside-{}", std::process::id()));
    write(&outside, &[("main.tf", VOLUME)]);
    write(
        &folder,
        &[
            ("inside/main.tf", VOLUME),
            ("scan/plan.json", &volume_in("module.m", "./m")),
            ("scan/main.tf", "module \"m\" {\n  source = \"./m\"\n}\n"),
            ("scan/m/x.txt", ""),
        ],
    );
    let scanned = folder.join("scan");
    let link = scanned.join("m/main.tf");
    symlink(outside.join("main.tf"), &link).unwrap();
    assert_eq!(places_in(&scanned), ["main.tf:1:1  module \"m\""]);
    fs::remove_file(&link).unwrap();
    symlink(&link, &link).unwrap();
    assert_eq!(places_in(&scanned), ["main.tf:1:1  module \"m\""]);
    fs::remove_dir_all(scanned.join("m")).unwrap();
    symlink(&outside, scanned.join("m")).unwrap();
    assert_eq!(places_in(&scanned), ["main.tf:1:1  module \"m\""]);
    fs::remove_file(scanned.join("m")).unwrap();
    symlink(folder.join("inside"), scanned.join("m")).unwrap();
    assert_eq!(places_in(&scanned), ["m/main.tf:2:15  false"]);
    fs::remove_dir_all(outside).unwrap();
}

#[test]
fn hostile_sources_cost_only_their_own_places() {
    let folder = support::scratch("places_hostile");
    let mut address = "module.a".to_owned();
    address.push_str(&".module.a".repeat(3_000));
    let cyclic = "module \"a\" {\n  source = \"./\"\n}\n";
    let plan = format!(
        r#"{{"format_version":"1.2","resource_changes":[{{"address":"{address}.aws_ebs_volume.v","mode":"managed","type":"aws_ebs_volume","name":"v","change":{{"actions":["create"],"after":{{"encrypted":false}}}}}},{{"address":"module.a.module.a.module.a.aws_ebs_volume.v","mode":"managed","type":"aws_ebs_volume","name":"v","change":{{"actions":["create"],"after":{{"encrypted":false}}}}}}]}}"#
    );
    write(
        &folder,
        &[
            ("plan.json", &plan),
            ("main.tf", cyclic),
            ("volume.tf", VOLUME),
            (
                "deep.tf",
                &format!("locals {{\n x = {}1\n}}\n", "[".repeat(50_000)),
            ),
            ("deep.tf.json", &"{\"a\":[".repeat(50_000)),
            ("open.tf", &"x {\n".repeat(50_000)),
            ("cycle.tf", "locals {\n  p = local.q\n  q = local.p\n}\n"),
        ],
    );
    // Larger than what is read: its second declaration is not seen.
    let huge = format!("{VOLUME}{}", "#\n".repeat(5 << 20));
    write(&folder, &[("huge.tf", &huge)]);
    fs::write(
        folder.join("latin.tf"),
        b"resource \"aws_ebs_volume\" \"v\" { # \xe9\n}\n",
    )
    .unwrap();
    // A module that calls itself is the same folder each time; an absurd address has no place.
    assert_eq!(places_in(&folder), ["plan.json", "volume.tf:2:15  false"]);
}

#[test]
fn values_that_refer_to_each_other_end() {
    let folder = support::scratch("places_cycle");
    let plan = volume_in("module.m", "./m").replace("module.m.aws", "aws");
    write(
        &folder,
        &[
            ("plan.json", &plan),
            (
                "main.tf",
                "locals {\n  p = local.q\n  q = [local.p, local.q]\n}\nresource \"aws_ebs_volume\" \"v\" {\n  encrypted = local.p\n}\n",
            ),
        ],
    );
    let scan = scan_paths(&[folder.join("plan.json")]);
    let messages: Vec<_> = failures(&scan)[0]
        .related
        .iter()
        .map(|related| &*related.message)
        .collect();
    assert_eq!(messages, ["local 'p'", "local 'q'"]);
}

#[test]
fn what_the_command_line_gave_is_not_taken_for_a_file() {
    let folder = support::scratch("places_given");
    let plan = volume_in("module.m", "./m")
        .replace("module.m.aws", "aws")
        .replacen('{', r#"{"variables":{"e":{"value":false}},"#, 1);
    let main = "variable \"e\" {\n  default = true\n}\nresource \"aws_ebs_volume\" \"v\" {\n  encrypted = var.e\n}\n";
    write(&folder, &[("plan.json", &plan), ("main.tf", main)]);
    let origin = || {
        let scan = scan_paths(&[folder.join("plan.json")]);
        let related = &failures(&scan)[0].related;
        assert_eq!(related.len(), 1);
        format!(
            "{} {}",
            placed(&related[0].location, "places_given"),
            related[0].message
        )
    };
    let given =
        "main.tf:1:1  variable \"e\" variable 'e', whose value was given when the plan was made";
    assert_eq!(origin(), given);
    write(&folder, &[("terraform.tfvars", "e = true\n")]);
    assert_eq!(origin(), given);
    write(
        &folder,
        &[
            ("z.auto.tfvars", "e = false\n"),
            ("terraform.tfvars.json", "{\"e\": true}"),
        ],
    );
    assert_eq!(origin(), "z.auto.tfvars:1:5  false value of variable 'e'");
    write(&folder, &[("z.auto.tfvars.json", "{\n\"e\": false}")]);
    assert_eq!(
        origin(),
        "z.auto.tfvars.json:2:6  false value of variable 'e'"
    );
}
