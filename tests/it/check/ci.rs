//! What the definitions for GitHub, GitLab and pre-commit run: their commands are taken out of the YAML and carried out.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

use super::shop::{AFTER, shop};
use crate::support::{Belljar, Project, cache, git, write_all};

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

/// A folder with `belljar` in it, and a `gh` that writes down what it is asked and answers with what is in `answer`.
fn programs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_belljar"), folder.path().join("belljar")).unwrap();
    let gh = folder.path().join("gh");
    let script = "#!/bin/sh\nhere=$(dirname \"$0\")\nprintf '%s\\n' \"$*\" >> \"$here/calls\"\ncase \"$*\" in *--paginate*) cat \"$here/answer\";; esac\n";
    fs::write(&gh, script).unwrap();
    fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.path().join("answer"), "").unwrap();
    folder
}

/// Runs a script where `belljar` is on the path, and nothing else of ours is.
fn shell(script: &str, folder: &Path, programs: &Path, variables: &BTreeMap<String, String>) -> Output {
    let path = std::env::var("PATH").unwrap();
    Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:{path}", programs.display()))
        .env("HOME", "/nonexistent")
        .env("BELLJAR_CACHE_DIR", cache())
        .envs(variables)
        .output()
        .unwrap()
}

/// A clone of the last commit alone, as CI has it; the commit before is the base.
fn shallow(project: &Project) -> (tempfile::TempDir, String) {
    let base = git(project.path(), &["rev-parse", "HEAD~1"]);
    git(project.path(), &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}", project.path().display());
    git(folder.path(), &["clone", "-q", "--depth", "1", &url, "clone"]);
    (folder, base)
}

/// The composite action, with its inputs as they are by default and the event of a pull request.
struct Action<'a> {
    folder: &'a Path,
    programs: &'a Path,
    temporary: &'a Path,
    inputs: BTreeMap<&'a str, String>,
}

impl Action<'_> {
    /// Each step in turn, until one fails; its exit code and the outputs.
    fn run(&self) -> (i32, BTreeMap<String, String>, String) {
        let action = yaml(include_str!("../../../action.yml"));
        let (output, summary) = (self.temporary.join("output"), self.temporary.join("summary"));
        fs::write(&output, "").unwrap();
        fs::write(&summary, "").unwrap();
        let mut told = String::new();
        for step in action["runs"]["steps"].as_array().unwrap() {
            assert_eq!(step["shell"], "bash");
            let script = step["run"].as_str().unwrap();
            assert!(!script.contains("${{"), "what comes from outside is not a part of a script: {script}");
            if step["name"] == "Comment" && self.inputs["comment"] != "true" {
                continue;
            }
            let mut variables: BTreeMap<String, String> = [
                ("RUNNER_TEMP", self.temporary.display().to_string()),
                ("GITHUB_OUTPUT", output.display().to_string()),
                ("GITHUB_STEP_SUMMARY", summary.display().to_string()),
                ("GITHUB_REPOSITORY", "o/r".to_owned()),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .into();
            for (name, value) in step["env"].as_object().unwrap() {
                variables
                    .insert(name.clone(), self.value(&action, value.as_str().unwrap(), &outputs(&output)));
            }
            let ran = shell(script, self.folder, self.programs, &variables);
            told += &String::from_utf8_lossy(&ran.stdout);
            told += &String::from_utf8_lossy(&ran.stderr);
            if !ran.status.success() {
                return (ran.status.code().unwrap(), outputs(&output), told);
            }
        }
        (0, outputs(&output), told)
    }

    /// What `${{ … }}` stands for.
    fn value(&self, action: &Value, text: &str, outputs: &BTreeMap<String, String>) -> String {
        let name = text.trim_start_matches("${{").trim_end_matches("}}").trim();
        match name {
            "steps.check.outputs.exit-code" => outputs["exit-code"].clone(),
            "github.event.pull_request.number" => "7".to_owned(),
            "github.token" => "token".to_owned(),
            "github.event.pull_request.base.sha" => self.inputs["base"].clone(),
            _ => {
                let input = name.strip_prefix("inputs.").unwrap_or_else(|| panic!("{name} is not known"));
                let default = || action["inputs"][input]["default"].as_str().unwrap().to_owned();
                let given = self.inputs.get(input).cloned().unwrap_or_else(default);
                if given.contains("${{") { self.value(action, &given, outputs) } else { given }
            }
        }
    }
}

fn outputs(file: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(file).unwrap();
    text.lines().filter_map(|line| line.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

#[test]
fn the_action_of_github() {
    let project = shop();
    let (folder, base) = shallow(&project);
    let (programs, temporary) = (programs(), tempfile::tempdir().unwrap());
    let inputs = BTreeMap::from([("base", base), ("comment", "true".to_owned())]);
    let clone = folder.path().join("clone");
    let mut action =
        Action { folder: &clone, programs: programs.path(), temporary: temporary.path(), inputs };
    let (code, found, told) = action.run();
    assert_eq!((code, found["exit-code"].as_str()), (1, "1"), "{told}");
    assert!(told.contains("::error file=models.py,line=1,title=BJ101 drop-table::"), "{told}");
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
    // The next run finds its comment, and writes it anew.
    fs::write(programs.path().join("answer"), "42\n").unwrap();
    action.inputs.insert("fail-on", "never".to_owned());
    assert_eq!(action.run().0, 0);
    assert!(
        calls().contains("api --silent --method PATCH repos/o/r/issues/comments/42 --field body=@"),
        "{}",
        calls()
    );
    // A base that is nowhere ends the job.
    action.inputs.insert("base", "0".repeat(40));
    assert_ne!(action.run().0, 0);
    action.inputs.insert("base", String::new());
    let (code, _, told) = action.run();
    assert!(code != 0 && told.contains("set the input base"), "{told}");
}

#[test]
fn the_template_of_gitlab() {
    let project = shop();
    let (folder, base) = shallow(&project);
    let programs = programs();
    let clone = folder.path().join("clone");
    let job = &yaml(include_str!("../../../integrations/gitlab/belljar.yml"))["belljar"];
    let lines: Vec<&str> =
        job["script"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let mut variables: BTreeMap<String, String> = job["variables"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    variables.insert("CI_MERGE_REQUEST_DIFF_BASE_SHA".to_owned(), base);
    let ran = shell(&lines.join("\n"), &clone, programs.path(), &variables);
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    let reports = &job["artifacts"]["reports"];
    let read = |name: &str| fs::read_to_string(clone.join(reports[name].as_str().unwrap())).unwrap();
    let issues: Value = serde_json::from_str(&read("codequality")).unwrap();
    assert_eq!(issues.as_array().unwrap().len(), 5);
    assert_eq!(quick_junit::Report::deserialize_from_str(&read("junit")).unwrap().failures, 3);
    variables.insert("BELLJAR_FAIL_ON".to_owned(), "never".to_owned());
    let ran = shell(&lines.join("\n"), &clone, programs.path(), &variables);
    assert_eq!(ran.status.code(), Some(0), "{ran:?}");
}

#[test]
fn the_hook_of_pre_commit() {
    let project = shop();
    let hooks = yaml(include_str!("../../../.pre-commit-hooks.yaml"));
    let hook = &hooks[0];
    assert_eq!((&hook["language"], &hook["pass_filenames"]), (&"system".into(), &false.into()));
    let programs = programs();
    let run = || shell(hook["entry"].as_str().unwrap(), project.path(), programs.path(), &BTreeMap::new());
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
