//! Whole templates in, resources out.
