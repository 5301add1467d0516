use std::collections::BTreeMap;

use belljar_lineage::{Replication, graph::Relation};
use belljar_schema::Certainty;
use belljar_schema::Document;
use belljar_text::suggest;

use crate::{Replications, Service};

/// The origin of a relation of a warehouse, or of a column of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The certainty of the origin.
    pub certainty: Certainty,
    /// The application that declares it.
    pub application: String,
    /// `[schema.]table` in the application.
    pub table: String,
    /// The column in the application; null for a relation, or if the service adds the column.
    pub column: Option<String>,
    /// Whether the service adds the column.
    pub added: bool,
}

/// Finds the origins of relations of a warehouse.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// Tables by the parts of the relation, the name first, in lower case.
    tables: BTreeMap<Vec<String>, Vec<Entry>>,
}

#[derive(Debug, Clone)]
struct Entry {
    relation: Relation,
    origin: Origin,
    /// Columns: the name in the warehouse, in lower case, and in the application.
    columns: Vec<(String, String)>,
    added: Vec<String>,
}

impl Origins {
    /// The origins of several applications, each with its name and declarations.
    pub fn new<'a>(
        replications: &Replications,
        applications: impl IntoIterator<Item = (&'a str, &'a Document)>,
    ) -> Self {
        let mut tables: BTreeMap<Vec<String>, Vec<Entry>> = BTreeMap::new();
        for (application, document) in applications {
            for table in &document.tables {
                for replicated in replications.replicate(application, table) {
                    let service = Service::NAMES
                        .iter()
                        .find(|(_, one)| one.text() == replicated.service)
                        .map(|(_, one)| *one);
                    let sometimes = service
                        .map_or(&[][..], Service::sometimes_added)
                        .iter()
                        .map(|name| (*name).to_owned());
                    let added =
                        replicated.added.iter().map(|name| name.to_lowercase()).chain(sometimes).collect();
                    let origin = Origin {
                        certainty: replicated.certainty,
                        application: application.to_owned(),
                        table: table.full_name(),
                        column: None,
                        added: false,
                    };
                    let columns = replicated
                        .columns
                        .into_iter()
                        .map(|(own, there)| (there.to_lowercase(), own))
                        .collect();
                    let entry = Entry { relation: replicated.relation.clone(), origin, columns, added };
                    tables.entry(key(&replicated.relation)).or_default().push(entry);
                }
            }
        }
        Self { tables }
    }

    /// The tables that a relation may be, the most certain first. Parts that it does not name (a database, a schema)
    /// may be anything; a match of only the name is at most likely.
    pub fn table(&self, relation: &Relation) -> Vec<Origin> {
        let mut out: Vec<Origin> = self
            .entries(relation)
            .map(|(entry, certainty)| Origin { certainty, ..entry.origin.clone() })
            .collect();
        out.sort();
        out.dedup();
        out
    }

    /// The columns that a column of a relation may be, the most certain first. Empty for a relation of no application,
    /// and for an unknown column.
    pub fn column(&self, relation: &Relation, column: &str) -> Vec<Origin> {
        let wanted = column.to_lowercase();
        let mut out = Vec::new();
        for (entry, certainty) in self.entries(relation) {
            let origin = Origin { certainty, ..entry.origin.clone() };
            if let Some((_, own)) = entry.columns.iter().find(|(there, _)| *there == wanted) {
                out.push(Origin { column: Some(own.clone()), ..origin });
            } else if entry.added.contains(&wanted) {
                out.push(Origin { added: true, ..origin });
            }
        }
        out.sort();
        out.dedup();
        out
    }

    /// The relation that one which is of no application may have been meant as.
    pub fn suggest(&self, relation: &Relation) -> Option<String> {
        let all: Vec<String> =
            self.tables.values().flatten().map(|entry| entry.relation.to_string()).collect();
        let by_name = || {
            let names: Vec<&str> =
                self.tables.values().flatten().map(|entry| entry.relation.name()).collect();
            let meant = *suggest(relation.name(), names).first()?;
            all.iter().find(|one| one.ends_with(meant)).cloned()
        };
        suggest(&relation.to_string(), &all).first().map(|name| (*name).to_owned()).or_else(by_name)
    }

    fn entries(&self, relation: &Relation) -> impl Iterator<Item = (&Entry, Certainty)> {
        let wanted = key(relation);
        let name: Vec<String> = wanted.iter().take(1).cloned().collect();
        let range = self.tables.range(name.clone()..).take_while(move |(own, _)| own.first() == name.first());
        range
            .filter_map(move |(own, entries)| {
                let shared = own.len().min(wanted.len());
                let fits = own.iter().zip(&wanted).all(|(one, other)| one == other);
                // A name alone may be of another schema.
                let least = if shared > 1 || own.len() == wanted.len() {
                    Certainty::Certain
                } else {
                    Certainty::Likely
                };
                fits.then_some((entries, least))
            })
            .flat_map(|(entries, least)| {
                entries.iter().map(move |entry| (entry, entry.origin.certainty.max(least)))
            })
    }
}

/// Warehouses compare names without case, except quoted ones.
fn key(relation: &Relation) -> Vec<String> {
    relation.parts.iter().rev().map(|part| part.to_lowercase()).collect()
}
