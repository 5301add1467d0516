//! The sentences of findings.

use belljar_diff::{Change, Subject};

use super::Kind;

/// The difference as a sentence.
pub(super) fn message(change: &Change, kind: Kind) -> String {
    let (before, after) = belljar_diff::render::values(change);
    let values = (before.map(|text| plain(&text)), after.map(|text| plain(&text)));
    let what = subject(change);
    let of = |value: &Option<String>| value.as_ref().map(|text| format!(": `{text}`")).unwrap_or_default();
    match kind {
        Kind::NotMigrated => format!("the models have {what}, and no migration creates it{}", of(&values.1)),
        Kind::NotDeclared => {
            format!("the migrations create {what}, and no model declares it{}", of(&values.0))
        }
        Kind::Differs => {
            let show = |value: &Option<String>| {
                value.as_ref().map_or_else(|| "none".to_owned(), |it| format!("`{it}`"))
            };
            let (migrated, declared) = (show(&values.0), show(&values.1));
            let aspects: Vec<String> = change.aspects.iter().map(|aspect| aspect.words()).collect();
            let (aspects, verb) = match aspects.as_slice() {
                [] => ("the name".to_owned(), "differs"),
                [one] if one.ends_with('s') && one != "options" => (format!("the {one}"), "differ"),
                [one] => (format!("the {one}"), "differs"),
                [first @ .., last] => (format!("the {} and {last}", first.join(", ")), "differ"),
            };
            format!("{aspects} of {what} {verb}: {migrated} in the migrations, {declared} in the models")
        }
    }
}

/// What a change is about, such as a column with its table.
fn subject(change: &Change) -> String {
    let kind = change.subject.text().replace('-', " ");
    let name = plain(&change.path.full_name());
    match (&change.path.part.as_deref().map(plain), change.subject) {
        (Some(part), Subject::Column) => format!("the column `{name}.{part}`"),
        (Some(part), Subject::Table) => format!("the {part} of the table `{name}`"),
        (Some(part), Subject::EnumValue) => format!("the value `{part}` of the type `{name}`"),
        (Some(part), _) => format!("the {kind} `{part}` of `{name}`"),
        (None, Subject::Table | Subject::Type) => format!("the {kind} `{name}`"),
        (None, _) => format!("the {kind} of `{name}`"),
    }
}

/// A text of the repository without the quotes that stand around it.
pub(super) fn plain(text: &str) -> String {
    text.replace('`', "'")
}
