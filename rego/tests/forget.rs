//! What a machine forgets is evaluated again, and nothing else is.

use ordinance_rego::{Machine, Program, Source};
use regorus::Value;

#[test]
fn what_is_forgotten_is_evaluated_again() {
    let text = "package all\n\nm1__a := input.x\n\nm1__b := m1__a\n\nm12__a := input.x\n";
    let source = Source {
        path: "a.rego".to_owned(),
        text: text.to_owned(),
    };
    let program = Program::default()
        .extended(&[source], &Value::new_object())
        .unwrap();
    let input = |json: &str| Value::from_json_str(json).unwrap();
    let mut machine = Machine::new(&program, input(r#"{"x": 1}"#), 1_000);
    let names = ["m1__b", "m12__a"];
    let values = |machine: &mut Machine<'_>| names.map(|name| machine.rule(name).unwrap());
    assert_eq!(values(&mut machine), [Value::from(1), Value::from(1)]);
    machine.extend_input(input(r#"{"x": 2}"#));
    machine.forget("m1__");
    assert_eq!(values(&mut machine), [Value::from(2), Value::from(1)]);
}
