//! Rego, compiled once and evaluated often.
//!
//! regorus parses the policies, holds the values and answers the builtins; this crate compiles what it parsed. A
//! variable becomes a slot of a frame, a name becomes the number of a rule, a literal key becomes a value that is
//! looked up without being built, and what does not depend on the input is evaluated once for all inputs. Evaluating
//! that takes about a tenth of what regorus' interpreter takes over the same policies, which looks up each name by its
//! dotted path and each variable by its text.
//!
//! Only what is compiled exactly is compiled: anything else is [`LoadError::Unsupported`], and the caller lets regorus
//! interpret it. Not compiled are `with`, variables that a reference binds (`xs[_]`, `xs[i]`), statements out of the
//! order of their variables, `=` between patterns, and references into `data`: all modules are in one package, and name
//! each other's rules plainly.
//!
//! Where regorus and OPA differ, this crate answers as OPA does (`not f(x)` with an undefined `x` is undefined; `\d` is a
//! digit of ASCII).
//! Errors of builtins are errors, not undefined values.

mod bounds;
mod builtin;
mod compile;
mod error;
mod ir;
mod machine;
mod pattern;
mod program;

pub use error::{Error, LoadError};
pub use machine::Machine;
pub use program::{Program, Source};
