//! Documents that are made of one hostile text, and the verdict over them.

use std::fmt::Write as _;

use belljar_check::{CheckConfig, Input, Verdict, check};
use belljar_schema::{
    Column, ColumnType, Diagnostic, Document, Generation, Place, PrimaryKey, Reason, Severity, Status, Table,
    Unresolved,
};
use proptest::prelude::*;

/// Pieces that mean something to a renderer, or to what GitHub and GitLab look for in rendered text.
const PIECES: &[&str] = &[
    "`",
    "``",
    "```",
    "\n",
    "\r\n",
    " ",
    "\t",
    "@octocat",
    "#12",
    "GH-12",
    "org/repo#1",
    "!12",
    "&1",
    "%1",
    "~label",
    "$x$",
    "$$",
    ":100:",
    ":smile:",
    "https://e.example/x",
    "http://e.example",
    "www.e.example",
    "ftp://e.example",
    "a@e.example",
    "mailto:a@e.example",
    "xmpp:a@e.example/x",
    "[x](https://e.example)",
    "![x](https://e.example/i.png)",
    "[^1]",
    "[^1]: note",
    "<img src=x>",
    "<b>",
    "</details>",
    "</summary>",
    "<!--",
    "-->",
    "<script>",
    "&lt;b&gt;",
    "&#64;all",
    "\n# heading\n",
    "\n> [!NOTE]\n> x\n",
    "\n---\n",
    "\n===\n",
    "| a | b |\n|---|---|\n| c | d |",
    "**",
    "__",
    "~~",
    "*",
    "_",
    "\\",
    "{0}",
    "[x](1)",
    "- [ ] task",
    "1. x",
    "\u{202e}",
    "\u{200b}",
    "\u{3164}",
    "\u{e0041}",
    "\u{1b}[31m",
    "deadbeef",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "JIRA-1",
    "x",
    "y.z",
    "表",
    "`y`",
    "` is fine, @octocat `",
    "##[error]x",
    "::error::x",
    "]]>",
    "%0A",
    "\u{0}",
    "\u{ffff}",
];

/// The longest text, in bytes: a document has some dozens of it for each table.
const LONGEST: usize = 20_000;

/// A text that is a mixture of these, and now and then far too long.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => (1_usize..400).prop_map(|run| "`".repeat(run)),
    ];
    let mixture = prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat());
    prop_oneof![
        9 => mixture.clone(),
        1 => (mixture, 50_usize..300).prop_map(|(text, times)| text.repeat(times.min(LONGEST / text.len()).max(1))),
    ]
}

#[expect(clippy::unnecessary_wraps, reason = "everything that has a place may have none")]
fn place(path: &str, line: u32) -> Option<Place> {
    Some(Place { path: path.to_owned(), line })
}

fn reason(evil: &str) -> Reason {
    Reason { code: evil.to_owned(), message: evil.to_owned(), hint: Some(evil.to_owned()), package: None }
}

pub(crate) fn column(name: &str, evil: &str, key: bool) -> Column {
    let ddl = || Some(format!("VARCHAR(3) {evil}"));
    Column {
        name: name.to_owned(),
        key: None,
        attribute: None,
        status: Status::Exact,
        reasons: vec![],
        place: place(evil, 3),
        ty: ColumnType {
            class: evil.to_owned(),
            module: evil.to_owned(),
            repr: evil.to_owned(),
            enum_values: None,
            enum_name: None,
            postgresql: ddl(),
            mysql: ddl(),
            mariadb: ddl(),
            sqlite: ddl(),
            mssql: ddl(),
            oracle: ddl(),
        },
        nullable: false,
        primary_key: key,
        autoincrement: "auto".to_owned(),
        server_default: None,
        server_default_literal: false,
        server_onupdate: None,
        default: None,
        onupdate: None,
        computed: None,
        identity: None,
        sequence: None,
        comment: Some(evil.to_owned()),
        foreign_keys: vec![],
        options: std::collections::BTreeMap::from([(evil.to_owned(), evil.to_owned())]),
    }
}

