//! The events of functions that other services push: permissions, subscriptions and rules.

use super::Expander;
use super::function::Invoked;
use super::load::Sam;
use super::make::{At, Made, at, entries, get, is_true, text};
use super::policies::Granted;
use crate::resource::{Node, NoticeLevel, Value};

/// An event of a function or state machine.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event<'e> {
    /// Its name below `Events`.
    pub(super) name: &'e str,
    /// Its type (`SQS`).
    pub(super) kind: &'e str,
    /// Where its name stands.
    pub(super) at: At,
    /// Its properties.
    pub(super) properties: &'e Node,
}

impl<'e> Event<'e> {
    /// Returns a property.
    pub(super) fn get(&self, key: &str) -> Option<&'e Node> {
        get(self.properties, key)
    }

    /// Returns the text of a property.
    pub(super) fn text(&self, key: &str) -> Option<&'e str> {
        text(self.properties, key)
    }
}

/// Returns the events of a function or state machine that have a type.
pub(super) fn events_of<'e>(sam: &'e Sam<'_>) -> Vec<Event<'e>> {
    let events = sam.get("Events").map(entries).unwrap_or_default();
    let event = |entry: &'e crate::resource::Entry| {
        Some(Event {
            name: &entry.key,
            kind: text(&entry.node, "Type")?,
            at: At(entry.key_span),
            properties: get(&entry.node, "Properties").unwrap_or(&entry.node),
        })
    };
    events.iter().filter_map(event).collect()
}

