use belljar_diff::{Change, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ605",
    name: "mysql-utf8mb3",
    title: "a table with three-byte `utf8`",
    explanation: "MySQL's `utf8` is `utf8mb3`: it rejects emoji and many Chinese characters, and is deprecated. The \
                  meaning of `utf8` in later releases is not settled.",
    recipe: &[Step::advise("Use `utf8mb4`.")],
    dialects: MYSQLS,
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let (true, Some(Value::Table(table))) = (is_new(change), &change.after) else { return vec![] };
    let options = table.options.iter().filter(|(name, _)| {
        name.starts_with("mysql_") && (name.ends_with("charset") || name.ends_with("character_set"))
    });
    let mut short = options.map(|(_, text)| text.trim_matches(['\'', '"']).to_lowercase());
    match short.find(|text| text == "utf8" || text == "utf8mb3") {
        Some(text) => Draft::new(format!("table `{}` has the character set `{text}`", change.path)).list(),
        None => vec![],
    }
}
