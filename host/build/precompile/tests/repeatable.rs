//! What is compiled is the same every time, loads on any x86-64 machine, and comes out of the packing whole.

use std::io::Read as _;

use belljar_precompile::{compile, describe, pack, patch, unpack};

/// A component with one module, in the text format: `(component (core module (func (export "f"))))`, and a memory.
const COMPONENT: &[u8] = &[
    0, b'a', b's', b'm', 0x0d, 0, 1, 0, // component
    1, 36, // core module
    0, b'a', b's', b'm', 1, 0, 0, 0, // module
    1, 4, 1, 0x60, 0, 0, // type: func
    3, 2, 1, 0, // function 0
    5, 3, 1, 0, 1, // memory of one page
    7, 5, 1, 1, b'f', 0, 0, // export
    10, 4, 1, 2, 0, 0x0b, // code
];

#[test]
fn same_component_same_bytes() {
    let first = compile(COMPONENT).unwrap();
    let second = compile(COMPONENT).unwrap();
    assert!(first == second, "two compilations of one component differ");
    assert!(pack(&first).unwrap() == pack(&second).unwrap(), "two packings of the same code differ");
}

#[test]
fn packing_loses_nothing() {
    let code = compile(COMPONENT).unwrap();
    assert!(zstd::decode_all(pack(&code).unwrap().as_slice()).unwrap() == code);
    let description: serde_json::Value = serde_json::from_str(&describe(COMPONENT, &code, None)).unwrap();
    assert_eq!(description["length"], code.len());
    assert_eq!(description["blake3"], blake3::hash(&code).to_hex().as_str());
}

/// Something like another snapshot: parts of the base in another order, and bytes of its own.
fn other(code: &[u8]) -> Vec<u8> {
    let (first, second) = code.split_at(code.len() / 3);
    [second, b"something of its own", first].concat()
}

#[test]
fn a_patch_is_the_same_every_time_and_loses_nothing() {
    let base = compile(COMPONENT).unwrap();
    let code = other(&base);
    let packed = patch(&code, &base).unwrap();
    assert!(packed == patch(&code, &base).unwrap(), "two patches of one base differ");
    assert!(packed.len() < pack(&code).unwrap().len() / 2, "it takes the rest from its base");
    let mut decoder = zstd::stream::read::Decoder::with_ref_prefix(packed.as_slice(), &base).unwrap();
    let mut unpacked = Vec::new();
    decoder.read_to_end(&mut unpacked).unwrap();
    assert!(unpacked == code);
    let description: serde_json::Value =
        serde_json::from_str(&describe(COMPONENT, &code, Some(&base))).unwrap();
    assert_eq!(description["blake3"], blake3::hash(&code).to_hex().as_str());
    assert_eq!(description["base_blake3"], blake3::hash(&base).to_hex().as_str());
}

#[test]
fn a_base_is_whole_and_matches_its_description() {
    let base = compile(COMPONENT).unwrap();
    let (packed, description) = (pack(&base).unwrap(), describe(COMPONENT, &base, None));
    assert!(unpack(&packed, &description).unwrap() == base);
    let refused = |packed: &[u8], description: &str| unpack(packed, description).unwrap_err().to_string();
    assert_eq!(
        refused(&pack(&other(&base)).unwrap(), &description),
        "could not unpack the base: its digest is not the one in its description"
    );
    let code = other(&base);
    assert_eq!(
        refused(&patch(&code, &base).unwrap(), &describe(COMPONENT, &code, Some(&base))),
        "could not unpack the base: it is a patch itself"
    );
}

/// The engine's flags are recorded in the code as their name and a boolean; loading checks them against the machine.
#[test]
fn only_the_baseline_instruction_set_is_used() {
    let code = compile(COMPONENT).unwrap();
    for flag in
        ["has_sse41", "has_avx", "has_avx2", "has_avx512f", "has_fma", "has_popcnt", "has_bmi1", "has_lzcnt"]
    {
        let value = code
            .windows(flag.len() + 2)
            .find_map(|window| window.strip_prefix(flag.as_bytes()))
            .unwrap_or_else(|| panic!("`{flag}` is not recorded"));
        assert_eq!(value, [2, 0], "`{flag}` is required");
    }
}

#[test]
fn what_is_not_a_component_is_refused() {
    let module = &COMPONENT[10..];
    assert!(compile(module).unwrap_err().to_string().starts_with("could not compile the component: "));
}
