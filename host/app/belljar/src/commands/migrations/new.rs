//! `belljar migrations new`.

use std::{fmt::Write as _, time::SystemTime};

use belljar_check::migrations::Wanted;
use belljar_dialect::Database;
use belljar_diff::{Rename, render::Text};
use belljar_engine::{Judged, Recorded, VersionPlace};
use belljar_migrate::{
    Request, Sql,
    version::{self, FileName, Header, Parts},
};
use belljar_schema::{Diagnostic, Severity};
use belljar_text::{counted, safe};

use super::Opened;
use crate::{
    cli::{NewMigration, time::date_of},
    failure::{Failure, version::VersionError},
    histories, render,
    session::Session,
    terminal::{messages, progress::Bars, version_file::NewVersion},
};

/// The exit code if there is nothing to write.
const NOTHING: u8 = 3;

/// Problems of a history that Alembic refuses.
const BROKEN: [&str; 3] = ["migration-missing", "migration-duplicate", "migration-circle"];

/// A version that is to be written.
struct Version {
    parts: Parts,
    /// What it changes, for people.
    changes: String,
    gaps: u64,
    /// Whether there is a reason to write it.
    is_needed: bool,
}

/// Writes the version that an environment lacks.
pub(super) fn run(arguments: NewMigration, session: &mut Session) -> Result<u8, Failure> {
    let parse = |text: &String| Rename::parse(text).ok_or_else(|| Failure::Rename(text.clone()));
    let renames = arguments.rename.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    check(&arguments)?;
    let NewMigration { from, message, head, rev_id, empty, sql, dry_run, rename: _, date, is_merge } =
        arguments;
    let is_written = !sql && !dry_run;
    let opened = Opened::rendering(from, session)?;
    let models = if empty { None } else { Some(opened.models(session)?) };
    let recorded = opened.recorded(models.as_ref(), Judged::Nothing)?;
    opened.report(&recorded, false, session);
    let one = only(&recorded)?;
    let down = follows(one, head.as_deref())?;
    if is_merge && down.len() < 2 {
        return nothing_to_merge(one, is_written, session);
    }
    let dialect = Database::find(&one.dialect).unwrap_or(Database::Postgresql);
    let wanted = models.map(|models| histories::wanted(one, &recorded, &models, renames));
    if let (true, Some(wanted)) = (sql, &wanted) {
        return print_sql(&opened, wanted, dialect, session);
    }
    let new = match &wanted {
        Some(wanted) => Version::of(&opened, wanted, dialect)?,
        None => Version::empty(),
    };
    let header = Header {
        revision: String::new(),
        down,
        message: version::message(&message),
        date: date.unwrap_or_else(|| date_of(SystemTime::now())),
        dialect: dialect.name().to_owned(),
    };
    let revision = rev_id.unwrap_or_else(|| version::revision_of(&header, &new.parts));
    let header = Header { revision, ..header };
    check_free(one, &header.revision)?;
    if !new.is_needed {
        return nothing(one, &new, is_written, session);
    }
    let (text, path) = file(&opened, one, &header, &new.parts, session)?;
    if new.gaps > 0 {
        session.report(|out| messages::left_out(out, new.gaps));
    }
    if dry_run {
        session.write(0, &|out| write!(out, "{text}"))?;
    } else {
        let path = path.ok_or_else(|| no_folder(&opened, one))?;
        session.write(0, &|out| write!(out, "{}", summary(one, &header, &new)))?;
        let version = NewVersion { path, text };
        session.write(1, &|out| render::json(out, &version))?;
    }
    Ok(u8::from(new.gaps > 0))
}

/// Checks what the command line alone decides.
fn check(arguments: &NewMigration) -> Result<(), Failure> {
    if let Some(text) = &arguments.rev_id {
        let bad = |why| VersionError::Revision { text: text.clone(), why };
        version::check_revision(text).map_err(bad)?;
    }
    let path = &arguments.from.path;
    if arguments.is_written() && (arguments.from.rev.is_some() || !path.is_dir()) {
        let what = match &arguments.from.rev {
            Some(revision) => format!("the revision `{revision}`"),
            None => format!("`{}`, which is no directory", path.display()),
        };
        return Err(VersionError::NoDirectory(what).into());
    }
    Ok(())
}

/// The only environment, with one database.
fn only(recorded: &[Recorded]) -> Result<&Recorded, VersionError> {
    match recorded {
        [one] => Ok(one),
        [first, rest @ ..] if rest.iter().all(|it| it.environment == first.environment) => {
            Err(VersionError::SeveralDatabases(first.name.clone()))
        }
        several => Err(VersionError::SeveralEnvironments(several.iter().map(|it| it.name.clone()).collect())),
    }
}

