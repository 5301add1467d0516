//! Revisions and names of version files.

use thiserror::Error;

use super::{Header, Parts, comment};

/// The most characters of a revision: `alembic_version` has a column for so many.
const LONGEST_REVISION: usize = 32;

/// The most bytes of a name of a file.
const LONGEST_NAME: usize = 200;

/// The most characters of a message in a name, if nothing else is configured.
const SLUG: usize = 40;

/// The pattern of names, if nothing else is configured.
const PATTERN: &str = "%(rev)s_%(slug)s";

/// The longest message, in characters.
const LONGEST_MESSAGE: usize = 200;

/// Why a text is no revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadRevision {
    /// It is too long, or empty.
    #[error("it has none, or more than 32 characters")]
    Length,
    /// It has characters that mean something else.
    #[error("it has other characters than letters, digits, `_` and `.`")]
    Characters,
    /// Alembic has another meaning for it.
    #[error("it has a meaning of its own")]
    Reserved,
}

/// Checks that a text can be the revision of a new version.
///
/// # Errors
///
/// The reason why it can't.
pub fn check_revision(text: &str) -> Result<(), BadRevision> {
    if text.is_empty() || text.len() > LONGEST_REVISION {
        return Err(BadRevision::Length);
    }
    let is_plain = text.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'.'));
    if !is_plain || text.starts_with('.') {
        return Err(BadRevision::Characters);
    }
    if matches!(text, "base" | "head" | "heads" | "current") { Err(BadRevision::Reserved) } else { Ok(()) }
}

/// The revision that follows from the contents of a version: the same for the same ones.
pub fn revision_of(header: &Header, parts: &Parts) -> String {
    let mut hasher = blake3::Hasher::new();
    let texts = [header.dialect.as_str(), header.message.as_str()].into_iter();
    for text in texts.chain(header.down.iter().map(String::as_str)).chain(parts.identity()) {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize().to_hex().chars().take(12).collect()
}

/// A message on one line, with nothing that a terminal or Python takes for more.
pub fn message(text: &str) -> String {
    comment(text).chars().take(LONGEST_MESSAGE).collect()
}

/// How the file of a version is named.
#[derive(Debug, Clone, Copy)]
pub struct FileName<'a> {
    /// The pattern of the configuration.
    pub pattern: Option<&'a str>,
    /// The most characters of the message, by the configuration.
    pub slug_length: Option<usize>,
    /// Whether the name may have folders.
    pub with_folders: bool,
}

impl FileName<'_> {
    /// The name, with its ending, and why the configured pattern is not used, if it is not.
    pub fn of(&self, header: &Header) -> (String, Option<String>) {
        let slug = slug(&header.message, self.slug_length.unwrap_or(SLUG));
        let fill = |pattern| filled(pattern, header, &slug);
        let standard = || format!("{}.py", fill(PATTERN).unwrap_or_else(|_| header.revision.clone()));
        let Some(pattern) = self.pattern else { return (standard(), None) };
        match fill(pattern).map(|name| format!("{name}.py")) {
            Ok(name) if self.is_allowed(&name) => (name, None),
            Ok(_) => (standard(), Some("it gives no plain name of a file".to_owned())),
            Err(why) => (standard(), Some(why)),
        }
    }

    fn is_allowed(&self, name: &str) -> bool {
        let parts: Vec<&str> = name.split('/').collect();
        let is_folder = |part: &&str| !part.starts_with('.') && is_plain(part);
        match parts.split_last() {
            Some((name, [])) => is_file_name(name),
            Some((name, folders)) => self.with_folders && is_file_name(name) && folders.iter().all(is_folder),
            None => false,
        }
    }
}

/// Whether a text is a plain name of a version file, which Alembic reads.
pub fn is_file_name(name: &str) -> bool {
    let is_python = name.strip_suffix(".py").is_some_and(|stem| !stem.is_empty());
    is_python && !name.starts_with(['.', '-']) && !name.starts_with("__init__") && is_plain(name)
}

fn is_plain(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '+');
    !text.is_empty()
        && text.len() <= LONGEST_NAME
        && text.chars().all(|it| is_plain(it) && !belljar_text::is_unsafe(it))
}

/// The words of a message, as Alembic joins them.
fn slug(message: &str, most: usize) -> String {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let words: Vec<&str> = message.split(|letter| !is_word(letter)).filter(|word| !word.is_empty()).collect();
    let whole = words.join("_").to_lowercase();
    if whole.chars().count() <= most {
        return whole;
    }
    let cut: String = whole.chars().take(most).collect();
    format!("{}_", cut.rsplit_once('_').map_or(cut.as_str(), |(before, _)| before))
}

/// A pattern with its values, as `%` of Python fills it.
fn filled(pattern: &str, header: &Header, slug: &str) -> Result<String, String> {
    let date: Vec<&str> = header.date.split(['-', ' ', ':']).collect();
    let part = |position: usize| date.get(position).copied().unwrap_or("0");
    let (mut out, mut rest) = (String::new(), pattern);
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let inner = after.strip_prefix('(').and_then(|after| after.split_once(')'));
        let (name, after) = inner.ok_or("it has a `%` without a name")?;
        let length = after.find(|it: char| it.is_ascii_alphabetic()).ok_or("it has a `%` without a form")?;
        let (form, after) = after.split_at_checked(length + 1).ok_or("it has a `%` without a form")?;
        let value = match name {
            "rev" => header.revision.clone(),
            "slug" => slug.to_owned(),
            "year" => digits(part(0), form)?,
            "month" => digits(part(1), form)?,
            "day" => digits(part(2), form)?,
            "hour" => digits(part(3), form)?,
            "minute" => digits(part(4), form)?,
            "second" => digits(part(5), form)?,
            _ => return Err(format!("it has `%({})`, which is not known", comment(name))),
        };
        if matches!(name, "rev" | "slug") && form != "s" {
            return Err(format!("it has the form `{}` of a text", comment(form)));
        }
        out.push_str(&value);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// A number of a date in a form such as `d`, `.2d` or `02d`.
fn digits(number: &str, form: &str) -> Result<String, String> {
    let bad = || format!("it has the form `{}` of a number", comment(form));
    let number: u32 = number.parse().map_err(|_| bad())?;
    let width = form.strip_suffix(['d', 's']).ok_or_else(bad)?;
    let width: usize = match width.strip_prefix(['.', '0']).unwrap_or(width) {
        "" => 0,
        width => width.parse().ok().filter(|width| *width <= 8).ok_or_else(bad)?,
    };
    Ok(format!("{number:0width$}"))
}
