//! Addresses of Terraform: read from a plan, and found in its sources.

use super::inside;
use super::plan;
use super::rewrite;

/// A plan whose only resource has this address is read; what has the address is the resource, and nothing else.
pub fn check(bytes: &[u8]) {
    let Ok(address) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut quoted = String::new();
    rewrite::quoted(address, &mut quoted);
    let text = include_str!("../seeds/address.json").replace("\"ADDRESS\"", &quoted);
    let artifact = inside::file("plan.json", text);
    let unit = plan::judge(&artifact, include_str!("../seeds/main.tf"));
    let unit = unit.unwrap_or_else(|| panic!("the plan of {address:?} is rejected"));
    let is_judged = unit.resources.iter().any(|one| &*one.address == address);
    let is_named = unit.notices.iter().any(|one| one.message.contains(address));
    assert!(
        is_judged || is_named,
        "{address:?} is neither judged nor named"
    );
    for resource in &unit.resources {
        assert!(
            &*resource.address == address || &*resource.address == "aws_s3_bucket.known",
            "{:?} became {:?}",
            address,
            resource.address
        );
        let sources = unit.sources.as_ref();
        let declared = sources.and_then(|sources| sources.declaration(&resource.address));
        if let Some(declared) = declared {
            // Taking the keys off twice takes nothing more off.
            let again = sources.and_then(|sources| sources.declaration(&declared));
            assert!(again.is_none_or(|again| again == declared), "{address:?}");
        }
    }
}
