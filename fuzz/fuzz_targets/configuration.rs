//! Reads what libFuzzer makes as `ordinance.toml`, and as a file of parameters. The command line room is no library, so
//! its files are taken in as they lie.

#![no_main]
#![allow(dead_code, unused_imports, reason = "a part of the room is enough")]

#[path = "../../cli/accepted.rs"]
mod accepted;
#[path = "../../cli/args/mod.rs"]
mod args;
#[path = "../../cli/clock.rs"]
mod clock;
#[path = "../../cli/config/mod.rs"]
mod config;
#[path = "../../cli/exit.rs"]
mod exit;
#[path = "../../cli/parameters.rs"]
mod parameters;
#[path = "../../cli/files.rs"]
mod files;
#[path = "../../cli/overrides.rs"]
mod overrides;
#[path = "../../cli/streams.rs"]
mod streams;

use std::path::Path;

use ordinance_fuzz::mistakes;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Err(found) = config::read(text, Path::new("/no/such/folder")) {
        assert!(!found.is_empty());
        mistakes::placed(text, &found);
    }
    for is_toml in [false, true] {
        if let Err((message, span)) = parameters::values_of(text, is_toml) {
            mistakes::odd(text, &message, span);
        }
    }
});
