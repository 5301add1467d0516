//! Every target over its seeds.
#![expect(clippy::unwrap_used, reason = "the lints do not take the helpers of tests for tests")]

use std::{fs, path::Path};

use belljar_fuzz::TARGETS;

/// The seeds of a target, by name.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    let mut seeds: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    seeds.sort();
    seeds
}

#[test]
fn every_target_keeps_its_promises_on_its_seeds() {
    for target in TARGETS {
        let seeds = seeds(target.name);
        assert!(seeds.len() >= 5, "{}", target.name);
        for (name, bytes) in seeds {
            // A panic shows the seed: the harness prints what was written before it.
            println!("{} {name}: {} bytes", target.name, bytes.len());
            let held = target.check(&bytes);
            println!("    held {held} of {}", target.cap(bytes.len()));
        }
    }
}
