//! What counts: settings, comments that silence, exit codes.

use insta::assert_snapshot;

use super::shop::{AFTER, BEFORE, CONFIG, check, codes, commits, json, last, shop};
use crate::support::{commit, write_all};

/// The head is trusted: its comments count.
const HEAD: &[&str] = &["--config-from", "head"];

#[test]
fn from_which_severity_on_it_fails() {
    let project = shop();
    for (level, code) in [("never", 0), ("error", 1), ("warning", 1), ("note", 1)] {
        last(&project, &["--fail-on", level]).exits_with(code);
    }
    check(&project, &["HEAD", "HEAD", "--fail-on", "note"]).exits_with(0);
    let only_warnings = "[rules]\ndestructive = 'off'\nBJ204 = 'warning'\n";
    let project = commits(only_warnings, BEFORE, AFTER);
    last(&project, &[]).exits_with(0);
    last(&project, &["--fail-on", "warning"]).exits_with(1);
    let project = commits(&format!("[check]\nfail-on = 'warning'\n{only_warnings}"), BEFORE, AFTER);
    last(&project, &[]).exits_with(1);
    last(&project, &["--fail-on", "error"]).exits_with(0);
    last(&project, &["--no-config", "--fail-on", "error"]).exits_with(1);
}

#[test]
fn rules_are_switched_graded_and_scoped() {
    let found = |rules: &str| {
        let value = json(&commits(&format!("{CONFIG}[rules]\n{rules}\n"), BEFORE, AFTER));
        codes(&value).join(" ")
    };
    // What is reported along with another is in the JSON of that one.
    assert_eq!(found(""), "BJ101 BJ102 BJ204 BJ204");
    assert_eq!(found("BJ204 = 'off'"), "BJ101 BJ102 BJ406 BJ406");
    assert_eq!(found("BJ101 = 'off'\nrequired-scans = 'off'"), "BJ102 BJ204 BJ204");
    assert_eq!(found("BJ101 = 'note'\nBJ406 = 'off'"), "BJ102 BJ204 BJ204 BJ101");
    assert_eq!(found("destructive.except-tables = ['cust*']"), "BJ101 BJ204 BJ204");
    assert_eq!(found("destructive.except = ['models.py']"), "BJ204 BJ204");
    assert_eq!(found("destructive.only = ['app/**']\nlocks = 'off'"), "BJ204 BJ204");
}

#[test]
fn a_file_that_is_named_takes_the_place_of_the_repositorys() {
    let project = commits("nonsense", BEFORE, AFTER);
    std::fs::write(project.path().join("other.toml"), "[rules]\ndestructive = 'off'\n").unwrap();
    let run = last(&project, &["--config", "other.toml", "-f", "json"]).exits_with(1);
    let value = serde_json::from_str(&run.stdout).unwrap();
    assert!(!codes(&value).contains(&"BJ101"), "{run}");
}

/// The settings of the base count, a change of them is a finding, and where the head is trusted it is said.
#[test]
fn settings_that_the_change_brings() {
    let project = shop();
    write_all(project.path(), &[("belljar.toml", "[rules]\ndestructive = 'off'\n")]);
    commit(project.path(), "settings");
    let reported =
        |more: &[&str]| check(&project, &[&["HEAD~2", "HEAD", "--format", "markdown"], more].concat()).stdout;
    assert!(
        reported(&[]).contains("`rules.destructive` is new with `\"off\"`, and is not used yet"),
        "{}",
        reported(&[])
    );
    let trusted = reported(&["--config-from", "head"]);
    let note = "- **note** `belljar.toml` differs from the base, and is in effect at `belljar.toml`\n";
    assert!(trusted.contains(note) && !trusted.contains("BJ010"), "{trusted}");
    assert!(!last(&project, &["--no-config"]).stdout.contains("BJ010"));
}

#[test]
fn a_rename_that_is_settled() {
    let after = BEFORE.replace("phone = Column(String(40))", "mobile = Column(String(99))");
    let project = commits(CONFIG, BEFORE, &after);
    assert!(codes(&json(&project)).contains(&"BJ102"));
    let config = format!("{CONFIG}renames = ['customers.phone=customers.mobile']\n");
    let found = json(&commits(&config, BEFORE, &after));
    assert!(codes(&found).contains(&"BJ303") && !codes(&found).contains(&"BJ102"), "{found:#}");
}

