//! Function calls: their arguments, windows and lambdas.

use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgOperator, FunctionArguments,
    Ident, NamedWindowExpr, ObjectName, WindowSpec, WindowType,
};

use super::{Mark, Walker, address};
use crate::{
    Dialect,
    graph::EdgeKind,
    sql::{
        resolver::idents,
        words::{is_aggregate, is_date_part, is_dynamic},
    },
};

impl Walker<'_, '_> {
    /// Called before its arguments are visited. The kind set here applies to all of them, and is reset after them.
    pub(super) fn function(&mut self, function: &Function) {
        let name = function.name.0.last().and_then(|part| part.as_ident());
        let name = name.map(|name| name.value.to_ascii_lowercase()).unwrap_or_default();
        self.kinds.push(if is_aggregate(function) { EdgeKind::Aggregation } else { self.kind() });
        match &function.over {
            Some(WindowType::WindowSpec(spec)) => self.mark_window(spec),
            Some(WindowType::NamedWindow(name)) => self.named_window(name, 0),
            None => {}
        }
        let FunctionArguments::List(list) = &function.args else { return };
        // `columns(…)` selects columns by patterns and lists, which `dynamic` handles; its arguments name none.
        if is_dynamic(function, self.resolver.dialect) {
            return;
        }
        let count = list.args.len();
        for (at, argument) in list.args.iter().enumerate() {
            match self.value(argument) {
                FunctionArgExpr::Expr(expr) => {
                    self.mark_lambda(expr);
                    if is_date_part(&name, expr, (at, count), self.resolver.dialect) {
                        self.marks.insert(address(expr), Mark::Skip);
                    }
                }
                FunctionArgExpr::QualifiedWildcard(of) => self.row_of(of),
                // `count(*)` counts rows, and reads no column.
                FunctionArgExpr::Wildcard | FunctionArgExpr::WildcardWithOptions(_) if name == "count" => {}
                FunctionArgExpr::Wildcard | FunctionArgExpr::WildcardWithOptions(_) => self.all_rows(),
            }
        }
    }

    /// The value of an argument. The part before it can be the name of a parameter, or a value too.
    fn value<'a>(&mut self, argument: &'a FunctionArg) -> &'a FunctionArgExpr {
        match argument {
            FunctionArg::Unnamed(arg) => arg,
            FunctionArg::Named { name, arg, operator } => {
                if is_value(operator) {
                    self.add_name(name);
                }
                arg
            }
            FunctionArg::ExprNamed { name, arg, operator } => {
                if matches!(name, Expr::Identifier(_)) && !is_value(operator) {
                    self.marks.insert(address(name), Mark::Skip);
                }
                arg
            }
        }
    }

    /// Notes the parameters of an argument that is a lambda, in the one dialect whose lambdas the grammar does not
    /// support.
    fn mark_lambda(&mut self, argument: &Expr) {
        if self.resolver.dialect == Dialect::Trino {
            let names = lambda(argument);
            if !names.is_empty() {
                self.lambdas.insert(address(argument), names);
            }
        }
    }

    /// The argument `o.*` of a call such as `hash(o.*)`: all columns of a relation.
    fn row_of(&mut self, relation: &ObjectName) {
        let named: Vec<String> = idents(relation)
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

    /// The argument `*` of a call such as `hash(*)`: all columns of all relations.
    fn all_rows(&mut self) {
        let projections: Vec<_> = self.scope.items.iter().map(|item| item.projection.clone()).collect();
        for projection in projections {
            let row = self.resolver.row(&projection);
            self.take(&row);
        }
    }

    /// The partition of a window is not part of the aggregate. The visitor reaches it, as it is within the call.
    fn mark_window(&mut self, spec: &WindowSpec) {
        for expr in spec.partition_by.iter().chain(spec.order_by.iter().map(|one| &one.expr)) {
            self.marks.insert(address(expr), Mark::Kind(EdgeKind::Transformation));
        }
        if let Some(name) = &spec.window_name {
            self.named_window(name, 0);
        }
    }

    /// A named window, defined after the select list, where the visitor of this expression does not come: it is visited
    /// here. Its definition can name another window, and names can be circular.
    fn named_window(&mut self, name: &Ident, depth: usize) {
        let windows = self.windows;
        let found = windows.iter().find(|one| one.0.value.eq_ignore_ascii_case(&name.value));
        match found.map(|one| &one.1) {
            Some(NamedWindowExpr::NamedWindow(other)) if depth < 16 => self.named_window(other, depth + 1),
            Some(NamedWindowExpr::WindowSpec(spec)) => {
                self.kinds.push(EdgeKind::Transformation);
                for expr in spec.partition_by.iter().chain(spec.order_by.iter().map(|one| &one.expr)) {
                    let reading = self.resolver.resolve_expression(self.scope, expr, &[], self.prefer);
                    self.take(&reading.value);
                    self.rows.extend(reading.rows);
                }
                self.kinds.pop();
            }
            _ => {}
        }
    }
}

/// The part before it is a value and not a name: `coalesce(a = b, false)` compares, and `json_object(k : v)` uses both.
const fn is_value(operator: &FunctionArgOperator) -> bool {
    match operator {
        FunctionArgOperator::Equals
        | FunctionArgOperator::Colon
        | FunctionArgOperator::Value
        | FunctionArgOperator::Space => true,
        FunctionArgOperator::RightArrow | FunctionArgOperator::Assignment => false,
    }
}

/// Parameters of `x -> …` and `(x, y) -> …` in dialects where an arrow has no other meaning. The grammar parses it as
/// an operator, which binds closer than some operators after it.
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
