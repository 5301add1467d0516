//! The literals in a column's declaration: they hold whatever else runs, unless something interferes.
//!
//! A missing fact is unknown: the text computes it, or SQLAlchemy has several possible results. Equivalent texts have
//! the same facts, however they are written: `nullable=False`, `primary_key=True` and `Mapped[int]` all mean that the
//! column is required.

use belljar_schema::Column;
use ruff_python_ast::{Expr, ExprCall, Operator};
use serde::{Deserialize, Serialize};

use super::{
    calls::Resolver,
    expr::{dotted, head, last, literal},
    names::Origin,
};

/// The facts in the text of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnFacts {
    /// The class of its type, one of SQLAlchemy's own: `String`.
    pub ty: Option<String>,
    /// The numeric arguments of the type: 50 of `String(50)`; 10 and 2 of `Numeric(10, 2)`.
    pub numbers: Vec<u64>,
    /// Whether it is nullable.
    pub nullable: Option<bool>,
    /// `primary_key=`; false by default.
    pub primary_key: Option<bool>,
    /// `unique=`; false by default.
    #[serde(default)]
    pub unique: Option<bool>,
    /// `index=`; false by default.
    #[serde(default)]
    pub index: Option<bool>,
    /// Whether it has a server default.
    pub server_default: Option<bool>,
    /// The target of its foreign key, as written: `users.id`.
    pub reference: Option<String>,
    /// Whether it has no foreign key.
    #[serde(default)]
    pub no_reference: bool,
    /// `ondelete=` of its foreign key, empty by default.
    #[serde(default)]
    pub ondelete: Option<String>,
    /// `onupdate=` of its foreign key, empty by default.
    #[serde(default)]
    pub onupdate: Option<String>,
    /// The values of its `Enum`.
    #[serde(default)]
    pub members: Option<Vec<String>>,
    /// Its server default, if it is a string or `text()` of one.
    #[serde(default)]
    pub default: Option<String>,
    /// Whether its name may be computed.
    #[serde(default)]
    pub computed_name: bool,
}

impl ColumnFacts {
    /// How a column contradicts its text, if it does.
    pub fn contradiction(&self, column: &Column) -> Option<String> {
        if let Some(ty) = self.ty.as_ref().filter(|ty| **ty != column.ty.class) {
            return Some(format!("its text declares `{ty}`, but its type is `{}`", column.ty.class));
        }
        if let Some(size) = self.size().filter(|size| !has_size(column, size)) {
            let ddl = column.ty.postgresql.as_deref().unwrap_or("none");
            return Some(format!("its text declares `{size}`, but its type is `{ddl}`"));
        }
        match self.nullable {
            // A `PrimaryKeyConstraint` elsewhere makes its columns required.
            Some(true) if !column.nullable && !column.primary_key => {
                return Some("its text declares it nullable, but it is not".to_owned());
            }
            Some(false) if column.nullable => {
                return Some("its text declares it NOT NULL, but it is nullable".to_owned());
            }
            _ => {}
        }
        if self.primary_key == Some(true) && !column.primary_key {
            return Some("its text declares it part of the primary key, but it is not".to_owned());
        }
        let has_default = column.server_default.is_some();
        if self.server_default.is_some_and(|written| written != has_default) && !is_generated(column) {
            let has = if has_default { "has one" } else { "has none" };
            let says = if has_default { "no" } else { "a" };
            return Some(format!("its text declares {says} server default, but it {has}"));
        }
        let reference = self.reference.as_ref()?;
        let is_of = |target: &str| target == reference || target.ends_with(&format!(".{reference}"));
        if column.foreign_keys.iter().any(|key| is_of(&key.target)) {
            return None;
        }
        Some(format!("its text declares a reference to `{reference}`, but it has none"))
    }

    /// The size as written: `(10, 2)`.
    fn size(&self) -> Option<String> {
        let numbers: Vec<String> = self.numbers.iter().map(u64::to_string).collect();
        (!numbers.is_empty()).then(|| format!("({})", numbers.join(", ")))
    }
}

