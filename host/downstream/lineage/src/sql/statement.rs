//! The results of statements.

use std::rc::Rc;

use sqlparser::ast::{Expr, Ident, ObjectName, Statement, TableObject};

use super::{
    Catalog, Lineage, Made, Passed, Read,
    allowance::Allowance,
    lookup::Prefer,
    projection::{Flow, ProjectedColumn, Projection, Source, settle},
    resolver::{Resolver, idents, relation},
    scope::{Ctes, Item, Scope},
};
use crate::{
    Cause, Dialect, Unknown,
    graph::{EdgeKind, Relation},
    work::guarded,
};

/// The lineage of the last statement with a result. Relations that earlier statements create are resolved through.
pub(crate) fn resolve(
    statements: &[Statement],
    dialect: Dialect,
    catalog: &dyn Catalog,
    allowance: &Allowance,
) -> Lineage {
    followed(|| made(statements, Resolver::new(catalog, dialect, allowance)))
}

fn made(statements: &[Statement], mut resolver: Resolver<'_>) -> Lineage {
    let ctes = Ctes::default();
    let mut last: Option<Rc<Projection>> = None;
    for statement in statements {
        if let Some((target, projection)) = resolver.statement(statement, &ctes) {
            if let Some([one]) = target.as_ref().map(|target| idents(target)).as_deref() {
                ctes.add(resolver.key(one), projection.clone());
            }
            last = Some(projection);
        }
    }
    let beside = std::mem::take(&mut resolver.beside);
    let Some(projection) = last else {
        let message = "its SQL has no query with columns";
        resolver.unknown(Unknown::new(Cause::StatementNotFollowed, "", message));
        let projection = Projection { rows: settle(beside), ..Projection::default() };
        return finish_lineage(resolver, &projection, false);
    };
    let is_complete = projection.is_complete();
    let used = projection.columns.iter().flat_map(|column| column.inputs.iter());
    let used = used.chain(projection.rows.iter()).chain(projection.hidden.iter().flat_map(|all| all.iter()));
    // A query can read more than it returns: an unused column of a common table expression must exist too.
    let used = used.chain(&beside).map(|(source, _)| *source).collect();
    let beside: Vec<_> = beside.into_iter().chain(resolver.only_mentioned(&used)).collect();
    if beside.is_empty() {
        return finish_lineage(resolver, &projection, is_complete);
    }
    let rows = settle(projection.rows.iter().copied().chain(beside).collect());
    finish_lineage(resolver, &Projection { rows, ..(*projection).clone() }, is_complete)
}

/// The inputs of statements, whatever their result.
pub(crate) fn reads(
    statements: &[Statement],
    dialect: Dialect,
    catalog: &dyn Catalog,
    allowance: &Allowance,
) -> Lineage {
    followed(|| all_read(statements, Resolver::new(catalog, dialect, allowance)))
}

fn all_read(statements: &[Statement], mut resolver: Resolver<'_>) -> Lineage {
    let ctes = Ctes::default();
    let mut rows: Vec<(Source, Flow)> = Vec::new();
    for statement in statements {
        if resolver.touched(statement, &ctes, &mut rows) {
            continue;
        }
        if let Some((target, projection)) = resolver.statement(statement, &ctes) {
            if let Some([one]) = target.as_ref().map(|target| idents(target)).as_deref() {
                ctes.add(resolver.key(one), projection.clone());
            }
            let columns = projection.columns.iter().flat_map(|column| column.inputs.iter());
            rows.extend(columns.map(|(source, flow)| (*source, Flow { kind: EdgeKind::Reads, ..*flow })));
            rows.extend(projection.rows.iter().copied());
        }
    }
    let used = rows.iter().map(|(source, _)| *source).collect();
    rows.extend(resolver.only_mentioned(&used));
    let projection = Projection { rows: settle(rows), ..Projection::default() };
    finish_lineage(resolver, &projection, true)
}

/// The inputs of an expression, with names qualified by these relations.
pub(crate) fn expression(
    expr: &Expr,
    scope: &[(String, Relation)],
    dialect: Dialect,
    catalog: &dyn Catalog,
    allowance: &Allowance,
) -> Lineage {
    followed(|| of_expression(expr, scope, dialect, Resolver::new(catalog, dialect, allowance)))
}

fn of_expression(
    expr: &Expr,
    scope: &[(String, Relation)],
    dialect: Dialect,
    mut resolver: Resolver<'_>,
) -> Lineage {
    let ctes = Ctes::default();
    let mut names = Scope::new(None, &ctes);
    for (alias, relation) in scope {
        let parts = relation.parts.iter().map(|part| {
            if relation.quoted { Ident::with_quote('"', part.clone()) } else { Ident::new(part.clone()) }
        });
        let projection = resolver.base(&ObjectName::from(parts.collect::<Vec<_>>()));
        let name = vec![dialect.relation_key(alias, false)];
        names.items.push(Item { name, projection, value: None, is_hidden: false, merged: Vec::new() });
    }
    let reading = resolver.resolve_expression(&names, expr, &[], Prefer::Column);
    let column = ProjectedColumn { name: String::new(), key: String::new(), inputs: reading.value };
    let projection = Projection { rows: settle(reading.rows), ..Projection::new(vec![column]) };
    finish_lineage(resolver, &projection, true)
}

