//! Rules and schedules that start functions and state machines.

use super::Expander;
use super::events::{Event, queue_policy};
use super::function::Invoked;
use super::load::Sam;
use super::make::{At, Made, get, is_true, text};
use crate::resource::{Entry, Node, Value};

/// Properties of the target of a rule.
const TARGET: [&str; 5] = [
    "Input",
    "InputPath",
    "InputTransformer",
    "RetryPolicy",
    "RunCommandParameters",
];

/// Properties of a rule.
const RULE: [&str; 4] = ["Description", "EventBusName", "Name", "State"];

/// Properties of a schedule.
const SCHEDULE: [&str; 9] = [
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "State",
];

impl<'a> Expander<'_, 'a> {
    /// Makes the rule that invokes a function, and its permission.
    pub(super) fn rule(&mut self, id: &str, event: Event<'_>, invoked: &Invoked) {
        let place = event.at;
        let mut target = vec![
            place.entry("Arn", invoked.arn(place)),
            place.entry("Id", target_id(event, place, &format!("{id}LambdaTarget"))),
        ];
        target.extend(self.rule_dead_letters(id, event));
        self.make(rule_of(id, event, target));
        self.make(
            Made::permission(
                format!("{id}Permission"),
                &invoked.name(place),
                "events.amazonaws.com",
                place,
            )
            .with("SourceArn", place.attribute(id, "Arn")),
        );
    }

    /// Makes the rule that starts a state machine, and its role.
    pub(super) fn state_machine_rule(&mut self, sam: &Sam<'a>, id: &str, event: Event<'_>) {
        let place = event.at;
        let role = format!("{id}Role");
        let given = event.get("RoleArn").cloned();
        let makes_role = given.is_none();
        let arn = given.unwrap_or_else(|| place.attribute(&role, "Arn"));
        let default = format!("{id}StepFunctionsTarget");
        let mut target = vec![
            place.entry("Arn", place.reference(sam.id)),
            place.entry("Id", target_id(event, place, &default)),
            place.entry("RoleArn", arn),
        ];
        target.extend(self.rule_dead_letters(id, event));
        self.make(rule_of(id, event, target));
        if makes_role {
            let name = format!("{role}StartExecutionPolicy");
            let document =
                place.document(place.allow("states:StartExecution", place.reference(sam.id)));
            let policy = place.policy(&name, document);
            self.make(
                Made::role(role, "events.amazonaws.com", place)
                    .with("Policies", place.list([policy]))
                    .with_entry("PermissionsBoundary", sam.entry("PermissionsBoundary")),
            );
        }
    }

    /// Returns the dead letter queue of a rule's target, made here when the event asks for one.
    fn rule_dead_letters(&mut self, id: &str, event: Event<'_>) -> Option<Entry> {
        let config = event.get("DeadLetterConfig")?;
        let place = super::make::at(config);
        if get(config, "Arn").is_some() {
            return Some(place.entry("DeadLetterConfig", config.clone()));
        }
        let queue = self.dead_letter_queue(id, config, place);
        let principal = place.map([("Service", place.text("events.amazonaws.com"))]);
        let arn = place.attribute(&queue, "Arn");
        self.make(queue_policy(
            format!("{id}QueuePolicy"),
            principal,
            &arn,
            place.reference(&queue),
            place.attribute(id, "Arn"),
            place,
        ));
        Some(place.entry("DeadLetterConfig", place.map([("Arn", arn)])))
    }

    fn dead_letter_queue(&mut self, id: &str, config: &Node, place: At) -> String {
        let own = format!("{id}Queue");
        let queue = text(config, "QueueLogicalId").map_or(own, str::to_owned);
        self.make(Made::new(&*queue, "AWS::SQS::Queue", place));
        queue
    }

    /// Makes a schedule of `EventBridge` Scheduler, its role and its queue.
    pub(super) fn schedule(
        &mut self,
        sam: &Sam<'a>,
        id: &str,
        event: Event<'_>,
        arn: Node,
        service: &str,
    ) {
        let place = event.at;
        let role = format!("{id}Role");
        let mut policies = vec![target_policy(id, &arn, service, place)];
        let mut target = vec![place.entry("Arn", arn)];
        let given = event.get("RoleArn").cloned();
        let makes_role = given.is_none();
        let given = given.unwrap_or_else(|| place.attribute(&role, "Arn"));
        target.push(place.entry("RoleArn", given));
        if let Some(config) = event.get("DeadLetterConfig") {
            let queue = self.schedule_dead_letters(id, config);
            let document = place.document(place.allow("sqs:SendMessage", queue.clone()));
            policies.push(place.policy(&format!("{id}SQSPolicy"), document));
            let config = place.map([("Arn", queue)]);
            target.push(place.entry("DeadLetterConfig", config));
        }
        for key in ["Input", "RetryPolicy"] {
            target.extend(super::make::entry(event.properties, key).cloned());
        }
        let mut made = Made::new(id, "AWS::Scheduler::Schedule", place)
            .with_same(event.properties, &SCHEDULE)
            .with("Target", place.entries(target));
        if event.get("FlexibleTimeWindow").is_none() {
            let off = place.map([("Mode", place.text("OFF"))]);
            made = made.with("FlexibleTimeWindow", off);
        }
        if !event.get("OmitName").is_some_and(is_true) {
            let name = event.get("Name").cloned();
            made = made.with("Name", name.unwrap_or_else(|| place.text(id)));
        }
        self.make(made);
        if makes_role {
            let boundary = event.get("PermissionsBoundary").cloned();
            self.make(
                Made::role(role, "scheduler.amazonaws.com", place)
                    .with("Policies", place.list(policies))
                    .with_some("PermissionsBoundary", boundary)
                    .with_entry(
                        "Path",
                        sam.entry("RolePath").filter(|_| service == "Lambda"),
                    ),
            );
        }
    }

    /// Returns the ARN of the dead letter queue of a schedule.
    fn schedule_dead_letters(&mut self, id: &str, config: &Node) -> Node {
        let place = super::make::at(config);
        match get(config, "Arn") {
            Some(arn) => arn.clone(),
            None => place.attribute(&self.dead_letter_queue(id, config, place), "Arn"),
        }
    }
}

