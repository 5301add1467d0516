//! The diagnostics of all stages, in one list.

use std::collections::BTreeSet;

use belljar_frames as frames;
use belljar_sandbox::{Ending, MOUNT, PACKAGES_MOUNT};
use belljar_schema::{Diagnostic, Severity};
use belljar_source::PLACE_PREFIX;

use super::{inputs::Inputs, python};
use crate::attempt::RunResult;

/// How many letters of an exception's message are kept: one of SQLAlchemy's fits, a page of advice does not.
const LONGEST: usize = 300;

/// All diagnostics, sorted by severity, code and text.
pub(super) fn collect(inputs: &Inputs<'_>, results: &[&RunResult]) -> Vec<Diagnostic> {
    let mut found = of_inputs(inputs);
    let invalid: BTreeSet<String> = found
        .iter()
        .filter(|diagnostic| matches!(diagnostic.code.as_str(), "syntax-error" | "python2"))
        .filter_map(|diagnostic| diagnostic.place.as_ref().map(|place| place.path.clone()))
        .collect();
    for result in results {
        of_run(result, &invalid, &mut found);
    }
    found.sort();
    found.dedup();
    found
}

/// The diagnostics from before anything ran, sorted.
pub(crate) fn of_inputs(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    let Inputs { source, discovery, wheelhouse } = *inputs;
    let mut of_source = source.diagnostics.clone();
    if let Some(within) = &discovery.within {
        // Those of a directory have its paths, all others those of the whole.
        for place in of_source.iter_mut().filter_map(|item| item.place.as_mut()) {
            place.path = format!("{within}/{}", place.path);
        }
    }
    let stages = [&of_source, &wheelhouse.diagnostics, &discovery.diagnostics];
    let mut found: Vec<Diagnostic> = stages.into_iter().flatten().cloned().collect();
    found.sort();
    found.dedup();
    found
}

/// Adds the diagnostics of a run. `invalid` are files with a diagnostic about their syntax.
fn of_run(result: &RunResult, invalid: &BTreeSet<String>, found: &mut Vec<Diagnostic>) {
    let findings = &result.findings;
    let targets: BTreeSet<&str> = result.run.targets.iter().map(|target| target.path.as_str()).collect();
    let is_target = |path: &str| targets.contains(path);
    for failed in &findings.failed {
        let message =
            format!("`{}` could not be loaded: {}", failed.name, exception(&failed.error, &failed.message));
        found
            .push(Diagnostic::new(Severity::Warning, "module-failed", message).at(&failed.path, failed.line));
    }
    for skip in &findings.skipped {
        // A statement of a module that declares nothing is tolerated; one next to models may be missed.
        let known = skip.error == "SyntaxError" && invalid.contains(&skip.path);
        let severity = if is_target(&skip.path) && !known { Severity::Warning } else { Severity::Note };
        let message =
            format!("a statement failed and was skipped: {}", exception(&skip.error, &skip.message));
        found.push(Diagnostic::new(severity, "statement-skipped", message).at(&skip.path, skip.line));
    }
    for guess in &findings.guesses {
        let message = format!("the {} of `{}`, which is absent, was guessed", guess.kind, guess.origin);
        let diagnostic = Diagnostic::new(Severity::Note, "guess", message);
        found.push(match &guess.place {
            Some(place) => diagnostic.at(&place.path, place.line),
            None => diagnostic,
        });
    }
    for remark in &findings.remarks {
        let diagnostic = describe_remark(remark);
        found.push(match &remark.place {
            Some(place) => diagnostic.at(&place.path, place.line),
            None => diagnostic,
        });
    }
    of_outcome(result, found);
}

