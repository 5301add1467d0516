use belljar_diff::{Change, Side, Value};
use belljar_discover::Made;
use belljar_rules::{Finding, joined};
use belljar_schema::{Document, Place, Table};
use belljar_tree::{Node, Tree};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Texts;

/// The prefix of paths in packages of a wheelhouse: they are not files of the repository.
const OUTSIDE: &str = "wheelhouse:";

/// The maximum length of a line whose columns are determined, in bytes.
const LONGEST_LINE: usize = 10_000;

/// The place in the head where a finding is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Spot {
    /// Path from the root of the repository, and line; line 0 is the whole file. `None` if no file of the repository is
    /// concerned.
    pub place: Option<Place>,
    /// How precise the place is.
    pub kind: SpotKind,
    /// First and last column of the text on the line, in characters and counted from 1; the last one is exclusive.
    pub columns: Option<(u32, u32)>,
    /// The line in the base, if the finding is about something dropped.
    pub was: Option<Place>,
    /// The nearest line of the file, where the place is the file as a whole because the head has lost what stood there.
    #[serde(skip)]
    pub(crate) near: Option<u32>,
    /// The place as the tree has it.
    #[serde(skip)]
    pub(crate) own: Option<Place>,
    /// The place in the base, as its tree has it.
    #[serde(skip)]
    pub(crate) own_was: Option<Place>,
    /// The declaration that the finding is about, if the place is the call of its index or constraint.
    #[serde(skip)]
    pub(crate) declared: Option<DeclaredAt>,
}

/// The declaration of what an index or a constraint belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeclaredAt {
    /// The place of its first column, or of its table.
    pub(crate) place: Place,
    /// The line of the same call in the base.
    pub(crate) call_was: Option<u32>,
}

/// How precise a [`Spot`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpotKind {
    /// The line of the declaration itself.
    Line,
    /// The surrounding class or table of something dropped.
    Around,
    /// The file as a whole.
    File,
    /// A file that the head no longer has.
    Gone,
    /// Nowhere in the repository: the place is in a package, or unknown.
    Nowhere,
}

/// The files and declarations that spots are determined from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Map<'a> {
    pub(crate) head: &'a Document,
    pub(crate) tree: Option<&'a Tree>,
    pub(crate) prefix: &'a str,
}

impl Map<'_> {
    /// Determines where a finding is shown.
    pub(crate) fn spot(&self, finding: &Finding, change: Option<&Change>) -> Spot {
        let Some(place) = &finding.place else { return self.at(None, SpotKind::Nowhere, None) };
        if place.path.starts_with(OUTSIDE) {
            return self.at(None, SpotKind::Nowhere, Some(place));
        }
        if finding.side == Side::Head {
            let kind = if place.line == 0 { SpotKind::File } else { SpotKind::Line };
            return self.at(Some(place.clone()), kind, None);
        }
        let around = change.and_then(|change| change.head.clone().or_else(|| self.class(change)));
        match around.filter(|around| !around.path.starts_with(OUTSIDE)) {
            Some(around) => self.at(Some(around), SpotKind::Around, Some(place)),
            None => {
                let kind = if self.has(&place.path) { SpotKind::File } else { SpotKind::Gone };
                self.at(Some(Place { path: place.path.clone(), line: 0 }), kind, Some(place))
            }
        }
    }

    /// A place of the head as the repository has it.
    pub(crate) fn place(&self, place: &Place) -> Place {
        Place { path: joined(self.prefix, &place.path), line: place.line }
    }

    fn at(&self, own: Option<Place>, kind: SpotKind, was: Option<&Place>) -> Spot {
        Spot {
            place: own.as_ref().map(|place| self.place(place)),
            kind,
            columns: own.as_ref().and_then(|place| self.columns(place)),
            was: was.map(
                |place| {
                    if place.path.starts_with(OUTSIDE) { place.clone() } else { self.place(place) }
                },
            ),
            near: None,
            own,
            own_was: was.cloned(),
            declared: None,
        }
    }

    /// The same spot at the call that creates the index or the constraint of a change, if a text has it.
    pub(crate) fn at_call(&self, spot: Spot, change: Option<&Change>, texts: Option<Texts<'_>>) -> Spot {
        let found = change.zip(texts).filter(|_| spot.kind == SpotKind::Line).and_then(|(change, texts)| {
            let made = made(change.after.as_ref()?)?;
            let is_own = |table: &&Table| {
                (&table.schema, &table.name) == (&change.path.schema, &change.path.name)
                    && change.path.metadata.as_ref().is_none_or(|metadata| *metadata == table.metadata)
            };
            let table = self.head.tables.iter().find(is_own)?.place.as_ref()?;
            let line = texts.head.item_line(table, &made)?;
            let call_was = texts.base.item_line(table, &made);
            Some((Place { path: table.path.clone(), line }, call_was))
        });
        match (found, &spot.own) {
            (Some((call, call_was)), Some(own)) if call != *own => {
                let declared = Some(DeclaredAt { place: own.clone(), call_was });
                Spot { declared, ..self.at(Some(call), SpotKind::Line, None) }
            }
            _ => spot,
        }
    }

    /// The class of a dropped table, if the class still exists.
    fn class(&self, change: &Change) -> Option<Place> {
        let Some(Value::Table(table)) = &change.before else { return None };
        let name = table.class.as_ref()?;
        let mapped = self.head.classes.iter().find(|class| class.name == *name);
        let unresolved = self.head.unresolved.iter().find(|item| item.class.as_ref() == Some(name));
        mapped.and_then(|class| class.place.clone()).or_else(|| unresolved.map(|item| item.place.clone()))
    }

    /// Whether the head has a file, as far as is known.
    fn has(&self, path: &str) -> bool {
        match self.tree {
            Some(tree) => matches!(tree.node(path), Some(Node::File(_))),
            None => {
                let tables = self.head.tables.iter().filter_map(|table| table.place.as_ref());
                let classes = self.head.classes.iter().filter_map(|class| class.place.as_ref());
                tables.chain(classes).any(|place| place.path == path)
            }
        }
    }

    /// The columns of the text on a line.
    fn columns(&self, place: &Place) -> Option<(u32, u32)> {
        let bytes = self.tree?.read(&place.path).ok()?;
        let index = usize::try_from(place.line).ok()?.checked_sub(1)?;
        let line = bytes.split(|byte| *byte == b'\n').nth(index).filter(|line| line.len() < LONGEST_LINE)?;
        let line = std::str::from_utf8(line).ok()?.trim_end();
        let blank = line.chars().take_while(|letter| letter.is_whitespace()).count();
        let (first, last) = (blank + 1, line.chars().count() + 1);
        Some((u32::try_from(first).ok()?, u32::try_from(last).ok()?)).filter(|(first, last)| first < last)
    }
}

/// The index or constraint of a value.
fn made(value: &Value) -> Option<Made<'_>> {
    match value {
        Value::Index(index) => Some(index.into()),
        Value::Unique(unique) => Some(unique.into()),
        Value::Check(check) => Some(check.into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
