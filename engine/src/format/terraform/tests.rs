//! Tests of the plan reader, on plans in memory and on real ones.

use super::*;
use crate::format::{Options, Wanted};
use crate::resource::{NoticeKind, Segment, Spot, UnknownKind};

fn read_with(text: &str, files: &[(&str, &str)]) -> Unit {
    let files = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let artifact = Artifact::new(
        "plan.json",
        text.to_owned(),
        crate::artifact::Encoding::Utf8,
    );
    read(
        Arc::new(artifact),
        &Options::default(),
        Arc::new(MemorySources(files)),
    )
    .unwrap()
}

/// A plan of one resource change `aws_x.a` and its configuration.
fn plan_of(change: &str, expressions: &str) -> Unit {
    read_with(&text_of(change, expressions), &[])
}

fn text_of(change: &str, expressions: &str) -> String {
    format!(
        r#"{{"format_version":"1.2","resource_changes":[
            {{"address":"aws_x.a","mode":"managed","type":"aws_x","name":"a","provider_name":"registry.terraform.io/hashicorp/aws","change":{change}}},
            {{"address":"aws_vpc.v","mode":"managed","type":"aws_vpc","name":"v","provider_name":"registry.terraform.io/hashicorp/aws","change":{{"actions":["create"],"after":{{}},"after_unknown":{{"id":true}}}}}}
        ],"configuration":{{"root_module":{{"resources":[
            {{"address":"aws_x.a","mode":"managed","type":"aws_x","name":"a","provider_config_key":"aws","expressions":{expressions}}},
            {{"address":"aws_vpc.v","mode":"managed","type":"aws_vpc","name":"v","provider_config_key":"aws","expressions":{{}}}}
        ]}}}}}}"#
    )
}

fn fixture(case: &str, name: &str) -> Unit {
    let folder = format!(
        "{}/../fixtures/terraform-plan/{case}",
        env!("CARGO_MANIFEST_DIR")
    );
    let path = format!("{folder}/{name}");
    let text = std::fs::read_to_string(&path).unwrap();
    let uri = format!("{case}/{name}");
    let sources = DiskSources::beside(std::path::Path::new(&path), &uri);
    let artifact = Artifact::new(uri, text, crate::artifact::Encoding::Utf8);
    read(Arc::new(artifact), &Options::default(), Arc::new(sources)).unwrap()
}

fn resource<'a>(unit: &'a Unit, address: &str) -> &'a Resource {
    unit.resources
        .iter()
        .find(|resource| &*resource.address == address)
        .unwrap()
}

/// The edges of a resource as `path -> address.attribute`.
fn edges(unit: &Unit, address: &str) -> Vec<String> {
    resource(unit, address)
        .references
        .iter()
        .map(|edge| {
            format!(
                "{} -> {}.{}",
                edge.path, edge.target.address, edge.target.attribute
            )
        })
        .collect()
}

fn path(text: &str) -> Path {
    Path(
        text.split('/')
            .filter(|part| !part.is_empty())
            .map(|part| {
                part.parse::<usize>()
                    .map_or_else(|_| Segment::from(part), Segment::from)
            })
            .collect(),
    )
}

/// The file, line and first line of the place of a path, and how deep it is.
fn place(unit: &Unit, address: &str, at: &str) -> Option<(String, usize)> {
    let Spot {
        artifact,
        span,
        depth,
    } = unit
        .sources
        .as_ref()
        .unwrap()
        .locate(resource(unit, address), &path(at))?;
    let text = artifact.text();
    let line = text[..span.start as usize].matches('\n').count() + 1;
    let shown = text[span.start as usize..span.end as usize]
        .lines()
        .next()
        .unwrap_or_default();
    Some((format!("{}:{line}: {shown}", artifact.uri()), depth))
}

fn placed(unit: &Unit, address: &str, at: &str) -> String {
    place(unit, address, at).unwrap().0
}

#[test]
fn what_the_author_left_out_is_absent() {
    let unit = plan_of(
        r#"{"actions":["create"],"after":{"name":"a","empty":"","none":null,"block":[],"map":{},"flag":false},"after_unknown":{"arn":true,"health_check":true}}"#,
        r#"{"name":{"constant_value":"a"}}"#,
    );
    let Value::Object(entries) = &resource(&unit, "aws_x.a").node.value else {
        panic!("an object")
    };
    let keys: Vec<_> = entries.iter().map(|entry| &*entry.key).collect();
    assert_eq!(keys, ["name", "flag"]);
}

