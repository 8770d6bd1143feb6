//! Tests of stacks that belong together, on folders made for them.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::artifact::{DiscoveryOptions, Encoding, discover};
use crate::resource::{Format, Node, Unit, Value};
use crate::scan::read_unit;

/// A folder of templates that vanishes with the test.
struct Tree {
    folder: PathBuf,
    texts: BTreeMap<String, String>,
}

static COUNT: AtomicUsize = AtomicUsize::new(0);

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ordinance-stacks-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        Self {
            folder,
            texts: files.iter().map(owned).collect(),
        }
    }

    fn survey_with(&self, options: &Options) -> Stacks {
        let found = discover(&DiscoveryOptions {
            paths: vec![self.folder.clone()],
            exclude: Vec::new(),
            ..DiscoveryOptions::default()
        });
        Stacks::survey(&found.candidates, options)
    }

    fn survey(&self) -> Stacks {
        self.survey_with(&Options::default())
    }

    /// Reads a template in one of the ways in which it is called, or alone.
    fn unit(&self, stacks: &Stacks, uri: &str, set: Option<usize>) -> Unit {
        let text = self.texts[uri].clone();
        let artifact = Arc::new(Artifact::new(uri, text, Encoding::Utf8));
        let set = set.map(|number| &stacks.sets(uri)[number]);
        let options = stacks.options(artifact.uri(), set, &Options::default());
        let options = options.unwrap_or_default();
        read_unit(&artifact, Format::CloudFormation, None, &options).unwrap()
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn property<'u>(unit: &'u Unit, id: &str, name: &str) -> &'u Value {
    let mut resources = unit.resources.iter();
    let resource = resources.find(|one| &*one.address == id).unwrap();
    let properties = resource.node.get("Properties").unwrap();
    &properties.get(name).unwrap().value
}

/// Says in short what a value is.
fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Unknown(unknown) => format!("<{} {}>", unknown.name, unknown.why),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item: &Node| said(&item.value)).collect();
            format!("[{}]", items.join(" | "))
        }
        other => format!("{other:?}"),
    }
}

const CHILD: &str = "
Parameters:
  Encrypted: {Type: String, Default: 'true'}
  Key: {Type: String, Default: ''}
  Subnets: {Type: CommaDelimitedList, Default: a}
  Secret: {Type: String, NoEcho: true, Default: x}
Conditions:
  IsEncrypted: !Equals [!Ref Encrypted, 'true']
  HasKey: !Not [!Equals [!Ref Key, '']]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      Managed: !Ref Encrypted
      Key: !Ref Key
      Subnets: !Ref Subnets
      Chosen: !If [IsEncrypted, 'yes', 'no']
      Keyed: !If [HasKey, 'yes', 'no']
      Secret: !Ref Secret
Outputs:
  Answer: {Value: !Sub 'encrypted-${Encrypted}'}
  Arn: {Value: !GetAtt Queue.Arn}
";

const PARENT: &str = "
Parameters:
  Open: {Type: String}
Resources:
  Master: {Type: AWS::KMS::Key}
  One:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./child.yaml
      Parameters:
        Encrypted: false
        Key: !GetAtt Master.Arn
        Subnets: !Join [',', [!Ref Master, 'subnet-1']]
        Secret: hunter2
  Two:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: file://child.yaml
      Parameters:
        Encrypted: !Ref Open
        Key: !Ref AWS::Region
  Three:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: 'https://s3.amazonaws.com/b/child.yaml'}
  Reader:
    Type: AWS::SQS::Queue
    Properties:
      Answer: !GetAtt One.Outputs.Answer
      Arn: !GetAtt One.Outputs.Arn
      Open: !GetAtt Two.Outputs.Answer
      Remote: !GetAtt Three.Outputs.Answer
";

#[test]
fn a_child_sees_what_each_call_passes() {
    let tree = Tree::new(&[("parent.yaml", PARENT), ("child.yaml", CHILD)]);
    let stacks = tree.survey();
    assert_eq!(stacks.sets("child.yaml").len(), 2);
    assert_eq!(stacks.sets("parent.yaml").len(), 0);
    let one = tree.unit(&stacks, "child.yaml", Some(0));
    assert_eq!(said(property(&one, "Queue", "Managed")), "false");
    assert_eq!(said(property(&one, "Queue", "Chosen")), "no");
    assert_eq!(said(property(&one, "Queue", "Keyed")), "yes");
    assert_eq!(
        said(property(&one, "Queue", "Key")),
        "<Key is given by 'One' of 'parent.yaml' as 'Master.Arn'>"
    );
    assert_eq!(
        said(property(&one, "Queue", "Subnets")),
        "[<Subnets[0] is given by 'One' of 'parent.yaml' as 'Master'> | subnet-1]"
    );
    assert_eq!(
        said(property(&one, "Queue", "Secret")),
        "<Secret is NoEcho, so its value is not read>"
    );
    assert_eq!(one.assumptions, []);
    let two = tree.unit(&stacks, "child.yaml", Some(1));
    assert_eq!(
        said(property(&two, "Queue", "Managed")),
        "<Encrypted is given by 'Two' of 'parent.yaml' as 'Open', which has no default>"
    );
    assert_eq!(
        said(property(&two, "Queue", "Key")),
        "<AWS::Region is known only at deployment>"
    );
}

