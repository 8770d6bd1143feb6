//! Tests of exported settings, in the forms that the API documents.

use super::*;
use crate::artifact::Encoding;

fn read_text(text: &str) -> Result<Unit, Vec<SyntaxError>> {
    read(Arc::new(Artifact::new(
        "facts.json",
        text.to_owned(),
        Encoding::Utf8,
    )))
}

fn addresses(text: &str) -> Vec<String> {
    let unit = read_text(text).unwrap();
    let resources = unit.resources.iter();
    resources
        .map(|one| format!("{} {}", one.type_name, one.address))
        .collect()
}

fn complaint(text: &str) -> String {
    read_text(text).unwrap_err()[0].message.clone()
}

const PRODUCTION: &str = r#"{"name": "production", "url": "https://api.github.com/repos/Acme/Shop/environments/production",
 "can_admins_bypass": false, "protection_rules": [{"type": "required_reviewers", "reviewers": []}],
 "deployment_branch_policy": {"protected_branches": true, "custom_branch_policies": false}}"#;

#[test]
fn answers_stand_under_the_path_that_was_asked() {
    let text = format!(
        r#"{{"/repos/Acme/Shop/environments?per_page=100": {{"total_count": 2, "environments": [{PRODUCTION}]}},
            "repos/Acme/Shop/branches/release%2F1/protection": {{"message": "Branch not protected", "status": "404"}}}}"#
    );
    let unit = read_text(&text).unwrap();
    assert_eq!(
        addresses(&text),
        [
            "branch_protection repos/Acme/Shop/branches/release%2F1/protection",
            "environment_list repos/Acme/Shop/environments",
            "environment repos/Acme/Shop/environments/production",
        ]
    );
    let fact = |index: usize, name: &str| {
        let mut facts = unit.resources[index].facts.iter();
        facts.find(|(key, _)| *key == name).unwrap().1.value.clone()
    };
    assert_eq!(fact(0, "name"), Value::String("release/1".into()));
    assert_eq!(fact(0, "missing"), Value::Bool(true));
    assert_eq!(fact(1, "complete"), Value::Bool(false), "one of two");
    assert_eq!(fact(2, "repository"), Value::String("acme/shop".into()));
}

#[test]
fn a_response_alone_says_by_its_url_what_it_is() {
    let list = format!(r#"{{"total_count": 1, "environments": [{PRODUCTION}]}}"#);
    let expected = [
        "environment_list repos/Acme/Shop/environments",
        "environment repos/Acme/Shop/environments/production",
    ];
    assert_eq!(addresses(&list), expected);
    assert_eq!(addresses(&format!("[{PRODUCTION}, {list}]")), expected);
    assert_eq!(addresses(PRODUCTION), [expected[1]]);
}

#[test]
fn pages_of_a_list_are_kept_apart() {
    let text = r#"{"repos/a/b/environments": [{"total_count": 0, "environments": []}, {"total_count": 0, "environments": []}]}"#;
    assert_eq!(
        addresses(text),
        [
            "environment_list repos/a/b/environments",
            "environment_list repos/a/b/environments?page=2",
        ]
    );
}

#[test]
fn what_is_not_understood_is_an_error_with_a_place() {
    assert!(complaint("[1]").contains("does not say what it is"));
    assert!(complaint("{}").contains("does not say what it is"));
    assert!(complaint("").contains("the file is empty"));
    assert!(complaint(r#"{"repos/a/b/enviroments": {}}"#).contains("is no path of the API"));
    assert!(complaint(r#"{"repos/a/b/environments": {}}"#).contains("has no 'environments'"));
    let forbidden = r#"{"repos/a/b": {"message": "Bad credentials", "status": "401"}}"#;
    assert!(complaint(forbidden).contains("is an error of the API"));
    let other = PRODUCTION.replace("false", "true");
    assert!(complaint(&format!("[{PRODUCTION}, {other}]")).contains("answered twice"));
}