#[test]
fn comments_silence() {
    let after = AFTER
        .replace(
            "nullable=False)\n\nclass",
            "nullable=False)  # belljar: ignore[BJ204, required-scans] filled in March\n\nclass",
        )
        .replace("class Customer", "# belljar: ignore[BJ102] nobody calls any more\nclass Customer")
        .replace("Base = decl", "# belljar: ignore-file[drop-table] coupons are over\nBase = decl");
    assert_snapshot!(last(&commits(CONFIG, BEFORE, &after), &[HEAD, &["-f", "concise"]].concat()), @r"
    exit code: 0
    ----- stdout -----
    models.py:17: warning BJ204: can't determine whether column `invoices.total` becomes required, which fails on rows with NULL: its type is `acme_types.Money()`, which is absent; also BJ406 required-scans

    silenced by comments:
      models.py:5: BJ101: table `coupons` is dropped with all its rows (was at models.py:18) (coupons are over)
      models.py:8: BJ102: column `customers.phone` is dropped with its values (was at models.py:11) (nobody calls any more)
      models.py:12: BJ204: column `customers.mail` becomes required, which fails on rows with NULL (filled in March)
      models.py:12: BJ406: table `customers` is locked while every row is scanned for NULL in `mail` (filled in March)

    1 uncertainty is the same in the base; `belljar extract` shows it

    5 changes, 1 warning, 1 of them undetermined, 4 silenced; checked for PostgreSQL
    passed
    `belljar explain BJ204` explains the rule, and what to do instead

    ----- stderr -----
    ");
}

/// A comment that says nothing silences nothing, and is reported; a string that looks like one is none.
#[test]
fn comments_that_are_wrong() {
    let after = AFTER
        .replace(
            "String(100), nullable=False)",
            "String(100), nullable=False)  # belljar: ignore[BJ2O4] filled",
        )
        .replace("class Customer", "# belljar: ignore[BJ102]\nclass Customer")
        .replace(
            "Base = decl",
            "# belljar: please\nnote = '# belljar: ignore-file[BJ101] no comment'\nBase = decl",
        );
    let run = last(&commits(CONFIG, BEFORE, &after), &[HEAD, &["-f", "concise"]].concat()).exits_with(1);
    let reported: String = run.stdout.split_inclusive('\n').take(6).collect();
    assert_snapshot!(reported, @r"
    models.py:5: warning: `belljar: please` can't be parsed, and silences nothing; write `# belljar: ignore[CODE] reason`
    models.py:9: warning: a comment without a reason silences nothing; write the reason after the code
    models.py:13: warning: there is no rule `BJ2O4`, so nothing is silenced; did you mean `BJ204`?
    models.py: error BJ101: table `coupons` is dropped with all its rows (was at models.py:18)
    models.py:10: error BJ102: column `customers.phone` is dropped with its values (was at models.py:11)
    models.py:13: error BJ204: column `customers.mail` becomes required, which fails on rows with NULL; also BJ406 required-scans
    ");
    let github = last(&commits(CONFIG, BEFORE, &after), &["-f", "github"]).stdout;
    assert!(
        github.contains("::warning file=models.py,line=13,title=unknown-rule::there is no rule"),
        "{github}"
    );
}

/// Settings and comments are found as well in this process.
#[test]
fn the_same_in_one_process() {
    let silenced = AFTER
        .replace("nullable=False)\n\nclass", "nullable=False)  # belljar: ignore[BJ204] filled\n\nclass");
    assert_ne!(silenced, AFTER);
    let project = commits(&format!("{CONFIG}[rules]\nBJ406 = 'off'\n"), BEFORE, &silenced);
    let form = |more: &[&str]| last(&project, &[HEAD, &["--format", "json"], more].concat()).exits_with(1);
    let here = form(&["--isolate=never"]);
    let value = serde_json::from_str(&here.stdout).unwrap();
    assert_eq!(codes(&value).join(" "), "BJ101 BJ102 BJ204", "{here}");
    assert_eq!(form(&["--isolate"]).stdout, here.stdout);
}

/// Rules are selected on the command line and in the base, and the command line is trusted.
#[test]
fn rules_are_selected_and_ignored() {
    let found = |config: &str, more: &[&str]| {
        let project = commits(&format!("{CONFIG}{config}"), BEFORE, AFTER);
        let run = last(&project, &[&["--format", "json", "--fail-on", "never"], more].concat()).exits_with(0);
        codes(&serde_json::from_str(&run.stdout).unwrap()).join(" ")
    };
    let all = "BJ101 BJ102 BJ204 BJ204";
    for (config, arguments, expected) in [
        ("", &[][..], all),
        ("", &["--select", "BJ1"], "BJ101 BJ102"),
        ("", &["--select", "bj102,nullable-to-required"], "BJ102 BJ204 BJ204"),
        ("", &["--ignore", "destructive", "--ignore", "BJ406"], "BJ204 BJ204"),
        ("", &["--ignore", "BJ1", "--select", "BJ101"], "BJ101"),
        ("select = ['BJ1']\n", &[], "BJ101 BJ102"),
        ("select = ['BJ1']\n", &["--select", "BJ2"], "BJ204 BJ204"),
        ("ignore = ['BJ1']\n", &["--ignore", "BJ2,locks"], ""),
        ("[rules]\nBJ101 = 'off'\n", &["--select", "BJ1"], "BJ102"),
        ("[rules]\nBJ101 = 'off'\n", &["--select", "BJ101"], "BJ101"),
    ] {
        assert_eq!(found(config, arguments), expected, "{config} {arguments:?}");
    }
    let run = check(&shop(), &["HEAD~1", "HEAD", "--ignore", "BJ1O1"]).exits_with(2);
    assert!(run.stderr.contains("did you mean `BJ101`?"), "{run}");
}

/// A head that ignores rules is reported, and has no effect.
#[test]
fn a_head_that_ignores_rules() {
    let project = shop();
    write_all(project.path(), &[("belljar.toml", &format!("{CONFIG}ignore = ['BJ1', 'BJ2', 'BJ4']\n"))]);
    commit(project.path(), "settings");
    let run = check(&project, &["HEAD~2", "HEAD", "-f", "concise"]).exits_with(1);
    assert!(run.stdout.contains("error BJ101") && run.stdout.contains("BJ010"), "{run}");
}

/// Comments are written into the work tree, once, and silence what failed as soon as they are in effect.
#[test]
fn comments_that_are_written() {
    for isolate in ["--isolate", "--isolate=never"] {
        let project = commits(CONFIG, BEFORE, AFTER);
        let base = ["HEAD~1", isolate];
        let fix = |more: &[&str]| check(&project, &[&base[..], &["--fix", "agreed upon"], more].concat());
        let run = fix(&[]).exits_with(1);
        let text = std::fs::read_to_string(project.path().join("models.py")).unwrap();
        for comment in [
            "# belljar: ignore[BJ102] agreed upon\nclass Customer(Base):",
            "    # belljar: ignore[BJ204, BJ406] agreed upon\n    mail = ",
            "# belljar: ignore-file[BJ101] agreed upon\n",
        ] {
            assert!(text.contains(comment), "{comment}: {text}");
        }
        assert_eq!(text.matches("belljar:").count(), 3, "the warning does not fail the check: {text}");
        assert!(run.stderr.contains("wrote models.py:11: # belljar: ignore[BJ204, BJ406]"), "{run}");
        assert!(run.stderr.contains("3 comments written\n"), "{run}");
        fix(&["--config-from", "head"]).exits_with(0);
        assert_eq!(std::fs::read_to_string(project.path().join("models.py")).unwrap(), text, "once");
    }
    let project = shop();
    for arguments in
        [&["HEAD~1", "HEAD", "--fix", "x"][..], &["HEAD~1..HEAD", "--fix", "x"], &["HEAD", "--fix", "-"]]
    {
        check(&project, arguments).exits_with(2);
    }
}

/// What the project names is checked for; SQLite, which nearly every schema supports, is not added to a server.
#[test]
fn databases_that_the_project_names() {
    let project = commits("", BEFORE, AFTER);
    let run = check(&project, &["HEAD~1", "HEAD"]);
    let derived = "checked for PostgreSQL, MySQL, MariaDB, SQLite, derived from the types";
    assert!(run.stdout.contains(derived), "{run}");
    // The base decides: a change does not choose the databases of its check.
    write_all(project.path(), &[("requirements.txt", "psycopg2-binary\naiosqlite\n")]);
    commit(project.path(), "driver");
    assert!(check(&project, &["HEAD~2", "HEAD"]).stdout.contains(derived));
    let named = "checked for PostgreSQL, as `requirements.txt` names `psycopg2-binary`; set `databases`";
    let run = check(&project, &["HEAD~2", "HEAD", "--config-from", "head"]);
    assert!(run.stdout.contains(named) && !run.stdout.contains("BJ7"), "{run}");
    write_all(project.path(), &[("models.py", BEFORE), ("alembic.ini", "sqlalchemy.url = mysql://h/d\n")]);
    commit(project.path(), "back");
    let run = check(&project, &["HEAD~1", "HEAD"]);
    assert!(run.stdout.contains(named), "{run}");
    let run = check(&project, &["HEAD", "HEAD", "--format", "json"]);
    let verdict: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(verdict["dialects"], serde_json::json!(["postgresql", "mysql"]), "{run}");
    assert_eq!(verdict["dialects_set"], false, "{run}");
    assert_eq!(verdict["dialects_named_by"][1], "`alembic.ini` names `mysql://`", "{run}");
    // A configuration precedes.
    write_all(project.path(), &[("belljar.toml", "[check]\ndatabases = ['sqlite']\n")]);
    commit(project.path(), "settings");
    let run = check(&project, &["HEAD", "HEAD"]);
    assert!(run.stdout.contains("checked for SQLite\n"), "{run}");
}

/// An index is shown at its call, and a comment counts there as it does at the column.
#[test]
fn an_index_is_shown_at_its_call() {
    let models = |items: &str, column: &str| {
        format!(
            "from sqlalchemy import Column, Index, Integer, UniqueConstraint\n\
             from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n\
             class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n    \
             x = Column(Integer){column}\n    __table_args__ = (\n{items}    )\n"
        )
    };
    let places = |before: &str, after: &str| {
        let project = commits("", before, after);
        let run = check(&project, &["HEAD~1", "HEAD", "--format", "concise", "--fail-on", "never"]);
        let places =
            run.stdout.lines().filter(|line| line.starts_with("models.py") && line.contains(" BJ201"));
        places.map(|line| line.split(": ").next().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    let (index, unique) =
        ("        Index('ix', 'x', unique=True),\n", "        UniqueConstraint('x', name='uq'),\n");
    assert_eq!(places(&models("", ""), &models(index, "")), "models.py:9");
    assert_eq!(places(&models("", ""), &models(unique, "")), "models.py:9");
    let loose = format!("{}Index('ix', A.x, unique=True)\n", models("", ""));
    assert_eq!(places(&models("", ""), &loose), "models.py:10");
    // Without a call, the column has it.
    let of_column = models("", "").replace("x = Column(Integer)", "x = Column(Integer, unique=True)");
    assert_eq!(places(&models("", ""), &of_column), "models.py:7");
    // A comment of the base on the column still counts, and one of the head alone does not.
    let comment = "  # belljar: ignore[BJ201] there are no rows yet";
    assert_eq!(places(&models("", comment), &models(unique, comment)), "");
    let marked = unique.replace(",\n", &format!(",{comment}\n"));
    // The finding, and the one about the comment.
    assert_eq!(places(&models("", ""), &models(&marked, "")), "models.py:9 models.py:9");
    // One that the base has on the call of the same name counts.
    let marked =
        |item: &str| models(&format!("        {item},  # belljar: ignore[BJ202] no duplicates\n"), "");
    let project = commits("", &marked("Index('ix', 'x')"), &marked("Index('ix', 'x', unique=True)"));
    let run = check(&project, &["HEAD~1", "HEAD", "--format", "concise", "--fail-on", "never"]);
    assert!(run.stdout.contains("silenced by comments:\n  models.py:9: BJ202"), "{run}");
}
