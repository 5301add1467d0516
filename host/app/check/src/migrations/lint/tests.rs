use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::{Column, Severity, Table};
use belljar_testing::make::{column, document, id, index, place, table, with};

use super::*;
use crate::{Verdict, render};

const PATH: &str = "db/versions/b.py";

/// A version file whose statements are on lines 2 and on.
fn tree(lines: &[&str]) -> Tree {
    Tree::in_memory([(PATH, format!("def upgrade():\n{}\n", lines.join("\n")))])
}

/// A statement on `users`, at a line, that adds a column or an index.
struct Made {
    kind: &'static str,
    text: Option<&'static str>,
    flags: BTreeSet<String>,
    before: Document,
    after: Document,
    place: Option<Place>,
}

fn users(columns: Vec<Column>) -> Document {
    document(vec![table("users", [vec![id()], columns].concat())])
}

fn made(kind: &'static str, line: u32, change: impl FnOnce(&mut Table)) -> Made {
    let before = users(vec![column("name", "VARCHAR")]);
    let mut after = before.clone();
    after.tables.iter_mut().take(1).for_each(|table| *table = with(table, |_| {}));
    if let Some(table) = after.tables.first_mut() {
        change(table);
    }
    Made { kind, text: None, flags: BTreeSet::new(), before, after, place: place(PATH, line) }
}

fn statement(text: &'static str, line: u32) -> Made {
    Made { text: Some(text), ..made("statement", line, |_| {}) }
}

fn add_index(line: u32) -> Made {
    made("create_index", line, |table| table.indexes.push(index("ix", &["name"])))
}

/// The verdict on one version with these statements.
fn verdict_of(
    made: &[Made],
    tree: &Tree,
    problems: &[Diagnostic],
    changes: Option<&VersionChanges>,
    change: impl FnOnce(&mut Version<'_>),
) -> Verdict {
    let step = |made: &'_ Made| Step {
        kind: made.kind,
        table: Some("users"),
        name: None,
        text: made.text,
        flags: Box::leak(Box::new(made.flags.clone())),
        before: made.before.clone(),
        after: made.after.clone(),
        place: Box::leak(Box::new(made.place.clone())).as_ref(),
    };
    let mut version = Version {
        revision: "b",
        place: Box::leak(Box::new(place(PATH, 1))).as_ref(),
        is_judged: true,
        is_reversible: true,
        outcome: "run",
        reasons: &[],
        steps: made.iter().map(step).collect(),
    };
    change(&mut version);
    let history = History { name: "db", dialect: "postgresql", versions: vec![version], problems };
    lint(LintInput {
        histories: &[history],
        changes,
        config: &CheckConfig::default(),
        tree,
        prefix: "",
        sqlalchemy: Generation { version: "2.0".to_owned(), reason: String::new() },
        remarks: Vec::new(),
    })
}

fn facts(verdict: &Verdict) -> Vec<String> {
    let fact = |item: &crate::Item| {
        let line = item.spot.place.as_ref().map_or(0, |place| place.line);
        format!("{line} {} {:?}", item.finding.code, item.finding.severity)
    };
    let mut found: Vec<String> = verdict.findings.iter().map(fact).collect();
    found.sort();
    found
}

#[test]
fn statements_and_histories() {
    let tree = tree(&["    x"]);
    let problem = |code: &str| Diagnostic::new(Severity::Error, code, "something is wrong").at(PATH, 1);
    let no_changes = VersionChanges::default();
    let edited = VersionChanges { edited: BTreeSet::from([PATH.to_owned()]), ..VersionChanges::default() };
    let removed = VersionChanges {
        removed: BTreeMap::from([("db/versions/a.py".to_owned(), "a".to_owned())]),
        ..VersionChanges::default()
    };
    let long = "a".repeat(33);
    let of_problem = |code: &str| facts(&verdict_of(&[], &tree, &[problem(code)], None, |_| {}));
    assert_eq!(facts(&verdict_of(&[], &tree, &[], None, |_| {})), [""; 0]);
    assert_eq!(facts(&verdict_of(&[add_index(2)], &tree, &[], None, |_| {})), ["2 BJ401 Warning"]);
    for (code, expected) in [
        ("migration-missing", "1 BJ020 Error"),
        ("migration-duplicate", "1 BJ021 Error"),
        ("migration-circle", "1 BJ022 Error"),
        ("migration-heads", "1 BJ023 Error"),
    ] {
        assert_eq!(of_problem(code), [expected]);
    }
    assert_eq!(of_problem("migration-environment"), [""; 0], "which is a problem of the run");
    let with_changes = |changes| facts(&verdict_of(&[], &tree, &[], Some(changes), |_| {}));
    assert_eq!(with_changes(&no_changes), [""; 0]);
    assert_eq!(with_changes(&edited), ["1 BJ024 Warning"]);
    assert_eq!(with_changes(&removed), ["0 BJ025 Warning"]);
    let irreversible =
        |made: &[Made]| facts(&verdict_of(made, &tree, &[], None, |version| version.is_reversible = false));
    assert_eq!(irreversible(&[]), [""; 0], "a merge of heads has nothing to undo");
    assert_eq!(irreversible(&[statement("SET x = 1", 2)]), ["1 BJ026 Note"]);
    let long =
        verdict_of(&[], &tree, &[], None, |version| version.revision = Box::leak(long.into_boxed_str()));
    assert_eq!(facts(&long), ["1 BJ027 Error"]);
    let skipped = verdict_of(&[add_index(2)], &tree, &[], None, |version| version.is_judged = false);
    assert_eq!(facts(&skipped), [""; 0]);
}