/// Follows a statement. An internal error affects only that statement, and is reported.
fn followed(follow: impl FnOnce() -> Lineage) -> Lineage {
    guarded(follow).unwrap_or_else(|bug| {
        let message = format!("its SQL was not followed: {bug}");
        let unknown = Unknown::new(Cause::StatementNotFollowed, "", message);
        Lineage { unknowns: vec![unknown], ..Lineage::default() }
    })
}

fn finish_lineage(mut resolver: Resolver<'_>, projection: &Projection, is_complete: bool) -> Lineage {
    let columns = projection.columns.iter().map(|column| 1 + column.inputs.len()).sum::<usize>();
    let read = resolver.relations.iter().map(|relation| relation.columns.len()).sum::<usize>();
    if !resolver.allowance.keep(columns + projection.rows.len() + read) {
        resolver.over_limit("queries", Allowance::message());
        return Lineage { unknowns: resolver.unknowns, ..Lineage::default() };
    }
    let read = |(source, flow): &(Source, Flow)| Read {
        relation: source.0,
        column: source.1,
        kind: flow.kind,
        star: flow.star,
        certainty: flow.certainty,
        line: flow.line,
    };
    let made = |column: &ProjectedColumn| Made {
        name: column.name.clone(),
        key: column.key.clone(),
        reads: column.inputs.iter().map(read).collect(),
    };
    let passed = projection.passes.iter().map(|pass| Passed {
        relation: pass.relation,
        except: pass.except.iter().cloned().collect(),
        expanded: pass.is_complete,
    });
    // Columns without known names are made from these.
    let hidden = projection.hidden.iter().flat_map(|hidden| hidden.iter());
    let hidden = hidden.map(|(source, flow)| read(&(*source, Flow { kind: EdgeKind::Reads, ..*flow })));
    Lineage {
        columns: projection.columns.iter().map(made).collect(),
        is_complete,
        rows: projection.rows.iter().map(read).chain(hidden).collect(),
        stars: passed.collect(),
        relations: resolver.relations,
        unknowns: resolver.unknowns,
    }
}

impl Resolver<'_> {
    /// The result of one statement, and the relation that it is written to.
    fn statement(
        &mut self,
        statement: &Statement,
        ctes: &Ctes<'_>,
    ) -> Option<(Option<ObjectName>, Rc<Projection>)> {
        match statement {
            Statement::Query(query) => Some((None, self.query(query, None, ctes))),
            Statement::CreateTable(table) => {
                let query = table.query.as_ref()?;
                let projection = self.query(query, None, ctes);
                Some((
                    Some(table.name.clone()),
                    self.named(&projection, table.columns.iter().map(|one| &one.name)),
                ))
            }
            Statement::CreateView(view) => {
                let projection = self.query(&view.query, None, ctes);
                let projection = self.named(&projection, view.columns.iter().map(|one| &one.name));
                Some((Some(view.name.clone()), projection))
            }
            Statement::Insert(insert) => {
                let query = insert.source.as_ref()?;
                let projection = self.query(query, None, ctes);
                let TableObject::TableName(name) = &insert.table else { return Some((None, projection)) };
                Some((None, self.inserted(&projection, name, &insert.columns, &insert.after_columns)))
            }
            Statement::Merge(_) | Statement::Update(_) | Statement::Delete(_) => {
                self.not_followed(statement);
                self.mentioned(statement);
                // Its result is not followed; its names are.
                let mut rows = Vec::new();
                self.touched(statement, ctes, &mut rows);
                self.beside.extend(rows);
                None
            }
            _ => None,
        }
    }

    /// Names of columns by position, if any are given.
    fn named<'n>(
        &mut self,
        projection: &Rc<Projection>,
        names: impl Iterator<Item = &'n Ident>,
    ) -> Rc<Projection> {
        let names: Vec<(String, String)> = names.map(|name| (name.value.clone(), self.key(name))).collect();
        if names.is_empty() { projection.clone() } else { Rc::new(projection.renamed(&names)) }
    }

    /// `INSERT` assigns by position: to the listed columns, else to those of the table.
    fn inserted(
        &mut self,
        projection: &Rc<Projection>,
        into: &ObjectName,
        columns: &[ObjectName],
        after: &[Ident],
    ) -> Rc<Projection> {
        let listed: Vec<Ident> = columns
            .iter()
            .filter_map(|name| idents(name).last().copied().cloned())
            .chain(after.iter().cloned())
            .collect();
        if !listed.is_empty() {
            return self.named(projection, listed.iter());
        }
        let Some(entry) = self.catalog.find(&relation(into)) else { return projection.clone() };
        let names: Vec<(String, String)> = entry
            .columns
            .iter()
            .take(projection.columns.len())
            .map(|column| (column.name.clone(), column.key.clone()))
            .collect();
        if names.is_empty() || !entry.is_complete {
            projection.clone()
        } else {
            Rc::new(projection.renamed(&names))
        }
    }

    /// Relations of a statement that is not followed: it is known that they are read.
    fn mentioned(&mut self, statement: &Statement) {
        let _ = sqlparser::ast::visit_relations(statement, |name| {
            let _ = self.base(name);
            std::ops::ControlFlow::<()>::Continue(())
        });
    }
}
