//! The static index, and `setup.py`.

use crate::{
    Reader,
    Said::{Any, No, Yes},
    configuration::discovered,
    fill,
};

/// The most tokens that are parsed, as `belljar_discover` has it.
const TOKENS: usize = 1_500_000;

pub(crate) fn python() {
    let head = "from sqlalchemy import Column, Table, orm; Base = orm.declarative_base()\n";
    let most = 4 << 20;
    for name in ["app/models.py", "setup.py"] {
        let reader = Reader { name, fixed: 340 << 20, for_each: 2, read: &discovered(name) };
        let holds = |case: &str, unit: &str, size: usize, said| {
            reader.holds(case, fill(head, unit, "", size), said);
        };
        // As much as is parsed, in the forms that become most.
        holds("names", "a\n", TOKENS - 1_000, No);
        holds("quotes", "'\n", TOKENS - 1_000, Any);
        // As much as a file may have.
        holds("more names", "a\n", most, Yes);
        holds("brackets", ")", most, Yes);
        reader.holds("a list of texts", fill(&format!("{head}a = ["), "'',", "]", TOKENS / 2), No);
        reader.holds("a deep list", fill(head, "[", "", most), Yes);
        reader.holds("a long sum", fill(&format!("{head}a = 1"), "+1", "", most), Yes);
        reader.holds("a number", fill(&format!("{head}a = 1"), "1", "", most), No);
        reader.holds("more than is read", fill(head, "#\n", "", most + 2), Yes);
    }
}