#[test]
fn comments_silence() {
    for (line, expected) in [
        ("    op.create_index()  # belljar: ignore[BJ401] the table is small", (0, 1)),
        ("    op.create_index()  # belljar: ignore[BJ401]", (1, 0)),
        ("    op.create_index()  # belljar: ignore[BJ402] the table is small", (1, 0)),
        ("    op.create_index()", (1, 0)),
    ] {
        let verdict = verdict_of(&[add_index(2)], &tree(&[line]), &[], None, |_| {});
        assert_eq!((verdict.findings.len(), verdict.silenced.len()), expected, "{line}");
    }
}

#[test]
fn reports() {
    let reason = belljar_testing::make::reason();
    let verdict = verdict_of(&[add_index(2)], &tree(&["    op.create_index('ix')"]), &[], None, |version| {
        version.outcome = "partial";
        version.reasons = Box::leak(Box::new([reason]));
    });
    let concise = render::concise(&verdict);
    for part in [
        "db/versions/b.py:2: warning BJ401: index `users.ix` is built, and writes to `users` are blocked",
        "judged only in part:\n  db/versions/b.py:1: `b`: ",
        "1 version, 1 warning; checked for PostgreSQL\npassed\n",
    ] {
        assert!(concise.contains(part), "{part}\n{concise}");
    }
    let markdown = render::markdown(&verdict, "", None);
    assert!(markdown.starts_with("<!-- belljar-migrations -->\n### Migrations: 1 warning\n"), "{markdown}");
    assert!(markdown.contains("Judged only in part"), "{markdown}");
    let full = render::full(&verdict, render::TextOptions::default());
    assert!(full.contains("BJ401"), "{full}");
    let sarif = render::sarif(&verdict).unwrap();
    assert!(sarif.contains("undetermined-version") && sarif.contains("\"BJ401\""), "{sarif}");
    assert!(render::github(&verdict).contains("title=judged only in part"));
    assert!(render::junit(&verdict).unwrap().contains("belljar migrations lint"));
    assert!(render::gitlab(&verdict).unwrap().contains("BJ401"));
    let json = serde_json::to_value(&verdict).unwrap();
    assert_eq!(json["migrations"]["environments"][0]["undetermined"][0]["revision"], "b");
    let back: Verdict = serde_json::from_value(json).unwrap();
    assert_eq!(back.migrations, verdict.migrations);
}

/// Names and texts of version files are escaped in every form.
#[test]
fn hostile_texts() {
    let evil = "x`\n::error::</details><script>[a](https://e.example)\u{202e}";
    let mut hostile = made("create_index", 2, |table| {
        let mut found = index("ix", &["name"]);
        found.name = Some(evil.to_owned());
        table.indexes.push(found);
    });
    hostile.text = Some("DELETE FROM \"x`\n::error::<script>\"");
    let revision: &'static str = Box::leak(format!("{evil}{}", "y".repeat(100_000)).into_boxed_str());
    let verdict = verdict_of(&[hostile], &tree(&["    x"]), &[], None, |version| {
        version.revision = revision;
        version.outcome = "partial";
    });
    assert!(verdict.findings.len() >= 2, "{:?}", facts(&verdict));
    let texts = [
        render::concise(&verdict),
        render::full(&verdict, render::TextOptions::default()),
        render::markdown(&verdict, "", None),
        render::github(&verdict),
        render::sarif(&verdict).unwrap(),
        render::junit(&verdict).unwrap(),
        render::gitlab(&verdict).unwrap(),
    ];
    for text in texts {
        assert!(!text.contains("\n::error::"), "{text}");
        assert!(!text.contains('\u{202e}'), "{text}");
        assert!(text.len() < 200_000, "{}", text.len());
    }
    let markdown = render::markdown(&verdict, "", None);
    let mut options = comrak::Options::default();
    options.render.r#unsafe = true;
    let html = comrak::markdown_to_html(&markdown, &options);
    assert!(!html.contains("<script>") && !html.contains("href"), "{html}");
}

