//! The sentences of findings.

use belljar_diff::{Aspect, Change, Subject};

use super::{Finding, Kind};

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
            let null = |text: String| match (change.aspects.as_slice(), text.as_str()) {
                ([Aspect::Nullable], "`yes`") => "`NULL`".to_owned(),
                ([Aspect::Nullable], "`no`") => "`NOT NULL`".to_owned(),
                _ => text,
            };
            let (migrated, declared) = (null(show(&values.0)), null(show(&values.1)));
            let aspects: Vec<String> = change.aspects.iter().map(|aspect| words(*aspect)).collect();
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

/// An aspect in a sentence.
fn words(aspect: Aspect) -> String {
    if aspect == Aspect::Nullable { "nullability".to_owned() } else { aspect.words() }
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

/// The sentence of a finding beneath a heading with its kind.
pub(super) fn beneath_heading(finding: &Finding) -> String {
    let (start, end) = match finding.kind {
        Kind::NotMigrated => ("the models have ", ", and no migration creates it"),
        Kind::NotDeclared => ("the migrations create ", ", and no model declares it"),
        Kind::Differs => ("", ""),
    };
    let rest = finding.message.strip_prefix(start).unwrap_or(&finding.message);
    rest.replacen(end, "", usize::from(!end.is_empty()))
}
