//! `Fn::Cidr`.

use std::net::Ipv4Addr;

use super::Call;
use crate::document::NodeRef;
use crate::format::cloudformation::compose::{derive, describe, scalar_text};
use crate::format::cloudformation::mapping::place;
use crate::format::cloudformation::resolver::Resolver;
use crate::resource::{Node, UnknownKind, Value};

/// The most blocks that CloudFormation gives.
const MAX_COUNT: u32 = 256;

impl<'a> Resolver<'a> {
    /// `Fn::Cidr`: evaluated for IPv4 when all arguments are known.
    pub(super) fn cidr(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Value {
        let arguments = call.arguments().unwrap_or_default();
        if !(2..=3).contains(&arguments.len()) {
            let message = "'Fn::Cidr' needs a block, a count and the bits of the new blocks.";
            return self.malformed(node, "Fn::Cidr", message);
        }
        let values: Vec<_> = arguments
            .iter()
            .map(|argument| self.value(*argument))
            .collect();
        if let Some(open) = values.iter().find_map(|value| derive(value, "the blocks")) {
            return open;
        }
        let texts: Vec<_> = values.iter().filter_map(scalar_text).collect();
        let [block, count, bits] = texts.as_slice() else {
            return unsupported(&values);
        };
        if block.contains(':') {
            return unsupported(&values);
        }
        let Some(blocks) = split_block(block, count, bits) else {
            let message = format!("'Fn::Cidr' cannot make {count} blocks of '{block}'.");
            return self.malformed(node, "Fn::Cidr", &message);
        };
        if !self.budget.nodes(blocks.len()) {
            return super::exhausted();
        }
        let span = Some(place(node));
        let item = |block: String| Node {
            value: Value::String(block.into()),
            span,
        };
        Value::Array(blocks.into_iter().map(item).collect())
    }
}

fn unsupported(values: &[Value]) -> Value {
    let block = values.first().map(describe).unwrap_or_default();
    Value::unknown(
        UnknownKind::Unsupported,
        &format!("Fn::Cidr({block})"),
        "is evaluated only for IPv4 blocks with the bits given",
    )
}

/// Returns the first `count` blocks of `block` that have `bits` host bits each.
fn split_block(block: &str, count: &str, bits: &str) -> Option<Vec<String>> {
    let (address, prefix) = block.split_once('/')?;
    let address = u64::from(u32::from(address.parse::<Ipv4Addr>().ok()?));
    let prefix: u32 = prefix.parse().ok().filter(|prefix| *prefix <= 32)?;
    let count: u32 = count
        .parse()
        .ok()
        .filter(|count| (1..=MAX_COUNT).contains(count))?;
    let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32 - prefix)?;
    if u64::from(count) > 1 << (32 - prefix - bits) {
        return None;
    }
    let size = 1_u64 << (32 - prefix);
    let base = address / size * size;
    let blocks = (0..u64::from(count)).map(|position| {
        let start = u32::try_from(base + (position << bits)).ok()?;
        Some(format!("{}/{}", Ipv4Addr::from(start), 32 - bits))
    });
    blocks.collect()
}
