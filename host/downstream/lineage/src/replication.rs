//! Where the tables of an application come to lie in a warehouse.

use belljar_schema::Certainty;
use belljar_schema::{Place, Table};

use crate::{
    Dialect, Input,
    graph::{EdgeKind, Kind, Relation, System},
    input::{InputColumn, InputEdge, Target},
};

/// One table of an application, as it lies in a warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replicated {
    /// What brings it there (`fivetran`, `airbyte`, `stitch`, `mapping`); it is a part of the dataset's id.
    pub service: String,
    /// Its name there. With fewer parts than the warehouse has it fits every relation that ends with them.
    pub relation: Relation,
    /// Columns: the application's name, and the name there.
    pub columns: Vec<(String, String)>,
    /// Columns that the service adds.
    pub added: Vec<String>,
    /// How sure it is that the table lies there by these names.
    pub certainty: Certainty,
    /// What says so, such as a line of `belljar.toml`; the table's own place where nothing does.
    pub place: Option<Place>,
}

/// What replication without a service is called: names stay.
const AS_IT_IS: &str = "landed";

/// Tells what tables are called in the warehouse: by the conventions of a service, or by a mapping that is written down.
pub trait Replication {
    /// All the places that a table of the application may be brought to, likeliest first.
    fn replicate(&self, application: &str, table: &Table) -> Vec<Replicated>;
}

/// The table as a dataset of the warehouse, with an edge from each column that was brought.
pub(crate) fn input(replicated: Replicated, from: &str, dialect: Dialect, table: &Table) -> Input {
    let Replicated { service, relation, columns, added, certainty, place } = replicated;
    let mut input =
        Input::new(format!("{service}:{relation}"), System::Landing, Kind::LandedTable, relation.to_string());
    input.relations = vec![relation];
    input.dialect = dialect;
    input.place = place.or_else(|| table.place.clone());
    // What the service adds is known, so a star over it can be expanded.
    input.is_complete = certainty == Certainty::Certain;
    input.facts = vec![("service".to_owned(), service.clone())];
    for (source, name) in columns {
        let of = table.columns.iter().find(|column| column.name == source);
        // Where names stay as they are, one with letters of both cases stands in quotes.
        let is_mixed = name.chars().any(char::is_uppercase) && name.chars().any(char::is_lowercase);
        input.columns.push(InputColumn {
            quoted: is_mixed && service == AS_IT_IS,
            nullable: of.map(|column| column.nullable),
            place: of.and_then(|column| column.place.clone()),
            certainty,
            ..InputColumn::new(name.clone())
        });
        let from = Target::Id(from.to_owned());
        let edge = InputEdge::new(from, Some(&source), Some(&name), EdgeKind::Identity);
        input.edges.push(InputEdge { certainty, ..edge });
    }
    input.columns.extend(added.into_iter().map(|name| InputColumn { certainty, ..InputColumn::new(name) }));
    input.stars = vec![Target::Id(from.to_owned())];
    input
}
