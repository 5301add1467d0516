use std::sync::Arc;

use belljar_schema::{Diagnostic, Severity};
use belljar_text::did_you_mean;
use belljar_tree::Tree;
use globset::{Glob, GlobMatcher};

use crate::GraphConfig;

/// The maximum number of files of one pattern.
const MOST: usize = 10_000;

/// The tool that wrote an artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// dbt's `manifest.json`, with the `catalog.json` next to it.
    Dbt,
    /// The output of `dataform compile --json`.
    Dataform,
    /// A LookML file; all of them form one project.
    Lookml,
    /// A workbook or a data source of Tableau, packed or not.
    Tableau,
}

/// A file that some tool wrote.
#[derive(Debug, Clone)]
pub struct Artefact {
    /// The tool that wrote it.
    pub form: Form,
    /// Its name in messages and places.
    pub path: String,
    /// The contents of the file.
    pub bytes: Arc<[u8]>,
    /// dbt's catalog, if there is one.
    pub catalog: Option<Arc<[u8]>>,
}

/// The artefacts in a tree that the configuration names, and diagnostics for patterns that name none.
pub fn pick(config: &GraphConfig, tree: &Tree) -> (Vec<Artefact>, Vec<Diagnostic>) {
    let (mut found, mut diagnostics) = (Vec::new(), Vec::new());
    let all = [
        (Form::Dbt, &config.dbt),
        (Form::Dataform, &config.dataform),
        (Form::Lookml, &config.lookml),
        (Form::Tableau, &config.tableau),
    ];
    for (form, patterns) in all {
        for pattern in patterns {
            // Invalid patterns were rejected when the configuration was read.
            let Ok(glob) = Glob::new(pattern) else { continue };
            let paths = matching(tree, &glob.compile_matcher());
            if paths.is_empty() {
                diagnostics.push(nothing(tree, pattern, &config.file));
            }
            if paths.len() > MOST {
                let message =
                    format!("`{pattern}` matches {} files, of which the first {MOST} are read", paths.len());
                diagnostics.push(Diagnostic::new(Severity::Warning, "too-many-artefacts", message));
            }
            for path in paths.into_iter().take(MOST) {
                match tree.read(path) {
                    Ok(bytes) => {
                        let catalog = catalog_of(path).and_then(|path| tree.read(&path).ok());
                        found.push(Artefact { form, path: path.to_owned(), bytes, catalog });
                    }
                    Err(error) => {
                        let unread =
                            Diagnostic::new(Severity::Error, "artefact-unreadable", error.to_string());
                        diagnostics.push(unread.at(path, 0));
                    }
                }
            }
        }
    }
    found.sort_by(|one, other| (one.form, &one.path).cmp(&(other.form, &other.path)));
    found.dedup_by(|one, other| (one.form, &one.path) == (other.form, &other.path));
    (found, diagnostics)
}

fn matching<'a>(tree: &'a Tree, glob: &GlobMatcher) -> Vec<&'a str> {
    tree.files().map(|(path, _)| path).filter(|path| glob.is_match(path)).collect()
}

/// The catalog that dbt writes beside a manifest.
fn catalog_of(manifest: &str) -> Option<String> {
    Some(format!("{}catalog.json", manifest.strip_suffix("manifest.json")?))
}

fn nothing(tree: &Tree, pattern: &str, file: &str) -> Diagnostic {
    let message = format!("`{pattern}` of `downstream` matches no file of the source");
    let hint = did_you_mean(pattern, tree.files().map(|(path, _)| path))
        .unwrap_or_else(|| "name files of this repository; pass other files on the command line".to_owned());
    Diagnostic::new(Severity::Error, "no-artefact", message).at(file, 0).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artefacts_are_those_of_the_tree() {
        let files = [("dbt/target/manifest.json", "{}"), ("dbt/target/catalog.json", "{}"), ("l/a.lkml", "")];
        let tree = Tree::in_memory(files);
        let config = GraphConfig {
            dbt: vec!["dbt/target/manifest.json".to_owned(), "**/manifest.json".to_owned()],
            lookml: vec!["l/*".to_owned()],
            tableau: vec!["dbt/target/manifest.jsn".to_owned(), "../x".to_owned()],
            ..GraphConfig::default()
        };
        let (found, diagnostics) = pick(&config, &tree);
        let names: Vec<(&str, bool)> =
            found.iter().map(|one| (one.path.as_str(), one.catalog.is_some())).collect();
        assert_eq!(names, [("dbt/target/manifest.json", true), ("l/a.lkml", false)]);
        let hints: Vec<&str> = diagnostics.iter().filter_map(|one| one.hint.as_deref()).collect();
        assert_eq!(hints.len(), 2);
        assert_eq!(hints[0], "did you mean `dbt/target/manifest.json`?");
    }
}
