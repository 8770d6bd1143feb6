//! The rooms import only what `docs/architecture.md` allows.

#![expect(clippy::unwrap_used, reason = "a failing helper fails the test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The engine's rooms, from left to right: a room imports only rooms before it.
const ROOMS: [&str; 10] = [
    "artifact",
    "document",
    "resource",
    "format",
    "policy",
    "evaluate",
    "finding",
    "suppress",
    "scan",
    "policy_test",
];

/// Which room alone may name which crate.
const PARSERS: [(&str, &str); 7] = [
    ("regorus", "evaluate"),
    ("ordinance_rego", "evaluate"),
    ("granit_parser", "document"),
    ("hcl_edit", "document"),
    ("walkdir", "artifact"),
    ("ignore", "artifact"),
    ("cfn_guard", "guard"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The code of a file without comments, so that prose may name any room.
fn code(path: &Path) -> String {
    fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The identifiers that follow `prefix` in some code (`crate::` gives the rooms it names).
fn named_after(code: &str, prefix: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (position, _) in code.match_indices(prefix) {
        let rest = &code[position + prefix.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let group = group.split('}').next().unwrap_or_default();
            names.extend(group.split(',').map(|name| first_word(name.trim())));
        } else {
            names.insert(first_word(rest));
        }
    }
    names
}

fn first_word(text: &str) -> String {
    text.chars()
        .take_while(|character| character.is_alphanumeric() || *character == '_')
        .collect()
}

#[test]
fn an_engine_room_imports_only_rooms_to_its_left() {
    let engine = root().join("engine/src");
    let mut wrong = Vec::new();
    for (position, room) in ROOMS.iter().enumerate() {
        for file in rust_files(&engine.join(room)) {
            for name in named_after(&code(&file), "crate::") {
                let right = ROOMS.iter().position(|other| *other == name);
                if right.is_some_and(|right| right > position) {
                    wrong.push(format!("{} imports {name}", file.display()));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_folder_of_the_engine_is_a_known_room() {
    let rooms: BTreeSet<_> = fs::read_dir(root().join("engine/src"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(rooms, ROOMS.iter().map(ToString::to_string).collect());
}

#[test]
fn a_parser_or_engine_crate_is_named_in_one_room_only() {
    let mut wrong = Vec::new();
    for folder in ["engine/src", "report/src", "sarif/src", "cli"] {
        for file in rust_files(&root().join(folder)) {
            let code = code(&file);
            for (dependency, room) in PARSERS {
                let home = root().join("engine/src").join(room);
                let names_it = code.contains(&format!("{dependency}::"));
                if names_it && !file.starts_with(&home) {
                    wrong.push(format!("{} names {dependency}", file.display()));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_crate_depends_only_on_the_crates_it_may() {
    let allowed = [
        ("engine", &["ordinance-rego"][..]),
        ("policies", &[][..]),
        ("rego", &[][..]),
        ("sarif", &[][..]),
        ("report", &["ordinance-engine", "ordinance-sarif"][..]),
        (
            ".",
            &["ordinance-engine", "ordinance-policies", "ordinance-report"][..],
        ),
    ];
    for (folder, allowed) in allowed {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        let dependencies = manifest
            .split("\n[dependencies]")
            .nth(1)
            .unwrap_or_default();
        let dependencies = dependencies.split("\n[").next().unwrap_or_default();
        let ours: Vec<_> = dependencies
            .lines()
            .filter_map(|line| line.split('.').next())
            .filter(|name| name.starts_with("ordinance-"))
            .collect();
        assert_eq!(ours, allowed, "dependencies of {folder}");
    }
}

#[test]
fn every_module_opens_with_what_it_owns() {
    let mut headless = Vec::new();
    for folder in [
        "cli", "engine", "policies", "rego", "report", "sarif", "tests",
    ] {
        for file in rust_files(&root().join(folder)) {
            if !fs::read_to_string(&file).unwrap().starts_with("//! ") {
                headless.push(file);
            }
        }
    }
    assert_eq!(headless, Vec::<PathBuf>::new());
}

#[test]
fn the_import_reader_sees_groups_and_paths() {
    let names = named_after(
        "use crate::{scan, finding::Finding}; crate::policy::x()",
        "crate::",
    );
    assert_eq!(
        names,
        ["finding", "policy", "scan"].map(String::from).into()
    );
}
