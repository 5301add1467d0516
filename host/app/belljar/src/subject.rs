//! Resolves a name on the command line: a table, a view, a column, or the code of a rule.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use belljar_engine::{ExtractError, SourceError};
use belljar_schema::{Document, Table, Unresolved, View};
use belljar_text::suggest;
use globset::{GlobBuilder, GlobMatcher};

use crate::failure::Failure;

/// Whether a name is that of a rule: it has the form of a code, `BJ` and three digits in any case, or is a name with a
/// hyphen, which tables rarely have.
pub(crate) fn is_rule(name: &str) -> bool {
    let rest = name.strip_prefix("BJ").or_else(|| name.strip_prefix("bj"));
    let is_code = rest.is_some_and(|rest| rest.len() == 3 && rest.bytes().all(|one| one.is_ascii_digit()));
    is_code || name.contains('-') && belljar_rules::find(name).is_some()
}

/// A source on the command line, and names of tables after it or instead of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) path: PathBuf,
    pub(crate) tables: Vec<String>,
    /// The first of the tables, if it could have been meant as the path.
    pub(crate) maybe_path: Option<String>,
}

impl Named {
    /// Splits the arguments: the first is the source if it can be one.
    pub(crate) fn split(arguments: &[OsString]) -> Self {
        let (path, names) = match arguments.split_first() {
            Some((first, rest)) if is_source(Path::new(first)) => (Some(PathBuf::from(first)), rest),
            _ => (None, arguments),
        };
        let tables: Vec<String> = names.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        let maybe_path = tables.first().filter(|_| path.is_none()).cloned();
        Self { path: path.unwrap_or_else(|| PathBuf::from(".")), tables, maybe_path }
    }
}

/// The failure to extract: if nothing was found, because the path that was meant is not there, that.
pub(crate) fn or_missing(failure: Failure, maybe_path: Option<&str>) -> Failure {
    let is_empty = matches!(
        failure,
        Failure::Source(SourceError::Empty { .. }) | Failure::Extract(ExtractError::NothingFound { .. })
    );
    match maybe_path {
        Some(path) if is_empty => SourceError::NotFound(PathBuf::from(path)).into(),
        _ => failure,
    }
}

/// Whether an argument is a source, there or misspelt, and not the name of a table: something has this name, or it has
/// a separator or the suffix of an archive.
fn is_source(argument: &Path) -> bool {
    let text = argument.to_string_lossy();
    let is_archive = [".tar.gz", ".tgz", ".tar", ".zip", ".whl"].iter().any(|suffix| text.ends_with(suffix));
    is_archive || text.contains('/') || fs::symlink_metadata(argument).is_ok()
}

