use std::sync::Arc;

use belljar_schema::{Diagnostic, Severity};
use belljar_text::did_you_mean;
use belljar_tree::Tree;
use globset::{Glob, GlobMatcher};

use crate::Settings;

/// The most files that one pattern takes.
const MOST: usize = 10_000;

/// Which tool wrote an artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// dbt's `manifest.json`, of which a `catalog.json` beside it is a part.
    Dbt,
    /// What `dataform compile --json` writes.
    Dataform,
    /// A file of LookML; all of them are one project.
    Lookml,
    /// A workbook or a data source of Tableau, packed or not.
    Tableau,
}

/// A file that some tool wrote.
#[derive(Debug, Clone)]
pub struct Artefact {
    /// Which.
    pub form: Form,
    /// What it is called in messages and places.
    pub path: String,
    /// What is in it.
    pub bytes: Arc<[u8]>,
    /// dbt's catalog, where there is one.
    pub catalog: Option<Arc<[u8]>>,
}

/// The artefacts that the settings name in a tree, and what is to be said of patterns that name none.
pub fn pick(settings: &Settings, tree: &Tree) -> (Vec<Artefact>, Vec<Diagnostic>) {
    let (mut found, mut said) = (Vec::new(), Vec::new());
    let all = [
        (Form::Dbt, &settings.dbt),
        (Form::Dataform, &settings.dataform),
        (Form::Lookml, &settings.lookml),
        (Form::Tableau, &settings.tableau),
    ];
    for (form, patterns) in all {
        for pattern in patterns {
            // Whoever read the settings has refused what is no glob.
            let Ok(glob) = Glob::new(pattern) else { continue };
            let paths = matching(tree, &glob.compile_matcher());
            if paths.is_empty() {
                said.push(nothing(tree, pattern));
            }
            if paths.len() > MOST {
                let message =
                    format!("`{pattern}` names {} files, and the first {MOST} are read", paths.len());
                said.push(Diagnostic::new(Severity::Warning, "too-many-artefacts", message));
            }
            for path in paths.into_iter().take(MOST) {
                match tree.read(path) {
                    Ok(bytes) => {
                        let catalog = catalog_of(path).and_then(|path| tree.read(&path).ok());
                        found.push(Artefact { form, path: path.to_owned(), bytes, catalog });
                    }
                    Err(error) => {
                        let said_of =
                            Diagnostic::new(Severity::Error, "artefact-unreadable", error.to_string());
                        said.push(said_of.at(path, 0));
                    }
                }
            }
        }
    }
    found.sort_by(|one, other| (one.form, &one.path).cmp(&(other.form, &other.path)));
    found.dedup_by(|one, other| (one.form, &one.path) == (other.form, &other.path));
    (found, said)
}

fn matching<'a>(tree: &'a Tree, glob: &GlobMatcher) -> Vec<&'a str> {
    tree.files().map(|(path, _)| path).filter(|path| glob.is_match(path)).collect()
}

/// The catalog that dbt writes beside a manifest.
fn catalog_of(manifest: &str) -> Option<String> {
    Some(format!("{}catalog.json", manifest.strip_suffix("manifest.json")?))
}

fn nothing(tree: &Tree, pattern: &str) -> Diagnostic {
    let message = format!("`{pattern}` of `downstream` names no file of what is checked");
    let hint = did_you_mean(pattern, tree.files().map(|(path, _)| path))
        .unwrap_or_else(|| "name files of this repository; others are given on the command line".to_owned());
    Diagnostic::new(Severity::Error, "no-artefact", message).at("belljar.toml", 0).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artefacts_are_those_of_the_tree() {
        let files = [("dbt/target/manifest.json", "{}"), ("dbt/target/catalog.json", "{}"), ("l/a.lkml", "")];
        let tree = Tree::in_memory(files);
        let settings = Settings {
            dbt: vec!["dbt/target/manifest.json".to_owned(), "**/manifest.json".to_owned()],
            lookml: vec!["l/*".to_owned()],
            tableau: vec!["dbt/target/manifest.jsn".to_owned(), "../x".to_owned()],
            ..Settings::default()
        };
        let (found, said) = pick(&settings, &tree);
        let names: Vec<(&str, bool)> =
            found.iter().map(|one| (one.path.as_str(), one.catalog.is_some())).collect();
        assert_eq!(names, [("dbt/target/manifest.json", true), ("l/a.lkml", false)]);
        let hints: Vec<&str> = said.iter().filter_map(|one| one.hint.as_deref()).collect();
        assert_eq!(hints.len(), 2);
        assert_eq!(hints[0], "did you mean `dbt/target/manifest.json`?");
    }
}