/// Whether the DDL of a type contains its numbers. Types that no dialect renders have none.
fn has_size(column: &Column, size: &str) -> bool {
    let ty = &column.ty;
    let texts = [&ty.postgresql, &ty.mysql, &ty.sqlite, &ty.mssql, &ty.oracle];
    let mut texts = texts.into_iter().flatten().peekable();
    texts.peek().is_none() || texts.any(|text| text.contains(size))
}

/// Whether the database generates its values, which can replace a default.
fn is_generated(column: &Column) -> bool {
    column.computed.is_some() || column.identity.is_some() || column.sequence.is_some()
}

/// Types whose class has the name under which they are imported, in every generation.
const TYPES: [&str; 48] = [
    "ARRAY",
    "BIGINT",
    "BINARY",
    "BLOB",
    "BOOLEAN",
    "BYTEA",
    "BigInteger",
    "Boolean",
    "CHAR",
    "CIDR",
    "CLOB",
    "DATE",
    "DATETIME",
    "DECIMAL",
    "DOUBLE",
    "Date",
    "DateTime",
    "Double",
    "Enum",
    "FLOAT",
    "Float",
    "HSTORE",
    "INET",
    "INTEGER",
    "Integer",
    "Interval",
    "JSON",
    "JSONB",
    "LargeBinary",
    "MACADDR",
    "NCHAR",
    "NUMERIC",
    "NVARCHAR",
    "Numeric",
    "PickleType",
    "REAL",
    "SMALLINT",
    "SmallInteger",
    "String",
    "TEXT",
    "TIME",
    "TIMESTAMP",
    "TSVECTOR",
    "Text",
    "Time",
    "UUID",
    "Unicode",
    "VARCHAR",
];

/// Types with their numbers in their DDL.
const SIZED: [&str; 8] =
    ["CHAR", "DECIMAL", "NUMERIC", "Numeric", "String", "Unicode", "VARCHAR", "NVARCHAR"];

/// Arguments that let the database generate values of the column.
const GENERATED: [&str; 4] = ["Computed", "FetchedValue", "Identity", "Sequence"];

/// The call that creates a column, also within `deferred()`, if it is to SQLAlchemy's own class or function.
pub(super) fn find_column_call<'a>(value: &'a Expr, resolver: Resolver<'_>) -> Option<&'a ExprCall> {
    let Expr::Call(call) = value else { return None };
    let name = dotted(&call.func)?;
    match last(&name) {
        "deferred" => find_column_call(call.arguments.args.first()?, resolver),
        "Column" | "mapped_column" if resolver.is_library(&name) => Some(call),
        _ => None,
    }
}

/// The facts of an attribute: of the call that creates the column, if any, and of its annotation.
pub(super) fn facts(
    value: Option<&Expr>,
    annotation: Option<&Expr>,
    resolver: Resolver<'_>,
) -> Option<ColumnFacts> {
    let call = match value {
        Some(value) => Some(find_column_call(value, resolver)?),
        None => None,
    };
    let mapped = annotation.filter(|annotation| resolver.is_mapped(annotation));
    if call.is_none() && mapped.is_none() {
        return None;
    }
    let optional = match mapped {
        Some(annotation) => optional(annotation),
        None => Some(true),
    };
    let Some(call) = call else {
        return Some(ColumnFacts {
            nullable: optional,
            primary_key: Some(false),
            // A name in the annotation may contain them.
            unique: optional.map(|_| false),
            index: optional.map(|_| false),
            server_default: Some(false),
            no_reference: true,
            ..ColumnFacts::default()
        });
    };
    Some(of_call(call, optional, resolver))
}

