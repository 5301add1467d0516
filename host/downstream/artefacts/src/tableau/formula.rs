use std::collections::BTreeSet;

/// A column in a formula: `[Column]`, or `[Data source].[Column]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldReference {
    /// The data source or relation, if it is another one.
    pub source: Option<String>,
    /// The name of the column.
    pub column: String,
}

/// The columns in a formula, in order, each once. Strings and comments are skipped; `]]` within brackets is a bracket.
pub fn references(formula: &str) -> Vec<FieldReference> {
    let mut out: Vec<FieldReference> = Vec::new();
    let mut seen: BTreeSet<FieldReference> = BTreeSet::new();
    let mut rest = formula;
    let mut source: Option<String> = None;
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = match first {
            '"' | '\'' => after.find(first).and_then(|end| after.get(end + 1..)).unwrap_or_default(),
            '/' if after.starts_with('/') => {
                after.find('\n').and_then(|end| after.get(end..)).unwrap_or_default()
            }
            '/' if after.starts_with('*') => {
                after.find("*/").and_then(|end| after.get(end + 2..)).unwrap_or_default()
            }
            '[' => {
                let Some((name, after)) = bracketed(after) else { break };
                if after.starts_with(".[") && source.is_none() {
                    source = Some(name);
                    after.get(1..).unwrap_or_default()
                } else {
                    let found = FieldReference { source: source.take(), column: name };
                    if seen.insert(found.clone()) {
                        out.push(found);
                    }
                    after
                }
            }
            _ => after,
        };
        if out.len() >= MOST {
            break;
        }
    }
    out
}

/// The maximum number of columns of one formula.
const MOST: usize = 1_000;

/// The text before the closing bracket, and the text after it.
pub(super) fn bracketed(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let end = rest.find(']')?;
        name.push_str(rest.get(..end)?);
        rest = rest.get(end + 1..)?;
        match rest.strip_prefix(']') {
            Some(after) => {
                name.push(']');
                rest = after;
            }
            None => return Some((name, rest)),
        }
    }
}

/// The parts of `[schema].[table]`.
pub(super) fn parts(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.strip_prefix('[') {
        let Some((name, after)) = bracketed(start) else { break };
        out.push(name);
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    if out.is_empty() && !text.is_empty() {
        out.push(text.to_owned());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(formula: &str) -> Vec<String> {
        let show = |found: FieldReference| match found.source {
            Some(source) => format!("{source}.{}", found.column),
            None => found.column,
        };
        references(formula).into_iter().map(show).collect()
    }

    #[test]
    fn columns_of_formulas() {
        assert_eq!(names("SUM([a]) / COUNTD([B c])"), ["a", "B c"]);
        assert_eq!(names("[Parameters].[p] + [ds].[x] + [x]"), ["Parameters.p", "ds.x", "x"]);
        assert_eq!(names("IF '[no]' = \"[no]\" THEN [a]]b] END // [no]\n+ [c] /* [no] */"), ["a]b", "c"]);
        assert_eq!(names("{FIXED [a]: MAX([a])}"), ["a"]);
        assert_eq!(names("[a"), Vec::<String>::new());
        assert_eq!(names("'[a]"), Vec::<String>::new());
    }

    #[test]
    fn parts_of_names() {
        assert_eq!(parts("[public].[users]"), ["public", "users"]);
        assert_eq!(parts("[a]]b]"), ["a]b"]);
        assert_eq!(parts("users"), ["users"]);
        assert_eq!(parts(""), Vec::<String>::new());
    }
}
