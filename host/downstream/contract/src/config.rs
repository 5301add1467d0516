use belljar_config::{ConfigText, Key, Problem, Value, Walk, entries, parse_config};
use belljar_schema::Place;
use toml::de::DeValue;

use crate::{Contract, Contracts, Family, PromisedColumn, PromisedTable};

const CONTRACT: &[&str] = &["version", "status", "owners", "description", "tables"];
const COLUMN: &[&str] = &["type", "logical-type", "required", "unique", "values"];

impl Contracts {
    /// Reads the `[contracts]` table of a configuration, and ignores others. Errors are reported with their lines;
    /// valid contracts are read all the same.
    pub fn parse<'a>(source: impl Into<ConfigText<'a>>) -> (Self, Vec<Problem>) {
        parse_config(source, |walk, root| {
            let mut contracts = Self::default();
            for (key, value) in entries(root) {
                if key.name == "contracts" {
                    for (key, value) in walk.table("contracts", value) {
                        contracts.all.push(contract(walk, key, value));
                    }
                }
            }
            contracts
        })
    }
}

fn place(walk: &Walk<'_>, key: Key<'_>) -> Place {
    Place { path: walk.path().to_owned(), line: u32::try_from(walk.line(key.start)).unwrap_or(0) }
}

fn contract(walk: &mut Walk<'_>, key: Key<'_>, value: &Value<'_>) -> Contract {
    let within = format!("contracts.{}", key.name);
    let mut out =
        Contract { name: key.name.to_owned(), place: Some(place(walk, key)), ..Contract::default() };
    for (key, value) in walk.table(&within, value) {
        let path = format!("{within}.{}", key.name);
        match key.name {
            "version" => out.version = walk.text(&path, value),
            "status" => out.status = walk.text(&path, value),
            "owners" => out.owners = walk.texts(&path, value),
            "description" => out.description = walk.text(&path, value),
            "tables" => {
                let tables = walk.table(&path, value);
                out.tables = tables.into_iter().map(|(key, value)| table(walk, &path, key, value)).collect();
            }
            _ => walk.unknown(key, &within, CONTRACT),
        }
    }
    out
}

fn table(walk: &mut Walk<'_>, within: &str, key: Key<'_>, value: &Value<'_>) -> PromisedTable {
    let path = format!("{within}.{}", key.name);
    let mut out = PromisedTable {
        name: key.name.to_owned(),
        place: Some(place(walk, key)),
        ..PromisedTable::default()
    };
    match value.get_ref() {
        DeValue::String(text) if text == "*" => out.all = true,
        DeValue::Array(_) => {
            let names = walk.texts(&path, value);
            let column =
                |name| PromisedColumn { name, place: out.place.clone(), ..PromisedColumn::default() };
            out.columns = names.into_iter().map(column).collect();
        }
        DeValue::Table(_) => {
            for (key, value) in walk.table(&path, value) {
                out.columns.push(column(walk, &path, key, value));
            }
        }
        _ => walk.wrong_type(&path, value, "`\"*\"`, a list of columns, or a table of them"),
    }
    out
}

fn column(walk: &mut Walk<'_>, within: &str, key: Key<'_>, value: &Value<'_>) -> PromisedColumn {
    let path = format!("{within}.{}", key.name);
    let mut out = PromisedColumn {
        name: key.name.to_owned(),
        place: Some(place(walk, key)),
        ..PromisedColumn::default()
    };
    if value.get_ref().as_str().is_some() {
        out.ty = walk.text(&path, value);
        return out;
    }
    for (key, value) in walk.table(&path, value) {
        let own = format!("{path}.{}", key.name);
        match key.name {
            "type" => out.ty = walk.text(&own, value),
            "logical-type" => {
                let names = [
                    "string",
                    "date",
                    "timestamp",
                    "time",
                    "number",
                    "integer",
                    "object",
                    "array",
                    "boolean",
                ];
                let known: Vec<(&str, Family)> =
                    names.into_iter().filter_map(|name| Some((name, Family::find(name)?))).collect();
                out.family = walk.choice(&own, value, &known);
            }
            "required" => out.required = walk.flag(&own, value).unwrap_or(false),
            "unique" => out.unique = walk.flag(&own, value).unwrap_or(false),
            "values" => out.values = Some(walk.texts(&own, value)),
            _ => walk.unknown(key, &path, COLUMN),
        }
    }
    out
}
