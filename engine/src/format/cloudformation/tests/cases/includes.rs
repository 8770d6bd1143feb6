//! `AWS::Include`.

use super::*;

#[test]
fn includes() {
    check(&READ);
}

#[test]
fn includes_that_cannot_be_read() {
    check(&UNREAD);
}

const READ: [Case; 9] = [
    (
        "an include among properties",
        "
Parameters: {Env: {Type: String, Default: prod}}
Resources:
  B: {Type: T, Properties: {A: 1, Fn::Transform: {Name: AWS::Include, Parameters: {Location: encryption.yaml}}}}
",
        &[
            r#"B {"A":1,"BucketEncryption":{"Rules":["prod"]},"Name":"mine"}"#,
        ],
    ),
    (
        "an include of a resource, as JSON",
        "
Parameters: {Env: {Type: String, Default: prod}}
Resources:
  Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./bucket.json}}
  R: {Type: T, Properties: {P: !GetAtt Logs.Arn}}
",
        &[
            r#"Logs {"Name":"prod"}"#,
            r#"R {"P":<Logs.Arn>}"#,
        ],
    ),
    (
        "an include at the top merges its sections",
        "
Transform: {Name: AWS::Include, Parameters: {Location: file://tops.yaml}}
Resources:
  R: {Type: T, Properties: {P: !Ref Made, Q: !FindInMap [M, a, b]}}
",
        &[
            r#"R {"P":<Made>,"Q":["x","y"]}"#,
            r#"Made {"A":1}"#,
        ],
    ),
    (
        "an include in a list of transforms, and a loop over what it brings",
        "
Transform: [AWS::LanguageExtensions, {Name: AWS::Include, Parameters: {Location: tops.yaml}}]
Resources:
  Fn::ForEach::L: [N, !FindInMap [M, a, b], {'T${N}': {Type: T, Properties: {}}}]
",
        &[
            "Tx {}",
            "Ty {}",
            r#"Made {"A":1}"#,
        ],
    ),
    (
        "several includes in one place",
        "
Parameters: {Env: {Type: String, Default: prod}}
Resources:
  B:
    Type: T
    Properties:
      Fn::Transform:
        - {Name: AWS::Include, Parameters: {Location: encryption.yaml}}
        - {Name: AWS::Include, Parameters: {Location: parts/inner.yaml}}
",
        &[
            r#"B {"BucketEncryption":{"Rules":["prod"]},"Name":"mine","A":1}"#,
        ],
    ),
    (
        "an include that is the whole value, in both forms",
        "
Resources:
  B:
    Type: T
    Properties:
      A: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: list.yaml}}}
      B: !Transform {Name: AWS::Include, Parameters: {Location: parts/inner.yaml}}
",
        &[
            r#"B {"A":[1,2],"B":{"A":1}}"#,
        ],
    ),
    (
        "a location that a parameter gives",
        "
Parameters: {File: {Type: String, Default: inner}}
Resources:
  B: {Type: T, Properties: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Sub 'parts/${File}.yaml'}}}}
",
        &[
            r#"B {"A":1}"#,
        ],
    ),
    (
        "an included file includes from its own folder",
        "
Resources:
  B: {Type: T, Properties: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: parts/outer.yaml}}}}
",
        &[
            r#"B {"A":1,"B":2}"#,
        ],
    ),
    (
        "an included key that is there already",
        "
Parameters: {Env: {Type: String, Default: prod}}
Resources:
  B: {Type: T, Properties: {Name: own, Fn::Transform: {Name: AWS::Include, Parameters: {Location: encryption.yaml}}}}
",
        &[
            r#"B {"Name":"mine","BucketEncryption":{"Rules":["prod"]}}"#,
            "! 'AWS::Include' makes 'Name' again: the later value replaces the earlier one.",
        ],
    ),
];

const UNREAD: [Case; 9] = [
    (
        "an include from a bucket",
        "
Resources:
  B: {Type: T, Properties: {A: 1, Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/x.yaml}}}}
