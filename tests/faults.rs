//! What goes wrong around a scan: files that cannot be read, change or vanish, readers and disks that go away. Nothing
//! is lost, nothing waits, and the exit code says what happened (docs/hardening.md).

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use ordinance_engine::artifact::DiscoveryOptions;
use ordinance_engine::policy::Request;
use ordinance_engine::resource::NoticeKind;
use ordinance_engine::scan::{Disposition, Progress, Scan, ScanOptions, scan};
use serde_json::Value;

const LEAKY: &str = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: false\n";
const SAFE: &str = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n";

/// Longer than any of these scans takes, shorter than a person waits.
const PATIENCE: Duration = Duration::from_mins(1);

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = support::scratch(&format!("faults-{name}"));
    for (file, text) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn ordinance(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ordinance"));
    command.current_dir(folder).env_clear().args(arguments);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    finished(ordinance(folder, arguments))
}

/// Runs a command to its end; one that does not end is killed, and fails the test.
fn finished(mut command: Command) -> Output {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    ended(child)
}

fn ended(child: Child) -> Output {
    let id = child.id().to_string();
    let (done, waiting) = mpsc::channel();
    std::thread::spawn(move || done.send(child.wait_with_output().unwrap()));
    waiting.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        Command::new("kill").args(["-9", &id]).status().unwrap();
        panic!("it does not end");
    })
}

fn code(output: &Output) -> i32 {
    let said = stderr(output);
    assert!(!said.contains("panicked"), "{said}");
    output
        .status
        .code()
        .unwrap_or_else(|| panic!("{:?}: {said}", output.status))
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The JSON report of a folder, and the exit code.
fn report(folder: &Path, arguments: &[&str]) -> (Value, i32) {
    let arguments = [&["scan", "--format", "json"], arguments].concat();
    let output = run(folder, &arguments);
    let code = code(&output);
    (serde_json::from_slice(&output.stdout).unwrap(), code)
}

fn failures(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let failed = findings.filter(|finding| finding["outcome"] == "fail");
    let uris = failed.map(|finding| finding["location"]["uri"].as_str().unwrap().to_owned());
    uris.collect()
}

fn messages(report: &Value) -> Vec<String> {
    let notices = report["notices"].as_array().unwrap().iter();
    notices
        .map(|notice| notice["message"].as_str().unwrap().to_owned())
        .collect()
}

fn mkfifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Scans in this process; `meddle` is called when the files are found and none is read.
fn meddled(folder: &Path, meddle: impl Fn() + Send + Sync + 'static) -> Scan {
    let options = ScanOptions {
        discovery: DiscoveryOptions {
            paths: vec![folder.to_owned()],
            ..DiscoveryOptions::default()
        },
        ..ScanOptions::default()
    };
    let (done, waiting) = mpsc::channel();
    std::thread::spawn(move || {
        let evaluator = support::evaluator(&Request::default());
        let progress = |progress| {
            if matches!(progress, Progress::Found(_)) {
                meddle();
            }
        };
        let scan = scan(options, &evaluator, &progress).unwrap();
        // Nobody waits any more when it took too long.
        let _ = done.send(scan);
    });
    waiting.recv_timeout(PATIENCE).unwrap()
}

fn disposition<'s>(scan: &'s Scan, uri: &str) -> &'s Disposition {
    let artifact = scan.artifacts.iter().find(|one| one.uri.ends_with(uri));
    &artifact.unwrap().disposition
}

/// The names of the files with findings; a scan in this process names files from the root of the repository.
fn failed(scan: &Scan) -> Vec<&str> {
    let uris = scan.findings.iter().map(|one| &*one.location.uri);
    uris.map(|uri| uri.rsplit('/').next().unwrap()).collect()
}

