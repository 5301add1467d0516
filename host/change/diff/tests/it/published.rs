//! The JSON form is what its JSON Schema says.

use belljar_diff::{Diff, Options, diff, json_schema};
use belljar_testing::make::unresolved;

use crate::property;

#[test]
fn a_diff_is_valid_and_comes_back() {
    let schema = serde_json::to_value(json_schema()).expect("a JSON Schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid JSON Schema");
    let mut kinds = 0;
    for seed in 0..40 {
        let (base, mut head) = property::sample(seed);
        head.unresolved.push(unresolved("t1", None, "app/models.py"));
        let found = diff(&base, &head, &Options::default());
        kinds += found.changes.len();
        let json = serde_json::to_value(&found).expect("a diff is JSON");
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(serde_json::from_value::<Diff>(json).expect("what was written can be read"), found);
    }
    assert!(kinds > 100, "the samples hold changes");
}
