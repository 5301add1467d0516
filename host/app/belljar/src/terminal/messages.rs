//! The messages of standard error.
//!
//! Messages are fragments without a final period; the next step follows after `hint:`. Text from a repository is
//! escaped for a terminal before it is shown. Everything here writes to a `String`, which the session prints or keeps; that
//! does not fail.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    fmt::Write as _,
    time::Duration,
};

use belljar_check::Problem;
use belljar_engine::{Extraction, RunReport};
use belljar_migrate::generate::Gap;
use belljar_schema::{Diagnostic, Document, Severity};
use belljar_text::{counted, suggest};
use owo_colors::OwoColorize as _;

use super::{guard::write_line, level::Level};
use crate::{failure::Failure, render::safe};

/// The number of diagnostics that are shown without `--verbose`.
const FIRST: usize = 8;

/// Reports arguments that are invalid.
pub(crate) fn usage(error: &clap::Error) {
    write_line(format_args!("{}", error.render().ansi().to_string().trim_end()));
}

/// Reports an environment variable whose value has the wrong form.
pub(crate) fn variable(name: &str, message: &str) {
    let error = "error:".red().bold().to_string();
    write_line(format_args!("{error} the environment variable `{name}` is invalid: {}", safe(message)));
}

/// Reports that an option comes from the environment, after an error about the options.
pub(crate) fn from_variable(name: &str, option: &str) {
    write_line(format_args!("note: `--{option}` is set by the environment variable `{name}`"));
}

/// Reports a panic like every other error: its message can contain text of a repository.
pub(crate) fn set_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!(" at {place}")).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        write_line(format_args!(
            "{} internal error in belljar{place}: {}",
            "error:".red().bold(),
            safe(message)
        ));
        let trace = std::backtrace::Backtrace::capture();
        if trace.status() == std::backtrace::BacktraceStatus::Captured {
            write_line(format_args!("{trace}"));
        }
    }));
}

/// Reports why a command failed.
pub(crate) fn failure(out: &mut String, failure: &Failure) {
    if let Failure::Config { file, problems } = failure {
        return problems.iter().for_each(|problem| config(out, file, problem));
    }
    let _ = writeln!(out, "{} {}", "error:".red().bold(), safe(&failure.to_string()));
    if let Some(hint) = failure.hint() {
        let _ = writeln!(out, "{} {}", "hint:".cyan(), safe(&hint));
    }
}

/// Reports that a command runs in this process, and the reason.
pub(crate) fn not_isolated(out: &mut String, reason: &str, level: Level) {
    if level >= Level::Normal {
        let _ = writeln!(out, "{} not isolated: {}", "note:".dimmed(), safe(reason));
        let _ = writeln!(out, "  {} `--isolate=always` makes this an error", "hint:".cyan());
    }
}

/// Reports that a history has no change of a table or column, with similar names of those that changed.
pub(crate) fn no_change(out: &mut String, name: &str, seen: &BTreeSet<String>, level: Level) {
    if level == Level::Quiet {
        return;
    }
    let _ = writeln!(out, "{} no commit that was read changed `{}`", "note:".dimmed(), safe(name));
    let similar = suggest(name, seen);
    if !similar.is_empty() {
        let names: Vec<String> = similar.into_iter().map(safe).collect();
        let _ = writeln!(out, "  {} did you mean `{}`?", "hint:".cyan(), names.join("`, `"));
    }
}

/// Reports the base of a comparison, which the command line does not name.
pub(crate) fn chosen_base(out: &mut String, chosen: &str) {
    let _ = writeln!(out, "compared with {}", safe(chosen));
}

/// Reports a comment that was written.
pub(crate) fn comment_written(out: &mut String, path: &str, line: usize, comment: &str) {
    let _ = writeln!(out, "{} {}:{line}: {}", "wrote".green(), safe(path), safe(comment));
}

/// Reports a comment that could not be written.
pub(crate) fn comment_not_written(out: &mut String, path: &str, error: &std::io::Error) {
    let error = safe(&error.to_string());
    let _ = writeln!(out, "{} cannot write a comment into `{}`: {error}", "warning:".yellow(), safe(path));
}

/// Reports the number of comments, the findings that none silences, and when they take effect.
pub(crate) fn comments_written(out: &mut String, written: usize, others: usize) {
    let comments = counted(written, "comment");
    if others > 0 {
        let others = counted(others, "finding");
        let _ = writeln!(out, "{comments} written; no comment silences {others}");
        let _ = writeln!(out, "{} configure the rules in `belljar.toml`", "hint:".cyan());
    } else {
        let _ = writeln!(out, "{comments} written");
    }
    if written > 0 {
        let note = "comments take effect once the base has them, or with `--config-from head`";
        let _ = writeln!(out, "{} {note}", "note:".dimmed());
    }
}