fn describe_remark(remark: &frames::Remark) -> Diagnostic {
    let message = one_line(&remark.message);
    if remark.code == "mappers" {
        let message = format!("not all mappers could be configured: `{message}`");
        return Diagnostic::new(Severity::Warning, "mappers", message)
            .hint("tables are not affected; relationships may lack their direction");
    }
    if remark.code == "needs-database" {
        return Diagnostic::new(Severity::Note, &remark.code, message);
    }
    if remark.code == "replaced" {
        return Diagnostic::new(Severity::Note, "replaced", format!("the module {}", replaced(&message)));
    }
    let severity = match remark.code.as_str() {
        // What a package does without, or has in another version, changes nothing that is known of the schema.
        "not-written" | "optional-import" | "snapshot-package" | "shadowed" => Severity::Note,
        // Alembic refuses such a history.
        "migration-circle" | "migration-duplicate" | "migration-heads" | "migration-missing" => {
            Severity::Error
        }
        _ => Severity::Warning,
    };
    Diagnostic::new(severity, &remark.code, message)
}

/// What a module replaced, as a clause. The guest names it, and a repository can put any text there.
pub(crate) fn replaced(name: &str) -> String {
    let plain: String = name.chars().filter(|letter| *letter != '`').take(LONGEST_NAME).collect();
    match plain.strip_prefix("the listeners to ").and_then(|rest| rest.split(' ').next()) {
        Some(event) => format!("listens to `{event}` of every table or column"),
        None => format!("replaces `{plain}`"),
    }
}

/// How many letters are kept of the name of what a module replaced.
const LONGEST_NAME: usize = 100;

fn of_outcome(result: &RunResult, found: &mut Vec<Diagnostic>) {
    let outcome = &result.outcome;
    let last =
        result.findings.started.iter().rev().find(|module| !result.findings.loaded.contains(&module.name));
    if let Some(End { code, why, hint }) = End::from_result(result) {
        let during = last.map(|module| format!(" while `{}` ran", module.name)).unwrap_or_default();
        let message = match &result.left_out {
            Some(path) => format!("`{path}` was left out, the rest ran without it: {why}"),
            None if code == NO_END => format!("{why}; what it sent before is kept"),
            None => format!("the run ended early{during}: {why}"),
        };
        let diagnostic = Diagnostic::new(Severity::Error, code, message).hint(hint);
        found.push(match last {
            Some(module) => diagnostic.at(&module.path, 0),
            None => diagnostic,
        });
    }
    if outcome.memory_refused {
        let message = "memory was requested beyond the limit";
        found.push(Diagnostic::new(Severity::Warning, "memory", message).hint("raise `--memory`"));
    }
    if outcome.reads_refused {
        let message = "a file was not read: the limit on bytes read is reached";
        found.push(Diagnostic::new(Severity::Warning, "reads", message));
    }
    if result.findings.refused > 0 {
        let message = format!("{} invalid frames were dropped", result.findings.refused);
        found.push(Diagnostic::new(Severity::Warning, "frames-refused", message));
    }
}

/// The code of a guest that returned and did not report that it was done.
const NO_END: &str = "no-end";

/// Why a run was not whole.
#[derive(Debug, PartialEq, Eq)]
struct End {
    code: &'static str,
    why: String,
    hint: &'static str,
}

impl End {
    fn from_result(result: &RunResult) -> Option<Self> {
        const MEMORY: &str = "raise `--memory`, or leave the module out with `--exclude`";
        let outcome = &result.outcome;
        if outcome.ending != Ending::Finished {
            let why = ending_text(&outcome.ending);
            return Some(Self { code: "run-ended", why, hint: hint(&outcome.ending) });
        }
        if !result.findings.done {
            let mut end = Self::none(&outcome.stderr);
            end.hint = if outcome.memory_refused { MEMORY } else { end.hint };
            return Some(end);
        }
        let why = "it used up its memory".to_owned();
        result.left_out.as_ref().map(|_| Self { code: "run-ended", why, hint: MEMORY })
    }

