//! A folder of a pull request that git takes for a repository, with a configuration that has git run a command.
//!
//! The control is the command that a pipeline is often written with, `git -C FOLDER fetch`: it runs what is planted.

use std::{collections::BTreeMap, fs, path::Path};

use super::super::check::shop::{AFTER, BEFORE, CONFIG};
use crate::support::{
    Project, commit,
    pipeline::{Action, BASH, gitlab_job, programs, shallow, shell},
    repository, write_all,
};

const FOLDER: &str = "services/api";

/// Configurations, each of which has a fetch run what makes the file `ran` in the folder of programs.
fn ways(ran: &Path) -> Vec<(&'static str, String)> {
    let ran = ran.display();
    let touch = format!("touch {ran}; false; #");
    let ext = format!("ext::sh -c touch% {ran}");
    vec![
        ("uploadpack", format!("[remote \"origin\"]\nurl = /\nuploadpack = \"{touch}\"\n")),
        ("ssh", format!("[core]\nsshCommand = \"{touch}\"\n[remote \"origin\"]\nurl = ssh://host/x\n")),
        (
            "proxy",
            format!("[core]\ngitProxy = \"{}\"\n[remote \"origin\"]\nurl = git://host/x\n", script(&touch)),
        ),
        ("transport", format!("[protocol \"ext\"]\nallow = always\n[remote \"origin\"]\nurl = \"{ext}\"\n")),
        (
            "helper",
            format!(
                "[protocol \"ext\"]\nallow = always\n[remote \"origin\"]\nvcs = ext\nurl = \"sh -c touch% {ran}\"\n"
            ),
        ),
        (
            "instead",
            format!(
                "[protocol \"ext\"]\nallow = always\n[remote \"origin\"]\nurl = https://host/x\n[url \"{ext}% \"]\ninsteadOf = https://\n"
            ),
        ),
        (
            "promisor",
            format!(
                "[core]\nrepositoryFormatVersion = 1\n[extensions]\npartialClone = origin\n[remote \"origin\"]\npromisor = true\nurl = /\nuploadpack = \"{touch}\"\n"
            ),
        ),
        ("include", "[include]\npath = more\n".to_owned()),
    ]
}

/// `core.gitProxy` names a program, without arguments.
fn script(command: &str) -> String {
    let path = command.split_whitespace().nth(1).unwrap().trim_end_matches(';').to_owned() + ".proxy";
    fs::write(&path, format!("#!/bin/sh\n{command}\n")).unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    path
}

/// Models in [`FOLDER`], whose second commit makes a repository of it.
fn project(config: &str, more: &str) -> Project {
    let at = |name: &str| format!("{FOLDER}/{name}");
    let project = repository(&[(&at("models.py"), BEFORE), (&at("belljar.toml"), CONFIG)]);
    write_all(
        project.path(),
        &[
            (&at("models.py"), AFTER),
            (&at("HEAD"), "ref: refs/heads/main\n"),
            (&at("config"), config),
            (&at("more"), more),
            (&at("objects/k"), ""),
            (&at("refs/k"), ""),
        ],
    );
    commit(project.path(), "planted");
    project
}

#[test]
fn nothing_of_it_runs() {
    let programs = programs();
    let ran = programs.path().join("ran");
    let more = format!(
        "[core]\nsshCommand = \"touch {}; false\"\n[remote \"origin\"]\nurl = ssh://host/x\n",
        ran.display()
    );
    for (way, config) in ways(&ran) {
        let project = project(&config, &more);
        let (folder, base) = shallow(&project);
        let clone = folder.path().join("clone");
        let variables =
            BTreeMap::from([("BASE".to_owned(), base.clone()), ("REPO".to_owned(), FOLDER.to_owned())]);
        let control = "git -C \"$REPO\" cat-file -e \"$BASE^{commit}\" || git -C \"$REPO\" fetch --quiet --depth=1 origin \"$BASE\"";
        let control = shell(BASH, control, &clone, programs.path(), &variables);
        assert!(ran.exists(), "the control has to run what is planted by {way}: {control:?}");
        fs::remove_file(&ran).unwrap();

        let temporary = tempfile::tempdir().unwrap();
        let inputs = BTreeMap::from([("base", base.clone()), ("path", FOLDER.to_owned())]);
        let action =
            Action { folder: &clone, programs: programs.path(), temporary: temporary.path(), inputs };
        let (_, found, reported) = action.run();
        assert!(!ran.exists(), "{way}: {reported}");
        assert_eq!(found["base"], base, "the base was fetched from the real server: {reported}");
        let given = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.as_str()), ("BELLJAR_PATH", FOLDER)];
        let job = gitlab_job(&clone, programs.path(), &given);
        assert!(!ran.exists(), "{way}: {job:?}");
    }
}

/// Values that a caller may take from a pull request, such as its branch's name, are no options and no commands.
#[test]
fn inputs_are_values() {
    let programs = programs();
    let ran = programs.path().join("ran");
    let project = project("", "");
    let (folder, base) = shallow(&project);
    let clone = folder.path().join("clone");
    let temporary = tempfile::tempdir().unwrap();
    let touch = format!("--upload-pack=touch {};", ran.display());
    let hostile = ["$(touch ran)".to_owned(), "; touch ran".to_owned(), touch, "--help".to_owned()];
    let refspec = format!("+{base}:refs/heads/main");
    for input in ["base", "head", "path", "fail-on"] {
        for value in hostile.iter().chain((input == "base").then_some(&refspec)) {
            let mut inputs = BTreeMap::from([("base", base.clone())]);
            inputs.insert(input, value.clone());
            let action =
                Action { folder: &clone, programs: programs.path(), temporary: temporary.path(), inputs };
            let (code, _, reported) = action.run();
            assert_eq!(code, 2, "{input} {value}: {reported}");
            assert!(!ran.exists() && !clone.join("ran").exists(), "{input} {value}: {reported}");
        }
    }
}

/// What a pull request lays where the directory was, or what the caller did not mean, is not checked in its place.
#[test]
fn the_directory_is_the_one_that_is_meant() {
    let programs = programs();
    let project = project("", "");
    let (folder, base) = shallow(&project);
    let clone = folder.path().join("clone");
    let temporary = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("services", clone.join("link")).unwrap();
    fs::create_dir(clone.join("worktree")).unwrap();
    fs::write(clone.join("worktree/.git"), format!("gitdir: {}\n", clone.join(FOLDER).display())).unwrap();
    for (input, value, why) in [
        ("path", "link/api", "leads through a link"),
        ("path", "..", "leads out of the repository"),
        ("path", "nowhere", "leads to no directory"),
        ("repository", "worktree", "there is no directory .git"),
    ] {
        let mut inputs = BTreeMap::from([("base", base.clone())]);
        inputs.insert(input, value.to_owned());
        let action =
            Action { folder: &clone, programs: programs.path(), temporary: temporary.path(), inputs };
        let (code, _, reported) = action.run();
        assert!(code == 2 && reported.contains(why), "{input} {value}: {code} {reported}");
    }
}
