//! Which columns an expression reads, and how.

use std::{collections::BTreeMap, ops::ControlFlow};

use sqlparser::ast::{
    AccessExpr, BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgOperator,
    FunctionArguments, Ident, NamedWindowDefinition, NamedWindowExpr, Query, Visit, Visitor, WindowSpec,
    WindowType,
};

use super::{
    dynamic::is_dynamic,
    lookup::{Hit, Prefer},
    projection::{Flow, Inputs, Source, named, settle, through},
    resolver::{Resolver, idents},
    scope::Scope,
};
use crate::{Dialect, graph::EdgeKind};

/// What an expression reads.
#[derive(Default)]
pub(crate) struct Reading {
    /// Its value.
    pub(crate) value: Inputs,
    /// What decides over the rows of its subqueries.
    pub(crate) rows: Vec<(Source, Flow)>,
}

/// Aggregates of the dialects that count; others are told by `WITHIN GROUP` and `FILTER`.
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

/// Functions with a bare word among their arguments that is a part of a date.
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

/// Parts of a date.
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

impl Resolver<'_> {
    /// What an expression reads in a scope. A column alone is handed on as it is.
    pub(crate) fn read(
        &mut self,
        scope: &Scope<'_>,
        expr: &Expr,
        windows: &[NamedWindowDefinition],
        prefer: Prefer,
    ) -> Reading {
        let mut bare = expr;
        while let Expr::Nested(inner) = bare {
            bare = inner;
        }
        let hit = match bare {
            Expr::Identifier(name) if !is_constant(name, self.dialect) => {
                Some(self.bare(scope, name, prefer))
            }
            Expr::CompoundIdentifier(path) => {
                Some(self.path(scope, &path.iter().collect::<Vec<_>>(), prefer))
            }
            _ => None,
        };
        if let Some(hit) = hit {
            let kind = if hit.is_part { EdgeKind::Transformation } else { EdgeKind::Identity };
            let inputs = if hit.is_row { hit.inputs } else { named(&hit.inputs) };
            if !hit.is_row {
                self.mention(&inputs);
            }
            return Reading { value: self.union(&[inputs], kind), rows: Vec::new() };
        }
        let mut walker = Walker::new(self, scope, windows, prefer);
        let _ = expr.visit(&mut walker);
        let (value, rows) = (walker.out, walker.rows);
        Reading { value: settle(value), rows }
    }

    /// What an expression reads to decide over rows.
    pub(crate) fn rows(
        &mut self,
        scope: &Scope<'_>,
        expr: &Expr,
        windows: &[NamedWindowDefinition],
        (kind, prefer): (EdgeKind, Prefer),
        out: &mut Vec<(Source, Flow)>,
    ) {
        let reading = self.read(scope, expr, windows, prefer);
        if self.spend(reading.value.len()) {
            out.extend(reading.value.iter().map(|(source, flow)| (*source, Flow { kind, ..*flow })));
        }
        out.extend(reading.rows);
    }
}

/// Its value is made of several rows.
pub(super) fn is_aggregate(function: &Function) -> bool {
    let name = function.name.0.last().and_then(|part| part.as_ident());
    name.is_some_and(|name| AGGREGATES.contains(&name.value.to_ascii_lowercase().as_str()))
        || !function.within_group.is_empty()
        || function.filter.is_some()
}

