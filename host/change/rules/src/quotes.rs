//! Names in backticks that hold backticks themselves. Left as they are, what is a name and what is ours could not be
//! determined.

use belljar_diff::Change;
use serde_json::Value;

/// How a backtick within a name is shown.
const TICK: &str = "\\u{60}";

/// A message in which no name of the change ends its quotes.
pub(crate) fn unambiguous(message: String, change: &Change) -> String {
    // One name without backticks of its own has two: nearly every message.
    if message.matches('`').count() <= 2 {
        return message;
    }
    let mut names = Vec::new();
    if let Ok(value) = serde_json::to_value(change) {
        collect(&value, &mut names);
    }
    // The longest first: one may be a part of another.
    names.sort_by_key(|name| (std::cmp::Reverse(name.len()), name.clone()));
    names.dedup();
    names.iter().fold(message, |message, name| message.replace(name.as_str(), &within_quotes(name)))
}

/// A name that is put into backticks.
pub fn within_quotes(name: &str) -> String {
    name.replace('`', TICK)
}

/// All texts with a backtick; messages of reasons quote with backticks too, and are sentences.
fn collect(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains('`') => names.push(text.clone()),
        Value::Array(all) => all.iter().for_each(|value| collect(value, names)),
        Value::Object(all) => {
            let texts = all
                .iter()
                .filter(|(key, _)| !["message", "hint", "notes", "reasons"].contains(&key.as_str()));
            texts.for_each(|(_, value)| collect(value, names));
        }
        _ => {}
    }
}
