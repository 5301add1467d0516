//! Folders that are templates of a project (`{{cookiecutter.name}}/`): what their files hold is decided when somebody fills
//! them in.

use std::collections::BTreeMap;

use belljar_schema::{Diagnostic, Severity};

use crate::{model::Finding, paths};

/// The part of a path that a template names, if there is one: the folder, or the file.
pub(crate) fn of(path: &str) -> Option<&str> {
    let is_template = |name: &str| {
        [("{{", "}}"), ("{%", "%}"), ("[[", "]]")]
            .iter()
            .any(|(open, close)| name.split_once(open).is_some_and(|(_, rest)| rest.contains(close)))
    };
    paths::ancestors(path).filter(|part| is_template(paths::name(part))).last()
}

/// Says for each template what it is.
pub(crate) fn diagnostics(candidates: &[Finding]) -> Vec<Diagnostic> {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for template in candidates.iter().filter_map(|finding| of(&finding.path)) {
        *found.entry(template).or_default() += 1;
    }
    let say = |(template, count): (&str, usize)| {
        let files = if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
        let message = format!(
            "`{template}` is a template of a project: what {files} with models hold is decided when it is filled in"
        );
        Diagnostic::new(Severity::Warning, "template", message)
            .at(template, 0)
            .hint("fill the template in, and name the project that comes of it")
    };
    found.into_iter().map(say).collect()
}

#[cfg(test)]
mod tests {
    use super::of;

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
            assert_eq!(of(path), expected, "{path}");
        }
    }
}
