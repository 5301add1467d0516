//! Objects of one name in several `MetaData`: their pairs may be a guess, and one database would hold only one of them.

use belljar_schema::{DeclaredSequence, Document, NamedType, Place, Table, View};

use crate::{Note, Side, context::Context};

/// An object that can have a namesake.
pub(crate) trait Named {
    /// Its kind in messages.
    const KIND: &'static str;
    fn all(document: &Document) -> &[Self]
    where
        Self: Sized;
    fn name(&self) -> (Option<&str>, &str);
    fn metadata(&self) -> Option<&str>;
    fn place(&self) -> Option<&Place>;
}

macro_rules! named {
    ($of:ty, $kind:literal, $list:ident, $($own:ident).*, $metadata:expr) => {
        impl Named for $of {
            const KIND: &'static str = $kind;

            fn all(document: &Document) -> &[Self] {
                &document.$list
            }

            fn name(&self) -> (Option<&str>, &str) {
                (self.$($own.)*schema.as_deref(), &self.$($own.)*name)
            }

            fn metadata(&self) -> Option<&str> {
                let of: fn(&Self) -> Option<&str> = $metadata;
                of(self)
            }

            fn place(&self) -> Option<&Place> {
                self.place.as_ref()
            }
        }
    };
}

named!(Table, "table", tables, , |one| Some(&one.metadata));
named!(View, "view", views, , |one| one.metadata.as_deref());
named!(NamedType, "type", types, , |one| one.metadata.as_deref());
named!(DeclaredSequence, "sequence", sequences, sequence, |one| one.metadata.as_deref());

fn all<'a, T: Named + 'a>(context: &Context<'a>, one: &T, side: Side) -> Vec<&'a T> {
    let document = match side {
        Side::Base => context.sides.base,
        Side::Head => context.sides.head,
    };
    T::all(document).iter().filter(|other| other.name() == one.name()).collect()
}

fn is_sure<T: Named>(context: &Context<'_>, one: &T) -> bool {
    one.metadata().is_some_and(|label| context.labels.is_sure(label))
}

/// Marks the last change, of something that only one side has, as undetermined if the other `side` has an object of
/// that name: it was paired with another, and may be this one.
pub(crate) fn doubt_last<T: Named>(context: &mut Context<'_>, one: &T, side: Side) {
    let others = all(context, one, side);
    let Some(other) = others.first() else { return };
    let label = other.metadata().unwrap_or("another `MetaData`");
    let message = format!("`{label}` has a {} of that name too", T::KIND);
    let note = Note { side: Some(side), place: other.place().cloned(), ..Note::new("namesake", message) };
    // If the pairs are certain, this object is new; a removed one may still exist under the other.
    if side == Side::Base && others.iter().all(|other| is_sure(context, *other)) {
        let change = context.out.pop().map(|change| change.likely_for(vec![note]));
        context.out.extend(change);
    } else {
        context.doubt_last(vec![note]);
    }
}

/// Why two objects of one name may be no pair: a side has several of that name, and the pairing of `MetaData` is a
/// guess. It is reported for the head if only the head has several.
pub(crate) fn doubt<T: Named>(context: &Context<'_>, base: &T, head: &T) -> Option<Note> {
    let [before, after] = [Side::Base, Side::Head].map(|side| all(context, head, side).len() > 1);
    let sure = base.metadata() == head.metadata() && is_sure(context, head);
    let kind = T::KIND;
    let message =
        format!("several `MetaData` have a {kind} of that name, and it is not certain which is which");
    let (side, place) = if before { (Side::Base, base.place()) } else { (Side::Head, head.place()) };
    ((before || after) && !sure).then(|| Note {
        side: Some(side),
        place: place.cloned(),
        ..Note::new("namesake", message)
    })
}
