use belljar_dialect::Database;
use belljar_diff::{Aspect, Change, Subject, Value};
use belljar_schema::ColumnType;

use super::{Finding, Kind};

/// The difference as a sentence.
pub(super) fn message(change: &Change, kind: Kind, dialect: Database) -> String {
    let (database, code) = match (&change.before, &change.after) {
        (Some(Value::ColumnType(before)), Some(Value::ColumnType(after))) => {
            let text = |ty: &ColumnType| ty.ddl(dialect).unwrap_or(&ty.repr).to_owned();
            (Some(text(before)), Some(text(after)))
        }
        _ => belljar_diff::render::values(change),
    };
    let values = (database.map(|text| plain(&text)), code.map(|text| plain(&text)));
    let what = subject(change);
    let of = |value: &Option<String>| match value.as_deref() {
        None | Some("") => String::new(),
        Some(text) => format!(": `{text}`"),
    };
    match kind {
        Kind::NotInDatabase => format!("the database lacks {what}{}", of(&values.1)),
        Kind::NotInCode => format!("the code does not know {what}{}", of(&values.0)),
        Kind::Differs => differs(change, &what, &values),
    }
}

fn differs(change: &Change, what: &str, (database, code): &(Option<String>, Option<String>)) -> String {
    let show = |value: &Option<String>| match (change.aspects.as_slice(), value.as_deref()) {
        (_, None | Some("")) => "none".to_owned(),
        ([Aspect::Nullable], Some("yes")) => "`NULL`".to_owned(),
        ([Aspect::Nullable], Some("no")) => "`NOT NULL`".to_owned(),
        (_, Some(text)) => format!("`{text}`"),
    };
    let names = || {
        let was = change.was.as_ref().map(|was| was.part.clone().unwrap_or_else(|| was.full_name()));
        let is = change.path.part.clone().unwrap_or_else(|| change.path.full_name());
        (Some(plain(&was.unwrap_or_default())), Some(plain(&is)))
    };
    let aspects: Vec<String> = change.aspects.iter().map(|aspect| words(*aspect)).collect();
    let (aspects, verb) = match aspects.as_slice() {
        [] => ("name".to_owned(), "differs"),
        [one] if one.ends_with('s') && one != "options" => (one.clone(), "differ"),
        [one] => (one.clone(), "differs"),
        [first @ .., last] => (format!("{} and {last}", first.join(", ")), "differ"),
    };
    let (database, code) = if change.aspects.is_empty() { names() } else { (database.clone(), code.clone()) };
    format!(
        "the {aspects} of {what} {verb}: {} in the database, {} in the code",
        show(&database),
        show(&code)
    )
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
        (None, Subject::PrimaryKey) => format!("the primary key of `{name}`"),
        (None, _) => format!("the {kind} `{name}`"),
    }
}

/// A text without the quotes that stand around it.
pub(super) fn plain(text: &str) -> String {
    text.replace('`', "'")
}

/// The sentence of a finding beneath a heading with its kind.
pub(super) fn beneath_heading(finding: &Finding) -> &str {
    let start = match finding.kind {
        Kind::NotInDatabase => "the database lacks ",
        Kind::NotInCode => "the code does not know ",
        Kind::Differs => "",
    };
    finding.message.strip_prefix(start).unwrap_or(&finding.message)
}
