//! Folders that are templates of a project (`{{cookiecutter.name}}/`): the contents of their files are decided when
//! they are filled in.

use std::collections::BTreeMap;

use belljar_schema::{Diagnostic, Severity};

use crate::{model::Finding, paths};

/// The part of a path that contains a template placeholder, if there is one: the folder, or the file.
pub(crate) fn find_placeholder(path: &str) -> Option<&str> {
    let is_template = |name: &str| {
        [("{{", "}}"), ("{%", "%}"), ("[[", "]]")]
            .iter()
            .any(|(open, close)| name.split_once(open).is_some_and(|(_, rest)| rest.contains(close)))
    };
    paths::ancestors(path).filter(|part| is_template(paths::file_name(part))).last()
}

/// Reports each folder or file whose name contains a placeholder, once.
pub(crate) fn diagnostics(candidates: &[Finding]) -> Vec<Diagnostic> {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for template in candidates.iter().filter_map(|finding| find_placeholder(&finding.path)) {
        *found.entry(template).or_default() += 1;
    }
    let to_diagnostic = |(template, count): (&str, usize)| {
        let files = if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
        let message = format!(
            "`{template}` is a template of a project: the contents of {files} with models are decided when it is \
             filled in"
        );
        Diagnostic::new(Severity::Warning, "template", message)
            .at(template, 0)
            .hint("fill in the template, and pass the resulting project")
    };
    found.into_iter().map(to_diagnostic).collect()
}

#[cfg(test)]
mod tests {
    use super::find_placeholder;

    #[test]
    fn names_that_are_filled_in() {
        for (path, expected) in [
            ("{{cookiecutter.name}}/app/models.py", Some("{{cookiecutter.name}}")),
            ("a/{{ project }}/{{ app }}.py", Some("a/{{ project }}")),
            ("a/{% if x %}b{% endif %}/c.py", Some("a/{% if x %}b{% endif %}")),
            ("[[project]]/a.py", Some("[[project]]")),
            ("a/{b}/c.py", None),
            ("a/b.py", None),
        ] {
            assert_eq!(find_placeholder(path), expected, "{path}");
        }
    }
}
