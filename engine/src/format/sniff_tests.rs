//! Tests of the sniff: what is ours, what only looks so.

use super::*;

#[test]
fn a_template_is_known_by_its_version_its_types_or_its_transform() {
    let templates = [
        "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n",
        "# c\n---\nResources:\n  A:\n    Type: AWS::S3::Bucket\n",
        "\"Resources\":\r\n  A: {\"Type\": \"Custom::Thing\"}\r\n",
        "Description: x\nResources:\n  A:\n    Properties: {}\n    Type: 'My::Own::Type::MODULE' # c\n",
        "Resources:\n  A: !Rain::Module x\nTransform: AWS::Serverless-2016-10-31\n",
        "Transform:\n  - AWS::LanguageExtensions\nResources: {}\n",
        "Transform: [AWS::LanguageExtensions]\nResources: {}\n",
        "  Resources:\n    A:\n      Type: Alexa::ASK::Skill\n",
        r#"{"Resources": {"A": {"Properties": {}, "Type": "AWS::S3::Bucket"}}}"#,
        r#"{"Description": "{\"a\": [", "AWSTemplateFormatVersion": "2010-09-09"}"#,
        "# c\n{\"Transform\": [\"AWS::Include\"], \"Resources\": {}}",
        "\u{feff}AWSTemplateFormatVersion: 2010-09-09\n",
        "Resources:\rA:\r  Type: AWS::S3::Bucket\rX: 1\rAWSTemplateFormatVersion: x",
    ];
    for text in templates {
        assert_eq!(
            sniff("a.yaml", text),
            Some(Format::CloudFormation),
            "{text}"
        );
    }
}

#[test]
fn a_broken_template_is_still_one() {
    let templates = [
        "AWSTemplateFormatVersion: 2010-09-09\nResources:\n\tA: [\n",
        "Resources:\n  A:\n    Type: AWS::S3::Bucket\n   Properties\n  }{\n",
        r#"{"Resources": {"A": {"Type": "AWS::S3::Bucket", "Proper"#,
        "{\"AWSTemplateFormatVersion\": \"2010-09-09\",, \"Resources\": {",
        "{{ header }}\nAWSTemplateFormatVersion: '2010-09-09'\n",
    ];
    for text in templates {
        assert_eq!(
            sniff("a.json", text),
            Some(Format::CloudFormation),
            "{text}"
        );
    }
}

#[test]
fn a_plan_is_known_by_its_version_and_its_changes() {
    let plans = [
        r#"{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{"#,
        r#"{"resource_changes":[],"format_version":"1.2"}"#,
        r#"{"meta": {}, "plan": {"format_version": "1.2", "resource_changes": []}}"#,
        r#"{"input": {"format_version": "1.2", "resource_changes": []}}"#,
        r#"{"input": {"run": {}, "plan": {"format_version": "1.2", "planned_values": {}}}}"#,
        // A state, and one of nothing.
        r#"{"format_version":"1.0","terraform_version":"1.11.4","values":{}}"#,
        r#"{"format_version":"1.0","terraform_version":"1.11.4"}"#,
    ];
    for text in plans {
        assert_eq!(sniff("p.json", text), Some(Format::TerraformPlan), "{text}");
    }
    // What other commands of Terraform print.
    let others = [
        r#"{"format_version":"1.0","provider_schemas":{}}"#,
        r#"{"format_version":"1.0","valid":true,"error_count":0,"diagnostics":[]}"#,
        r#"{"terraform_version":"1.11.4","platform":"linux_amd64"}"#,
    ];
    for text in others {
        assert_eq!(sniff("p.json", text), None, "{text}");
    }
    let elsewhere = r#"{"other": {"format_version": "1", "planned_values": {}}}"#;
    assert_eq!(sniff("p.json", elsewhere), None);
}

