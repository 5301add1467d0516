//! The forms: what they hold, and that they are what their readers ask for.

use insta::assert_snapshot;
use serde_json::Value;

use super::shop::{codes, json, last, shop};
use crate::support::{Project, commit, repository, write_all};

#[test]
fn concise() {
    assert_snapshot!(last(&shop(), &["--format", "concise"]), @r"
    exit code: 1
    ----- stdout -----
    models.py: error BJ101: table `coupons` is dropped with all its rows (was at models.py:18)
    models.py:7: error BJ102: column `customers.phone` is dropped with its values (was at models.py:11)
    models.py:10: error BJ204: column `customers.mail` becomes required, which fails on rows with NULL; also BJ406 required-scans
    models.py:15: warning BJ204: can't determine whether column `invoices.total` becomes required, which fails on rows with NULL: its type is `acme_types.Money()`, which is absent; also BJ406 required-scans

    1 uncertainty is the same in the base; `belljar extract` shows it

    5 changes, 3 errors, 1 warning, 1 of them undetermined; checked for PostgreSQL
    failed: 3 findings at `error` or above
    `belljar explain BJ101` explains the rule, and what to do instead

    ----- stderr -----
    ");
}

/// What is uncertain in the base as well is no news of a change; what the change makes uncertain is in every format.
#[test]
fn doubts_of_the_change() {
    let known = "1 uncertainty is the same in the base; `belljar extract` shows it";
    let text =
        "`coupons` is partial, with 1 column in doubt: its type is `acme_types.Rate()`, which is absent";
    let head = super::shop::BEFORE
        .replace("import Money", "import Money, Rate")
        .replace("class Coupon(Base):", "class Coupon(Base):\n    rate = Column(Rate())");
    let project = repository(&[("models.py", super::shop::BEFORE)]);
    write_all(project.path(), &[("models.py", &head)]);
    commit(project.path(), "a type that is absent");
    for format in ["text", "concise", "markdown", "github", "gitlab", "junit", "sarif"] {
        let shown = |sides: &[&str]| {
            let options = ["--format", format];
            super::shop::check(&project, &[sides, &options].concat()).stdout.replace("\\u0060", "`")
        };
        let (new, same) = (shown(&["HEAD~1", "HEAD"]), shown(&["HEAD", "HEAD"]));
        assert!(new.contains(text), "{format}: {new}");
        assert!(!same.contains(text), "{format}: {same}");
        let is_for_people = ["text", "concise", "markdown"].contains(&format);
        assert_eq!(
            new.contains("1 more uncertainty is the same in the base"),
            is_for_people,
            "{format}: {new}"
        );
        assert_eq!(
            same.contains("2 uncertainties are the same in the base"),
            is_for_people,
            "{format}: {same}"
        );
        assert!(!new.contains(known) || !is_for_people, "{format}: {new}");
    }
}

/// The default: each finding with its source. docs/check.md shows it.
#[test]
fn text() {
    let run = last(&shop(), &[]).exits_with(1);
    assert!(run.stdout.starts_with("error[BJ101 drop-table]: table `coupons` is dropped"), "{run}");
    assert_eq!(run.stdout, last(&shop(), &["--format", "text", "--isolate=never"]).stdout);
    let explained = last(&shop(), &["--explain"]).exits_with(1);
    for code in ["# BJ101 drop-table\n", "# BJ204 nullable-to-required\n"] {
        assert_eq!(explained.stdout.matches(code).count(), 1, "{explained}");
        assert!(!run.stdout.contains(code), "{run}");
    }
}

/// Short, the most severe first, and the rest folded.
#[test]
fn markdown() {
    let page = last(&shop(), &["--format", "markdown"]).exits_with(1).stdout;
    let (open, folded) = page.split_once("<details>").unwrap();
    assert_snapshot!(open, @r"
    <!-- belljar-check -->
    ### Schema check: 3 errors, 1 warning, 1 of them undetermined

    - **error** table `coupons` is dropped with all its rows  
      BJ101 drop-table `models.py`, was `models.py:18`
    - **error** column `customers.phone` is dropped with its values  
      BJ102 drop-column `models.py:7`, was `models.py:11`
    - **error** column `customers.mail` becomes required, which fails on rows with NULL  
      BJ204 nullable-to-required `models.py:10`; also BJ406 required-scans
    - **warning** can't determine whether column `invoices.total` becomes required, which fails on rows with NULL: its type is `acme_types.Money()`, which is absent  
      BJ204 nullable-to-required `models.py:15`; also BJ406 required-scans
    ");
    let titles: Vec<&str> =
        folded.split("<summary>").skip(1).map(|part| part.split("</summary>").next().unwrap()).collect();
    assert_eq!(
        titles,
        ["Diagram", "What to do instead", "Uncertain", "All that changes (5)", "Only in the code"]
    );
    assert_eq!(page.matches("<details>").count(), page.matches("</details>").count());
    assert!(page.contains("   ALTER TABLE customers DROP COLUMN phone;\n"), "{page}");
    assert_eq!(last(&shop(), &["--format", "markdown"]).stdout, page, "the same with every run");
}

#[test]
fn a_comment_has_a_most() {
    let table = |n: usize| format!("Table('t{n:04}', m, Column('id', Integer, primary_key=True))\n");
    let head = "from sqlalchemy import *\nm = MetaData()\n";
    let project = repository(&[("models.py", &format!("{head}{}", table(0)))]);
    let all: String = (1..900).map(table).collect();
    write_all(project.path(), &[("models.py", &format!("{head}{all}"))]);
    commit(project.path(), "many");
    let page = last(&project, &["--format", "markdown"]).exits_with(1).stdout;
    assert!(page.len() <= 60_000, "{} bytes", page.len());
    assert!(page.contains("more lines, too many for a comment"), "{page}");
    assert!(page.contains("- … and 799 more"), "{page}");
    assert!(page.contains("table `t0000` is dropped"), "{page}");
}

/// SARIF is what its published schema says, and the places are exact.
#[test]
fn sarif() {
    let mut schema: Value = serde_json::from_str(include_str!("sarif-schema-2.1.0.json")).unwrap();
    // Its pattern has a bracket too many, which the validator refuses; we write no language.
    for of in ["run", "toolComponent"] {
        schema["definitions"][of]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let project = shop();
    write_all(
        project.path(),
        &[(
            "models.py",
            &super::shop::AFTER.replace(
                "nullable=False)\n\nclass",
                "nullable=False)  # belljar: ignore[BJ204] filled in March\n\nclass",
            ),
        )],
    );
    commit(project.path(), "silenced");
    let run = super::shop::check(&project, &["HEAD~2", "HEAD", "--format", "sarif", "--config-from", "head"])
        .exits_with(1);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    let errors: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    let mut wrong = log.clone();
    wrong["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator.is_valid(&wrong), "the schema says something");

    let run = &log["runs"][0];
    let result = |code: &str, nth: usize| -> &Value {
        run["results"].as_array().unwrap().iter().filter(|one| one["ruleId"] == code).nth(nth).unwrap()
    };
    let place = |one: &Value| one["locations"][0]["physicalLocation"].clone();
    let dropped_column = result("BJ102", 0);
    let file = serde_json::json!({"uri": "models.py", "uriBaseId": "%SRCROOT%"});
    let region = serde_json::json!({"startLine": 7, "startColumn": 1, "endLine": 7, "endColumn": 22});
    let around = serde_json::json!({"artifactLocation": file, "region": region});
    assert_eq!(place(dropped_column), around, "the class, as its column is gone");
    let dropped_table = result("BJ101", 0);
    let nearest = serde_json::json!({"artifactLocation": file, "region": {"startLine": 13, "endLine": 13}});
    assert_eq!(place(dropped_table), nearest, "its class is gone: the nearest line that both sides have");
    let message = dropped_table["message"]["text"].as_str().unwrap();
    assert!(message.ends_with("(was at models.py:18); shown at the nearest line that is left"), "{message}");
    let in_doubt = result("BJ204", 0);
    assert_eq!(in_doubt["properties"]["certainty"], "cannot-tell");
    assert_eq!(place(in_doubt)["region"]["startColumn"], 5);
    let silenced = result("BJ204", 1);
    assert_eq!(silenced["suppressions"][0]["justification"], "filled in March");
    for one in run["results"].as_array().unwrap() {
        let rule =
            &run["tool"]["driver"]["rules"][usize::try_from(one["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], one["ruleId"]);
        let page = format!("/rules#{}", rule["id"].as_str().unwrap().to_lowercase());
        assert!(rule["helpUri"].as_str().unwrap().ends_with(&page), "{rule}");
        // What code scanning needs of a result, and by what it knows it again.
        assert!(place(one)["region"]["startLine"].as_u64().is_some_and(|line| line > 0), "{one}");
        let is_own_line = one["properties"]["spot"] == "line";
        assert_eq!(one["partialFingerprints"]["primaryLocationLineHash"].is_null(), is_own_line, "{one}");
    }
}

#[test]
fn annotations_of_github() {
    assert_snapshot!(last(&shop(), &["--format", "github"]).exits_with(1).stdout, @r"
    ::error file=models.py,line=1,title=BJ101 drop-table::table `coupons` is dropped with all its rows (was at models.py:18)
    ::error file=models.py,line=7,col=1,endColumn=22,title=BJ102 drop-column::column `customers.phone` is dropped with its values (was at models.py:11)
    ::error file=models.py,line=10,col=5,endColumn=47,title=BJ204 nullable-to-required::column `customers.mail` becomes required, which fails on rows with NULL; also BJ406 required-scans
    ::warning file=models.py,line=15,col=5,endColumn=45,title=BJ204 nullable-to-required::can't determine whether column `invoices.total` becomes required, which fails on rows with NULL: its type is `acme_types.Money()`, which is absent; also BJ406 required-scans
    ");
}

/// What GitLab asks of each issue, and a fingerprint of its own that stays when lines move.
#[test]
fn code_quality_of_gitlab() {
    let project = shop();
    let issues = |project: &Project, sides: &[&str]| -> Vec<Value> {
        let run = super::shop::check(project, &[sides, &["--format", "gitlab"]].concat()).exits_with(1);
        serde_json::from_str(&run.stdout).unwrap()
    };
    let found = issues(&project, &["HEAD~1", "HEAD"]);
    assert_eq!(found.len(), 4, "{found:#?}");
    for issue in &found {
        let severity = issue["severity"].as_str().unwrap();
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() > 0, "{issue}");
        assert_eq!(issue["location"]["path"], "models.py");
        assert!(!issue["description"].as_str().unwrap().is_empty() && issue["check_name"].is_string());
    }
    let fingerprints = |found: &[Value]| -> Vec<String> {
        let findings = found.iter().filter(|one| one["check_name"].as_str().unwrap().starts_with("BJ"));
        findings.map(|one| one["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let mut apart = fingerprints(&found);
    apart.sort();
    apart.dedup();
    assert_eq!(apart.len(), 4);
    write_all(project.path(), &[("models.py", &format!("# moved\n\n{}", super::shop::AFTER))]);
    commit(project.path(), "moved");
    let moved = issues(&project, &["HEAD~2", "HEAD"]);
    assert_eq!(fingerprints(&moved), fingerprints(&found));
    assert_ne!(moved[2]["location"], found[2]["location"]);
}

#[test]
fn junit() {
    let run = last(&shop(), &["--format", "junit"]).exits_with(1);
    let report = quick_junit::Report::deserialize_from_str(&run.stdout).unwrap();
    assert_eq!((report.tests, report.failures, report.skipped), (5, 3, 1), "{}", run.stdout);
    let nothing = super::shop::check(&shop(), &["HEAD", "HEAD", "--format", "junit"]).exits_with(0);
    let report = quick_junit::Report::deserialize_from_str(&nothing.stdout).unwrap();
    assert_eq!((report.tests, report.failures, report.skipped), (1, 0, 0), "{}", nothing.stdout);
}

#[test]
fn json_matches_its_schema() {
    let project = shop();
    let schema = crate::support::Belljar::new(project.path()).arguments(["json-schema", "check"]).run();
    let schema: Value = serde_json::from_str(&schema.exits_with(0).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let found = json(&project);
    let errors: Vec<String> = validator.iter_errors(&found).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(codes(&found), ["BJ101", "BJ102", "BJ204", "BJ204"]);
    assert_eq!(found["findings"][2]["also"][0]["code"], "BJ406");
    assert_eq!(found["doubts"][0]["kind"], "partial");
}

#[test]
fn several_reports_of_one_run() {
    let project = shop();
    std::fs::create_dir(project.path().join("out")).unwrap();
    let run = last(&project, &["--report", "sarif=out/a.sarif", "--report", "junit=out/b.xml"]).exits_with(1);
    assert!(run.stdout.starts_with("error[BJ101 drop-table]"), "{run}");
    for (file, form) in [("out/a.sarif", "sarif"), ("out/b.xml", "junit")] {
        let written = std::fs::read_to_string(project.path().join(file)).unwrap();
        assert_eq!(written, last(&project, &["--format", form]).stdout);
    }
    let run = last(&project, &["--report", "sarf=a"]).exits_with(2);
    assert!(run.stderr.contains("`sarf` is not a format"), "{run}");
}

/// In a directory of a repository, annotations name files from the repository's root.
#[test]
fn a_directory_of_a_repository() {
    let project = repository(&[("services/api/models.py", super::shop::BEFORE)]);
    write_all(project.path(), &[("services/api/models.py", super::shop::AFTER)]);
    commit(project.path(), "after");
    for sides in [&["HEAD~1", "HEAD"][..], &["HEAD~1"]] {
        let run =
            super::shop::check(&project, &[sides, &["--repo", "services/api", "-f", "github"]].concat());
        assert!(run.stdout.starts_with("::error file=services/api/models.py,line=1,"), "{run}");
    }
    let page = last(&project, &["--repo", "services/api", "-f", "markdown"]).stdout;
    assert!(page.starts_with("<!-- belljar-check services/api -->\n"), "{page}");
}
