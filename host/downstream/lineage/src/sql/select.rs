//! The result of a `SELECT`.

use std::rc::Rc;

use sqlparser::ast::{
    ConnectByKind, Distinct, Expr, GroupByExpr, Ident, Select, SelectItem, SelectItemQualifiedWildcardKind,
};

use super::{
    lookup::Prefer,
    projection::{Flow, Inputs, ProjectedColumn, Projection, Source, settle},
    query::position,
    resolver::{Resolver, idents},
    scope::{Ctes, Scope},
    star::without,
};
use crate::{Cause, Unknown, graph::EdgeKind};

impl Resolver<'_> {
    /// The result of a `SELECT` with an order of rows.
    pub(crate) fn select(
        &mut self,
        select: &Select,
        order: &[&Expr],
        outer: Option<&Scope<'_>>,
        ctes: &Ctes<'_>,
    ) -> Rc<Projection> {
        let mut scope = Scope::new(outer, ctes);
        let mut rows: Vec<(Source, Flow)> = Vec::new();
        for from in &select.from {
            self.from(from, &mut scope, &mut rows);
        }
        for view in &select.lateral_views {
            self.lateral_view(view, &mut scope, &mut rows);
        }
        let projection = self.projection(select, &mut scope, &mut rows);
        let windows = select.named_window.as_slice();

        let filters =
            select.selection.iter().chain(&select.prewhere).chain(&select.having).chain(&select.qualify);
        for filter in filters {
            self.rows(&scope, filter, windows, (EdgeKind::Filter, Prefer::Column), &mut rows);
        }
        for connect in &select.connect_by {
            match connect {
                ConnectByKind::ConnectBy { relationships, .. } => {
                    for expr in relationships {
                        self.rows(&scope, expr, windows, (EdgeKind::Join, Prefer::Column), &mut rows);
                    }
                }
                ConnectByKind::StartWith { condition, .. } => {
                    self.rows(&scope, condition, windows, (EdgeKind::Filter, Prefer::Column), &mut rows);
                }
            }
        }
        if let Some(Distinct::On(by)) = &select.distinct {
            for expr in by {
                self.rows(&scope, expr, windows, (EdgeKind::Filter, Prefer::Column), &mut rows);
            }
        }
        match &select.group_by {
            GroupByExpr::Expressions(by, _) => {
                for expr in by {
                    self.placed(&scope, &projection, expr, (EdgeKind::Group, Prefer::Column), &mut rows);
                }
            }
            GroupByExpr::All(_) => {
                for column in &projection.columns {
                    if column.inputs.iter().all(|(_, flow)| flow.kind != EdgeKind::Aggregation) {
                        let group = |(source, flow): &(Source, Flow)| {
                            (*source, Flow { kind: EdgeKind::Group, ..*flow })
                        };
                        rows.extend(column.inputs.iter().map(group));
                    }
                }
            }
        }
        let sorts = order.iter().copied().chain(select.sort_by.iter().map(|one| &one.expr));
        for expr in sorts {
            self.placed(&scope, &projection, expr, (EdgeKind::Sort, Prefer::Alias), &mut rows);
        }
        for item in &scope.items {
            if self.spend(item.projection.rows.len()) {
                rows.extend(item.projection.rows.iter().copied());
            }
        }
        Rc::new(Projection { rows: settle(rows), ..projection })
    }

    /// An expression over rows, or the number of a column.
    fn placed(
        &mut self,
        scope: &Scope<'_>,
        projection: &Projection,
        expr: &Expr,
        (kind, prefer): (EdgeKind, Prefer),
        rows: &mut Vec<(Source, Flow)>,
    ) {
        match position(expr) {
            Some(at) => {
                if let Some(column) = projection.columns.get(at) {
                    rows.extend(column.inputs.iter().map(|(source, flow)| (*source, Flow { kind, ..*flow })));
                }
            }
            None => self.rows(scope, expr, &[], (kind, prefer), rows),
        }
    }

    fn projection(
        &mut self,
        select: &Select,
        scope: &mut Scope<'_>,
        rows: &mut Vec<(Source, Flow)>,
    ) -> Projection {
        let mut projection = Projection::default();
        let windows = select.named_window.as_slice();
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }
                    if let Some(columns) = self.dynamic(expr) =>
                {
                    self.chosen(&mut projection, scope, (expr, columns), rows);
                }
                SelectItem::UnnamedExpr(expr) => {
                    let name = implied(expr, projection.columns.len());
                    self.column(&mut projection, scope, (expr, windows), name, rows);
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    self.column(&mut projection, scope, (expr, windows), alias.clone(), rows);
                }
                SelectItem::ExprWithAliases { expr, aliases } => {
                    for alias in aliases {
                        self.column(&mut projection, scope, (expr, windows), alias.clone(), rows);
                    }
                }
                SelectItem::Wildcard(options) => {
                    let changes = self.changes(options, scope, None, rows);
                    self.star(&mut projection, scope, None, &changes);
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                    let path = idents(name);
                    let named: Vec<String> = path
                        .iter()
                        .rev()
                        .map(|one| self.dialect.relation_key(&one.value, one.quote_style.is_some()))
                        .collect();
                    let item = scope
                        .item(&named)
                        .or_else(|| scope.outer.and_then(|outer| outer.item(&named)))
                        .cloned();
                    let changes = self.changes(options, scope, item.as_ref(), rows);
                    match item {
                        Some(item) => self.star(&mut projection, scope, Some(&item), &changes),
                        None => {
                            let value = self.path(scope, &path, Prefer::Column).inputs;
                            self.fields(&mut projection, &name.to_string(), &value);
                        }
                    }
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(expr), _) => {
                    let reading = self.resolve_expression(scope, expr, windows, Prefer::Column);
                    rows.extend(reading.rows);
                    self.fields(&mut projection, &expr.to_string(), &reading.value);
                }
            }
        }
        if let Some(exclude) = &select.exclude {
            let gone = self.excluded(exclude);
            let kept =
                projection.columns.iter().filter(|column| !gone.contains(&column.key)).cloned().collect();
            let passes = projection.passes.iter().map(|pass| without(pass, &gone)).collect();
            projection = Projection { passes, hidden: projection.hidden.clone(), ..Projection::new(kept) };
        }
        projection
    }

    fn column(
        &mut self,
        projection: &mut Projection,
        scope: &mut Scope<'_>,
        (expr, windows): (&Expr, &[sqlparser::ast::NamedWindowDefinition]),
        name: Ident,
        rows: &mut Vec<(Source, Flow)>,
    ) {
        let reading = self.resolve_expression(scope, expr, windows, Prefer::Column);
        rows.extend(reading.rows);
        let key = self.key(&name);
        scope.aliases.entry(key.clone()).or_insert_with(|| reading.value.clone());
        projection.push(ProjectedColumn { name: name.value, key, inputs: reading.value });
    }

    /// The fields of a value, which are unknown.
    fn fields(&mut self, projection: &mut Projection, shown: &str, value: &Inputs) {
        let message = format!("the fields of `{shown}.*` are unknown");
        self.unknown(Unknown::new(Cause::StarNotExpanded, format!("{shown}.*"), message));
        projection.hidden = Some(value.clone());
    }
}

/// The default name of a column: its own, the field's, the function's.
fn implied(expr: &Expr, at: usize) -> Ident {
    match expr {
        Expr::Identifier(name) => name.clone(),
        Expr::CompoundIdentifier(path) => path.last().cloned().unwrap_or_else(|| Ident::new("")),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => implied(inner, at),
        Expr::CompoundFieldAccess { access_chain, .. } => match access_chain.last() {
            Some(sqlparser::ast::AccessExpr::Dot(Expr::Identifier(name))) => name.clone(),
            _ => Ident::new(format!("_col_{at}")),
        },
        Expr::Function(function) => {
            function.name.0.last().and_then(|part| part.as_ident()).map_or_else(
                || Ident::new(format!("_col_{at}")),
                |name| Ident::new(name.value.to_lowercase()),
            )
        }
        _ => Ident::new(format!("_col_{at}")),
    }
}
