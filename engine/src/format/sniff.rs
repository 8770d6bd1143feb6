//! The content sniff: which format a file may be, in microseconds.
