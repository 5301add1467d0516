//! The definitions for CI, carried out: their commands are taken out of the YAML and run as the CI system does.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{Project, cache, git};

pub(crate) fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

/// A folder with `belljar` in it, and a `gh` that writes down what it is asked and answers with what is in `answer`.
pub(crate) fn programs() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_belljar"), folder.path().join("belljar")).unwrap();
    let gh = folder.path().join("gh");
    let script = "#!/bin/sh\nhere=$(dirname \"$0\")\n[ ! -e \"$here/refuses\" ] || exit 1\nprintf '%s\\n' \"$*\" >> \"$here/calls\"\ncase \"$*\" in *--paginate*) cat \"$here/answer\";; esac\n";
    fs::write(&gh, script).unwrap();
    fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.path().join("answer"), "").unwrap();
    folder
}

/// Runs a script where `belljar` is on the path, and nothing else of ours is.
pub(crate) fn shell(
    shell: &[&str],
    script: &str,
    folder: &Path,
    programs: &Path,
    variables: &BTreeMap<String, String>,
) -> Output {
    let path = std::env::var("PATH").unwrap();
    let (program, arguments) = shell.split_first().unwrap();
    Command::new(program)
        .args(arguments)
        .args(["-c", script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:{path}", programs.display()))
        .env("HOME", "/nonexistent")
        .env("BELLJAR_CACHE_DIR", cache())
        .env("BELLJAR_NO_CACHE", "1")
        .envs(variables)
        .output()
        .unwrap()
}

/// How GitHub starts a step, and GitLab a job in an image that has no more.
pub(crate) const BASH: &[&str] = &["bash", "--noprofile", "--norc", "-eo", "pipefail"];
pub(crate) const SH: &[&str] = &["sh", "-e"];

/// A clone of the last commit alone, as CI has it, called `clone`; the commit before is the base. The server is reached by a
/// command in the configuration of the clone, as actions/checkout leaves one there with `ssh-key`.
pub(crate) fn shallow(project: &Project) -> (TempDir, String) {
    let base = git(project.path(), &["rev-parse", "HEAD~1"]);
    git(project.path(), &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}", project.path().display());
    git(folder.path(), &["clone", "-q", "--depth", "1", &url, "clone"]);
    let clone = folder.path().join("clone");
    git(&clone, &["config", "remote.origin.url", &format!("ssh://host{}", project.path().display())]);
    git(&clone, &["config", "core.sshCommand", "sh -c 'eval \"$2\"' ssh"]);
    (folder, base)
}

/// The composite action, with its inputs as they are by default and the event of a pull request.
pub(crate) struct Action<'a> {
    /// Where the repository is checked out, and every step begins.
    pub(crate) folder: &'a Path,
    pub(crate) programs: &'a Path,
    pub(crate) temporary: &'a Path,
    pub(crate) inputs: BTreeMap<&'a str, String>,
}

impl Action<'_> {
    /// Each step in turn, until one fails; its exit code, the outputs, and what is in the log.
    pub(crate) fn run(&self) -> (i32, BTreeMap<String, String>, String) {
        let action = yaml(include_str!("../../../action.yml"));
        let (output, summary) = (self.temporary.join("output"), self.temporary.join("summary"));
        fs::write(&output, "").unwrap();
        fs::write(&summary, "").unwrap();
        let mut reported = String::new();
        for step in action["runs"]["steps"].as_array().unwrap() {
            assert_eq!(step["shell"], "bash");
            let script = step["run"].as_str().unwrap();
            assert!(!script.contains("${{"), "what comes from outside is not a part of a script: {script}");
            let wants_comment = self.inputs.get("comment").is_some_and(|given| given == "true");
            if step["name"] == "Comment" && !wants_comment {
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
            let ran = shell(BASH, script, self.folder, self.programs, &variables);
            reported += &String::from_utf8_lossy(&ran.stdout);
            reported += &String::from_utf8_lossy(&ran.stderr);
            if !ran.status.success() {
                return (ran.status.code().unwrap(), outputs(&output), reported);
            }
        }
        (0, outputs(&output), reported)
    }

    /// What `${{ … }}` stands for, or a plain value.
    fn value(&self, action: &Value, text: &str, outputs: &BTreeMap<String, String>) -> String {
        let Some(name) = text.strip_prefix("${{").and_then(|text| text.strip_suffix("}}")) else {
            return text.to_owned();
        };
        let name = name.trim();
        if let Some((_, output)) = name.strip_prefix("steps.").and_then(|name| name.split_once(".outputs.")) {
            return outputs.get(output).cloned().unwrap_or_default();
        }
        match name {
            "github.event.pull_request.number" => "7".to_owned(),
            "github.token" => "token".to_owned(),
            "github.workspace" => self.folder.display().to_string(),
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

/// The job of the template for GitLab, in a clone, with these variables besides its own; by the shell that an image has.
pub(crate) fn gitlab_job(clone: &Path, programs: &Path, given: &[(&str, &str)]) -> Output {
    let job = &yaml(include_str!("../../../integrations/gitlab/belljar.yml"))["belljar"];
    let lines: Vec<&str> =
        job["script"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let own = job["variables"].as_object().unwrap().iter();
    let mut variables: BTreeMap<String, String> =
        own.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
    variables.insert("CI_PROJECT_DIR".to_owned(), clone.display().to_string());
    variables.extend(given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    shell(SH, &lines.join("\n"), clone, programs, &variables)
}