#[test]
fn a_workflow_lies_in_its_folder_or_is_named() {
    let text = "name: x\non: push\njobs:\n  a: {}\n";
    let quoted = "\"on\":\n  push:\njobs:\n  a: {}\n";
    let workflow = Some(Format::GithubWorkflow);
    assert_eq!(sniff(".github/workflows/ci.yml", text), workflow);
    assert_eq!(sniff("case/.github/workflows/ci.yml", quoted), workflow);
    assert_eq!(sniff("ci.yml", text), None);
    assert_eq!(sniff_named("ci.yml", text), workflow);
    assert_eq!(sniff_named("ci.yml", quoted), workflow);
    assert_eq!(sniff_named("ci.yml", "jobs:\n  a: {}\ntrigger: x\n"), None);
    // What GitHub would reject is still meant to be a workflow.
    assert_eq!(sniff(".github/workflows/ci.yml", "jobs: [\n"), workflow);
    assert_eq!(sniff(".github/workflows/lint.yml", "rules: {}\n"), None);
    assert_eq!(sniff(".github/workflows/deep/ci.yml", text), None);
}

#[test]
fn an_action_is_known_by_its_name_and_what_it_runs() {
    let text = "name: x\nruns:\n  using: composite\n";
    assert_eq!(sniff("action.yml", text), Some(Format::GithubAction));
    assert_eq!(sniff("a/b/action.yaml", text), Some(Format::GithubAction));
    assert_eq!(sniff("other.yml", text), None);
    assert_eq!(sniff("action.yml", "name: x\n"), None);
}

#[test]
fn files_of_other_tools_are_not_ours() {
    let others = [
        (
            "k8s.yaml",
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  t: |\n    AWSTemplateFormatVersion: x\n    Resources:\n",
        ),
        (
            "docker-compose.yml",
            "services:\n  a:\n    image: x\nversion: '3'\n",
        ),
        (
            "openapi.yaml",
            "openapi: 3.0.0\npaths: {}\ncomponents:\n  Resources:\n    Type: AWS::S3::Bucket\n",
        ),
        (
            "package.json",
            r#"{"name": "x", "on": "y", "scripts": {"jobs": "x"}}"#,
        ),
        (
            "chart.yaml",
            "{{- if .Values.x }}\napiVersion: v1\nkind: Service\n{{- end }}\n",
        ),
        (
            "values.yaml",
            "Resources:\n  limits:\n    cpu: 1\n    Type: Guaranteed\n",
        ),
        (
            "serverless.yml",
            "service: x\nresources:\n  Resources:\n    A:\n      Type: AWS::S3::Bucket\n",
        ),
        (
            "body.json",
            r#"{"TemplateBody": {"AWSTemplateFormatVersion": "2010-09-09"}}"#,
        ),
        (
            "text.json",
            r#"{"a": "\"AWSTemplateFormatVersion\": 1", "Resources": {"A": {"Type": "x"}}}"#,
        ),
        (
            "parameters.json",
            r#"[{"ParameterKey": "AWSTemplateFormatVersion"}]"#,
        ),
        ("two.yaml", "kind: Pod\n---\nAWSTemplateFormatVersion: x\n"),
        (
            "circleci.yml",
            "version: 2.1\njobs:\n  a: {}\nworkflows: {}\n",
        ),
        (
            "key.yaml",
            "Resources::\n  Type: AWS::S3::Bucket\nTransformer: AWS::x\n",
        ),
        ("empty.yaml", ""),
        ("comment.yaml", "# AWSTemplateFormatVersion: x"),
        ("list.yaml", "- AWSTemplateFormatVersion: x\n"),
    ];
    for (uri, text) in others {
        assert_eq!(sniff_named(uri, text), None, "{uri}");
    }
}

#[test]
fn hostile_text_is_read_in_linear_time() {
    for unit in [
        "{\"a\":",
        "\"\\",
        "[",
        "Type",
        "a: Type: ",
        "{Type:",
        "# \n",
        "---\n",
        "'",
    ] {
        for head in ["{", "", "Resources:\n  "] {
            let text = format!("{head}{}", unit.repeat(50_000));
            let start = std::time::Instant::now();
            let _ = sniff("a.yaml", &text);
            assert!(start.elapsed().as_secs() < 5, "{unit}");
        }
    }
}
