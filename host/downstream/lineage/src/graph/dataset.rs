use belljar_schema::Certainty;
use belljar_schema::Place;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Relation;
use crate::Dialect;

/// The system of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// The application: tables and views of its database.
    Application,
    /// A warehouse, written by a replication service.
    Landing,
    /// dbt: sources, models, and tests and exposures that read them.
    Dbt,
    /// Dataform: declarations, tables and operations.
    Dataform,
    /// Looker: views, explores and dashboards.
    Looker,
    /// Tableau: data sources, worksheets and dashboards.
    Tableau,
    /// Only named in SQL; no system describes it.
    Elsewhere,
}

/// The kind of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A table of the application.
    ApplicationTable,
    /// A view of the application.
    ApplicationView,
    /// A mapped class of the application: its relationships, hybrids and column properties.
    ApplicationClass,
    /// A table of the application as replicated to a warehouse.
    LandedTable,
    /// A `source` of dbt, a table that it only reads.
    Source,
    /// A `model` of dbt.
    Model,
    /// A `snapshot` of dbt, a table that keeps the history of another.
    Snapshot,
    /// A `seed` of dbt, a table from a file.
    Seed,
    /// dbt analysis: SQL that is never built.
    Analysis,
    /// An `exposure` of dbt, a reader outside dbt.
    Exposure,
    /// A `metric` of dbt.
    Metric,
    /// A `semantic_model` of dbt.
    SemanticModel,
    /// A `saved_query` of dbt.
    SavedQuery,
    /// A test of dbt.
    Test,
    /// A declaration of Dataform, a table that it only reads.
    Declaration,
    /// Dataform table, incremental table or view.
    Action,
    /// An assertion of Dataform, which checks rows.
    Assertion,
    /// An operation of Dataform, SQL that it only runs.
    Operation,
    /// A view of LookML.
    LookmlView,
    /// An explore of LookML.
    LookmlExplore,
    /// A dashboard of Looker.
    LookerDashboard,
    /// A data source of Tableau.
    TableauDatasource,
    /// A worksheet of Tableau.
    TableauWorksheet,
    /// A dashboard of Tableau.
    TableauDashboard,
    /// A relation that is only named in SQL.
    External,
}

impl Kind {
    /// Whether nothing in a warehouse can be made from it: it only shows data.
    pub fn is_end(self) -> bool {
        matches!(
            self,
            Self::Exposure
                | Self::Test
                | Self::Assertion
                | Self::LookerDashboard
                | Self::TableauWorksheet
                | Self::TableauDashboard
        )
    }
}

/// The source of an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwnerKind {
    /// `meta.owner` of a dbt node.
    Meta,
    /// The owner of a dbt group.
    Group,
    /// The owner of an exposure.
    Exposure,
    /// A CODEOWNERS file names it.
    Codeowners,
    /// Another source that names an owner.
    Other,
}

/// An owner to notify.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Owner {
    /// A name, a team or a handle.
    pub name: String,
    /// Email address, if it is given beside the name.
    pub email: Option<String>,
    /// The source of the owner.
    pub kind: OwnerKind,
}

/// A column of a dataset, or a field that is used like one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// As it is written in its declaration or selection.
    pub name: String,
    /// The form in which it is compared: see [`Dialect::column_key`].
    pub key: String,
    /// Its type, if known.
    #[serde(rename = "type")]
    pub ty: Option<String>,
    /// Whether it is nullable, if known.
    pub nullable: Option<bool>,
    /// The place of its declaration.
    pub place: Option<Place>,
    /// How certain it is that the dataset has it.
    pub certainty: Certainty,
}

/// A table, view, model or dashboard: anything that has columns or reads them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dataset {
    /// Unique in a graph: dbt's own `model.shop.orders`, `app:public.orders`, `fivetran:raw.shop.orders`.
    pub id: String,
    /// The tool that the dataset belongs to.
    pub system: System,
    /// The kind of the dataset, such as a model or a dashboard.
    pub kind: Kind,
    /// Its name for people.
    pub name: String,
    /// Its names in SQL; the first is its full name. Empty if SQL can't read it.
    pub relations: Vec<Relation>,
    /// The dialect of its names and its SQL.
    pub dialect: Dialect,
    /// Columns in the order of the dataset.
    pub columns: Vec<Column>,
    /// Whether these are all its columns, so that other names do not exist.
    pub is_complete: bool,
    /// People and teams that are responsible for it, sorted.
    pub owners: Vec<Owner>,
    /// The place of its declaration.
    pub place: Option<Place>,
    /// The certainty of its columns and their inputs; the unknowns give the reasons.
    pub certainty: Certainty,
    /// Facts about it, by name: a test's kind and values, an exposure's type and address. Sorted.
    pub facts: Vec<(String, String)>,
}

impl Dataset {
    /// A fact by its name.
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}
