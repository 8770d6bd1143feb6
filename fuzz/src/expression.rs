//! Expressions and commands of workflows.

use ordinance_engine::resource::Format;

use super::inside;
use super::rewrite;
use super::workflow;

/// A text is read as an expression, as a text with expressions, as a condition, a matrix and a script.
pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut alone = String::new();
    rewrite::quoted(&format!("${{{{ {text} }}}}"), &mut alone);
    let mut among = String::new();
    rewrite::quoted(text, &mut among);
    let template = include_str!("../seeds/workflow.yml");
    let whole = template.replace("ALONE", &alone).replace("AMONG", &among);
    let artifact = inside::file(".github/workflows/a.yml", whole);
    let unit = workflow::read(&artifact, Format::GithubWorkflow);
    inside::unit(&unit);
    let jobs = unit.resources.iter().filter(|one| &*one.type_name == "job");
    assert!(jobs.count() >= 1, "the jobs are there whatever they say");
    let second = workflow::read(&artifact, Format::GithubWorkflow);
    for (one, other) in unit.resources.iter().zip(&second.resources) {
        assert_eq!(one.node, other.node);
        assert_eq!(one.facts, other.facts);
    }
}
