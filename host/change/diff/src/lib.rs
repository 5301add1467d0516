//! Compares two schemas, and states the certainty of each difference.
//!
//! [`diff`] compares two [`Document`]s, [`apply`] applies a [`Diff`] to a document. Both are pure. A [`Change`] has a
//! code, both sides, both places, and a [`Certainty`]: a gap of one side is never a certain change, and a table that
//! was not found because its code failed is [`Action::Missing`], never dropped.
//!
//! In this order:
//!
//! * `metadata`: pairs of `MetaData`; the base gets the labels of the head
//! * `renames`: objects with another name in the head, stated or found with evidence; the base gets the names of the
//!   head
//! * `enums`, `sequences`, `tables` (with `columns`, `constraints`), `views`, `objects`, `classes`: the comparisons by
//!   kind
//! * `normalise`: normal forms of equivalent texts
//! * `uncertain`: the gaps of a side
//! * `drift`: gives code the spelling of a database, before both are compared
//!
//! [`render`] writes a diff for people.
//!
//! Not compared: the module of a class, function or `MetaData` (a file may be split), places, counts, diagnostics, and
//! which packages were stood in for. Two partial sides that look alike give no change; the number of partial tables is
//! reported beside the changes.
//!
//! Reported as changes although they may be none, because it is not proved here: values of `IN` in another order, a
//! display width such as `INT(11)`, an `Identity` or a sequence with its default range spelled out, a query or a
//! trigger's text that names a renamed table, a constraint that gets the name a database would have made up, a function
//! whose signature is written differently.
//!
//! Not found: a rename to a name that the base has too, unless it is stated for both.

mod apply;
mod change;
mod classes;
mod column_facts;
mod columns;
mod constraints;
mod context;
mod drift;
mod enums;
mod lost;
mod metadata;
mod names;
mod namesake;
mod normalise;
mod numbering;
mod objects;
mod pair;
mod renames;
pub mod render;
mod report;
mod sequences;
mod tables;
mod uncertain;
mod views;

use belljar_schema::Document;

pub use apply::apply;
pub use belljar_schema::Certainty;
pub use change::{Action, Aspect, Change, Effect, Note, Path, Side, Subject, Value};
pub use drift::{aligned, without_schema};
pub use numbering::is_numbered;
pub use report::{Compared, Diff, FORMAT_VERSION, Options, Rename, Summary, json_schema};

use context::Context;
use names::Names;
use renames::{Renames, Sides};
use uncertain::Unknown;

/// The base with the new names of everything that was renamed or moved; `None` if nothing was.
pub fn renamed(base: &Document, diff: &Diff) -> Option<Document> {
    let relabelled = metadata::relabelled(base, &diff.metadata);
    let names = Names::from_changes(&diff.changes);
    names.renamed(relabelled.as_ref().unwrap_or(base)).or(relabelled)
}

/// The changes from `base` to `head`. The same documents and options give the same diff.
pub fn diff(base: &Document, head: &Document, options: &Options) -> Diff {
    between(base, head, |sides| renames::find(sides, options))
}

/// The changes from the head back to the base, and the base with the labels of the head. Renamed objects get their old
/// names back, and nothing else is taken for a rename.
pub fn back(base: &Document, head: &Document, found: &Diff) -> (Document, Diff) {
    let end = metadata::relabelled(base, &found.metadata).unwrap_or_else(|| base.clone());
    let diff = between(head, &end, |_| Renames::back(&found.changes));
    (end, diff)
}

fn between(base: &Document, head: &Document, renames: impl FnOnce(Sides<'_>) -> Renames) -> Diff {
    let labels = metadata::pair(base, head);
    let relabelled = metadata::relabelled(base, &labels.changed);
    let own = relabelled.as_ref().unwrap_or(base);
    let (unknown_base, unknown_head) =
        (&Unknown::new(Side::Base, own, head), &Unknown::new(Side::Head, head, own));
    let sides = Sides { base: own, head, unknown_base, unknown_head };
    let renames = renames(sides);
    let renamed = Names::from_changes(&renames.changes).renamed(own);
    let sides = Sides { base: renamed.as_ref().unwrap_or(own), ..sides };

    let mut context = Context::new(sides, &renames, &labels);
    enums::compare(&mut context);
    sequences::compare(&mut context);
    tables::compare(&mut context);
    views::compare(&mut context);
    objects::compare(&mut context);
    classes::compare(&mut context);

    let found = context.out;
    let mut changes = renames.changes;
    changes.extend(found);
    Diff {
        format: FORMAT_VERSION.to_owned(),
        belljar: env!("CARGO_PKG_VERSION").to_owned(),
        base: Compared::from_document(base),
        head: Compared::from_document(head),
        summary: Summary::from_changes(&changes),
        metadata: labels.changed,
        changes,
        diagnostics: renames.diagnostics,
    }
}
