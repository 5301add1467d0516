use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ032",
    name: "data-not-batched",
    title: "one statement changes all rows of a table",
    explanation: "The rows that it has changed stay locked until it is done, and replicas and vacuum fall \
                  behind. A table that is small enough does not matter.",
    recipe: &[Step::advise(
        "Change some thousand rows at a time, each batch in a transaction of its own (`autocommit_block`), outside of the version that changes the schema.",
    )],
    supersedes: &["strong_migrations execute"],
    dialects: SERVERS,
    part_of: &["BJ035"],
    ..Rule::BASE
};
