//! `AWS::Serverless::GraphQLApi`: the API, its schema, data sources, functions and resolvers.

use super::Expander;
use super::load::Sam;

impl<'a> Expander<'_, 'a> {
    pub(super) fn graphql_api(&mut self, _sam: &Sam<'a>) {}
}
