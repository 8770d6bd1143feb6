//! `Fn::Cidr`.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Call, Recognised, recognise};
use crate::document::NodeRef;
use crate::format::cloudformation::compose::{derive, describe, scalar_text};
use crate::format::cloudformation::mapping::place;
use crate::format::cloudformation::resolver::Resolver;
use crate::resource::{Node, UnknownKind, Value};

/// The most blocks that CloudFormation gives.
const MAX_COUNT: usize = 256;

impl<'a> Resolver<'a> {
    /// `Fn::Cidr`: a list of as many blocks as it counts, known as far as its arguments are.
    pub(super) fn cidr(&mut self, call: Call<'a>, node: NodeRef<'a>) -> Value {
        let arguments = call.arguments().unwrap_or_default();
        let ([block, count] | [block, count, _]) = arguments.as_slice() else {
            let message = "'Fn::Cidr' needs a block, a count and the bits of the new blocks.";
            return self.malformed(node, "Fn::Cidr", message);
        };
        let block = self.value(*block);
        let block = self.echoed(block);
        let count = self.value(*count);
        let bits = arguments.get(2).map(|bits| self.value(*bits));
        if let Some(open) = derive(&count, "the number of blocks") {
            return open;
        }
        let number = scalar_text(&count).and_then(|text| text.parse().ok());
        let Some(number) = number.filter(|number| (1..=MAX_COUNT).contains(number)) else {
            return self.odd_cidr(&count, &block, node);
        };
        if !self.budget.nodes(number) {
            return super::exhausted();
        }
        let Some(blocks) = blocks(&block, number, bits.as_ref()) else {
            return self.odd_cidr(&count, &block, node);
        };
        let span = Some(place(node));
        let blocks = blocks.into_iter();
        Value::Array(blocks.map(|value| Node { value, span }).collect())
    }

    fn odd_cidr(&mut self, count: &Value, block: &Value, node: NodeRef<'a>) -> Value {
        let (count, block) = (describe(count), describe(block));
        let message = format!("'Fn::Cidr' cannot make {count} blocks of '{block}'.");
        self.malformed(node, "Fn::Cidr", &message)
    }

    /// Returns the block that a VPC of the template has where `block` is its attribute: AWS gives back the property.
    fn echoed(&mut self, block: Value) -> Value {
        let Value::Reference(target) = &block else {
            return block;
        };
        let declared = self.template.resource(&target.address);
        let Some(vpc) = declared
            .filter(|vpc| vpc.type_name == "AWS::EC2::VPC" && &*target.attribute == "CidrBlock")
        else {
            return block;
        };
        let properties = vpc.pair.value.get("Properties");
        let properties = properties.filter(|node| matches!(recognise(*node), Recognised::Literal));
        let Some(property) = properties.and_then(|properties| properties.get("CidrBlock")) else {
            return block;
        };
        // What the VPC's property refers to is no reference of the resource that asks for it.
        let edges = self.scope.edges.len();
        let value = self.value(property);
        self.scope.edges.truncate(edges);
        match value {
            Value::String(_) => value,
            _ => block,
        }
    }
}

/// Returns the blocks, those that are not known as unknowns; `None` when there are no such blocks.
fn blocks(block: &Value, count: usize, bits: Option<&Value>) -> Option<Vec<Value>> {
    let open = derive(block, "the block").is_some();
    let open_bits = bits.is_some_and(|bits| derive(bits, "the block").is_some());
    let input = match bits {
        _ if open => Some(block),
        Some(bits) if open_bits => Some(bits),
        _ => None,
    };
    if let Some(input) = input {
        let item = |position| derive(input, &format!("block {position} of it"));
        return (0..count).map(item).collect();
    }
    let text = scalar_text(block)?;
    let Some(bits) = bits else {
        let item = |position| {
            let name = format!("Fn::Cidr({text})[{position}]");
            let why = "has a size that the template leaves to AWS";
            Value::unknown(UnknownKind::Unsupported, &name, why)
        };
        return Some((0..count).map(item).collect());
    };
    let bits = scalar_text(bits)?.parse().ok()?;
    let texts = split_block(&text, count as u128, bits)?;
    let item = |text: String| Value::String(text.into());
    Some(texts.into_iter().map(item).collect())
}

/// Returns the first `count` blocks of `block` that have `bits` host bits each.
fn split_block(block: &str, count: u128, bits: u32) -> Option<Vec<String>> {
    let (address, prefix) = block.split_once('/')?;
    let prefix: u32 = prefix.parse().ok()?;
    let (address, width) = match address.parse::<Ipv4Addr>() {
        Ok(address) => (u128::from(u32::from(address)), 32_u32),
        Err(_) => (u128::from(address.parse::<Ipv6Addr>().ok()?), 128),
    };
    let host = width.checked_sub(prefix)?;
    if bits > host || count > 1_u128.checked_shl(host - bits).unwrap_or(u128::MAX) {
        return None;
    }
    let mask = u128::MAX.checked_shl(host).unwrap_or(0);
    let base = address & mask;
    let blocks = (0..count).map(|position| {
        let start = base | position.checked_shl(bits).unwrap_or(0);
        let address = if width == 32 {
            Ipv4Addr::from(u32::try_from(start).ok()?).to_string()
        } else {
            Ipv6Addr::from(start).to_string()
        };
        Some(format!("{address}/{}", width - bits))
    });
    blocks.collect()
}
