use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ802",
    name: "naming-convention",
    title: "a name is not in lower case with underscores",
    severity: Severity::Note,
    explanation: "A name with capitals or special characters needs quotes in every statement, and databases treat it \
                  differently without them.",
    recipe: &[Step::advise(
        "Use lower-case letters, digits and underscores; the class and the attribute can have another name.",
    )],
    supersedes: &["atlas NM101", "atlas NM102", "atlas NM103", "atlas NM104", "atlas NM105", "atlas NM106"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let plain = |name: &str| {
        name.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
            && !name.starts_with(|first: char| first.is_ascii_digit())
    };
    let odd = new_names(context, change).into_iter().filter(|named| !plain(named.name));
    let drafts = odd.map(|named| {
        Draft::new(format!("the name of {} `{}` needs quotes", named.kind, named.name)).at(named.place)
    });
    drafts.collect()
}
