//! What is made in other databases than before: in those that lose it, it is dropped, and in those that get it, it is new.

use std::borrow::Cow;

use belljar_diff::{Action, Aspect, Certainty, Change, Value};
use belljar_schema::{Creation, PrimaryKey};

use crate::{Database, versions::DATABASES};

/// A change as some databases see it.
pub(crate) struct Seen<'a> {
    pub(crate) change: Cow<'a, Change>,
    /// The databases that see it so; nothing where the change itself says it.
    pub(crate) dialects: Option<Vec<Database>>,
}

impl Seen<'_> {
    /// Whether it is a change in a database.
    pub(crate) fn is_in(&self, dialect: Database) -> bool {
        match &self.dialects {
            Some(own) => own.contains(&dialect),
            None => self.change.dialects.is_empty() || dialect.is_among(&self.change.dialects),
        }
    }
}

/// A change as it is, or taken apart where other databases make the thing from now on.
pub(crate) fn seen(change: &Change) -> Vec<Seen<'_>> {
    let scopes = change.before.as_ref().zip(change.after.as_ref());
    let is_scope = |aspect: &Aspect| matches!(aspect, Aspect::Dialects | Aspect::Creation);
    let moves = change.action == Action::Modify && change.aspects.iter().any(is_scope);
    let Some((before, after)) = scopes.filter(|_| moves) else {
        return vec![Seen { change: Cow::Borrowed(change), dialects: None }];
    };
    let of = |was: bool, is: bool| -> Vec<Database> {
        let is_it = |one: &Database| (is_made(before, *one), is_made(after, *one)) == (was, is);
        DATABASES.iter().copied().filter(is_it).collect()
    };
    let aspects = change.aspects.iter().copied().filter(|aspect| *aspect != Aspect::Dialects).collect();
    let kept = Change { aspects, ..change.clone() };
    let parts = [(of(true, false), gone(change)), (of(true, true), kept), (of(false, true), new(change))];
    let is_reported = |(dialects, part): &(Vec<Database>, Change)| {
        !dialects.is_empty() && (part.action != Action::Modify || !part.aspects.is_empty())
    };
    parts
        .into_iter()
        .filter(is_reported)
        .map(|(dialects, change)| Seen { change: Cow::Owned(change), dialects: Some(dialects) })
        .collect()
}

/// The change in a database that no longer makes it.
fn gone(change: &Change) -> Change {
    if let Some(Value::PrimaryKey(_)) = change.after {
        let (aspects, after) = (vec![Aspect::Columns], Some(Value::PrimaryKey(PrimaryKey::default())));
        return Change { aspects, after, ..change.clone() };
    }
    let in_doubt = change.certainty == Certainty::CannotTell;
    let action = if in_doubt { Action::Missing } else { Action::Drop };
    Change { action, aspects: vec![], after: None, ..change.clone() }
}

/// The change in a database that makes it from now on.
fn new(change: &Change) -> Change {
    if let Some(Value::PrimaryKey(_)) = change.before {
        let (aspects, before) = (vec![Aspect::Columns], Some(Value::PrimaryKey(PrimaryKey::default())));
        return Change { aspects, before, ..change.clone() };
    }
    let in_doubt = change.certainty == Certainty::CannotTell;
    let action = if in_doubt { Action::Unseen } else { Action::Add };
    Change { action, aspects: vec![], before: None, ..change.clone() }
}

/// Whether a database makes it.
fn is_made(value: &Value, dialect: Database) -> bool {
    let of_creation = |one: &Creation| one.dialects.is_empty() || dialect.is_among(&one.dialects);
    match value {
        Value::Unique(one) => makes(one.dialects.as_deref(), dialect),
        Value::ForeignKey(one) => makes(one.dialects.as_deref(), dialect),
        Value::Check(one) => makes(one.dialects.as_deref(), dialect),
        Value::Exclude(one) => makes(one.dialects.as_deref(), dialect),
        Value::Index(one) => makes(one.dialects.as_deref(), dialect),
        Value::PrimaryKey(one) => makes(one.dialects.as_deref(), dialect),
        Value::View(one) => of_creation(&one.creation),
        Value::Object(one) => of_creation(&one.creation),
        _ => true,
    }
}

/// Whether a database is one of those that make something; `None` is all of them.
pub(crate) fn makes(scope: Option<&[String]>, dialect: Database) -> bool {
    scope.is_none_or(|names| dialect.is_among(names))
}