/// The meaning of a name.
#[derive(Debug)]
pub(crate) enum Subject<'a> {
    /// A table, or the column at this position of it.
    Table(&'a Table, Option<usize>),
    /// A view, or the column at this position of it.
    View(&'a View, Option<usize>),
    /// A declaration that no run produced.
    Unresolved(&'a Unresolved),
}

impl<'a> Subject<'a> {
    /// All meanings of a name: a table, `table.column`, the same with a schema, or with a class for the table.
    pub(crate) fn find(document: &'a Document, name: &str) -> Vec<Self> {
        let whole = Self::whole(document, name);
        if !whole.is_empty() {
            return whole;
        }
        let Some((before, column)) = name.rsplit_once('.') else { return Vec::new() };
        let part = |subject| match subject {
            Self::Table(table, _) => {
                let is_meant = |names: [Option<&str>; 3]| names.contains(&Some(column));
                let found = table.columns.iter().position(|item| {
                    is_meant([Some(&item.name), item.key.as_deref(), item.attribute.as_deref()])
                });
                found.map(|position| Self::Table(table, Some(position)))
            }
            Self::View(view, _) => {
                let found = view.columns.iter().position(|item| item.name == column);
                found.map(|position| Self::View(view, Some(position)))
            }
            Self::Unresolved(_) => None,
        };
        Self::whole(document, before).into_iter().filter_map(part).collect()
    }

    /// The tables, views and unresolved declarations of a name.
    fn whole(document: &'a Document, name: &str) -> Vec<Self> {
        let is_meant = |schema: Option<&str>, own: &str, class: Option<&str>| {
            let in_schema = schema.is_some_and(|schema| name == format!("{schema}.{own}"));
            // `package.module:Outer.Inner` matches the whole name, and `Outer.Inner`.
            let of_class = class.is_some_and(|class| class == name || class.rsplit(':').next() == Some(name));
            own == name || in_schema || of_class
        };
        let tables = document
            .tables
            .iter()
            .filter(|table| is_meant(table.schema.as_deref(), &table.name, table.class.as_deref()))
            .map(|table| Self::Table(table, None));
        let views = document
            .views
            .iter()
            .filter(|view| is_meant(view.schema.as_deref(), &view.name, view.class.as_deref()))
            .map(|view| Self::View(view, None));
        let unresolved = document
            .unresolved
            .iter()
            .filter(|item| is_meant(None, &item.name, item.class.as_deref()))
            .map(Self::Unresolved);
        tables.chain(views).chain(unresolved).collect()
    }
}

/// The names of a document that are most similar to one that it does not have.
pub(crate) fn suggestions(document: &Document, name: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let with_column = name.contains('.');
    for table in &document.tables {
        names.push(table.name.clone());
        if with_column {
            names.extend(table.columns.iter().map(|column| format!("{}.{}", table.name, column.name)));
        }
    }
    names.extend(document.views.iter().map(|view| view.name.clone()));
    names.extend(document.unresolved.iter().map(|item| item.name.clone()));
    names.sort();
    names.dedup();
    suggest(name, &names).into_iter().map(str::to_owned).collect()
}

/// Patterns for the names of tables and views: `*` is any text, `?` any character.
#[derive(Debug)]
pub(crate) struct Names(Vec<(String, GlobMatcher)>);

impl Names {
    /// Parses patterns; `None` if there are none, which means all names.
    pub(crate) fn parse(patterns: &[String]) -> Result<Option<Self>, Failure> {
        let parse = |pattern: &String| {
            // Names have no separators, so that `*` matches a point too.
            let glob = GlobBuilder::new(pattern).literal_separator(false).backslash_escape(true).build();
            let invalid = |error: globset::Error| Failure::Pattern {
                pattern: pattern.clone(),
                message: error.kind().to_string(),
            };
            Ok((pattern.clone(), glob.map_err(invalid)?.compile_matcher()))
        };
        let all = patterns.iter().map(parse).collect::<Result<Vec<_>, Failure>>()?;
        Ok((!all.is_empty()).then_some(Self(all)))
    }

    /// Whether a pattern matches a name, with or without its schema.
    pub(crate) fn has(&self, schema: Option<&str>, name: &str) -> bool {
        self.0.iter().any(|(_, pattern)| matches(pattern, schema, name))
    }

    /// Checks that each pattern matches something. `maybe_path` could have been meant as a path.
    pub(crate) fn check(&self, document: &Document, maybe_path: Option<&str>) -> Result<(), Failure> {
        let tables = document.tables.iter().map(|table| (table.schema.as_deref(), table.name.as_str()));
        let views = document.views.iter().map(|view| (view.schema.as_deref(), view.name.as_str()));
        let unresolved = document.unresolved.iter().map(|item| (None, item.name.as_str()));
        let all: Vec<_> = tables.chain(views).chain(unresolved).collect();
        let unmatched = self
            .0
            .iter()
            .find(|(_, pattern)| !all.iter().any(|(schema, name)| matches(pattern, *schema, name)));
        match unmatched {
            Some((text, _)) => Err(Failure::NoMatch {
                or_path: maybe_path == Some(text),
                suggestions: suggestions(document, text.trim_matches('*')),
                pattern: text.clone(),
            }),
            None => Ok(()),
        }
    }
}

fn matches(pattern: &GlobMatcher, schema: Option<&str>, name: &str) -> bool {
    pattern.is_match(name) || schema.is_some_and(|schema| pattern.is_match(format!("{schema}.{name}")))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::Named;

    #[test]
    fn what_is_a_source_and_what_a_table() {
        // The tests run in the folder of the crate, which has `src` and no `orders`.
        let cases: [(&[&str], &str, &[&str]); 9] = [
            (&[], ".", &[]),
            (&["src"], "src", &[]),
            (&["src", "orders"], "src", &["orders"]),
            (&["orders"], ".", &["orders"]),
            (&["order*", "shop.customers"], ".", &["order*", "shop.customers"]),
            (&["src", "src"], "src", &["src"]),
            (&["./orders"], "./orders", &[]),
            (&["gone/models", "orders"], "gone/models", &["orders"]),
            (&["gone.tar.gz"], "gone.tar.gz", &[]),
        ];
        for (arguments, path, names) in cases {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            let found = Named::split(&arguments);
            assert_eq!(
                (found.path.to_str(), found.tables.as_slice()),
                (Some(path), names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>().as_slice()),
                "{arguments:?}"
            );
            let is_maybe =
                arguments.first().is_some_and(|first| found.maybe_path.as_deref() == first.to_str());
            assert_eq!(is_maybe, path == "." && !names.is_empty(), "{arguments:?}");
        }
    }
}
