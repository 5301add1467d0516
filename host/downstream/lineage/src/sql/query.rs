//! The result of a query: `WITH`, set operations, `VALUES`, order.

use std::rc::Rc;

use sqlparser::ast::{
    Cte, Expr, OrderByKind, PipeOperator, Query, SetExpr, SetOperator, SetQuantifier, Statement, Value,
    Values, With,
};

use super::{
    lookup::Prefer,
    projection::{Flow, Inputs, ProjectedColumn, Projection, Source, settle},
    resolver::Resolver,
    scope::{Ctes, Scope},
};
use crate::{Cause, Dialect, Unknown, graph::EdgeKind};

/// The maximum number of rounds for a recursive expression. Each round passes columns on by at least one position.
const ROUNDS: usize = 64;

impl Resolver<'_> {
    /// The result of a query. `outer` is the scope that it may be correlated with.
    pub(crate) fn query(
        &mut self,
        query: &Query,
        outer: Option<&Scope<'_>>,
        ctes: &Ctes<'_>,
    ) -> Rc<Projection> {
        let own = Ctes::within(ctes);
        if let Some(with) = &query.with {
            self.with(with, outer, &own);
        }
        let order: Vec<&Expr> = match query.order_by.as_ref().map(|order| &order.kind) {
            Some(OrderByKind::Expressions(by)) => by.iter().map(|one| &one.expr).collect(),
            _ => Vec::new(),
        };
        let mut projection = match (&*query.body, order.as_slice()) {
            // The order of a `SELECT` refers to its relations; that of a set operation only to its columns.
            (SetExpr::Select(select), order) => self.select(select, order, outer, &own),
            (body, order) => {
                let projection = self.set_expr(body, outer, &own);
                self.ordered(projection, order)
            }
        };
        for operator in &query.pipe_operators {
            projection = self.pipe(operator, projection, outer, &own);
        }
        projection
    }

    fn with(&mut self, with: &With, outer: Option<&Scope<'_>>, own: &Ctes<'_>) {
        for cte in &with.cte_tables {
            let key = self.key(&cte.alias.name);
            let projection = match (self.is_recursive(with, cte), &*cte.query.body) {
                (true, SetExpr::SetOperation { left, .. }) => self.recursive(cte, left, &key, outer, own),
                _ => {
                    let projection = self.query(&cte.query, outer, own);
                    self.aliased(&projection, &cte.alias)
                }
            };
            own.add(key, projection);
        }
    }

    /// Some dialects need no keyword for recursion; there a table of the same name takes precedence.
    fn is_recursive(&self, with: &With, cte: &Cte) -> bool {
        let silent = matches!(self.dialect, Dialect::MsSql | Dialect::Oracle | Dialect::Snowflake);
        let name = crate::graph::Relation {
            parts: vec![cte.alias.name.value.clone()],
            quoted: cte.alias.name.quote_style.is_some(),
        };
        with.recursive || (silent && self.catalog.find(&name).is_none())
    }

    /// The first branch determines the columns; the whole is resolved repeatedly with the previous result, until
    /// nothing is added.
    fn recursive(
        &mut self,
        cte: &Cte,
        first: &SetExpr,
        key: &str,
        outer: Option<&Scope<'_>>,
        own: &Ctes<'_>,
    ) -> Rc<Projection> {
        let inner = Ctes::within(own);
        if let Some(with) = &cte.query.with {
            self.with(with, outer, &inner);
        }
        let projection = self.set_expr(first, outer, &inner);
        let mut projection = self.aliased(&projection, &cte.alias);
        for _ in 0..ROUNDS {
            let inner = Ctes::within(own);
            inner.add(key.to_owned(), projection.clone());
            let next = self.query(&cte.query, outer, &inner);
            let next = self.aliased(&next, &cte.alias);
            let size = |projection: &Projection| {
                projection.columns.iter().map(|one| one.inputs.len()).sum::<usize>() + projection.rows.len()
            };
            let is_same = size(&next) == size(&projection) && next.columns.len() == projection.columns.len();
            projection = next;
            if is_same {
                return projection;
            }
        }
        let name = &cte.alias.name.value;
        let message = format!("the inputs of the recursive `{name}` were only followed for {ROUNDS} rounds");
        self.unknown(Unknown::new(Cause::OverLimit, name.clone(), message));
        projection
    }

    fn set_expr(&mut self, body: &SetExpr, outer: Option<&Scope<'_>>, ctes: &Ctes<'_>) -> Rc<Projection> {
        match body {
            SetExpr::Select(select) => self.select(select, &[], outer, ctes),
            SetExpr::Query(query) => self.query(query, outer, ctes),
            SetExpr::SetOperation { .. } => self.set_operation(body, outer, ctes),
            SetExpr::Values(values) => self.values(values, outer, ctes),
            SetExpr::Table(table) => {
                let parts = table.schema_name.iter().chain(&table.table_name);
                let name = parts.map(|part| sqlparser::ast::Ident::new(part.clone())).collect::<Vec<_>>();
                self.relation(&name.into(), ctes)
            }
            SetExpr::Insert(statement)
            | SetExpr::Update(statement)
            | SetExpr::Delete(statement)
            | SetExpr::Merge(statement) => {
                self.not_followed(statement);
                Rc::default()
            }
        }
    }

    pub(crate) fn not_followed(&mut self, statement: &Statement) {
        let text = statement.to_string();
        let word: String = text.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        let message = format!("the result of `{word}` is not followed");
        self.unknown(Unknown::new(Cause::StatementNotFollowed, word, message));
    }

    /// A chain of set operations is left-deep and may be long, so it is unfolded without recursion.
    fn set_operation(
        &mut self,
        body: &SetExpr,
        outer: Option<&Scope<'_>>,
        ctes: &Ctes<'_>,
    ) -> Rc<Projection> {
        let mut rights = Vec::new();
        let mut at = body;
        while let SetExpr::SetOperation { left, op, set_quantifier, right } = at {
            rights.push((*op, *set_quantifier, &**right));
            at = left;
        }
        let mut projection = self.set_expr(at, outer, ctes);
        // Adjacent unions by position are merged at once: merging one by one would copy the first repeatedly.
        let mut unions: Vec<Rc<Projection>> = Vec::new();
        for (operator, quantifier, right) in rights.into_iter().rev() {
            let other = self.set_expr(right, outer, ctes);
            let by_name = matches!(
                quantifier,
                SetQuantifier::ByName | SetQuantifier::AllByName | SetQuantifier::DistinctByName
            );
            if operator == SetOperator::Union && !by_name {
                unions.push(other);
                continue;
            }
            projection = self.united(projection, &std::mem::take(&mut unions));
            projection = if operator == SetOperator::Union {
                self.united_by_name(&projection, &other)
            } else {
                self.reduced(&projection, &other)
            };
        }
        self.united(projection, &unions)
    }

    fn united(&mut self, first: Rc<Projection>, others: &[Rc<Projection>]) -> Rc<Projection> {
        if others.is_empty() {
            return first;
        }
        let all: Vec<&Rc<Projection>> = std::iter::once(&first).chain(others).collect();
        let counts: Vec<usize> = all.iter().map(|projection| projection.columns.len()).collect();
        let is_open = all.iter().any(|projection| !projection.is_complete());
        let width = counts.iter().copied().max().unwrap_or(0);
        if !is_open && counts.iter().any(|count| *count != width) {
            let message = format!("the branches of a set operation have {counts:?} columns");
            self.unknown(Unknown::new(Cause::StarNotExpanded, "union", message).likely());
        }
        let mut columns = Vec::with_capacity(width);
        let names = all.iter().max_by_key(|projection| {
            projection.columns.len() * 2 + usize::from(Rc::ptr_eq(projection, &first))
        });
        for (at, named) in
            names.map(|projection| projection.columns.as_slice()).unwrap_or_default().iter().enumerate()
        {
            let named = first.columns.get(at).unwrap_or(named);
            let by_position = |projection: &&Rc<Projection>| {
                // If a branch has a star of unknown width, columns can only be matched by name.
                let column = if is_open { projection.column(&named.key) } else { projection.columns.get(at) };
                column.map(|column| column.inputs.clone())
            };
            let inputs: Vec<Inputs> = all.iter().filter_map(by_position).collect();
            columns.push(ProjectedColumn { inputs: self.union_of(&inputs), ..named.clone() });
        }
        Self::gathered(columns, &all)
    }

    fn united_by_name(&mut self, left: &Rc<Projection>, right: &Rc<Projection>) -> Rc<Projection> {
        let mut columns = Vec::new();
        for column in &left.columns {
            let mut inputs = vec![column.inputs.clone()];
            inputs.extend(right.column(&column.key).map(|other| other.inputs.clone()));
            columns.push(ProjectedColumn { inputs: self.union_of(&inputs), ..column.clone() });
        }
        columns.extend(right.columns.iter().filter(|column| left.column(&column.key).is_none()).cloned());
        Self::gathered(columns, &[left, right])
    }

    /// `EXCEPT` and `INTERSECT`: values come from the left, the right filters rows.
    fn reduced(&mut self, left: &Rc<Projection>, right: &Rc<Projection>) -> Rc<Projection> {
        let mut rows: Vec<(Source, Flow)> = left.rows.iter().chain(right.rows.iter()).copied().collect();
        for column in &right.columns {
            if self.spend(column.inputs.len()) {
                let filter =
                    |(source, flow): &(Source, Flow)| (*source, Flow { kind: EdgeKind::Filter, ..*flow });
                rows.extend(column.inputs.iter().map(filter));
            }
        }
        Rc::new(Projection { rows: settle(rows), ..(**left).clone() })
    }

    /// Inputs of the same column in several branches.
    fn union_of(&mut self, all: &[Inputs]) -> Inputs {
        if let [one] = all {
            return one.clone();
        }
        let count = all.iter().map(|one| one.len()).sum();
        if !self.spend(count) {
            return Inputs::default();
        }
        settle(all.iter().flat_map(|one| one.iter().copied()).collect())
    }

    fn gathered(columns: Vec<ProjectedColumn>, all: &[&Rc<Projection>]) -> Rc<Projection> {
        let rows = settle(all.iter().flat_map(|projection| projection.rows.iter().copied()).collect());
        let mut passes = Projection::default();
        all.iter()
            .flat_map(|projection| projection.passes.iter().cloned())
            .for_each(|pass| passes.pass(pass));
        Rc::new(Projection {
            passes: passes.passes,
            hidden: all.iter().find_map(|projection| projection.hidden.clone()),
            rows,
            ..Projection::new(columns)
        })
    }

    fn values(&mut self, values: &Values, outer: Option<&Scope<'_>>, ctes: &Ctes<'_>) -> Rc<Projection> {
        let scope = Scope::new(outer, ctes);
        let width = values.rows.iter().map(|row| row.content.len()).max().unwrap_or(0);
        let mut columns: Vec<Vec<(Source, Flow)>> = vec![Vec::new(); width];
        for row in &values.rows {
            for (column, expr) in columns.iter_mut().zip(&row.content) {
                let is_default = matches!(expr, Expr::Identifier(word) if word.quote_style.is_none()
                    && word.value.eq_ignore_ascii_case("default"));
                if !matches!(expr, Expr::Value(_)) && !is_default {
                    column.extend(
                        self.resolve_expression(&scope, expr, &[], Prefer::Column).value.iter().copied(),
                    );
                }
            }
        }
        let named = columns.into_iter().enumerate().map(|(at, inputs)| {
            let name = match self.dialect {
                Dialect::DuckDb | Dialect::Databricks => {
                    format!("col{}", at + usize::from(self.dialect == Dialect::Databricks))
                }
                _ => format!("column{}", at + 1),
            };
            ProjectedColumn { key: self.dialect.column_key(&name, false), name, inputs: settle(inputs) }
        });
        Rc::new(Projection::new(named.collect()))
    }

    /// The projection, with rows ordered by its columns.
    fn ordered(&mut self, projection: Rc<Projection>, order: &[&Expr]) -> Rc<Projection> {
        let mut rows: Vec<(Source, Flow)> = Vec::new();
        for expr in order {
            let inputs = match expr {
                Expr::Identifier(name) => {
                    projection.column(&self.key(name)).map(|column| column.inputs.clone())
                }
                expr => position(expr).and_then(|at| Some(projection.columns.get(at)?.inputs.clone())),
            };
            for (source, flow) in inputs.iter().flat_map(|inputs| inputs.iter()) {
                rows.push((*source, Flow { kind: EdgeKind::Sort, ..*flow }));
            }
        }
        if rows.is_empty() {
            return projection;
        }
        rows.extend(projection.rows.iter().copied());
        Rc::new(Projection { rows: settle(rows), ..(*projection).clone() })
    }

    /// BigQuery's pipe operators: those that only filter rows are followed.
    fn pipe(
        &mut self,
        operator: &PipeOperator,
        projection: Rc<Projection>,
        outer: Option<&Scope<'_>>,
        ctes: &Ctes<'_>,
    ) -> Rc<Projection> {
        match operator {
            PipeOperator::Limit { .. } | PipeOperator::TableSample { .. } | PipeOperator::As { .. } => {
                projection
            }
            PipeOperator::Where { expr } => {
                let mut scope = Scope::new(outer, ctes);
                scope.items.push(super::scope::Item {
                    name: Vec::new(),
                    projection: projection.clone(),
                    value: None,
                    is_hidden: false,
                    merged: Vec::new(),
                });
                let mut rows = projection.rows.to_vec();
                self.rows(&scope, expr, &[], (EdgeKind::Filter, Prefer::Column), &mut rows);
                Rc::new(Projection { rows: settle(rows), ..(*projection).clone() })
            }
            _ => {
                let message = "a `|>` operator is not supported";
                self.unknown(Unknown::new(Cause::StatementNotFollowed, "|>", message));
                let row = self.row(&projection);
                Rc::new(Projection { hidden: Some(row), ..(*projection).clone() })
            }
        }
    }
}

/// The column for a number in `ORDER BY` or `GROUP BY`.
pub(crate) fn position(expr: &Expr) -> Option<usize> {
    let Expr::Value(value) = expr else { return None };
    let Value::Number(number, _) = &value.value else { return None };
    number.parse::<usize>().ok()?.checked_sub(1)
}
