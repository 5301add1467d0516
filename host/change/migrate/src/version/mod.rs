//! A version file of an Alembic environment: its name, and its text by the template of the project.
//!
//! * [`parts`]: what a rendered script consists of
//! * [`name`]: revisions and names of files
//! * [`template`]: the project's template, whose placeholders are replaced and whose code never runs
//! * [`standard`]: the text without a template

mod name;
mod parts;
mod standard;
mod template;

use std::fmt::Write as _;

use belljar_text::safe;

pub use name::{BadRevision, FileName, check_revision, is_file_name, message, revision_of};
pub use parts::Parts;

/// What a version file says beside its statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its revision.
    pub revision: String,
    /// The revisions that it follows.
    pub down: Vec<String>,
    /// What it is for, on one line; see [`message`].
    pub message: String,
    /// The date, as templates write it: `2026-12-01 10:00:00`.
    pub date: String,
    /// The database that it is for.
    pub dialect: String,
}

/// The text of a version file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Why the template is not used, if there is one and it is not.
    pub refused: Option<String>,
}

/// Writes a version file, by a template if it can be used without running it.
///
/// # Errors
///
/// If even the standard form would have other statements than those that are written.
pub fn version(header: &Header, parts: &Parts, template: Option<&str>) -> Result<Written, String> {
    let refused = match template.map(|text| from_template(text, header, parts)) {
        None => None,
        Some(Ok(text)) => return Ok(Written { text, refused: None }),
        Some(Err(why)) => Some(why),
    };
    let text = checked(header, |header| Ok(standard::text(header, parts)))?;
    Ok(Written { text, refused })
}

fn from_template(template: &str, header: &Header, parts: &Parts) -> Result<String, String> {
    let template = template::Template::parse(template)?;
    checked(header, |header| template.fill(header, parts))
}

/// A text, if it has the same tokens with harmless values in place of those of the header: no value is more than a value.
fn checked(header: &Header, write: impl Fn(&Header) -> Result<String, String>) -> Result<String, String> {
    let harmless = Header {
        revision: "a".to_owned(),
        down: header.down.iter().map(|_| "a".to_owned()).collect(),
        message: "a".to_owned(),
        date: "a".to_owned(),
        dialect: header.dialect.clone(),
    };
    let text = write(header)?;
    belljar_vet::same_code(&text, &write(&harmless)?)
        .map_err(|refused| format!("with the values it would be other code: {refused}"))?;
    Ok(text)
}

/// A text for a comment: on one line, with nothing invisible.
pub(crate) fn comment(text: &str) -> String {
    safe(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A text as a Python literal.
pub(crate) fn literal(text: &str) -> String {
    let mut out = String::from("'");
    for letter in text.chars() {
        match letter {
            '\'' | '\\' => out.extend(['\\', letter]),
            letter if belljar_text::is_unsafe(letter) => {
                let _ = write!(out, "\\U{:08x}", u32::from(letter)); // writing to a string does not fail
            }
            letter => out.push(letter),
        }
    }
    out.push('\'');
    out
}

/// The revisions that a version follows, as a Python literal.
pub(crate) fn down_literal(down: &[String]) -> String {
    match down {
        [] => "None".to_owned(),
        [one] => literal(one),
        several => {
            format!("({})", several.iter().map(|one| literal(one)).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A text within a docstring.
pub(crate) fn in_docstring(text: &str) -> String {
    let text = comment(text).replace('\\', "\\\\");
    let text = text.replace("\"\"\"", "\\\"\\\"\\\"").replace("'''", "\\'\\'\\'");
    match text.strip_suffix(['"', '\'']) {
        Some(rest) => format!("{rest}\\{}", text.chars().next_back().unwrap_or('"')),
        None => text,
    }
}

#[cfg(test)]
mod tests;
