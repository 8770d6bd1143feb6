//! References to SAM resources and to what they make.

use super::*;

/// A template with a function that publishes an alias, an API, and a resource `R` whose `P` refers.
fn referring(property: &str) -> Unit {
    unit(&sam(&format!(
        "  F: {{Type: AWS::Serverless::Function, Properties: {{AutoPublishAlias: live}}}}
  A: {{Type: AWS::Serverless::Api, Properties: {{StageName: prod}}}}
  R: {{Type: T, Properties: {{P: {property}}}}}
"
    )))
}

/// References, and what they are to.
const REFERENCES: [(&str, &str); 9] = [
    ("!Ref F", "<F>"),
    ("!GetAtt F.Arn", "<F.Arn>"),
    ("!Ref FRole", "<FRole>"),
    ("!GetAtt FRole.Arn", "<FRole.Arn>"),
    ("!Ref F.Version", "<FVersion>"),
    ("!Ref F.Alias", "<FAliaslive>"),
    ("!Ref A.Stage", "<AprodStage>"),
    ("!Sub '${A.Deployment}'", "<ADeployment>"),
    ("!Sub 'x-${A.Stage}'", "partial[\"x-\",<AprodStage>]"),
];

#[test]
fn references_are_to_the_resources_that_sam_makes() {
    for (property, expected) in REFERENCES {
        let unit = referring(property);
        assert_eq!(shown(&unit, "R", &["P"]), expected, "{property}");
        let target = expected.split(['<', '>']).nth(1).unwrap();
        assert_eq!(
            edges_of(resource(&unit, "R")),
            [format!("Properties.P -> {target}")],
            "{property}"
        );
        assert_eq!(notices(&unit), [""; 0], "{property}");
    }
}

#[test]
fn what_sam_does_not_make_cannot_be_referred_to() {
    let unit = referring("!Ref FLog");
    assert_eq!(
        shown(&unit, "R", &["P"]),
        "<malformed FLog: is referred to, but is no resource of the template, nor does SAM make it>"
    );
    assert_eq!(edges_of(resource(&unit, "R")), [""; 0]);
    assert_eq!(
        notices(&unit),
        ["'FLog' is referred to, but is no resource of the template, nor does SAM make it."]
    );
}

#[test]
fn outputs_expose_what_sam_makes() {
    let text = sam("  A: {Type: AWS::Serverless::Api, Properties: {StageName: prod}}\n")
        + "Outputs: {U: {Value: !Sub '${A}/${A.Stage}'}}\n";
    let unit = unit(&text);
    let targets: Vec<_> = unit.outputs[0].references.iter().map(target).collect();
    assert_eq!(targets, ["A", "AprodStage"]);
}

#[test]
fn made_resources_can_be_waited_for() {
    let unit = unit(&sam(
        "  F: {Type: AWS::Serverless::Function}\n  R: {Type: T, DependsOn: FRole}\n",
    ));
    assert_eq!(edges_of(resource(&unit, "R")), ["DependsOn -> FRole"]);
    assert_eq!(notices(&unit), [""; 0]);
}
