//! See `belljar_fuzz::configuration`.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: belljar_fuzz::let_panics_be_caught(),
    |data: &[u8]| {
        belljar_fuzz::CONFIGURATION.check(data);
    }
);
