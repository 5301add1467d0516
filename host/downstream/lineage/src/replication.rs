//! The replication of an application's tables to a warehouse.

use belljar_schema::Certainty;
use belljar_schema::{Place, Table};

use crate::{
    Dialect, Input,
    graph::{EdgeKind, Kind, Relation, System},
    input::{InputColumn, InputEdge, Target},
};

/// A replicated table of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replicated {
    /// The service (`fivetran`, `airbyte`, `stitch`, `mapping`); part of the dataset's id.
    pub service: String,
    /// Its name in the warehouse. With fewer parts than the warehouse uses, it matches every relation that ends with
    /// them.
    pub relation: Relation,
    /// Columns: the name in the application, and the name in the warehouse.
    pub columns: Vec<(String, String)>,
    /// Columns that the service adds.
    pub added: Vec<String>,
    /// The certainty that the table has this name.
    pub certainty: Certainty,
    /// The place of the evidence, such as a line of `belljar.toml`; otherwise the place of the table.
    pub place: Option<Place>,
}

/// The name of a replication without a service: names do not change.
const AS_IT_IS: &str = "landed";

/// Maps tables to their names in the warehouse: by the conventions of a service, or by an explicit mapping.
pub trait Replication {
    /// All relations that a table of the application may be replicated to, the most likely first.
    fn replicate(&self, application: &str, table: &Table) -> Vec<Replicated>;
}

/// The table as a dataset of the warehouse, with an edge from each replicated column.
pub(crate) fn input(replicated: Replicated, from: &str, dialect: Dialect, table: &Table) -> Input {
    let Replicated { service, relation, columns, added, certainty, place } = replicated;
    let mut input =
        Input::new(format!("{service}:{relation}"), System::Landing, Kind::LandedTable, relation.to_string());
    input.relations = vec![relation];
    input.dialect = dialect;
    input.place = place.or_else(|| table.place.clone());
    // The columns of the service are known, so a star can be expanded.
    input.is_complete = certainty == Certainty::Certain;
    input.facts = vec![("service".to_owned(), service.clone())];
    for (source, name) in columns {
        let of = table.columns.iter().find(|column| column.name == source);
        // If names are kept, one in mixed case is quoted.
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