#[test]
fn what_is_written_and_unknown_is_a_reference_or_unknown() {
    let unit = plan_of(
        r#"{"actions":["create"],"after":{},"after_unknown":{"vpc_id":true,"both":true,"time":true,"policy":true}}"#,
        r#"{"vpc_id":{"references":["aws_vpc.v.id","aws_vpc.v"]},"both":{"references":["aws_vpc.v.id","aws_vpc.v","var.x"]},"time":{},"policy":{"references":["aws_vpc.v.arn","aws_vpc.v"]}}"#,
    );
    let node = &resource(&unit, "aws_x.a").node;
    let target = |attribute: &str| crate::resource::Target {
        address: "aws_vpc.v".into(),
        attribute: attribute.into(),
    };
    assert_eq!(
        node.get("vpc_id").unwrap().value,
        Value::Reference(target("id"))
    );
    let Value::Unknown(both) = &node.get("both").unwrap().value else {
        panic!("unknown")
    };
    assert_eq!(
        (both.kind, &*both.name, &both.references),
        (UnknownKind::Computed, "aws_vpc.v.id", &vec![target("id")])
    );
    let Value::Unknown(time) = &node.get("time").unwrap().value else {
        panic!("unknown")
    };
    assert_eq!((&*time.name, time.references.len()), ("time", 0));
    // A policy text that names an ARN is not that ARN.
    assert!(matches!(
        &node.get("policy").unwrap().value,
        Value::Unknown(_)
    ));
    assert_eq!(
        edges(&unit, "aws_x.a"),
        [
            "both -> aws_vpc.v.id",
            "policy -> aws_vpc.v.arn",
            "vpc_id -> aws_vpc.v.id"
        ]
    );
}

#[test]
fn without_a_configuration_unknown_is_unknown() {
    let unit = read_with(
        r#"{"format_version":"0.1","resource_changes":[{"address":"aws_x.a","change":{"actions":["create"],"after":{},"after_unknown":{"arn":true}}}]}"#,
        &[],
    );
    assert!(
        matches!(&resource(&unit, "aws_x.a").node.get("arn").unwrap().value, Value::Unknown(unknown) if unknown.kind == UnknownKind::Computed)
    );
}

