use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A package that is absent and had a part in something that is partial or unresolved. Given with `--wheelhouse`, it
/// makes that exact, unless something else is in doubt about it too.
///
/// Not among these is what no package helps with: an environment variable, a setting, a file that is not there, a
/// database, a compiled extension. The reason of such a thing has no `package`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Need {
    /// The name that it is imported by, dotted where only a part of a namespace is absent.
    pub import: String,
    /// The project's own requirement with that name, as it is written; null where none has it.
    pub requirement: Option<String>,
    /// Tables that it had a part in, by themselves or by a column.
    pub tables: usize,
    /// Columns that it had a part in.
    pub columns: usize,
    /// Unresolved items that it had a part in.
    pub unresolved: usize,
}

/// The name of a project in the one form that all its spellings have in common (PEP 503): `flask-foo` for
/// `Flask_Foo`.
pub fn project_name(name: &str) -> String {
    let parts: Vec<String> =
        name.split(['-', '_', '.']).filter(|part| !part.is_empty()).map(str::to_lowercase).collect();
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::project_name;

    #[test]
    fn spellings_of_one_project() {
        for name in ["flask-foo", "Flask_Foo", "flask.foo", "FLASK-_foo"] {
            assert_eq!(project_name(name), "flask-foo");
        }
    }
}
