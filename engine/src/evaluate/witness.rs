//! The sentence that names what an undecided value waits for.

use regorus::Value as Rego;

/// Returns what an undecided value waits for ("parameter 'Subnets' has no default"), as the end of a sentence.
pub(super) fn sentence(value: &Rego) -> String {
    let field = |name: &str| &value[name];
    if field("$unknown").as_object().is_ok() {
        return unknown_sentence(field("$unknown"));
    }
    if field("$reference").as_object().is_ok() {
        return format!("it is {}", reference(field("$reference")));
    }
    if let Ok(fragments) = field("$partial").as_array() {
        return partial_sentence(fragments.iter());
    }
    if field("$secret").as_string().is_ok() {
        return "it is a reference to a secret that only the deployment reads".to_owned();
    }
    "a value is not known before deployment".to_owned()
}

fn partial_sentence<'v>(mut fragments: impl Iterator<Item = &'v Rego>) -> String {
    fragments
        .find(|fragment| fragment.as_object().is_ok())
        .map_or_else(
            || "a part of its text is not known".to_owned(),
            |hole| match hole["$reference"].as_object() {
                Ok(_) => format!("a part of its text is {}", reference(&hole["$reference"])),
                Err(_) => sentence(hole),
            },
        )
}

/// Names a reference: "attribute 'Arn' of 'Key', which only the deployment knows".
fn reference(target: &Rego) -> String {
    let address = text(target, "address");
    match text(target, "attribute") {
        "" => format!("a reference to '{address}', whose value only the deployment knows"),
        attribute => format!("'{attribute}' of '{address}', which only the deployment knows"),
    }
}

/// Says what each kind of unknown waits for.
fn unknown_sentence(unknown: &Rego) -> String {
    let name = text(unknown, "name");
    let why = match text(unknown, "why") {
        "" => "is not known",
        why => why,
    };
    match text(unknown, "kind") {
        "parameter" => format!("parameter '{name}' {why}"),
        "condition" => format!("condition '{name}' {why}"),
        "import" => format!("the imported value '{name}' {why}"),
        "attribute" => format!("attribute '{name}' {why}"),
        "pseudo-parameter" => format!("pseudo parameter '{name}' {why}"),
        "expression" => format!("expression '{name}' {why}"),
        "transform" => format!("transform '{name}' {why}"),
        "mapping" => format!("mapping '{name}' {why}"),
        "dynamic-reference" => format!("dynamic reference '{name}' {why}"),
        _ if name.is_empty() => format!("the value {why}"),
        _ => format!("'{name}' {why}"),
    }
}

fn text<'v>(value: &'v Rego, key: &str) -> &'v str {
    value[key].as_string().map_or("", |text| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(json: &str) -> String {
        sentence(&Rego::from_json_str(json).unwrap())
    }

    #[test]
    fn a_parameter_is_named() {
        assert_eq!(
            said(
                r#"{"$unknown": {"kind": "parameter", "name": "Subnets", "why": "has no default"}}"#
            ),
            "parameter 'Subnets' has no default"
        );
    }

    #[test]
    fn a_computed_value_is_named_by_its_address() {
        assert_eq!(
            said(
                r#"{"$unknown": {"kind": "computed", "name": "aws_kms_key.a.arn", "why": "is known after apply"}}"#
            ),
            "'aws_kms_key.a.arn' is known after apply"
        );
    }

    #[test]
    fn a_reference_names_attribute_and_resource() {
        assert_eq!(
            said(r#"{"$reference": {"address": "Key", "attribute": "Arn"}}"#),
            "it is 'Arn' of 'Key', which only the deployment knows"
        );
        assert_eq!(
            said(r#"{"$reference": {"address": "Key", "attribute": ""}}"#),
            "it is a reference to 'Key', whose value only the deployment knows"
        );
    }

    #[test]
    fn a_string_known_in_part_names_its_first_hole() {
        assert_eq!(
            said(
                r#"{"$partial": ["arn:", {"$unknown": {"kind": "pseudo-parameter", "name": "AWS::Region", "why": "depends on the deployment"}}]}"#
            ),
            "pseudo parameter 'AWS::Region' depends on the deployment"
        );
    }
}
