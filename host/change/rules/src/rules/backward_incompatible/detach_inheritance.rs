use belljar_diff::{Aspect, Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ315",
    name: "detach-inheritance",
    title: "a table no longer inherits from another",
    explanation: "Its rows disappear at once from every query of the table it inherited from. The inherited columns \
                  stay as columns of its own, and no longer follow changes of the parent.",
    recipe: &[
        Step::advise("Make sure that nothing reads its rows through the table it inherited from."),
        Step::advise("Or move the rows to another table that inherits first."),
    ],
    supersedes: &["squawk ban-detach-inheritance"],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let path = &change.path;
    let inherits = path.part.as_deref() == Some("postgresql_inherits");
    match texts(change) {
        (Some(before), after) if inherits && modifies(change, Subject::Table, Aspect::Option) => {
            let to = after.map_or_else(String::new, |after| format!(", but from `{after}`"));
            Draft::new(format!("table `{}` no longer inherits from `{before}`{to}", path.name)).list()
        }
        _ => vec![],
    }
}
