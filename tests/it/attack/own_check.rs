//! A change that decides about its own check: settings, silencing comments, artefacts, owners and pins that come with it.
//! Expected: what the base has counts, and what the change brings is a finding for a reviewer. Each control shows that the
//! same counts where the base has it, or where the head is trusted.

use serde_json::Value;

use crate::support::{Belljar, Project, Run, commit, repository, write_all};

const CONFIG: &str = "[check]\ndatabases = [\"postgresql\"]\n";

const BEFORE: &str = "from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class User(Base):
    __tablename__ = 'users'
    id = Column(Integer, primary_key=True)
    mail = Column(String(100))
    salary = Column(Integer)

class Old(Base):
    __tablename__ = 'old'
    id = Column(Integer, primary_key=True)
";

/// Files of two commits.
fn commits(before: &[(&str, &str)], after: &[(&str, &str)]) -> Project {
    let project = repository(before);
    write_all(project.path(), after);
    commit(project.path(), "after");
    project
}

#[track_caller]
fn belljar(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(arguments).arguments(["--quiet", "--timeout", "30m"]).run()
}

#[track_caller]
fn check(project: &Project, more: &[&str]) -> (i32, Value) {
    let run = belljar(project, &[&["check", "HEAD~1", "HEAD", "--format", "json"], more].concat());
    (run.code, serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{run}")))
}

fn codes(verdict: &Value) -> Vec<&str> {
    verdict["findings"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect()
}

/// The messages of the findings of a rule.
fn messages_of<'a>(verdict: &'a Value, code: &str) -> Vec<&'a str> {
    let findings = verdict["findings"].as_array().unwrap().iter();
    findings.filter(|one| one["code"] == code).map(|one| one["message"].as_str().unwrap()).collect()
}

fn without(what: &str) -> String {
    assert!(BEFORE.contains(what));
    BEFORE.replace(what, "")
}

const OLD: &str = "
class Old(Base):
    __tablename__ = 'old'
    id = Column(Integer, primary_key=True)
";

#[test]
fn settings_that_switch_off_what_would_stop_it() {
    let models = without(OLD);
    for (settings, reported) in [
        ("[rules]\ndrop-table = 'off'\n", "`rules.drop-table` is new with `\"off\"`, and is not used yet"),
        ("[rules]\ndestructive.except-tables = ['*']\n", "`rules.destructive` is new"),
        ("[rules]\nBJ101 = 'note'\n", "`rules.BJ101` is new"),
        ("[check]\nfail-on = 'never'\n", "`check.fail-on` is new with `\"never\"`, and is not used yet"),
        ("[check]\nrenames = ['old=']\n", "`check.renames` is new"),
        ("[check\n", "`belljar.toml` can't be compared with that of the base, which is used"),
    ] {
        let project =
            commits(&[("models.py", BEFORE)], &[("models.py", &models), ("belljar.toml", settings)]);
        let (code, verdict) = check(&project, &[]);
        assert_eq!((code, messages_of(&verdict, "BJ101").len()), (1, 1), "{settings}: {verdict:#}");
        assert!(
            messages_of(&verdict, "BJ010").iter().any(|one| one.starts_with(reported)),
            "{settings}: {verdict:#}"
        );
    }
    // Which findings it would have taken away is said, with the line.
    let project = commits(
        &[("models.py", BEFORE)],
        &[("models.py", &models), ("belljar.toml", "\n[rules]\ndrop-table = 'off'\n")],
    );
    let (_, verdict) = check(&project, &[]);
    assert!(
        messages_of(&verdict, "BJ010")[0].ends_with("it would remove or lower BJ101 of `old`"),
        "{verdict:#}"
    );
    let found = verdict["findings"].as_array().unwrap().iter().find(|one| one["code"] == "BJ010").unwrap();
    assert_eq!(found["spot"]["place"], serde_json::json!({"path": "belljar.toml", "line": 3}));
    assert!(verdict["problems"].to_string().contains("the base has no configuration"), "{verdict:#}");
    // Control: the head is trusted.
    assert_eq!(check(&project, &["--config-from", "head"]).0, 0);
    // Control: the base has it.
    let settings = ("belljar.toml", "[rules]\ndrop-table = 'off'\n");
    let project = commits(&[("models.py", BEFORE), settings], &[("models.py", &models)]);
    let (code, verdict) = check(&project, &[]);
    assert_eq!((code, codes(&verdict)), (0, vec![]));
}

