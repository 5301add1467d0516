//! Names that are orders to whoever shows a log: GitHub's runner obeys `::command` at the start of a line and `##[command]`
//! anywhere in it, of standard output and standard error alike; others have the like.

use super::super::check::shop::{check, last};
use crate::support::{Belljar, Project, Run, commit, repository, write_all};

/// What a line would have a CI system do, as the runners of GitHub (`ActionCommand`), Azure, `TeamCity` and GitLab read it.
fn order(line: &str) -> Option<&str> {
    let start = line.trim_start();
    let second = start.strip_prefix("::").filter(|rest| rest.contains("::"));
    let marks = ["##[", "##vso[", "##teamcity[", "section_start:", "section_end:"];
    second.or_else(|| marks.iter().find_map(|mark| line.find(mark).map(|at| &line[at..])))
}

fn orders(text: &str) -> Vec<&str> {
    text.split(['\n', '\r']).filter_map(order).collect()
}

/// The orders that are ours.
fn is_annotation(order: &str) -> bool {
    ["error ", "warning ", "notice "].iter().any(|level| order.starts_with(level))
}

#[track_caller]
fn gives_no_order(run: &Run) {
    assert_eq!(orders(&run.stdout), Vec::<&str>::new(), "{run}");
    assert_eq!(orders(&run.stderr), Vec::<&str>::new(), "{run}");
}

const NAMES: [&str; 5] = [
    "##[stop-commands]x",
    "::stop-commands::x",
    "##vso[task.setvariable variable=x]y",
    "##teamcity[buildStop]",
    "section_start:1:x",
];

fn models(extra: &str) -> String {
    let table = |(n, name): (usize, &&str)| {
        format!(
            "Table({name:?}, m, Column({name:?}, Integer, server_default=text({name:?})), Column('c', Thing))\n\
             Table('{n}\\n{name}', m, Column('a\\n{name}', Integer, comment={name:?}))\n"
        )
    };
    let tables: Vec<String> = NAMES.iter().enumerate().map(table).collect();
    let tables = tables.concat();
    format!("from sqlalchemy import *\nfrom absent import Thing\nm = MetaData()\n{tables}{extra}")
}

/// A project in whose names there is nothing but orders.
fn project() -> Project {
    let project = repository(&[(
        "models.py",
        "from sqlalchemy import *\nm = MetaData()\nTable('t', m, Column('id', Integer))\n",
    )]);
    let raise = "import sys\nsys.stderr.write('::error::x\\n##[error]y\\n')\nraise ValueError('##[stop-commands]x\\n::error::x')\n";
    write_all(
        project.path(),
        &[
            ("models.py", &models("")),
            ("##[stop-commands]x.py", &format!("{}{raise}", models("").replace("m, ", "MetaData(), "))),
            ("::stop-commands::x.py", "from sqlalchemy import *\nTable('x', (\n"),
            ("::error::x/##[add-mask]e.py", "from sqlalchemy import *\nTable('y', (\n"),
            ("belljar.toml", "[rules]\n\"##[stop-commands]x\" = \"off\"\n"),
        ],
    );
    commit(project.path(), "after");
    project
}

/// The control: these are orders where nothing is done about them.
#[test]
fn the_names_are_orders() {
    for name in NAMES {
        assert_eq!(orders(&format!("  {name}")).len(), 1, "{name}");
    }
    assert_eq!(orders("a: ##[x]y\n::error file=a::b\n::cast\nplain").len(), 2);
}

#[test]
fn no_form_of_a_check_gives_an_order() {
    let project = project();
    for form in ["text", "markdown", "json", "sarif", "gitlab", "junit"] {
        let run = last(&project, &["--no-config", "--format", form, "--fail-on", "never"]).exits_with(0);
        gives_no_order(&run);
        assert!(run.stdout.contains("stop-commands"), "it is shown\n{run}");
    }
    let run = last(&project, &["--no-config", "--format", "github", "--fail-on", "never"]).exits_with(0);
    let given = orders(&run.stdout);
    assert!(given.len() > 5 && given.iter().all(|order| is_annotation(order)), "{run}");
    assert_eq!(orders(&run.stderr), Vec::<&str>::new(), "{run}");
    // Settings that are wrong are reported with the name that is.
    gives_no_order(&last(&project, &["--config-from", "head"]).exits_with(2));
    // Those of the base count, and what the change would set is a finding.
    gives_no_order(&last(&project, &["--fail-on", "never"]).exits_with(0));
}

#[test]
fn no_other_output_gives_an_order() {
    let project = project();
    let run = |arguments: &[&str]| Belljar::new(project.path()).arguments(arguments).run();
    for arguments in [
        &["extract", ".", "--format", "text", "--verbose"][..],
        &["extract", ".", "--format", "sql"],
        &["extract", ".", "--format", "json"],
        &["diff", "HEAD~1", "HEAD", "--format", "text", "--verbose"],
        &["diff", "HEAD~1", "HEAD", "--format", "sql"],
        &["diff", "HEAD~1", "HEAD", "--format", "markdown"],
        &["lineage", ".", "--format", "openlineage"],
        &["lineage", "--source", ".", "--format", "mermaid", "--no-such-option"],
        &["explain", "##[stop-commands]x", "."],
        &["explain", "##[stop-commands]nowhere", "."],
    ] {
        gives_no_order(&run(arguments));
    }
}

/// What a pipeline hands on, such as the name of a branch.
#[test]
fn no_argument_gives_an_order() {
    let project = project();
    for value in ["##[stop-commands]x", "\n::stop-commands::x", "--x\n::error::x", "--##[error]x"] {
        let run = Belljar::new(project.path()).arguments(["check", value, "HEAD"]).run().exits_with(2);
        gives_no_order(&run);
        assert!(run.stderr.contains("error:"), "{run}");
        gives_no_order(&Belljar::new(project.path()).arguments(["check", "--fail-on", value]).run());
        gives_no_order(&check(&project, &["HEAD", "--report", value]));
    }
}
