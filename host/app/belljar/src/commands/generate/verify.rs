//! Extracts generated models again, and compares them with the schema that they are of.

use std::collections::BTreeMap;

use belljar_diff::{Aspect, Change, Diff, Subject, diff, render::Text};
use belljar_engine::{Options, Source, extract};
use belljar_migrate::generate::{Gap, Generated};
use belljar_schema::{Document, Severity};
use belljar_snapshots::Snapshots;
use belljar_tree::Tree;
use serde_json::Value;

use crate::{
    failure::Failure,
    live_database,
    session::Session,
    source_config::SourceConfig,
    terminal::{messages, progress::Bars},
};

/// The first generation of SQLAlchemy that can run the models.
const FIRST: &str = "2.0";

/// The note of a change between sides that ran with different releases of SQLAlchemy.
const OTHER_RELEASE: &str = "other-sqlalchemy";

/// Extracts models as any source, and reports whether they give the same schema.
pub(super) fn verify(
    mut base: Document,
    generated: &Generated,
    source_config: &SourceConfig,
    snapshots: &Snapshots,
    session: &mut Session,
) -> Result<bool, Failure> {
    let mut head = extracted(&base, generated, source_config, snapshots)?;
    let counts = (head.tables.len(), head.tables.iter().map(|table| table.columns.len()).sum::<usize>());
    live_database::align(&mut base, &mut head);
    for document in [&mut base, &mut head] {
        unqualify(document);
    }
    let found = diff(&base, &head, &belljar_diff::Options::default());
    let (of_releases, changes): (Vec<_>, Vec<_>) =
        found.changes.iter().filter(|change| is_of_schema(change)).cloned().partition(is_of_release);
    let is_expected = |change: &Change| generated.gaps.iter().any(|gap| covers(gap, change));
    let changes = changes.into_iter().filter(|change| !is_expected(change)).collect();
    let mut found = found.with_changes(changes);
    found.diagnostics = head.diagnostics;
    found.diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    Ok(reported(&found, counts, (generated, of_releases.len()), session))
}

/// Reports the result.
fn reported(
    found: &Diff,
    counts: (usize, usize),
    (generated, of_releases): (&Generated, usize),
    session: &mut Session,
) -> bool {
    if !found.changes.is_empty() || !found.diagnostics.is_empty() {
        let text = Text(found).to_string();
        session.report(|out| {
            messages::not_verified(out, found.changes.len() + found.diagnostics.len());
            out.push_str(&text);
        });
        return false;
    }
    let mut notes = Vec::new();
    if of_releases > 0 {
        notes.push(format!(
            "{of_releases} types have other DDL in some databases only because the models ran with another release of SQLAlchemy"
        ));
    }
    if generated.doubts > 0 {
        notes.push(format!(
            "{} parts of the schema are in doubt; comments in the models say why",
            generated.doubts
        ));
    }
    session.report(|out| messages::verified(out, counts, generated.gaps.len(), &notes));
    true
}

