//! `columns('.*_at')` of `DuckDB` and `ClickHouse`: columns selected by name within an expression.

use std::ops::ControlFlow;

use regex::Regex;
use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Value, WildcardAdditionalOptions,
};

use super::{
    lookup::Prefer,
    projection::{Flow, ProjectedColumn, Projection, Source, named},
    resolver::Resolver,
    scope::Scope,
    star::{Changes, Chosen},
    words::{is_aggregate, is_dynamic},
};
use crate::{Cause, Unknown, graph::EdgeKind};

/// A call of `columns(…)`.
struct Call {
    chosen: Option<Chosen>,
    options: Option<WildcardAdditionalOptions>,
    /// It can't be determined which columns are selected, so all are used.
    in_doubt: bool,
}

/// The calls in an expression, and the columns that they select.
pub(super) struct Dynamic {
    calls: Vec<Call>,
    kind: EdgeKind,
}

impl Resolver<'_> {
    /// The `columns(…)` calls of an expression, if there are any.
    pub(super) fn dynamic(&self, expr: &Expr) -> Option<Dynamic> {
        let mut calls = Vec::new();
        let mut is_aggregated = false;
        let _ = sqlparser::ast::visit_expressions(expr, |one| {
            if let Expr::Function(function) = one {
                is_aggregated |= is_aggregate(function);
                if is_dynamic(function, self.dialect) {
                    calls.push(call(function));
                }
            }
            ControlFlow::<()>::Continue(())
        });
        let kind = match expr {
            Expr::Function(own) if is_dynamic(own, self.dialect) => EdgeKind::Identity,
            _ if is_aggregated => EdgeKind::Aggregation,
            _ => EdgeKind::Transformation,
        };
        (!calls.is_empty()).then_some(Dynamic { calls, kind })
    }

    /// A column for each that the first call selects. Further calls select as many, in the same order; each column
    /// reads the rest of the expression too.
    pub(super) fn chosen(
        &mut self,
        projection: &mut Projection,
        scope: &Scope<'_>,
        (expr, dynamic): (&Expr, Dynamic),
        rows: &mut Vec<(Source, Flow)>,
    ) {
        let beside = self.resolve_expression(scope, expr, &[], Prefer::Column);
        rows.extend(beside.rows);
        let mut expanded: Vec<Projection> = Vec::new();
        for call in dynamic.calls {
            let mut changes = match &call.options {
                Some(options) => self.changes(options, scope, None, rows),
                None => Changes::default(),
            };
            let is_named = matches!(call.chosen, Some(Chosen::Names(_)));
            changes.chosen = call.chosen;
            if call.in_doubt {
                let message = "which columns `columns(…)` chooses can't be determined; all are used";
                self.unknown(Unknown::new(Cause::StarNotExpanded, "columns", message).likely());
            }
            let mut all = Projection::default();
            self.star(&mut all, scope, None, &changes);
            if is_named {
                // A name in a list must exist.
                all.columns.iter_mut().for_each(|column| column.inputs = named(&column.inputs));
            }
            expanded.push(all);
        }
        let Some((first, others)) = expanded.split_first() else { return };
        for (at, column) in first.columns.iter().enumerate() {
            let mut inputs = vec![column.inputs.clone()];
            for other in others {
                match other.columns.get(at) {
                    Some(other) if others.iter().all(|one| one.columns.len() == first.columns.len()) => {
                        inputs.push(other.inputs.clone());
                    }
                    _ => inputs.extend(other.columns.iter().map(|one| one.inputs.clone())),
                }
            }
            let mut inputs = vec![self.union(&inputs, dynamic.kind)];
            inputs.push(beside.value.clone());
            let inputs = if beside.value.is_empty() {
                inputs.swap_remove(0)
            } else {
                self.union(&inputs, dynamic.kind)
            };
            projection.push(ProjectedColumn { inputs, ..column.clone() });
        }
        for pass in &first.passes {
            projection.pass(pass.clone());
        }
    }
}

fn call(function: &Function) -> Call {
    let mut call = Call { chosen: None, options: None, in_doubt: false };
    let FunctionArguments::List(list) = &function.args else { return Call { in_doubt: true, ..call } };
    match list.args.first() {
        Some(FunctionArg::Unnamed(FunctionArgExpr::Wildcard)) => {}
        Some(FunctionArg::Unnamed(FunctionArgExpr::WildcardWithOptions(options))) => {
            call.options = Some(options.clone());
        }
        Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))) => {
            call.chosen = chosen(expr);
            call.in_doubt = call.chosen.is_none();
        }
        _ => call.in_doubt = true,
    }
    call
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn chosen(expr: &Expr) -> Option<Chosen> {
    match expr {
        Expr::Array(array) => {
            let names: Option<Vec<String>> =
                array.elem.iter().map(|one| Some(text(one)?.to_owned())).collect();
            names.map(Chosen::Names)
        }
        expr => {
            let pattern = text(expr)?;
            // Without special characters a pattern is a name.
            if pattern.chars().all(|one| one.is_alphanumeric() || one == '_') {
                return Some(Chosen::Names(vec![pattern.to_owned()]));
            }
            Regex::new(pattern).ok().map(|pattern| Chosen::Pattern(Box::new(pattern)))
        }
    }
}
