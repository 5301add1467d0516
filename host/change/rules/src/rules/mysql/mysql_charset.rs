use belljar_diff::{Aspect, Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ603",
    name: "mysql-charset",
    title: "a table or a column gets another character set or collation",
    explanation: "`CONVERT TO` copies the table; wider characters may exceed the length of a key, or turn a `TEXT` \
                  into a `MEDIUMTEXT`. `DEFAULT CHARSET` alone leaves existing columns as they were, so that old and \
                  new columns can't be joined by an index.",
    recipe: &[
        Step::advise("Change tables that are joined with each other together."),
        Step::run(
            "Convert the columns too, at a time of few writes.",
            "ALTER TABLE {table} CONVERT TO CHARACTER SET utf8mb4;",
        ),
    ],
    dialects: MYSQLS,
    part_of: &["BJ212"],
    check,
    ..Rule::BASE
};

const OPTIONS: &[&str] = &["charset", "character_set", "default_charset", "collate", "default_character_set"];

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let path = &change.path;
    if modifies(change, Subject::Table, Aspect::Option) {
        let part = path.part.as_deref().unwrap_or_default().to_lowercase();
        let name = part.strip_prefix("mysql_").or_else(|| part.strip_prefix("mariadb_"));
        if name.is_some_and(|name| OPTIONS.contains(&name)) {
            let (before, after) = texts(change);
            let text =
                |text: Option<&str>| text.map_or_else(|| "none".to_owned(), |text| format!("`{text}`"));
            let message =
                format!("`{part}` of table `{}` changes from {} to {}", path.name, text(before), text(after));
            return Draft::new(message).list();
        }
    }
    let charset = |text: &Option<String>| Ty::parse(text.as_deref().unwrap_or_default()).charset;
    match types(change) {
        Some((before, after)) if charset(&before.mysql) != charset(&after.mysql) => {
            Draft::new(format!("column `{path}` gets another character set")).list()
        }
        _ => vec![],
    }
}
