//! `AWS::Serverless::StateMachine`: the state machine, its role, its alias and its events.

use super::Expander;
use super::events::{Event, events_of};
use super::function::{given_role, makes_role, role_id, stored};
use super::load::Sam;
use super::make::{At, Made, get, is_true};
use super::policies::{managed, tags};
use crate::resource::{Node, NoticeLevel, Value};

/// The mark of SAM on state machines and their roles.
const MARK: &str = "stateMachine:createdBy";

impl<'a> Expander<'_, 'a> {
    pub(super) fn state_machine(&mut self, sam: &Sam<'a>) {
        self.make(state_machine(sam));
        self.state_machine_alias(sam);
        let conditional = match makes_role(sam) {
            Ok(true) => None,
            Ok(false) => return self.state_machine_events(sam),
            Err(open) => Some(open),
        };
        let id = role_id(sam.id);
        let granted = self.policies(&id, sam.get("Policies"));
        let mut arns = Vec::new();
        let tracing = sam
            .get("Tracing")
            .and_then(|tracing| get(tracing, "Enabled"));
        if tracing.is_some_and(is_true) {
            arns.push(managed(sam.at("Tracing"), "AWSXrayWriteOnlyAccess"));
        }
        arns.extend(granted.managed);
        let place = sam.at("Policies");
        let mut role = Made::role(id, "states.amazonaws.com", sam.at)
            .with("ManagedPolicyArns", place.list(arns))
            .with_entry("PermissionsBoundary", sam.entry("PermissionsBoundary"))
            .with_entry("Path", sam.entry("RolePath"))
            .with("Tags", tags(sam.at("Tags"), MARK, sam.get("Tags")));
        if !granted.inline.is_empty() {
            role = role.with("Policies", place.list(granted.inline));
        }
        role.conditional = conditional;
        self.make(role);
        self.state_machine_events(sam);
    }

    fn state_machine_alias(&mut self, sam: &Sam<'a>) {
        let Some(name) = sam.entry("AutoPublishAlias") else {
            return;
        };
        let place = At(name.key_span);
        let version = format!("{}Version", sam.id);
        self.make(
            Made::new(&*version, "AWS::StepFunctions::StateMachineVersion", place)
                .with("StateMachineArn", place.reference(sam.id))
                .beside("DeletionPolicy", place.text("Retain")),
        );
        let id = format!("{}Alias{}", sam.id, name.node.as_str().unwrap_or_default());
        let preference = sam.get("DeploymentPreference").cloned();
        let mut preference = preference.map_or_else(
            || vec![place.entry("Type", place.text("ALL_AT_ONCE"))],
            |node| super::make::entries(&node).to_vec(),
        );
        preference.push(place.entry("StateMachineVersionArn", place.reference(&version)));
        self.make(
            Made::new(id, "AWS::StepFunctions::StateMachineAlias", place)
                .with("Name", name.node.clone())
                .with("DeploymentPreference", place.entries(preference)),
        );
    }

    fn state_machine_events(&mut self, sam: &Sam<'a>) {
        if let Some(events) = sam.get("Events")
            && matches!(events.value, Value::Unknown(_))
        {
            self.note_events(sam, events);
        }
        for event in events_of(sam) {
            let id = format!("{}{}", sam.id, event.name);
            match event.kind {
                "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => {
                    self.state_machine_rule(sam, &id, event);
                }
                "ScheduleV2" => {
                    let target = event.at.reference(sam.id);
                    self.schedule(sam, &id, event, target, "States");
                }
                "Api" => self.state_machine_api(sam, &id, event),
                kind => {
                    let message = format!(
                        "The event type '{kind}' is not known: what it makes is not judged."
                    );
                    self.resolver
                        .notices
                        .outside(NoticeLevel::Warning, event.at.0, message);
                }
            }
        }
    }

    /// Makes the role with which an API starts the state machine.
    fn state_machine_api(&mut self, sam: &Sam<'a>, id: &str, event: Event<'_>) {
        let place = event.at;
        let role = role_id(id);
        let document =
            place.document(place.allow("states:StartExecution", place.reference(sam.id)));
        let policy = place.policy(&format!("{role}StartExecutionPolicy"), document);
        self.make(
            Made::role(role, "apigateway.amazonaws.com", place)
                .with("Policies", place.list([policy]))
                .with_entry("PermissionsBoundary", sam.entry("PermissionsBoundary")),
        );
    }
}

fn state_machine(sam: &Sam<'_>) -> Made {
    let mut made = Made::new(sam.id, "AWS::StepFunctions::StateMachine", sam.at);
    if let Some(uri) = sam.get("DefinitionUri") {
        let location = stored(uri, ["Bucket", "Key", "Version"]);
        made = made.with("DefinitionS3Location", location);
    }
    let role: Node = match sam.get("Role") {
        Some(role) => given_role(sam, role),
        None => sam.at.attribute(&role_id(sam.id), "Arn"),
    };
    made.with_same(&sam.properties, &["Definition", "DefinitionSubstitutions"])
        .with("RoleArn", role)
        .with_entry("StateMachineName", sam.entry("Name"))
        .with_entry("StateMachineType", sam.entry("Type"))
        .with_entry("LoggingConfiguration", sam.entry("Logging"))
        .with_entry("TracingConfiguration", sam.entry("Tracing"))
        .with_entry(
            "EncryptionConfiguration",
            sam.entry("EncryptionConfiguration"),
        )
        .with("Tags", tags(sam.at("Tags"), MARK, sam.get("Tags")))
}
