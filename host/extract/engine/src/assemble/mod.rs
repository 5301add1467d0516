//! Joins the findings of all runs with what the code says, and settles what is exact.

mod classes;
pub(crate) mod database;
mod diagnostics;
mod inputs;
mod merge;
mod needs;
mod objects;
mod places;
mod python;
mod reasons;
mod tables;
mod unresolved;

pub use diagnostics::ending_text;
pub(crate) use diagnostics::{of_inputs, replaced};
pub(crate) use inputs::Inputs;

use std::collections::BTreeMap;

use belljar_discover::StaticIndex;
use belljar_schema::{
    DeclaredObject, Document, FORMAT_VERSION, Generation, Reason, StandIn, Status, Table, Tally, Unresolved,
    View,
};

use crate::{attempt::RunResult, within};

/// The document of all runs.
pub(crate) fn assemble(inputs: &Inputs<'_>, generation: Generation, results: &[&RunResult]) -> Document {
    let discovery = inputs.discovery;
    let index = &discovery.index;
    let reasons = reasons::Reasons::new(inputs, results);
    let mut merged = merge::merge(results, index, &reasons);
    let mut classes = merge::classes(results, index);
    let mut unresolved = unresolved::find(discovery, results, &merged.tables, &merged.views, &reasons);
    if let Some(within) = &discovery.within {
        merged.keep(|place| within::holds(Some(within), place));
        classes.retain(|class| within::holds(Some(within), class.place.as_ref()));
        unresolved.retain(|item| within::holds(Some(within), Some(&item.place)));
    }
    doubt_templates(&mut merged.tables);
    doubt_namesakes(&mut merged.tables, &unresolved);
    doubt_chosen(&mut merged.tables, index);
    let diagnostics = diagnostics::collect(inputs, results);
    Document {
        format: FORMAT_VERSION.to_owned(),
        belljar: env!("CARGO_PKG_VERSION").to_owned(),
        sqlalchemy: generation,
        database: None,
        projects: Vec::new(),
        summary: tally(&merged.tables, &merged.views, &merged.objects, &unresolved),
        needs: needs::find(&merged.tables, &unresolved, &discovery.requested.projects),
        tables: merged.tables,
        views: merged.views,
        sequences: merged.sequences,
        types: merged.types,
        objects: merged.objects,
        classes,
        unresolved,
        stand_ins: stand_ins(results),
        diagnostics,
    }
}

/// Sorts a document after its tables were changed, and recomputes what follows from them.
pub(crate) fn settle(document: &mut Document, projects: &BTreeMap<String, String>) {
    merge::sort(&mut document.tables, &mut document.views, &mut document.objects);
    document.classes.sort_by(|a, b| (&a.name, &a.place, &a.tables).cmp(&(&b.name, &b.place, &b.tables)));
    for table in &mut document.tables {
        let before = table.reasons.len();
        table.reasons.retain(|reason| reason.code != NAMESAKE);
        if before > 0 && table.reasons.is_empty() {
            table.status = Status::Exact;
        }
    }
    doubt_namesakes(&mut document.tables, &document.unresolved);
    let (tables, unresolved) = (&document.tables, &document.unresolved);
    document.summary = tally(tables, &document.views, &document.objects, unresolved);
    document.needs = needs::find(tables, unresolved, projects);
}

/// A table of a template is what somebody makes of it.
fn doubt_templates(tables: &mut [Table]) {
    for table in tables {
        let template = table.place.as_ref().and_then(|place| belljar_discover::template_of(&place.path));
        if let Some(template) = template {
            let message = format!("`{template}` is a template, and filled in before it is used");
            let hint = Some("name the project that comes of it".to_owned());
            table.reasons.push(Reason { code: "template".to_owned(), message, hint, package: None });
            table.status = Status::Partial;
        }
    }
}

/// The code of a doubt about a table of whose name another declaration came to nothing.
const NAMESAKE: &str = "namesake";

/// A table is in doubt when another declaration of its name came to nothing: who asks by name may mean that one.
fn doubt_namesakes(tables: &mut [Table], unresolved: &[Unresolved]) {
    // Of those with one name and one place only the first counts, so that each table is compared with two at most.
    let mut by_name: BTreeMap<&str, Vec<&Unresolved>> = BTreeMap::new();
    for item in unresolved {
        let known = by_name.entry(&item.name).or_default();
        if known.len() < 2 && known.iter().all(|other| other.place != item.place) {
            known.push(item);
        }
    }
    for table in tables {
        let namesakes = by_name.get(table.name.as_str()).into_iter().flatten();
        if let Some(item) = namesakes.into_iter().find(|item| Some(&item.place) != table.place.as_ref()) {
            let message = format!(
                "another declaration of this name is unresolved: `{}:{}`",
                item.place.path, item.place.line
            );
            let hint = Some("see there".to_owned());
            table.reasons.push(Reason { code: NAMESAKE.to_owned(), message, hint, package: None });
            table.status = Status::Partial;
        }
    }
}

/// A table is in doubt whose text has the interpreter, the machine or the process decide about it.
fn doubt_chosen(tables: &mut [Table], index: &StaticIndex) {
    for table in tables {
        let Some(place) = &table.place else { continue };
        let Some(chosen) = index.chosen_at(&place.path, place.line) else { continue };
        let message = format!(
            "`{}` decides about it (line {}), and may be another elsewhere",
            chosen.what, chosen.line
        );
        table.reasons.push(Reason {
            code: "environment".to_owned(),
            message,
            hint: Some("declare the same wherever it runs".to_owned()),
            package: None,
        });
        table.status = Status::Partial;
    }
}

fn tally(tables: &[Table], views: &[View], objects: &[DeclaredObject], unresolved: &[Unresolved]) -> Tally {
    let mut tally = Tally { unresolved: unresolved.len(), ..Tally::default() };
    let is_exact = |view: &&View| {
        view.status == Status::Exact && view.columns.iter().all(|column| column.status == Status::Exact)
    };
    tally.views_exact = views.iter().filter(is_exact).count();
    tally.views_partial = views.len() - tally.views_exact;
    tally.objects_exact = objects.iter().filter(|item| item.status == Status::Exact).count();
    tally.objects_partial = objects.len() - tally.objects_exact;
    for table in tables {
        let whole = table.status == Status::Exact;
        let exact = table.columns.iter().filter(|column| whole && column.status == Status::Exact).count();
        tally.columns_exact += exact;
        tally.columns_partial += table.columns.len() - exact;
        if whole && exact == table.columns.len() {
            tally.tables_exact += 1;
        } else {
            tally.tables_partial += 1;
        }
    }
    tally
}

fn stand_ins(results: &[&RunResult]) -> Vec<StandIn> {
    let all = results.iter().flat_map(|result| &result.findings.stand_ins);
    let mut found: Vec<_> = all
        .map(|frame| StandIn {
            module: frame.module.clone(),
            kind: reasons::kind_of(&frame.module, &frame.kind),
            place: frame.place.clone().map(places::place),
        })
        .collect();
    found.sort();
    found.dedup_by(|a, b| a.module == b.module);
    found
}
