//! Who feels a change, from models to the comment: the story of `docs/lineage.md`, as people run it.

use std::fs;

use serde_json::Value;

use crate::support::{Belljar, Project, Run, commit, repository, write_all};

const MANIFEST: &str = include_str!("../../host/downstream/impact/tests/data/story/manifest.json");
const VIEW: &str = include_str!("../../host/downstream/impact/tests/data/story/customers.view.lkml");
const OWNERS: &str = include_str!("../../host/downstream/impact/tests/data/story/CODEOWNERS");
pub(crate) const CONFIG: &str = "[check]
databases = [\"postgresql\"]

[downstream]
dbt = [\"analytics/target/manifest.json\"]
lookml = [\"looker/**/*.lkml\"]

[[landing]]
service = \"none\"
warehouse = \"snowflake\"
database = \"raw\"
schema = \"shop\"

[contracts.revenue]
owners = [\"revenue@acme.example\"]
[contracts.revenue.tables]
orders = [\"id\", \"total\"]
";

fn models(column: &str) -> String {
    format!(
        "from sqlalchemy import Column, Integer, Numeric
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Order(Base):
    __tablename__ = 'orders'
    id = Column(Integer, primary_key=True)
    customer_id = Column(Integer)
    {column} = Column(Numeric(10, 2))
"
    )
}

/// The models with another table.
pub(crate) fn models_with_users(column: &str) -> String {
    let users = "
class User(Base):
    __tablename__ = 'users'
    id = Column(Integer, primary_key=True)
";
    format!("{}\n{users}", models(column))
}

/// What reads the models.
pub(crate) const LINEAGE_FILES: [(&str, &str); 3] = [
    ("analytics/target/manifest.json", MANIFEST),
    ("looker/customers.view.lkml", VIEW),
    ("CODEOWNERS", OWNERS),
];

/// An application with what reads it in one repository; the last commit renames `orders.total`.
fn story(config: &str) -> Project {
    let (before, after) = (models("total"), models("amount"));
    let files = [("belljar.toml", config), ("app/models.py", before.as_str())];
    let project = repository(&[&files[..], &LINEAGE_FILES].concat());
    write_all(project.path(), &[("app/models.py", after.as_str())]);
    commit(project.path(), "Call it what it is");
    project
}

fn belljar(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(arguments).arguments(["--quiet", "--timeout", "30m"]).run()
}

/// Of a directory, the settings, the artefacts and the owners are those of the repository.
#[test]
fn a_directory_has_the_readers_of_its_repository() {
    let project = story(CONFIG);
    let verdict = |more: &[&str]| {
        let check = ["check", "HEAD~1", "HEAD", "--rename", "orders.total=orders.amount", "--format", "json"];
        let run = belljar(&project, &[&check[..], more].concat());
        let verdict: Value =
            serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{run}"));
        (run.code, verdict["findings"].clone(), verdict["impact"].clone())
    };
    let (code, whole, of_whole) = verdict(&[]);
    let (code_of_view, view, of_view) = verdict(&["--repo", "app"]);
    let codes = |findings: &Value| -> Vec<String> {
        findings.as_array().unwrap().iter().map(|one| one["code"].to_string()).collect()
    };
    assert_eq!((code, codes(&whole)), (code_of_view, codes(&view)));
    let affected = |impact: &Value| impact.to_string().matches("\"owners\"").count();
    assert_eq!(affected(&of_whole), affected(&of_view));
    let owners = |impact: &Value| impact.to_string().matches('@').count();
    assert_eq!(owners(&of_whole), owners(&of_view), "{of_view:#}");
}

#[test]
fn a_check_reports_the_readers_of_a_renamed_column() {
    let project = story(CONFIG);
    let check = ["check", "HEAD~1", "HEAD", "--rename", "orders.total=orders.amount"];
    let run = belljar(&project, &[&check[..], &["--format", "json"]].concat()).exits_with(1);
    let verdict: Value = serde_json::from_str(&run.stdout).unwrap();
    let of = |code: &str| -> Vec<String> {
        let findings = verdict["findings"].as_array().unwrap().iter();
        findings
            .filter(|one| one["code"] == code)
            .map(|one| one["message"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        of("BJ001"),
        [
            "contract `revenue` (revenue@acme.example) is broken: `orders.total` was renamed to `orders.amount`"
        ]
    );
    assert_eq!(of("BJ002").len(), 1, "{run}");
    assert!(of("BJ002")[0].starts_with("model `stg_orders`"), "{:?}", of("BJ002"));
    assert_eq!(of("BJ003").len(), 1, "a star");
    assert_eq!(verdict["impact"]["changes"][0]["verdict"], "breaks");
    let owners: Vec<&str> = verdict["impact"]["notify"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["owner"]["name"].as_str().unwrap())
        .collect();
    assert!(owners.contains(&"Eve") && owners.contains(&"ann@acme.example"), "{owners:?}");

    let comment = belljar(&project, &[&check[..], &["--format", "markdown"]].concat()).exits_with(1);
    assert!(comment.stdout.contains("<details><summary>Downstream: "), "{comment}");
    assert!(comment.stdout.contains("**breaks** model `customers`"), "{comment}");

    // The same rules as for all others: what is switched off is not said.
    let off = story(&CONFIG.replace("[downstream]", "[rules]\ndownstream = \"off\"\n[downstream]"));
    let run =
        belljar(&off, &[&check[..], &["--format", "json", "--fail-on", "never"]].concat()).exits_with(0);
    let verdict: Value = serde_json::from_str(&run.stdout).unwrap();
    let codes =
        verdict["findings"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned());
    assert!(codes.into_iter().all(|code| !code.starts_with("BJ0")), "{run}");
}

#[test]
fn without_a_change_there_are_no_effects() {
    let project = story(CONFIG);
    let run = belljar(&project, &["check", "HEAD", "HEAD", "--format", "json"]).exits_with(0);
    let verdict: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(verdict["impact"]["changes"], Value::Array(Vec::new()));
    belljar(&project, &["impact", "HEAD", "HEAD"]).exits_with(0);
}

#[test]
fn impact_of_artefacts_on_the_command_line() {
    let landing =
        CONFIG.replace("[downstream]", "[downstream]\n#").replace("dbt =", "#").replace("lookml =", "#");
    let project = story(&landing);
    let impact = ["impact", "HEAD~1", "HEAD", "--rename", "orders.total=orders.amount"];
    let nothing = belljar(&project, &impact).exits_with(2);
    assert!(nothing.stderr.contains("no downstream artefact is specified"), "{nothing}");
    let named = ["--dbt", "analytics/target/manifest.json", "--lookml", "looker"];
    let run = belljar(&project, &[&impact[..], &named].concat()).exits_with(1);
    for wanted in ["`orders.total` becomes `orders.amount`", "breaks  model stg_orders", "Eve"] {
        assert!(
            run.stdout.contains(wanted) || run.stdout.contains(&wanted.replace('`', "")),
            "{wanted}: {run}"
        );
    }
    let gone = belljar(&project, &[&impact[..], &["--dbt", "nowhere.json"]].concat()).exits_with(2);
    assert!(gone.stderr.contains("cannot read `nowhere.json`"), "{gone}");
}

#[test]
fn without_a_landing_tables_are_joined_by_name_or_that_is_the_answer() {
    let start = CONFIG.find("[[landing]]").unwrap();
    let end = CONFIG.find("[contracts.revenue]").unwrap();
    let without = [&CONFIG[..start], &CONFIG[end..]].concat();
    let impact = ["impact", "HEAD~1", "HEAD", "--rename", "orders.total=orders.amount"];
    // The source of the story is `app.orders`, in the schema `shop`.
    let run = belljar(&story(&without), &impact).exits_with(1);
    assert!(run.stdout.contains("breaks (likely)  model stg_orders"), "{run}");

    // Under a name that is no table's there is nothing to say, and that is no "0 break".
    let far = story(&without);
    let manifest = MANIFEST.replace("orders", "bookings");
    write_all(far.path(), &[("analytics/target/manifest.json", manifest.as_str())]);
    commit(far.path(), "another name");
    let impact =
        ["impact", "HEAD~2", "HEAD", "--rename", "orders.total=orders.amount", "--config-from", "head"];
    let run = belljar(&far, &[&impact[..], &["--format", "text"]].concat()).exits_with(2);
    assert!(
        run.stdout.contains("undetermined: no table is joined") && run.stdout.contains("[[landing]]"),
        "{run}"
    );
    assert!(!run.stdout.contains("0 break"), "{run}");
    let rename = ["--rename", "orders.total=orders.amount", "--config-from", "head"];
    let check = [&["check", "HEAD~2", "HEAD", "--fail-on", "never"][..], &rename].concat();
    let run = belljar(&far, &check).exits_with(0);
    assert!(run.stdout.contains("no table is joined to a reader"), "{run}");
}

#[test]
fn lineage_without_a_column_is_a_summary() {
    let run = belljar(&story(CONFIG), &["lineage", "--rev", "HEAD~1"]).exits_with(0);
    for wanted in ["tables, by number of readers", "orders", "hint: show one of them"] {
        assert!(run.stdout.contains(wanted), "{wanted}: {run}");
    }
    assert!(run.stdout.lines().count() < 30, "{run}");
}

#[test]
fn lineage_without_a_reader_says_what_it_needs() {
    let project = story("");
    for more in [&[][..], &["orders.total"], &["--format", "json"]] {
        let run = belljar(&project, &[&["lineage", "--rev", "HEAD~1"][..], more].concat()).exits_with(2);
        assert_eq!(run.stdout, "", "{run}");
        for words in ["no downstream artefact is specified", "`--dbt target/manifest.json`", "`[downstream]`"]
        {
            assert!(run.stderr.contains(words), "{words}: {run}");
        }
    }
    // A view of the schema is a reader.
    let models = "from sqlalchemy import Column, DDL, Integer\nfrom sqlalchemy.orm import declarative_base\n\
                  Base = declarative_base()\nclass A(Base):\n    __tablename__ = 'a'\n    \
                  id = Column(Integer, primary_key=True)\nv = DDL('CREATE VIEW v AS SELECT id FROM a')\n";
    let run = belljar(&Project::new(&[("models.py", models)]), &["lineage", "a.id"]).exits_with(0);
    assert!(run.stdout.contains("v.id"), "{run}");
}

#[test]
fn lineage_of_a_column_in_every_form() {
    let project = story(CONFIG);
    let lineage = ["lineage", "orders.total", "--rev", "HEAD~1", "--downstream"];
    let with =
        |form: &str| belljar(&project, &[&lineage[..], &["--format", form]].concat()).exits_with(0).stdout;
    let text = with("text");
    assert!(text.contains("stg_orders") && text.contains("revenue_board"), "{text}");
    assert!(with("mermaid").starts_with("flowchart"), "{}", with("mermaid"));
    assert!(with("dot").starts_with("digraph"), "{}", with("dot"));
    let graph: Value = serde_json::from_str(&with("json")).unwrap();
    assert!(graph["edges"].as_array().unwrap().len() > 5, "{graph}");
    let events = with("openlineage");
    let all: Vec<Value> = events.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(all.iter().any(|event| event.to_string().contains("columnLineage")), "{events}");
    assert_eq!(events, with("openlineage"), "the same input gives the same bytes");

    let wrong = belljar(&project, &["lineage", "orders.totl", "--rev", "HEAD~1"]).exits_with(2);
    assert!(wrong.stderr.contains("orders.total"), "{wrong}");
}

#[test]
fn a_contract_that_is_written_is_one_that_is_held() {
    let project = story("");
    let toml = belljar(&project, &["contract", "all", "orders", "--rev", "HEAD~1"]).exits_with(0).stdout;
    let odcs = belljar(&project, &["contract", "all", "orders", "--rev", "HEAD~1", "--format", "odcs"]);
    let odcs = odcs.exits_with(0).stdout;
    fs::write(project.path().join("own.toml"), &toml).unwrap();
    fs::write(project.path().join("own.yaml"), &odcs).unwrap();
    for named in [["--config", "own.toml"], ["--contract", "own.yaml"]] {
        let broken =
            ["check", "HEAD~1", "HEAD", "--rename", "orders.total=orders.amount", "--format", "json"];
        let run = belljar(&project, &[&broken[..], &named].concat()).exits_with(1);
        assert!(run.stdout.contains("BJ001"), "{named:?}: {run}");
        let kept = belljar(&project, &[&["check", "HEAD~1", "HEAD~1"], &named[..]].concat());
        kept.exits_with(0);
    }
    let wrong = belljar(&project, &["contract", "all", "order", "--rev", "HEAD~1"]).exits_with(2);
    assert!(wrong.stderr.contains("orders"), "{wrong}");
}

#[test]
fn damaged_artefacts_are_skipped_alone_and_reported() {
    let project = story(CONFIG);
    write_all(
        project.path(),
        &[
            ("analytics/target/manifest.json", "{\"metadata\": {"),
            ("looker/customers.view.lkml", "view: {{{ \u{1b}[31m"),
        ],
    );
    commit(project.path(), "damage");
    let check =
        ["check", "HEAD~2", "HEAD", "--format", "json", "--fail-on", "never", "--config-from", "head"];
    let run = belljar(&project, &check).exits_with(0);
    let verdict: Value = serde_json::from_str(&run.stdout).unwrap();
    let reported: Vec<&str> = verdict["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["place"]["path"].as_str().unwrap_or(""))
        .collect();
    assert!(reported.contains(&"analytics/target/manifest.json"), "{run}");
    assert!(reported.contains(&"looker/customers.view.lkml"), "{run}");
    let missing = CONFIG.replace("target/manifest.json", "target/manifst.json");
    let run = belljar(&story(&missing), &["check", "HEAD~1", "HEAD"]).exits_with(1);
    assert!(run.stdout.contains("did you mean `analytics/target/manifest.json`?"), "{run}");
}

/// The artefacts of the base tell what breaks; a change that empties or drops them is reported with the readers that would be lost.
#[test]
fn artefacts_that_the_change_brings() {
    let rename = ["--rename", "orders.total=orders.amount", "--format", "json"];
    let messages = |run: &Run, code: &str| -> Vec<String> {
        let verdict: Value =
            serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{run}"));
        let findings = verdict["findings"].as_array().unwrap().iter();
        let own = findings.filter(|one| one["code"] == code);
        own.map(|one| one["message"].as_str().unwrap().to_owned()).collect()
    };
    let empty = MANIFEST.replace("\"nodes\": {", "\"nodes\": {}, \"disabled_nodes\": {");
    assert_ne!(empty, MANIFEST);
    for (name, manifest, reported) in [
        ("emptied", Some(empty.as_str()), "the artefact `analytics/target/manifest.json` differs"),
        ("damaged", Some("{"), "the artefact `analytics/target/manifest.json` differs"),
        ("gone", None, "the artefact `analytics/target/manifest.json` was removed"),
    ] {
        let project = story(CONFIG);
        match manifest {
            Some(text) => write_all(project.path(), &[("analytics/target/manifest.json", text)]),
            None => fs::remove_file(project.path().join("analytics/target/manifest.json")).unwrap(),
        }
        write_all(project.path(), &[("CODEOWNERS", "* @nobody\n")]);
        commit(project.path(), name);
        let run =
            |more: &[&str]| belljar(&project, &[&["check", "HEAD~2", "HEAD"], &rename[..], more].concat());
        let found = run(&[]).exits_with(1);
        assert!(messages(&found, "BJ002")[0].starts_with("model `stg_orders`"), "{name}: {found}");
        let of_artefact = messages(&found, "BJ012").join("\n");
        assert!(
            of_artefact.contains(reported) && of_artefact.contains("would not be affected"),
            "{name}: {of_artefact}"
        );
        assert!(!found.stdout.contains("@nobody"), "{name}: owners are those of the base: {found}");
        // Control: the head is trusted.
        let trusted = run(&["--config-from", "head"]);
        assert!(
            messages(&trusted, "BJ002").iter().all(|one| !one.contains("model `stg_orders`")),
            "{name}: {trusted}"
        );
        let impact = ["impact", "HEAD~2", "HEAD", "--rename", "orders.total=orders.amount"];
        assert!(belljar(&project, &impact).exits_with(1).stdout.contains("stg_orders"), "{name}");
    }
}

/// An artefact that only the head has, as one that a job has just made: it counts, and is reported.
#[test]
fn artefacts_that_the_base_has_none_of() {
    let project = story(CONFIG);
    let git = |arguments: &[&str]| crate::support::git(project.path(), arguments);
    git(&["rm", "-q", "--cached", "analytics/target/manifest.json"]);
    git(&["commit", "-q", "-m", "The manifest is made by a job"]);
    let check = ["check", "HEAD", "--rename", "orders.total=orders.amount"];
    write_all(project.path(), &[("app/models.py", &models("total"))]);
    let run = belljar(&project, &[&check[..], &["--format", "json"]].concat());
    assert!(run.stdout.contains("artefact-of-head"), "{run}");
    assert!(!run.stdout.contains("`analytics/target/manifest.json` of `downstream` names no file"), "{run}");
}

/// What is named and can't be read leaves nothing to say, whichever tool wrote it, and whoever names it.
#[test]
fn impact_of_artefacts_that_cannot_be_read() {
    let start = CONFIG.find("[[landing]]").unwrap();
    let end = CONFIG.find("[contracts.revenue]").unwrap();
    let project = story(&CONFIG[start..end]);
    let bomb = crate::support::zipped(&[("a.twb", &format!("<a>{}", " ".repeat(40 << 20)))]);
    let deep = "[".repeat(100_000);
    let number = format!("{{\"nodes\": {}}}", "9".repeat(100_000));
    let cases: [(&str, &str, &[u8]); 9] = [
        ("--dbt", "damaged.json", b"{\"metadata\": {"),
        ("--dbt", "deep.json", deep.as_bytes()),
        ("--dbt", "number.json", number.as_bytes()),
        ("--dbt", "other.json", b"{}"),
        ("--dataform", "damaged.json", b"{\"tables\": ["),
        ("--dataform", "deep.json", deep.as_bytes()),
        ("--lookml", "damaged.view.lkml", b"view: {{{"),
        ("--tableau", "damaged.twb", b"<workbook><datasources>"),
        ("--tableau", "bomb.twbx", &bomb),
    ];
    let impact = ["impact", "HEAD~1", "HEAD", "--rename", "orders.total=orders.amount"];
    for (option, name, bytes) in cases {
        fs::write(project.path().join(name), bytes).unwrap();
        let run = belljar(&project, &[&impact[..], &[option, name]].concat()).exits_with(2);
        assert!(run.stdout.contains("undetermined") && run.stdout.contains(name), "{option} {name}: {run}");
        assert!(!run.stdout.contains("0 break"), "{option} {name}: {run}");
        // What breaks for sure by another is reported all the same.
        let sound = ["--dbt", "analytics/target/manifest.json", option, name];
        let run = belljar(&project, &[&impact[..], &sound].concat()).exits_with(2);
        assert!(run.stdout.contains("breaks  model stg_orders"), "{option} {name}: {run}");
        fs::remove_file(project.path().join(name)).unwrap();
    }
    // The control, and what settings name and the base has not.
    let named = ["--dbt", "analytics/target/manifest.json"];
    belljar(&project, &[&impact[..], &named].concat()).exits_with(1);
    let missing = CONFIG.replace("target/manifest.json", "target/manifst.json");
    let run = belljar(&story(&missing), &impact).exits_with(2);
    assert!(run.stdout.contains("matches no file of the source"), "{run}");
    let damaged = story(CONFIG);
    write_all(damaged.path(), &[("analytics/target/manifest.json", "{")]);
    commit(damaged.path(), "damaged");
    belljar(&damaged, &["impact", "HEAD", "HEAD"]).exits_with(2);
}
