use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ604",
    name: "mysql-engine",
    title: "a foreign key in a table whose engine does not support them",
    severity: Severity::Error,
    explanation: "Only InnoDB (and NDB) enforces foreign keys. MyISAM, Aria, MEMORY and similar engines parse and \
                  ignore them.",
    recipe: &[Step::run("Use InnoDB.", "ALTER TABLE {table} ENGINE = InnoDB;")],
    dialects: MYSQLS,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let found = context.new_foreign_keys(change).into_iter().filter_map(|(table, key)| {
        let own = ["mysql_engine", "mariadb_engine"].iter().find_map(|name| table.options.get(*name))?;
        let engine = own.trim_matches(['\'', '"']);
        let none = !["innodb", "ndb", "ndbcluster"].contains(&engine.to_lowercase().as_str());
        let columns = ticked(&key.columns);
        let message = format!(
            "the foreign key of {columns} in `{}` has no effect, as `{engine}` does not support foreign keys",
            table.name
        );
        none.then(|| Draft::new(message).at(place_of(table, key.columns.first())))
    });
    found.collect()
}
