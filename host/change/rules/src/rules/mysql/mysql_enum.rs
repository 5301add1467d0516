use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ601",
    name: "mysql-enum",
    title: "the values in a MySQL column's `ENUM` or `SET` change",
    explanation: "MySQL keeps the position of a value in the row. Values at the end are added in place, as long as the \
                  list stays within the same storage (255 values, or 8, 16, 24, 32 of a set); everything else copies \
                  the table, and fails on rows with a removed value, or empties them.",
    recipe: &[
        Step::advise("Add values at the end only."),
        Step::advise("Change the rows that have a value before it is removed."),
        Step::advise("A lookup table with a foreign key avoids this."),
    ],
    supersedes: &[
        "atlas MY110",
        "atlas MY111",
        "atlas MY112",
        "atlas MY113",
        "atlas MY120",
        "atlas MY121",
        "atlas MY122",
        "atlas MY123",
    ],
    part_of: &["BJ104", "BJ501", "BJ502", "BJ503"],
    dialects: MYSQLS,
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some((Some(before), Some(after))) =
        types(change).map(|(before, after)| (&before.mysql, &after.mysql))
    else {
        return vec![];
    };
    let kind = |text: &str| text.split('(').next().unwrap_or_default().trim().to_uppercase();
    if !is_inline_enum(before) || kind(before) != kind(after) {
        return vec![];
    }
    let (old, new) = (literals(before), literals(after));
    let path = &change.path;
    let gone: Vec<String> = old.iter().filter(|value| !new.contains(value)).cloned().collect();
    let is_set = kind(before) == "SET";
    let size = |values: &[String]| match values.len() {
        count if is_set => {
            if count > 32 {
                8
            } else {
                count.div_ceil(8)
            }
        }
        count => {
            if count > 255 {
                2
            } else {
                1
            }
        }
    };
    if !gone.is_empty() {
        let message = format!("column `{path}` no longer has the values {}", ticked(&gone));
        return Draft::new(message).graded(Severity::Error).list();
    }
    if !new.starts_with(&old) {
        let message = format!("the values of column `{path}` get other positions, and the table is copied");
        return Draft::new(message).list();
    }
    if size(&old) != size(&new) {
        let message = format!("the values of column `{path}` need more bytes, and the table is copied");
        return Draft::new(message).list();
    }
    vec![]
}