",
        &[
            "B <transform s3://b/x.yaml: lies outside of what is scanned>",
            "! An include is not read, because 's3://b/x.yaml' lies outside of what is scanned.",
        ],
    ),
    (
        "an include of resources from a bucket",
        "
Resources:
  Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/x.yaml}}
  R: {Type: T, Properties: {P: !Ref Other}}
",
        &[
            r#"R {"P":<transform Other: is not declared here; 'Fn::Transform' may make it, but 's3://b/x.yaml' lies outside of what is scanned>}"#,
            "! An include is not read, because 's3://b/x.yaml' lies outside of what is scanned.",
        ],
    ),
    (
        "an include at the top from a bucket",
        "
Transform: {Name: AWS::Include, Parameters: {Location: s3://b/x.yaml}}
Resources:
  R: {Type: T, Properties: {P: !Ref Other}}
",
        &[
            r#"R {"P":<transform Other: is not declared here; 'AWS::Include' may make it, but 's3://b/x.yaml' lies outside of what is scanned>}"#,
            "! An include is not read, because 's3://b/x.yaml' lies outside of what is scanned.",
        ],
    ),
    (
        "an include of mappings from a bucket",
        "
Mappings: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/x.yaml}}}
Resources:
  R: {Type: T, Properties: {P: !FindInMap [M, a, b]}}
",
        &[
            r#"R {"P":<transform M: is not declared here; 'Fn::Transform' may make it, but 's3://b/x.yaml' lies outside of what is scanned>}"#,
            "! An include is not read, because 's3://b/x.yaml' lies outside of what is scanned.",
        ],
    ),
    (
        "an include of a file that is not there",
        "
Resources:
  B: {Type: T, Properties: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: none.yaml}}}}
",
        &[
            "B <transform none.yaml: is no file that can be read>",
            "! An include is not read, because 'none.yaml' is no file that can be read.",
        ],
    ),
    (
        "includes outside of the scan",
        "
Resources:
  A: {Type: T, Properties: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: ../../up.yaml}}}}
  B: {Type: T, Properties: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: 'file:///etc/passwd'}}}}
",
        &[
            "A <transform ../../up.yaml: lies outside of what is scanned>",
            "B <transform file:///etc/passwd: lies outside of what is scanned>",
            "! An include is not read, because '../../up.yaml' lies outside of what is scanned.",
            "! An include is not read, because 'file:///etc/passwd' lies outside of what is scanned.",
        ],
    ),
    (
        "an include that cannot be parsed",
        "
Resources:
  B: {Type: T, Properties: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: broken.yaml}}}}
",
        &[
            "B <transform broken.yaml: cannot be parsed: unclosed bracket '['>",
            "! An include is not read, because 'broken.yaml' cannot be parsed: unclosed bracket '['.",
        ],
    ),
    (
        "an include whose location is not known",
        "
Parameters: {Bucket: {Type: String}}
Resources:
  B: {Type: T, Properties: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Sub 's3://${Bucket}/x.yaml'}}}}
  C: {Type: T, Properties: {Fn::Transform: {Name: AWS::Include}}}
",
        &[
            "B <parameter Bucket: has no default, so the file to include is open>",
            "C <malformed AWS::Include: names no 'Location'>",
            "! An include is not read, because 'Bucket' has no default, so the file to include is open.",
            "! An include is not read, because 'AWS::Include' names no 'Location'.",
        ],
    ),
    (
        "an include of a list among the keys of a map",
        "
Resources:
  B: {Type: T, Properties: {A: 1, Fn::Transform: {Name: AWS::Include, Parameters: {Location: list.yaml}}}}
",
        &[
            "B <malformed AWS::Include: includes what is no map among the keys of one>",
            "! An include is not read, because 'AWS::Include' includes what is no map among the keys of one.",
        ],
    ),
];

#[test]
fn what_is_included_stands_where_its_file_is_named() {
    let unit = unit_beside(READ[0].1);
    let properties = resource(&unit, "B").node.get("Properties").unwrap();
    let span = properties.get("Name").unwrap().span.unwrap();
    let text = unit.artifact.text();
    assert_eq!(
        text.get(span.start as usize..span.end as usize),
        Some("encryption.yaml")
    );
}
