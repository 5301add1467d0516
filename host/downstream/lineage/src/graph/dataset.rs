use belljar_schema::Certainty;
use belljar_schema::Place;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Relation;
use crate::Dialect;

/// Which system a dataset is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// The application: tables and views of its database.
    Application,
    /// What an ETL service writes.
    Landing,
    /// dbt.
    Dbt,
    /// Dataform.
    Dataform,
    /// Looker.
    Looker,
    /// Tableau.
    Tableau,
    /// Named in SQL, and described by nobody.
    Elsewhere,
}

/// What a dataset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A table of the application.
    ApplicationTable,
    /// A view of the application.
    ApplicationView,
    /// A mapped class of the application: its relationships, hybrids and column properties.
    ApplicationClass,
    /// A table of the application as it lands in a warehouse.
    LandedTable,
    /// dbt source.
    Source,
    /// dbt model.
    Model,
    /// dbt snapshot.
    Snapshot,
    /// dbt seed.
    Seed,
    /// dbt analysis: SQL that nobody builds.
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
    /// A relation that is named in SQL, and described by nobody.
    External,
}

impl Kind {
    /// Nothing can be made from it in a warehouse: it is where data is looked at.
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

/// What an owner was read from.
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
    /// Something else that names an owner.
    Other,
}

/// Somebody to tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Owner {
    /// A name, a team or a handle.
    pub name: String,
    /// Electronic mail, where it is given beside the name.
    pub email: Option<String>,
    /// What it was read from.
    pub kind: OwnerKind,
}

/// A column of a dataset, or a field that is used like one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// As it is written where it is declared or selected.
    pub name: String,
    /// What it is compared by: see [`Dialect::column_key`].
    pub key: String,
    /// Its type, where somebody says it.
    #[serde(rename = "type")]
    pub ty: Option<String>,
    /// Whether it takes NULL, where somebody says it.
    pub nullable: Option<bool>,
    /// Where it is declared.
    pub place: Option<Place>,
    /// How sure it is that the dataset has it.
    pub certainty: Certainty,
}

/// A table, view, model, dashboard: whatever has columns or reads them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dataset {
    /// Unique in a graph: dbt's own `model.shop.orders`, `app:public.orders`, `fivetran:raw.shop.orders`.
    pub id: String,
    /// The system it is of.
    pub system: System,
    /// What it is.
    pub kind: Kind,
    /// What people call it.
    pub name: String,
    /// What SQL calls it; the first is its full name. Empty for what SQL can't read.
    pub relations: Vec<Relation>,
    /// The dialect that its names are compared in, and its SQL is written in.
    pub dialect: Dialect,
    /// In the order of the dataset.
    pub columns: Vec<Column>,
    /// Whether these are all of its columns, so that a name that is not among them is not there.
    pub is_complete: bool,
    /// Sorted.
    pub owners: Vec<Owner>,
    /// Where it is declared.
    pub place: Option<Place>,
    /// How far its columns and what they are made from can be relied on; the unknowns say why.
    pub certainty: Certainty,
    /// What is good to know of it, by name: a test's kind and values, an exposure's type and address. Sorted.
    pub facts: Vec<(String, String)>,
}

impl Dataset {
    /// A fact by its name.
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}
