//! Lists the Rego sources and tables of this folder for embedding.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();

    let sources = listing(&root, &files, |folder, stem, extension| {
        folder != "tables" && extension == "rego" && !stem.ends_with("_test")
    });
    let tables = listing(&root, &files, |folder, _, extension| {
        folder == "tables" && extension == "json"
    });
    let code = format!(
        "/// The Rego sources: (path below `policies/`, text), sorted by path.\n\
         pub const SOURCES: &[(&str, &str)] = &[\n{sources}];\n\n\
         /// The tables that policies read as `data.tables.<name>`: (name, JSON), sorted by name.\n\
         pub const TABLES: &[(&str, &str)] = &[\n{tables}];\n"
    );
    fs::write(out.join("pack.rs"), code)
}

/// Collects every file below `folder` except fixtures and this crate's own code.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_file() {
            files.push(path);
        } else if !["fixtures", "src", "target"].contains(&&*entry.file_name().to_string_lossy()) {
            collect(&path, files)?;
        }
    }
    Ok(())
}

/// Writes the array elements of the files that are wanted by their top folder, stem and extension.
fn listing(root: &Path, files: &[PathBuf], wanted: impl Fn(&str, &str, &str) -> bool) -> String {
    let mut code = String::new();
    for file in files {
        let relative = file.strip_prefix(root).unwrap_or(file);
        let shown = relative.to_string_lossy().replace('\\', "/");
        let folder = shown.split('/').next().unwrap_or_default();
        let text = |part: Option<&OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let (stem, extension) = (text(relative.file_stem()), text(relative.extension()));
        if !wanted(folder, &stem, &extension) {
            continue;
        }
        let name = if folder == "tables" { stem } else { shown };
        // Writing to a String cannot fail.
        let _ = writeln!(
            code,
            "    ({name:?}, include_str!({:?})),",
            file.to_string_lossy()
        );
    }
    code
}
