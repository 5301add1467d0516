//! Every snapshot comes out as it was compiled, and all but one are carried as patches.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the lints do not take the helpers of tests for tests"
)]

use std::{fs, path::Path};

use belljar_sandbox::{Packed, unpack};
use belljar_snapshots::ALL;

/// Unpacks one, and compares all of it with the digest of what was compiled.
fn check(packed: &Packed, folder: &Path) {
    let unpacked = unpack(packed, folder, &mut |_, _| {}).unwrap();
    let digest = blake3::hash(&fs::read(unpacked.path()).unwrap());
    let description: serde_json::Value = serde_json::from_str(packed.description).unwrap();
    assert_eq!(description["blake3"], digest.to_hex().as_str(), "{}", packed.generation);
}

#[test]
fn each_alone() {
    for packed in ALL {
        let folder = tempfile::tempdir().unwrap();
        check(packed, &folder.path().join("cache"));
    }
}

#[test]
fn all_in_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    for packed in ALL.iter().filter(|packed| packed.base.is_none()).chain(ALL) {
        check(packed, &folder.path().join("cache"));
    }
}

#[test]
fn one_is_whole_and_the_others_are_patches_of_it() {
    let whole: Vec<_> = ALL.iter().filter(|packed| packed.base.is_none()).collect();
    let [base] = whole.as_slice() else { panic!("{} are whole", whole.len()) };
    for packed in ALL.iter().filter(|packed| packed.base.is_some()) {
        assert_eq!(packed.base.unwrap().generation, base.generation);
        assert!(packed.code.len() < base.code.len() / 2, "{} takes much", packed.generation);
    }
}
