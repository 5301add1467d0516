//! Texts that mean the same, in one form. Only what is provably equal in PostgreSQL becomes equal; a text that can't be
//! read is compared as it is.

mod expression;
mod tokens;
mod types;

pub(crate) use expression::{default, element, expression, query};
pub(crate) use tokens::{rename_words, statement};
pub(crate) use types::TypeText;

/// Whether two optional texts mean the same. What is written the same is not read at all: that is nearly everything.
pub(crate) fn same(base: Option<&str>, head: Option<&str>, form: impl Fn(&str) -> String) -> bool {
    match (base, head) {
        (Some(base), Some(head)) => base == head || form(base) == form(head),
        (base, head) => base == head,
    }
}
