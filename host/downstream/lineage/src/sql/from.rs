//! The projections of relations in `FROM`, and their joins.

use std::rc::Rc;

use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Join, JoinConstraint, JoinOperator,
    LateralView, ObjectName, TableAlias, TableFactor, TableWithJoins,
};

use super::{
    lookup::Prefer,
    projection::{Flow, Inputs, ProjectedColumn, Projection, Source, named, settle},
    resolver::{Resolver, idents},
    scope::{Ctes, Item, Scope},
};
use crate::{Cause, Dialect, Unknown, graph::EdgeKind};

/// Columns that functions over arrays and objects always return.
const FLATTENED: &[&str] = &["seq", "key", "path", "index", "value", "this"];

impl Resolver<'_> {
    pub(crate) fn from(
        &mut self,
        from: &TableWithJoins,
        scope: &mut Scope<'_>,
        rows: &mut Vec<(Source, Flow)>,
    ) {
        let start = scope.items.len();
        self.factor(&from.relation, scope, rows);
        for join in &from.joins {
            self.join(join, start, scope, rows);
        }
    }

    fn join(&mut self, join: &Join, start: usize, scope: &mut Scope<'_>, rows: &mut Vec<(Source, Flow)>) {
        let before = scope.items.len();
        self.factor(&join.relation, scope, rows);
        let (constraint, keeps) = match &join.join_operator {
            JoinOperator::Right(on) | JoinOperator::RightOuter(on) => (on, Keeps::Right),
            JoinOperator::FullOuter(on) => (on, Keeps::Both),
            JoinOperator::Join(on)
            | JoinOperator::Inner(on)
            | JoinOperator::Left(on)
            | JoinOperator::LeftOuter(on)
            | JoinOperator::CrossJoin(on)
            | JoinOperator::StraightJoin(on) => (on, Keeps::Left),
            JoinOperator::Semi(on)
            | JoinOperator::LeftSemi(on)
            | JoinOperator::Anti(on)
            | JoinOperator::LeftAnti(on) => {
                scope.items.iter_mut().skip(before).for_each(|item| item.is_hidden = true);
                (on, Keeps::Left)
            }
            JoinOperator::RightSemi(on) | JoinOperator::RightAnti(on) => {
                scope.items.iter_mut().take(before).skip(start).for_each(|item| item.is_hidden = true);
                (on, Keeps::Right)
            }
            JoinOperator::AsOf { match_condition, constraint } => {
                self.rows(scope, match_condition, &[], (EdgeKind::Join, Prefer::Column), rows);
                (constraint, Keeps::Left)
            }
            JoinOperator::CrossApply
            | JoinOperator::OuterApply
            | JoinOperator::ArrayJoin
            | JoinOperator::LeftArrayJoin
            | JoinOperator::InnerArrayJoin => return,
        };
        match constraint {
            JoinConstraint::On(expr) => self.rows(scope, expr, &[], (EdgeKind::Join, Prefer::Column), rows),
            JoinConstraint::Using(names) => {
                let names: Vec<Ident> =
                    names.iter().filter_map(|name| idents(name).last().copied().cloned()).collect();
                for name in names {
                    self.merge(&name, (start, before), keeps, scope, rows);
                }
            }
            JoinConstraint::Natural => {
                let (left, right) = scope.items.split_at(before);
                let has =
                    |key: &str| left.iter().skip(start).any(|item| item.projection.column(key).is_some());
                let shared =
                    right.iter().flat_map(|item| &item.projection.columns).filter(|column| has(&column.key));
                // A quoted name is compared exactly: it is a key already.
                let shared: Vec<Ident> =
                    shared.map(|column| Ident::with_quote('"', column.key.clone())).collect();
                let is_known = scope.items.iter().skip(start).all(|item| item.projection.is_complete());
                if !is_known {
                    let message = "a natural join of relations with unknown columns";
                    self.unknown(Unknown::new(Cause::ColumnAmbiguous, "natural join", message));
                }
                for name in shared {
                    self.merge(&name, (start, before), keeps, scope, rows);
                }
            }
            JoinConstraint::None => {}
        }
    }

    /// One column of two, by `USING`.
    fn merge(
        &mut self,
        name: &Ident,
        (start, before): (usize, usize),
        keeps: Keeps,
        scope: &mut Scope<'_>,
        rows: &mut Vec<(Source, Flow)>,
    ) {
        let key = self.key(name);
        let left = match scope.merged(&key) {
            Some(inputs) => Some(inputs.clone()),
            None => self.side(name, &key, scope.items.get(start..before).unwrap_or(&[])),
        };
        let right = self.side(name, &key, scope.items.get(before..).unwrap_or(&[]));
        for (source, flow) in left.iter().chain(&right).flat_map(|inputs| inputs.iter()) {
            rows.push((*source, Flow { kind: EdgeKind::Join, star: false, ..*flow }));
        }
        if left.is_none() || right.is_none() {
            let message = format!("one side of a join has no column `{}`", name.value);
            self.unknown(Unknown::new(Cause::ColumnNotFound, name.value.clone(), message).likely());
        }
        let (left, right) = (left.unwrap_or_default(), right.unwrap_or_default());
        let inputs = match keeps {
            Keeps::Left => left,
            Keeps::Right => right,
            Keeps::Both => self.union(&[left, right], EdgeKind::Transformation),
        };
        for item in scope.items.iter_mut().skip(start) {
            item.merged.push(key.clone());
        }
        let shown = scope
            .items
            .iter()
            .find_map(|item| item.projection.column(&key))
            .map(|column| column.name.clone());
        let shown = shown.unwrap_or_else(|| name.value.clone());
        match scope.merged.iter_mut().find(|(_, other, _)| *other == key) {
            Some((_, _, merged)) => *merged = inputs,
            None => scope.merged.push((shown, key, inputs)),
        }
    }

    /// A column of one side of a join.
    pub(crate) fn side(&mut self, name: &Ident, key: &str, items: &[Item]) -> Option<Inputs> {
        if let Some(column) = items.iter().find_map(|item| item.projection.column(key)) {
            return Some(named(&column.inputs));
        }
        let open = items.iter().find_map(|item| item.projection.open(key).next())?;
        Some(named(&self.inferred(open, name)))
    }

    fn factor(&mut self, factor: &TableFactor, scope: &mut Scope<'_>, rows: &mut Vec<(Source, Flow)>) {
        match factor {
            TableFactor::Table { name, alias, args: Some(args), .. } => {
                self.function(name, &args.args, alias.as_ref(), scope, rows);
            }
            TableFactor::Function { name, args, alias, .. } => {
                self.function(name, args, alias.as_ref(), scope, rows);
            }
            TableFactor::TableFunction { expr: Expr::Function(function), alias } => {
                if let FunctionArguments::List(list) = &function.args {
                    self.function(&function.name, &list.args, alias.as_ref(), scope, rows);
                }
            }
            TableFactor::Table { name, alias, .. } => self.table(name, alias.as_ref(), scope),
            TableFactor::Derived { lateral, subquery, alias, .. } => {
                let projection = if *lateral {
                    self.query(subquery, Some(scope), scope.ctes)
                } else {
                    self.query(subquery, scope.outer, scope.ctes)
                };
                self.item(&projection, alias.as_ref(), None, scope);
            }
            TableFactor::UNNEST { alias, array_exprs, with_offset, with_offset_alias, .. } => {
                let value = self.values_of(array_exprs.iter(), scope, rows);
                self.rows_of_value(value, alias.as_ref(), scope, &["unnest"]);
                if *with_offset {
                    let name = with_offset_alias.clone().unwrap_or_else(|| Ident::new("offset"));
                    let column =
                        ProjectedColumn { key: self.key(&name), name: name.value, inputs: Inputs::default() };
                    self.item(&Rc::new(Projection::new(vec![column])), None, None, scope);
                }
            }
            TableFactor::NestedJoin { table_with_joins, alias } => match alias {
                None => self.from(table_with_joins, scope, rows),
                Some(alias) => {
                    let mut inner = Scope::new(scope.outer, scope.ctes);
                    self.from(table_with_joins, &mut inner, rows);
                    let columns = inner.items.iter().flat_map(|item| item.projection.columns.iter().cloned());
                    let passes = inner.items.iter().flat_map(|item| item.projection.passes.iter().cloned());
                    let projection =
                        Projection { passes: passes.collect(), ..Projection::new(columns.collect()) };
                    self.item(&Rc::new(projection), Some(alias), None, scope);
                }
            },
            // Redshift's pairs of names and values of an object.
            TableFactor::UnpivotExpr { expression, value_alias, attribute_alias } => {
                let value = self.values_of(std::iter::once(expression), scope, rows);
                let names = std::iter::once(value_alias).chain(attribute_alias);
                let columns = names.map(|name| ProjectedColumn {
                    name: name.value.clone(),
                    key: self.key(name),
                    inputs: value.clone(),
                });
                let projection = Projection::new(columns.collect());
                self.item(&Rc::new(projection), None, None, scope);
            }
            TableFactor::Pivot { alias, .. } | TableFactor::Unpivot { alias, .. } => {
                let projection = self.turned(factor, scope, rows);
                self.item(&projection, alias.as_ref(), None, scope);
            }
            other => self.other(other, scope, rows),
        }
    }

    /// Rare constructs: their inputs are all names in them, and their columns are not distinguished.
    fn other(&mut self, factor: &TableFactor, scope: &mut Scope<'_>, rows: &mut Vec<(Source, Flow)>) {
        let (value, alias, what) = match factor {
            TableFactor::TableFunction { expr, alias } => {
                (self.values_of(std::iter::once(expr), scope, rows), alias, None)
            }
            TableFactor::JsonTable { json_expr, alias, .. }
            | TableFactor::OpenJsonTable { json_expr, alias, .. } => {
                (self.values_of(std::iter::once(json_expr), scope, rows), alias, None)
            }
            TableFactor::XmlTable { row_expression, alias, .. } => {
                (self.values_of(std::iter::once(row_expression), scope, rows), alias, None)
            }
            TableFactor::MatchRecognize { table, alias, .. } => {
                let mut inner = Scope::new(scope.outer, scope.ctes);
                self.factor(table, &mut inner, rows);
                let all: Vec<Inputs> = inner
                    .items
                    .iter()
                    .flat_map(|item| &item.projection.columns)
                    .map(|one| one.inputs.clone())
                    .collect();
                (self.union(&all, EdgeKind::Transformation), alias, Some("MATCH_RECOGNIZE"))
            }
            _ => (Inputs::default(), &None, Some("a relation of an unsupported kind")),
        };
        if let Some(what) = what {
            let message = format!("the columns of `{what}` are not distinguished");
            self.unknown(Unknown::new(Cause::ExpressionNotFollowed, what, message));
        }
        self.rows_of_value(value, alias.as_ref(), scope, &[]);
    }

    /// A table, a common table expression, or an array of a preceding relation.
    fn table(&mut self, name: &ObjectName, alias: Option<&TableAlias>, scope: &mut Scope<'_>) {
        let path = idents(name);
        if let [first, rest @ ..] = path.as_slice()
            && !rest.is_empty()
            && matches!(
                self.dialect,
                Dialect::BigQuery | Dialect::Generic | Dialect::Trino | Dialect::Redshift
            )
            && scope.item(&[self.dialect.relation_key(&first.value, first.quote_style.is_some())]).is_some()
        {
            let value = self.path(scope, &path, Prefer::Column).inputs;
            self.rows_of_value(value, alias, scope, &[]);
            return;
        }
        let projection = self.relation(name, scope.ctes);
        let mut named: Vec<String> = Vec::new();
        for part in super::resolver::relation(name).parts.iter().rev() {
            named.push(
                self.dialect.relation_key(part, path.last().is_some_and(|one| one.quote_style.is_some())),
            );
        }
        self.item(&projection, alias, Some(named), scope);
    }

    /// A relation by its name; a single part may be a common table expression.
    pub(crate) fn relation(&mut self, name: &ObjectName, ctes: &Ctes<'_>) -> Rc<Projection> {
        if let [one] = idents(name).as_slice()
            && let Some(projection) = ctes.find(&self.key(one))
        {
            return projection;
        }
        self.base(name)
    }

    /// Adds a relation to the scope by its alias, else by its name.
    fn item(
        &mut self,
        projection: &Rc<Projection>,
        alias: Option<&TableAlias>,
        named: Option<Vec<String>>,
        scope: &mut Scope<'_>,
    ) {
        let name = match alias {
            Some(alias) => {
                vec![self.dialect.relation_key(&alias.name.value, alias.name.quote_style.is_some())]
            }
            None => named.unwrap_or_default(),
        };
        let projection = alias.map_or_else(|| projection.clone(), |alias| self.aliased(projection, alias));
        scope.items.push(Item { name, projection, value: None, is_hidden: false, merged: Vec::new() });
    }

    /// A projection with the column names of an alias.
    pub(crate) fn aliased(&mut self, projection: &Rc<Projection>, alias: &TableAlias) -> Rc<Projection> {
        if alias.columns.is_empty() {
            return projection.clone();
        }
        let names: Vec<(String, String)> =
            alias.columns.iter().map(|one| (one.name.value.clone(), self.key(&one.name))).collect();
        Rc::new(projection.renamed(&names))
    }

    /// A table function, over the preceding relations.
    fn function(
        &mut self,
        name: &ObjectName,
        args: &[FunctionArg],
        alias: Option<&TableAlias>,
        scope: &mut Scope<'_>,
        rows: &mut Vec<(Source, Flow)>,
    ) {
        let named = idents(name).last().map(|last| last.value.to_lowercase()).unwrap_or_default();
        let exprs: Vec<&Expr> = args.iter().filter_map(argument).collect();
        // `table(flatten(…))` and `lateral table(…)`.
        if let ("table", [Expr::Function(inner)]) = (named.as_str(), exprs.as_slice())
            && let FunctionArguments::List(list) = &inner.args
        {
            return self.function(&inner.name, &list.args, alias, scope, rows);
        }
        let value = self.values_of(exprs.into_iter(), scope, rows);
        let columns: &[&str] = if named == "flatten" { FLATTENED } else { &[] };
        self.rows_of_value(value, alias, scope, columns);
    }

    fn values_of<'e>(
        &mut self,
        exprs: impl Iterator<Item = &'e Expr>,
        scope: &Scope<'_>,
        rows: &mut Vec<(Source, Flow)>,
    ) -> Inputs {
        let mut all = Vec::new();
        for expr in exprs {
            let reading = self.resolve_expression(scope, expr, &[], Prefer::Column);
            all.push(reading.value);
            rows.extend(reading.rows);
        }
        self.union(&all, EdgeKind::Transformation)
    }

    /// Rows that are made from a value: every column is a part of it.
    fn rows_of_value(
        &mut self,
        value: Inputs,
        alias: Option<&TableAlias>,
        scope: &mut Scope<'_>,
        columns: &[&str],
    ) {
        let column = |(name, key): (String, String)| ProjectedColumn { name, key, inputs: value.clone() };
        let own: Vec<ProjectedColumn> = match alias {
            Some(alias) if !alias.columns.is_empty() => alias
                .columns
                .iter()
                .map(|one| column((one.name.value.clone(), self.key(&one.name))))
                .collect(),
            _ => columns
                .iter()
                .map(|one| column(((*one).to_owned(), self.dialect.column_key(one, false))))
                .collect(),
        };
        let name = alias.map(|alias| {
            vec![self.dialect.relation_key(&alias.name.value, alias.name.quote_style.is_some())]
        });
        // `unnest(…) as x` names the element; a struct in it has unknown fields.
        let hidden = own.is_empty().then(|| value.clone());
        let projection = Projection { hidden, ..Projection::new(own) };
        scope.items.push(Item {
            name: name.unwrap_or_default(),
            projection: Rc::new(projection),
            value: Some(value),
            is_hidden: false,
            merged: Vec::new(),
        });
    }

    pub(crate) fn lateral_view(
        &mut self,
        view: &LateralView,
        scope: &mut Scope<'_>,
        rows: &mut Vec<(Source, Flow)>,
    ) {
        let value = self.values_of(std::iter::once(&view.lateral_view), scope, rows);
        let columns = view.lateral_col_alias.iter().map(|name| ProjectedColumn {
            name: name.value.clone(),
            key: self.key(name),
            inputs: value.clone(),
        });
        let mut projection = Projection::new(columns.collect());
        if projection.columns.is_empty() {
            projection.hidden = Some(value.clone());
        }
        let name = idents(&view.lateral_view_name);
        let name =
            name.iter().map(|one| self.dialect.relation_key(&one.value, one.quote_style.is_some())).collect();
        scope.items.push(Item {
            name,
            projection: Rc::new(projection),
            value: Some(value),
            is_hidden: false,
            merged: Vec::new(),
        });
    }

    /// The projection of one factor, for the enclosing query.
    pub(crate) fn alone(
        &mut self,
        factor: &TableFactor,
        scope: &Scope<'_>,
        rows: &mut Vec<(Source, Flow)>,
    ) -> (Rc<Projection>, Vec<String>) {
        let mut inner = Scope::new(scope.outer, scope.ctes);
        self.factor(factor, &mut inner, rows);
        for item in &inner.items {
            rows.extend(item.projection.rows.iter().copied());
        }
        match inner.items.as_slice() {
            [one] => (one.projection.clone(), one.name.clone()),
            several => {
                let columns = several.iter().flat_map(|item| item.projection.columns.iter().cloned());
                let passes = several.iter().flat_map(|item| item.projection.passes.iter().cloned());
                let projection =
                    Projection { passes: passes.collect(), ..Projection::new(columns.collect()) };
                (Rc::new(Projection { rows: settle(Vec::new()), ..projection }), Vec::new())
            }
        }
    }
}

/// The side that a shared column takes its value from.
#[derive(Clone, Copy)]
enum Keeps {
    Left,
    Right,
    Both,
}

fn argument(argument: &FunctionArg) -> Option<&Expr> {
    let value = match argument {
        FunctionArg::Named { arg, .. } | FunctionArg::ExprNamed { arg, .. } | FunctionArg::Unnamed(arg) => {
            arg
        }
    };
    match value {
        FunctionArgExpr::Expr(expr) => Some(expr),
        _ => None,
    }
}