#[test]
fn a_call_is_named_without_its_secrets() {
    let tree = Tree::new(&[("parent.yaml", PARENT), ("child.yaml", CHILD)]);
    let stacks = tree.survey();
    let chain = &stacks.sets("child.yaml")[0].chain;
    assert_eq!(chain.len(), 1);
    assert_eq!(
        chain[0].message,
        "as nested stack 'One' of 'parent.yaml' with Encrypted=false"
    );
    assert_eq!(chain[0].location.region.unwrap().start_line, 6);
}

#[test]
fn outputs_come_up_to_the_parent() {
    let tree = Tree::new(&[("parent.yaml", PARENT), ("child.yaml", CHILD)]);
    let stacks = tree.survey();
    let unit = tree.unit(&stacks, "parent.yaml", None);
    let value = |name| said(property(&unit, "Reader", name));
    assert_eq!(value("Answer"), "encrypted-false");
    assert_eq!(
        value("Arn"),
        "<One.Outputs.Arn is 'Queue.Arn' of 'child.yaml'>"
    );
    assert_eq!(
        value("Remote"),
        "<Three.Outputs.Answer is an output of a nested stack>"
    );
    let Value::Partial(fragments) = property(&unit, "Reader", "Open") else {
        panic!("the known part of an output is kept");
    };
    assert_eq!(fragments.len(), 2);
    let notices: Vec<_> = unit.notices.iter().map(|one| &*one.message).collect();
    assert_eq!(
        notices,
        [
            "'Three' is a nested stack: its template, 'https://s3.amazonaws.com/b/child.yaml', is not among the scanned files, so it is not judged with it."
        ]
    );
}

#[test]
fn parts_of_a_list_are_told_apart() {
    let child = "
Parameters:
  Subnets: {Type: CommaDelimitedList}
Conditions:
  Same: !Equals [!Select [0, !Ref Subnets], !Select [1, !Ref Subnets]]
Resources:
  Q:
    Type: AWS::SQS::Queue
    Properties:
      Subnets: !Ref Subnets
      Same: !If [Same, 'yes', 'no']
";
    let parent = "
Parameters:
  A: {Type: String}
  B: {Type: String}
Resources:
  Db:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: child.yaml
      Parameters:
        Subnets: !Join [',', [!Ref A, !Ref B, !Ref A]]
";
    let tree = Tree::new(&[("a.yaml", parent), ("child.yaml", child)]);
    let stacks = tree.survey();
    let unit = tree.unit(&stacks, "child.yaml", Some(0));
    let Value::Array(items) = property(&unit, "Q", "Subnets") else {
        panic!("the joined text is a list again");
    };
    let names: Vec<_> = items.iter().map(|item| said(&item.value)).collect();
    let given = |name: &str, of: &str| {
        format!("<{name} is given by 'Db' of 'a.yaml' as '{of}', which has no default>")
    };
    assert_eq!(
        names,
        [
            given("Subnets[0]", "A"),
            given("Subnets[1]", "B"),
            given("Subnets[0]", "A")
        ]
    );
    let same = said(property(&unit, "Q", "Same"));
    assert!(same.starts_with("<Same depends on"), "{same}");
}

#[test]
fn equal_sets_are_one_set() {
    let parent = |value: &str| {
        format!(
            "Resources:\n  Db:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: child.yaml\n      Parameters: {{Encrypted: {value}}}\n"
        )
    };
    let tree = Tree::new(&[
        ("a.yaml", &parent("false")),
        ("b.yaml", &parent("'false'")),
        ("c.yaml", &parent("'true'")),
        ("child.yaml", CHILD),
    ]);
    let stacks = tree.survey();
    let keys: Vec<_> = stacks
        .sets("child.yaml")
        .iter()
        .map(|set| set.key.as_str())
        .collect();
    assert_eq!(keys, ["a.yaml\0Db\0", "c.yaml\0Db\0"]);
}