/// The revisions that the version follows.
fn follows(one: &Recorded, head: Option<&str>) -> Result<Vec<String>, VersionError> {
    if let Some(problem) = one.diagnostics.iter().find(|it| BROKEN.contains(&it.code.as_str())) {
        return Err(VersionError::Broken(problem.message.clone()));
    }
    let heads = &one.heads;
    let Some(wanted) = head else {
        return match heads.as_slice() {
            [] | [_] => Ok(heads.clone()),
            _ => Err(VersionError::SeveralHeads { environment: one.name.clone(), heads: heads.clone() }),
        };
    };
    let named: Vec<&String> = heads.iter().filter(|head| *head == wanted).collect();
    let meant = match wanted {
        "heads" => heads.iter().collect(),
        _ if !named.is_empty() => named,
        _ => heads.iter().filter(|head| !wanted.is_empty() && head.starts_with(wanted)).collect(),
    };
    let is_clear = meant.len() == 1 || (wanted == "heads" && !meant.is_empty());
    if is_clear {
        Ok(meant.into_iter().cloned().collect())
    } else {
        Err(VersionError::NoHead {
            wanted: wanted.to_owned(),
            environment: one.name.clone(),
            heads: heads.clone(),
        })
    }
}

/// Checks that no version has a revision.
fn check_free(one: &Recorded, revision: &str) -> Result<(), VersionError> {
    match one.versions.iter().find(|version| version.revision == revision) {
        None => Ok(()),
        Some(version) => {
            let path = version.place.as_ref().map(|place| place.path.clone()).unwrap_or_default();
            Err(VersionError::Taken { revision: revision.to_owned(), path })
        }
    }
}

impl Version {
    fn empty() -> Self {
        Self { parts: Parts::default(), changes: String::new(), gaps: 0, is_needed: true }
    }

    /// The version with all changes.
    fn of(opened: &Opened, wanted: &Wanted, dialect: Database) -> Result<Self, Failure> {
        let changes = format!("{}", Text(&wanted.shown));
        let unwritten = wanted.unwritten.iter().map(|text| format!("left out: {text}"));
        let notes: Vec<String> = unwritten.chain(wanted.not_compared.iter().cloned()).collect();
        let gaps = wanted.unwritten.len() as u64;
        if wanted.shown.is_empty() {
            let mut parts = Parts::default();
            parts.note(&notes);
            return Ok(Self { parts, changes: String::new(), gaps, is_needed: false });
        }
        let (_bars, progress) = Bars::new(opened.source_config.level);
        let script =
            belljar_migrate::script(opened.request(wanted, dialect), &opened.snapshots, &progress.unpacking)?;
        let Some(mut parts) = Parts::of_script(&script) else {
            return Err(VersionError::Text("the script has another form".to_owned()).into());
        };
        let is_needed = parts.has_statements();
        parts.note(&notes);
        Ok(Self { parts, changes, gaps: script.gaps + gaps, is_needed })
    }
}

impl Opened {
    fn request<'a>(&'a self, wanted: &'a Wanted, dialect: Database) -> Request<'a> {
        let limits = &self.source_config.options.limits;
        Request { base: &wanted.base, head: &wanted.head, diff: &wanted.diff, dialect, limits }
    }
}

/// Prints the statements of the changes.
fn print_sql(
    opened: &Opened,
    wanted: &Wanted,
    dialect: Database,
    session: &mut Session,
) -> Result<u8, Failure> {
    let (_bars, progress) = Bars::new(opened.source_config.level);
    let request = opened.request(wanted, dialect);
    let steps = belljar_migrate::statements(request, &opened.snapshots, &progress.unpacking)?;
    let gaps: u64 = steps.iter().map(|step| step.gaps.len() as u64).sum();
    let gaps = gaps + wanted.unwritten.len() as u64;
    if gaps > 0 {
        session.report(|out| messages::left_out(out, gaps));
    }
    session.write(0, &|out| {
        for line in &wanted.unwritten {
            writeln!(out, "-- left out: {}", safe(line))?;
        }
        for line in &wanted.not_compared {
            writeln!(out, "-- {}", safe(line))?;
        }
        write!(out, "{}", Sql { steps: &steps, database: dialect })
    })?;
    Ok(match gaps {
        0 if steps.is_empty() => NOTHING,
        0 => 0,
        _ => 1,
    })
}

