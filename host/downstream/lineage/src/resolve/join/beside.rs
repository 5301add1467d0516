//! SQL that runs besides the queries of datasets.

use std::sync::Arc;

use super::{super::catalog::View, Join, id, query::Places};
use crate::{
    Input, Unknown,
    graph::{Edge, EdgeKind, Point},
    input::Beside,
    sql,
};

impl Join<'_> {
    /// Columns that queries read so far, for datasets with further SQL.
    pub(super) fn remember(&mut self) {
        for edge in &self.edges {
            let input = self.inputs.get(edge.to.dataset.0 as usize);
            if input.is_some_and(|input| !input.beside.is_empty()) {
                self.declared_reads.entry(edge.to.dataset).or_default().insert(edge.from);
            }
        }
    }

    /// Adds the inputs of further SQL, which the dataset needs to be built.
    pub(super) fn beside(&mut self, at: usize, input: &Input, beside: &Beside) {
        let place = input.place.clone();
        let statements = match sql::parse(&beside.sql.text, input.dialect) {
            Ok(statements) => statements,
            Err(unknown) => {
                let message = format!("its {}: {}", beside.what, unknown.message);
                let unknown = Unknown { message, dataset: Some(input.id.clone()), ..*unknown };
                self.unknowns.push(unknown.at(place).likely());
                return;
            }
        };
        let view = View::new(self.datasets, &self.working, input, at);
        let lineage = sql::reads(&statements, input.dialect, &view, self.allowance);
        for unknown in &lineage.unknowns {
            let message = format!("its {}: {}", beside.what, unknown.message);
            let unknown = Unknown { message, dataset: Some(input.id.clone()), ..unknown.clone() };
            self.unknowns.push(unknown.at(place.clone()).likely());
        }
        let relations = self.relations(at, &lineage);
        let mut places = Places::new(None);
        for read in &lineage.rows {
            let before = self.edges.len();
            self.add_edge(read, &relations, Point::whole(id(at)), &mut places);
            if self.edges.len() == before {
                continue;
            }
            // The query itself reads it too, with a more specific kind.
            let declared_reads = self.declared_reads.get(&id(at));
            let is_declared = |edge: &Edge| {
                edge.kind == EdgeKind::Reads
                    && declared_reads.is_some_and(|declared_reads| declared_reads.contains(&edge.from))
            };
            match self.edges.last_mut() {
                Some(edge) if is_declared(edge) => drop(self.edges.pop()),
                Some(edge) => edge.place = place.clone().map(Arc::new),
                None => {}
            }
        }
    }
}
