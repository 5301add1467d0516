//! The parts of a SARIF log that are needed: one run with its rules, results and notifications. `P` is the type of the
//! properties of results.

use std::io;

use belljar_schema::{Place, Severity};
use belljar_text::json;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

pub(crate) const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Where the documents are published.
pub(crate) const HOMEPAGE: &str = env!("CARGO_PKG_HOMEPAGE");

/// What a path keeps in a URI (RFC 3986): the unreserved characters, and `/` between its parts.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Log<P> {
    #[serde(rename = "$schema")]
    pub(crate) schema: &'static str,
    pub(crate) version: &'static str,
    pub(crate) runs: [Run<P>; 1],
}

impl<P> Log<P> {
    /// A log with one run.
    pub(crate) fn new(run: Run<P>) -> Self {
        Self { schema: SCHEMA, version: "2.1.0", runs: [run] }
    }
}

impl<P: Serialize> Log<P> {
    /// The log as a text.
    pub(crate) fn to_text(&self) -> io::Result<String> {
        let mut out = Vec::new();
        json(&mut out, self)?;
        String::from_utf8(out).map_err(io::Error::other)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Run<P> {
    pub(crate) tool: Tool,
    pub(crate) column_kind: &'static str,
    pub(crate) invocations: [Invocation; 1],
    pub(crate) results: Vec<SarifResult<P>>,
}

#[derive(Serialize)]
pub(crate) struct Tool {
    pub(crate) driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Driver {
    pub(crate) name: &'static str,
    pub(crate) semantic_version: String,
    pub(crate) information_uri: &'static str,
    pub(crate) rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) short_description: Text,
    pub(crate) full_description: Text,
    pub(crate) help_uri: String,
    pub(crate) help: Help,
    pub(crate) default_configuration: Configuration,
    pub(crate) properties: Tags,
}

impl Descriptor {
    /// A kind of difference, which a page of the documentation is about.
    pub(crate) fn of_kind(name: &'static str, title: &str, page: &'static str) -> Self {
        Self {
            id: name,
            name,
            short_description: Text { text: title.to_owned() },
            full_description: Text { text: title.to_owned() },
            help_uri: format!("{HOMEPAGE}/{page}"),
            help: Help { text: title.to_owned(), markdown: title.to_owned() },
            default_configuration: Configuration { enabled: true, level: "error" },
            properties: Tags { tags: [page] },
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Text {
    pub(crate) text: String,
}

impl Text {
    /// A message, in which brackets would be a link and braces a placeholder (§3.11.5, §3.11.6).
    pub(crate) fn message(text: &str) -> Self {
        let mut out = String::with_capacity(text.len());
        // Backslashes before the letter, which are escaped only where an escape follows.
        let mut backslashes = 0;
        for letter in text.chars() {
            match letter {
                '[' | ']' => {
                    out.extend(std::iter::repeat_n('\\', backslashes + 1));
                    out.push(letter);
                }
                '{' | '}' => out.extend([letter, letter]),
                _ => out.push(letter),
            }
            backslashes = if letter == '\\' { backslashes + 1 } else { 0 };
        }
        Self { text: out }
    }
}

#[derive(Serialize)]
pub(crate) struct Help {
    pub(crate) text: String,
    pub(crate) markdown: String,
}

#[derive(Serialize)]
pub(crate) struct Configuration {
    pub(crate) enabled: bool,
    pub(crate) level: &'static str,
}

#[derive(Serialize)]
pub(crate) struct Tags {
    pub(crate) tags: [&'static str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Invocation {
    pub(crate) execution_successful: bool,
    pub(crate) tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
pub(crate) struct Notification {
    pub(crate) level: &'static str,
    pub(crate) message: Text,
    pub(crate) descriptor: Id,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) locations: Vec<Location>,
}

#[derive(Serialize)]
pub(crate) struct Id {
    pub(crate) id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SarifResult<P> {
    pub(crate) rule_id: String,
    pub(crate) rule_index: usize,
    pub(crate) level: &'static str,
    pub(crate) message: Text,
    pub(crate) locations: Vec<Location>,
    /// Other places that the result concerns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) related_locations: Vec<Related>,
    pub(crate) partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) suppressions: Vec<Suppression>,
    pub(crate) properties: P,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Location {
    pub(crate) physical_location: Physical,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Related {
    pub(crate) id: usize,
    pub(crate) message: Text,
    pub(crate) physical_location: Physical,
}

impl Related {
    pub(crate) fn new(id: usize, message: &str, place: &Place) -> Self {
        Self {
            id,
            message: Text::message(message),
            physical_location: location(place, None).physical_location,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Physical {
    pub(crate) artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Artifact {
    pub(crate) uri: String,
    pub(crate) uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Region {
    pub(crate) start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start_column: Option<u32>,
    pub(crate) end_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_column: Option<u32>,
}

/// Both stay the same when lines move.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fingerprints {
    #[serde(rename = "belljar/v1")]
    pub(crate) own: String,
    /// The one that GitHub compares. It computes its own from the text of the line; where the finding is not about that
    /// line, several of them would be one alert.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) primary_location_line_hash: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Suppression {
    pub(crate) kind: &'static str,
    pub(crate) justification: String,
    pub(crate) location: Location,
}

pub(crate) fn location(place: &Place, columns: Option<(u32, u32)>) -> Location {
    let (start, end) = columns.unzip();
    let region = (place.line > 0).then_some(Region {
        start_line: place.line,
        start_column: start,
        end_line: place.line,
        end_column: end,
    });
    let uri = utf8_percent_encode(&place.path, PATH).to_string();
    Location {
        physical_location: Physical { artifact_location: Artifact { uri, uri_base_id: "%SRCROOT%" }, region },
    }
}

pub(crate) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