#[test]
fn cdk_names_the_template_by_its_asset() {
    let parent = r#"{"Resources": {"Db": {"Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}, "/x.json"]]},
                       "Parameters": {"Encrypted": "false"}},
        "Metadata": {"aws:asset:path": "child.yaml", "aws:asset:property": "TemplateURL"}}}}"#;
    let tree = Tree::new(&[
        ("cdk.out/a.template.json", parent),
        ("cdk.out/child.yaml", CHILD),
    ]);
    assert_eq!(tree.survey().sets("cdk.out/child.yaml").len(), 1);
}

#[test]
fn without_that_the_manifest_of_assets_tells_the_template() {
    let hash = "8123d90d96f18177bb598113cae349a3dbd47f4b9fa0509a56f3a65ca92ec424";
    let parent = format!(
        r#"{{"Resources": {{"Db": {{"Type": "AWS::CloudFormation::Stack",
        "Properties": {{"TemplateURL": {{"Fn::Join": ["", ["https://s3.", {{"Ref": "AWS::URLSuffix"}}, "/{hash}.json"]]}}}}}}}}}}"#
    );
    let assets = format!(r#"{{"files": {{"{hash}": {{"source": {{"path": "child.yaml"}}}}}}}}"#);
    let tree = Tree::new(&[
        ("cdk.out/a.template.json", &parent),
        ("cdk.out/a.assets.json", &assets),
        ("cdk.out/child.yaml", CHILD),
    ]);
    assert_eq!(tree.survey().sets("cdk.out/child.yaml").len(), 1);
}

#[test]
fn a_serverless_application_is_a_nested_stack() {
    let parent = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Db:\n    Type: AWS::Serverless::Application\n    Properties:\n      Location: ../child.yaml\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      Answer: !GetAtt Db.Outputs.Answer\n";
    let tree = Tree::new(&[("x/a.yaml", parent), ("child.yaml", CHILD)]);
    let stacks = tree.survey();
    assert_eq!(stacks.sets("child.yaml").len(), 1);
    let unit = tree.unit(&stacks, "x/a.yaml", None);
    assert_eq!(said(property(&unit, "Q", "Answer")), "encrypted-true");
}

#[test]
fn a_call_under_a_false_condition_is_none() {
    let parent = "Conditions:\n  Never: !Equals [a, b]\nResources:\n  Db:\n    Type: AWS::CloudFormation::Stack\n    Condition: Never\n    Properties:\n      TemplateURL: child.yaml\n";
    let tree = Tree::new(&[("a.yaml", parent), ("child.yaml", CHILD)]);
    assert_eq!(tree.survey().sets("child.yaml").len(), 0);
}

#[test]
fn what_one_child_gives_goes_down_to_another() {
    let parent = "
Resources:
  First:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Encrypted: x}}
  Second:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: other.yaml
      Parameters:
        Encrypted: !GetAtt First.Outputs.Answer
        Key: !GetAtt First.Outputs.Arn
";
    let tree = Tree::new(&[
        ("a.yaml", parent),
        ("child.yaml", CHILD),
        ("other.yaml", CHILD),
    ]);
    let stacks = tree.survey();
    let unit = tree.unit(&stacks, "other.yaml", Some(0));
    assert_eq!(said(property(&unit, "Queue", "Managed")), "encrypted-x");
    assert_eq!(
        said(property(&unit, "Queue", "Key")),
        "<Key is given by 'Second' of 'a.yaml' as 'First.Outputs.Arn', which is 'Queue.Arn' of 'child.yaml'>"
    );
}

#[test]
fn templates_that_nest_each_other_are_judged_once() {
    let calls = |other: &str| {
        format!(
            "Resources:\n  X:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: {other}, Parameters: {{A: !GetAtt X.Outputs.O}}}}\nOutputs:\n  O: {{Value: !GetAtt X.Outputs.O}}\n"
        )
    };
    let tree = Tree::new(&[
        ("a.yaml", &calls("b.yaml")),
        ("b.yaml", &calls("a.yaml")),
        ("c.yaml", &calls("c.yaml")),
    ]);
    let stacks = tree.survey();
    assert_eq!(stacks.sets("a.yaml").len(), 0);
    assert_eq!(stacks.sets("b.yaml").len(), 1);
    assert_eq!(stacks.sets("c.yaml").len(), 0);
    let said: Vec<_> = stacks.notices("b.yaml").iter().collect();
    assert_eq!(said.len(), 1);
    assert_eq!(
        said[0].message,
        "The nested stack 'X' is left out: 'a.yaml' would be nested in itself."
    );
    assert_eq!(stacks.notices("c.yaml").len(), 1);
}

