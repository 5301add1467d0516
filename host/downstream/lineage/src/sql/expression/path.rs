//! Compound names: fields, elements, columns of whole rows.

use std::ops::ControlFlow;

use sqlparser::ast::{AccessExpr, Expr, Ident};

use super::{Mark, Walker, address};
use crate::graph::EdgeKind;
use crate::sql::words::is_aggregate;

impl Walker<'_, '_> {
    /// `a.b[0].c`: the names before the first subscript are a path, the names after it are fields.
    pub(super) fn access(&mut self, root: &Expr, chain: &[AccessExpr]) {
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
                    // The name of a field, or of one of its methods. The visitor treats it as a column.
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

    /// `any_value(o).total`: one column of the rows that a value is made of.
    fn field_of_row(&mut self, root: &Expr, field: &Ident) {
        let mut names: Vec<(usize, Ident)> = Vec::new();
        let _ = sqlparser::ast::visit_expressions(root, |one| {
            if let Expr::Identifier(name) = one {
                names.push((address(one), name.clone()));
            }
            ControlFlow::<()>::Continue(())
        });
        // The rows may be anywhere in the value, and each has the field: `coalesce(o, p).total` reads it from both.
        // Other parts are left to the visitor.
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
}
