use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ913",
    name: "column-alignment",
    title: "a new table whose columns leave gaps",
    severity: Severity::Note,
    enabled: false,
    explanation: "PostgreSQL aligns a column of eight bytes to a multiple of eight: a smaller column before it leaves \
                  a gap in every row. The order can't be changed later.",
    recipe: &[Step::advise(
        "Put columns of eight bytes first, then of four, two and one, then those without a fixed length.",
    )],
    supersedes: &["atlas PG110"],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some(table) = new_table(change) else { return vec![] };
    let sizes: Vec<(usize, usize)> =
        table.columns.iter().filter_map(|column| size(column.ty.postgresql.as_deref()?)).collect();
    let padding = |sizes: &[(usize, usize)]| {
        let (mut at, mut lost) = (0_usize, 0_usize);
        for (alignment, size) in sizes {
            let gap = at.next_multiple_of(*alignment) - at;
            (at, lost) = (at + gap + size, lost + gap);
        }
        lost
    };
    let mut best = sizes.clone();
    best.sort_by(|one, other| other.cmp(one));
    let (now, then) = (padding(&sizes), padding(&best));
    if now <= then {
        return vec![];
    }
    Draft::new(format!(
        "the order of columns in table `{}` wastes {} bytes in every row",
        change.path,
        now - then
    ))
    .list()
}

/// Alignment and size of what has a fixed one.
fn size(text: &str) -> Option<(usize, usize)> {
    let ty = Ty::parse(text);
    if text.contains('[') {
        return None;
    }
    match ty.name.as_str() {
        "BIGINT" | "DOUBLE PRECISION" | "TIMESTAMP" | "MONEY" => Some((8, 8)),
        "TIME" if ty.zone() == Some(false) => Some((8, 8)),
        "FLOAT" => Some(if ty.length().is_some_and(|digits| digits <= 24) { (4, 4) } else { (8, 8) }),
        "INTEGER" | "REAL" | "DATE" => Some((4, 4)),
        "SMALLINT" => Some((2, 2)),
        "BOOLEAN" => Some((1, 1)),
        "UUID" => Some((1, 16)),
        _ => None,
    }
}
