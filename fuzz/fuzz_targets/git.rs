//! See `belljar_fuzz::git`.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: belljar_fuzz::let_panics_be_caught(),
    |data: &[u8]| {
        belljar_fuzz::GIT.check(data);
    }
);
