//! `belljar docs`.

use std::{collections::BTreeMap, fmt::Write as _, io};

use belljar_docs::{has_notes, pages, with_notes};

use crate::{
    cli::Docs,
    comparison::one_side,
    failure::Failure,
    session::Session,
    side::load_side,
    source_config::SourceConfig,
    terminal::{
        messages,
        pages::{Folder, Found, Plan, not_own},
    },
};

/// Writes the pages of a side, or lists those that are out of date.
pub(crate) fn run(arguments: Docs, session: &mut Session) -> Result<u8, Failure> {
    let Docs { side, repo, output, check, dialect, sources } = arguments;
    let source_config = SourceConfig::new(&repo, None, sources, Vec::new())?;
    let folder = Folder::new(&output);
    let opened = one_side(side.as_deref(), &source_config)?;
    let (loaded, existing) = load_side(opened, &source_config, session, || folder.read())?;
    // A mistyped directory must not remove the pages of all tables.
    if let Some(nothing) = loaded.nothing {
        return Err(nothing.into());
    }
    let (plan, kept) = plan(&folder, pages(&loaded.document, dialect), &existing)?;
    session.report(|out| kept.iter().for_each(|name| messages::page_kept(out, &folder.shown(name))));
    if !check {
        session.write(0, &|out| serde_json::to_writer(out, &plan).map_err(io::Error::from))?;
        return Ok(0);
    }
    let list = listed(&folder, &plan, &existing);
    session.write(0, &|out| out.write_all(list.as_bytes()))?;
    if list.is_empty() {
        return Ok(0);
    }
    session.report(|out| messages::pages_out_of_date(out, &folder.shown("")));
    Ok(1)
}

/// What to change in the folder, and the pages of what is gone that are kept, as people wrote notes on them.
fn plan(
    folder: &Folder,
    pages: BTreeMap<String, String>,
    existing: &BTreeMap<String, Found>,
) -> Result<(Plan, Vec<String>), Failure> {
    let (mut plan, mut kept) = (Plan::default(), Vec::new());
    for (name, found) in existing {
        match found {
            Found::Page(text) if !pages.contains_key(name) => {
                if has_notes(text) { &mut kept } else { &mut plan.remove }.push(name.clone());
            }
            _ => {}
        }
    }
    for (name, page) in pages {
        let page = match existing.get(&name) {
            None => page,
            Some(Found::Other) => return Err(folder.failure(&name, not_own())),
            Some(Found::Page(old)) => {
                let broken = "the two lines around its notes are not there once each; restore them";
                let page =
                    with_notes(&page, old).map_err(|_| folder.failure(&name, io::Error::other(broken)))?;
                // Git may write the lines of a checkout with other ends.
                if page == old.replace("\r\n", "\n") {
                    continue;
                }
                page
            }
        };
        plan.write.insert(name, page);
    }
    Ok((plan, kept))
}

/// The pages that are not as they should be, a line each.
fn listed(folder: &Folder, plan: &Plan, existing: &BTreeMap<String, Found>) -> String {
    let mut out = String::new();
    let changed = plan
        .write
        .keys()
        .map(|name| (name, if existing.contains_key(name) { "is out of date" } else { "is missing" }));
    let gone = plan.remove.iter().map(|name| (name, "is of something that is gone"));
    for (name, what) in changed.chain(gone) {
        // Writing to a string does not fail.
        let _ = writeln!(out, "{} {what}", belljar_text::safe(&folder.shown(name)));
    }
    out
}
