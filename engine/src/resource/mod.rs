//! The model of what is judged: units, resources, and values that know their place.
//!
//! One template, plan or workflow is one [`Unit`]. Its resources hold [`Node`] trees: values resolved as far as
//! the file allows, each with the span of source it came from. Knows nothing of file formats or policies.

mod path;
mod scenario;
mod secrets;
mod unit;
mod value;

pub use path::{Path, Segment};
pub use scenario::{Assignment, Choice};
pub use secrets::{MASK, Secrets};
pub use unit::{
    Assumption, Call, Edge, Format, Locate, Notice, NoticeKind, NoticeLevel, Origin, Output,
    Resource, Spot, Unit,
};
pub use value::{Entry, Fragment, Node, Target, Unknown, UnknownKind, Value};
