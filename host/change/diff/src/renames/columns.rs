use belljar_schema::{Column, Status, Table};

use super::{
    Renames,
    score::{Candidate, Evidence, MOST, choose},
    stated::{Stated, Statement},
    stated_note,
};
use crate::{
    Note, Path, Subject,
    column_facts::{is_system, same_type},
    names::similar,
};

/// Finds the renamed columns of a table.
pub(super) fn find(base: &Table, head: &Table, stated: &Stated, out: &mut Renames) {
    // Nearly all tables have the same columns on both sides.
    if base.columns.iter().map(|column| &column.name).eq(head.columns.iter().map(|column| &column.name)) {
        return;
    }
    let has = |table: &Table, name: &str| table.columns.iter().any(|column| column.name == name);
    let mut left: Vec<&Column> = base.columns.iter().filter(|column| !has(head, &column.name)).collect();
    let mut new: Vec<&Column> = head.columns.iter().filter(|column| !has(base, &column.name)).collect();
    if left.is_empty() || new.is_empty() {
        return;
    }
    left.retain(|column| match stated.get(Subject::Column, &old_name(base, column)) {
        Statement::Renamed(name) => {
            if let Some(position) = new.iter().position(|other| other.name == name) {
                rename(base, head, (column, new.remove(position)), stated_note(), out);
            }
            false
        }
        Statement::NoRename => false,
        Statement::Nothing => column.status == Status::Exact,
    });
    new.retain(|column| column.status == Status::Exact);
    if left.len() * new.len() > MOST {
        return;
    }
    let mut candidates = Vec::new();
    for (position, column) in left.iter().enumerate() {
        for (other, candidate) in new.iter().enumerate() {
            if is_system(column) != is_system(candidate) {
                continue;
            }
            let evidence = similarity((base, column), (head, candidate));
            candidates.push(Candidate { base: position, head: other, evidence });
        }
    }
    // If a table is in doubt, its columns may exist without being seen; then only the code itself proves a rename.
    if base.status != Status::Exact || head.status != Status::Exact {
        let of_code = |code: &str| matches!(code, "same-attribute" | "same-key");
        candidates.retain(|one| one.evidence.notes.iter().any(|note| of_code(&note.code)));
    }
    let (likely, possible) = choose(candidates);
    for candidate in possible {
        if let (Some(old), Some(new)) = (left.get(candidate.base), new.get(candidate.head)) {
            let paths = (&Path::of_table(head).part(&*old.name), &Path::of_table(head).part(&*new.name));
            out.maybe(Subject::Column, paths, &candidate.evidence.notes, &old_name(base, old));
        }
    }
    for candidate in likely {
        if let (Some(old), Some(new)) = (left.get(candidate.base), new.get(candidate.head)) {
            rename(base, head, (old, new), candidate.evidence.notes, out);
        }
    }
}

fn old_name(table: &Table, column: &Column) -> String {
    format!("{}.{}", table.full_name(), column.name)
}

fn rename(base: &Table, head: &Table, (old, new): (&Column, &Column), notes: Vec<Note>, out: &mut Renames) {
    let path = Path { metadata: Some(base.metadata.clone()), ..Path::of_table(head).part(&*new.name) };
    out.rename(Subject::Column, Path::of_table(base).part(&*old.name), path, notes);
    if let Some(change) = out.changes.pop() {
        out.changes.push(change.at(old.place.as_ref(), new.place.as_ref()));
    }
}

fn similarity((base_table, base): (&Table, &Column), (head_table, head): (&Table, &Column)) -> Evidence {
    let mut evidence = Evidence::default();
    let same_attribute = base.attribute.is_some() && base.attribute == head.attribute;
    evidence.add(same_attribute, 7, "same-attribute", || {
        format!("both are the attribute `{}`", base.attribute.as_deref().unwrap_or_default())
    });
    let key = |column: &Column| column.key.clone();
    let same_key = !same_attribute && key(base).is_some() && key(base) == key(head);
    evidence.add(same_key, 7, "same-key", || "they have the same key".to_owned());
    evidence.add(similar(&base.name, &head.name), 2, "similar-name", || "their names are similar".to_owned());
    let same = same_type(base, head);
    evidence.add(same, 1, "same-type", || "they have the same type".to_owned());
    evidence.against(!same, 2);
    let together = position(base_table, head_table, base) == position(head_table, base_table, head);
    evidence.add(together, 1, "same-position", || "they are in the same position".to_owned());
    let alike = constraints(base_table, base) == constraints(head_table, head);
    evidence.add(alike, 1, "same-constraints", || "they have the same constraints".to_owned());
    evidence
}

/// The last column before this one that both tables have, and the number of others in between.
fn position<'a>(table: &'a Table, other: &Table, column: &Column) -> (Option<&'a str>, usize) {
    let before = table.columns.iter().take_while(|one| one.name != column.name);
    let kept = |name: &str| other.columns.iter().any(|one| one.name == name);
    before.fold(
        (None, 0),
        |(last, between), one| {
            if kept(&one.name) { (Some(one.name.as_str()), 0) } else { (last, between + 1) }
        },
    )
}

/// The definition of a column without its name.
fn constraints<'a>(table: &'a Table, column: &'a Column) -> impl PartialEq + 'a {
    let unique = table.unique.iter().any(|unique| unique.columns == [column.name.as_str()]);
    let indexed = table.indexes.iter().any(|index| index.columns == [column.name.as_str()]);
    let refers = column.foreign_keys.len();
    let default = (&column.server_default, &column.computed, &column.identity);
    (column.nullable, column.primary_key, default, refers, unique, indexed)
}
