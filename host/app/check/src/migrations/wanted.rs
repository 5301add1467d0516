//! What a new version has to change, so that the migrations make what the models declare.

use std::collections::BTreeSet;

use belljar_diff::{Action, Change, Diff, Effect, Note, Options, Path, Rename, Subject};
use belljar_schema::{Certainty, Document};

use super::{Migrations, counts, finding, prepare, view};

/// The changes that a version has to make.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The recorded head, with the tables that are compared.
    pub base: Document,
    /// The models, with the tables that are compared.
    pub head: Document,
    /// The changes from one to the other, for people. What can't be determined is undetermined in it.
    pub shown: Diff,
    /// The same with what no database shows, as no change of it: for the way back, which leaves that out too.
    pub diff: Diff,
    /// What is not compared, each as a sentence.
    pub not_compared: Vec<String>,
    /// Differences that no change of the diff stands for, each as a sentence.
    pub unwritten: Vec<String>,
}

/// What identifies a change, whatever its values and aspects are.
type Key = (Subject, Action, Path, Option<Path>);

fn key(change: &Change) -> Key {
    (change.subject, change.action, change.path.clone(), change.was.clone())
}

/// Marks the changes that are not real as none of the database: those without the code and the key of a real one, or its
/// key. Returns the keys of real ones that nothing matches.
fn keep_real(changes: &mut [Change], real: &BTreeSet<(String, Key)>) -> Vec<Key> {
    let written: BTreeSet<(String, Key)> =
        changes.iter().map(|change| (change.code.clone(), key(change))).collect();
    let others: BTreeSet<&Key> = real.difference(&written).map(|(_, key)| key).collect();
    let mut found = BTreeSet::new();
    for change in changes {
        let key = key(change);
        if others.contains(&key) || real.contains(&(change.code.clone(), key.clone())) {
            found.insert(key);
        } else {
            change.effect = Effect::Information;
        }
    }
    others.into_iter().filter(|key| !found.contains(*key)).cloned().collect()
}

fn is_determined(change: &Change) -> bool {
    change.certainty != Certainty::CannotTell && !matches!(change.action, Action::Missing | Action::Unseen)
}

/// The changes from the head of an environment to the models.
///
/// They are found as [`compare`](super::compare) does, so that it finds nothing afterwards, and have the values that the
/// code declares: those that are compared lack what no database shows.
pub fn wanted(migrations: &Migrations<'_>, models: &Document, renames: Vec<Rename>) -> Wanted {
    let written = prepare::select(migrations, models);
    let mut options = Options { renames, databases: vec![migrations.dialect.to_owned()] };
    let (mut base, mut head) = (written.migrations.clone(), written.models.clone());
    view::align(&mut base, &mut head, migrations.dialect);
    let compared = belljar_diff::diff(&base, &head, &options).changes;
    options.renames.extend(compared.iter().filter_map(found_rename));
    let diff = belljar_diff::diff(&written.migrations, &written.models, &options);
    let counted = compared.iter().filter(|change| counts(change, migrations.dialect));
    let real = counted.map(|change| (change.code.clone(), key(change))).collect();
    let mut changes = diff.changes.clone();
    let lost = keep_real(&mut changes, &real);
    for change in changes.iter_mut().filter(|change| change.effect == Effect::Database) {
        with_evidence(change, &compared);
        doubt(change, migrations, models);
    }
    let of_database = changes.iter().filter(|change| change.effect == Effect::Database);
    let shown = of_database.cloned().collect();
    let twice = written.ambiguous.iter();
    let twice =
        twice.map(|name| format!("the models declare the table {name} more than once: it is not compared"));
    let reasons = migrations.reasons.iter().map(|reason| format!("migrations: {}", reason.message));
    Wanted {
        base: written.migrations,
        head: written.models,
        shown: diff.clone().with_changes(shown),
        diff: diff.with_changes(changes),
        not_compared: twice.chain(of_other_kinds(models)).chain(reasons).collect(),
        unwritten: lost.iter().map(unwritten).collect(),
    }
}

/// A rename of a table that was found, so that it is one for what is written too.
fn found_rename(change: &Change) -> Option<Rename> {
    let was = change.was.as_ref().filter(|_| change.action == Action::Rename)?;
    let is_table = change.subject == Subject::Table;
    is_table.then(|| Rename { old: was.full_name(), new: Some(change.path.full_name()) })
}

/// Gives a rename the certainty and the evidence with which it was found.
fn with_evidence(change: &mut Change, compared: &[Change]) {
    let own = key(change);
    if let Some(found) = compared.iter().find(|it| it.action == Action::Rename && key(it) == own) {
        (change.certainty, change.notes) = (found.certainty, found.notes.clone());
    }
}

/// A difference of the databases that is none of what is written.
fn unwritten((subject, _, path, _): &Key) -> String {
    let part = path.part.as_deref().map(|part| format!(".{part}")).unwrap_or_default();
    format!("the difference in the {} {}{part} can't be written", subject.text(), path.full_name())
}

/// What a name has in it that something absent is a part of.
const UNKNOWN: char = '\u{27ea}';

/// Makes a change undetermined if the comparison with the models has a reason to doubt it.
fn doubt(change: &mut Change, migrations: &Migrations<'_>, models: &Document) {
    if !is_determined(change) {
        return;
    }
    let mut found = finding(change, migrations, models);
    if change.subject == Subject::Table && change.action == Action::Drop {
        let unnamed = models.tables.iter().find(|table| table.name.contains(UNKNOWN));
        found.notes.extend(unnamed.map(|table| {
            found.certainty = Certainty::CannotTell;
            format!("models: it may be the table `{}`, whose name is not known", table.name)
        }));
    }
    if found.certainty == Certainty::CannotTell {
        change.certainty = Certainty::CannotTell;
        let known: BTreeSet<String> = change.notes.iter().map(|note| note.message.clone()).collect();
        let new = found.notes.into_iter().filter(|message| !known.contains(message));
        change.notes.extend(new.map(|message| Note {
            code: "migrations".to_owned(),
            message,
            side: None,
            place: None,
            hint: None,
        }));
    }
}

/// Objects of the models that are no part of a comparison.
fn of_other_kinds(models: &Document) -> Option<String> {
    let counts = [
        (models.views.len(), "view"),
        (models.sequences.len(), "sequence"),
        (models.objects.len(), "other object"),
    ];
    let texts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| belljar_text::counted(*count, noun))
        .collect();
    (!texts.is_empty())
        .then(|| format!("{} of the models: they are not compared with the migrations", texts.join(", ")))
}
