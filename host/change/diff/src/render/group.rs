use crate::{Change, Diff, Effect, Subject};

/// The changes of one table, type, view, class or similar object.
pub(super) struct Group<'a> {
    /// The kind: `table`, `type` and so on.
    pub(super) kind: &'static str,
    /// The name of the object, as `[schema.]name`.
    pub(super) name: String,
    pub(super) changes: Vec<&'a Change>,
}

/// The changes with one effect, grouped by object, in the order of the diff.
pub(super) fn groups(diff: &Diff, effect: Effect) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known = std::collections::BTreeMap::new();
    for change in diff.changes.iter().filter(|change| change.effect == effect) {
        let (kind, name) = (kind(change.subject), change.path.full_name());
        let position = *known.entry((kind, name.clone())).or_insert(groups.len());
        if position == groups.len() {
            groups.push(Group { kind, name, changes: Vec::new() });
        }
        if let Some(group) = groups.get_mut(position) {
            group.changes.push(change);
        }
    }
    groups
}

fn kind(subject: Subject) -> &'static str {
    match subject {
        Subject::Table
        | Subject::Column
        | Subject::PrimaryKey
        | Subject::Unique
        | Subject::ForeignKey
        | Subject::Check
        | Subject::Exclude
        | Subject::Index => "table",
        Subject::Type | Subject::EnumValue => "type",
        Subject::Class | Subject::Relationship | Subject::Property => "class",
        Subject::Sequence => "sequence",
        Subject::View => "view",
        Subject::Object => "object",
    }
}
