//! The modules that declare tables, and the index of their declarations.

mod closure;
mod exports;
mod read;

use std::collections::BTreeMap;

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::Tree;

use crate::{StaticIndex, index::FileFacts, model::Finding, modules::Modules, paths, scan::PyFile};
use closure::Models;

/// The combined results of the parsed files.
#[derive(Debug)]
pub(crate) struct Found {
    /// The candidates, sorted by path.
    pub(crate) candidates: Vec<Finding>,
    pub(crate) index: StaticIndex,
    /// Number of parsed files.
    pub(crate) parsed: usize,
}

/// Parses files that may declare tables, and then those that subclass a class that was found.
pub(crate) fn find(
    tree: &Tree,
    files: &[PyFile],
    modules: &Modules,
    diagnostics: &mut Vec<Diagnostic>,
) -> Found {
    let kept = || files.iter().filter(|file| file.rule.is_none() && file.readable);
    let (mut waiting, ready): (Vec<&PyFile>, Vec<&PyFile>) = kept().partition(|file| !file.hint.declares);
    let mut facts: Vec<FileFacts> = Vec::new();
    let mut parsed = ready.len();
    facts.extend(ready.into_iter().filter_map(|file| read::file(tree, file, modules, diagnostics)));
    let mut models = Models::new(files, modules);
    // Diagnostics for files that may be related to tables.
    let mut trials: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    loop {
        models.close(&facts, modules);
        let subclasses = |file: &PyFile| file.outline.bases.iter().any(|base| models.names(base));
        let (next, rest): (Vec<&PyFile>, Vec<&PyFile>) =
            waiting.into_iter().partition(|file| subclasses(file) || models.concern(file, modules));
        waiting = rest;
        if next.is_empty() {
            break;
        }
        parsed += next.len();
        for file in next {
            let mut said = Vec::new();
            let read = read::file(tree, file, modules, &mut said);
            if subclasses(file) {
                diagnostics.append(&mut said);
            } else {
                trials.insert(file.path.clone(), said);
            }
            facts.extend(read);
        }
    }
    if models.is_over_limit() {
        let message = "the modules import more names from each other than the limit; files that use a model only under \
                       such a name may be missed";
        let hint = "import names instead of `*`";
        diagnostics.push(Diagnostic::new(Severity::Warning, "too-many-names", message).hint(hint));
    }
    facts.sort_by(|a, b| a.path.cmp(&b.path));
    mark_declarative(&mut facts, models.by_bases(), modules);
    facts.retain(|file| match trials.get_mut(&file.path) {
        Some(said) => {
            let has_reason = models.reasons(file, modules).next().is_some();
            if has_reason {
                diagnostics.append(said);
            }
            has_reason
        }
        None => true,
    });
    let candidates = candidates(&facts, &models, modules, diagnostics);
    Found { candidates, index: index(facts), parsed }
}

fn candidates(
    facts: &[FileFacts],
    models: &Models,
    modules: &Modules,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in facts {
        let Some((reason, line)) = models.reasons(file, modules).min() else { continue };
        if paths::file_name(&file.path).matches('.').count() > 1 {
            let message = format!("`{}` declares tables, but no import can name it", file.path);
            diagnostics.push(
                Diagnostic::new(Severity::Warning, "unimportable-name", message)
                    .at(&file.path, line)
                    .hint("a module's file name has one dot, before `py`"),
            );
            continue;
        }
        findings.push(Finding { path: file.path.clone(), reason, line });
    }
    findings
}

/// Marks the classes that derive from a declarative base.
fn mark_declarative(facts: &mut [FileFacts], mut models: Models, modules: &Modules) {
    models.close(facts, modules);
    for file in facts.iter_mut() {
        let found: Vec<bool> =
            file.classes.iter().map(|class| models.is_declarative(class, file, modules)).collect();
        for (class, found) in file.classes.iter_mut().zip(found) {
            class.decl.declarative = found;
        }
    }
}

fn index(facts: Vec<FileFacts>) -> StaticIndex {
    let (mut classes, mut tables, mut loose) = (Vec::new(), Vec::new(), Vec::new());
    let (mut chosen, mut placed) = (BTreeMap::new(), BTreeMap::new());
    for file in facts {
        if !file.placed.is_empty() {
            placed.insert(file.path.clone(), file.placed);
        }
        if !file.chosen.is_empty() {
            chosen.insert(file.path.clone(), file.chosen);
        }
        classes.extend(file.classes.into_iter().map(|class| class.decl));
        tables.extend(file.tables);
        loose.extend(file.items);
    }
    let mut index = StaticIndex::new(classes, tables, loose);
    index.set_chosen(chosen);
    index.set_placed(placed);
    index
}

/// The declarations of one file, as far as they are known without the others.
pub(crate) fn facts_of(tree: &Tree, path: &str) -> Option<FileFacts> {
    read::one(tree, path, &Modules::default(), &mut Vec::new())
}

#[cfg(test)]
mod renamed_tests;
#[cfg(test)]
mod tests;