#[test]
fn settings_that_the_base_has_and_the_head_takes_away() {
    let strict = "[check]\nfail-on = 'warning'\n[contracts.pay.tables]\nusers = ['salary']\n";
    let models = without("    salary = Column(Integer)\n");
    let project = commits(
        &[("models.py", BEFORE), ("belljar.toml", strict)],
        &[("models.py", &models), ("belljar.toml", "# nothing\n")],
    );
    let (code, verdict) = check(&project, &[]);
    assert_eq!((code, verdict["fail_on"].as_str()), (1, Some("warning")));
    assert_eq!(messages_of(&verdict, "BJ001").len(), 1, "{verdict:#}");
    let reported = messages_of(&verdict, "BJ010").join("\n");
    assert!(
        reported.contains("`contracts.pay` was removed") && reported.contains("BJ001 of `users.salary`"),
        "{reported}"
    );
    assert!(reported.contains("`check.fail-on` was removed"), "{reported}");
    // Control.
    let (_, verdict) = check(&project, &["--config-from", "head"]);
    assert_eq!((messages_of(&verdict, "BJ001").len(), messages_of(&verdict, "BJ010").len()), (0, 0));
}

#[test]
fn settings_beside_a_base_without_files() {
    let project = commits(
        &[("models.py", BEFORE)],
        &[("models.py", &without(OLD)), ("belljar.toml", "[rules]\ndrop-table = 'off'\n")],
    );
    belljar(&project, &["extract", "--rev", "HEAD~1", "--format", "json", "-o", "base.json"]).exits_with(0);
    let run = belljar(&project, &["check", "base.json", "HEAD"]).exits_with(1);
    assert!(run.stdout.contains("BJ101") && run.stdout.contains("`--config FILE`"), "{run}");
    belljar(&project, &["check", "base.json", "HEAD", "--config-from", "head"]).exits_with(0);
    belljar(&project, &["check", "base.json", "HEAD", "--config", "belljar.toml"]).exits_with(0);
}

/// The models with a line of theirs replaced.
fn with(models: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(models.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in\n{text}");
        text.replace(from, to)
    })
}

const MAIL: &str = "mail = Column(String(100))";
const SALARY: &str = "salary = Column(Integer)";
const REQUIRED: &str = "salary = Column(Integer, nullable=False)";
const WHY: &str = "  # belljar: ignore[BJ204, BJ406] filled in March";

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
fn comments_that_silence_their_own_change() {
    let required = |comment: &str| format!("{REQUIRED}{comment}");
    let silent = |line: &str| format!("{line}{WHY}");
    // What the base has, what the head has, and whether the comment counts.
    let cases: Vec<(&str, String, String, bool)> = vec![
        ("new", BEFORE.to_owned(), with(BEFORE, &[(SALARY, &required(WHY))]), false),
        (
            "moved from another column",
            with(BEFORE, &[(MAIL, &silent(MAIL))]),
            with(BEFORE, &[(SALARY, &required(WHY))]),
            false,
        ),
        (
            "copied from another column",
            with(BEFORE, &[(MAIL, &silent(MAIL))]),
            with(BEFORE, &[(MAIL, &silent(MAIL)), (SALARY, &required(WHY))]),
            false,
        ),
        (
            "joined to the line of another column",
            with(BEFORE, &[(MAIL, &silent(MAIL))]),
            with(BEFORE, &[(&format!("    {SALARY}\n"), ""), (MAIL, &format!("{MAIL}; {REQUIRED}{WHY}"))]),
            false,
        ),
        (
            "for another rule",
            with(BEFORE, &[(SALARY, &format!("{SALARY}  # belljar: ignore[BJ102] gone soon"))]),
            with(BEFORE, &[(SALARY, &required(WHY))]),
            false,
        ),
        (
            "with another column of its name",
            with(
                BEFORE,
                &[("__tablename__ = 'old'", &format!("__tablename__ = 'old'\n    {}", silent(SALARY)))],
            ),
            with(
                BEFORE,
                &[
                    (SALARY, &required(WHY)),
                    ("__tablename__ = 'old'", &format!("__tablename__ = 'old'\n    {}", silent(SALARY))),
                ],
            ),
            false,
        ),
        (
            "on the same column, on another line",
            with(BEFORE, &[(SALARY, &silent(SALARY))]),
            with(BEFORE, &[(SALARY, &required(WHY)), ("\nclass User", "\n\n# people\nclass User")]),
            true,
        ),
        (
            "above it instead of beside it",
            with(BEFORE, &[(SALARY, &silent(SALARY))]),
            with(BEFORE, &[(SALARY, &format!("{}\n    {REQUIRED}", WHY.trim()))]),
            true,
        ),
    ];
    for (name, before, after, counts) in cases {
        let project = commits(&[("models.py", &before), ("belljar.toml", CONFIG)], &[("models.py", &after)]);
        let (code, verdict) = check(&project, &[]);
        let open = messages_of(&verdict, "BJ204");
        assert_eq!((code, open.len()), if counts { (0, 0) } else { (1, 1) }, "{name}: {verdict:#}");
        if !counts {
            assert!(open[0].contains("needs a reviewer or `--config-from head`"), "{name}: {open:?}");
            let reported = messages_of(&verdict, "BJ011").join("\n");
            assert!(reported.contains("would silence BJ204 of `users.salary`"), "{name}: {reported}");
        }
        // Control: where the head is trusted, each silences.
        let (code, verdict) = check(&project, &["--config-from", "head"]);
        assert_eq!((code, messages_of(&verdict, "BJ204").len()), (0, 0), "{name}: {verdict:#}");
    }
}

