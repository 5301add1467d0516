//! `belljar explain`.

use crate::{
    cli::Explain,
    extraction::extract,
    failure::Failure,
    render,
    session::Session,
    source_config::SourceConfig,
    subject::{self, Subject},
};

/// Writes the origin and certainty of a table or column, or the page of a rule.
pub(crate) fn run(arguments: Explain, session: &mut Session) -> Result<u8, Failure> {
    let Explain { name, path, rev, dialect, output: _, sources } = arguments;
    if subject::is_rule(&name) {
        let rule = belljar_rules::find(&name).ok_or(Failure::NoSuchRule(name))?;
        session.write(0, &|out| write!(out, "{}", rule.page()))?;
        return Ok(0);
    }
    let source_config = SourceConfig::new(&path, rev, sources, Vec::new())?;
    let (source, extraction) = extract(&source_config, session)?;
    let subjects = Subject::find(&extraction.document, &name);
    if subjects.is_empty() {
        return Err(Failure::NoSuchName {
            suggestions: subject::suggestions(&extraction.document, &name),
            name,
        });
    }
    session.write(0, &|out| {
        subjects.iter().try_for_each(|subject| render::explain(out, subject, &extraction, &source, dialect))
    })?;
    Ok(0)
}
