//! Joins the findings of all runs with what the code says, and settles what is exact.

mod classes;
mod diagnostics;
mod merge;
mod places;
mod reasons;
mod tables;
mod unresolved;

pub use diagnostics::ending_text;

use belljar_discover::Discovery;
use belljar_schema::{
    Document, FORMAT_VERSION, Generation, Reason, Sequence, StandIn, Status, Table, Tally, Unresolved,
};

use crate::{Extraction, RunReport, RunResult, Source};

/// The document of all runs.
pub(crate) fn assemble(
    source: &Source,
    discovery: Discovery,
    generation: Generation,
    results: Vec<RunResult>,
) -> Extraction {
    let index = &discovery.index;
    let reasons = reasons::Reasons::new(&discovery, &results);
    let mut tables = merge::tables(&results, index, &reasons);
    let classes = merge::classes(&results, index);
    let unresolved = unresolved::find(&discovery, &results, &tables);
    doubt_namesakes(&mut tables, &unresolved);
    let diagnostics = diagnostics::collect(source, &discovery, &results);
    let document = Document {
        format: FORMAT_VERSION.to_owned(),
        belljar: env!("CARGO_PKG_VERSION").to_owned(),
        sqlalchemy: generation,
        summary: tally(&tables, &unresolved),
        tables,
        views: Vec::new(),
        sequences: sequences(&results),
        classes,
        unresolved,
        stand_ins: stand_ins(&results),
        diagnostics,
    };
    let mut ddl = Vec::new();
    let mut runs = Vec::new();
    for result in results {
        ddl.extend(result.findings.ddl);
        runs.push(RunReport {
            root: result.run.root,
            targets: result.run.targets.len(),
            outcome: result.outcome,
        });
    }
    Extraction { document, ddl, runs, scanned: discovery.scanned }
}

/// A table is in doubt when another declaration of its name came to nothing: who asks by name may mean that one.
fn doubt_namesakes(tables: &mut [Table], unresolved: &[Unresolved]) {
    for table in tables {
        let namesake = unresolved
            .iter()
            .find(|item| item.name == table.name && Some(&item.place) != table.place.as_ref());
        if let Some(item) = namesake {
            let message = format!(
                "another declaration of this name is unresolved: `{}:{}`",
                item.place.path, item.place.line
            );
            let hint = Some("see there".to_owned());
            table.reasons.push(Reason { code: "namesake".to_owned(), message, hint, package: None });
            table.status = Status::Partial;
        }
    }
}

fn tally(tables: &[Table], unresolved: &[Unresolved]) -> Tally {
    let mut tally = Tally { unresolved: unresolved.len(), ..Tally::default() };
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

fn sequences(results: &[RunResult]) -> Vec<Sequence> {
    let all = results.iter().flat_map(|result| &result.findings.sequences);
    let mut found: Vec<_> = all.cloned().map(tables::sequence).collect();
    found.sort();
    found.dedup();
    found
}

fn stand_ins(results: &[RunResult]) -> Vec<StandIn> {
    let all = results.iter().flat_map(|result| &result.findings.stand_ins);
    let mut found: Vec<_> = all
        .map(|frame| StandIn { module: frame.module.clone(), place: frame.place.clone().map(places::place) })
        .collect();
    found.sort();
    found.dedup_by(|a, b| a.module == b.module);
    found
}
