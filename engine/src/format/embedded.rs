//! Policy documents inside JSON strings.
