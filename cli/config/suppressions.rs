//! `[suppressions]`: who may suppress what.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ordinance_engine::policy::hint;
use ordinance_engine::suppress::{Allowed, Required};

use super::reader::{Reader, Table};

/// The keys of the table.
const KEYS: [&str; 5] = [
    "allow",
    "exceptions",
    "require",
    "max_days",
    "unsuppressible",
];

/// Who may suppress what.
#[derive(Debug, Default)]
pub(crate) struct Suppressions {
    /// Where suppressions may stand.
    pub(crate) allowed: Allowed,
    /// The exceptions file.
    pub(crate) exceptions: Option<PathBuf>,
    /// What a suppression must say beside its reason.
    pub(crate) required: Required,
    /// For how many days one may hold at most.
    pub(crate) max_days: Option<u32>,
    /// Controls that nothing may suppress.
    pub(crate) unsuppressible: BTreeSet<String>,
}

pub(super) fn read(reader: &mut Reader<'_>, root: &Table<'_>, folder: &Path) -> Suppressions {
    let Some(table) = reader.table(root, "suppressions") else {
        return Suppressions::default();
    };
    reader.keys(&table, &KEYS, "'suppressions'");
    let mut require = words(
        reader,
        &table,
        "require",
        &["owner", "expires", "ticket", "approval"],
    )
    .unwrap_or_default();
    Suppressions {
        allowed: words(reader, &table, "allow", &["inline", "central"]).map_or_else(
            Allowed::default,
            |mut allow| Allowed {
                inline: allow.remove("inline"),
                central: allow.remove("central"),
            },
        ),
        exceptions: reader
            .text(&table, "exceptions")
            .map(|path| folder.join(path)),
        required: Required {
            owner: require.remove("owner"),
            expires: require.remove("expires"),
            ticket: require.remove("ticket"),
            approval: require.remove("approval"),
        },
        max_days: reader.number(&table, "max_days"),
        unsuppressible: reader.texts(&table, "unsuppressible").into_iter().collect(),
    }
}

/// Returns a list of words of which each is one of these; `None` where the key is absent.
fn words(
    reader: &mut Reader<'_>,
    table: &Table<'_>,
    key: &str,
    known: &[&str],
) -> Option<BTreeSet<String>> {
    if !table.holds(key) {
        return None;
    }
    let words: BTreeSet<String> = reader.texts(table, key).into_iter().collect();
    for word in words.iter().filter(|word| !known.contains(&word.as_str())) {
        let hint = hint(word, known.iter().copied());
        let message = format!("'{word}' is not one of {}{hint}", known.join(", "));
        reader.wrong_value(table, key, message);
    }
    Some(words)
}
