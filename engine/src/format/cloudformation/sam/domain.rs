//! The custom domains of APIs: domain name, mapping and DNS record.

use super::Expander;
use super::load::Sam;
use super::make::{At, Made, at, entry, get, items};
use crate::resource::Node;

/// Which sort of API has the domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A REST API.
    Rest,
    /// An HTTP API.
    Http,
}

impl<'a> Expander<'_, 'a> {
    /// Makes the domain of an API that has one.
    pub(super) fn domain(&mut self, sam: &Sam<'a>, stage: &str, kind: Kind) {
        let Some(domain) = sam.entry("Domain") else {
            return;
        };
        let (domain, place) = (&domain.node, At(domain.key_span));
        let Some(name) = get(domain, "DomainName") else {
            return;
        };
        let prefix = match kind {
            Kind::Rest => "ApiGatewayDomainName",
            Kind::Http => "ApiGatewayDomainNameV2",
        };
        let id = self.domain_id(prefix, name);
        let made = match kind {
            Kind::Rest => rest_domain(&id, domain, place),
            Kind::Http => http_domain(&id, domain, place),
        };
        self.share(made);
        self.name(sam.id, "DomainName", &id);
        self.mappings(sam, domain, stage, &id, kind);
        self.record(domain, name, &id);
    }

    /// Returns the id of a domain name: SAM makes a hash of the name, of which only the first is left out here.
    fn domain_id(&mut self, prefix: &str, name: &Node) -> String {
        let names = self.domains.entry(prefix.to_owned()).or_default();
        let position = names.iter().position(|other| *other == name.value);
        let position = position.unwrap_or_else(|| {
            names.push(name.value.clone());
            names.len() - 1
        });
        match position {
            0 => prefix.to_owned(),
            more => format!("{prefix}{}", more + 1),
        }
    }

    fn mappings(&mut self, sam: &Sam<'a>, domain: &Node, stage: &str, id: &str, kind: Kind) {
        let paths = get(domain, "BasePath").map(items).unwrap_or_default();
        if paths.is_empty() {
            let place = at(domain);
            self.make(mapping(sam, "", stage, id, kind, place));
        }
        for path in paths {
            let text = path.as_str().unwrap_or_default();
            let suffix: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            let key = match kind {
                Kind::Rest => "BasePath",
                Kind::Http => "ApiMappingKey",
            };
            let made = mapping(sam, &suffix, stage, id, kind, at(path));
            self.make(made.with(key, path.clone()));
        }
    }

    /// Makes the DNS record of a domain.
    fn record(&mut self, domain: &Node, name: &Node, id: &str) {
        let Some(route) = get(domain, "Route53") else {
            return;
        };
        let place = at(route);
        let target = match get(route, "DistributionDomainName") {
            Some(distribution) => place.map([
                ("DNSName", distribution.clone()),
                ("HostedZoneId", place.text("Z2FDTNDATAQYW2")),
            ]),
            None => place.map([
                ("DNSName", place.attribute(id, "RegionalDomainName")),
                ("HostedZoneId", place.attribute(id, "RegionalHostedZoneId")),
            ]),
        };
        let record = place.map([
            ("Name", name.clone()),
            ("Type", place.text("A")),
            ("AliasTarget", target),
        ]);
        let suffix = id.trim_start_matches(|c: char| !c.is_ascii_digit());
        self.share(
            Made::new(
                format!("RecordSetGroup{suffix}"),
                "AWS::Route53::RecordSetGroup",
                place,
            )
            .with_same(route, &["HostedZoneId", "HostedZoneName"])
            .with("RecordSets", place.list([record])),
        );
    }
}

fn rest_domain(id: &str, domain: &Node, place: At) -> Made {
    let kind = get(domain, "EndpointConfiguration").cloned();
    let kind = kind.unwrap_or_else(|| place.text("REGIONAL"));
    let certificate = match kind.as_str() {
        Some("EDGE") => "CertificateArn",
        _ => "RegionalCertificateArn",
    };
    let made = Made::new(id, "AWS::ApiGateway::DomainName", place)
        .with_same(domain, &["DomainName", "SecurityPolicy"])
        .with_entry(certificate, entry(domain, "CertificateArn"))
        .with(
            "EndpointConfiguration",
            at(&kind).map([("Types", at(&kind).list([kind.clone()]))]),
        )
        .with_some(
            "MutualTlsAuthentication",
            get(domain, "MutualTlsAuthentication").cloned(),
        );
    made.with_same(domain, &["OwnershipVerificationCertificateArn"])
}

fn http_domain(id: &str, domain: &Node, place: At) -> Made {
    let kind = get(domain, "EndpointConfiguration").cloned();
    let mut config = vec![place.entry(
        "EndpointType",
        kind.unwrap_or_else(|| place.text("REGIONAL")),
    )];
    for key in [
        "CertificateArn",
        "OwnershipVerificationCertificateArn",
        "SecurityPolicy",
    ] {
        config.extend(entry(domain, key).cloned());
    }
    Made::new(id, "AWS::ApiGatewayV2::DomainName", place)
        .with_same(domain, &["DomainName", "MutualTlsAuthentication"])
        .with(
            "DomainNameConfigurations",
            place.list([place.entries(config)]),
        )
}

fn mapping(sam: &Sam<'_>, suffix: &str, stage: &str, domain: &str, kind: Kind, place: At) -> Made {
    let (name, type_name, api) = match kind {
        Kind::Rest => (
            "BasePathMapping",
            "AWS::ApiGateway::BasePathMapping",
            "RestApiId",
        ),
        Kind::Http => ("ApiMapping", "AWS::ApiGatewayV2::ApiMapping", "ApiId"),
    };
    Made::new(format!("{}{suffix}{name}", sam.id), type_name, place)
        .with("DomainName", place.reference(domain))
        .with(api, place.reference(sam.id))
        .with("Stage", place.reference(stage))
}
