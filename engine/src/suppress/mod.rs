//! Suppressions and baselines: which findings are reported.
//!
//! Not implemented in this version; the room holds its place in the layering.
