//! Recognises calls that create columns, tables, mappings and bases.

use ruff_python_ast::{Expr, ExprCall};

use super::{
    expr::{dotted, head, last, literal},
    names::{Names, Origin},
};
use crate::modules::Modules;

/// Calls that return a declarative base, or turn the class below them into one.
const BASE_CALLS: [&str; 5] =
    ["declarative_base", "automap_base", "generate_base", "as_declarative", "as_declarative_base"];

/// Calls for a property of a mapped class that is a column.
const COLUMN_CALLS: [&str; 5] =
    ["Column", "mapped_column", "deferred", "column_property", "query_expression"];

/// Calls for another property of a mapped class.
const PROPERTY_CALLS: [&str; 5] = ["relationship", "relation", "composite", "synonym", "dynamic_loader"];

/// The names of annotations of mapped attributes.
const MAPPED: [&str; 5] = ["Mapped", "DynamicMapped", "WriteOnlyMapped", "MappedColumn", "SQLORMExpression"];

/// Resolves names of one file against the imports and the repository.
#[derive(Clone, Copy)]
pub(super) struct Resolver<'a> {
    pub(super) names: &'a Names,
    pub(super) modules: &'a Modules,
}

impl Resolver<'_> {
    /// Whether a name with a known last part can be SQLAlchemy's, in a class body.
    fn may_be_library(self, dotted: &str) -> bool {
        match self.names.origin(dotted, self.modules) {
            Origin::Library | Origin::Local | Origin::Repository(_) | Origin::OutsideObject(_) => true,
            Origin::Foreign | Origin::Outside(_) => false,
        }
    }

    /// Whether a value creates a column.
    pub(super) fn is_column(self, value: &Expr) -> bool {
        head(value).is_some_and(|name| COLUMN_CALLS.contains(&last(&name)) && self.may_be_library(&name))
    }

    /// Whether a value creates any property of a mapped class.
    pub(super) fn is_property(self, value: &Expr) -> bool {
        self.is_column(value)
            || head(value)
                .is_some_and(|name| PROPERTY_CALLS.contains(&last(&name)) && self.may_be_library(&name))
    }

    /// Whether an annotation is one of mapped attributes.
    pub(super) fn is_mapped(self, annotation: &Expr) -> bool {
        match annotation {
            Expr::StringLiteral(text) => text.value.to_str().trim_start().starts_with("Mapped["),
            other => {
                head(other).is_some_and(|name| MAPPED.contains(&last(&name)) && self.may_be_library(&name))
            }
        }
    }

    /// Whether a call creates a `Table`. If the name alone is not conclusive, its arguments are.
    pub(super) fn is_table(self, call: &ExprCall) -> bool {
        let Some(name) = dotted(&call.func).filter(|name| last(name) == "Table") else { return false };
        match self.names.origin(&name, self.modules) {
            Origin::Library => true,
            Origin::Foreign => false,
            Origin::Local if name == "Table" && self.names.library_star() => true,
            _ => has_table_arguments(call),
        }
    }

    /// Whether a call maps a class imperatively.
    pub(super) fn is_mapping(self, call: &ExprCall) -> bool {
        let Some(name) = dotted(&call.func) else { return false };
        match last(&name) {
            "map_imperatively" => true,
            "mapper" => self.names.origin(&name, self.modules) == Origin::Library,
            _ => false,
        }
    }
}

/// Whether a value is, or wraps, a declarative base created by a call.
pub(super) fn is_base(value: &Expr) -> bool {
    let Expr::Call(call) = value else { return false };
    head(&call.func).is_some_and(|name| is_base_call(&name))
        || call.arguments.args.iter().any(|argument| {
            matches!(argument, Expr::Call(inner) if head(&inner.func).is_some_and(|name| is_base_call(&name)))
        })
}

/// Whether a dotted name is that of a function that creates a declarative base.
pub(crate) fn is_base_call(dotted: &str) -> bool {
    BASE_CALLS.contains(&last(dotted))
}

/// A `MetaData` or columns among the arguments, or an option that only SQLAlchemy's `Table` has.
fn has_table_arguments(call: &ExprCall) -> bool {
    let is_relevant = |argument: &Expr| match argument {
        Expr::Starred(_) => true,
        Expr::Call(inner) => dotted(&inner.func).is_some_and(|name| {
            let name = last(&name);
            name.ends_with("Column") || name.ends_with("Constraint") || name == "Index" || name == "MetaData"
        }),
        other => dotted(other).is_some_and(|name| last(&name).to_ascii_lowercase().contains("meta")),
    };
    call.arguments.args.iter().any(is_relevant)
        || call.arguments.keywords.iter().any(|keyword| {
            keyword.arg.as_ref().is_some_and(|name| {
                matches!(name.as_str(), "metadata" | "autoload" | "autoload_with" | "extend_existing")
            })
        })
}

/// The name of a column, if the call gives it as a string.
pub(super) fn column_name(value: &Expr) -> Option<String> {
    let Expr::Call(call) = value else { return None };
    let function = head(&call.func)?;
    match last(&function) {
        "deferred" | "column_property" => column_name(call.arguments.args.first()?),
        "Field" => column_name(&call.arguments.find_keyword("sa_column")?.value),
        _ => literal(call.arguments.find_argument_value("name", 0)?),
    }
}