#[test]
fn comments_for_tables_and_files() {
    let for_class = "# belljar: ignore[BJ102] nobody reads it\nclass User";
    let for_file = "# belljar: ignore-file[BJ101] no longer used\nBase =";
    let gone = |text: &str| text.replace("    salary = Column(Integer)\n", "").replace(OLD, "");
    let commented = with(BEFORE, &[("class User", for_class), ("Base =", for_file)]);
    let counts = commits(&[("models.py", &commented)], &[("models.py", &gone(&commented))]);
    let (code, verdict) = check(&counts, &[]);
    assert_eq!((code, codes(&verdict), verdict["silenced"].as_array().unwrap().len()), (0, vec![], 2));
    let new = commits(&[("models.py", BEFORE)], &[("models.py", &gone(&commented))]);
    let (code, verdict) = check(&new, &[]);
    assert_eq!(
        (code, messages_of(&verdict, "BJ101").len(), messages_of(&verdict, "BJ102").len()),
        (1, 1, 1),
        "{verdict:#}"
    );
    // The class of a table that is dropped is given to a table whose comment the base has.
    let named = with(&commented, &[("class User", "class Person"), ("ignore[BJ102]", "ignore[BJ101]")]);
    let named = named.replace("# belljar: ignore-file[BJ101] no longer used\n", "");
    let head = named.replace(OLD, "").replace("class Person", "class Old");
    let swapped = commits(&[("models.py", &named)], &[("models.py", &head)]);
    let (code, verdict) = check(&swapped, &[]);
    assert_eq!((code, messages_of(&verdict, "BJ101").len()), (1, 1), "{verdict:#}");
    assert_eq!(messages_of(&check(&swapped, &["--config-from", "head"]).1, "BJ101").len(), 0, "the control");
}

/// Types of one database in a new table do not take the rules of the others away.
#[test]
fn types_that_choose_the_database() {
    let added = "
from sqlalchemy.dialects import mysql
class New(Base):
    __tablename__ = 'new'
    id = Column(mysql.TINYINT, primary_key=True)
";
    let before = "from sqlalchemy import Column, Integer\nfrom sqlalchemy.dialects.postgresql import JSONB\nfrom \
                  sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n\nclass Doc(Base):\n    \
                  __tablename__ = 'docs'\n    id = Column(Integer, primary_key=True)\n    body = Column(JSONB)\n    \
                  size = Column(Integer)\n";
    let after = before.replace("    body = Column(JSONB)\n", "") + added;
    let (_, verdict) = check(&commits(&[("models.py", before)], &[("models.py", &after)]), &[]);
    assert_eq!(verdict["dialects"], serde_json::json!(["postgresql", "sqlite"]));
    // Control: without a base the types of the head are all there is.
    let (_, verdict) = check(&commits(&[("readme.py", "")], &[("models.py", &after)]), &[]);
    assert_eq!(verdict["dialects"], serde_json::json!(["mysql", "mariadb"]));
}

#[test]
fn pins_that_choose_another_release() {
    let project = commits(
        &[("models.py", BEFORE), ("requirements.txt", "sqlalchemy>=2.0,<2.1\n")],
        &[("requirements.txt", "sqlalchemy<2\n")],
    );
    let (code, verdict) = check(&project, &[]);
    assert_eq!((code, codes(&verdict)), (0, vec!["BJ013"]), "{verdict:#}");
    assert!(
        messages_of(&verdict, "BJ013")[0].starts_with("the head runs with SQLAlchemy 1.4."),
        "{verdict:#}"
    );
    let (_, verdict) = check(&project, &["--sqlalchemy", "2.0"]);
    assert_eq!(codes(&verdict), [""; 0], "the control");
}

