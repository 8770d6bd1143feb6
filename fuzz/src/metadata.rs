//! Policies: METADATA, packages, imports, the choice among them.

use ordinance_engine::policy::{PolicySet, Request, Source};

/// A module is loaded, or what is wrong has a place in it; what is loaded can be chosen and linked.
pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let custom = |path: &str, text: &str| Source::custom(path, text.to_owned());
    let sources = [custom("a.rego", text), custom("lib.rego", LIBRARY)];
    let (set, errors) = PolicySet::new(sources, [("table".to_owned(), "{}".into())]);
    let lines = text.split('\n').count().max(LIBRARY.lines().count());
    for error in &errors {
        assert!(
            (1..=lines + 1).contains(&(error.line as usize)),
            "{error:?}"
        );
        assert!(error.column >= 1 && !error.message.is_empty(), "{error:?}");
    }
    for module in set.modules() {
        module.metadata_json();
        module.reading();
    }
    for policy in set.policies() {
        assert!(!policy.metadata.id.is_empty());
        let _ = set.dependencies(policy);
    }
    let chosen = set.select(&Request::default());
    let chosen = chosen.unwrap_or_else(|error| panic!("{error:?}"));
    assert!(chosen.policies.len() <= set.policies().len());
    assert_eq!(set.sha256(), set.sha256());
}

/// What a policy may import.
const LIBRARY: &str =
    "package policies.lib.value\n\nget(resource, path) := object.get(resource, path, null)\n";
