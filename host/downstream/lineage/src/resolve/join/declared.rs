//! Edges that readers of artefacts declare without SQL, or with expressions.

use std::{collections::BTreeSet, sync::Arc};

use belljar_schema::Certainty;

use super::{
    super::catalog::{View, by_id},
    Join, id,
    query::Places,
};
use crate::{
    Cause, Input, Unknown,
    graph::{DatasetId, Edge, EdgeKind, Point, Relation, Star},
    input::{Expression, Target},
    sql::{self, Read},
};

impl Join<'_> {
    /// Adds what the reader of a dataset knows without SQL.
    pub(super) fn declared(&mut self, at: usize) {
        let Some(input) = self.inputs.get(at) else { return };
        let before = self.edges.len();
        self.edges_of(at, input);
        self.stars_of(at, input);
        for expression in &input.expressions {
            self.expression(at, input, expression);
        }
        if let Some(declared_reads) = self.declared_reads.get_mut(&id(at)) {
            declared_reads.extend(self.edges.iter().skip(before).map(|edge| edge.from));
        }
        for beside in &input.beside {
            self.beside(at, input, beside);
        }
    }

    /// Adds edges of single columns.
    fn edges_of(&mut self, at: usize, input: &Input) {
        for edge in &input.edges {
            let place = edge.place.clone().or_else(|| input.place.clone()).map(Arc::new);
            let Some(from) = self.datasets.target(&edge.from, input) else {
                self.missing(input, &edge.from);
                continue;
            };
            let upstream = self.inputs.get(from);
            let (from_column, to_column) = (
                edge.from_column.as_deref().map(|name| self.column(from, upstream, name, input)),
                edge.to_column.as_deref().map(|name| self.column(at, Some(input), name, input)),
            );
            self.edges.push(Edge {
                from: Point { dataset: id(from), column: from_column.flatten() },
                to: Point { dataset: id(at), column: to_column.flatten() },
                kind: edge.kind,
                star: false,
                certainty: edge.certainty,
                place,
            });
        }
    }

    /// Adds datasets that are passed on as a whole.
    fn stars_of(&mut self, at: usize, input: &Input) {
        for star in &input.stars {
            match self.datasets.target(star, input) {
                Some(from) => self.stars.push(Star {
                    from: id(from),
                    to: id(at),
                    except: Vec::new(),
                    expanded: true,
                    place: input.place.clone().map(Arc::new),
                }),
                None => self.missing(input, star),
            }
        }
    }

    fn expression(&mut self, at: usize, input: &Input, expression: &Expression) {
        let place = expression.place.clone().or_else(|| input.place.clone());
        let expr = match sql::parse_expression(&expression.sql, input.dialect) {
            Ok(expr) => expr,
            Err(unknown) => {
                self.unknowns.push(Unknown { dataset: Some(input.id.clone()), ..unknown.at(place) });
                return;
            }
        };
        let scope = scope(expression);
        let view = View::new(self.datasets, &self.working, input, at);
        let mut lineage = sql::expression(&expr, &scope, input.dialect, &view, self.allowance);
        for unknown in std::mem::take(&mut lineage.unknowns) {
            self.unknowns.push(Unknown { dataset: Some(input.id.clone()), ..unknown.at(place.clone()) });
        }
        let relations = self.relations(at, &lineage);
        let to = expression.column.as_deref().and_then(|name| self.column(at, Some(input), name, input));
        let to = Point { dataset: id(at), column: to };
        let reads = lineage.columns.iter().flat_map(|made| &made.reads).chain(&lineage.rows);
        for read in reads {
            // The reader states the kind, unless it leaves that to the resolution.
            let kind = match expression.kind {
                EdgeKind::Transformation | EdgeKind::Identity => read.kind,
                stated => stated,
            };
            let mut places = Places::new(None);
            self.add_edge(&Read { kind, ..*read }, &relations, to, &mut places);
            if let Some(edge) = self.edges.last_mut() {
                edge.place = place.clone().map(Arc::new);
            }
        }
    }

    /// A name that several datasets have: the first is used, and the others are possible.
    pub(super) fn could_be(&mut self, at: usize, relation: &Relation, all: &[usize]) {
        let Some(input) = self.inputs.get(at) else { return };
        let names: Vec<String> = all
            .iter()
            .take(3)
            .filter_map(|one| self.inputs.get(*one))
            .map(|one| {
                format!("`{}`", one.relations.first().map_or_else(|| one.name.clone(), ToString::to_string))
            })
            .collect();
        let more = all.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!("`{relation}` could be {}{more}", names.join(" or "));
        let unknown = Unknown::new(Cause::Duplicate, relation.to_string(), message).at(input.place.clone());
        let unknown = unknown.hint("qualify it with its schema").likely();
        self.unknowns.push(Unknown { dataset: Some(input.id.clone()), ..unknown });
        for other in all {
            self.edges.push(Edge {
                from: Point::whole(id(*other)),
                to: Point::whole(id(at)),
                kind: EdgeKind::Reads,
                star: false,
                certainty: Certainty::CannotTell,
                place: input.place.clone().map(Arc::new),
            });
        }
    }

    /// Adds declared inputs that no other edge covers.
    pub(super) fn reads(&mut self, at: usize, is_followed: bool, known: &BTreeSet<(DatasetId, DatasetId)>) {
        let Some(input) = self.inputs.get(at) else { return };
        for target in &input.reads {
            let Some(from) = self.datasets.target(target, input) else {
                self.missing(input, target);
                continue;
            };
            if known.contains(&(id(at), id(from))) {
                continue;
            }
            // If resolved SQL does not read it, other code does: a macro, a hook.
            let is_end = input.sql.is_none() && !input.wants_sql;
            let certainty = if is_end || is_followed { Certainty::Likely } else { Certainty::CannotTell };
            self.edges.push(Edge {
                from: Point::whole(id(from)),
                to: Point::whole(id(at)),
                kind: EdgeKind::Reads,
                star: false,
                certainty,
                place: input.place.clone().map(Arc::new),
            });
        }
    }
}

/// Qualifiers of columns in an expression, each with its relation: a dataset that is referred to by id has an
/// artificial relation, which the catalog knows.
fn scope(expression: &Expression) -> Vec<(String, Relation)> {
    let relation = |target: &Target| match target {
        Target::Id(id) => by_id(id),
        Target::Relation(relation) => relation.clone(),
    };
    expression.scope.iter().map(|(name, target)| (name.clone(), relation(target))).collect()
}
