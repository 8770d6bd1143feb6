//! Policies as they begin: a folder with the policy, its unit test and its fixtures. Nothing that exists is overwritten.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ordinance_engine::policy::PolicySet;

use crate::exit::CommandError;
use crate::replace;

/// What a new policy is called.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    /// The family as a folder: `storage`.
    pub(crate) family: String,
    /// The slug: `bucket-tags`.
    pub(crate) slug: String,
    /// The id: `STORAGE-001`.
    pub(crate) id: String,
}

impl Name {
    /// Reads `FAMILY/SLUG`. Without an id the next free one of the family is taken.
    ///
    /// # Errors
    /// When it is no such name, or the id is taken.
    pub(crate) fn new(text: &str, id: Option<&str>, set: &PolicySet) -> Result<Self, CommandError> {
        let is_slug = |part: &str| {
            let mut characters = part.chars();
            characters.next().is_some_and(|c| c.is_ascii_lowercase())
                && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        let parts = text.split_once('/');
        let parts = parts.filter(|(family, slug)| is_slug(family) && is_slug(slug));
        let (family, slug) = parts.ok_or_else(|| {
            CommandError::usage(format!(
                "'{text}' is no name of a policy: write FAMILY/SLUG in lower case, such as storage/bucket-tags"
            ))
        })?;
        let id = match id {
            Some(id) => id.to_owned(),
            None => free_id(family, set).ok_or_else(|| {
                CommandError::usage(format!("all ids of the family '{family}' are taken"))
            })?,
        };
        if set.policy(&id).is_some() {
            return Err(CommandError::usage(format!("the id '{id}' is taken")));
        }
        Ok(Self {
            family: family.to_owned(),
            slug: slug.to_owned(),
            id,
        })
    }

    /// Returns the folder and the package name: `bucket_tags`.
    pub(crate) fn snake(&self) -> String {
        self.slug.replace('-', "_")
    }

    /// Returns the package.
    pub(crate) fn package(&self) -> String {
        format!(
            "policies.{}.{}",
            self.family.replace('-', "_"),
            self.snake()
        )
    }

    /// Returns the family in capitals.
    pub(crate) fn family_name(&self) -> String {
        self.family.to_ascii_uppercase().replace('-', "")
    }

    /// Returns the folder below `root`.
    pub(crate) fn folder(&self, root: &Path) -> PathBuf {
        root.join(self.family.replace('-', "_")).join(self.snake())
    }
}

fn free_id(family: &str, set: &PolicySet) -> Option<String> {
    let family = family.to_ascii_uppercase().replace('-', "");
    let ids = (1..=999).map(|number| format!("{family}-{number:03}"));
    ids.into_iter().find(|id| set.policy(id).is_none())
}

/// The METADATA of a new policy.
pub(crate) struct Description<'d> {
    pub(crate) title: &'d str,
    pub(crate) why: &'d str,
    pub(crate) severity: &'d str,
    pub(crate) score: &'d str,
    pub(crate) format: &'d str,
    pub(crate) types: &'d [String],
    pub(crate) remediation: &'d str,
}

/// Returns METADATA and package clause.
pub(crate) fn head(name: &Name, description: &Description<'_>) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let types: Vec<String> = description.types.iter().map(|one| quoted(one)).collect();
    format!(
        "# METADATA\n# scope: package\n# title: {}\n# description: {}\n# custom:\n#   id: {}\n#   slug: {}\n\
         #   family: {}\n#   severity: {}\n#   score: {}\n#   formats: [{}]\n#   resources: [{}]\n\
         #   packs: [baseline]\n#   remediation:\n#     {}: {}\npackage {}\n",
        quoted(description.title),
        quoted(description.why),
        name.id,
        name.slug,
        name.family_name(),
        description.severity,
        description.score,
        description.format,
        types.join(", "),
        description.format,
        quoted(description.remediation),
        name.package(),
    )
}

/// Files of a new policy: paths below its folder, and texts.
pub(crate) type Files = Vec<(String, String)>;

/// Writes the files, or none where one of them exists.
///
/// # Errors
/// When a file exists or cannot be written.
pub(crate) fn write(folder: &Path, files: &Files) -> Result<(), CommandError> {
    let paths = || files.iter().map(|(name, _)| folder.join(name));
    if let Some(path) = paths().find(|path| path.exists()) {
        return Err(CommandError::usage(format!(
            "{} exists already",
            path.display()
        )));
    }
    for (path, (_, text)) in paths().zip(files) {
        let failed = |source| CommandError::Write {
            what: path.display().to_string(),
            source,
        };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        let write = |file: &mut fs::File| io::Write::write_all(file, text.as_bytes());
        replace::replace(&path, write).map_err(failed)?;
    }
    Ok(())
}
