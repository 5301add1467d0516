use belljar_schema::{Document, Table};
use serde::Serialize;

use crate::{Contract, Family, PromisedColumn, PromisedTable, check::find_table};

/// A contract over tables of a document: every column with its type, nullability, uniqueness and values. Unknown names
/// are returned.
pub fn of_tables(name: &str, document: &Document, tables: &[String]) -> (Contract, Vec<String>) {
    let mut contract = Contract { name: name.to_owned(), ..Contract::default() };
    let mut absent = Vec::new();
    for name in tables {
        match find_table(document, name) {
            Some(table) => contract.tables.push(promised(name, table)),
            None => absent.push(name.clone()),
        }
    }
    (contract, absent)
}

fn promised(name: &str, table: &Table) -> PromisedTable {
    let column = |column: &belljar_schema::Column| PromisedColumn {
        name: column.name.clone(),
        ty: column.ty.postgresql.clone(),
        family: Family::of_column(&column.ty),
        required: !column.nullable,
        unique: crate::check::is_unique(table, &column.name),
        values: column.ty.enum_values.clone(),
        place: None,
    };
    PromisedTable {
        name: name.to_owned(),
        all: false,
        columns: table.columns.iter().map(column).collect(),
        place: None,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Odcs<'a> {
    kind: &'a str,
    api_version: &'a str,
    id: &'a str,
    name: &'a str,
    version: &'a str,
    status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Description<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<Team<'a>>,
    schema: Vec<Object<'a>>,
}

#[derive(Serialize)]
struct Description<'a> {
    purpose: &'a str,
}

#[derive(Serialize)]
struct Team<'a> {
    members: Vec<Member<'a>>,
}

#[derive(Serialize)]
struct Member<'a> {
    username: &'a str,
    role: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    name: &'a str,
    physical_name: &'a str,
    logical_type: &'a str,
    physical_type: &'a str,
    properties: Vec<Property<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Property<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    logical_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_type: Option<&'a str>,
    required: bool,
    unique: bool,
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    values: Option<Vec<Value<'a>>>,
}

#[derive(Serialize)]
struct Value<'a> {
    value: &'a str,
}

/// A contract in the YAML of ODCS: v3.1.0, or v3.2.0 if it has values, which only that version supports. Tables that
/// are promised as a whole have to be expanded first: see [`of_tables`].
pub fn to_odcs(contract: &Contract) -> Result<String, serde_saphyr::ser::Error> {
    let schema: Vec<Object<'_>> = contract
        .tables
        .iter()
        .map(|table| Object {
            name: &table.name,
            physical_name: &table.name,
            logical_type: "object",
            physical_type: "table",
            properties: table.columns.iter().map(property).collect(),
        })
        .collect();
    let has_values =
        contract.tables.iter().flat_map(|table| &table.columns).any(|column| column.values.is_some());
    let members: Vec<Member<'_>> =
        contract.owners.iter().map(|username| Member { username, role: "owner" }).collect();
    serde_saphyr::to_string(&Odcs {
        kind: "DataContract",
        api_version: if has_values { "v3.2.0" } else { "v3.1.0" },
        id: &contract.name,
        name: &contract.name,
        version: contract.version.as_deref().unwrap_or("1.0.0"),
        status: contract.status.as_deref().unwrap_or("active"),
        description: contract.description.as_deref().map(|purpose| Description { purpose }),
        team: (!members.is_empty()).then_some(Team { members }),
        schema,
    })
}

fn property(column: &PromisedColumn) -> Property<'_> {
    Property {
        name: &column.name,
        logical_type: column.family.map(Family::text),
        physical_type: column.ty.as_deref(),
        required: column.required,
        unique: column.unique,
        values: column.values.as_ref().map(|values| values.iter().map(|value| Value { value }).collect()),
    }
}

/// A contract as part of `belljar.toml`.
pub fn to_toml(contract: &Contract) -> Result<String, toml::ser::Error> {
    let mut own = toml::Table::new();
    let texts = |all: &[String]| toml::Value::Array(all.iter().cloned().map(toml::Value::String).collect());
    for (key, value) in
        [("version", &contract.version), ("status", &contract.status), ("description", &contract.description)]
    {
        if let Some(value) = value {
            own.insert(key.to_owned(), toml::Value::String(value.clone()));
        }
    }
    if !contract.owners.is_empty() {
        own.insert("owners".to_owned(), texts(&contract.owners));
    }
    let mut tables = toml::Table::new();
    for table in &contract.tables {
        let value = if table.all {
            toml::Value::String("*".to_owned())
        } else {
            toml::Value::Table(
                table.columns.iter().map(|column| (column.name.clone(), settings(column, texts))).collect(),
            )
        };
        tables.insert(table.name.clone(), value);
    }
    own.insert("tables".to_owned(), toml::Value::Table(tables));
    let contracts = toml::Table::from_iter([(contract.name.clone(), toml::Value::Table(own))]);
    toml::to_string(&toml::Table::from_iter([("contracts".to_owned(), toml::Value::Table(contracts))]))
}

fn settings(column: &PromisedColumn, texts: impl Fn(&[String]) -> toml::Value) -> toml::Value {
    let mut out = toml::Table::new();
    if let Some(ty) = &column.ty {
        out.insert("type".to_owned(), toml::Value::String(ty.clone()));
    }
    if let Some(family) = column.family.filter(|_| column.ty.is_none()) {
        out.insert("logical-type".to_owned(), toml::Value::String(family.text().to_owned()));
    }
    for (key, flag) in [("required", column.required), ("unique", column.unique)] {
        if flag {
            out.insert(key.to_owned(), toml::Value::Boolean(true));
        }
    }
    if let Some(values) = &column.values {
        out.insert("values".to_owned(), texts(values));
    }
    toml::Value::Table(out)
}
