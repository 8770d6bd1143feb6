//! AWS CloudFormation templates into units.
//!
//! Owns what a template's keys and intrinsic functions mean: parameters with given values or defaults are resolved,
//! conditions that they decide take their branch, references become edges. What the template alone does not decide
//! is an unknown that names its input; nothing is guessed. Reference: the *AWS CloudFormation Template Reference*.
//!
//! Decisions that policies can rely on:
//!
//! - Spans are those of the use: a value that came from a parameter or a mapping has the place where it is used. Of a
//!   decided `Fn::If` it is the place of the branch taken.
//! - `Fn::Base64` keeps its text unencoded, so that policies can look into it.
//! - `Fn::GetAZs` is an unknown named `Fn::GetAZs`; its items are the unknowns `Fn::GetAZs[0]`, `Fn::GetAZs[1]`, …:
//!   different names are different zones.
//! - The value of a `NoEcho` parameter decides conditions, but where it is used stands an unknown.
//! - Loops are unrolled and local files included before anything else is read. What a loop makes has the places of its
//!   body, once for each item; what is included stands where its `Location` names the file: the places of a unit are
//!   those of one artifact. A loop or include that cannot be expanded is a notice, what it may make is unknown, and the
//!   map that it stands in is unknown as a whole.
//! - The functions of the language extensions are evaluated whether or not the template declares the transform; that it
//!   does not is a notice.
//! - `Fn::ToJsonString` of what is known in part is a partial string, with the holes inside its quotes.
//! - The pieces of a partial string are known up to the first hole that may hold the delimiter. The blocks of
//!   `Fn::Cidr` are as many as it counts, also where the block that they are cut from is not known.
//! - Attributes stay references, also those that AWS fixes: only `Fn::Cidr` looks through `CidrBlock` of a VPC.
//! - A value that a template has in the wrong shape is an unknown that says what is wrong with it; the rest is judged.
//! - SAM resources (`AWS::Serverless::*`) are what the transform makes of them: see `sam/mod.rs`.
//! - An undecided `Fn::If` has both branches as `values`; null stands for `AWS::NoValue`. Edges inside the branches
//!   have the path that they would have if the branch were taken.
//! - The fact `documents` of a resource holds the policy documents that it has as JSON strings, by their paths. What is
//!   not known inside their strings is part of partial strings there too.
//! - The fact `parameters` of the unit holds the `type` of each parameter, `no_echo`, `has_default`, and the `default`
//!   unless that is secret.
//! - The template itself is a resource, `template` of the type `template`, where policies read that type: its sections as
//!   they are written, nothing evaluated.

mod budget;
mod compose;
mod conditions;
mod dynamic;
mod expand;
mod intrinsics;
mod mapping;
mod notices;
mod parameters;
mod resolver;
mod resources;
mod sam;
mod scenarios;
mod section;
mod stacks;
mod template;
#[cfg(test)]
mod tests;
mod written;

use std::sync::Arc;

use super::Options;
use crate::artifact::Artifact;
use crate::document::Document;
use crate::format::sources::{NoSources, SourceAccess};
use crate::resource::{Format, Unit};
use budget::Budget;
use expand::Inputs;
use notices::Notices;
use resolver::Resolver;
use template::Template;

pub use stacks::{
    Access, Call, Export, Given, Interface, Outputs, Passed, Surroundings, interface,
};

/// Normalises a template that has no files beside it.
pub fn normalise(document: &Document, artifact: Arc<Artifact>, options: &Options) -> Unit {
    normalise_beside(document, artifact, options, &NoSources)
}

/// Normalises a template with the files beside it, which it may include. Always gives a unit; what could not be read is
/// named by its notices.
///
/// What the template leaves open is unknown in the unit, and one of its choices. With an assignment among the options it
/// is the template in that scenario, without choices.
pub fn normalise_beside(
    document: &Document,
    artifact: Arc<Artifact>,
    options: &Options,
    files: &dyn SourceAccess,
) -> Unit {
    let mut notices = Notices::default();
    let mut budget = Budget::new();
    repeated_keys(document, &artifact, &mut notices);
    let inputs = Inputs {
        artifact: &artifact,
        options,
        files,
    };
    let expansion = expand::expand(document, &inputs, &mut notices);
    let document = expansion.document.as_ref().unwrap_or(document);
    let template = Template::read(document, &expansion.left, &mut notices, &mut budget);
    let mut resolver = Resolver::new(&template, options, artifact.text(), notices, budget);
    resolver
        .assumptions
        .extend_from_slice(&expansion.assumptions);
    resolver.lookups.clone_from(&expansion.left.lookups);
    let (mut resources, made) = resources::convert(&mut resolver, &options.wanted);
    let mut outputs = resources::outputs(&mut resolver);
    made.bind(&mut resolver, &mut resources, &mut outputs);
    if options.wanted.names(written::TEMPLATE) {
        resources.extend(written::template(document, &resources));
    }
    let choices = if options.assignment.is_empty() {
        scenarios::choices(&mut resolver)
    } else {
        Vec::new()
    };
    let facts = vec![("parameters", parameters::facts(&template))];
    let (assumptions, notices) = resolver.finish();
    Unit {
        format: Format::CloudFormation,
        artifact,
        resources,
        outputs,
        facts,
        assumptions,
        choices,
        notices,
        secrets: parameters::hidden(&template),
        sources: None,
    }
}

fn repeated_keys(document: &Document, artifact: &Artifact, notices: &mut Notices) {
    for (first, repeated) in document.duplicate_keys() {
        let range = repeated.start as usize..repeated.end as usize;
        let key = artifact.text().get(range).unwrap_or_default();
        let line = artifact.region(first).start_line;
        let message = format!(
            "The key '{}' is repeated: the value here replaces the one of line {line}.",
            key.trim_matches(['"', '\''])
        );
        notices.odd(Some(repeated), message);
    }
}
