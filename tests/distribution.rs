//! What users install and copy: versions that agree, a checksum that is checked, workflows that pass our own gates.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn text(file: &str) -> String {
    fs::read_to_string(support::root().join(file)).unwrap()
}

#[test]
fn the_placeholder_of_the_hook_installs_the_wheel_of_this_version() {
    let setup = text("setup.py");
    assert!(setup.contains(&format!("version=\"{VERSION}\"")), "{setup}");
    assert!(setup.contains(&format!("ordinance=={VERSION}")), "{setup}");
    for file in [
        "docs/ci/gitlab-ci.yml",
        "docs/ci/azure-pipelines.yml",
        "docs/ci/Jenkinsfile",
    ] {
        assert!(
            text(file).contains(&format!("ordinance=={VERSION}")),
            "{file}"
        );
    }
    for file in ["docs/ci/github.yml", "docs/hooks-and-ci.md"] {
        assert!(text(file).contains(&format!("v{VERSION}")), "{file}");
    }
}

#[test]
fn our_own_workflows_and_examples_pass_the_strictest_pack() {
    let output = Command::new(env!("CARGO_BIN_EXE_ordinance"))
        .current_dir(support::root())
        .env_clear()
        .args([
            "scan",
            ".github",
            "action.yml",
            "docs/ci/github.yml",
            "--pack",
            "strict",
            "--quiet",
        ])
        .output()
        .unwrap();
    assert_eq!(
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).as_ref()
        ),
        (Some(0), "")
    );
}

/// The lines of the examples that run the program, arguments only.
fn commands(file: &str) -> Vec<Vec<String>> {
    let joined = text(file).replace("\n      --", " --");
    let lines = joined.lines().filter_map(|line| {
        let (_, after) = line.split_once("ordinance scan")?;
        let arguments = after.trim_end_matches(['\'', '"']).split_whitespace();
        Some(
            arguments
                .map(|word| word.replace("$(Build.ArtifactStagingDirectory)/", ""))
                .collect(),
        )
    });
    lines.collect()
}

#[test]
fn the_commands_of_the_examples_run() {
    let folder = support::scratch("distribution-examples");
    fs::write(
        folder.join("a.yaml"),
        "Resources:\n  A:\n    Type: AWS::SQS::Queue\n",
    )
    .unwrap();
    let mut number = 0;
    for file in [
        "docs/ci/gitlab-ci.yml",
        "docs/ci/azure-pipelines.yml",
        "docs/ci/Jenkinsfile",
    ] {
        for arguments in commands(file) {
            let output = Command::new(env!("CARGO_BIN_EXE_ordinance"))
                .current_dir(&folder)
                .env_clear()
                .arg("scan")
                .args(&arguments)
                .output()
                .unwrap();
            assert_eq!(
                output.status.code(),
                Some(0),
                "{arguments:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            number += 1;
        }
    }
    assert_eq!(number, 3);
}

#[cfg(unix)]
mod install {
    use super::*;

    /// The releases of a mirror that has this version for this machine.
    fn mirror(name: &str) -> std::path::PathBuf {
        let mirror = support::scratch(&format!("distribution-{name}"));
        let release = mirror.join(format!("v{VERSION}"));
        let system = if cfg!(target_os = "macos") {
            "apple-darwin"
        } else {
            "unknown-linux-musl"
        };
        let name = format!("ordinance-{VERSION}-{}-{system}", std::env::consts::ARCH);
        fs::create_dir_all(release.join(&name)).unwrap();
        fs::write(
            release.join(&name).join("ordinance"),
            "#!/bin/sh\necho installed\n",
        )
        .unwrap();
        let archive = format!("{name}.tar.gz");
        run(&release, "tar", &["-czf", &archive, &name]);
        let bytes = fs::read(release.join(&archive)).unwrap();
        let sum = ordinance_engine::artifact::sha256_hex(&bytes);
        fs::write(release.join("SHA256SUMS"), format!("{sum}  {archive}\n")).unwrap();
        mirror
    }

    fn run(folder: &Path, program: &str, arguments: &[&str]) -> Output {
        let output = Command::new(program)
            .current_dir(folder)
            .args(arguments)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        output
    }

    fn install(mirror: &Path) -> Output {
        Command::new("bash")
            .arg(support::root().join("install.sh"))
            .arg("--directory")
            .arg(mirror.join("bin"))
            .env("ORDINANCE_RELEASES", format!("file://{}", mirror.display()))
            .output()
            .unwrap()
    }

    #[test]
    fn a_release_is_installed() {
        let mirror = mirror("good");
        let output = install(&mirror);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let said = run(&mirror, mirror.join("bin/ordinance").to_str().unwrap(), &[]);
        assert_eq!(said.stdout, b"installed\n");
    }

    #[test]
    fn a_release_with_another_checksum_is_not() {
        let mirror = mirror("tampered");
        let sums = mirror.join(format!("v{VERSION}/SHA256SUMS"));
        let text = fs::read_to_string(&sums).unwrap();
        fs::write(&sums, format!("{}{}", "0".repeat(64), &text[64..])).unwrap();
        let output = install(&mirror);
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains("nothing was installed"));
        assert!(!mirror.join("bin/ordinance").exists());
    }
}
