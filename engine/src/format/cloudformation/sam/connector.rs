//! `AWS::Serverless::Connector`: the permissions between two resources.

use std::collections::BTreeMap;

use super::Expander;
use super::load::Sam;

impl<'a> Expander<'_, 'a> {
    pub(super) fn connector(&mut self, _sam: &Sam<'a>, _sams: &BTreeMap<&'a str, Sam<'a>>) {}
}
