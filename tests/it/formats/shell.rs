//! Completions and manual pages.

use std::{fs, path::Path, process::Command};

use crate::support::{Belljar, Project, Run};

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

fn belljar(arguments: &[&str]) -> Run {
    Belljar::new(Path::new(".")).arguments(arguments).run()
}

/// The commands that `--help` lists.
fn commands() -> Vec<String> {
    let help = belljar(&["--help"]).exits_with(0).stdout;
    let lines =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names.filter(|name| !name.is_empty() && *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_shell_knows_every_command() {
    let commands = commands();
    assert!(commands.len() >= 10, "{commands:?}");
    for shell in SHELLS {
        let script = belljar(&["completions", shell]).exits_with(0).stdout;
        for name in commands.iter().map(String::as_str).chain(["--wheelhouse"]) {
            assert!(script.contains(name.trim_start_matches('-')), "{shell} does not know {name}");
        }
        assert!(!script.contains("confined-job"), "{shell} offers a hidden command");
    }
    let run = belljar(&["completions", "tcsh"]).exits_with(2);
    assert!(run.stderr.contains("[possible values: bash, elvish, fish, powershell, zsh]"), "{run}");
}

/// What bash offers after some words.
#[test]
fn bash_completes() {
    let script = belljar(&["completions", "bash"]).exits_with(0).stdout;
    let project = Project::new(&[("belljar.bash", script.as_str())]);
    let offered = |words: &[&str]| {
        let last = words.len() - 1;
        let test = format!(
            "source ./belljar.bash\nCOMP_WORDS=({})\nCOMP_CWORD={last}\n_belljar belljar '{}' '{}'\necho \"${{COMPREPLY[@]}}\"",
            words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
            words[last],
            words[last - 1],
        );
        let output = Command::new("bash").args(["-c", &test]).current_dir(project.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(offered(&["belljar", "ex"]), "extract explain");
    assert_eq!(offered(&["belljar", "extract", "--dialect", "my"]), "mysql");
    assert_eq!(offered(&["belljar", "completions", "z"]), "zsh");
    assert_eq!(offered(&["belljar", "extract", "--whe"]), "--wheelhouse");
    assert_eq!(offered(&["belljar", "confined"]), "");
}

#[test]
fn every_command_has_a_manual_page() {
    let first = belljar(&["man-page"]).exits_with(0).stdout;
    assert!(first.contains("\n.TH belljar 1  \"belljar 0."), "{first}");
    for name in commands() {
        assert!(
            first.contains(&format!("belljar\\-{}(1)", name.replace('-', "\\-"))),
            "{name} is not listed"
        );
        let page = belljar(&["man-page", &name]).exits_with(0).stdout;
        assert!(page.contains(&format!("\n.TH belljar-{name} 1 ")), "{page}");
        assert!(page.contains("\n.SH \"SEE ALSO\"\nbelljar(1)\n"), "{page}");
    }
    assert!(!first.contains("confined"), "a hidden command is listed");
    for name in ["confined-job", "help", "nothing", ""] {
        let run = belljar(&["man-page", name]).exits_with(2);
        assert!(run.stderr.contains("there is extract, inspect, explain, drift, diff"), "{run}");
    }
}

/// Where there is a reader of manual pages, it has nothing to object.
#[test]
fn pages_are_well_formed() {
    if Command::new("man").arg("--version").output().is_err() {
        println!("there is no `man` here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for name in commands() {
        let path = folder.path().join(format!("belljar-{name}.1"));
        fs::write(&path, belljar(&["man-page", &name]).exits_with(0).stdout).unwrap();
        let run = Command::new("man")
            .args(["--warnings=w", "-l"])
            .arg(&path)
            .envs([("MANROFFSEQ", ""), ("MANWIDTH", "80"), ("LC_ALL", "C.UTF-8"), ("PAGER", "cat")])
            .output()
            .unwrap();
        assert!(run.stderr.is_empty(), "{name}: {}", String::from_utf8_lossy(&run.stderr));
        assert!(String::from_utf8_lossy(&run.stdout).contains("DESCRIPTION"), "{name}");
    }
}
