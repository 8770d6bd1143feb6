//! x
use super::*;
#[test]
fn x() {
    check(&[]);
}
