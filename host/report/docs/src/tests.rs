use std::collections::BTreeSet;

use belljar_dialect::Database;
use belljar_schema::{Document, Status, Table};
use belljar_testing::make::{column, document, id, reason, refer, table, unresolved, view};

use crate::{INDEX, has_notes, is_own, is_page_name, pages, with_notes};

const DATABASE: Database = Database::Postgresql;

/// Names that files, Markdown, HTML or Mermaid could take for something else.
const HOSTILE: [&str; 24] = [
    "con",
    "NUL",
    "com1.x",
    "readme",
    "README",
    "index",
    "orders",
    "Orders",
    "ORDERS",
    "a/b",
    "../../etc/passwd",
    ".hidden",
    "a|b",
    "a`b``c",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](https://a.example/x.png)",
    "x\n<!-- belljar:notes -->\n<!-- belljar:end of notes -->\n# y",
    "```\n@all",
    "%%{init: {}}%%",
    "größe",
    "grösse",
    "",
    "-",
];

fn hostile() -> Document {
    let tables = HOSTILE.iter().map(|name| {
        let mut own = table(name, vec![id(), column(name, name)]);
        own.comment = Some((*name).to_owned());
        refer(&mut own, name, "orders.id", None);
        own
    });
    let mut all: Vec<Table> = tables.collect();
    all.push(table(&"x".repeat(300), vec![id()]));
    all.push(table(&format!("{}y", "x".repeat(299)), vec![id()]));
    document(all)
}

#[test]
fn files_differ_on_every_file_system() {
    let whole = hostile();
    let pages = pages(&whole, DATABASE);
    let folded: BTreeSet<String> = pages.keys().map(|name| name.to_lowercase()).collect();
    assert_eq!(
        (pages.len(), folded.len()),
        (whole.tables.len() + 1, whole.tables.len() + 1),
        "one is the index"
    );
    for name in pages.keys() {
        assert!(is_page_name(name) && name.len() < 110, "{name}");
        let first = name.split(['.', '-']).next().unwrap_or_default();
        assert!(!["con", "nul", "com1"].contains(&name.split('.').next().unwrap_or_default()), "{name}");
        assert!(!first.is_empty() || name.starts_with('-'), "{name}");
    }
    assert!(pages.contains_key("orders.md"));
    for name in ["../a.md", "a/b.md", "con.md", ".a.md", "A.md", "a", "a.md/", "", ".md", "readme.md"] {
        assert!(!is_page_name(name), "{name}");
    }
}

/// What a page is called does not depend on other tables.
#[test]
fn no_table_renames_the_page_of_another() {
    let whole = pages(&hostile(), DATABASE);
    for one in hostile().tables {
        let alone = pages(&document(vec![one]), DATABASE);
        for name in alone.keys() {
            assert!(whole.contains_key(name), "{name}");
        }
    }
}

/// Outside of code spans and of blocks of code there is only what this program writes.
#[test]
fn no_name_is_markup() {
    let all = pages(&hostile(), DATABASE);
    for (file, page) in &all {
        assert!(is_own(page) && !has_notes(page), "{file}");
        assert_eq!(page.matches("\n<!-- belljar:notes -->\n").count(), 1, "{file}");
        let mut in_block = false;
        for line in page.lines() {
            if line.starts_with("```") {
                in_block = !in_block;
                continue;
            }
            let outside = if in_block { String::new() } else { without_spans(line) };
            let outside = all.keys().fold(outside, |text, name| text.replace(&format!("]({name})"), ""));
            for markup in ["script", "javascript", "https:", "@all", "init", "passwd"] {
                assert!(!outside.contains(markup), "{file}: {line}");
            }
            if line.starts_with('|') && !line.starts_with("|--") {
                let cells = line.replace("\\|", "").matches('|').count();
                assert!([5, 7].contains(&cells), "{file}: {cells} {line}");
            }
        }
        assert!(!in_block, "{file}");
    }
}

/// A line without its code spans, as Markdown finds them: up to the next run of as many backticks.
fn without_spans(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let fence = from.len() - from.trim_start_matches('`').len();
        let mut inner = from.get(fence..).unwrap_or_default();
        loop {
            let Some(next) = inner.find('`') else { return out + from };
            let run = inner.get(next..).unwrap_or_default();
            let length = run.len() - run.trim_start_matches('`').len();
            inner = run.get(length..).unwrap_or_default();
            if length == fence {
                break;
            }
        }
        rest = inner;
    }
    out + rest
}

#[test]
fn what_is_not_certain_is_said() {
    let mut one = table("a", vec![id()]);
    one.status = Status::Partial;
    one.reasons = vec![reason()];
    let mut whole = document(vec![one]);
    whole.unresolved.push(unresolved("lost", None, "a.py"));
    let mut seen = view("v", "select 1");
    seen.reads = Some(vec!["a".to_owned()]);
    whole.views.push(seen);
    let pages = pages(&whole, DATABASE);
    assert!(pages["a.md"].contains("Partial"), "{}", pages["a.md"]);
    assert!(pages["a.md"].contains("* [`v`](v.md): reads it"), "{}", pages["a.md"]);
    let index = &pages[INDEX];
    assert!(
        index.contains("| partial |") && index.contains("## Unresolved") && index.contains("`lost`"),
        "{index}"
    );
}

#[test]
fn notes_are_kept() {
    let page = &pages(&document(vec![table("a", vec![id()])]), DATABASE)["a.md"];
    assert_eq!(with_notes(page, page).as_ref(), Ok(page));
    let written = page.replace("notes -->\n<!--", "notes -->\n\nOurs: $1 `x`\n\n<!--");
    assert!(has_notes(&written) && written != *page);
    let new = page.replace("INTEGER", "BIGINT");
    let kept = with_notes(&new, &written).unwrap();
    assert_eq!(kept, written.replace("INTEGER", "BIGINT"));
    assert_eq!(with_notes(&new, &written.replace('\n', "\r\n")).unwrap(), kept, "as checked out in Windows");
    for broken in [
        written.replace("<!-- belljar:end of notes -->\n", ""),
        written.replace("<!-- belljar:notes -->\n", ""),
        format!("{written}\n<!-- belljar:notes -->\n"),
    ] {
        assert!(with_notes(&new, &broken).is_err() && has_notes(&broken), "{broken}");
    }
}

#[test]
fn a_large_schema_has_no_diagram_of_all() {
    let mut all: Vec<Table> =
        (0..200).map(|at| table(&format!("t{at}"), vec![id(), column("x", "INTEGER")])).collect();
    for one in &mut all {
        refer(one, "x", "t0.id", None);
    }
    let pages = pages(&document(all), DATABASE);
    assert!(!pages[INDEX].contains("```mermaid") && pages[INDEX].contains("too many"));
    assert!(pages["t7.md"].contains("```mermaid"));
}
