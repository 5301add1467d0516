//! `belljar check`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use belljar_check::{FailOn, Input, Proposal, Verdict, render};
use belljar_engine::SourceError;

use crate::{
    changed,
    cli::{Check, CheckFormat, ConfigFrom, Fail},
    downstream,
    failure::Failure,
    messages,
    session::Session,
    settings::Reading,
    side::{Loaded, Pair, Side, renames, sides, texts},
    trust::{self, Decided, DecidedArtefacts, Given, Sides},
};

/// Reads both sides, lets the rules look at what differs, and writes what they say in every form that was asked for.
pub(crate) fn run(arguments: Check, session: &mut Session) -> Result<u8, Failure> {
    let Check {
        compared,
        format,
        output: _,
        report,
        fail_on,
        config,
        no_config,
        config_from,
        contract,
        artefacts,
        reading,
    } = arguments;
    let renames = renames(&compared)?;
    let given = Given::open(config.as_deref(), no_config, config_from)?;
    let reading = Reading::new(&compared.repo, None, reading, Vec::new())?;
    let contracts = contract.iter().map(|file| named_contract(file)).collect::<Result<Vec<_>, _>>()?;
    let named = downstream::open(&artefacts, &reading.source_limits)?;
    let prefix = prefix(&sides(&compared, &reading)?.1, &compared.repo);
    let pair =
        Pair::open(&compared, &reading, false, |failure| is_empty(failure) || is_lost(failure), session)?;
    session.seal()?;

    let (base, head) = both(pair, session)?;
    let sides = Sides {
        base: base.as_ref().ok().and_then(|base| base.source.as_ref()),
        head: head.source.as_ref(),
        from: config_from,
    };
    let Decided { mut config, mut remarks, changes, proposed } = trust::decide(&given, sides)?;
    if let Some(fail_on) = fail_on {
        config.fail_on = level(fail_on);
    }
    for (name, bytes) in &contracts {
        let (contract, said) = belljar_contract::read_odcs(bytes, name);
        config.downstream.contracts.add(contract);
        remarks.extend(said);
    }
    let is_felt = artefacts.any() || config.downstream.names_artefacts();
    let DecidedArtefacts { downstream: found, proposed: theirs, changes: of_artefacts } =
        trust::artefacts(named, &config, sides);
    remarks.extend(found.said.iter().cloned());
    remarks.extend(base.iter().flat_map(|base| changed::loaded_instead(base, &head)));
    let graph_of = |found: &downstream::Downstream| {
        base.as_ref().ok().filter(|_| is_felt).map(|base| found.graph(&base.document, &config))
    };
    let (graph, other) = (graph_of(&found), theirs.as_ref().and_then(graph_of));
    let (owners, of_owners) = downstream::owners(sides.deciding());
    if graph.is_some() {
        remarks.extend(of_owners);
    }
    let verdict = belljar_check::check(&Input {
        downstream: graph.as_ref().map(|graph| belljar_check::Downstream { graph, owners: &owners }),
        base: base.as_ref().map(|loaded| &loaded.document).map_err(Clone::clone),
        head: &head.document,
        tree: head.source.as_ref().map(|source| &source.tree),
        base_tree: sides.base.map(|source| &source.tree),
        config: &config,
        proposal: (config_from == ConfigFrom::Base).then_some(Proposal {
            settings: changes,
            config: proposed.as_ref(),
            artefacts: of_artefacts,
            graph: other.as_ref(),
        }),
        renames: &renames,
        prefix: &prefix,
        remarks,
        texts: base.as_ref().ok().and_then(|base| texts(base, &head)),
    });
    let forms = report.iter().map(|(format, _)| *format).chain([format]);
    for (number, form) in forms.enumerate() {
        session.write(number, &|out| write(&verdict, &prefix, form, out))?;
    }
    Ok(match (verdict.compared, verdict.passed) {
        (false, _) => 2,
        (true, false) => 1,
        (true, true) => 0,
    })
}

/// Both sides, read side by side. A base that can't be had leaves the head to be told of; why is said.
fn both(pair: Pair, session: &mut Session) -> Result<(Result<Loaded, String>, Loaded), Failure> {
    let (base, head) = pair.load(session);
    let base = match base {
        Ok(base) => Ok(base),
        Err(failure) if is_empty(&failure) => Ok(Loaded::default()),
        Err(failure) if is_lost(&failure) => {
            session.say(|out| messages::failure(out, &failure));
            Err(failure.to_string())
        }
        Err(failure) => return Err(failure),
    };
    let mut head = head?;
    let had_models = match &base {
        Ok(base) => base.nothing.is_none(),
        Err(_) => true,
    };
    match head.nothing.take() {
        Some(nothing) if !had_models => Err(Failure::Extract(nothing)),
        nothing => Ok((base, Loaded { nothing, ..head })),
    }
}

/// Whether there was nothing yet: a first commit without files, or a directory that is new.
fn is_empty(failure: &Failure) -> bool {
    matches!(failure, Failure::Source(SourceError::Empty { .. } | SourceError::NotInRevision { .. }))
}

/// Whether a side is there and can't be read, rather than named wrongly.
fn is_lost(failure: &Failure) -> bool {
    use SourceError as E;
    matches!(
        failure,
        Failure::Source(
            E::MissingObjects { .. }
                | E::Unreadable { .. }
                | E::PermissionDenied(_)
                | E::TooMany { .. }
                | E::ArchiveDamaged { .. }
                | E::ArchiveLimit { .. }
                | E::GitDamaged { .. }
                | E::ElsewhereInRevision { .. }
        )
    )
}

/// Reads a contract that the command line names.
fn named_contract(file: &Path) -> Result<(String, Vec<u8>), Failure> {
    let name = file.display().to_string();
    match belljar_engine::read_file(file, belljar_contract::LARGEST as u64) {
        Ok(bytes) => Ok((name, bytes)),
        Err(error) => Err(Failure::Artefact { path: name, message: error.to_string() }),
    }
}

const fn level(given: Fail) -> FailOn {
    match given {
        Fail::Error => FailOn::Error,
        Fail::Warning => FailOn::Warning,
        Fail::Note => FailOn::Note,
        Fail::Never => FailOn::Never,
    }
}

/// Where the head lies in its repository, as annotations name files from its root: `services/api/`, or nothing.
fn prefix(head: &Side, repo: &Path) -> String {
    let folder = match head {
        Side::Document(_) => return String::new(),
        Side::Path(path) => path,
        Side::Revision(_) | Side::WorkTree => repo,
    };
    let Ok(folder) = fs::canonicalize(folder) else { return String::new() };
    let root = folder.ancestors().find(|above| above.join(".git").exists());
    let inside: PathBuf =
        root.and_then(|root| folder.strip_prefix(root).ok()).unwrap_or(Path::new("")).into();
    let parts: Vec<&str> = inside.iter().filter_map(|part| part.to_str()).collect();
    parts.iter().flat_map(|part| [*part, "/"]).collect()
}

fn write(verdict: &Verdict, prefix: &str, format: CheckFormat, out: &mut dyn io::Write) -> io::Result<()> {
    let text = match format {
        CheckFormat::Text => render::text(verdict),
        CheckFormat::Markdown => render::markdown(verdict, prefix),
        CheckFormat::Json => return crate::render::json(out, verdict),
        CheckFormat::Sarif => render::sarif(verdict)?,
        CheckFormat::Github => render::github(verdict),
        CheckFormat::Gitlab => render::gitlab(verdict)?,
        CheckFormat::Junit => render::junit(verdict).map_err(io::Error::other)?,
    };
    out.write_all(text.as_bytes())
}