/// `otherwise` is the nullability if nothing in the call states it.
pub(super) fn of_call(call: &ExprCall, otherwise: Option<bool>, resolver: Resolver<'_>) -> ColumnFacts {
    let arguments = &call.arguments;
    // Unpacked arguments may contain anything.
    let is_open = arguments.args.iter().any(Expr::is_starred_expr)
        || arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
    if is_open {
        return ColumnFacts { computed_name: true, ..ColumnFacts::default() };
    }
    let keyword = |name: &str| arguments.find_keyword(name).map(|keyword| &keyword.value);
    let flag = |name: &str| keyword(name).map_or(Some(false), boolean);
    let primary_key = flag("primary_key");
    // If an annotation may contain anything, so may the arguments that are not written.
    let mark = |name: &str| flag(name).filter(|value| *value || otherwise.is_some());
    let items = || arguments.args.iter().filter_map(|argument| Some((argument, head(argument)?)));
    let named = |wanted: &[&str]| items().any(|(_, name)| wanted.contains(&last(&name)));
    let nullable = match (keyword("nullable"), primary_key) {
        (Some(value), _) => boolean(value),
        (None, Some(true)) => Some(false),
        (None, Some(false)) if !named(&["Identity"]) => otherwise,
        (None, _) => None,
    };
    let given = keyword("type_").or_else(|| {
        arguments.args.iter().take(2).find(|argument| head(argument).is_some_and(|name| is_type(last(&name))))
    });
    let (ty, numbers) = given.map(|given| type_of(given, resolver)).unwrap_or_default();
    let unknown_items = arguments.args.iter().any(|argument| {
        literal(argument).is_none() && head(argument).is_none_or(|name| !is_known_item(last(&name)))
    });
    let server_default = match keyword("server_default") {
        Some(Expr::NoneLiteral(_)) | None => (!named(&GENERATED) && !unknown_items).then_some(false),
        Some(Expr::StringLiteral(_) | Expr::Call(_)) => Some(true),
        Some(_) => None,
    };
    let key = items().find(|(_, name)| last(name) == "ForeignKey").and_then(|(key, _)| key.as_call_expr());
    let reference = key.and_then(|key| literal(key.arguments.find_argument_value("column", 0)?));
    let action = |name: &str| {
        let key = key.filter(|key| key.arguments.keywords.iter().all(|keyword| keyword.arg.is_some()))?;
        match key.arguments.find_keyword(name).map(|keyword| &keyword.value) {
            None | Some(Expr::NoneLiteral(_)) => Some(String::new()),
            Some(value) => literal(value),
        }
    };
    ColumnFacts {
        ty,
        numbers,
        nullable,
        primary_key,
        unique: mark("unique"),
        index: mark("index"),
        server_default,
        no_reference: !named(&["ForeignKey"]) && !unknown_items,
        ondelete: action("ondelete"),
        onupdate: action("onupdate"),
        members: given.and_then(|given| members(given, resolver)),
        default: keyword("server_default").and_then(|value| default_text(value, resolver)),
        computed_name: may_compute_name(call),
        reference,
    }
}

/// Whether the name of a column is not a string literal, as its first argument may be.
fn may_compute_name(call: &ExprCall) -> bool {
    match call.arguments.find_keyword("name") {
        Some(keyword) => literal(&keyword.value).is_none(),
        None => call.arguments.args.first().is_some_and(|first| {
            literal(first).is_none() && head(first).is_none_or(|name| !is_known_item(last(&name)))
        }),
    }
}

/// The values of `Enum('new', 'paid')`.
fn members(given: &Expr, resolver: Resolver<'_>) -> Option<Vec<String>> {
    let call = given.as_call_expr()?;
    dotted(&call.func).filter(|name| last(name) == "Enum" && resolver.is_library(name))?;
    let values: Option<Vec<String>> = call.arguments.args.iter().map(literal).collect();
    values.filter(|values| !values.is_empty())
}

