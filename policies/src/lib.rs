//! The built-in policies, embedded: Rego sources and the tables they read.
//!
//! Holds text only; the engine parses it. Policies lie one folder each in `<family>/<slug>/`, shared code in `lib/`
//! and `views/`, tables in `tables/`.

include!(concat!(env!("OUT_DIR"), "/pack.rs"));

/// The resource types of CloudFormation's registry with their properties, and of the AWS provider 5.100 (hashicorp/aws);
/// `schema/types.py` makes them and says what a line holds.
pub const SCHEMAS: [&str; 2] = [
    include_str!("../schema/cloudformation.txt"),
    include_str!("../schema/terraform.txt"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_is_embedded_without_its_tests() {
        assert!(
            SOURCES
                .iter()
                .any(|(path, _)| *path == "kms/kms_key_rotation/kms_key_rotation.rego")
        );
        assert!(!SOURCES.iter().any(|(path, _)| path.ends_with("_test.rego")));
    }

    #[test]
    fn sources_and_tables_are_sorted() {
        assert!(SOURCES.is_sorted());
        assert!(TABLES.is_sorted());
    }
}