pub(super) fn is_constant(name: &Ident, dialect: Dialect) -> bool {
    let word = name.value.to_ascii_lowercase();
    // Elsewhere `user` is a name like any other.
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
    // What a query has of its own, and no table.
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

struct Walker<'w, 'c> {
    resolver: &'w mut Resolver<'c>,
    scope: &'w Scope<'w>,
    windows: &'w [NamedWindowDefinition],
    prefer: Prefer,
    /// Kinds of what is around, innermost last.
    kinds: Vec<EdgeKind>,
    /// Queries around; what is in one was resolved when it was come to.
    queries: usize,
    /// Expressions that are no values, and those with a kind of their own, by their place in memory.
    marks: BTreeMap<usize, Mark>,
    /// Parameters of lambdas around.
    parameters: Vec<Vec<String>>,
    /// Parameters of arguments that are lambdas, though the grammar has none: by the argument's place in memory.
    lambdas: BTreeMap<usize, Vec<String>>,
    out: Vec<(Source, Flow)>,
    rows: Vec<(Source, Flow)>,
}

#[derive(Clone, Copy)]
enum Mark {
    Skip,
    Kind(EdgeKind),
}

fn address<T>(of: &T) -> usize {
    std::ptr::from_ref(of) as usize
}

impl<'w, 'c> Walker<'w, 'c> {
    fn new(
        resolver: &'w mut Resolver<'c>,
        scope: &'w Scope<'w>,
        windows: &'w [NamedWindowDefinition],
        prefer: Prefer,
    ) -> Self {
        Self {
            resolver,
            scope,
            windows,
            prefer,
            kinds: vec![EdgeKind::Transformation],
            queries: 0,
            marks: BTreeMap::new(),
            parameters: Vec::new(),
            lambdas: BTreeMap::new(),
            out: Vec::new(),
            rows: Vec::new(),
        }
    }

    fn kind(&self) -> EdgeKind {
        self.kinds.last().copied().unwrap_or(EdgeKind::Transformation)
    }

    fn take(&mut self, inputs: &Inputs) {
        let kind = self.kind();
        if self.resolver.spend(inputs.len()) {
            let through =
                |(source, flow): &(Source, Flow)| (*source, Flow { kind: through(flow.kind, kind), ..*flow });
            self.out.extend(inputs.iter().map(through));
        }
    }

    fn hit(&mut self, hit: &Hit) {
        if hit.is_row {
            return self.take(&hit.inputs);
        }
        let inputs = named(&hit.inputs);
        self.resolver.mention(&inputs);
        self.take(&inputs);
    }

    fn is_parameter(&self, name: &Ident) -> bool {
        self.parameters.iter().flatten().any(|one| one.eq_ignore_ascii_case(&name.value))
    }

    fn name(&mut self, name: &Ident) {
        if self.is_parameter(name) || is_constant(name, self.resolver.dialect) {
            return;
        }
        let hit = self.resolver.bare(self.scope, name, self.prefer);
        self.hit(&hit);
    }

    fn path(&mut self, path: &[&Ident]) {
        if path.first().is_some_and(|first| self.is_parameter(first)) {
            return;
        }
        let hit = self.resolver.path(self.scope, path, self.prefer);
        self.hit(&hit);
    }

    /// `a.b[0].c`: the names before the first subscript are a path, those behind it are fields.
    fn access(&mut self, root: &Expr, chain: &[AccessExpr]) {
        let mut bare = root;
        while let Expr::Nested(inner) = bare {
            bare = inner;
        }
        let mut path: Vec<&Ident> = match bare {
            Expr::Identifier(name) => vec![name],
            Expr::CompoundIdentifier(path) => path.iter().collect(),
            _ => Vec::new(),
        };
        let is_path = !path.is_empty();
        let mut leading = is_path;
        for step in chain {
            match step {
                AccessExpr::Dot(field) => {
                    // The name of a field, or of one of its methods.
                    self.marks.insert(address(field), Mark::Skip);
                    match field {
                        Expr::Identifier(name) if leading => path.push(name),
                        _ => leading = false,
                    }
                }
                AccessExpr::Subscript(_) => leading = false,
            }
        }
        if is_path {
            self.marks.insert(address(bare), Mark::Skip);
            self.path(&path);
        } else if let Some(AccessExpr::Dot(Expr::Identifier(field))) =
            chain.iter().find(|step| matches!(step, AccessExpr::Dot(_)))
        {
            self.field_of_row(root, field);
        }
    }

    /// `any_value(o).total`: of the rows that a value is made of, one column is named.
    fn field_of_row(&mut self, root: &Expr, field: &Ident) {
        let mut names: Vec<(usize, Ident)> = Vec::new();
        let _ = sqlparser::ast::visit_expressions(root, |one| {
            if let Expr::Identifier(name) = one {
                names.push((address(one), name.clone()));
            }
            ControlFlow::<()>::Continue(())
        });
        let is_aggregated = matches!(root, Expr::Function(function) if is_aggregate(function));
        self.kinds.push(if is_aggregated { EdgeKind::Aggregation } else { self.kind() });
        for (at, name) in names {
            if !self.is_parameter(&name) && self.resolver.is_row(self.scope, &name) {
                self.marks.insert(at, Mark::Skip);
                self.path(&[&name, field]);
            }
        }
        self.kinds.pop();
    }

    fn function(&mut self, function: &Function) {
        let name = function.name.0.last().and_then(|part| part.as_ident());
        let name = name.map(|name| name.value.to_ascii_lowercase()).unwrap_or_default();
        self.kinds.push(if is_aggregate(function) { EdgeKind::Aggregation } else { self.kind() });
        match &function.over {
            Some(WindowType::WindowSpec(spec)) => self.mark_window(spec),
            Some(WindowType::NamedWindow(name)) => self.named_window(name, 0),
            None => {}
        }
        let FunctionArguments::List(list) = &function.args else { return };
        if is_dynamic(function, self.resolver.dialect) {
            return;
        }
        // `last_day(x, month)` has it behind in every dialect.
        let is_last = self.resolver.dialect == Dialect::BigQuery || name == "last_day";
        let part = if is_last { list.args.len().saturating_sub(1) } else { 0 };
        for (at, argument) in list.args.iter().enumerate() {
            let value = match argument {
                FunctionArg::Unnamed(arg) => arg,
                FunctionArg::Named { name, arg, operator } => {
                    if is_value(operator) {
                        self.name(name);
                    }
                    arg
                }
                FunctionArg::ExprNamed { name, arg, operator } => {
                    if matches!(name, Expr::Identifier(_)) && !is_value(operator) {
                        self.marks.insert(address(name), Mark::Skip);
                    }
                    arg
                }
            };
            match value {
                FunctionArgExpr::Expr(expr) => {
                    if self.resolver.dialect == Dialect::Trino {
                        let names = lambda(expr);
                        if !names.is_empty() {
                            self.lambdas.insert(address(expr), names);
                        }
                    }
                    let is_word = matches!(expr, Expr::Identifier(word) if word.quote_style.is_none()
                        && PARTS.contains(&word.value.to_ascii_lowercase().as_str()));
                    let is_dated = DATED.contains(&name.as_str()) && (at == part || list.args.len() == 1);
                    let is_weekday = name == "week"
                        && matches!(expr, Expr::Identifier(word) if word.value.to_ascii_lowercase().ends_with("day"));
                    if (is_word && is_dated) || is_weekday {
                        self.marks.insert(address(expr), Mark::Skip);
                    }
                }
                FunctionArgExpr::QualifiedWildcard(of) => {
                    let named: Vec<String> = idents(of)
                        .iter()
                        .rev()
                        .map(|one| self.resolver.dialect.relation_key(&one.value, one.quote_style.is_some()))
                        .collect();
                    let projection = self.scope.item(&named).map(|item| item.projection.clone());
                    if let Some(projection) = projection {
                        let row = self.resolver.row(&projection);
                        self.take(&row);
                    }
                }
                FunctionArgExpr::Wildcard | FunctionArgExpr::WildcardWithOptions(_) if name != "count" => {
                    let projections: Vec<_> =
                        self.scope.items.iter().map(|item| item.projection.clone()).collect();
                    for projection in projections {
                        let row = self.resolver.row(&projection);
                        self.take(&row);
                    }
                }
                FunctionArgExpr::Wildcard | FunctionArgExpr::WildcardWithOptions(_) => {}
            }
        }
    }

    /// What a window is cut by is no part of the aggregate.
    fn mark_window(&mut self, spec: &WindowSpec) {
        for expr in spec.partition_by.iter().chain(spec.order_by.iter().map(|one| &one.expr)) {
            self.marks.insert(address(expr), Mark::Kind(EdgeKind::Transformation));
        }
        if let Some(name) = &spec.window_name {
            self.named_window(name, 0);
        }
    }

    fn named_window(&mut self, name: &Ident, depth: usize) {
        let windows = self.windows;
        let found = windows.iter().find(|one| one.0.value.eq_ignore_ascii_case(&name.value));
        match found.map(|one| &one.1) {
            Some(NamedWindowExpr::NamedWindow(other)) if depth < 16 => self.named_window(other, depth + 1),
            Some(NamedWindowExpr::WindowSpec(spec)) => {
                self.kinds.push(EdgeKind::Transformation);
                for expr in spec.partition_by.iter().chain(spec.order_by.iter().map(|one| &one.expr)) {
                    let reading = self.resolver.read(self.scope, expr, &[], self.prefer);
                    self.take(&reading.value);
                    self.rows.extend(reading.rows);
                }
                self.kinds.pop();
            }
            _ => {}
        }
    }
}

/// What stands before it is a value and no name: `coalesce(a = b, false)` compares, and `json_object(k : v)` takes both.
const fn is_value(operator: &FunctionArgOperator) -> bool {
    match operator {
        FunctionArgOperator::Equals
        | FunctionArgOperator::Colon
        | FunctionArgOperator::Value
        | FunctionArgOperator::Space => true,
        FunctionArgOperator::RightArrow | FunctionArgOperator::Assignment => false,
    }
}

/// Parameters of `x -> …` and `(x, y) -> …` where an arrow is nothing else. To the grammar it is an operator, and binds
/// closer than some that stand behind it.
fn lambda(expr: &Expr) -> Vec<String> {
    let mut at = expr;
    while let Expr::BinaryOp { left, op, .. } = at {
        if *op == BinaryOperator::Arrow {
            let name = |one: &Expr| match one {
                Expr::Identifier(name) => Some(name.value.clone()),
                _ => None,
            };
            return match &**left {
                Expr::Tuple(names) => names.iter().filter_map(name).collect(),
                Expr::Nested(one) => name(one).into_iter().collect(),
                one => name(one).into_iter().collect(),
            };
        }
        at = left;
    }
    Vec::new()
}

impl Visitor for Walker<'_, '_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.queries += 1;
        if self.queries == 1 {
            let projection = self.resolver.query(query, Some(self.scope), self.scope.ctes);
            if !matches!(self.marks.get(&address(query)), Some(Mark::Skip)) {
                for column in &projection.columns {
                    self.take(&column.inputs);
                }
            }
            if self.resolver.spend(projection.rows.len()) {
                self.rows.extend(projection.rows.iter().copied());
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.queries -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if self.queries > 0 {
            return ControlFlow::Continue(());
        }
        match self.marks.get(&address(expr)) {
            Some(Mark::Skip) => return ControlFlow::Continue(()),
            Some(Mark::Kind(kind)) => self.kinds.push(*kind),
            None => {}
        }
        if let Some(names) = self.lambdas.get(&address(expr)) {
            self.parameters.push(names.clone());
        }
        match expr {
            Expr::Identifier(name) => self.name(name),
            Expr::CompoundIdentifier(path) => self.path(&path.iter().collect::<Vec<_>>()),
            Expr::CompoundFieldAccess { root, access_chain } => self.access(root, access_chain),
            Expr::Function(function) => self.function(function),
            Expr::Exists { subquery, .. } => {
                self.marks.insert(address(&**subquery), Mark::Skip);
            }
            Expr::Lambda(lambda) => {
                let names = lambda.params.iter().map(|one| one.name.value.clone()).collect();
                self.parameters.push(names);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if self.queries > 0 {
            return ControlFlow::Continue(());
        }
        let mark = self.marks.get(&address(expr)).copied();
        if matches!(mark, Some(Mark::Skip)) {
            return ControlFlow::Continue(());
        }
        if self.lambdas.contains_key(&address(expr)) {
            self.parameters.pop();
        }
        match expr {
            Expr::Function(_) => {
                self.kinds.pop();
            }
            Expr::Lambda(_) => {
                self.parameters.pop();
            }
            _ => {}
        }
        if matches!(mark, Some(Mark::Kind(_))) {
            self.kinds.pop();
        }
        ControlFlow::Continue(())
    }
}
