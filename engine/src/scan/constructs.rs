//! AWS CDK constructs: who wrote the resources of a synthesised template, and where.
//!
//! A template of a cloud assembly (`cdk.out`) names the construct of each resource in its metadata, unless that is
//! switched off; the assembly's manifest names them too, and says where they were made when the app ran with stack
//! traces (`CDK_DEBUG=1`, `cdk synth --debug`). Reference: the *Cloud Assembly schema* of aws-cdk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value as Json;

use crate::artifact;
use crate::finding::{Construct, Finding};

/// Larger manifests are not read.
pub(super) const MAX_MANIFEST: u64 = 64 << 20;

/// The file that makes a folder a cloud assembly.
const MARKER: &str = "cdk.out";

/// What is remembered of the assemblies that templates lie in.
#[derive(Debug, Default)]
pub(super) struct Constructs {
    assemblies: Mutex<BTreeMap<PathBuf, Arc<Assembly>>>,
}

/// One cloud assembly.
#[derive(Debug, Default)]
struct Assembly {
    /// How many folders up from its own the app's folder lies.
    levels: usize,
    /// Where constructs were made, by their paths.
    sources: BTreeMap<Arc<str>, Arc<str>>,
    /// The path of the construct of a resource, by template file and logical id.
    paths: BTreeMap<(String, String), Arc<str>>,
}

impl Constructs {
    /// Names the constructs of findings in a template that may be one of a cloud assembly.
    ///
    /// Where constructs were made is told relative to the root of the scan, like URIs, when the app lies in it.
    pub(super) fn name(&self, template: &Path, uri: &str, findings: &mut [Finding]) {
        let (Some(folder), Some(name)) = (template.parent(), template.file_name()) else {
            return;
        };
        if findings.is_empty() || !folder.join(MARKER).is_file() {
            return;
        }
        let name = name.to_string_lossy();
        let assembly = self.assembly(folder);
        let levels = assembly.levels;
        let app = (0..=levels).try_fold(uri, |uri, _| folder_of(uri));
        for finding in findings {
            assembly.name(&name, finding);
            let construct = finding.construct.as_mut();
            let source = construct.and_then(|construct| construct.source.as_mut());
            if let (Some(source), Some(app)) = (source, app.filter(|app| !app.is_empty()))
                && !Path::new(&**source).has_root()
            {
                *source = format!("{app}/{source}").into();
            }
        }
    }

    fn assembly(&self, folder: &Path) -> Arc<Assembly> {
        let mut known = self
            .assemblies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(assembly) = known.get(folder) {
            return Arc::clone(assembly);
        }
        let assembly = Arc::new(Assembly::read(folder));
        known.insert(folder.to_path_buf(), Arc::clone(&assembly));
        assembly
    }
}

impl Assembly {
    /// Reads the manifest of a folder. Without one, or with an odd one, nothing is known.
    fn read(folder: &Path) -> Self {
        // The assembly of a stage lies in that of its app.
        let levels = folder
            .ancestors()
            .take_while(|folder| folder.join(MARKER).is_file())
            .count();
        let mut assembly = Self {
            levels,
            ..Self::default()
        };
        let app = folder.ancestors().nth(levels).unwrap_or(folder);
        let manifest = read_json(&folder.join("manifest.json")).unwrap_or_default();
        let artifacts = manifest.get("artifacts").and_then(Json::as_object);
        for artifact in artifacts
            .into_iter()
            .flatten()
            .map(|(_, artifact)| artifact)
        {
            let template = artifact.pointer("/properties/templateFile");
            let template = template.and_then(Json::as_str).unwrap_or_default();
            if let Some(metadata) = artifact.get("metadata") {
                assembly.add(template, metadata, app);
            }
            let more = artifact
                .get("additionalMetadataFile")
                .and_then(Json::as_str);
            // It lies beside the manifest: no path leads out of the assembly.
            if let Some(file) = more.filter(|file| !file.contains(['/', '\\']))
                && let Some(metadata) = read_json(&folder.join(file))
            {
                assembly.add(template, &metadata, app);
            }
        }
        assembly
    }

    fn add(&mut self, template: &str, metadata: &Json, app: &Path) {
        for (path, entries) in metadata.as_object().into_iter().flatten() {
            let path: Arc<str> = path.trim_start_matches('/').into();
            for entry in entries.as_array().into_iter().flatten() {
                let kind = entry.get("type").and_then(Json::as_str);
                let data = entry.get("data");
                let trace = match kind {
                    Some("aws:cdk:logicalId") => {
                        if let Some(id) = data.and_then(Json::as_str) {
                            let key = (template.to_owned(), id.to_owned());
                            self.paths.entry(key).or_insert_with(|| Arc::clone(&path));
                        }
                        entry.get("trace")
                    }
                    Some("aws:cdk:creationStack") => data,
                    _ => None,
                };
                let mut frames = trace.and_then(Json::as_array).into_iter().flatten();
                let source = frames.find_map(|frame| own_place(frame.as_str()?, app));
                if let Some(source) = source {
                    self.sources
                        .entry(Arc::clone(&path))
                        .or_insert_with(|| source.into());
                }
            }
        }
    }

