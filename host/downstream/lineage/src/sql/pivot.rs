//! `PIVOT` and `UNPIVOT`.

use std::{collections::BTreeSet, rc::Rc};

use sqlparser::ast::{Expr, ExprWithAlias, Ident, PivotValueSource, TableFactor, Value};

use super::{
    lookup::Prefer,
    projection::{Flow, Inputs, Pass, ProjectedColumn, Projection, Source},
    resolver::Resolver,
    scope::{Item, Scope},
};
use crate::{Cause, Dialect, Unknown, graph::EdgeKind};

impl Resolver<'_> {
    /// The result of `PIVOT` or `UNPIVOT`.
    pub(crate) fn turned(
        &mut self,
        factor: &TableFactor,
        scope: &Scope<'_>,
        rows: &mut Vec<(Source, Flow)>,
    ) -> Rc<Projection> {
        match factor {
            TableFactor::Pivot { table, aggregate_functions, value_column, value_source, .. } => {
                let inner = self.inside(table, scope, rows);
                self.pivot(&inner, aggregate_functions, value_column, value_source)
            }
            TableFactor::Unpivot { table, value, name, columns, .. } => {
                let inner = self.inside(table, scope, rows);
                self.unpivot(&inner, value, name, columns)
            }
            _ => Rc::default(),
        }
    }

    fn inside<'s>(
        &mut self,
        table: &TableFactor,
        scope: &Scope<'s>,
        rows: &mut Vec<(Source, Flow)>,
    ) -> Scope<'s> {
        let (projection, name) = self.alone(table, scope, rows);
        let mut inner = Scope::new(scope.outer, scope.ctes);
        inner.items.push(Item { name, projection, value: None, is_hidden: false, merged: Vec::new() });
        inner
    }

    fn pivot(
        &mut self,
        inner: &Scope<'_>,
        aggregates: &[ExprWithAlias],
        by: &[Expr],
        values: &PivotValueSource,
    ) -> Rc<Projection> {
        let mut used = BTreeSet::new();
        let mut keys = Vec::new();
        for expr in by {
            keys.push(self.resolve_expression(inner, expr, &[], Prefer::Column).value);
            names(expr, &mut |name| {
                used.insert(self.key(name));
            });
        }
        let by = self.union(&keys, EdgeKind::Transformation);
        let mut made: Vec<(Option<String>, Inputs)> = Vec::new();
        for aggregate in aggregates {
            let value = self.resolve_expression(inner, &aggregate.expr, &[], Prefer::Column).value;
            names(&aggregate.expr, &mut |name| {
                used.insert(self.key(name));
            });
            let value = self.union(&[value, by.clone()], EdgeKind::Aggregation);
            let name = aggregate.alias.as_ref().map(|alias| alias.value.clone());
            made.push((name, value));
        }
        let mut projection = Self::rest(inner, &used);
        match values {
            PivotValueSource::List(list) => {
                for value in list {
                    for (aggregate, inputs) in &made {
                        let name = self.pivoted(value, aggregate.as_deref());
                        let key = self
                            .dialect
                            .column_key(&name, self.dialect == Dialect::Snowflake && name.contains('\''));
                        projection.push(ProjectedColumn { name, key, inputs: inputs.clone() });
                    }
                }
            }
            PivotValueSource::Any(_) | PivotValueSource::Subquery(_) => {
                let message = "the columns of a pivot are named by data, so they are unknown";
                self.unknown(Unknown::new(Cause::StarNotExpanded, "pivot", message));
                let all: Vec<Inputs> = made.into_iter().map(|(_, inputs)| inputs).collect();
                projection.hidden = Some(self.union(&all, EdgeKind::Aggregation));
            }
        }
        Rc::new(projection)
    }

    /// The name of a pivoted column for a value.
    fn pivoted(&self, value: &ExprWithAlias, aggregate: Option<&str>) -> String {
        let text = match (&value.alias, &value.expr) {
            (Some(alias), _) => alias.value.clone(),
            // Snowflake keeps the quotes of a string in the name.
            (None, Expr::Value(one)) => match &one.value {
                Value::SingleQuotedString(text) if self.dialect == Dialect::Snowflake => format!("'{text}'"),
                Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => text.clone(),
                other => other.to_string(),
            },
            (None, expr) => expr.to_string(),
        };
        match (aggregate, self.dialect) {
            (None, _) => text,
            (Some(name), Dialect::BigQuery) => format!("{name}_{text}"),
            (Some(name), _) => format!("{text}_{name}"),
        }
    }

    fn unpivot(
        &mut self,
        inner: &Scope<'_>,
        value: &Expr,
        name: &Ident,
        columns: &[ExprWithAlias],
    ) -> Rc<Projection> {
        let mut used = BTreeSet::new();
        let mut all = Vec::new();
        for column in columns {
            all.push(self.resolve_expression(inner, &column.expr, &[], Prefer::Column).value);
            names(&column.expr, &mut |name| {
                used.insert(self.key(name));
            });
        }
        let inputs = self.union(&all, EdgeKind::Identity);
        let mut projection = Self::rest(inner, &used);
        names(value, &mut |value| {
            projection.push(ProjectedColumn {
                name: value.value.clone(),
                key: self.key(value),
                inputs: inputs.clone(),
            });
        });
        projection.push(ProjectedColumn {
            name: name.value.clone(),
            key: self.key(name),
            inputs: Inputs::default(),
        });
        Rc::new(projection)
    }

    /// The columns that are not consumed.
    fn rest(inner: &Scope<'_>, used: &BTreeSet<String>) -> Projection {
        let Some(item) = inner.items.first() else { return Projection::default() };
        let columns =
            item.projection.columns.iter().filter(|column| !used.contains(&column.key)).cloned().collect();
        let gone = |pass: &Pass| Pass {
            except: Rc::new(pass.except.union(used).cloned().collect()),
            ..pass.clone()
        };
        let passes = item.projection.passes.iter().map(gone).collect();
        Projection { passes, hidden: item.projection.hidden.clone(), ..Projection::new(columns) }
    }
}

/// Calls a function with the last part of every name in an expression.
fn names(expr: &Expr, found: &mut dyn FnMut(&Ident)) {
    let _ = sqlparser::ast::visit_expressions(expr, |one| {
        match one {
            Expr::Identifier(name) => found(name),
            Expr::CompoundIdentifier(path) => path.last().into_iter().for_each(&mut *found),
            _ => {}
        }
        std::ops::ControlFlow::<()>::Continue(())
    });
}
