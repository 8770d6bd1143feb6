//! SARIF 2.1.0 (with Errata 01) as borrowed types that serialise in a fixed field order.
//!
//! Only what a scanner of source files writes is here; section numbers refer to the standard,
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>.
//! [`Run::results`] is any [`serde::Serialize`]: with [`Stream`] the results are made one at a time while they are
//! written, so memory does not grow with their number. Nothing here knows a particular tool.

mod artifact;
mod message;
mod properties;
mod result;
mod rule;
mod run;
mod stream;
mod uri;

pub use artifact::{Artifact, ArtifactContent, ArtifactLocation, Hashes};
pub use message::{Message, MultiformatMessageString, link_text, plain_text};
pub use properties::{Property, PropertyBag};
pub use result::{
    BaselineState, Kind, Location, LogicalLocation, PhysicalLocation, Region, Result, Suppression,
    SuppressionKind, SuppressionStatus,
};
pub use rule::{
    Level, Relationship, ReportingConfiguration, ReportingDescriptor, ReportingDescriptorReference,
    Tool, ToolComponent, ToolComponentReference,
};
pub use run::{
    AutomationDetails, BaseIds, Invocation, Log, Notification, Run, VersionControlDetails,
};
pub use stream::Stream;
pub use uri::{is_relative, uri_of_path};

/// Text that is borrowed where it can be.
pub type Text<'a> = std::borrow::Cow<'a, str>;

/// The value of `$schema`: the schema of the standard with Errata 01 (§3.13.3).
pub const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The value of `version` (§3.13.2).
pub const VERSION: &str = "2.1.0";
