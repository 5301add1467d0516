//! Leaves out what a reader takes for granted: most fields of most columns.

use serde_json::{Map, Value};

/// A value without fields that are null, empty or false. The elements of lists stay, as their positions count.
pub(crate) fn pruned(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().map(|(name, inner)| (name, pruned(inner)));
            Value::Object(kept.filter(|(_, inner)| says_something(inner)).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(pruned).collect()),
        other => other,
    }
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_left_out() {
        let cases = [
            (json!({"a": null, "b": [], "c": {}, "d": false}), json!({})),
            (json!({"a": {"b": {"c": null}}}), json!({})),
            (json!({"a": 0, "b": "", "c": true}), json!({"a": 0, "b": "", "c": true})),
            (json!([null, false, {"a": null}, []]), json!([null, false, {}, []])),
            (json!({"a": [{"b": null}]}), json!({"a": [{}]})),
        ];
        for (before, after) in cases {
            assert_eq!(pruned(before.clone()), after, "{before}");
        }
    }
}