/// The text of a server default, if SQLAlchemy renders it as written.
fn default_text(value: &Expr, resolver: Resolver<'_>) -> Option<String> {
    let text = match value {
        Expr::Call(call) => {
            let name = dotted(&call.func)?;
            let is_text = last(&name) == "text" && resolver.is_library(&name);
            is_text.then(|| literal(call.arguments.find_argument_value("text", 0)?)).flatten()
        }
        other => literal(other),
    };
    // Percent signs, parameters and escapes of a `text()` are rendered differently.
    text.filter(|text| !text.contains(['%', ':', '\\']))
}

fn is_type(name: &str) -> bool {
    TYPES.contains(&name)
}

fn is_known_item(name: &str) -> bool {
    is_type(name) || name == "ForeignKey" || name == "CheckConstraint"
}

fn boolean(value: &Expr) -> Option<bool> {
    value.as_boolean_literal_expr().map(|literal| literal.value)
}

/// The class of a type, and its numeric arguments.
fn type_of(given: &Expr, resolver: Resolver<'_>) -> (Option<String>, Vec<u64>) {
    let (named, call) = match given {
        Expr::Call(call) => (&*call.func, Some(call)),
        other => (other, None),
    };
    let Some(name) = dotted(named).filter(|name| resolver.is_library(name)) else {
        return (None, Vec::new());
    };
    let ty = last(&name).to_owned();
    let Some(call) = call.filter(|_| SIZED.contains(&ty.as_str())) else { return (Some(ty), Vec::new()) };
    let number = |value: &Expr| match value {
        Expr::NumberLiteral(literal) => literal.value.as_int()?.as_u64(),
        _ => None,
    };
    let positional = call.arguments.args.iter().map(number);
    let named = ["length", "precision", "scale"]
        .into_iter()
        .filter_map(|name| Some(number(&call.arguments.find_keyword(name)?.value)));
    let numbers: Option<Vec<u64>> = positional.chain(named).collect();
    (Some(ty), numbers.unwrap_or_default())
}

/// Whether an annotation such as `Mapped[str | None]` makes the column nullable; `None` if a name in it may.
fn optional(annotation: &Expr) -> Option<bool> {
    match annotation {
        Expr::Subscript(mapped) => optional_inner(&mapped.slice),
        _ => None,
    }
}

fn optional_inner(inner: &Expr) -> Option<bool> {
    match inner {
        Expr::Subscript(subscript) => match dotted(&subscript.value).as_deref().map(last) {
            Some("Optional") => Some(true),
            Some("list" | "dict" | "List" | "Dict" | "Literal" | "set" | "tuple") => Some(false),
            _ => None,
        },
        Expr::BinOp(pair) if pair.op == Operator::BitOr => {
            let sides = [&*pair.left, &*pair.right];
            if sides.iter().any(|side| side.is_none_literal_expr()) {
                return Some(true);
            }
            let known: Option<Vec<bool>> = sides.into_iter().map(optional_inner).collect();
            known.map(|sides| sides.contains(&true))
        }
        Expr::NoneLiteral(_) => Some(true),
        // An alias may stand for an optional type; Python's own names, unless shadowed, do not.
        other => dotted(other)
            .is_some_and(|name| {
                matches!(
                    last(&name),
                    "int"
                        | "str"
                        | "float"
                        | "bool"
                        | "bytes"
                        | "datetime"
                        | "date"
                        | "time"
                        | "timedelta"
                        | "Decimal"
                        | "UUID"
                )
            })
            .then_some(false),
    }
}

impl Resolver<'_> {
    /// Whether a name is SQLAlchemy's: imported from it, or an attribute of an object such as `db` of Flask-SQLAlchemy.
    fn is_library(self, dotted: &str) -> bool {
        match self.names.origin(dotted, self.modules) {
            Origin::Library => true,
            Origin::Local => self.names.library_star() && !dotted.contains('.') || dotted.starts_with("db."),
            Origin::Repository(_) | Origin::OutsideObject(_) => dotted.starts_with("db."),
            Origin::Foreign | Origin::Outside(_) => false,
        }
    }
}