/// Reports the restrictions on the process of a job.
pub(crate) fn confinement(out: &mut String, confinement: &str, level: Level) {
    if level == Level::Verbose {
        let _ = writeln!(out, "confined by: {}", safe(confinement));
    }
}

/// Reports that changes are missing in the SQL or the script of a comparison.
pub(crate) fn left_out(out: &mut String, count: u64) {
    let what =
        if count == 1 { "1 change is left out".to_owned() } else { format!("{count} changes are left out") };
    let _ = writeln!(out, "{} {what}", "warning:".yellow().bold());
    let _ = writeln!(out, "{} the comments that begin with `left out:` state which, and why", "hint:".cyan());
}

/// Reports that a version file was written.
pub(crate) fn version_written(out: &mut String, path: &str) {
    let _ = writeln!(out, "wrote {}", safe(path));
}

/// Reports what the SQL of an extraction lacks: each line is a comment in it, too.
pub(crate) fn gaps(out: &mut String, gaps: &[String], level: Level) {
    let are = if gaps.len() == 1 { "is" } else { "are" };
    let what = format!("{} {are} left out of the SQL", counted(gaps.len(), "statement"));
    let _ = writeln!(out, "{} {what}", "warning:".yellow().bold());
    if level == Level::Quiet {
        return;
    }
    let shown = if level == Level::Verbose { gaps.len() } else { FIRST };
    for gap in gaps.iter().take(shown) {
        let _ = writeln!(out, "  {}", safe(gap.strip_prefix("left out: ").unwrap_or(gap)));
    }
    if let Some(more) = gaps.len().checked_sub(shown).filter(|more| *more > 0) {
        let _ =
            writeln!(out, "  … and {more} more; the comments that begin with `left out:` state all of them");
    }
    let _ = writeln!(out, "{} the exit code is 1, as the SQL is incomplete", "note:".dimmed());
}

/// Reports what generated models leave out: each line is a comment in them, too.
pub(crate) fn not_generated(out: &mut String, gaps: &[Gap], level: Level) {
    let are = if gaps.len() == 1 { "is" } else { "are" };
    let what = format!("{} {are} not generated", counted(gaps.len(), "part"));
    let _ = writeln!(out, "{} {what}", "warning:".yellow().bold());
    let shown = if level == Level::Verbose { gaps.len() } else { FIRST };
    for gap in gaps.iter().take(shown) {
        let message = gap.message.strip_prefix("not generated: ").unwrap_or(&gap.message);
        let _ = writeln!(out, "  {}: {}", safe(&gap.table), safe(message));
    }
    if let Some(more) = gaps.len().checked_sub(shown).filter(|more| *more > 0) {
        let _ = writeln!(
            out,
            "  … and {more} more; the comments that begin with `not generated:` state all of them"
        );
    }
}

/// Reports that generated models come back.
pub(crate) fn verified(out: &mut String, (tables, columns): (usize, usize), gaps: usize, notes: &[String]) {
    let (tables, columns) = (counted(tables, "table"), counted(columns, "column"));
    let except = match gaps {
        0 => String::new(),
        1 => ", except for the part that is a comment".to_owned(),
        _ => format!(", except for the {gaps} parts that are comments"),
    };
    let _ = writeln!(out, "{} {tables}, {columns} come back exactly{except}", "verified:".green());
    for note in notes {
        let _ = writeln!(out, "{} {}", "note:".dimmed(), safe(note));
    }
}

/// Reports that generated models do not come back.
pub(crate) fn not_verified(out: &mut String, count: usize) {
    let what = if count == 1 { "1 difference".to_owned() } else { format!("{count} differences") };
    let _ = writeln!(
        out,
        "{} the models do not come back exactly: {what} between the schema (base) and the models (head):",
        "error:".red().bold()
    );
}

/// Reports something about notifications.
pub(crate) fn notify_note(out: &mut String, text: &str) {
    let _ = writeln!(out, "{} {}", "note:".dimmed(), safe(text));
}

/// Reports something that went wrong with notifications, and does not fail the command.
pub(crate) fn notify_warning(out: &mut String, text: &str) {
    let _ = writeln!(out, "{} {}", "warning:".yellow().bold(), safe(text));
}

