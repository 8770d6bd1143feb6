//! GitHub Actions workflows and actions.
