use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An absent package that contributed to something partial or unresolved. Provided with `--wheelhouse`, it makes that
/// exact, unless there are other doubts about it.
///
/// Causes that no package helps with are not included: an environment variable, a setting, a missing file, a database,
/// a compiled extension. The reason of such a doubt has no `package`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Need {
    /// The name under which it is imported, dotted if only a part of a namespace is absent.
    pub import: String,
    /// The project's own requirement with that name, as it is written; null if there is none.
    pub requirement: Option<String>,
    /// Tables that it contributed to, directly or through a column.
    pub tables: usize,
    /// Columns that it contributed to.
    pub columns: usize,
    /// Unresolved items that it contributed to.
    pub unresolved: usize,
}

/// The normalised name of a project (PEP 503): `flask-foo` for `Flask_Foo`.
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