pub(crate) fn table(name: &str, evil: &str) -> Table {
    Table {
        metadata: evil.to_owned(),
        schema: Some(evil.to_owned()),
        name: name.to_owned(),
        status: Status::Exact,
        reasons: vec![],
        place: place(evil, 2),
        class: Some(evil.to_owned()),
        columns: vec![column("id", evil, true)],
        primary_key: PrimaryKey { columns: vec!["id".to_owned()], ..PrimaryKey::default() },
        unique: vec![],
        foreign_keys: vec![],
        checks: vec![],
        indexes: vec![],
        excludes: vec![],
        comment: None,
        prefixes: vec![],
        options: std::collections::BTreeMap::new(),
    }
}

pub(crate) fn document(tables: Vec<Table>) -> Document {
    let mut document =
        Document::empty("0", Generation { version: "2.0.44".to_owned(), reason: String::new() });
    document.tables = tables;
    document
}

/// A base and a head in which every text is `evil`, with `count` tables that are dropped and as many that are in doubt.
pub(crate) fn verdict(evil: &str, count: usize) -> Verdict {
    let name = |n: usize| {
        let mut name = evil.to_owned();
        let _ = write!(name, "{n}");
        name
    };
    let mut base: Vec<Table> = (0..count).map(|n| table(&name(n), evil)).collect();
    base.push(table("kept", evil));
    let mut kept = table("kept", evil);
    kept.columns.push(column(evil, evil, false));
    kept.columns.push(Column {
        status: Status::Partial,
        reasons: vec![reason(evil)],
        ..column("c", evil, false)
    });
    let mut head = document(vec![kept]);
    for n in 0..count {
        head.unresolved.push(Unresolved {
            name: name(n + count),
            class: None,
            place: Place { path: evil.to_owned(), line: 1 },
            reason: reason(evil),
        });
        let diagnostic =
            Diagnostic::new(Severity::Error, "evil", evil.to_owned()).at(evil, 1).hint(evil.to_owned());
        head.diagnostics.push(diagnostic);
    }
    let base = document(base);
    check(&Input {
        owners: belljar_check::Owners::default(),
        base: Ok(&base),
        head: &head,
        tree: None,
        config: &CheckConfig::default(),
        renames: &[],
        prefix: evil,
        base_tree: None,
        texts: None,
        migrations: None,
        proposal: None,
        downstream: None,
        remarks: vec![],
    })
}

/// An impact in which every text is `evil`, of `count` changes with as many readers each.
pub(crate) fn impact(evil: &str, count: usize) -> belljar_impact::Impact {
    let at = serde_json::json!({"path": evil, "line": 1});
    let owner = serde_json::json!({"name": evil, "email": evil, "kind": "meta"});
    let affected = |n: usize| {
        serde_json::json!({
            "dataset": format!("{evil}{n}"), "name": evil, "kind": "model", "system": "dbt", "column": evil, "verdict": "breaks",
            "code": "x", "message": format!("it names `{evil}`, which was dropped"), "certainty": "certain",
            "doubts": vec![evil; count], "steps": 1, "owners": [owner], "place": at,
            "way": vec![serde_json::json!({"dataset": evil, "label": evil, "kind": null, "star": false, "place": at}); count],
        })
    };
    let change = |n: usize| {
        serde_json::json!({
            "change": n, "code": "column-dropped", "path": evil, "becomes": evil, "place": at, "verdict": "breaks",
            "certainty": "certain", "affected": (0..count).map(affected).collect::<Vec<_>>(),
        })
    };
    let unknown = serde_json::json!({
        "dataset": evil, "cause": "sql-not-parsed", "subject": evil, "message": evil, "place": at, "hint": evil, "certainty": "likely",
    });
    let nothing = serde_json::json!({"severity": "warning", "code": "nothing-joined", "message": evil, "hint": evil, "place": at});
    serde_json::from_value(serde_json::json!({
        "format": "1.0", "belljar": "0", "diagnostics": vec![nothing; count],
        "unjoined": {"everything": count % 2 == 1, "tables": vec![evil; count], "sources": vec![evil; count], "queries": vec![evil; count]},
        "summary": {"breaks": 1, "changes_silently": 0, "not_affected": 0, "changes": count, "datasets": 1, "queries": 1,
            "queries_followed": 1, "unknowns": 1},
        "notify": vec![serde_json::json!({"owner": owner, "verdict": "breaks", "datasets": vec![evil; count]}); count],
        "changes": (0..count).map(change).collect::<Vec<_>>(), "unknowns": vec![unknown; count],
    }))
    .unwrap()
}
