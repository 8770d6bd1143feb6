//! A team adopts Ordinance on a Monday with old findings, and is glad on Friday: one story, in a real git repository with
//! a real hook.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const OLD: &str = "Resources:\n  Orders:\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: false\n";
const NEW: &str = "Resources:\n  Prices:\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: false\n";
const ACCEPTED: &str = "Resources:\n  # ordinance:ignore[KMS-006] reason=\"public price lists only\" owner=shop@example.org expires=2030-06-30\n  Prices:\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: false\n";

struct Repository(PathBuf);

impl Repository {
    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let identity = [
            ("GIT_AUTHOR_NAME", "t"),
            ("GIT_AUTHOR_EMAIL", "t@example.org"),
            ("GIT_COMMITTER_NAME", "t"),
            ("GIT_COMMITTER_EMAIL", "t@example.org"),
        ];
        Command::new(program)
            .current_dir(&self.0)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .envs(identity)
            .args(arguments)
            .output()
            .unwrap()
    }

    fn git(&self, arguments: &[&str]) {
        let output = self.run("git", arguments);
        assert!(output.status.success(), "{}", said(&output));
    }

    fn ordinance(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(env!("CARGO_BIN_EXE_ordinance"), arguments);
        (output.status.code().unwrap(), said(&output))
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.join(file), text).unwrap();
    }

    /// Commits everything; gives what the hook said when it refused.
    fn commit(&self) -> Result<(), String> {
        self.git(&["add", "."]);
        let output = self.run("git", &["commit", "--quiet", "-m", "work"]);
        if output.status.success() {
            Ok(())
        } else {
            Err(said(&output))
        }
    }
}

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr]
        .map(|bytes| String::from_utf8_lossy(bytes))
        .concat()
}

fn install_hook(root: &Path) {
    let hook = root.join(".git/hooks/pre-commit");
    let program = env!("CARGO_BIN_EXE_ordinance");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(
        &hook,
        format!("#!/bin/sh\nexec '{program}' scan --changed-only --quiet --today 2030-06-01\n"),
    )
    .unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn from_monday_to_friday() {
    let repository = Repository(support::scratch("week"));
    repository.git(&["init", "--quiet"]);
    repository.write("old.yaml", OLD);
    repository.commit().unwrap();

    // Monday: a configuration, and what is old is recorded.
    assert_eq!(repository.ordinance(&["scan"]).0, 1);
    assert_eq!(repository.ordinance(&["init"]).0, 0);
    assert_eq!(repository.ordinance(&["baseline", "create"]).0, 0);
    let (code, summary) = repository.ordinance(&["scan"]);
    assert_eq!(code, 0, "{summary}");
    assert!(summary.contains("baseline        1 known"), "{summary}");
    install_hook(&repository.0);
    repository.commit().unwrap();

    // Tuesday: the hook holds a new violation back, and names nothing old.
    repository.write("new.yaml", NEW);
    let refused = repository.commit().unwrap_err();
    assert!(
        refused.contains("KMS-006") && refused.contains("Prices") && !refused.contains("Orders"),
        "{refused}"
    );

    // Wednesday: it is accepted until a day, and the commit passes.
    repository.write("new.yaml", ACCEPTED);
    repository.commit().unwrap();
    let (code, summary) = repository.ordinance(&["scan", "--today", "2030-06-01"]);
    assert_eq!(code, 0, "{summary}");
    assert!(summary.contains("suppressed      1"), "{summary}");

    // Thursday: on the last day it is announced, past it the finding counts again.
    let (code, summary) = repository.ordinance(&["scan", "--today", "2030-06-30"]);
    assert!(code == 0 && summary.contains("ends today"), "{summary}");
    let (code, summary) = repository.ordinance(&["scan", "--today", "2030-07-01"]);
    assert!(
        code == 1 && summary.contains("SUP-002") && summary.contains("[KMS-006] Queue 'Prices'"),
        "{summary}"
    );

    // Friday: the queue is encrypted, so the suppression is not needed; old code moves and stays known.
    repository.write("new.yaml", &ACCEPTED.replace("false", "true"));
    repository.write(
        "old.yaml",
        &format!("Description: queues of the shop\n\n{OLD}"),
    );
    let (code, summary) = repository.ordinance(&["scan", "--today", "2030-06-01"]);
    assert_eq!(code, 1, "{summary}");
    assert!(
        summary.contains("SUP-003") && summary.contains("not needed"),
        "{summary}"
    );
    assert!(summary.contains("baseline        1 known"), "{summary}");
    repository.write("new.yaml", &NEW.replace("false", "true"));
    repository.commit().unwrap();
    assert_eq!(
        repository.ordinance(&["scan", "--today", "2030-06-01"]).0,
        0
    );

    // Next week the last old finding is mended, and the baseline shrinks.
    repository.write("old.yaml", &OLD.replace("false", "true"));
    let (_, summary) = repository.ordinance(&["scan"]);
    assert!(summary.contains("1 no longer found"), "{summary}");
    assert_eq!(repository.ordinance(&["baseline", "update"]).0, 0);
    assert_eq!(
        repository.ordinance(&["baseline", "show"]).1,
        "0 findings\n"
    );
}