/// Files that a rule of the change ignores: what the base has is read, and what is new is left out only by rules of the base.
#[test]
fn rules_that_ignore_models() {
    let new = "from sqlalchemy import *\nm = MetaData()\nTable('added', m, Column('id', Integer))\n";
    let run = |rules: &str, before: &str| {
        let project = repository(&[("models.py", BEFORE)]);
        // Afterwards: git adds no file that is ignored.
        write_all(project.path(), &[(".gitignore", before)]);
        commit(project.path(), "rules");
        let models = without("    salary = Column(Integer)\n");
        write_all(project.path(), &[("models.py", &models), ("new/added.py", new), (".gitignore", rules)]);
        let run = belljar(&project, &["check", "HEAD", "--format", "json"]);
        let verdict: Value =
            serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{run}"));
        let changes = verdict["diff"]["changes"].as_array().unwrap();
        let mut all: Vec<String> = changes
            .iter()
            .filter(|one| one["subject"] == "table" || one["subject"] == "column")
            .map(|one| format!("{} {}", one["code"].as_str().unwrap(), one["path"]["name"].as_str().unwrap()))
            .collect();
        all.sort();
        all
    };
    let open = run("", "");
    assert_eq!(open, ["add-table added", "drop-column users"]);
    for rules in ["models.py\n", "*.py\n", "new/\n", "*\n"] {
        assert_eq!(run(rules, ""), open, "{rules}");
    }
    // Control: rules that the base has leave out what is new, and nothing that it has.
    assert_eq!(run("new/\nmodels.py\n", "new/\nmodels.py\n"), ["drop-column users"]);
    assert_eq!(run("*.py\n", "new/*.py\n"), ["drop-column users"]);
}

const SHOP_BASE: &str = "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n";
const SHOP_ORDERS: &str = "from sqlalchemy import Column, Integer, String\nfrom shop.base import Base\nclass \
                           Order(Base):\n    __tablename__ = 'orders'\n    id = Column(Integer, primary_key=True)\n    \
                           note = Column(String(50))\n";
const SHOP_OTHER: &str = "from sqlalchemy import Column, Integer, event, Table\nfrom shop.base import Base\nclass \
                          Other(Base):\n    __tablename__ = 'a_other'\n    id = Column(Integer, primary_key=True)\n";

fn shop<'a>(orders: (&'a str, &'a str), other: &'a str) -> [(&'a str, &'a str); 4] {
    [("shop/__init__.py", ""), ("shop/base.py", SHOP_BASE), ("shop/a_other.py", other), orders]
}

fn problems<'a>(verdict: &'a Value, code: &str) -> Vec<&'a str> {
    let all = verdict["problems"].as_array().unwrap().iter();
    all.filter(|one| one["code"] == code).map(|one| one["message"].as_str().unwrap()).collect()
}

/// Models that move to where nobody looks are compared all the same, and it is said that nobody will look there.
#[test]
fn models_that_are_moved_out_of_sight() {
    let before = shop(("shop/orders.py", SHOP_ORDERS), SHOP_OTHER);
    let dropped = SHOP_ORDERS.replace("    note = Column(String(50))\n", "");
    for to in ["tests/orders.py", "docs/orders.py", "build/orders.py", "shop/migrations/orders.py"] {
        for (text, drops) in [(SHOP_ORDERS, 0), (dropped.as_str(), 1)] {
            let project = repository(&before);
            std::fs::remove_file(project.path().join("shop/orders.py")).unwrap();
            write_all(project.path(), &[(to, text)]);
            commit(project.path(), "moved");
            let (code, verdict) = check(&project, &[]);
            assert_eq!(
                (code, messages_of(&verdict, "BJ101").len(), messages_of(&verdict, "BJ102").len()),
                (1, 0, drops),
                "{to}: {verdict:#}"
            );
            let reported = problems(&verdict, "models-left-out");
            assert_eq!(reported.len(), 1, "{verdict:#}");
            assert!(
                reported[0].starts_with(&format!("the models of `orders` are in `{to}`, which is excluded")),
                "{reported:?}"
            );
        }
    }
    // Marks of an environment of migrations around models that stay.
    let project = commits(&before, &[("shop/script.py.mako", "")]);
    let (code, verdict) = check(&project, &[]);
    assert_eq!((code, messages_of(&verdict, "BJ101").len()), (1, 0), "{verdict:#}");
    assert_eq!(problems(&verdict, "models-left-out").len(), 3, "{verdict:#}");
    // Controls: moved in the open, and dropped.
    let project = repository(&before);
    std::fs::remove_file(project.path().join("shop/orders.py")).unwrap();
    commit(project.path(), "dropped");
    let (code, verdict) = check(&project, &[]);
    assert_eq!(
        (code, messages_of(&verdict, "BJ101").len(), problems(&verdict, "models-left-out").len()),
        (1, 1, 0)
    );
    write_all(project.path(), &[("shop/sold.py", SHOP_ORDERS)]);
    commit(project.path(), "moved");
    let run = belljar(&project, &["check", "HEAD~2", "HEAD", "--format", "json"]);
    assert_eq!(run.code, 0, "{run}");
}

