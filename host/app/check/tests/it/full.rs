//! The text with snippets: what it shows, and that no line of a repository reaches the terminal as it is.

use belljar_check::{
    CheckConfig, Input, Verdict, check,
    render::{self, TextOptions},
};
use belljar_schema::{Document, Place};
use belljar_testing::make::{column, document, table};
use belljar_tree::Tree;
use proptest::prelude::*;

use super::hostile::{text, verdict};

const MODELS: &str = "app/models.py";

const BASE: &str = "
class Users(Base):
    id = Column(Integer, primary_key=True)
    mail = Column(String(300))  # a comment
    phone = Column(String(40))
";

const HEAD: &str = "
class Users(Base):
    id = Column(Integer, primary_key=True)
\tmail = Column(String(200), nullable=False)  # a comment
";

fn users(columns: &[(&str, &str, u32, bool)]) -> Document {
    let columns = columns.iter().map(|(name, ty, line, nullable)| {
        let mut column = column(name, ty);
        column.place = Some(Place { path: MODELS.to_owned(), line: *line });
        column.nullable = *nullable;
        column
    });
    let mut table = table("users", columns.collect());
    table.place = Some(Place { path: MODELS.to_owned(), line: 2 });
    document(vec![table])
}

fn checked(explain: bool) -> String {
    let base = users(&[
        ("id", "INTEGER", 3, false),
        ("mail", "VARCHAR(300)", 4, true),
        ("phone", "VARCHAR(40)", 5, true),
    ]);
    let head = users(&[("id", "INTEGER", 3, false), ("mail", "VARCHAR(200)", 4, false)]);
    let (before, after) = (Tree::in_memory([(MODELS, BASE)]), Tree::in_memory([(MODELS, HEAD)]));
    let config = CheckConfig::parse("[check]\ndatabases = ['postgresql']\n").unwrap();
    let verdict = check(&Input {
        owners: belljar_check::Owners::default(),
        base: Ok(&base),
        head: &head,
        tree: Some(&after),
        base_tree: Some(&before),
        config: &config,
        renames: &[],
        prefix: "services/",
        texts: None,
        migrations: None,
        proposal: None,
        downstream: None,
        remarks: vec![],
    });
    render::full(&verdict, TextOptions { head: Some(&after), base: Some(&before), explain })
}

/// A text without colours.
fn plain(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    let colour = |part: &str| part.split_once('m').map(|(_, rest)| rest.to_owned());
    first + &parts.map(|part| colour(part).unwrap_or_else(|| format!("\u{1b}[{part}"))).collect::<String>()
}

#[test]
fn findings_have_their_source() {
    let shown = checked(false);
    assert!(shown.contains("\u{1b}["), "it has colours");
    let expected = "\
error[BJ102 drop-column]: column `users.phone` is dropped with its values
 --> services/app/models.py:2:1
  |
2 | class Users(Base):
  | ------------------
  |
 ::: services/app/models.py (base):5:5
  |
5 |     phone = Column(String(40))
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^
";
    assert!(plain(&shown).contains(expected), "{}", plain(&shown));
}

#[test]
fn findings_about_one_column_are_shown_together() {
    let shown = plain(&checked(false));
    for part in [
        "4 |     mail = Column(String(200), nullable=False)  # a comment\n",
        "^^^^^^^^^^^  ^^^^^^^^^^^^^^",
        "BJ205",
        "[BJ204 nullable-to-required]: column `users.mail` becomes required",
    ] {
        assert!(shown.replace('-', "^").contains(&part.replace('-', "^")), "{part}\n{shown}");
    }
    assert_eq!(shown.matches("mail = Column").count(), 1, "{shown}");
    assert!(shown.contains("3 errors"), "each is counted\n{shown}");
}

#[test]
fn explanations_follow_where_they_are_asked_for() {
    for code in ["BJ102 drop-column", "BJ204 nullable-to-required", "BJ205 narrow-type"] {
        let title = format!("# {code}\n");
        assert_eq!(plain(&checked(true)).matches(&title).count(), 1, "{code}");
        assert_eq!(plain(&checked(false)).matches(&title).count(), 0, "{code}");
    }
}

/// All that a terminal interprets.
#[track_caller]
fn holds(verdict: &Verdict, evil: &str) {
    let tree = Tree::in_memory([(evil, format!("\n{evil}\n{evil}\n").as_str())]);
    let options = TextOptions { head: Some(&tree), base: Some(&tree), explain: false };
    let shown = plain(&render::full(verdict, options));
    let bad = |letter: char| letter != '\n' && (letter.is_control() || belljar_text::is_unsafe(letter));
    assert!(!shown.contains(bad), "{shown:?}");
}

#[test]
fn hostile_lines() {
    for evil in [
        "\u{1b}[2J\u{1b}]0;x\u{7}",
        "a\u{202e}b",
        "\t\u{0}Column(\u{85}",
        "表Column('",
        "::error::x",
        "\\'\"#",
    ] {
        holds(&verdict(evil, 2), evil);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_line_reaches_the_terminal_as_it_is(evil in text()) {
        holds(&verdict(&evil, 2), &evil);
    }
}