/// The schema of the models, which run as those of any stranger.
fn extracted(
    base: &Document,
    generated: &Generated,
    source_config: &SourceConfig,
    snapshots: &Snapshots,
) -> Result<Document, Failure> {
    let source = Source {
        tree: Tree::in_memory(generated.files.iter().map(|(name, text)| (name.clone(), text.clone()))),
        diagnostics: Vec::new(),
        description: "the generated models".to_owned(),
        compiled: BTreeMap::new(),
    };
    let version = &base.sqlalchemy.version;
    let is_first = version.starts_with(FIRST).then(|| FIRST.to_owned());
    let newest = snapshots.versions().last().map(|version| (*version).to_owned());
    let limits = source_config.options.limits.clone();
    let options = Options { limits, sqlalchemy: is_first.or(newest), ..Options::default() };
    let (_bars, progress) = Bars::new(source_config.level);
    match extract(&source, snapshots, &options, &progress) {
        Ok(extraction) => Ok(extraction.document),
        Err(belljar_engine::ExtractError::NothingFound { .. }) => {
            Ok(Document::empty(env!("CARGO_PKG_VERSION"), base.sqlalchemy.clone()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether a change is one of the schema: classes and relationships are new, and names of attributes need not stay.
fn is_of_schema(change: &Change) -> bool {
    let is_of_code = matches!(change.subject, Subject::Class | Subject::Relationship | Subject::Property);
    let aspect = change.aspects.first();
    !is_of_code && !matches!(aspect, Some(Aspect::Class | Aspect::Attribute))
}

fn is_of_release(change: &Change) -> bool {
    change.notes.iter().any(|note| note.code == OTHER_RELEASE)
}

/// Whether a gap says that a change is expected.
fn covers(gap: &Gap, change: &Change) -> bool {
    let name = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned));
    let subject = name(serde_json::to_value(change.subject).ok()).unwrap_or_default();
    let aspect = change.aspects.first().and_then(|aspect| name(serde_json::to_value(aspect).ok()));
    let is_aspect = gap.aspect.is_empty() || aspect.as_ref() == Some(&gap.aspect);
    let path = &change.path;
    // A type that a column does not get is one that the models do not have.
    if matches!(change.subject, Subject::Type | Subject::EnumValue) {
        return gap.subject == "column" && gap.aspect == "type"
            || gap.subject == "type" && gap.table == path.name;
    }
    gap.subject == subject
        && is_aspect
        && gap.schema == path.schema
        && gap.table == path.name
        && gap.part == path.part.as_deref().unwrap_or_default()
}

/// Removes the names of their own tables from expressions: the code may have had them, and DDL has none.
fn unqualify(document: &mut Document) {
    for table in &mut document.tables {
        let qualified = table.schema.as_ref().map(|schema| format!("{schema}.{}.", table.name));
        let prefixes: Vec<String> = qualified.into_iter().chain([format!("{}.", table.name)]).collect();
        let plain = |text: &mut String| prefixes.iter().for_each(|prefix| *text = without(text, prefix));
        table.checks.iter_mut().for_each(|check| plain(&mut check.sql));
        table
            .columns
            .iter_mut()
            .filter_map(|column| column.computed.as_mut())
            .for_each(|one| plain(&mut one.sql));
        for index in &mut table.indexes {
            index.columns.iter_mut().for_each(plain);
            index.elements.iter_mut().for_each(|element| plain(&mut element.sql));
            index
                .options
                .iter_mut()
                .filter(|(name, _)| name.ends_with("_where"))
                .for_each(|(_, text)| plain(text));
            // SQLAlchemy's name of an expression is about the code.
            let own = index.elements.iter().zip(&mut index.columns);
            own.filter(|(element, _)| element.column.is_none())
                .for_each(|(element, text)| text.clone_from(&element.sql));
        }
    }
}

/// A text without a prefix of names outside of literals.
fn without(text: &str, prefix: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut quote) = (text, None);
    while let Some(letter) = rest.chars().next() {
        let is_start = !out.ends_with(|last: char| last.is_alphanumeric() || "_.\"$".contains(last));
        if quote.is_none() && is_start && rest.starts_with(prefix) {
            rest = rest.strip_prefix(prefix).unwrap_or_default();
            continue;
        }
        quote = match quote {
            None if letter == '\'' || letter == '"' => Some(letter),
            Some(open) if open == letter => None,
            other => other,
        };
        out.push(letter);
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn only_names_of_the_own_table_are_removed() {
        for (text, plain) in [
            ("t.a > 0 AND t.b < 1", "a > 0 AND b < 1"),
            ("at.a > 0 AND s.t.b < 1", "at.a > 0 AND s.t.b < 1"),
            ("a = 't.a' AND \"t.b\" = t.c", "a = 't.a' AND \"t.b\" = c"),
            ("lower(t.é)", "lower(é)"),
        ] {
            assert_eq!(without(text, "t."), plain);
        }
    }
}
