//! Names, comments and paths that try to be more than text, in every form.

use super::shop::last;
use crate::support::{Project, commit, repository, write_all};

const EVIL: &str =
    "x`\\x1b[31m\\n::set-output name=a::b\\n# owned @all <img src=x> ]]> </testcase> %0A::error::e \\u202e";

fn project() -> Project {
    let before = "from sqlalchemy import *\nm = MetaData()\nTable('plain', m, Column('id', Integer, primary_key=True))\n";
    let after = format!(
        "from sqlalchemy import *\nfrom absent import T\nm = MetaData()\nevil = \"{EVIL}\"\n\
         Table('plain', m, Column('id', Integer, primary_key=True), Column(evil, String(3), nullable=False))\n\
         Table(evil, m, Column(evil, T, comment=evil), Column('é', JSON, server_default=evil))\n\
         Table('q', m, Column(evil, Integer))  # belljar: ignore[BJ905] @all <b> \x1b[31m ::error::\n\
         # belljar: ignore[@all] <img src=x> ::error::e\n"
    );
    let project = repository(&[("models.py", before)]);
    let strange = "a,b:%0A&<c>.py";
    let command = after.replace("'q'", "'s'");
    write_all(project.path(), &[("models.py", &after), (strange, &after.replace("'q'", "'r'"))]);
    write_all(project.path(), &[("::error::e.py", &command)]);
    commit(project.path(), "after");
    project
}

fn obeyed(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| (c.is_control() && *c != '\n') || turns(*c)).collect()
}

#[test]
fn every_form() {
    let project = project();
    for form in ["text", "concise", "markdown", "github", "gitlab", "junit", "sarif"] {
        let run = last(&project, &["--format", form, "--fail-on", "never"]).exits_with(0);
        assert_eq!(obeyed(&run.stdout), "", "{form}: {:?}", run.stdout);
        assert!(run.stdout.contains("owned"), "{form} shows the name\n{run}");
        match form {
            "text" | "concise" => {
                assert!(run.stdout.lines().all(|line| !line.starts_with("::") && !line.starts_with('#')));
            }
            "github" => {
                for line in run.stdout.lines() {
                    let (head, message) = line.split_once(' ').unwrap();
                    assert!(["::error", "::warning", "::notice"].contains(&head), "{line}");
                    let (properties, _) = message.split_once("::").unwrap();
                    let names: Vec<&str> =
                        properties.split(',').map(|one| one.split_once('=').unwrap().0).collect();
                    assert!(
                        names.iter().all(|name| ["file", "line", "col", "endColumn", "title"].contains(name)),
                        "{line}"
                    );
                }
                assert!(!run.stdout.contains("%0A"), "{run}");
                assert!(run.stdout.contains("file=a%2Cb%3A%250A&<c>.py,"), "{run}");
            }
            "markdown" => {
                let mut in_block = false;
                for line in run.stdout.lines() {
                    // What stands in a block of SQL is text.
                    let fence = line.trim_start().starts_with("```");
                    in_block ^= fence;
                    if in_block || fence {
                        continue;
                    }
                    let outside = without_code(line);
                    for bad in ["@all", "<img", "<b>", "owned", "::"] {
                        assert!(!outside.contains(bad), "{bad} in {line}");
                    }
                }
            }
            "junit" => {
                let report = quick_junit::Report::deserialize_from_str(&run.stdout).unwrap();
                assert!(
                    report.test_suites[0].test_cases.iter().any(|case| case.name.contains("]]>")),
                    "{run}"
                );
            }
            _ => drop(serde_json::from_str::<serde_json::Value>(&run.stdout).unwrap()),
        }
    }
    let sarif = last(&project, &["--format", "sarif"]).stdout;
    assert!(sarif.contains("\"a%2Cb%3A%250A%26%3Cc%3E.py\""), "{sarif}");
}

/// A line without its code spans, as markdown has them.
fn without_code(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(start) = rest.find('`') {
        let fence = rest[start..].chars().take_while(|letter| *letter == '`').count();
        let inside = &rest[start + fence..];
        let runs: Vec<(usize, usize)> = inside
            .match_indices('`')
            .filter(|(at, _)| *at == 0 || inside.as_bytes()[at - 1] != b'`')
            .map(|(at, _)| (at, inside[at..].chars().take_while(|letter| *letter == '`').count()))
            .collect();
        out += &rest[..start];
        match runs.iter().find(|(_, length)| *length == fence) {
            Some((at, _)) => rest = &inside[at + fence..],
            None => {
                out += &rest[start..];
                rest = "";
            }
        }
    }
    out + rest
}