    /// The guest lets nothing out that the code of a repository raises, so it had no memory left, the code tampered
    /// with it, or this is its own fault.
    fn none(stderr: &[u8]) -> Self {
        let stderr = String::from_utf8_lossy(stderr);
        let why = stderr.lines().rev().find_map(|line| line.strip_prefix("belljar: ")).map(one_line);
        let why = why.map(|why| format!(": `{why}`")).unwrap_or_default();
        let hint =
            "the code may have changed the extractor; if not, this is a bug in Belljar: please report it";
        Self { code: NO_END, why: format!("the guest failed before it finished{why}"), hint }
    }
}

/// An exception as Python shows it, in backticks, with a remark where Python itself removed what it names.
pub(super) fn exception(error: &str, message: &str) -> String {
    format!("`{}`{}", raised(error, message), python::remark(error, message))
}

/// An exception as Python shows it.
pub(super) fn raised(error: &str, message: &str) -> String {
    if message.is_empty() { error.to_owned() } else { format!("{error}: {}", one_line(message)) }
}

/// The first line of a text that code made, not longer than people read, with paths as they are in the repository.
pub(super) fn one_line(text: &str) -> String {
    let text = text.trim_start();
    let first: String = text.lines().next().unwrap_or_default().chars().take(LONGEST).collect();
    let more = if first.len() < text.trim_end().len() { "…" } else { "" };
    format!("{}{more}", without_packages_mount(&first.replace(&format!("{MOUNT}/"), "")))
}

/// A text with paths of packages as places have them: without the mount, and without the number of the folder.
fn without_packages_mount(text: &str) -> String {
    let mount = format!("{PACKAGES_MOUNT}/");
    let mut parts = text.split(&mount);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(PLACE_PREFIX);
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches('/'));
    }
    out
}

/// An ending for people.
pub fn ending_text(ending: &Ending) -> String {
    match ending {
        Ending::Finished => "it finished".to_owned(),
        Ending::Fuel => "it used up its fuel".to_owned(),
        Ending::Timeout => "it used up its time".to_owned(),
        Ending::Output => "it sent more than the limit allows".to_owned(),
        // WASI reports success or failure, and no other status.
        Ending::Exit(0) => "the code ended the process".to_owned(),
        Ending::Exit(_) => "the code ended the process with a failure".to_owned(),
        Ending::Trap(message) => format!("the interpreter trapped: {message}"),
        Ending::Internal(message) => format!("belljar failed: {message}"),
    }
}

/// What to do about an ending.
pub(super) fn hint(ending: &Ending) -> &'static str {
    match ending {
        Ending::Fuel => "raise `--fuel`, or leave the module out with `--exclude`",
        Ending::Timeout => "raise `--timeout`, or leave the module out with `--exclude`",
        Ending::Output => "raise `--max-output`, or leave the module out with `--exclude`",
        Ending::Exit(_) | Ending::Trap(_) | Ending::Finished => "leave the module out with `--exclude`",
        Ending::Internal(_) => "this is a bug in Belljar; please report it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_one_line() {
        assert_eq!(raised("KeyError", ""), "KeyError");
        assert_eq!(raised("KeyError", "'x'"), "KeyError: 'x'");
        assert_eq!(one_line("first\nsecond"), "first…");
        assert_eq!(one_line("\nonly\n"), "only");
        assert_eq!(one_line(&"ä".repeat(LONGEST + 1)), format!("{}…", "ä".repeat(LONGEST)));
        assert_eq!(one_line(&format!("no ({MOUNT}/a.py)")), "no (a.py)");
        assert_eq!(one_line(&format!("no '{PACKAGES_MOUNT}/12/a/b.py'")), "no 'wheelhouse:a/b.py'");
    }

    #[test]
    fn a_run_that_did_not_reach_its_end_is_reported() {
        let why = |stderr: &[u8]| End::none(stderr).why;
        assert_eq!(why(b"x"), "the guest failed before it finished");
        let expected = "the guest failed before it finished: `TypeError left`";
        assert_eq!(why(b"noise\nbelljar: TypeError left\n"), expected);
    }
}
