use belljar_diff::{Action, Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ312",
    name: "change-sequence",
    title: "a sequence counts otherwise",
    explanation: "Numbers may be given twice, or run out: another start is only where it begins anew, a smaller maximum or a \
                  narrower type may be behind where it stands, and a cycle gives old numbers again.",
    recipe: &[Step::run("See where it stands.", "SELECT last_value FROM {table};")],
    supersedes: &["squawk ban-alter-sequence-values"],
    dialects: &[Dialect::Postgresql, Dialect::Mariadb],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if change.subject != Subject::Sequence || change.action != Action::Modify {
        return vec![];
    }
    let aspects: Vec<String> = change.aspects.iter().map(|aspect| aspect.text().replace('-', " ")).collect();
    Draft::new(format!("sequence `{}` has another {}", change.path, aspects.join(", "))).list()
}
