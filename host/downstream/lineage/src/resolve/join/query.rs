//! Adds the results of resolving queries.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use belljar_schema::Certainty;
use belljar_schema::Place;

use super::{
    super::columns::{Working, column},
    Join, id,
};
use crate::{
    Cause, Input, Unknown,
    graph::{ColumnId, Edge, EdgeKind, Point, Star},
    sql::{Lineage, Read, ReadRelation},
};

impl Join<'_> {
    /// Adds the lineage of a dataset's SQL.
    pub(super) fn lineage(&mut self, at: usize, lineage: &Lineage) {
        let relations = self.relations(at, lineage);
        let mut places = Places::new(self.inputs.get(at));
        let mut used: BTreeSet<u32> = BTreeSet::new();
        for made in &lineage.columns {
            let column = self.working.get(at).and_then(|working| working.find(&made.key));
            for read in &made.reads {
                used.insert(read.relation);
                let to = Point { dataset: id(at), column };
                let read = &Read { star: read.star || self.is_listed(at, read, lineage), ..*read };
                self.add_edge(read, &relations, to, &mut places);
            }
        }
        for read in &lineage.rows {
            used.insert(read.relation);
            self.add_edge(read, &relations, Point::whole(id(at)), &mut places);
        }
        for star in &lineage.stars {
            used.insert(star.relation);
            if let Some((from, _)) = relations.get(star.relation as usize) {
                let line = lineage.relations.get(star.relation as usize).map_or(0, |one| one.line);
                self.stars.push(Star {
                    from: id(*from),
                    to: id(at),
                    except: star.except.clone(),
                    expanded: star.expanded,
                    place: places.at(line),
                });
            }
        }
        for (index, (from, _)) in (0u32..).zip(&relations) {
            if !used.contains(&index) {
                // Only its rows matter, not its columns.
                self.edges.push(Edge {
                    from: Point::whole(id(*from)),
                    to: Point::whole(id(at)),
                    kind: EdgeKind::Filter,
                    star: false,
                    certainty: Certainty::Certain,
                    place: places.at(lineage.relations.get(index as usize).map_or(0, |one| one.line)),
                });
            }
        }
    }

    /// Only a macro writes the name of the column, which exists as long as the column does.
    fn is_listed(&self, at: usize, read: &Read, lineage: &Lineage) -> bool {
        let Some(words) = self.inputs.get(at).and_then(|input| input.words.as_ref()) else { return false };
        let relation = lineage.relations.get(read.relation as usize);
        let name = relation.and_then(|relation| relation.columns.get(read.column as usize));
        read.kind == EdgeKind::Identity && name.is_some_and(|name| !words.contains(&name.to_lowercase()))
    }

    /// The datasets that SQL reads, each with the columns as the SQL numbers them.
    pub(super) fn relations(&mut self, at: usize, lineage: &Lineage) -> Vec<(usize, Vec<ColumnId>)> {
        let mut out = Vec::new();
        for relation in &lineage.relations {
            let dataset = match relation.id {
                Some(known) => known as usize,
                None => self.outside(at, relation),
            };
            let dialect = self.inputs.get(at).map(|input| input.dialect).unwrap_or_default();
            let mut columns = Vec::with_capacity(relation.columns.len());
            for (index, name) in relation.columns.iter().enumerate() {
                let Some(working) = self.working.get_mut(dataset) else { continue };
                // The first columns are those of the catalog, in its order. The others were inferred by this query and
                // have its numbers; other queries may have added theirs to the dataset since, so these are matched by
                // name.
                let known = working.columns.get(index).is_some_and(|column| column.name == *name);
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                columns.push(if known {
                    ColumnId(index)
                } else {
                    working.push(column(name.clone(), dialect.column_key(name, false), Certainty::Likely))
                });
            }
            out.push((dataset, columns));
        }
        out
    }

    /// A relation that no artefact describes.
    fn outside(&mut self, at: usize, relation: &ReadRelation) -> usize {
        let key: Vec<String> = relation.name.parts.iter().map(|part| part.to_lowercase()).collect();
        let next = self.working.len();
        let place = self.inputs.get(at).and_then(|input| input.place.clone());
        let message = format!("`{}` is read, but no artefact describes it", relation.name);
        let unknown =
            Unknown::new(Cause::RelationNotFound, relation.name.to_string(), message).at(place).likely();
        let dataset = self.inputs.get(at).map(|input| input.id.clone());
        self.unknowns.push(Unknown { dataset, ..unknown });
        let found = *self.external.entry(key).or_insert(next);
        if found == next {
            self.working.push(Working::default());
            self.added.push(relation.name.clone());
        }
        found
    }

    pub(super) fn add_edge(
        &mut self,
        read: &Read,
        relations: &[(usize, Vec<ColumnId>)],
        to: Point,
        places: &mut Places<'_>,
    ) {
        let Some((from, columns)) = relations.get(read.relation as usize) else { return };
        let Some(column) = columns.get(read.column as usize) else { return };
        self.edges.push(Edge {
            from: Point { dataset: id(*from), column: Some(*column) },
            to,
            kind: read.kind,
            star: read.star,
            certainty: read.certainty,
            place: places.at(read.line),
        });
    }
}

/// Places in the file of one dataset, each created once.
pub(super) struct Places<'a> {
    input: Option<&'a Input>,
    seen: BTreeMap<u32, Option<Arc<Place>>>,
}

impl<'a> Places<'a> {
    /// Without an input there is no place.
    pub(super) fn new(input: Option<&'a Input>) -> Self {
        Self { input, seen: BTreeMap::new() }
    }

    /// The place of a line of the SQL.
    pub(super) fn at(&mut self, line: u32) -> Option<Arc<Place>> {
        let input = self.input?;
        let made = || {
            let place = input.place.as_ref()?;
            let lines = input.sql.as_ref().map(|sql| sql.lines.as_slice()).unwrap_or_default();
            let line = match (lines, line.checked_sub(1)) {
                ([], _) => line,
                (lines, Some(at)) => lines.get(at as usize).copied().unwrap_or(0),
                (_, None) => 0,
            };
            let line = if line == 0 { place.line } else { line };
            Some(Arc::new(Place { path: place.path.clone(), line }))
        };
        self.seen.entry(line).or_insert_with(made).clone()
    }
}