/// Reports a notification that was sent.
pub(crate) fn notified(out: &mut String, message: &belljar_notify::Message<'_>) {
    let (name, kind) = (safe(&message.target.name), message.target.channel.name());
    let findings = counted(message.notice.items.len(), "finding");
    let _ = writeln!(out, "notified `{name}` ({kind}): {}, {findings}", message.notice.event.name());
}

/// Reports a notification that was not sent.
pub(crate) fn not_notified(out: &mut String, message: &belljar_notify::Message<'_>, reason: &str) {
    let (name, kind) = (safe(&message.target.name), message.target.channel.name());
    let text = format!("`{name}` ({kind}) is not notified: {}", safe(reason));
    let _ = writeln!(out, "{} {text}", "warning:".yellow().bold());
}

/// Reports what a hook printed, and what went wrong with it.
pub(crate) fn hook(
    out: &mut String,
    event: belljar_notify::Event,
    ended: &belljar_notify::HookReport,
    level: Level,
) {
    let name = event.name();
    if level >= Level::Normal {
        ended.output.iter().for_each(|line| _ = writeln!(out, "hook {name}: {}", safe(line)));
    }
    if let Some(failure) = &ended.failure {
        let (command, failure) = (safe(&ended.command), safe(failure));
        let _ =
            writeln!(out, "{} the hook `{command}` of {name} failed: {failure}", "warning:".yellow().bold());
    }
}

/// Reports that a Mermaid diagram has more bytes or links than pages draw by default.
pub(crate) fn large_diagram(
    out: &mut String,
    (bytes, most_bytes): (usize, usize),
    (links, most_links): (usize, usize),
) {
    let what = format!(
        "the diagram has {bytes} bytes and {links} links; most pages draw no larger ones in Mermaid than of {most_bytes} \
         bytes and {most_links} links"
    );
    let _ = writeln!(out, "{} {what}", "warning:".yellow().bold());
    let _ = writeln!(out, "{} name tables, or use `--columns none` or another format", "hint:".cyan());
}

/// Reports the numbers of pages of `belljar docs`.
pub(crate) fn pages_written(out: &mut String, folder: &str, written: usize, removed: usize) {
    let folder = safe(folder);
    if written + removed == 0 {
        let _ = writeln!(out, "`{folder}` is up to date");
        return;
    }
    let gone = if removed > 0 { format!(", removed {removed}") } else { String::new() };
    let _ = writeln!(out, "{} {} to `{folder}`{gone}", "wrote".green(), counted(written, "page"));
}

/// Reports a page of something that is gone, which has notes.
pub(crate) fn page_kept(out: &mut String, path: &str) {
    let what = "is of something that is gone, and is kept, as people wrote notes on it";
    let _ = writeln!(out, "{} `{}` {what}", "warning:".yellow().bold(), safe(path));
    let _ = writeln!(out, "{} remove it, or move its notes", "hint:".cyan());
}

/// Reports what to do about pages that are out of date.
pub(crate) fn pages_out_of_date(out: &mut String, folder: &str) {
    let _ = writeln!(out, "{} write them with `belljar docs`, to `{}`", "hint:".cyan(), safe(folder));
}

/// Reports an error in a configuration.
fn config(out: &mut String, file: &str, problem: &Problem) {
    let line = if problem.line > 0 { format!(":{}", problem.line) } else { String::new() };
    let _ = writeln!(out, "{} {}{line}: {}", "error:".red().bold(), safe(file), safe(&problem.message));
    if let Some(hint) = &problem.hint {
        let _ = writeln!(out, "  {} {}", "hint:".cyan(), safe(hint));
    }
}

/// Reports the SQLAlchemy release of an extraction, its diagnostics, and with `--verbose` its runs.
pub(crate) fn extraction(out: &mut String, extraction: &Extraction, description: &str, level: Level) {
    let document = &extraction.document;
    if level >= Level::Normal {
        let generation = &document.sqlalchemy;
        let _ = writeln!(
            out,
            "read {}, with SQLAlchemy {} ({})",
            safe(description),
            generation.version,
            safe(&generation.reason)
        );
        for project in &document.projects {
            let (path, reason) = (safe(&project.path), safe(&project.reason));
            let _ = writeln!(out, "  `{path}` with SQLAlchemy {} ({reason})", project.version);
        }
    }
    diagnostics(out, &document.diagnostics, level);
    if level == Level::Verbose {
        for run in &extraction.runs {
            run_report(out, run);
        }
    }
}