impl<'a> Expander<'_, 'a> {
    /// Makes what the events of a function need.
    pub(super) fn events(&mut self, sam: &Sam<'a>, invoked: &Invoked, granted: &mut Granted) {
        if let Some(events) = sam.get("Events")
            && matches!(events.value, Value::Unknown(_))
        {
            self.note_events(sam, events);
        }
        for event in events_of(sam) {
            let id = format!("{}{}", sam.id, event.name);
            match event.kind {
                "Api" => self.api_permissions(&id, event, invoked),
                "HttpApi" => self.http_api_permission(&id, event, invoked),
                "S3" => self.s3(&id, event, invoked),
                "SNS" => self.sns(&id, event, invoked),
                "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => {
                    self.rule(&id, event, invoked);
                }
                "ScheduleV2" => self.schedule(sam, &id, event, invoked.arn(event.at), "Lambda"),
                "CloudWatchLogs" => self.log_filter(&id, event, invoked),
                "Cognito" => self.cognito(event, invoked),
                "IoTRule" => self.iot_rule(&id, event, invoked),
                "AlexaSkill" => self.alexa(&id, event, invoked),
                _ if self.source(&id, event, invoked, granted) => {}
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

    /// Says that the events are not known.
    pub(super) fn note_events(&mut self, sam: &Sam<'a>, events: &Node) {
        let message = format!(
            "The events of '{}' are not known: what they make is not judged.",
            sam.id
        );
        self.resolver
            .notices
            .outside(NoticeLevel::Warning, events.span, message);
    }

    fn s3(&mut self, id: &str, event: Event<'_>, invoked: &Invoked) {
        let place = event.at;
        let account = self.pseudo(place, "${AWS::AccountId}");
        self.make(
            Made::permission(
                format!("{id}Permission"),
                &invoked.name(place),
                "s3.amazonaws.com",
                place,
            )
            .with("SourceAccount", account),
        );
    }

    fn sns(&mut self, id: &str, event: Event<'_>, invoked: &Invoked) {
        let place = event.at;
        let Some(topic) = event.get("Topic") else {
            return;
        };
        let same = [
            "FilterPolicy",
            "FilterPolicyScope",
            "Region",
            "RedrivePolicy",
        ];
        let subscription = Made::new(id, "AWS::SNS::Subscription", place)
            .with("TopicArn", topic.clone())
            .with_same(event.properties, &same);
        match event.get("SqsSubscription") {
            Some(queue) if is_true(queue) || matches!(queue.value, Value::Object(_)) => {
                let queue = self.subscribed_queue(id, topic, queue, event, invoked);
                self.make(
                    subscription
                        .with("Endpoint", queue)
                        .with("Protocol", place.text("sqs")),
                );
            }
            _ => {
                self.make(
                    subscription
                        .with("Endpoint", invoked.arn(place))
                        .with("Protocol", place.text("lambda")),
                );
                let permission = format!("{id}Permission");
                self.make(
                    Made::permission(permission, &invoked.name(place), "sns.amazonaws.com", place)
                        .with("SourceArn", topic.clone()),
                );
            }
        }
    }

    /// Makes what stands between a topic and a function: the queue unless there is one, its policy and its mapping.
    /// Returns the queue's ARN.
    fn subscribed_queue(
        &mut self,
        id: &str,
        topic: &Node,
        given: &Node,
        event: Event<'_>,
        invoked: &Invoked,
    ) -> Node {
        let place = event.at;
        let own = format!("{id}Queue");
        let given_queue = get(given, "QueueArn").zip(get(given, "QueueUrl"));
        let (arn, url) = if let Some((arn, url)) = given_queue {
            (arn.clone(), url.clone())
        } else {
            self.make(Made::new(&*own, "AWS::SQS::Queue", place));
            (place.attribute(&own, "Arn"), place.reference(&own))
        };
        let policy = text(given, "QueuePolicyLogicalId").map(str::to_owned);
        let policy = policy.unwrap_or_else(|| format!("{id}QueuePolicy"));
        let principal = place.text("*");
        self.make(queue_policy(
            policy,
            principal,
            &arn,
            url,
            topic.clone(),
            place,
        ));
        let size = get(given, "BatchSize").cloned();
        let enabled = get(given, "Enabled").cloned();
        self.make(
            Made::new(
                format!("{id}EventSourceMapping"),
                "AWS::Lambda::EventSourceMapping",
                place,
            )
            .with("EventSourceArn", arn.clone())
            .with("FunctionName", invoked.name(place))
            .with(
                "BatchSize",
                size.unwrap_or(place.node(Value::Number("10".into()))),
            )
            .with("Enabled", enabled.unwrap_or(place.flag(true))),
        );
        arn
    }

    fn log_filter(&mut self, id: &str, event: Event<'_>, invoked: &Invoked) {
        let place = event.at;
        let permission = format!("{id}Permission");
        let group = event.get("LogGroupName").map(|node| node.value.clone());
        let arn =
            "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${group}:*";
        let source = self.pattern(place, arn, &|name| {
            group.clone().filter(|_| name == "group")
        });
        self.make(
            Made::permission(
                &*permission,
                &invoked.name(place),
                "logs.amazonaws.com",
                place,
            )
            .with("SourceArn", source),
        );
        self.make(
            Made::new(id, "AWS::Logs::SubscriptionFilter", place)
                .with_same(event.properties, &["LogGroupName", "FilterPattern"])
                .with("DestinationArn", invoked.arn(place))
                .waits_for(permission),
        );
    }

    /// Several triggers of one pool share a permission.
    fn cognito(&mut self, event: Event<'_>, invoked: &Invoked) {
        let place = event.at;
        let id = format!("{}CognitoPermission", invoked.id());
        if self.made.iter().any(|made| made.id == id) {
            return;
        }
        let pool = event.get("UserPool").map(|pool| match &pool.value {
            Value::Reference(target) if target.attribute.is_empty() => {
                at(pool).attribute(&target.address, "Arn")
            }
            _ => pool.clone(),
        });
        self.make(
            Made::permission(id, &invoked.name(place), "cognito-idp.amazonaws.com", place)
                .with_some("SourceArn", pool),
        );
    }

    fn iot_rule(&mut self, id: &str, event: Event<'_>, invoked: &Invoked) {
        let place = event.at;
        let account = self.pseudo(place, "${AWS::AccountId}");
        let rule = place.reference(id).value;
        let arn = "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:rule/${rule}";
        let source = self.pattern(place, arn, &|name| (name == "rule").then(|| rule.clone()));
        self.make(
            Made::permission(
                format!("{id}Permission"),
                &invoked.name(place),
                "iot.amazonaws.com",
                place,
            )
            .with("SourceAccount", account)
            .with("SourceArn", source),
        );
        let action = place.map([("Lambda", place.map([("FunctionArn", invoked.arn(place))]))]);
        let mut payload = vec![
            place.entry("RuleDisabled", place.flag(false)),
            place.entry("Actions", place.list([action])),
        ];
        for key in ["Sql", "AwsIotSqlVersion"] {
            payload.extend(super::make::entry(event.properties, key).cloned());
        }
        self.make(
            Made::new(id, "AWS::IoT::TopicRule", place)
                .with("TopicRulePayload", place.entries(payload)),
        );
    }

    fn alexa(&mut self, id: &str, event: Event<'_>, invoked: &Invoked) {
        let place = event.at;
        let skill = event.get("SkillId").cloned();
        let name = invoked.name(place);
        self.make(
            Made::permission(
                format!("{id}Permission"),
                &name,
                "alexa-appkit.amazon.com",
                place,
            )
            .with_some("EventSourceToken", skill),
        );
    }
}

/// Makes the policy of a queue that lets a source send to it.
pub(super) fn queue_policy(
    id: String,
    principal: Node,
    queue: &Node,
    url: Node,
    source: Node,
    place: At,
) -> Made {
    let condition = place.map([("ArnEquals", place.map([("aws:SourceArn", source)]))]);
    let statement = place.map([
        ("Effect", place.text("Allow")),
        ("Principal", principal),
        ("Action", place.text("sqs:SendMessage")),
        ("Resource", queue.clone()),
        ("Condition", condition),
    ]);
    Made::new(id, "AWS::SQS::QueuePolicy", place)
        .with("PolicyDocument", place.document(statement))
        .with("Queues", place.list([url]))
}
