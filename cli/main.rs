//! The command line of Ordinance.
fn main() {}
