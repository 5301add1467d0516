//! Inputs of statements without result columns: `UPDATE`, `DELETE`, `MERGE`, an index.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Assignment, AssignmentTarget, Expr, FromTable, Statement, UpdateTableFromKind, Visit, Visitor,
};

use super::{
    lookup::Prefer,
    projection::{Flow, Source, named},
    resolver::{Resolver, idents},
    scope::{Ctes, Item, Scope},
};
use crate::graph::EdgeKind;

impl Resolver<'_> {
    /// Adds what a statement reads and sets; false if it is another kind of statement.
    pub(crate) fn touched(
        &mut self,
        statement: &Statement,
        ctes: &Ctes<'_>,
        rows: &mut Vec<(Source, Flow)>,
    ) -> bool {
        let mut scope = Scope::new(None, ctes);
        let mut set: Vec<&Assignment> = Vec::new();
        match statement {
            Statement::Update(update) => {
                self.from(&update.table, &mut scope, rows);
                if let Some(UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from)) =
                    &update.from
                {
                    for from in from {
                        self.from(from, &mut scope, rows);
                    }
                }
                set.extend(&update.assignments);
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
                for from in from.iter().chain(delete.using.iter().flatten()) {
                    self.from(from, &mut scope, rows);
                }
            }
            Statement::Merge(merge) => {
                let relations = [&merge.table, &merge.source];
                for relation in relations {
                    let from =
                        sqlparser::ast::TableWithJoins { relation: relation.clone(), joins: Vec::new() };
                    self.from(&from, &mut scope, rows);
                }
            }
            Statement::CreateIndex(index) => {
                let projection = self.relation(&index.table_name, ctes);
                scope.items.push(Item {
                    name: Vec::new(),
                    projection,
                    value: None,
                    is_hidden: false,
                    merged: Vec::new(),
                });
            }
            _ => return false,
        }
        for assignment in set {
            let targets = match &assignment.target {
                AssignmentTarget::ColumnName(name) => std::slice::from_ref(name),
                AssignmentTarget::Tuple(names) => names.as_slice(),
            };
            for target in targets {
                let hit = self.path(&scope, &idents(target), Prefer::Column);
                rows.extend(
                    named(&hit.inputs)
                        .iter()
                        .map(|(source, flow)| (*source, Flow { kind: EdgeKind::Reads, ..*flow })),
                );
            }
        }
        let mut all = Expressions { found: Vec::new(), depth: 0 };
        let _ = statement.visit(&mut all);
        for expr in all.found {
            self.rows(&scope, &expr, &[], (EdgeKind::Filter, Prefer::Column), rows);
        }
        true
    }
}

/// The outermost expressions of a statement, outside its subqueries in `FROM`.
struct Expressions {
    found: Vec<Expr>,
    depth: usize,
}

impl Visitor for Expressions {
    type Break = ();

    fn pre_visit_query(&mut self, _: &sqlparser::ast::Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &sqlparser::ast::Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if self.depth == 0 {
            self.found.push(expr.clone());
        }
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}
