//! Limits on the memory of untrusted JSON: a multiple of its size.

/// The memory that any text may use, in bytes.
const ALWAYS: usize = 48 << 20;

/// The memory that a text may use, as a multiple of its size. A manifest written by dbt uses 5 to 10 times its size.
const TIMES: usize = 16;

/// The size of a `BTreeMap` node with room for eleven entries of a JSON tree.
const NODE: usize = 640;

/// The size of an entry of an object besides its node: its key.
const ENTRY: usize = 40;

/// The size of an item of a list, with the spare capacity of a growing list.
const ITEM: usize = 80;

/// The remaining memory for the contents of one text.
#[derive(Debug, Clone)]
pub struct Budget {
    left: usize,
}

impl Budget {
    /// The memory for a text of a given size.
    pub const fn for_size(size: usize) -> Self {
        Self { left: ALWAYS.saturating_add(size.saturating_mul(TIMES)) }
    }

    /// Takes memory if enough is left.
    pub const fn take(&mut self, bytes: usize) -> bool {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    /// Whether enough memory is left.
    pub const fn has(&self, bytes: usize) -> bool {
        bytes <= self.left
    }
}

/// An open object or list.
enum Open {
    /// An object with its number of entries so far.
    Object(usize),
    List,
}

/// An upper bound for the size of a text as a tree of `serde_json`, in bytes. The text does not have to be JSON.
pub fn decoded_size(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut decoded_size, mut at) = (text.len(), 0);
    let mut open: Vec<Open> = Vec::new();
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => at = behind_string(bytes, at),
            b'{' => open.push(Open::Object(0)),
            b'[' => {
                // An empty one needs no node.
                decoded_size += if bytes.get(at) == Some(&b']') { 0 } else { NODE / 4 };
                open.push(Open::List);
            }
            b'}' | b']' => drop(open.pop()),
            b':' => {
                if let Some(Open::Object(entries)) = open.last_mut() {
                    *entries += 1;
                    // The first eleven share a node, and then every five.
                    let begins = *entries == 1 || *entries > 11 && *entries % 5 == 2;
                    decoded_size += ENTRY + if begins { NODE } else { 0 };
                }
            }
            b',' if matches!(open.last(), Some(Open::List)) => decoded_size += ITEM,
            _ => {}
        }
    }
    // When fields of a type are deserialized, the rest of the object is buffered in another form first.
    decoded_size.saturating_add(decoded_size / 2)
}

fn behind_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_weighs_a_few_times_its_length() {
        let column = r#""id": {"name": "id", "description": "", "meta": {}, "data_type": null, "constraints": [], "quote": null, "tags": []}"#;
        let node = format!(
            r#"{{"database": "d", "schema": "s", "name": "n", "resource_type": "model", "columns": {{{}}}, "raw_code": "{}"}}"#,
            vec![column; 20].join(", "),
            "select a.b, '{[' from x where y = 1 ".repeat(20),
        );
        let times = decoded_size(&node) / node.len();
        assert!((2..TIMES * 3 / 4).contains(&times), "{times}");
    }

    #[test]
    fn what_becomes_much_weighs_much() {
        let times = |unit: &str| {
            let text = format!("[{}0]", unit.repeat(10_000));
            decoded_size(&text) / text.len()
        };
        assert!(times("{\"\":0},") > 100 && times("[],") > 30 && times("0,") > 50);
        assert!(times("\"{{{[[[,,,::: \\\" {\",") < 10, "a string is one value");
        let keys: Vec<String> = (0..10_000).map(|at| format!("\"{at}\":0,")).collect();
        assert!(decoded_size(&format!("{{{}\"\":0}}", keys.concat())) > 10_000 * 160);
    }

    #[test]
    fn what_is_no_json_has_a_weight_too() {
        for text in ["", "\"", "\"\\", "]}:,", "{{{[[["] {
            assert!(decoded_size(text) < 10_000, "{text}");
        }
    }

    #[test]
    fn a_budget_is_used_up() {
        let mut budget = Budget::for_size(1 << 20);
        assert!(budget.take(ALWAYS) && budget.has(TIMES << 20) && !budget.has((TIMES << 20) + 1));
        assert!(!budget.take(usize::MAX) && budget.take(TIMES << 20) && !budget.take(1));
    }
}
