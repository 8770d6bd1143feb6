//! `EventInvokeConfig`, and the destinations of what was or could not be processed.

use super::Expander;
use super::function::Invoked;
use super::load::Sam;
use super::make::{At, Made, entries, get, text};
use super::policies::Granted;
use crate::resource::{Entry, Node};

impl<'a> Expander<'_, 'a> {
    /// Makes the configuration of asynchronous invocations.
    pub(super) fn event_invoke(&mut self, sam: &Sam<'a>, invoked: &Invoked, granted: &mut Granted) {
        let Some(entry) = sam.entry("EventInvokeConfig") else {
            return;
        };
        let (config, place) = (&entry.node, At(entry.key_span));
        let id = format!("{}EventInvokeConfig", sam.id);
        let qualifier = match &invoked.alias {
            Some((_, name)) => name.clone(),
            None => place.text("$LATEST"),
        };
        let mut made = Made::new(&*id, "AWS::Lambda::EventInvokeConfig", place)
            .with("FunctionName", place.reference(sam.id))
            .with("Qualifier", qualifier)
            .with_same(
                config,
                &["MaximumEventAgeInSeconds", "MaximumRetryAttempts"],
            );
        if let Some(destinations) = get(config, "DestinationConfig") {
            let mut written = Vec::new();
            for entry in entries(destinations) {
                written.extend(self.destination(sam, &id, entry, granted));
            }
            made = made.with("DestinationConfig", place.entries(written));
        }
        if let Some((alias, _)) = &invoked.alias {
            made = made.waits_for(alias);
        }
        self.make(made);
    }

    /// Makes one destination: the queue or topic when none is named, and the policy to send to it.
    fn destination(
        &mut self,
        sam: &Sam<'a>,
        id: &str,
        entry: &Entry,
        granted: &mut Granted,
    ) -> Option<Entry> {
        let place = At(entry.key_span);
        let kind = text(&entry.node, "Type").unwrap_or_default();
        let target = match get(&entry.node, "Destination") {
            Some(target) => target.clone(),
            None => self.own_destination(sam, id, kind, entry)?,
        };
        let action = match kind {
            "SQS" => "sqs:SendMessage",
            "SNS" => "sns:Publish",
            "Lambda" => "lambda:InvokeFunction",
            "EventBridge" => "events:PutEvents",
            "S3Bucket" => "s3:PutObject",
            _ => "",
        };
        if !action.is_empty() {
            let name = format!("{id}{}{kind}Policy", entry.key);
            let document = place.document(place.allow(action, target.clone()));
            granted.inline.push(place.policy(&name, document));
        }
        Some(place.entry(&entry.key, place.map([("Destination", target)])))
    }

    fn own_destination(
        &mut self,
        sam: &Sam<'a>,
        id: &str,
        kind: &str,
        entry: &Entry,
    ) -> Option<Node> {
        let place = At(entry.key_span);
        let (suffix, type_name, name) = match kind {
            "SQS" => ("Queue", "AWS::SQS::Queue", "DestinationQueue"),
            "SNS" => ("Topic", "AWS::SNS::Topic", "DestinationTopic"),
            _ => return None,
        };
        let id = format!("{id}{}{suffix}", entry.key);
        self.make(Made::new(&*id, type_name, place));
        self.name(sam.id, name, &id);
        Some(if kind == "SQS" {
            place.attribute(&id, "Arn")
        } else {
            place.reference(&id)
        })
    }
}