#[test]
fn only_what_is_there_after_the_plan_is_a_resource() {
    let change = |address: &str, actions: &str, more: &str| {
        format!(r#"{{"address":"{address}"{more},"change":{{"actions":{actions},"after":{{}}}}}}"#)
    };
    let changes = [
        change("aws_x.deleted", r#"["delete"]"#, ""),
        change("aws_x.forgotten", r#"["forget"]"#, ""),
        change("aws_x.deposed", r#"["no-op"]"#, r#","deposed":"abc""#),
        change("aws_x.kept", r#"["no-op"]"#, ""),
        change("aws_x.replaced", r#"["delete","create"]"#, ""),
        change("aws_alb.made", r#"["create","delete"]"#, ""),
    ];
    let unit = read_with(
        &format!(
            r#"{{"format_version":"1.0","resource_changes":[{}]}}"#,
            changes.join(",")
        ),
        &[],
    );
    let shown: Vec<_> = unit
        .resources
        .iter()
        .map(|resource| (&*resource.address, &*resource.type_name))
        .collect();
    assert_eq!(
        shown,
        [
            ("aws_x.kept", "aws_x"),
            ("aws_x.replaced", "aws_x"),
            ("aws_alb.made", "aws_lb")
        ]
    );
}

#[test]
fn what_is_deleted_for_good_is_there_for_who_names_it_and_shows_its_identity_only() {
    let change = |address: &str, actions: &str, more: &str| {
        let before = r#"{"arn":"arn:x","key_id":null,"policy":"secret"}"#;
        format!(
            r#"{{"address":"{address}"{more},"change":{{"actions":{actions},"before":{before},"after":null}}}}"#
        )
    };
    let changes = [
        change("aws_x.deleted", r#"["delete"]"#, ""),
        change("aws_y.deleted", r#"["delete"]"#, ""),
        change("aws_x.forgotten", r#"["forget"]"#, ""),
        change("aws_x.old", r#"["delete"]"#, r#","deposed":"abc""#),
        change("aws_x.replaced", r#"["delete","create"]"#, ""),
        change("data.aws_x.read", r#"["delete"]"#, ""),
    ];
    let text = format!(
        r#"{{"format_version":"1.0","resource_changes":[{}]}}"#,
        changes.join(",")
    );
    let options = Options {
        wanted: Wanted::Types(Arc::new(["deleted.aws_x".to_owned()].into())),
        ..Options::default()
    };
    let artifact = Artifact::new("plan.json", text, crate::artifact::Encoding::Utf8);
    let unit = read(Arc::new(artifact), &options, Arc::new(NoSources)).unwrap();
    let deleted: Vec<&Resource> = unit
        .resources
        .iter()
        .filter(|one| one.type_name.starts_with("deleted."))
        .collect();
    let [only] = deleted.as_slice() else {
        panic!("{deleted:?}");
    };
    assert_eq!(
        (&*only.address, &*only.type_name),
        ("aws_x.deleted", "deleted.aws_x")
    );
    let Value::Object(entries) = &only.node.value else {
        panic!("{only:?}");
    };
    let shown: Vec<_> = entries
        .iter()
        .map(|one| (&*one.key, &one.node.value))
        .collect();
    assert_eq!(shown, [("arn", &Value::String("arn:x".into()))]);
}

#[test]
fn a_type_that_no_policy_reads_is_a_stub() {
    let options = Options {
        wanted: Wanted::Types(Arc::new(["aws_vpc".to_owned()].into())),
        ..Options::default()
    };
    let text = text_of(r#"{"actions":["create"],"after":{"name":"a"}}"#, "{}");
    let artifact = Artifact::new("plan.json", text, crate::artifact::Encoding::Utf8);
    let unit = read(Arc::new(artifact), &options, Arc::new(NoSources)).unwrap();
    assert_eq!(
        resource(&unit, "aws_x.a").node.value,
        Value::Object(Vec::new())
    );
    assert!(resource(&unit, "aws_x.a").facts.is_empty());
}

#[test]
fn a_wrapped_plan_a_failed_plan_and_a_cut_off_plan() {
    let wrapped = read_with(
        r#"{"plan":{"format_version":"1.2","errored":true,"resource_changes":[]}}"#,
        &[],
    );
    assert_eq!(wrapped.notices[0].kind, NoticeKind::IncompletePlan);
    let broken = |text: &str| {
        let artifact = Artifact::new(
            "plan.json",
            text.to_owned(),
            crate::artifact::Encoding::Utf8,
        );
        read(Arc::new(artifact), &Options::default(), Arc::new(NoSources)).unwrap_err()
    };
    let text = r#"{"format_version":"1.2","resource_changes":[{"address""#;
    assert_eq!(broken(text).span.start as usize, text.len() - 1);
    assert!(
        broken(r#"{"format_version":"9.0"}"#)
            .message
            .contains("format version 9.0")
    );
    assert!(broken("{}").message.contains("format_version"));
}

/// A plan of two calls of one module, at so many levels of modules.
fn nested(levels: usize) -> String {
    let leaf = r#"{"resources":[{"mode":"managed","type":"aws_x","name":"a","expressions":{"name":{"constant_value":"n"}}}]}"#;
    let module = (0..levels).fold(leaf.to_owned(), |below, _| {
        format!(r#"{{"module_calls":{{"m":{{"source":"./m","module":{below}}}}}}}"#)
    });
    let call = format!(r#"{{"source":"./c","module":{module}}}"#);
    format!(
        r#"{{"format_version":"1.2","resource_changes":[],"configuration":{{"root_module":{{"module_calls":{{"one":{call},"two":{call}}}}}}}}}"#
    )
}

#[test]
fn a_module_that_is_called_twice_is_read_for_both() {
    let text = nested(2);
    let configuration = Plan::split(&text)
        .unwrap()
        .configuration()
        .unwrap()
        .unwrap();
    let paths: Vec<&String> = configuration.modules().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        ["", "one", "one.m", "one.m.m", "two", "two.m", "two.m.m"]
    );
    let leaf = |path| configuration.module(path).unwrap();
    assert!(std::ptr::eq(leaf("one.m.m"), leaf("two.m.m")));
    assert!(leaf("two.m.m").resources.contains_key("aws_x.a"));
}

#[test]
fn modules_nested_too_deeply_are_an_error() {
    let text = nested(1_000);
    let error = Plan::split(&text).unwrap().configuration().unwrap_err();
    assert_eq!(error.message, "recursion limit exceeded");
}

#[test]
fn blocks_of_a_set_find_what_they_were_written_as() {
    let unit = plan_of(
        r#"{"actions":["create"],"after":{"rule":[{"port":22},{"port":443,"group":null}]},"after_unknown":{"rule":[{},{"group":true}]}}"#,
        r#"{"rule":[{"port":{"constant_value":443},"group":{"references":["aws_vpc.v.id","aws_vpc.v"]}},{"port":{"constant_value":"22"}}]}"#,
    );
    assert_eq!(edges(&unit, "aws_x.a"), ["rule[1].group -> aws_vpc.v.id"]);
}

#[test]
fn a_known_id_is_an_edge() {
    let unit = read_with(
        r#"{"format_version":"1.2","resource_changes":[
            {"address":"aws_vpc.v","change":{"actions":["no-op"],"after":{"id":"vpc-0123456789abcdef0"}}},
            {"address":"aws_iam_role.r","change":{"actions":["no-op"],"after":{"id":"main","name":"main"}}},
            {"address":"aws_x.a","change":{"actions":["no-op"],"after":{"ids":["vpc-0123456789abcdef0"],"role":"main","label":"main"}}}]}"#,
        &[],
    );
    assert_eq!(
        edges(&unit, "aws_x.a"),
        ["ids[0] -> aws_vpc.v.id", "role -> aws_iam_role.r.id"]
    );
}

#[test]
fn edges_go_through_modules_keys_and_locals() {
    let unit = fixture("modules", "plan.json");
    let odd = r#"module.service["b[\"]"].aws_instance.this"#;
    assert_eq!(
        edges(&unit, odd),
        [
            r#"depends_on -> module.service["b[\"]"].aws_ebs_volume.data."#,
            r#"subnet_id -> module.network.aws_subnet.this["b[\"]"].id"#,
            "vpc_security_group_ids -> aws_security_group.web.id",
        ]
    );
    assert_eq!(
        edges(&unit, "aws_lb_target_group_attachment.main[1]"),
        [
            "target_group_arn -> aws_lb_target_group.main[1].arn",
            r#"target_id -> module.service["a.1"].aws_instance.this.id"#,
        ]
    );
    assert_eq!(
        edges(&unit, "aws_alb_listener.main"),
        [
            "default_action[0].target_group_arn -> aws_lb_target_group.main[0].arn",
            "load_balancer_arn -> aws_lb.main.arn"
        ]
    );
    assert_eq!(edges(&unit, "aws_lb.main").len(), 2);
    assert_eq!(&*unit.outputs[0].references[0].address, "aws_lb.main");
}

#[test]
fn a_fresh_plan_and_an_applied_one_have_the_same_edges() {
    for case in ["modules", "documents"] {
        let pairs = |name: &str| -> Vec<(String, String)> {
            let unit = fixture(case, name);
            let mut pairs: Vec<_> = unit
                .resources
                .iter()
                .flat_map(|resource| {
                    resource.references.iter().map(|edge| {
                        (
                            format!("{} {}", resource.address, edge.path),
                            edge.target.address.to_string(),
                        )
                    })
                })
                .collect();
            pairs.sort();
            pairs.dedup();
            pairs
        };
        assert_eq!(pairs("plan.json"), pairs("plan.noop.json"));
    }
}

#[test]
fn places_are_lines_that_somebody_wrote() {
    let unit = fixture("modules", "plan.json");
    let web = "aws_security_group.web";
    assert_eq!(
        placed(&unit, web, ""),
        "modules/main.tf:30: resource \"aws_security_group\" \"web\""
    );
    assert_eq!(
        placed(&unit, web, "ingress/0/cidr_blocks/1"),
        "modules/main.tf:39: \"0.0.0.0/0\""
    );
    assert_eq!(
        placed(&unit, web, "ingress/1/security_groups"),
        "modules/main.tf:47: [aws_security_group.other.id]"
    );
    assert_eq!(
        place(&unit, web, "ingress/1/self").unwrap(),
        ("modules/main.tf:42: ingress".to_owned(), 2)
    );
    assert_eq!(place(&unit, web, "egress").unwrap().1, 0);
    assert_eq!(
        placed(&unit, "aws_security_group.other", "egress/1/to_port"),
        "modules/main.tf:59: egress.value"
    );
    assert_eq!(
        placed(&unit, "aws_lb.main", "internal"),
        "modules/lb_override.tf:2: true"
    );
    assert_eq!(
        placed(&unit, "aws_lb.main", "idle_timeout"),
        "modules/main.tf:75: resource \"aws_lb\" \"main\""
    );
    assert_eq!(
        placed(
            &unit,
            r#"module.service["b[\"]"].aws_instance.this"#,
            "tags/Name"
        ),
        "modules/modules/service/main.tf:18: var.name"
    );
}

#[test]
fn a_policy_text_is_placed_inside_its_jsonencode() {
    let unit = fixture("documents", "plan.json");
    assert_eq!(
        placed(
            &unit,
            "aws_iam_role_policy.wide",
            "policy/Statement/0/Action"
        ),
        "documents/main.tf:94: \"*\""
    );
    assert_eq!(
        placed(
            &unit,
            "data.aws_iam_policy_document.logs",
            "statement/1/actions/0"
        ),
        "documents/main.tf:45: \"s3:ListBucket\""
    );
}

#[test]
fn an_address_that_a_folder_declares_twice_has_no_place() {
    let text = text_of(r#"{"actions":["create"],"after":{}}"#, "{}");
    let block = "resource \"aws_x\" \"a\" {}\n";
    let once = read_with(&text, &[("main.tf", block)]);
    assert_eq!(
        placed(&once, "aws_x.a", ""),
        "main.tf:1: resource \"aws_x\" \"a\""
    );
    let twice = read_with(&text, &[("main.tf", block), ("other.tf", block)]);
    assert_eq!(place(&twice, "aws_x.a", ""), None);
    assert_eq!(
        place(&read_with(&text, &[("main.tf", "")]), "aws_x.a", ""),
        None
    );
    assert_eq!(place(&read_with(&text, &[]), "aws_x.a", ""), None);
}

#[test]
fn a_module_whose_sources_are_not_here_is_placed_at_its_call() {
    let text = r#"{"format_version":"1.2","resource_changes":[{"address":"module.m[0].aws_x.a","change":{"actions":["create"],"after":{}}}],
        "configuration":{"root_module":{"module_calls":{"m":{"source":"terraform-aws-modules/vpc/aws","module":{"resources":[{"mode":"managed","type":"aws_x","name":"a"}]}}}}}}"#;
    let call = "module \"m\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n";
    let at_call = read_with(text, &[("main.tf", call)]);
    assert_eq!(
        placed(&at_call, "module.m[0].aws_x.a", ""),
        "main.tf:1: module \"m\""
    );
    let manifest = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"m","Source":"registry.terraform.io/terraform-aws-modules/vpc/aws","Dir":".terraform/modules/m"}]}"#;
    let installed = [
        ("main.tf", call),
        (".terraform/modules/modules.json", manifest),
        (
            ".terraform/modules/m/main.tf",
            "resource \"aws_x\" \"a\" {}\n",
        ),
    ];
    let inside = read_with(text, &installed);
    assert_eq!(
        placed(&inside, "module.m[0].aws_x.a", ""),
        ".terraform/modules/m/main.tf:1: resource \"aws_x\" \"a\""
    );
    // A manifest cannot lead out of the folder for a module that is not local.
    let escaping = manifest.replace(".terraform/modules/m", "../../secrets");
    let escaped = read_with(
        text,
        &[
            ("main.tf", call),
            (".terraform/modules/modules.json", &escaping),
            ("../../secrets/main.tf", "resource \"aws_x\" \"a\" {}\n"),
        ],
    );
    assert_eq!(
        placed(&escaped, "module.m[0].aws_x.a", ""),
        "main.tf:1: module \"m\""
    );
}

#[test]
fn modules_of_a_fetched_module_lie_inside_what_was_fetched() {
    let text = |source: &str| {
        format!(
            r#"{{"format_version":"1.2","resource_changes":[{{"address":"module.m[\"a.b\"].module.leaf[0].aws_x.a","previous_address":"aws_x.old","change":{{"actions":["create"],"after":{{}}}}}}],
            "configuration":{{"root_module":{{"module_calls":{{"m":{{"source":"a/b/aws//modules/m","module":{{"module_calls":{{"leaf":{{"source":"{source}","module":{{"resources":[{{"mode":"managed","type":"aws_x","name":"a"}}]}}}}}}}}}}}}}}}}}}"#
        )
    };
    let block = "resource \"aws_x\" \"a\" {}\n";
    let call = "module \"leaf\" {\n}\n";
    let files = [
        ("main.tf", "module \"m\" {\n}\n"),
        (
            ".terraform/modules/modules.json",
            r#"{"Modules":[{"Key":"m","Source":"a/b/aws//modules/m","Dir":".terraform\\modules\\m\\modules\\m"}]}"#,
        ),
        (".terraform/modules/m/modules/m/main.tf", call),
        (".terraform/modules/m/modules/leaf/main.tf", block),
        ("secret/main.tf", block),
    ];
    let address = r#"module.m["a.b"].module.leaf[0].aws_x.a"#;
    let inside = read_with(&text("../leaf"), &files);
    assert_eq!(
        placed(&inside, address, ""),
        ".terraform/modules/m/modules/leaf/main.tf:1: resource \"aws_x\" \"a\""
    );
    let declaration = inside.sources.as_ref().unwrap().declaration(address);
    assert_eq!(declaration.as_deref(), Some("module.m.module.leaf.aws_x.a"));
    let outside = read_with(&text("../../../../../secret"), &files);
    assert_eq!(
        placed(&outside, address, ""),
        ".terraform/modules/m/modules/m/main.tf:1: module \"leaf\""
    );
}

#[test]
fn a_block_that_aws_added_is_at_no_written_block() {
    let text = text_of(
        r#"{"actions":["no-op"],"after":{"rule":[{"port":22},{"port":80}]}}"#,
        r#"{"rule":[{"port":{"constant_value":80}}]}"#,
    );
    let block = "resource \"aws_x\" \"a\" {\n  rule {\n    port = 80\n  }\n}\n";
    let unit = read_with(&text, &[("main.tf", block)]);
    assert_eq!(placed(&unit, "aws_x.a", "rule/1/port"), "main.tf:3: 80");
    let header = "main.tf:1: resource \"aws_x\" \"a\"";
    assert_eq!(placed(&unit, "aws_x.a", "rule/0/port"), header);
    // Two blocks that literals do not tell apart are a guess.
    let alike = block.replace("port = 80", "port = var.a");
    let twice = alike.replace("\n}\n", "\n  rule {\n    port = var.b\n  }\n}\n");
    let unit = read_with(&text, &[("main.tf", &twice)]);
    assert_eq!(placed(&unit, "aws_x.a", "rule/0/port"), header);
}

#[test]
fn json_syntax_and_its_overrides_have_places() {
    let text = text_of(
        r#"{"actions":["create"],"after":{"rule":[{"port":80}],"name":"n"}}"#,
        "{}",
    );
    let base =
        "{\"resource\": {\"aws_x\": {\"a\": [{\n\"rule\": {\n\"port\": 80},\n\"name\": \"m\"}]}}}";
    let over = "{\"resource\": [{\"aws_x\": {\"a\": {\n\"name\": \"n\"}}}]}";
    let files = [
        ("main.tf.json", base),
        ("z_override.tf.json", over),
        ("a.json", base),
    ];
    let unit = read_with(&text, &files);
    assert_eq!(placed(&unit, "aws_x.a", ""), "main.tf.json:1: \"a\"");
    assert_eq!(
        placed(&unit, "aws_x.a", "rule/0/port"),
        "main.tf.json:3: 80"
    );
    assert_eq!(
        placed(&unit, "aws_x.a", "name"),
        "z_override.tf.json:2: \"n\""
    );
}

#[test]
fn a_dynamic_block_of_unknown_length_is_unknown_not_absent() {
    let text = text_of(
        r#"{"actions":["create"],"after":{},"after_unknown":{"ingress":true,"arn":true}}"#,
        "{}",
    );
    let dynamic = "resource \"aws_x\" \"a\" {\n  dynamic \"ingress\" {\n    for_each = aws_vpc.v.cidrs\n    content {\n      cidr = ingress.value\n    }\n  }\n}\n";
    let unit = read_with(&text, &[("main.tf", dynamic)]);
    let node = &resource(&unit, "aws_x.a").node;
    assert!(
        matches!(&node.get("ingress").unwrap().value, Value::Unknown(unknown) if &*unknown.references[0].address == "aws_vpc.v")
    );
    assert_eq!(node.get("arn"), None);
}

#[test]
fn facts_tell_the_module_the_provider_and_what_is_sensitive() {
    let unit = fixture("documents", "plan.json");
    let fact = |address: &str, name: &str| {
        let facts = &resource(&unit, address).facts;
        facts
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, node)| node.value.clone())
    };
    assert_eq!(
        fact("aws_kms_key.logs", "provider"),
        Some(Value::String("aws".into()))
    );
    assert_eq!(fact("aws_kms_key.logs", "sensitive"), None);
    let path = Node::unplaced(Value::Array(vec![Node::unplaced(Value::String(
        "password".into(),
    ))]));
    assert_eq!(
        fact("aws_db_instance.main", "sensitive"),
        Some(Value::Array(vec![path]))
    );
    let Some(Value::Array(documents)) = fact("aws_iam_role_policy.wide", "documents") else {
        panic!("documents")
    };
    let statement = documents[0]
        .get("value")
        .and_then(|value| value.get("Statement"));
    assert!(statement.is_some());
}

#[test]
fn a_replacement_is_a_fact_and_an_update_is_not() {
    let replaced = |actions: &str| {
        let text = text_of(&format!(r#"{{"actions":{actions},"after":{{}}}}"#), "{}");
        let unit = read_with(&text, &[]);
        let facts = resource(&unit, "aws_x.a").facts.clone();
        facts.iter().any(|(name, _)| *name == "replaced")
    };
    assert!(replaced(r#"["delete","create"]"#));
    assert!(replaced(r#"["create","delete"]"#));
    assert!(!replaced(r#"["update"]"#));
}

#[test]
fn container_definitions_are_documents_with_places_in_jsonencode() {
    let text = text_of(
        r#"{"actions":["create"],"after":{"container_definitions":"[{\"name\":\"log\",\"privileged\":false},{\"name\":\"web\",\"privileged\":true}]"}}"#,
        "{}",
    );
    let source = "resource \"aws_x\" \"a\" {\n  container_definitions = jsonencode([\n    {\n      name       = \"web\"\n      privileged = true\n    },\n    {\n      name = \"log\"\n    },\n  ])\n}\n";
    let unit = read_with(&text, &[("main.tf", source)]);
    let facts = &resource(&unit, "aws_x.a").facts;
    assert!(facts.iter().any(|(name, _)| *name == "documents"));
    // The provider sorts containers by name: the second one is the first in the source.
    assert_eq!(
        placed(&unit, "aws_x.a", "container_definitions/1/privileged"),
        "main.tf:5: true"
    );
}

#[test]
fn a_resource_whose_address_cannot_be_read_is_named_and_not_dropped() {
    let text = text_of(r#"{"actions":["create"],"after":{}}"#, "{}");
    let unit = read_with(&text.replace("\"aws_x.a\"", "\"aws_x.a[each.key]\""), &[]);
    assert_eq!(unit.resources.len(), 1);
    let notice = unit.notices.first().unwrap();
    assert_eq!(notice.kind, NoticeKind::InvalidInput);
    assert_eq!(
        notice.message,
        "What has the address 'aws_x.a[each.key]' in this plan is not judged: Terraform writes no such address."
    );
}