/// The rules of the findings about an index that the models add, and of those that the migration settles.
fn judged_index(
    made: &Made,
    text: &str,
    config: &CheckConfig,
    change: impl FnOnce(&mut Version<'_>),
) -> [Vec<String>; 2] {
    let base = users(vec![column("name", "VARCHAR")]);
    let mut head = base.clone();
    head.tables.iter_mut().for_each(|table| table.indexes.push(index("ix", &["name"])));
    let tree = tree(&[text]);
    let mut version = Version {
        revision: "b",
        place: Box::leak(Box::new(place(PATH, 1))).as_ref(),
        is_judged: true,
        is_reversible: true,
        outcome: "run",
        reasons: &[],
        steps: vec![Step {
            kind: made.kind,
            table: Some("users"),
            name: Some("ix"),
            text: made.text,
            flags: &made.flags,
            before: made.before.clone(),
            after: made.after.clone(),
            place: made.place.as_ref(),
        }],
    };
    change(&mut version);
    let histories = [History { name: "db", dialect: "postgresql", versions: vec![version], problems: &[] }];
    let changes = VersionChanges { added: BTreeSet::from([PATH.to_owned()]), ..VersionChanges::default() };
    let verdict = crate::check(&Input {
        base: Ok(&base),
        head: &head,
        tree: Some(&tree),
        base_tree: None,
        config,
        proposal: None,
        renames: &[],
        prefix: "",
        downstream: None,
        owners: Owners(None),
        remarks: Vec::new(),
        texts: None,
        migrations: Some(Migrated {
            histories: &histories,
            changes: Some(&changes),
            drifts: &[],
            words: None,
        }),
    });
    let open = verdict.findings.iter().map(|item| item.finding.code.clone());
    let of_migrations = verdict.migrations.iter().flat_map(|one| &one.settled);
    [open.collect(), of_migrations.map(|one| one.item.finding.code.clone()).collect()]
}

/// What settles a finding: the statement, how it is carried out, and that the text shows both.
#[test]
fn what_is_settled() {
    let config = |text: &str| {
        CheckConfig::parse(&*format!("check.ignore = ['naming', 'design', 'BJ026']\n{text}"))
            .expect("a configuration")
    };
    let with = |flags: &[&str]| {
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        Made { flags, ..add_index(2) }
    };
    let concurrent = with(&["autocommit", "concurrently"]);
    let shown = "    op.create_index('ix', 'users', postgresql_concurrently=True)";
    let plain = config("");
    let judge = |made: &Made, text: &str, config: &CheckConfig| judged_index(made, text, config, |_| {});
    let of = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<String>>();
    let (open, none) = (of(&["BJ401"]), of(&[]));
    assert_eq!(judge(&concurrent, shown, &plain), [none.clone(), open.clone()]);
    for mode in ["judge", "off"] {
        let set = config(&format!("check.migrations = '{mode}'"));
        assert_eq!(judge(&concurrent, shown, &set), [open.clone(), none.clone()], "{mode}");
    }
    for text in [
        "    op.create_index('ix', 'users')",
        "    op.create_index(NAME, 'users', postgresql_concurrently=True)",
        "",
    ] {
        assert_eq!(judge(&concurrent, text, &plain), [open.clone(), none.clone()], "{text}");
    }
    assert_eq!(judge(&add_index(2), shown, &plain), [open.clone(), none.clone()], "not as it ran");
    let in_vain = judge(&with(&["concurrently"]), shown, &plain);
    assert_eq!(in_vain, [of(&["BJ030", "BJ401"]), none.clone()], "it fails in a transaction");
    let elsewhere = Made { place: place("db/other.py", 2), ..with(&["autocommit", "concurrently"]) };
    assert_eq!(judge(&elsewhere, shown, &plain), [open.clone(), none.clone()], "in no version file");
    let doubtful = with(&["autocommit", "concurrently", "doubt"]);
    assert_eq!(judge(&doubtful, shown, &plain), [open.clone(), none.clone()]);
    let reason = belljar_testing::make::reason();
    let partial = judged_index(&concurrent, shown, &plain, |version| {
        version.outcome = "partial";
        version.reasons = Box::leak(Box::new([reason]));
    });
    assert_eq!(partial, [open.clone(), none.clone()], "a version that is not known exactly");
    let other = config("check.databases = ['postgresql', 'mysql']");
    assert_eq!(judge(&concurrent, shown, &other), [none.clone(), open.clone()], "MySQL has no such lock");
    let mysql = config("check.databases = ['mysql']");
    assert_eq!(judge(&concurrent, shown, &mysql), [none.clone(), none]);
}
