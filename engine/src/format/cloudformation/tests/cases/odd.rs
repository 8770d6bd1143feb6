//! Templates that CloudFormation rejects, or that other tools finish.

use super::*;

#[test]
fn odd_templates() {
    check(&ODD);
}

const ODD: [Case; 22] = [
    (
        "Parameters that are a list",
        "
Parameters: [A]
Resources: {R: {Type: T, Properties: {P: !Ref A, Q: !Sub 'x-${A}'}}}
",
        &[
            r#"R {"P":<malformed A: is not declared where it can be read: 'Parameters' is not a map>,"Q":partial["x-",<malformed A: is not declared where it can be read: 'Parameters' is not a map>]}"#,
            "! 'Parameters' is not a map.",
        ],
    ),
    (
        "Conditions that are a scalar",
        "
Conditions: yes
Resources: {R: {Type: T, Condition: C, Properties: {P: !If [C, 1, 2]}}}
",
        &[
            r#"R {"P":<condition C: depends on 'C' of 1 or 2>} if <condition C: depends on 'C'>"#,
            "! 'Conditions' is not a map.",
        ],
    ),
    (
        "Mappings that are a list",
        "
Mappings: [a]
Resources: {R: {Type: T, Properties: {P: !FindInMap [M, a, b]}}}
",
        &[
            r#"R {"P":<malformed M: is not declared where it can be read: 'Mappings' is not a map>}"#,
            "! 'Mappings' is not a map.",
        ],
    ),
    (
        "a resource that is a string",
        "
Resources: {A: text, R: {Type: T, Properties: {P: !Ref A}}}
",
        &[
            r#"R {"P":<malformed A: is a resource whose declaration cannot be read>}"#,
            "! Resource 'A' is not a map.",
        ],
    ),
    (
        "Properties that are a list, a text or nothing",
        "
Resources: {A: {Type: T, Properties: [x]}, B: {Type: T, Properties: x}, C: {Type: T, Properties: }}
",
        &[
            "A <malformed Properties: is not a map>",
            "B <malformed Properties: is not a map>",
            "C {}",
            "! 'Properties' is not a map.",
            "! 'Properties' is not a map.",
        ],
    ),
    (
        "Properties that a function gives",
        "
Conditions: {C: !Equals [!Ref AWS::Region, x]}
Resources: {A: {Type: T, Properties: !If [C, {A: 1}, {A: 2}]}}
",
        &[
            r#"A <condition C: depends on 'AWS::Region' of {"A":1} or {"A":2}>"#,
        ],
    ),
    (
        "no Resources",
        "
Parameters: {A: {Type: String}}
Outputs: {O: {Value: !Ref A}}
",
        &[
            "O -> ",
            "! The template has no 'Resources'.",
        ],
    ),
    (
        "resources that refer to each other",
        "
Resources:
  A: {Type: T, DependsOn: B, Properties: {P: !GetAtt B.Arn}}
  B: {Type: T, DependsOn: [A], Properties: {P: !Sub '${A.Arn}'}}
",
        &[
            r#"A {"P":<B.Arn>}"#,
            r#"B {"P":<A.Arn>}"#,
        ],
    ),
    (
        "conditions that ask each other",
        "
Conditions: {A: !Not [!Condition B], B: !And [!Condition A, !Equals [1, 1]]}
Resources: {R: {Type: T, Condition: A, Properties: {P: !If [B, 1, 2]}}}
",
        &[
            r#"R {"P":<condition B: depends on 'A' of 1 or 2>} if <condition A: depends on 'A'>"#,
            "! Condition 'A' depends on itself.",
        ],
    ),
    (
        "a logical id that is there twice",
        "
Resources:
  A: {Type: T, Properties: {P: 1}}
  A: {Type: T, Properties: {P: 2}}
",
        &[
            r#"A {"P":2}"#,
            "! The key 'A' is repeated: the value here replaces the one of line 3.",
        ],
    ),
    (
        "a module of the registry",
        "
Resources:
  Web: {Type: My::S3::Site::MODULE, Properties: {}}
  R: {Type: T, Properties: {P: !GetAtt Web.Bucket.Arn, Q: !Ref WebBucket}}
",
        &[
            "Web {}",
            r#"R {"P":<transform Web.Bucket.Arn: is made by a module that is not read from Web.Bucket.Arn>,"Q":<transform Web.Bucket: is made by a module or transform that is not read from Web.Bucket>}"#,
            "! 'Web' is the module 'My::S3::Site::MODULE': the resources in it are not judged.",
        ],
    ),
    (
        "tags that other tools replace",
        "
Resources:
  A: !Rain::Module {Source: a.yaml}
  B: {Type: !Rain::Constant Type}
  R: {Type: T, Properties: {P: !Rain::Embed x.txt, Q: [!Unknown {a: b}], S: !Sub 'a-${A}'}}
",
        &[
            r#"R {"P":<transform !Rain::Embed: is a tag that another tool replaces>,"Q":[<transform !Unknown: is a tag that another tool replaces>],"S":partial["a-",<transform A: is made by the tag '!Rain::Module', which another tool replaces>]}"#,
            "! Resource 'A' is made by the tag '!Rain::Module', which is not known.",
            "! Resource 'B' is made by the tag '!Rain::Constant', which is not known.",
            "! The tag '!Rain::Embed' is not known: the value is taken as unknown.",
            "! The tag '!Unknown' is not known: the value is taken as unknown.",
        ],
    ),
    (
        "a section that a tag makes",
        "
Resources: {R: {Type: T, Properties: {P: !FindInMap [M, a, b]}}}
Mappings: !Rain::Include maps.yaml
",
        &[
            r#"R {"P":<malformed M: is not declared where it can be read: 'Mappings' is not a map>}"#,
            "! 'Mappings' is made by the tag '!Rain::Include', which is not known.",
        ],
    ),
    (
        "a macro over the template, as a text",
        "
Transform: Mine
Resources: {R: {Type: T, Properties: {P: !Ref Made}}}
",
        &[
            r#"R {"P":<transform Made: is not declared here; 'Mine' may make it>}"#,
            "! The transform 'Mine' may change all that is judged here.",
        ],
    ),
    (
        "macros over the template, as a list",
        "
Transform: [AWS::LanguageExtensions, AWS::CodeDeployBlueGreen, {Name: Mine, Parameters: {A: 1}}, [x]]
Resources: {R: {Type: T, Properties: {P: !GetAtt Made.Arn}}}
",
        &[
            r#"R {"P":<transform Made: is not declared here; 'AWS::CodeDeployBlueGreen' may make it>}"#,
            "! The transform 'AWS::CodeDeployBlueGreen' adds resources that are not judged.",
            "! The transform 'Mine' may change all that is judged here.",
            "! The transform 'a macro without a name' may change all that is judged here.",
        ],
    ),
    (
        "macros in a value and among keys",
        "
Resources:
  R: {Type: T, Properties: {P: {Fn::Transform: {Name: Count, Parameters: {N: 2}}}, Q: {A: 1, Fn::Transform: [{Name: Tags}]}}}
  Fn::Transform: {Name: More}
",
        &[
            r#"R {"P":<transform Count: is a macro, which runs only at deployment>,"Q":<transform Tags: is a macro, which runs only at deployment>}"#,
            "! The macro 'Count' runs only at deployment: its result is unknown.",
            "! The macro 'Tags' runs only at deployment: its result is unknown.",
            "! What 'Fn::Transform' makes in 'Resources' is not judged.",
        ],
    ),
    (
        "a parameter of the wrong shape",
        "
Parameters: {A: x, B: {Type: [String], Default: {a: b}}}
Resources: {R: {Type: T, Properties: {P: !Ref A, Q: !Sub 'x-${B}'}}}
",
        &[
            r#"R {"P":<malformed A: is not valid here (Parameter 'A' is not a map)>,"Q":partial["x-",<parameter B: has no default>]}"#,
            "! Parameter 'A' is not a map.",
            "! The default of parameter 'B' is not a scalar.",
        ],
    ),
    (
        "outputs of the wrong shape",
        "
Resources: {R: {Type: T, Properties: {}}}
Outputs: {A: text, B: [1], C: {Value: !Ref R, Condition: [x]}, D: {Value: {a: !GetAtt R.Arn}}}
",
        &[
            "R {}",
            "A -> ",
            "B -> ",
            "C -> R",
            "D -> R.Arn",
            "! Output 'A' is not a map.",
            "! Output 'B' is not a map.",
            "! A condition is named by something else than its name.",
        ],
    ),
    (
        "a condition named by a function",
        "
Conditions: {C: !Equals [1, 1]}
Resources: {R: {Type: T, Condition: !Equals [1, 2], Properties: {P: !If [[C], 1, 2]}}}
",
        &[
            r#"R {"P":<condition a condition without a name: depends on 'a condition without a name' of 1 or 2>} if <condition a condition without a name: depends on 'a condition without a name'>"#,
            "! A condition function stands outside of 'Conditions'.",
            "! A condition is named by something else than its name.",
            "! A condition is named by something else than its name.",
        ],
    ),
    (
        "a DependsOn of the wrong shape",
        "
Resources: {R: {Type: T, DependsOn: {a: b}, Properties: {}}, S: {Type: T, DependsOn: [R, [R], !Ref R], Properties: {}}}
",
        &[
            "R {}",
            "S {}",
            "! 'DependsOn' names something else than a resource.",
            "! 'DependsOn' names something else than a resource.",
            "! 'DependsOn' names something else than a resource.",
        ],
    ),
    (
        "keys that are no texts",
        "
Resources: {[a, b]: {Type: T}, R: {Type: T, Properties: {{x: y}: 1, 2: two, ~: three}}}
",
        &[
            r#"R {"2":"two","~":"three"}"#,
            "! A key in 'Resources' is no text: what it holds is not judged.",
        ],
    ),
    (
        "functions inside of functions of the wrong shape",
        "
Resources: {R: {Type: T, Properties: {P: !Sub [!Ref A, b], Q: !Join [',', !Ref AWS::NoValue], S: !Select [!Ref Nope, [a]], T: {Ref: ~}}}}
",
        &[
            r#"R {"P":<malformed Fn::Sub: needs a string, or a string and a map>,"Q":<malformed Fn::Join: joins what is no list>,"S":<malformed Nope: is referred to, but is neither a parameter nor a resource, so the item is open>,"T":<malformed ~: is referred to, but is neither a parameter nor a resource>}"#,
            "! 'Fn::Sub' needs a string, or a string and a map.",
            "! 'Fn::Join' joins what is no list.",
            "! 'Nope' is referred to, but is neither a parameter nor a resource.",
            "! '~' is referred to, but is neither a parameter nor a resource.",
        ],
    ),
];
