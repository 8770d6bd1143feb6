//! What publishes a function: versions, aliases, gradual deployments and function URLs.

use super::Expander;
use super::function::Invoked;
use super::load::Sam;
use super::make::{At, Made, get, is_true, items, text};
use super::policies::managed;
use crate::format::cloudformation::compose::Composer;
use crate::resource::{Node, Value};

/// The application of all gradual deployments of a template.
const APPLICATION: &str = "ServerlessDeploymentApplication";

/// The role of `CodeDeploy`.
const DEPLOYER: &str = "CodeDeployServiceRole";

/// Returns the logical id of the alias that a function publishes.
pub(super) fn alias_id(sam: &Sam<'_>) -> Option<String> {
    let name = sam.get("AutoPublishAlias")?;
    Some(format!(
        "{}Alias{}",
        sam.id,
        name.as_str().unwrap_or_default()
    ))
}

impl<'a> Expander<'_, 'a> {
    /// Makes the version and alias of a function that publishes one.
    pub(super) fn published(&mut self, sam: &Sam<'a>) -> Invoked {
        let mut invoked = Invoked {
            function: sam.id.to_owned(),
            alias: None,
        };
        let Some(name) = sam.entry("AutoPublishAlias") else {
            return invoked;
        };
        let place = At(name.key_span);
        let version = format!("{}Version", sam.id);
        let id = alias_id(sam).unwrap_or_default();
        let kept = sam.get("VersionDeletionPolicy").cloned();
        self.make(
            Made::new(&*version, "AWS::Lambda::Version", place)
                .with("FunctionName", place.reference(sam.id))
                .with_entry("Description", sam.entry("VersionDescription"))
                .beside("DeletionPolicy", kept.unwrap_or(place.text("Retain"))),
        );
        let mut alias = Made::new(&*id, "AWS::Lambda::Alias", place)
            .with("Name", name.node.clone())
            .with("FunctionName", place.reference(sam.id))
            .with("FunctionVersion", place.attribute(&version, "Version"))
            .with_entry(
                "ProvisionedConcurrencyConfig",
                sam.entry("ProvisionedConcurrencyConfig"),
            );
        if let Some(update) = self.gradual_deployment(sam) {
            alias = alias.beside("UpdatePolicy", update);
        }
        self.make(alias);
        self.name(sam.id, "Version", &version);
        self.name(sam.id, "Alias", &id);
        invoked.alias = Some((id, name.node.clone()));
        invoked
    }

    /// Makes the deployment group of a function, and returns the update policy of its alias.
    fn gradual_deployment(&mut self, sam: &Sam<'a>) -> Option<Node> {
        let entry = sam.entry("DeploymentPreference")?;
        let preference = &entry.node;
        let place = At(entry.key_span);
        if get(preference, "Enabled").is_some_and(|enabled| !is_true(enabled)) {
            return None;
        }
        let group = format!("{}DeploymentGroup", sam.id);
        self.share(
            Made::new(APPLICATION, "AWS::CodeDeploy::Application", place)
                .with("ComputePlatform", place.text("Lambda")),
        );
        let role = get(preference, "Role").cloned();
        if role.is_none() {
            let arn = managed(place, "AWSCodeDeployRoleForLambda");
            self.share(
                Made::role(DEPLOYER, "codedeploy.amazonaws.com", place)
                    .with("ManagedPolicyArns", place.list([arn])),
            );
        }
        let role = role.unwrap_or_else(|| place.attribute(DEPLOYER, "Arn"));
        self.make(deployment_group(&group, preference, place, role));
        let mut update = vec![
            place.entry("ApplicationName", place.reference(APPLICATION)),
            place.entry("DeploymentGroupName", place.reference(&group)),
        ];
        if let Some(hooks) = get(preference, "Hooks") {
            let names = [
                ("PreTraffic", "BeforeAllowTrafficHook"),
                ("PostTraffic", "AfterAllowTrafficHook"),
            ];
            for (from, to) in names {
                update.extend(get(hooks, from).map(|hook| place.entry(to, hook.clone())));
            }
        }
        Some(place.map([("CodeDeployLambdaAliasUpdate", place.entries(update))]))
    }

    /// Makes the URL of a function, and the permissions of a public one.
    pub(super) fn function_url(&mut self, sam: &Sam<'a>, invoked: &Invoked) {
        let Some(entry) = sam.entry("FunctionUrlConfig") else {
            return;
        };
        let (config, place) = (&entry.node, At(entry.key_span));
        self.make(
            Made::new(format!("{}Url", sam.id), "AWS::Lambda::Url", place)
                .with("TargetFunctionArn", invoked.name(place))
                .with_same(config, &["AuthType", "Cors", "InvokeMode"]),
        );
        let conditional = match get(config, "AuthType") {
            Some(auth) if auth.as_str().is_some_and(|auth| auth != "NONE") => return,
            Some(auth) if matches!(auth.value, Value::Unknown(_)) => Some(auth.clone()),
            _ => None,
        };
        let place = get(config, "AuthType").map_or(place, super::make::at);
        let permissions = [
            ("UrlPublicPermissions", "lambda:InvokeFunctionUrl"),
            ("URLInvokeAllowPublicAccess", "lambda:InvokeFunction"),
        ];
        for (suffix, action) in permissions {
            let made = Made::new(
                format!("{}{suffix}", sam.id),
                "AWS::Lambda::Permission",
                place,
            );
            let mut made = made
                .with("Action", place.text(action))
                .with("FunctionName", invoked.name(place))
                .with("Principal", place.text("*"));
            made = if action == "lambda:InvokeFunction" {
                made.with("InvokedViaFunctionUrl", place.flag(true))
            } else {
                made.with("FunctionUrlAuthType", place.text("NONE"))
            };
            made.conditional.clone_from(&conditional);
            self.make(made);
        }
    }
}