#[test]
fn a_file_that_vanishes_is_named_and_costs_no_other() {
    let folder = folder("vanish", &[("a.yaml", LEAKY), ("b.yaml", LEAKY)]);
    let gone = folder.join("a.yaml");
    let scan = meddled(&folder, move || fs::remove_file(&gone).unwrap());
    assert!(!scan.complete);
    assert_eq!(disposition(&scan, "a.yaml"), &Disposition::Unreadable);
    assert_eq!(scan.notices[0].kind, NoticeKind::UnreadableFile);
    let message = &scan.notices[0].message;
    assert!(
        message.ends_with("/a.yaml' cannot be read: no such file or directory."),
        "{message}"
    );
    assert_eq!(failed(&scan), ["b.yaml"]);
}

#[test]
fn a_folder_that_vanishes_costs_its_files_and_names_each() {
    let folder = folder(
        "vanish_all",
        &[("in/a.yaml", LEAKY), ("in/b.yaml", LEAKY), ("c.yaml", SAFE)],
    );
    let gone = folder.join("in");
    let scan = meddled(&folder, move || fs::remove_dir_all(&gone).unwrap());
    assert!(!scan.complete);
    assert_eq!(scan.coverage.unreadable, 2);
    assert_eq!(scan.artifacts.len(), 3);
}

#[test]
fn a_file_that_changes_is_judged_as_it_is_when_it_is_read() {
    let folder = folder(
        "change",
        &[("a.yaml", SAFE), ("b.yaml", SAFE), ("c.yaml", LEAKY)],
    );
    let inside = folder.clone();
    let scan = meddled(&folder, move || {
        fs::write(inside.join("a.yaml"), LEAKY).unwrap();
        fs::write(inside.join("b.yaml"), &LEAKY[..40]).unwrap();
        fs::write(inside.join("c.yaml"), [0xff, 0xfe, 0x00]).unwrap();
    });
    assert!(!scan.complete);
    assert_eq!(failed(&scan), ["a.yaml"]);
    assert!(matches!(
        disposition(&scan, "c.yaml"),
        Disposition::Unreadable
    ));
    assert_eq!(scan.artifacts.len(), 3);
}

#[test]
fn a_pipe_put_in_the_place_of_a_file_keeps_nobody_waiting() {
    let folder = folder("swap", &[("a.yaml", LEAKY), ("b.yaml", LEAKY)]);
    let swapped = folder.join("a.yaml");
    let scan = meddled(&folder, move || {
        fs::remove_file(&swapped).unwrap();
        mkfifo(&swapped);
    });
    assert!(!scan.complete);
    let message = &scan.notices[0].message;
    assert!(
        message.ends_with("/a.yaml' cannot be read: it is a pipe, a socket or a device."),
        "{message}"
    );
    assert_eq!(scan.findings.len(), 1);
}

#[test]
fn a_pipe_among_the_files_is_an_error_and_a_named_one_is_read() {
    let folder = folder("pipe", &[("b.yaml", LEAKY), ("sub/x.txt", "")]);
    mkfifo(&folder.join("a.yaml"));
    mkfifo(&folder.join("sub/.gitignore"));
    symlink("a.yaml", folder.join("link.yml")).unwrap();
    let (shown, exit) = report(&folder, &["."]);
    assert_eq!(exit, 4);
    assert_eq!(failures(&shown), ["b.yaml"]);
    assert_eq!(
        messages(&shown),
        ["'a.yaml' cannot be read: it is a pipe, a socket or a device."]
    );
    let writer = folder.join("a.yaml");
    let writing = std::thread::spawn(move || fs::write(writer, LEAKY).unwrap());
    let (shown, exit) = report(&folder, &["a.yaml"]);
    writing.join().unwrap();
    assert_eq!((failures(&shown), exit), (vec!["a.yaml".to_owned()], 1));
}

#[test]
fn a_device_that_never_ends_is_refused_where_files_are_small() {
    let folder = folder("device", &[("a.yaml", SAFE)]);
    for option in [
        "--parameters",
        "--config",
        "--exceptions",
        "--baseline",
        "--facts",
    ] {
        let output = run(&folder, &["scan", option, "/dev/zero"]);
        assert_eq!(code(&output), 2, "{option}");
        assert!(
            stderr(&output).contains("more than 64 MiB"),
            "{}",
            stderr(&output)
        );
    }
    let output = run(&folder, &["scan", "/dev/null"]);
    assert_eq!(code(&output), 3);
}