/// Says that there is nothing to write.
fn nothing(one: &Recorded, new: &Version, is_written: bool, session: &mut Session) -> Result<u8, Failure> {
    let mut text = format!("{}: ", safe(&one.name));
    if new.gaps > 0 {
        text.push_str("nothing that is certain is left to write\n\n");
        text.push_str(&new.changes);
    } else {
        text.push_str("the versions make what the models declare: there is nothing to write\n");
    }
    comments(&mut text, new);
    session.write(0, &|out| write!(out, "{text}"))?;
    if is_written {
        session.write(1, &|out| render::json(out, &None::<NewVersion>))?;
    }
    Ok(if new.gaps > 0 { 1 } else { NOTHING })
}

/// Reports that an environment has a single head, or none.
fn nothing_to_merge(one: &Recorded, is_written: bool, session: &mut Session) -> Result<u8, Failure> {
    let (name, count) = (safe(&one.name), counted(one.heads.len(), "head"));
    session.write(0, &|out| writeln!(out, "{name}: there is nothing to merge: it has {count}"))?;
    if is_written {
        session.write(1, &|out| render::json(out, &None::<NewVersion>))?;
    }
    Ok(NOTHING)
}

/// What a version does.
fn summary(one: &Recorded, header: &Header, new: &Version) -> String {
    let follows = if header.down.is_empty() { "the first".to_owned() } else { header.down.join(", ") };
    let mut text =
        format!("{}: {} follows {}, {}\n", safe(&one.name), header.revision, safe(&follows), one.dialect);
    if header.down.is_empty() {
        text = format!("{}: {} is the first version, {}\n", safe(&one.name), header.revision, one.dialect);
    }
    if !new.changes.is_empty() {
        let _ = write!(text, "\n{}", new.changes); // writing to a string does not fail
    }
    comments(&mut text, new);
    text
}

/// The comments of a version: what is left out, and what to look at.
fn comments(text: &mut String, new: &Version) {
    let found = new.parts.comments();
    if !found.is_empty() {
        text.push_str("\ncomments in it:\n");
    }
    for comment in found {
        let _ = writeln!(text, "  {}", safe(comment));
    }
}

/// The text of the file and its path below the directory, if it is there.
fn file(
    opened: &Opened,
    one: &Recorded,
    header: &Header,
    parts: &Parts,
    session: &mut Session,
) -> Result<(String, Option<String>), Failure> {
    let (tree, within) = histories::whole(&opened.source.source);
    let place = belljar_engine::version_place(tree, &one.environment);
    let pattern = place.file_template.as_deref();
    let has_folders = place.is_recursive && pattern.is_some_and(|pattern| pattern.contains('/'));
    let names = FileName { pattern, slug_length: place.slug_length, with_folders: has_folders };
    let (name, bad_pattern) = names.of(header);
    let unread = place.template.as_ref().is_some_and(|template| template.text.is_none());
    let template = place.template.as_ref().and_then(|template| template.text.as_deref());
    let written = version::version(header, parts, template).map_err(VersionError::Text)?;
    let refused = if unread { Some("it can't be read".to_owned()) } else { written.refused };
    let mut remarks = Vec::new();
    if let (Some(template), Some(why)) = (&place.template, refused) {
        remarks
            .push(format!("`{}` is not used: {why}; templates are filled in, and never run", template.path));
    }
    if let Some(why) = bad_pattern {
        remarks.push(format!("the `file_template` of the configuration is not used: {why}"));
    }
    let warn = |message| Diagnostic::new(Severity::Warning, "migrations-template", message);
    let remarks: Vec<Diagnostic> = remarks.into_iter().map(warn).collect();
    session.report(|out| messages::diagnostics(out, &remarks, opened.source_config.level));
    let folder = folder(one, &place, within, has_folders);
    Ok((written.text, folder.map(|folder| join(&folder, &name))))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The folder of the version, from the directory that is read: that of the head, or else the first of the configuration.
fn folder(one: &Recorded, place: &VersionPlace, within: &str, has_folders: bool) -> Option<String> {
    let head = one.versions.iter().rev().find(|version| version.is_head);
    let of_head = head.and_then(|version| version.place.as_ref());
    let of_head = of_head.and_then(|place| place.path.rsplit_once('/')).map(|(folder, _)| folder.to_owned());
    let configured = place.folders.first().map(|folder| belljar_engine::path_from(within, folder));
    let found = if has_folders { configured } else { of_head.or(configured) };
    found.filter(|folder| !folder.starts_with("..") && !folder.starts_with('/'))
}

fn no_folder(opened: &Opened, one: &Recorded) -> VersionError {
    let (tree, _) = histories::whole(&opened.source.source);
    let written = belljar_engine::version_place(tree, &one.environment).written;
    VersionError::NoFolder { description: opened.source.source.description.clone(), written }
}
