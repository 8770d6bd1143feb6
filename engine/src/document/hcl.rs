//! HCL: blocks, attributes and their spans.
