//! Normal forms of equivalent texts. Only texts that are provably equal in PostgreSQL become equal; a text that can't
//! be parsed is compared as it is.

mod expression;
mod tokens;
mod types;

pub(crate) use expression::{default, element, expression, query};
pub(crate) use tokens::{rename_words, statement};
pub(crate) use types::TypeText;

/// Whether two optional texts are equivalent. Identical texts, nearly all, are not parsed.
pub(crate) fn same(base: Option<&str>, head: Option<&str>, form: impl Fn(&str) -> String) -> bool {
    match (base, head) {
        (Some(base), Some(head)) => base == head || form(base) == form(head),
        (base, head) => base == head,
    }
}