fn deployment_group(id: &str, preference: &Node, place: At, role: Node) -> Made {
    let mut made = Made::new(id, "AWS::CodeDeploy::DeploymentGroup", place)
        .with("ApplicationName", place.reference(APPLICATION))
        .with("ServiceRoleArn", role)
        .with(
            "AutoRollbackConfiguration",
            place.map([
                ("Enabled", place.flag(true)),
                (
                    "Events",
                    place.texts(&[
                        "DEPLOYMENT_FAILURE",
                        "DEPLOYMENT_STOP_ON_ALARM",
                        "DEPLOYMENT_STOP_ON_REQUEST",
                    ]),
                ),
            ]),
        )
        .with(
            "DeploymentStyle",
            place.map([
                ("DeploymentType", place.text("BLUE_GREEN")),
                ("DeploymentOption", place.text("WITH_TRAFFIC_CONTROL")),
            ]),
        );
    if let Some(kind) = get(preference, "Type") {
        made = made.with("DeploymentConfigName", configuration(preference, kind));
    }
    if let Some(alarms) = get(preference, "Alarms") {
        let place = super::make::at(alarms);
        let names = items(alarms).iter();
        let names = names.map(|name| place.map([("Name", name.clone())]));
        let alarms = place.map([("Enabled", place.flag(true)), ("Alarms", place.list(names))]);
        made = made.with("AlarmConfiguration", alarms);
    }
    let triggers = get(preference, "TriggerConfigurations").cloned();
    made.with_some("TriggerConfigurations", triggers)
}

/// Returns the deployment configuration: one of `CodeDeploy` unless it is a name of its own.
fn configuration(preference: &Node, kind: &Node) -> Node {
    let of_codedeploy = text(preference, "Type").is_none_or(|name| {
        ["Linear", "Canary", "AllAtOnce"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
    });
    if !of_codedeploy {
        return kind.clone();
    }
    let mut composer = Composer::default();
    composer.text("CodeDeployDefault.Lambda");
    composer.value(&kind.value);
    super::make::at(kind).node(composer.finish())
}
