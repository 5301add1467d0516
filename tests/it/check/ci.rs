//! What the definitions for GitHub, GitLab and pre-commit run: their commands are taken out of the YAML and carried out.

use std::{collections::BTreeMap, fs};

use serde_json::Value;

use super::shop::{AFTER, shop};
use crate::support::{
    Belljar,
    pipeline::{Action, BASH, gitlab_job, programs, shallow, shell, yaml},
    write_all,
};

#[test]
fn the_action_of_github() {
    let project = shop();
    let (folder, base) = shallow(&project);
    let (programs, temporary) = (programs(), tempfile::tempdir().unwrap());
    let inputs = BTreeMap::from([("base", base), ("comment", "true".to_owned())]);
    let clone = folder.path().join("clone");
    let mut action =
        Action { folder: &clone, programs: programs.path(), temporary: temporary.path(), inputs };
    let (code, found, reported) = action.run();
    assert_eq!((code, found["exit-code"].as_str()), (1, "1"), "{reported}");
    assert!(reported.contains("::error file=models.py,line=1,title=BJ101 drop-table::"), "{reported}");
    let sarif: Value = serde_json::from_str(&fs::read_to_string(&found["sarif"]).unwrap()).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let summary = fs::read_to_string(temporary.path().join("summary")).unwrap();
    assert!(summary.starts_with("<!-- belljar-check -->\n### Schema check: 3 errors"), "{summary}");
    let calls = || fs::read_to_string(programs.path().join("calls")).unwrap();
    assert!(
        calls().contains("api --silent --method POST repos/o/r/issues/7/comments --field body=@"),
        "{}",
        calls()
    );
    // The next run finds its comment, and rewrites it.
    fs::write(programs.path().join("answer"), "42\n").unwrap();
    action.inputs.insert("fail-on", "never".to_owned());
    assert_eq!(action.run().0, 0);
    assert!(
        calls().contains("api --silent --method PATCH repos/o/r/issues/comments/42 --field body=@"),
        "{}",
        calls()
    );
    assert!(calls().contains("select(.user.login == env.AUTHOR"), "nobody else's comment: {}", calls());
    // A comment that can't be written does not hide what the check came to.
    fs::write(programs.path().join("refuses"), "").unwrap();
    let (code, _, reported) = action.run();
    assert!(
        code == 0 && reported.contains("::warning title=Belljar::the comment could not be written"),
        "{reported}"
    );
    action.inputs.insert("fail-on", "error".to_owned());
    assert_eq!(action.run().0, 1);
    // A base that is nowhere ends the job.
    action.inputs.insert("base", "0".repeat(40));
    assert_ne!(action.run().0, 0);
    action.inputs.insert("base", String::new());
    let (code, _, reported) = action.run();
    assert!(code != 0 && reported.contains("set the input base"), "{reported}");
}

#[test]
fn the_template_of_gitlab() {
    let project = shop();
    let (folder, base) = shallow(&project);
    let programs = programs();
    let clone = folder.path().join("clone");
    // Reports that the merge request has itself are none, be they files, folders or links.
    std::os::unix::fs::symlink("models.py", clone.join("gl-code-quality-report.json")).unwrap();
    write_all(&clone, &[("belljar-junit.xml/x", "")]);
    let base = ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.as_str());
    let ran = gitlab_job(&clone, programs.path(), &[base]);
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    let template = yaml(include_str!("../../../integrations/gitlab/belljar.yml"));
    let reports = &template["belljar"]["artifacts"]["reports"];
    assert_eq!(
        fs::read_to_string(clone.join("models.py")).unwrap(),
        AFTER,
        "a link is replaced, not followed"
    );
    let read = |name: &str| fs::read_to_string(clone.join(reports[name].as_str().unwrap())).unwrap();
    let issues: Value = serde_json::from_str(&read("codequality")).unwrap();
    assert_eq!(issues.as_array().unwrap().len(), 5);
    assert_eq!(quick_junit::Report::deserialize_from_str(&read("junit")).unwrap().failures, 3);
    let ran = gitlab_job(&clone, programs.path(), &[base, ("BELLJAR_FAIL_ON", "never")]);
    assert_eq!(ran.status.code(), Some(0), "{ran:?}");
    // Where nothing could be checked there are no reports, and least of all those of the merge request.
    write_all(&clone, &[("belljar-junit.xml", "<testsuites/>")]);
    let ran = gitlab_job(&clone, programs.path(), &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", "--upload-pack=x")]);
    assert_eq!(ran.status.code(), Some(2), "{ran:?}");
    assert!(!clone.join("belljar-junit.xml").exists());
}

