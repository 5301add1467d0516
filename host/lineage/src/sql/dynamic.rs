//! `columns('.*_at')` of `DuckDB` and `ClickHouse`: columns that are chosen by their names, in the middle of an expression.

use std::{ops::ControlFlow, rc::Rc};

use regex::Regex;
use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Value, WildcardAdditionalOptions,
};

use super::{
    expression::is_aggregate,
    frame::{Flow, Frame, FrameColumn, Source, through},
    resolver::Resolver,
    scope::Scope,
    select::Changes,
};
use crate::{Cause, Dialect, Unknown, graph::EdgeKind};

/// Names that a pattern or a list chooses.
pub(super) enum Chosen {
    Pattern(Box<Regex>),
    Names(Vec<String>),
}

impl Chosen {
    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            Self::Pattern(pattern) => pattern.is_match(name),
            Self::Names(names) => names.iter().any(|one| one.eq_ignore_ascii_case(name)),
        }
    }
}

/// What an expression chooses, and what becomes of it.
pub(super) struct Dynamic<'e> {
    chosen: Option<Chosen>,
    options: Option<&'e WildcardAdditionalOptions>,
    kind: EdgeKind,
    /// It can't be told which are chosen, so all are taken.
    in_doubt: bool,
}

impl Resolver<'_> {
    /// The `columns(…)` of an expression, if it has one.
    pub(super) fn dynamic<'e>(&self, expr: &'e Expr) -> Option<Dynamic<'e>> {
        if !matches!(self.dialect, Dialect::DuckDb | Dialect::ClickHouse | Dialect::Generic) {
            return None;
        }
        let mut found = None;
        let mut is_aggregated = false;
        let _ = sqlparser::ast::visit_expressions(expr, |one| {
            if let Expr::Function(function) = one {
                is_aggregated |= is_aggregate(function);
                if function.name.to_string().eq_ignore_ascii_case("columns") {
                    found = Some(address_of(function));
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        });
        let at = found?;
        let call = within(expr, at)?;
        let kind = match expr {
            Expr::Function(own) if address_of(own) == at => EdgeKind::Identity,
            _ if is_aggregated => EdgeKind::Aggregation,
            _ => EdgeKind::Transformation,
        };
        let mut dynamic = Dynamic { chosen: None, options: None, kind, in_doubt: false };
        let FunctionArguments::List(list) = &call.args else { return None };
        match list.args.first() {
            Some(FunctionArg::Unnamed(FunctionArgExpr::Wildcard)) => {}
            Some(FunctionArg::Unnamed(FunctionArgExpr::WildcardWithOptions(options))) => {
                dynamic.options = Some(options);
            }
            Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))) => {
                dynamic.chosen = chosen(expr);
                dynamic.in_doubt = dynamic.chosen.is_none();
            }
            _ => dynamic.in_doubt = true,
        }
        Some(dynamic)
    }

    /// A column for each that is chosen.
    pub(super) fn chosen(&mut self, frame: &mut Frame, scope: &Scope<'_>, dynamic: &Dynamic<'_>) {
        let mut rows = Vec::new();
        let mut changes = match dynamic.options {
            Some(options) => self.changes(options, scope, &mut rows),
            None => Changes::default(),
        };
        changes.chosen = dynamic.chosen.as_ref().map(Chosen::copied);
        if dynamic.in_doubt {
            let message = "which columns `columns(…)` chooses can't be told; all are taken";
            self.unknown(Unknown::new(Cause::StarNotExpanded, "columns", message).likely());
        }
        let mut all = Frame::default();
        self.star(&mut all, scope, None, &changes);
        for column in all.columns {
            let of = |(source, flow): &(Source, Flow)| {
                (*source, Flow { kind: through(flow.kind, dynamic.kind), ..*flow })
            };
            let inputs = Rc::new(column.inputs.iter().map(of).collect());
            frame.push(FrameColumn { inputs, ..column });
        }
        for pass in all.passes {
            frame.pass(pass);
        }
    }
}

impl Chosen {
    fn copied(&self) -> Self {
        match self {
            Self::Pattern(pattern) => Self::Pattern(pattern.clone()),
            Self::Names(names) => Self::Names(names.clone()),
        }
    }
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
        expr => Regex::new(text(expr)?).ok().map(|pattern| Chosen::Pattern(Box::new(pattern))),
    }
}

fn address_of(function: &Function) -> usize {
    std::ptr::from_ref(function) as usize
}

/// The function of an address in an expression. The visitor's references do not live as long as the tree.
fn within(expr: &Expr, at: usize) -> Option<&Function> {
    match expr {
        Expr::Function(function) if address_of(function) == at => Some(function),
        Expr::Function(function) => {
            let FunctionArguments::List(list) = &function.args else { return None };
            list.args.iter().find_map(|argument| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => within(expr, at),
                _ => None,
            })
        }
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } | Expr::UnaryOp { expr: inner, .. } => {
            within(inner, at)
        }
        Expr::BinaryOp { left, right, .. } => within(left, at).or_else(|| within(right, at)),
        _ => None,
    }
}