    fn name(&self, template: &str, finding: &mut Finding) {
        if finding.construct.is_none() {
            let key = (template.to_owned(), finding.address.to_string());
            finding.construct = self.paths.get(&key).map(|path| Construct {
                path: Arc::clone(path),
                source: None,
            });
        }
        if let Some(construct) = &mut finding.construct {
            construct.source = self.sources.get(&construct.path).cloned();
        }
    }
}

/// Returns the folder of a URI; none for one at the root of the scan that is no folder itself.
fn folder_of(uri: &str) -> Option<&str> {
    if uri.is_empty() {
        return None;
    }
    Some(uri.rsplit_once('/').map_or("", |(folder, _)| folder))
}

fn read_json(path: &Path) -> Option<Json> {
    serde_json::from_slice(&artifact::read_found(path, MAX_MANIFEST).ok()?).ok()
}

/// Returns the place (`lib/shop.ts:42:5`) of a frame of a stack trace, when it lies in code of the app and not in a
/// library. Below the app's folder it is relative to that.
fn own_place(frame: &str, app: &Path) -> Option<String> {
    let inside = frame
        .rsplit_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'));
    let place = inside.unwrap_or(frame).trim().trim_start_matches("at ");
    let place = place.strip_prefix("file://").unwrap_or(place);
    let is_foreign = place.contains("node_modules") || place.starts_with("node:");
    let (file, line) = place.split_once(':')?;
    let is_line = line.split(':').all(|part| part.parse::<u32>().is_ok());
    if is_foreign || !is_line || !file.contains(['.', '/']) {
        return None;
    }
    Some(format!("{}:{line}", below(file, app)))
}

/// Returns a file's path below the folder of the app. An app that was synthesised elsewhere is found by the end of
/// the path: the longest one that exists here.
fn below(file: &str, app: &Path) -> String {
    if let Some(relative) = Path::new(file)
        .strip_prefix(app)
        .ok()
        .and_then(Path::to_str)
    {
        return relative.to_owned();
    }
    let mut rest = file;
    while let Some((_, shorter)) = rest.split_once('/') {
        rest = shorter;
        let inside = !rest.split('/').any(|part| part == ".." || part.is_empty());
        if inside && app.join(rest).is_file() {
            return rest.to_owned();
        }
    }
    file.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_the_app_is_told_from_one_of_a_library() {
        let place = |frame| own_place(frame, Path::new("/home/dev/shop"));
        assert_eq!(
            place("new Shop (/home/dev/shop/lib/shop.ts:39:5)").as_deref(),
            Some("lib/shop.ts:39:5")
        );
        assert_eq!(
            place("    at /home/dev/shop/app.js:7:1").as_deref(),
            Some("app.js:7:1")
        );
        assert_eq!(
            place("new Shop (/build/shop.py:39)").as_deref(),
            Some("/build/shop.py:39")
        );
        for foreign in [
            "new Bucket (/home/dev/shop/node_modules/aws-cdk-lib/aws-s3/lib/bucket.js:1:2)",
            "Module._compile (node:internal/modules/cjs/loader:1376:14)",
            "...new Bucket2 in aws-cdk-lib...",
            "new Promise (<anonymous>)",
            "Error",
        ] {
            assert_eq!(place(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn the_app_of_a_stage_lies_two_folders_up() {
        let app = std::env::temp_dir().join(format!("ordinance-cdk-{}", std::process::id()));
        let stage = app.join("cdk.out/assembly-Prod");
        std::fs::create_dir_all(&stage).unwrap();
        std::fs::write(app.join("cdk.out/cdk.out"), "{}").unwrap();
        std::fs::write(stage.join("cdk.out"), "{}").unwrap();
        assert_eq!(Assembly::read(&stage).levels, 2);
        assert_eq!(Assembly::read(&app.join("cdk.out")).levels, 1);
        std::fs::remove_dir_all(&app).unwrap();
    }

    #[test]
    fn both_forms_of_traces_are_read() {
        let metadata = serde_json::json!({
            "/Shop/Old/Resource": [{"type": "aws:cdk:logicalId", "data": "Old1", "trace": [
                "new Old (/x/node_modules/a.js:1:1)", "new Shop (/app/lib/shop.ts:3:4)"]}],
            "/Shop/New/Resource": [{"type": "aws:cdk:logicalId", "data": "New1"},
                {"type": "aws:cdk:creationStack", "data": ["...aws-cdk-lib...", "new Shop (/app/lib/shop.ts:5:6)"]}],
        });
        let mut assembly = Assembly::default();
        assembly.add("Shop.template.json", &metadata, Path::new("/app"));
        let sources: Vec<_> = assembly
            .sources
            .iter()
            .map(|(path, source)| (&**path, &**source))
            .collect();
        assert_eq!(
            sources,
            [
                ("Shop/New/Resource", "lib/shop.ts:5:6"),
                ("Shop/Old/Resource", "lib/shop.ts:3:4")
            ]
        );
        let key = ("Shop.template.json".to_owned(), "Old1".to_owned());
        assert_eq!(
            assembly.paths.get(&key).map(|path| &**path),
            Some("Shop/Old/Resource")
        );
    }
}