#[test]
fn the_hook_of_pre_commit() {
    let project = shop();
    let hooks = yaml(include_str!("../../../.pre-commit-hooks.yaml"));
    let hook = &hooks[0];
    assert_eq!((&hook["language"], &hook["pass_filenames"]), (&"system".into(), &false.into()));
    let programs = programs();
    let entry = hook["entry"].as_str().unwrap();
    let run = || shell(BASH, entry, project.path(), programs.path(), &BTreeMap::new());
    let clean = run();
    assert_eq!(clean.status.code(), Some(0), "{clean:?}");
    write_all(
        project.path(),
        &[(
            "models.py",
            &AFTER.replace(
                "id = Column(Integer, primary_key=True)\n    mail",
                "id = Column(Integer, primary_key=True)\n    post",
            ),
        )],
    );
    let found = run();
    assert_eq!(found.status.code(), Some(1), "{found:?}");
    assert!(String::from_utf8_lossy(&found.stdout).contains("BJ"), "{found:?}");
}

/// A workflow that is copied from a page gives nothing away, and runs nothing that somebody else can change.
#[test]
fn the_workflow_of_the_page() {
    let page = include_str!("../../../docs/pull-request-threats.md");
    let text = page.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let workflow = yaml(text);
    assert_eq!(workflow["on"], "pull_request");
    assert_eq!(workflow["permissions"], serde_json::json!({"contents": "read"}));
    let steps = workflow["jobs"]["belljar"]["steps"].as_array().unwrap();
    let uses: Vec<&str> = steps.iter().map(|step| step["uses"].as_str().unwrap()).collect();
    assert_eq!(uses.len(), 2);
    for action in uses {
        let (_, commit) = action.split_once('@').unwrap();
        assert!(commit.len() == 40 && commit.bytes().all(|one| one.is_ascii_hexdigit()), "{action}");
    }
    assert_eq!(steps[0]["with"], serde_json::json!({"fetch-depth": 0, "persist-credentials": false}));
    let action = yaml(include_str!("../../../action.yml"));
    let inputs = action["inputs"].as_object().unwrap();
    for name in steps[1]["with"].as_object().unwrap().keys() {
        assert!(inputs.contains_key(name), "{name}");
    }
    for file in [include_str!("../../../action.yml"), include_str!("../../../docs/check.md"), page] {
        let used = file.lines().filter(|line| line.trim_start().starts_with("on: pull_request_target"));
        assert_eq!(used.count(), 0);
    }
}

/// The example of the page is what comes out.
#[test]
fn the_page() {
    let page = include_str!("../../../docs/check.md");
    let blocks = |language: &str| -> Vec<&str> {
        let fence = format!("```{language}\n");
        let parts: Vec<&str> = page.split(&fence).skip(1).collect();
        parts.into_iter().map(|part| part.split("```").next().unwrap()).collect()
    };
    let (code, config) = (blocks("python"), blocks("toml"));
    let project = super::shop::commits(config[0], code[0], code[1]);
    let run = super::shop::last(&project, &[]).exits_with(1);
    assert_eq!(run.stdout, blocks("text")[0]);
    let comment = super::shop::last(&project, &["--format", "markdown"]).stdout;
    assert!(comment.starts_with(blocks("markdown")[0].trim_end()), "{comment}");
    // Everything that the page says can be set can be.
    for text in config {
        let run = Belljar::new(super::shop::commits(text, code[0], code[1]).path())
            .arguments(["check", "HEAD~1", "HEAD", "--quiet", "--fail-on", "never"])
            .run();
        run.exits_with(0);
    }
}
