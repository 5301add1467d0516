//! `belljar init`.

use std::{
    fs::{self, OpenOptions},
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use belljar_engine::{Request, SourceLimits};

use crate::{
    cli::Init,
    failure::Failure,
    scaffold::{Ci, Facts, Planned, plan},
    terminal::output,
};

/// The largest `.git/config` that is read, in bytes.
const LARGEST: u64 = 64 << 10;

/// Writes the files that set up a project. Files that exist are not changed: what to add to them is printed.
pub(crate) fn run(arguments: &Init) -> Result<u8, Failure> {
    let top = top_of(&arguments.path)?;
    let source = belljar_engine::open(&Request::new(&top), &SourceLimits::default())?;
    let git_config = belljar_engine::read_file(&top.join(".git/config"), LARGEST).unwrap_or_default();
    let facts = Facts::find(&source.tree, &String::from_utf8_lossy(&git_config));
    if !facts.has_models && !arguments.force {
        return Err(Failure::NoModels { path: top.display().to_string() });
    }
    let planned = plan(&facts);
    let has_new = planned.iter().any(|one| one.existing.is_none());
    let is_asked = has_new && !arguments.dry_run && !arguments.yes;
    show(&top, &planned, &facts, arguments.dry_run || is_asked)?;
    if arguments.dry_run || !has_new {
        return Ok(0);
    }
    if is_asked && !agreed()? {
        output::print("nothing was written; `--yes` writes these files\n", false)?;
        return Ok(1);
    }
    for one in planned.iter().filter(|one| one.existing.is_none()) {
        write_new(&top, one)?;
        output::print(&format!("wrote {}\n", one.path), false)?;
    }
    Ok(0)
}

/// The top of the project: that of the repository around a directory.
fn top_of(path: &Path) -> Result<PathBuf, Failure> {
    let failed = |source| Failure::Write { path: path.display().to_string(), source };
    let folder = fs::canonicalize(path).map_err(failed)?;
    let top = folder.ancestors().find(|above| above.join(".git").exists());
    Ok(top.unwrap_or(&folder).to_owned())
}

/// Prints what is written, and what to add to files that exist.
fn show(top: &Path, planned: &[Planned], facts: &Facts, with_texts: bool) -> Result<(), Failure> {
    let mut out = format!("project: {}\n", belljar_text::safe(&top.display().to_string()));
    for one in planned {
        out.push_str(&shown(one, with_texts));
    }
    out.push_str(match facts.ci {
        Some(Ci::Other(_)) => "CI: see docs/ci.md for the lines to add to the pipeline\n",
        None => "CI: no provider was recognised; docs/ci.md has examples for several\n",
        Some(_) => "",
    });
    output::print(&out, false)?;
    Ok(())
}

/// What is printed about one file.
fn shown(planned: &Planned, with_text: bool) -> String {
    let Planned { path, text, existing } = planned;
    match existing {
        Some(existing) if existing != path => {
            let existing = belljar_text::safe(existing);
            format!("{existing} exists, and is not changed; {path} is not written\n")
        }
        Some(_) if path == belljar_config::FILE_NAME => format!("{path} exists, and is not changed\n"),
        Some(_) => format!("{path} exists, and is not changed; add to it:\n\n{}\n", indented(text)),
        None if with_text => format!("{path} is new:\n\n{}\n", indented(text)),
        None => String::new(),
    }
}

fn indented(text: &str) -> String {
    let line = |line| format!("    {}", belljar_text::safe(line)).trim_end().to_owned() + "\n";
    text.lines().map(line).collect()
}

/// Asks whether to write. Without a terminal nobody can answer.
fn agreed() -> Result<bool, Failure> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Ok(false);
    }
    output::print("write these files? [y/N] ", false)?;
    let failed = |source| Failure::Write { path: "standard input".to_owned(), source };
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(failed)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// Writes a file that does not exist, in folders that are no links: a checkout does not choose where it is written.
fn write_new(top: &Path, planned: &Planned) -> Result<(), Failure> {
    let failed = |source| Failure::Write { path: planned.path.clone(), source };
    let mut folder = top.to_owned();
    let (folders, name) = planned.path.rsplit_once('/').unwrap_or(("", &planned.path));
    for part in folders.split('/').filter(|part| !part.is_empty()) {
        folder.push(part);
        match fs::symlink_metadata(&folder) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(failed(io::Error::other(format!("`{part}` is not a directory")))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir(&folder).map_err(failed)?;
            }
            Err(error) => return Err(failed(error)),
        }
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(folder.join(name)).map_err(failed)?;
    file.write_all(planned.text.as_bytes()).map_err(failed)
}
