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
    /// dbt.
    Dbt,
    /// Dataform.
    Dataform,
    /// Looker.
    Looker,
    /// Tableau.
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
    /// dbt source.
    Source,
    /// dbt model.
    Model,
    /// dbt snapshot.
    Snapshot,
    /// dbt seed.
    Seed,
    /// dbt analysis: SQL that is never built.
    Analysis,
    /// dbt exposure.
    Exposure,
    /// dbt metric.
    Metric,
    /// dbt semantic model.
    SemanticModel,
    /// dbt saved query.
    SavedQuery,
    /// dbt test.
    Test,
    /// Dataform declaration.
    Declaration,
    /// Dataform table, incremental table or view.
    Action,
    /// Dataform assertion.
    Assertion,
    /// Dataform operation.
    Operation,
    /// LookML view.
    LookmlView,
    /// LookML explore.
    LookmlExplore,
    /// Looker dashboard.
    LookerDashboard,
    /// Tableau data source.
    TableauDatasource,
    /// Tableau worksheet.
    TableauWorksheet,
    /// Tableau dashboard.
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
    /// CODEOWNERS.
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
    /// Its system.
    pub system: System,
    /// Its kind.
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
    /// Owners, sorted.
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
