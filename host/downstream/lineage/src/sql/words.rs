//! Words of SQL with a fixed meaning: aggregates, parts of dates, functions without parentheses.

use sqlparser::ast::{Expr, Function, Ident};

use crate::Dialect;

/// Aggregates of the supported dialects; others are recognised by `WITHIN GROUP` and `FILTER`.
const AGGREGATES: &[&str] = &[
    "any_value",
    "approx_count_distinct",
    "approx_percentile",
    "approx_quantiles",
    "approx_top_count",
    "arg_max",
    "arg_min",
    "argmax",
    "argmin",
    "array_agg",
    "array_concat_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "booland_agg",
    "boolor_agg",
    "collect_list",
    "collect_set",
    "corr",
    "count",
    "count_if",
    "countif",
    "covar_pop",
    "covar_samp",
    "every",
    "group_concat",
    "grouping",
    "hll",
    "json_agg",
    "json_object_agg",
    "jsonb_agg",
    "jsonb_object_agg",
    "kurtosis",
    "list",
    "listagg",
    "logical_and",
    "logical_or",
    "max",
    "max_by",
    "mean",
    "median",
    "min",
    "min_by",
    "mode",
    "object_agg",
    "percentile",
    "percentile_approx",
    "percentile_cont",
    "percentile_disc",
    "quantile",
    "skewness",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "sum",
    "var_pop",
    "var_samp",
    "variance",
];

/// Functions with a bare part of a date among their arguments.
const DATED: &[&str] = &[
    "date_add",
    "date_diff",
    "date_part",
    "date_sub",
    "date_trunc",
    "dateadd",
    "datediff",
    "datename",
    "datepart",
    "datetime_add",
    "datetime_diff",
    "datetime_sub",
    "datetime_trunc",
    "last_day",
    "next_day",
    "time_diff",
    "time_trunc",
    "timediff",
    "timeadd",
    "timestamp_add",
    "timestamp_diff",
    "timestamp_sub",
    "timestamp_trunc",
    "timestampadd",
    "timestampdiff",
    "months_between",
    "time_slice",
    "generate_date_array",
    "date_bin",
];

/// The names of parts of dates.
const PARTS: &[&str] = &[
    "century",
    "d",
    "day",
    "dayofweek",
    "dayofyear",
    "days",
    "decade",
    "dow",
    "doy",
    "dd",
    "epoch",
    "h",
    "hh",
    "hour",
    "hours",
    "isoweek",
    "isoyear",
    "m",
    "mi",
    "microsecond",
    "millisecond",
    "minute",
    "minutes",
    "mm",
    "mon",
    "month",
    "months",
    "ms",
    "n",
    "nanosecond",
    "q",
    "qq",
    "qtr",
    "quarter",
    "quarters",
    "s",
    "second",
    "seconds",
    "ss",
    "w",
    "week",
    "weeks",
    "wk",
    "ww",
    "y",
    "year",
    "years",
    "yy",
    "yyyy",
    "milliseconds",
    "microseconds",
];

/// Names that are functions without parentheses.
const CONSTANTS: &[&str] = &[
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
    "sysdate",
    "systimestamp",
    "current_role",
    "current_schema",
    "current_database",
    "current_catalog",
];

/// Whether its value is computed from several rows.
pub(crate) fn is_aggregate(function: &Function) -> bool {
    let name = function.name.0.last().and_then(|part| part.as_ident());
    name.is_some_and(|name| AGGREGATES.contains(&name.value.to_ascii_lowercase().as_str()))
        || !function.within_group.is_empty()
        || function.filter.is_some()
}

/// Whether it is a function without parentheses, or a pseudo-column of queries, and not a column.
pub(crate) fn is_constant(name: &Ident, dialect: Dialect) -> bool {
    let word = name.value.to_ascii_lowercase();
    // In other dialects `user` is a plain name.
    let is_user = word == "user"
        && matches!(
            dialect,
            Dialect::Generic
                | Dialect::DuckDb
                | Dialect::MsSql
                | Dialect::Oracle
                | Dialect::Postgres
                | Dialect::Redshift
        );
    // Whether it is a pseudo-relation of queries, and not a table.
    let is_own = match dialect {
        Dialect::Oracle => matches!(
            word.as_str(),
            "level"
                | "rownum"
                | "rowid"
                | "ora_rowscn"
                | "connect_by_iscycle"
                | "connect_by_isleaf"
                | "uid"
                | "object_value"
                | "sessiontimezone"
                | "dbtimezone"
        ),
        _ => false,
    };
    name.quote_style.is_none() && (is_user || is_own || CONSTANTS.contains(&word.as_str()))
}

/// Whether it is a part of a date among the arguments of a function: `date_trunc(x, month)`. The grammar has no such
/// construct, and parses a column. `at` is its position, `count` the number of arguments.
pub(super) fn is_date_part(
    function: &str,
    argument: &Expr,
    (at, count): (usize, usize),
    dialect: Dialect,
) -> bool {
    let Expr::Identifier(name) = argument else { return false };
    let word = name.value.to_ascii_lowercase();
    // `last_day(x, month)` has it last in every dialect.
    let is_last = dialect == Dialect::BigQuery || function == "last_day";
    let expected = if is_last { count.saturating_sub(1) } else { 0 };
    let is_part = name.quote_style.is_none() && PARTS.contains(&word.as_str());
    let is_dated = DATED.contains(&function) && (at == expected || count == 1);
    // `week(monday)`: the first day of weeks.
    let is_weekday = function == "week" && word.ends_with("day");
    (is_part && is_dated) || is_weekday
}

/// A call that selects columns, in a dialect that supports it.
pub(crate) fn is_dynamic(function: &Function, dialect: Dialect) -> bool {
    matches!(dialect, Dialect::DuckDb | Dialect::ClickHouse | Dialect::Generic)
        && function.name.to_string().eq_ignore_ascii_case("columns")
}