#[test]
fn sets_of_parameters_and_levels_are_bounded() {
    let mut parent = "Resources:\n".to_owned();
    for number in 0..MAX_SETS + 5 {
        writeln!(
            parent,
            "  S{number}:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: child.yaml, Parameters: {{Encrypted: x{number}}}}}"
        )
        .unwrap();
    }
    let tree = Tree::new(&[("a.yaml", &parent), ("child.yaml", CHILD)]);
    let stacks = tree.survey();
    assert_eq!(stacks.sets("child.yaml").len(), MAX_SETS);
    assert_eq!(stacks.notices("a.yaml").len(), 1);

    let files: Vec<_> = (0..MAX_DEPTH + 4)
        .map(|number| {
            let text = format!(
                "Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: t{}.yaml}}\n",
                number + 1
            );
            (format!("t{number}.yaml"), text)
        })
        .collect();
    let files: Vec<_> = files
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let stacks = Tree::new(&files).survey();
    assert_eq!(stacks.sets("t16.yaml").len(), 1);
    assert_eq!(stacks.sets("t17.yaml").len(), 0);
    assert_eq!(stacks.notices("t16.yaml").len(), 1);
}

const EXPORTER: &str = "
Parameters:
  Env: {Type: String, Default: prod}
Resources:
  Vpc: {Type: AWS::EC2::VPC}
Outputs:
  Class: {Value: !Ref Env, Export: {Name: !Sub 'net-${Env}-class'}}
  Vpc: {Value: !Ref Vpc, Export: {Name: net-vpc}}
  Own: {Value: x, Export: {Name: !Sub '${AWS::StackName}-x'}}
";

const IMPORTER: &str = "
Resources:
  Q:
    Type: AWS::SQS::Queue
    Properties:
      Class: !ImportValue net-prod-class
      Vpc: {'Fn::ImportValue': !Sub net-vpc}
      Other: !ImportValue elsewhere
";

#[test]
fn an_import_takes_the_literal_that_one_template_exports() {
    let tree = Tree::new(&[("net.yaml", EXPORTER), ("app.yaml", IMPORTER)]);
    let stacks = tree.survey();
    let unit = tree.unit(&stacks, "app.yaml", None);
    let value = |name| said(property(&unit, "Q", name));
    assert_eq!(value("Class"), "prod");
    assert_eq!(value("Vpc"), "<net-vpc is 'Vpc' of 'net.yaml'>");
    assert_eq!(value("Other"), "<elsewhere is exported by another stack>");
}

#[test]
fn an_export_of_two_templates_decides_nothing() {
    let tree = Tree::new(&[
        ("net.yaml", EXPORTER),
        ("net2.yaml", EXPORTER),
        ("app.yaml", IMPORTER),
    ]);
    let stacks = tree.survey();
    let unit = tree.unit(&stacks, "app.yaml", None);
    assert_eq!(
        said(property(&unit, "Q", "Class")),
        "<net-prod-class is exported by 'net.yaml' and 'net2.yaml'>"
    );
}

#[test]
fn given_parameters_are_those_of_the_top() {
    let tree = Tree::new(&[("parent.yaml", PARENT), ("child.yaml", CHILD)]);
    let options = Options {
        parameters: [("Open".into(), "true".into()), ("Key".into(), "k".into())].into(),
        ..Options::default()
    };
    let stacks = tree.survey_with(&options);
    let unit = tree.unit(&stacks, "child.yaml", Some(1));
    assert_eq!(said(property(&unit, "Queue", "Managed")), "true");
    assert_eq!(
        said(property(&unit, "Queue", "Key")),
        "<AWS::Region is known only at deployment>"
    );
}

#[test]
fn values_that_grow_from_stack_to_stack_stay_small() {
    let level = |number: usize| {
        let call = |id: &str| {
            format!(
                "  {id}:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: l{}.yaml, Parameters: {{A: !Sub '${{A}}{id}${{Z.Arn}}'}}}}\n",
                number + 1
            )
        };
        let text = format!(
            "Parameters:\n  A: {{Type: String, Default: x}}\nResources:\n  Z: {{Type: AWS::SQS::Queue}}\n{}{}Outputs:\n  O: {{Value: !Sub '${{A}}${{S.Outputs.O}}${{T.Outputs.O}}${{S.Outputs.O}}'}}\n",
            call("S"),
            call("T")
        );
        (format!("l{number}.yaml"), text)
    };
    let files: Vec<_> = (0..MAX_DEPTH).map(level).collect();
    let files: Vec<_> = files
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let tree = Tree::new(&files);
    let stacks = tree.survey();
    let last = "l15.yaml";
    assert!(stacks.sets(last).len() <= MAX_SETS);
    let unit = tree.unit(&stacks, last, Some(0));
    let shown = format!("{:?}", unit.resources);
    assert!(shown.len() < 100_000, "{}", shown.len());
}