/// A table whose own files are as they were is changed by others, and those are named.
#[test]
fn tables_that_change_without_their_files() {
    let before = shop(("shop/orders.py", SHOP_ORDERS), SHOP_OTHER);
    let other = format!(
        "{SHOP_OTHER}@event.listens_for(Column, 'after_parent_attach')\ndef change(column, table):\n    if column.name \
         == 'note': column.nullable = False\n"
    );
    let project = commits(&before, &[("shop/a_other.py", &other)]);
    let (code, verdict) = check(&project, &[]);
    assert_eq!(code, 1, "{verdict:#}");
    // What no look at a single side tells.
    let indexed = format!("{SHOP_ORDERS}    __table_args__ = (Index('by_note', 'note'),)\n")
        .replace("String\n", "String, Index\n");
    let before = shop(("shop/orders.py", &indexed), SHOP_OTHER);
    let later = format!(
        "{SHOP_OTHER}import shop.orders\nnext(iter(Base.metadata.tables['orders'].indexes)).unique = True\n"
    );
    let project = commits(&before, &[("shop/a_other.py", &later)]);
    let (code, verdict) = check(&project, &[]);
    let reported = problems(&verdict, "changed-from-outside");
    assert_eq!((code, reported.len()), (1, 1), "{verdict:#}");
    assert_eq!(
        reported[0],
        "`orders` of `shop/orders.py` differs from the base (modify-index-unique), although neither that file nor its imports changed: `shop/a_other.py` did"
    );
    // Controls: its own file, one that it imports, what is added to it, and nothing of the kind.
    let base = format!(
        "{SHOP_BASE}from sqlalchemy import event, Column\n@event.listens_for(Column, 'after_parent_attach')\ndef \
         change(column, table):\n    if column.name == 'note': column.nullable = False\n"
    );
    let more = format!("{SHOP_OTHER}import shop.orders\nshop.orders.Order.more = Column('more', Integer)\n");
    let required = indexed.replace("String(50)", "String(50), nullable=False");
    for changed in
        [("shop/orders.py", required.as_str()), ("shop/base.py", &base), ("shop/a_other.py", &more)]
    {
        let (_, verdict) = check(&commits(&before, &[changed]), &[]);
        assert_eq!(problems(&verdict, "changed-from-outside"), [""; 0], "{changed:?}: {verdict:#}");
    }
}

/// A file whose text is not what runs is an error, whether it declares something or not.
#[test]
fn encodings_that_hide_the_text() {
    let before = shop(("shop/orders.py", SHOP_ORDERS), SHOP_OTHER);
    for encoding in ["nonsense", "utf-7", "rot13", "unicode_escape"] {
        for path in ["shop/orders.py", "shop/__init__.py"] {
            let text = before.iter().find(|(known, _)| known == &path).unwrap().1;
            let project = commits(&before, &[(path, &format!("# coding: {encoding}\n{text}"))]);
            let (code, verdict) = check(&project, &[]);
            assert_eq!(
                (code, problems(&verdict, "refused-encoding").len()),
                (1, 1),
                "{encoding}: {verdict:#}"
            );
        }
    }
    // The control.
    let project = commits(&before, &[("shop/orders.py", &format!("# coding: latin-1\n{SHOP_ORDERS}"))]);
    let (code, verdict) = check(&project, &[]);
    assert_eq!((code, problems(&verdict, "refused-encoding").len()), (0, 0), "{verdict:#}");
}