fn target_policy(id: &str, arn: &Node, service: &str, place: At) -> Node {
    let (name, action) = if service == "Lambda" {
        ("LambdaPolicy", "lambda:InvokeFunction")
    } else {
        ("StartExecutionPolicy", "states:StartExecution")
    };
    let document = place.document(place.allow(action, arn.clone()));
    place.policy(&format!("{id}{name}"), document)
}

fn target_id(event: Event<'_>, place: At, default: &str) -> Node {
    let given = event.get("Target").and_then(|target| get(target, "Id"));
    given.cloned().unwrap_or_else(|| place.text(default))
}

fn rule_of(id: &str, event: Event<'_>, mut target: Vec<Entry>) -> Made {
    let place = event.at;
    for key in TARGET {
        target.extend(super::make::entry(event.properties, key).cloned());
    }
    let expression = event.get("Schedule").cloned();
    let pattern = event.get("Pattern").cloned();
    let mut made = Made::new(id, "AWS::Events::Rule", place)
        .with_same(event.properties, &RULE)
        .with_some("ScheduleExpression", expression)
        .with_some("EventPattern", pattern)
        .with("Targets", place.list([place.entries(target)]));
    if let Some(enabled) = event.get("Enabled")
        && event.get("State").is_none()
    {
        let state = match &enabled.value {
            Value::Bool(true) => "ENABLED",
            Value::Bool(false) => "DISABLED",
            _ => return made,
        };
        made = made.with("State", super::make::at(enabled).text(state));
    }
    made
}
