//! One rule a file, in a folder by what it protects: the first digit of its code.

mod backward_incompatible;
mod data_dependent;
mod design;
mod destructive;
mod downstream;
mod enums;
mod locks;
mod migrations;
mod mysql;
mod naming;
mod review;
mod sqlite;

use std::sync::LazyLock;

use crate::Rule;

/// What every rule is written with.
pub(crate) mod prelude {
    pub(crate) use belljar_schema::{ColumnType, Status};

    pub(crate) use crate::{
        Database, Rule, Severity, Step, Version,
        additions::*,
        context::RuleContext,
        draft::Draft,
        facts::*,
        sql::{self, Volatility},
        ty::Ty,
        unique::{self, Uniqueness},
        versions::{MYSQLS, POSTGRESQL, SERVERS, SQLITE},
    };
}

/// In the order of their codes.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let folders = [
        downstream::ALL,
        review::ALL,
        migrations::ALL,
        destructive::ALL,
        data_dependent::ALL,
        backward_incompatible::ALL,
        locks::ALL,
        enums::ALL,
        mysql::ALL,
        sqlite::ALL,
        naming::ALL,
        design::ALL,
    ];
    folders.concat()
});

/// All rules, in the order of their codes.
pub fn rules() -> &'static [Rule] {
    &RULES
}

/// The rule with this code or name, in any case.
pub fn find(text: &str) -> Option<&'static Rule> {
    let is = |name: &str| name.eq_ignore_ascii_case(text);
    RULES.iter().find(|rule| is(rule.code) || is(rule.name))
}
