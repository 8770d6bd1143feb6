//! Tests of discovery, on folders made for them.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// A folder of files that vanishes with the test.
struct Tree(PathBuf);

static COUNT: AtomicUsize = AtomicUsize::new(0);

impl Tree {
    /// Makes files with these contents.
    fn new(files: &[(&str, &str)]) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ordinance-discover-{}-{number}", std::process::id());
        let tree = Self(std::env::temp_dir().join(name));
        fs::create_dir_all(&tree.0).unwrap();
        for (path, text) in files {
            let path = tree.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        tree
    }

    fn discover(&self, paths: &[&str], exclude: &[&str]) -> Discovery {
        discover(&DiscoveryOptions {
            paths: paths.iter().map(|path| self.0.join(path)).collect(),
            exclude: exclude.iter().map(ToString::to_string).collect(),
            ..DiscoveryOptions::default()
        })
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn uris(found: &Discovery) -> Vec<&str> {
    found.candidates.iter().map(|c| c.uri.as_str()).collect()
}

#[test]
fn candidates_have_our_extensions_and_are_sorted() {
    let tree = Tree::new(&[
        ("b.yaml", ""),
        ("a/x.YML", ""),
        ("a.template", ""),
        ("plan.json", ""),
        ("main.tf", ""),
        ("more.tf.json", ""),
        ("README.md", ""),
    ]);
    let found = tree.discover(&[""], &[]);
    assert_eq!(
        uris(&found),
        ["a.template", "a/x.YML", "b.yaml", "plan.json"]
    );
    assert_eq!(found.terraform_sources.len(), 2);
    assert_eq!(found.errors, []);
}

#[test]
fn a_named_file_is_a_candidate_whatever_its_name() {
    let tree = Tree::new(&[
        ("stack.txt", ""),
        (".gitignore", "*.txt"),
        (".git/HEAD", ""),
    ]);
    let found = tree.discover(&["stack.txt"], &[]);
    assert_eq!(uris(&found), ["stack.txt"]);
    assert!(found.candidates[0].named);
}

#[test]
fn hidden_and_generated_folders_are_skipped_but_github_is_not() {
    let tree = Tree::new(&[
        (".github/workflows/ci.yml", ""),
        (".git/x.yaml", ""),
        (".terraform/x.yaml", ""),
        (".aws-sam/x.yaml", ""),
        ("node_modules/m/x.yaml", ""),
        ("target/x.yaml", ""),
        ("target/CACHEDIR.TAG", ""),
        ("other/target/x.yaml", ""),
    ]);
    let found = tree.discover(&[""], &[]);
    assert_eq!(
        uris(&found),
        [".github/workflows/ci.yml", "other/target/x.yaml"]
    );
    assert_eq!(found.ignored, 0);
}

#[test]
fn nested_gitignore_files_are_honoured_and_counted() {
    let tree = Tree::new(&[
        (".git/info/exclude", "local.yaml\n"),
        (".gitignore", "out/\n*.gen.yaml\n"),
        ("out/a.yaml", ""),
        ("out/deep/b.json", ""),
        ("out/readme.md", ""),
        ("a.gen.yaml", ""),
        ("local.yaml", ""),
        ("sub/.gitignore", "!keep.gen.yaml\n/only.yaml\n"),
        ("sub/keep.gen.yaml", ""),
        ("sub/only.yaml", ""),
        ("sub/deep/only.yaml", ""),
        ("sub2/only.yaml", ""),
    ]);
    let found = tree.discover(&[""], &[]);
    assert_eq!(
        uris(&found),
        ["sub/deep/only.yaml", "sub/keep.gen.yaml", "sub2/only.yaml"]
    );
    assert_eq!(found.ignored, 5);
}

#[test]
fn rules_above_the_given_folder_hold_below_it_but_not_for_itself() {
    let tree = Tree::new(&[
        (".git/HEAD", ""),
        (".gitignore", "out/\n*.gen.yaml\n"),
        ("out/a.yaml", ""),
        ("out/a.gen.yaml", ""),
    ]);
    let found = tree.discover(&["out"], &[]);
    assert_eq!(uris(&found), ["a.yaml"]);
    assert_eq!(found.ignored, 1);
}

#[test]
fn what_one_path_ignores_another_may_name() {
    let tree = Tree::new(&[(".gitignore", "out/\n"), ("out/a.yaml", ""), ("b.yaml", "")]);
    let found = tree.discover(&["", "out/a.yaml"], &[]);
    assert_eq!(uris(&found), ["b.yaml", "out/a.yaml"]);
    assert_eq!(found.ignored, 0);
}

#[test]
fn exclude_globs_are_relative_to_the_root_and_counted() {
    let tree = Tree::new(&[
        ("a/fixtures/x.yaml", ""),
        ("a/y.yaml", ""),
        ("b/y.yaml", ""),
        ("c.json", ""),
    ]);
    let found = tree.discover(&["", "b/y.yaml"], &["fixtures/", "/b/*.yaml", "[z-a]"]);
    assert_eq!(uris(&found), ["a/y.yaml", "c.json"]);
    assert_eq!(found.excluded, 2);
    assert_eq!(found.errors[0].uri, "[z-a]");
}

#[test]
fn a_path_in_the_current_directory_is_named_relative_to_it() {
    let found = discover(&DiscoveryOptions {
        paths: ["./src/lib.rs", "src/../src/artifact/mod.rs"]
            .map(PathBuf::from)
            .into(),
        exclude: Vec::new(),
        ..DiscoveryOptions::default()
    });
    assert_eq!(uris(&found), ["src/artifact/mod.rs", "src/lib.rs"]);
}

#[test]
fn several_folders_elsewhere_are_named_relative_to_what_holds_them() {
    let tree = Tree::new(&[("a/x.yaml", ""), ("b/x.yaml", "")]);
    let found = tree.discover(&["a", "b/x.yaml"], &[]);
    assert_eq!(uris(&found), ["a/x.yaml", "b/x.yaml"]);
    let named: Vec<_> = found.candidates.iter().map(|c| c.named).collect();
    assert_eq!(named, [false, true]);
}

#[test]
fn a_workflow_folder_given_itself_still_holds_workflows() {
    let tree = Tree::new(&[(".github/workflows/ci.yml", "")]);
    let found = tree.discover(&[".github/workflows"], &[]);
    assert_eq!(uris(&found), ["ci.yml"]);
    assert!(found.candidates[0].named);
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let tree = Tree::new(&[("a.yaml", "")]);
    let found = tree.discover(&["gone", "a.yaml"], &[]);
    assert_eq!(uris(&found), ["a.yaml"]);
    assert!(found.errors[0].uri.ends_with("gone"));
    if cfg!(unix) {
        assert_eq!(found.errors[0].message, "no such file or directory");
    }
}

#[cfg(unix)]
mod links {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn a_file_behind_links_is_seen_once_under_its_own_name() {
        let tree = Tree::new(&[("real/a.yaml", "")]);
        symlink("real/a.yaml", tree.0.join("0.yaml")).unwrap();
        symlink("real", tree.0.join("again")).unwrap();
        assert_eq!(uris(&tree.discover(&[""], &[])), ["real/a.yaml"]);
        assert_eq!(uris(&tree.discover(&["", "0.yaml"], &[])), ["real/a.yaml"]);
    }

    #[test]
    fn links_in_a_circle_end() {
        let tree = Tree::new(&[("a/x.yaml", ""), ("b/y.yaml", "")]);
        symlink("../b", tree.0.join("a/to_b")).unwrap();
        symlink("../a", tree.0.join("b/to_a")).unwrap();
        symlink("..", tree.0.join("a/up")).unwrap();
        symlink("../..", tree.0.join("a/above")).unwrap();
        symlink("loop", tree.0.join("loop")).unwrap();
        let found = tree.discover(&[""], &[]);
        assert_eq!(uris(&found), ["a/x.yaml", "b/y.yaml"]);
        assert_eq!(found.errors, []);
    }

    #[test]
    fn a_link_out_of_the_root_is_followed_only_when_asked_and_keeps_its_name() {
        let tree = Tree::new(&[
            ("root/a.yaml", ""),
            ("shared/x/b.yaml", ""),
            ("other/c.yaml", ""),
        ]);
        symlink("../shared", tree.0.join("root/linked")).unwrap();
        symlink("../shared", tree.0.join("root/twice")).unwrap();
        symlink("../other/c.yaml", tree.0.join("root/c.yaml")).unwrap();
        symlink("../other/c.yaml", tree.0.join("root/c.txt")).unwrap();
        let found = tree.discover(&["root"], &[]);
        assert_eq!(uris(&found), ["a.yaml"]);
        assert_eq!(found.outside, ["c.yaml", "linked", "twice"]);
        let found = discover(&DiscoveryOptions {
            paths: vec![tree.0.join("root")],
            follow_links: true,
            ..DiscoveryOptions::default()
        });
        assert_eq!(uris(&found), ["a.yaml", "c.yaml", "linked/x/b.yaml"]);
        assert_eq!(found.outside, [""; 0]);
    }

    #[test]
    fn what_is_no_ordinary_file_is_an_error_for_a_candidate_and_nothing_waits_for_it() {
        let tree = Tree::new(&[("b.yaml", "")]);
        let _socket = std::os::unix::net::UnixListener::bind(tree.0.join("a.yaml")).unwrap();
        let _other = std::os::unix::net::UnixListener::bind(tree.0.join("a.txt")).unwrap();
        symlink("a.yaml", tree.0.join("link.yaml")).unwrap();
        let found = tree.discover(&[""], &[]);
        assert_eq!(uris(&found), ["b.yaml"]);
        let errors = found
            .errors
            .iter()
            .map(|one| format!("{} {}", one.uri, one.message));
        assert_eq!(
            errors.collect::<Vec<_>>(),
            ["a.yaml it is a pipe, a socket or a device"]
        );
    }

    #[test]
    fn a_link_to_nothing_is_an_error_only_for_a_candidate() {
        let tree = Tree::new(&[]);
        symlink("gone", tree.0.join("a.yaml")).unwrap();
        symlink("gone", tree.0.join("a.txt")).unwrap();
        symlink("me@host", tree.0.join(".#a.yaml")).unwrap();
        let errors = tree.discover(&[""], &[]).errors;
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].uri, "a.yaml");
    }

    #[test]
    fn a_name_that_is_not_unicode_is_shown_as_far_as_it_is() {
        let tree = Tree::new(&[]);
        let name = std::ffi::OsStr::from_bytes(b"a\xff.yaml");
        if fs::write(tree.0.join(name), "").is_err() {
            return;
        }
        assert_eq!(uris(&tree.discover(&[""], &[])), ["a\u{fffd}.yaml"]);
    }

    #[test]
    fn a_folder_that_cannot_be_read_is_reported_and_costs_no_other() {
        let tree = Tree::new(&[("shut/a.yaml", ""), ("z.yaml", "")]);
        let shut = tree.0.join("shut");
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o0)).unwrap();
        let readable = fs::read_dir(&shut).is_ok();
        let found = tree.discover(&[""], &[]);
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
        if readable {
            // The superuser can read everything.
            assert_eq!(uris(&found), ["shut/a.yaml", "z.yaml"]);
        } else {
            assert_eq!(uris(&found), ["z.yaml"]);
            assert_eq!(found.errors[0].uri, "shut");
            assert_eq!(found.errors[0].message, "permission denied");
        }
    }
}
