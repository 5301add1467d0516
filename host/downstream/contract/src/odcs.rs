use belljar_schema::{Diagnostic, Place, Severity};
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::{Contract, Family, PromisedColumn, PromisedTable};

/// The maximum size of a contract, in bytes.
pub const LARGEST: usize = 4 << 20;

/// The parts of an ODCS contract that are checked ("Open Data Contract Standard", v3.0 to v3.2). Other parts are
/// ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    api_version: Option<String>,
    kind: Option<String>,
    id: Option<String>,
    name: Option<String>,
    version: Option<String>,
    status: Option<String>,
    description: Option<Description>,
    team: Option<Team>,
    #[serde(default)]
    schema: Vec<Object>,
}

/// A string in v2, an object since v3.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Description {
    Text(String),
    Parts { purpose: Option<String> },
}

/// A list until v3.0, an object with members since v3.1.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Team {
    Members(Vec<Member>),
    Named {
        name: Option<String>,
        #[serde(default)]
        members: Vec<Member>,
    },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    username: Option<String>,
    name: Option<String>,
    role: Option<String>,
    date_out: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    name: Spanned<String>,
    physical_name: Option<String>,
    #[serde(default)]
    properties: Vec<Property>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Property {
    name: Spanned<String>,
    physical_name: Option<String>,
    physical_type: Option<String>,
    logical_type: Option<String>,
    required: Option<bool>,
    unique: Option<bool>,
    primary_key: Option<bool>,
    /// The allowed values, a field since version 3.2.
    #[serde(rename = "enum")]
    values: Option<Vec<Value>>,
}

/// An entry of an enumeration.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Number(i64),
    Labelled { value: Scalar },
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(i64),
}

/// Reads a contract in the YAML of ODCS v3; `path` is used in places. If it can't be read, the diagnostics give the
/// reason.
pub fn read_odcs(bytes: &[u8], path: &str) -> (Option<Contract>, Vec<Diagnostic>) {
    let wrong = |code: &str, line: u32, message: String, hint: &str| {
        vec![Diagnostic::new(Severity::Error, code, message).at(path, line).hint(hint)]
    };
    if bytes.len() > LARGEST {
        let message = format!("it has {} bytes; the limit is {LARGEST}", bytes.len());
        return (None, wrong("contract-too-large", 0, message, "split the contract"));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return (None, wrong("contract-not-utf8", 0, "it is no UTF-8".to_owned(), "save the file as UTF-8"));
    };
    let raw: Raw = match serde_saphyr::from_str_with_options(text, options()) {
        Ok(raw) => raw,
        Err(error) => {
            let line = error.location().map_or(0, |at| u32::try_from(at.line()).unwrap_or(0));
            let message = error.to_string();
            let first = message.lines().next().unwrap_or_default();
            let message = format!("it is not an ODCS v3 contract: {first}");
            return (
                None,
                wrong(
                    "contract-not-odcs",
                    line,
                    message,
                    "see bitol-io.github.io/open-data-contract-standard",
                ),
            );
        }
    };
    if raw.kind.as_deref().is_some_and(|kind| kind != "DataContract") {
        return (None, wrong("contract-not-odcs", 0, "its `kind` is not `DataContract`".to_owned(), ""));
    }
    let mut diagnostics = Vec::new();
    match raw.api_version.as_deref() {
        Some(version) if version.trim_start_matches('v').starts_with("3.") => {}
        Some(version) if version.trim_start_matches('v').starts_with("2.") => {
            let message = format!("it is written for ODCS `{version}`, which has another format");
            return (None, wrong("contract-version", 0, message, "write it for v3: `apiVersion: v3.1.0`"));
        }
        other => {
            let message =
                format!("its `apiVersion` is `{}`; only v3 is supported", other.unwrap_or_default());
            diagnostics.push(Diagnostic::new(Severity::Warning, "contract-version", message).at(path, 0));
        }
    }
    (Some(contract(raw, path)), diagnostics)
}

/// Depth and nodes have the limits of the library; the repetition by aliases is limited further, as contracts hardly
/// use them.
fn options() -> serde_saphyr::Options {
    const MOST_REPEATED: usize = 100_000;
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_recorded_anchor_events: MOST_REPEATED,
            max_recorded_anchor_bytes: 2 * LARGEST,
            max_total_scalar_bytes: 2 * LARGEST,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MOST_REPEATED },
    }
}

fn contract(raw: Raw, path: &str) -> Contract {
    let place = |line: u64| Some(Place { path: path.to_owned(), line: u32::try_from(line).unwrap_or(0) });
    let description = raw.description.and_then(|description| match description {
        Description::Text(text) => Some(text),
        Description::Parts { purpose } => purpose,
    });
    let column = |property: Property| PromisedColumn {
        place: place(property.name.referenced.line()),
        family: property.logical_type.as_deref().and_then(Family::find),
        ty: property.physical_type,
        // A primary key is NOT NULL; uniqueness holds for all of its columns together.
        required: property.required == Some(true) || property.primary_key == Some(true),
        unique: property.unique == Some(true),
        values: property.values.map(|values| values.into_iter().map(text).collect()),
        name: property.physical_name.unwrap_or(property.name.value),
    };
    let table = |object: Object| PromisedTable {
        place: place(object.name.referenced.line()),
        name: object.physical_name.unwrap_or(object.name.value),
        all: false,
        columns: object.properties.into_iter().map(column).collect(),
    };
    Contract {
        name: raw.name.or(raw.id).unwrap_or_else(|| path.to_owned()),
        version: raw.version,
        status: raw.status,
        owners: raw.team.map(owners).unwrap_or_default(),
        description,
        tables: raw.schema.into_iter().map(table).collect(),
        place: place(0),
    }
}

fn text(value: Value) -> String {
    match value {
        Value::Text(text) | Value::Labelled { value: Scalar::Text(text) } => text,
        Value::Number(number) | Value::Labelled { value: Scalar::Number(number) } => number.to_string(),
    }
}

/// The owners of a team, or all its members if no role is owner; former members are omitted.
fn owners(team: Team) -> Vec<String> {
    let (name, members) = match team {
        Team::Members(members) => (None, members),
        Team::Named { name, members } => (name, members),
    };
    let stay: Vec<Member> = members.into_iter().filter(|member| member.date_out.is_none()).collect();
    let is_owner =
        |member: &&Member| member.role.as_deref().is_some_and(|role| role.to_lowercase().contains("owner"));
    let named = |member: &Member| member.username.clone().or_else(|| member.name.clone());
    let owners: Vec<String> = stay.iter().filter(is_owner).filter_map(named).collect();
    if owners.is_empty() { name.into_iter().chain(stay.iter().filter_map(named)).collect() } else { owners }
}
