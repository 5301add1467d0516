//! The job for the guest.

use std::collections::{BTreeMap, BTreeSet};

use belljar_diff::{Action, Certainty, Change, Diff, Effect, Path, Subject};
use belljar_schema::{DeclaredObject, Document, NamedType, Table, View};
use serde::Serialize;
use serde_json::Value;

use crate::{Request, pieces};

/// The job as sent; see `guest/belljar_guest/render/job.py`.
#[derive(Serialize)]
struct Job<'a> {
    render: Rendering<'a>,
}

#[derive(Serialize)]
struct Rendering<'a> {
    #[serde(flatten)]
    there: Way<'a>,
    /// The way back; only for a script.
    back: Option<Way<'a>>,
    dialects: [&'a str; 1],
}

/// One direction between the sides.
#[derive(Serialize)]
struct Way<'a> {
    base: Side<'a>,
    head: Side<'a>,
    changes: &'a [Change],
}

#[derive(Serialize)]
struct Side<'a> {
    tables: Vec<&'a Table>,
    types: &'a [NamedType],
    /// `schema` and `name` of all other tables, which foreign keys may refer to.
    others: Vec<(Option<&'a str>, &'a str)>,
    /// Dependents that a change of a table may conflict with.
    views: &'a [View],
    objects: Vec<&'a DeclaredObject>,
}

type Name<'a> = (Option<&'a str>, &'a str);

/// The job in the form that the guest reads: statements, or a script with the way back.
pub(crate) fn encode(request: Request<'_>, script: bool) -> Vec<u8> {
    let renamed = belljar_diff::renamed(request.base, request.diff);
    let base = renamed.as_ref().unwrap_or(request.base);
    let there = way(base, request.head, request.diff);
    // The reverse, as a diff from the head to the base with the renames of the head.
    let back = script.then(|| {
        let (end, mut diff) = belljar_diff::back(request.base, request.head, request.diff);
        leave_out(&mut diff, request.diff);
        (end, diff)
    });
    let renamed = back.as_ref().and_then(|(_, diff)| belljar_diff::renamed(request.head, diff));
    let back = back.as_ref().map(|(end, diff)| way(renamed.as_ref().unwrap_or(request.head), end, diff));
    // No map in it has keys that are no strings.
    let job = Job { render: Rendering { there, back, dialects: [request.dialect.name()] } };
    let mut job = serde_json::to_value(job).unwrap_or_default();
    let refused = pieces::refused(&job, request.dialect);
    if let Some(Value::Object(rendering)) = job.get_mut("render") {
        rendering.insert("refused".to_owned(), refused.into_iter().collect());
    }
    serde_json::to_vec(&job).unwrap_or_default()
}

/// A part of a change that is the same in both directions: what it is of, its name in the base, and how it is modified.
type Key = (Subject, Option<String>, String, Option<String>, Option<String>);

/// Leaves out of the way back what the way there leaves out: what can't be determined, and what is no change of the
/// database.
fn leave_out(back: &mut Diff, there: &Diff) {
    let tables = there.changes.iter().filter(|change| change.subject == Subject::Table);
    let renamed: BTreeMap<Name<'_>, &Path> = tables
        .filter_map(|change| {
            Some(((change.path.schema.as_deref(), change.path.name.as_str()), change.was.as_ref()?))
        })
        .collect();
    let key = |change: &Change, path: &Path| -> Key {
        let code = (change.action == Action::Modify).then(|| change.code.clone());
        (change.subject, path.schema.clone(), path.name.clone(), path.part.clone(), code)
    };
    let in_base = |change: &Change| {
        let path = change.was.as_ref().unwrap_or(&change.path);
        let table = renamed.get(&(path.schema.as_deref(), path.name.as_str())).copied().unwrap_or(path);
        let path = Path { schema: table.schema.clone(), name: table.name.clone(), ..path.clone() };
        key(change, &path)
    };
    let is_left_out = |change: &&Change| change.effect == Effect::Information || !is_determined(change);
    let left_out: BTreeMap<Key, &Change> =
        there.changes.iter().filter(is_left_out).map(|change| (in_base(change), change)).collect();
    for change in &mut back.changes {
        if let Some(other) = left_out.get(&key(change, &change.path)) {
            change.effect = other.effect;
            (change.certainty, change.notes) = (Certainty::CannotTell, other.notes.clone());
        }
    }
}

fn is_determined(change: &Change) -> bool {
    change.certainty != Certainty::CannotTell && !matches!(change.action, Action::Missing | Action::Unseen)
}

fn way<'a>(base: &'a Document, head: &'a Document, diff: &'a Diff) -> Way<'a> {
    let mut wanted: BTreeSet<Name<'_>> = BTreeSet::new();
    for change in &diff.changes {
        wanted.extend([Some(&change.path), change.was.as_ref()].into_iter().flatten().map(|path| {
            let schema: Option<&str> = path.schema.as_deref();
            (schema, path.name.as_str())
        }));
    }
    // Columns whose type changes.
    let touched: BTreeSet<&str> = base
        .types
        .iter()
        .chain(&head.types)
        .filter(|ty| wanted.contains(&(ty.schema.as_deref(), ty.name.as_str())))
        .flat_map(|ty| ty.columns.iter().filter_map(|column| Some(column.rsplit_once('.')?.0)))
        .collect();
    let texts = wanted.iter().map(|(schema, name)| belljar_schema::full_name(*schema, name)).collect();
    let wanted = Wanted { names: wanted, texts, touched };
    Way { base: wanted.side(base), head: wanted.side(head), changes: &diff.changes }
}

/// The tables that the guest needs.
struct Wanted<'a> {
    names: BTreeSet<Name<'a>>,
    /// The name of a table as in foreign keys.
    texts: BTreeSet<String>,
    touched: BTreeSet<&'a str>,
}

impl Wanted<'_> {
    fn side<'a>(&self, document: &'a Document) -> Side<'a> {
        let name = |table: &'a Table| (table.schema.as_deref(), table.name.as_str());
        let (tables, others): (Vec<&Table>, Vec<&Table>) =
            document.tables.iter().partition(|table| self.is_seen(table));
        let of_table = |object: &&DeclaredObject| object.table.is_some();
        Side {
            tables,
            types: &document.types,
            others: others.into_iter().map(name).collect(),
            views: &document.views,
            objects: document.objects.iter().filter(of_table).collect(),
        }
    }

    /// Whether a table, or one that it refers to, changes.
    fn is_seen(&self, table: &Table) -> bool {
        let own = table.full_name();
        let mut targets = table.foreign_keys.iter().flat_map(|key| &key.targets);
        self.names.contains(&(table.schema.as_deref(), table.name.as_str()))
            || self.touched.contains(own.as_str())
            || targets
                .any(|target| target.rsplit_once('.').is_some_and(|(table, _)| self.texts.contains(table)))
    }
}