/// Reports a database that was read, named without its password.
pub(crate) fn database(out: &mut String, document: &Document, name: &str, level: Level) {
    if level >= Level::Normal {
        let version = &document.sqlalchemy.version;
        let _ = writeln!(out, "read {}, with SQLAlchemy {version}", safe(name));
    }
    diagnostics(out, &document.diagnostics, level);
}

/// Reports the diagnostics that are severe enough for a level, each message once.
pub(crate) fn diagnostics<'a>(
    out: &mut String,
    items: impl IntoIterator<Item = &'a Diagnostic>,
    level: Level,
) {
    let lowest = match level {
        Level::Quiet => Severity::Error,
        Level::Normal => Severity::Warning,
        Level::Verbose => Severity::Note,
    };
    let mut wanted: Vec<&Diagnostic> =
        items.into_iter().filter(|diagnostic| diagnostic.severity >= lowest).collect();
    wanted.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
    if level == Level::Verbose {
        for (position, item) in wanted.iter().enumerate() {
            diagnostic(out, item, 0);
            hint(out, item, wanted.get(position + 1).copied());
        }
        return;
    }
    let alike = alike(&wanted);
    let shown = alike.get(..FIRST.min(alike.len())).unwrap_or_default();
    for (position, (item, others)) in shown.iter().enumerate() {
        diagnostic(out, item, *others);
        hint(out, item, shown.get(position + 1).map(|(next, _)| *next));
    }
    if alike.len() > FIRST {
        let _ = writeln!(out, "… and {} more; `--verbose` shows all", alike.len() - FIRST);
    }
}

/// The first diagnostic of each message, with the number of the others.
fn alike<'a>(all: &[&'a Diagnostic]) -> Vec<(&'a Diagnostic, usize)> {
    let mut found: Vec<(&Diagnostic, usize)> = Vec::new();
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for item in all {
        match known.entry((&item.code, &item.message)) {
            Entry::Occupied(position) => {
                if let Some((_, others)) = found.get_mut(*position.get()) {
                    *others += 1;
                }
            }
            Entry::Vacant(entry) => {
                entry.insert(found.len());
                found.push((item, 0));
            }
        }
    }
    found
}

fn diagnostic(out: &mut String, item: &Diagnostic, others: usize) {
    let place = match &item.place {
        Some(place) if place.line > 0 => format!("{}:{}: ", safe(&place.path), place.line),
        Some(place) => format!("{}: ", safe(&place.path)),
        None => String::new(),
    };
    let also = match others {
        0 => String::new(),
        1 => " (and at 1 other place)".to_owned(),
        _ => format!(" (and at {others} other places)"),
    };
    let message = format!("{}{also}", safe(&item.message));
    match item.severity {
        Severity::Error => _ = writeln!(out, "{} {place}{message}", "error:".red().bold()),
        Severity::Warning => _ = writeln!(out, "{} {place}{message}", "warning:".yellow()),
        Severity::Note => _ = writeln!(out, "{} {place}{message}", "note:".dimmed()),
    }
}

/// The hint of a diagnostic, unless the next one has the same.
fn hint(out: &mut String, item: &Diagnostic, next: Option<&Diagnostic>) {
    let is_repeated = next.is_some_and(|next| next.hint == item.hint);
    if let Some(hint) = item.hint.as_ref().filter(|_| !is_repeated) {
        let _ = writeln!(out, "  {} {}", "hint:".cyan(), safe(hint));
    }
}

/// Reports that nothing ran.
pub(crate) fn from_cache(out: &mut String) {
    let _ = writeln!(
        out,
        "this result is from the cache, with the resources of the original run; `--no-cache` runs the models"
    );
}

fn run_report(out: &mut String, run: &RunReport) {
    let outcome = &run.outcome;
    let milliseconds = u64::try_from(outcome.elapsed.as_millis()).unwrap_or(u64::MAX);
    let root = if run.root.is_empty() { "." } else { &run.root };
    let what = match &run.first {
        Some(first) if run.is_verification => format!("verification run of `{}`", safe(first)),
        _ => format!("run of `{}`", safe(root)),
    };
    let _ = writeln!(
        out,
        "{what}: {}, {} modules requested; fuel {}, memory {}, frames {}, time {}",
        safe(&belljar_engine::ending_text(&outcome.ending)),
        run.targets,
        outcome.fuel,
        bytesize::ByteSize::b(outcome.memory as u64),
        outcome.frames,
        humantime::format_duration(Duration::from_millis(milliseconds)),
    );
    for line in String::from_utf8_lossy(&outcome.stderr).lines() {
        let _ = writeln!(out, "  {} {}", "stderr:".dimmed(), safe(line));
    }
}
