//! See `belljar_fuzz::archive`.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: belljar_fuzz::let_panics_be_caught(),
    |data: &[u8]| {
        belljar_fuzz::ARCHIVE.check(data);
    }
);
