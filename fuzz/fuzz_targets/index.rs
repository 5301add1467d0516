//! See `belljar_fuzz::index`.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: belljar_fuzz::let_panics_be_caught(),
    |data: &[u8]| {
        belljar_fuzz::INDEX.check(data);
    }
);