#[cfg(target_os = "linux")]
#[test]
fn what_the_system_does_not_give_is_named() {
    let folder = folder("io", &[("a.yaml", LEAKY)]);
    // Reading the memory of a process at address 0 fails for everybody.
    let (shown, exit) = report(&folder, &["a.yaml", "/proc/self/mem"]);
    assert_eq!(exit, 4);
    assert!(failures(&shown)[0].ends_with("a.yaml"));
    assert!(
        messages(&shown)[0].contains("mem' cannot be read: "),
        "{shown}"
    );
}

#[test]
fn what_may_not_be_read_is_named_and_costs_no_other() {
    // The superuser may read everything, so the scan is somebody else's, who must reach the folder and the program.
    let folder = std::env::temp_dir().join(format!("ordinance-faults-{}", std::process::id()));
    fs::create_dir_all(folder.join("shut")).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    for (file, mode) in [("a.yaml", 0o644), ("b.yaml", 0o000), ("shut/c.yaml", 0o644)] {
        fs::write(folder.join(file), LEAKY).unwrap();
        fs::set_permissions(folder.join(file), fs::Permissions::from_mode(mode)).unwrap();
    }
    fs::set_permissions(folder.join("shut"), fs::Permissions::from_mode(0o000)).unwrap();
    let is_superuser = File::open(folder.join("b.yaml")).is_ok();
    let program = folder.join("ordinance");
    fs::copy(env!("CARGO_BIN_EXE_ordinance"), &program).unwrap();
    let mut command = Command::new(&program);
    command.current_dir(&folder).env_clear();
    command.args(["scan", "--format", "json"]);
    if is_superuser {
        command.uid(65_534).gid(65_534);
    }
    let output = finished(command);
    fs::set_permissions(folder.join("shut"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(code(&output), 4);
    let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(failures(&shown), ["a.yaml"]);
    assert_eq!(
        messages(&shown),
        [
            "'shut' cannot be read: permission denied.",
            "'b.yaml' cannot be read: permission denied."
        ]
    );
}

#[test]
fn a_folder_with_the_name_of_a_file_is_a_folder() {
    let folder = folder("named", &[("a.yaml/b.yaml", LEAKY)]);
    let (shown, exit) = report(&folder, &["."]);
    assert_eq!(
        (failures(&shown), exit),
        (vec!["a.yaml/b.yaml".to_owned()], 1)
    );
}

#[test]
fn links_in_a_circle_end_and_a_candidate_that_is_one_is_named() {
    let folder = folder("circle", &[("a/x.yaml", LEAKY), ("b/y.yaml", SAFE)]);
    symlink("../b", folder.join("a/to_b")).unwrap();
    symlink("../a", folder.join("b/to_a")).unwrap();
    symlink(".", folder.join("a/here")).unwrap();
    symlink("loop.yaml", folder.join("loop.yaml")).unwrap();
    let (shown, exit) = report(&folder, &["."]);
    assert_eq!(exit, 4);
    assert_eq!(failures(&shown), ["a/x.yaml"]);
    assert!(
        messages(&shown)[0].starts_with("'loop.yaml' cannot be read: "),
        "{shown}"
    );
}

#[test]
fn policies_in_a_circle_of_links_are_read_once() {
    let folder = folder("policies", &[("a.yaml", SAFE), ("rules/x/empty.txt", "")]);
    symlink("..", folder.join("rules/x/up")).unwrap();
    symlink(".", folder.join("rules/x/here")).unwrap();
    symlink(".", folder.join("rules/again")).unwrap();
    let output = run(&folder, &["scan", "a.yaml", "--policy", "rules"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
}

#[test]
fn a_link_out_of_the_scan_is_followed_only_when_asked() {
    let folder = folder(
        "outside",
        &[("secret/a.yaml", LEAKY), ("root/b.yaml", SAFE)],
    );
    symlink("../secret/a.yaml", folder.join("root/a.yaml")).unwrap();
    let root = folder.join("root");
    let (shown, exit) = report(&root, &["."]);
    assert_eq!(exit, 0);
    assert_eq!(failures(&shown), [""; 0]);
    assert_eq!(
        messages(&shown),
        ["The link 'a.yaml' leads out of what is scanned: '--follow-links' follows it."]
    );
    let (shown, exit) = report(&root, &[".", "--follow-links"]);
    assert_eq!((failures(&shown), exit), (vec!["a.yaml".to_owned()], 1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_costs_no_old_report() {
    let folder = folder("full", &[("a.yaml", LEAKY)]);
    let output = run(&folder, &["scan", "--output", "sarif=/dev/full"]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("cannot write /dev/full"),
        "{}",
        stderr(&output)
    );
    for format in ["terminal", "json", "sarif", "html", "csv"] {
        let mut command = ordinance(&folder, &["scan", "--format", format]);
        command.stdout(File::options().write(true).open("/dev/full").unwrap());
        let child = command.stderr(Stdio::piped()).spawn().unwrap();
        let output = ended(child);
        assert_eq!(code(&output), 2, "{format}");
        assert!(
            stderr(&output).contains("standard output"),
            "{}",
            stderr(&output)
        );
    }
    // The folder of the report is gone: the scan says so after it, and writes nothing elsewhere.
    let output = run(&folder, &["scan", "--output", "json=no/such/folder/r.json"]);
    assert_eq!(code(&output), 2);
}

#[test]
fn a_reader_that_goes_away_changes_nothing_of_the_exit_code() {
    let folder = folder("closed", &[("a.yaml", LEAKY), ("b.yaml", SAFE)]);
    for format in ["terminal", "json", "sarif", "html"] {
        for (file, expected) in [("a.yaml", 1), ("b.yaml", 0)] {
            let mut command = ordinance(&folder, &["scan", file, "--format", format]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            drop(child.stdout.take());
            assert_eq!(code(&ended(child)), expected, "{format} of {file}");
        }
    }
    let mut child = ordinance(&folder, &["rules"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(code(&ended(child)), 0);
}

#[test]
fn an_interrupted_scan_writes_nothing_half() {
    let folder = folder("interrupt", &[("a.yaml", LEAKY)]);
    mkfifo(&folder.join("wait.yaml"));
    fs::write(folder.join("report.json"), "old").unwrap();
    let mut command = ordinance(
        &folder,
        &[
            "scan",
            "a.yaml",
            "wait.yaml",
            "--output",
            "json=report.json",
        ],
    );
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Opening a pipe waits for its reader: then the scan is under way.
    let pipe = File::options()
        .write(true)
        .open(folder.join("wait.yaml"))
        .unwrap();
    let interrupted = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupted.unwrap().success());
    let output = ended(child);
    drop(pipe);
    assert_eq!(
        output.status.signal(),
        Some(2),
        "a shell sees that it was interrupted"
    );
    assert_eq!(stdout(&output), "");
    assert_eq!(
        fs::read_to_string(folder.join("report.json")).unwrap(),
        "old"
    );
    assert_eq!(support::children(&folder).len(), 3);
}

#[test]
fn without_file_handles_nothing_passes_silently() {
    let files: Vec<_> = (0..40)
        .map(|number| (format!("f{number:02}/a.yaml"), LEAKY))
        .collect();
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| (name.as_str(), *text))
        .collect();
    let folder = folder("handles", &files);
    let mut full = 0;
    for limit in [4, 5, 6, 8, 10, 12, 16, 32] {
        let mut command = Command::new("sh");
        let script = format!(
            "ulimit -n {limit} && exec {} scan --format json --threads 4",
            env!("CARGO_BIN_EXE_ordinance")
        );
        command
            .current_dir(&folder)
            .env_clear()
            .args(["-c", &script]);
        let output = finished(command);
        match output.status.code() {
            Some(1) => {
                let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
                assert_eq!(failures(&shown).len(), 40, "with {limit} handles");
                full += 1;
            }
            Some(4) => {
                let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
                assert!(!messages(&shown).is_empty(), "with {limit} handles");
            }
            // The program, or the loader of it, could not begin.
            _ => assert!(
                !output.status.success() && !output.stderr.is_empty(),
                "{output:?}"
            ),
        }
    }
    assert!(full >= 1, "a few handles are enough");
}

#[test]
fn a_name_that_is_not_unicode_is_scanned_and_shown_as_far_as_it_is() {
    let folder = folder("names", &[]);
    let name = OsStr::from_bytes(b"a\xff\xfe.yaml");
    if fs::write(folder.join(name), LEAKY).is_err() {
        println!("this file system takes Unicode names only");
        return;
    }
    fs::write(folder.join("line\nbreak.yaml"), LEAKY).unwrap();
    fs::write(folder.join("\u{1b}[31mred.yaml"), LEAKY).unwrap();
    let (shown, exit) = report(&folder, &["."]);
    assert_eq!(exit, 1);
    assert_eq!(failures(&shown).len(), 3);
    assert!(failures(&shown).contains(&"a\u{fffd}\u{fffd}.yaml".to_owned()));
    let said = stdout(&run(&folder, &["scan"]));
    assert!(
        said.chars().all(|c| c == '\n' || !c.is_control()),
        "{said:?}"
    );
    let sarif = run(&folder, &["scan", "--format", "sarif"]);
    assert!(serde_json::from_slice::<Value>(&sarif.stdout).is_ok());
}

#[test]
fn ten_thousand_files_are_ten_thousand_accounts() {
    let folder = folder("many", &[]);
    for number in 0..10_000 {
        let text = match number % 100 {
            0 => LEAKY,
            1 => "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties: [\n",
            _ => "a: 1\n",
        };
        fs::write(folder.join(format!("{number}.yaml")), text).unwrap();
    }
    let start = Instant::now();
    let scan = meddled(&folder, || {});
    println!("10,000 files in {:?}", start.elapsed());
    assert_eq!(scan.artifacts.len(), 10_000);
    let coverage = &scan.coverage;
    let judged: usize = coverage.judged.values().sum();
    assert_eq!(
        (judged, coverage.unreadable, coverage.not_ours),
        (100, 100, 9800)
    );
    assert_eq!(scan.findings.len(), 100);
}

#[test]
fn a_reader_of_a_report_sees_a_whole_one_or_none() {
    let folder = folder("atomic", &[("a.yaml", LEAKY)]);
    let path = folder.join("report.json");
    let (stop, stopped) = mpsc::channel::<()>();
    let watched = path.clone();
    let reader = std::thread::spawn(move || {
        let mut seen = 0;
        while stopped.try_recv() == Err(mpsc::TryRecvError::Empty) {
            if let Ok(text) = fs::read_to_string(&watched) {
                serde_json::from_str::<Value>(&text).unwrap();
                seen += 1;
            }
        }
        seen
    });
    for _ in 0..10 {
        assert_eq!(
            code(&run(
                &folder,
                &["scan", "a.yaml", "--output", "json=report.json"]
            )),
            1
        );
    }
    stop.send(()).unwrap();
    assert!(reader.join().unwrap() > 0);
    assert_eq!(support::children(&folder), [folder.join("a.yaml"), path]);
}

#[test]
fn standard_input_that_ends_early_is_no_file() {
    let folder = folder("stdin", &[]);
    let mut command = ordinance(&folder, &["scan", "-"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(&LEAKY.as_bytes()[..30]).unwrap();
    drop(input);
    assert_eq!(code(&ended(child)), 3);
}
