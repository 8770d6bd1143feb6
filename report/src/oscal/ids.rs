//! The ids of an OSCAL document: UUIDs of version 5, made of what they name.

use ordinance_engine::scan::Scan;
use uuid::Uuid;

use crate::Context;

/// The namespace of our ids: it never changes.
const NAMESPACE: Uuid = Uuid::from_u128(0x5f0c_8a6e_3b1d_4c57_9e42_71d0_6a8b_c3f5);

/// Makes the ids of one document.
pub(super) struct Ids {
    /// What tells this document from others.
    document: Uuid,
}

impl Ids {
    /// Returns the ids of a scan: of its files, its policies and its time.
    pub(super) fn of(scan: &Scan, context: &Context<'_>) -> Self {
        let mut name = format!("{}\0{}\0", context.version, context.policies_sha256);
        if let Some((start, _)) = context.times {
            name += start;
        }
        for artifact in &scan.artifacts {
            name += "\0";
            name += &artifact.uri;
            name += "\0";
            name += &artifact.sha256;
        }
        Self {
            document: Uuid::new_v5(&NAMESPACE, name.as_bytes()),
        }
    }

    /// Returns the id of something in the document.
    pub(super) fn uuid(&self, kind: &str, name: &str) -> String {
        let name = format!("{kind}\0{name}");
        Uuid::new_v5(&self.document, name.as_bytes()).to_string()
    }

    /// Returns the id of a scanned file.
    pub(super) fn asset(&self, uri: &str) -> String {
        self.uuid("inventory-item", uri)
    }
}
