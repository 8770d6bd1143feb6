//! Runs `suppression::check` on what libFuzzer makes.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ordinance_fuzz::suppression::check(bytes));
