//! What statements make.

use std::rc::Rc;

use sqlparser::ast::{Expr, Ident, ObjectName, Statement, TableObject};

use super::{
    Catalog, Lineage, Made, Passed, Read,
    allowance::Allowance,
    frame::{Flow, Frame, FrameColumn, Source, settle},
    lookup::Prefer,
    resolver::{Resolver, idents, relation},
    scope::{Ctes, Item, Scope},
};
use crate::{
    Cause, Dialect, Unknown,
    graph::{EdgeKind, Relation},
    work::guarded,
};

/// What the last statement that makes something makes, and from what. What statements before it put into relations of
/// their own is looked through.
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
    let mut last: Option<Rc<Frame>> = None;
    for statement in statements {
        if let Some((target, frame)) = resolver.statement(statement, &ctes) {
            if let Some([one]) = target.as_ref().map(|target| idents(target)).as_deref() {
                ctes.add(resolver.key(one), frame.clone());
            }
            last = Some(frame);
        }
    }
    let beside = std::mem::take(&mut resolver.beside);
    let Some(frame) = last else {
        let message = "its SQL has no query that makes columns";
        resolver.unknown(Unknown::new(Cause::StatementNotFollowed, "", message));
        let frame = Frame { rows: settle(beside), ..Frame::default() };
        return told(resolver, &frame, false);
    };
    let is_complete = frame.is_complete();
    if beside.is_empty() {
        return told(resolver, &frame, is_complete);
    }
    let rows = settle(frame.rows.iter().copied().chain(beside).collect());
    told(resolver, &Frame { rows, ..(*frame).clone() }, is_complete)
}

/// What statements read, whatever they make of it.
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
        if let Some((target, frame)) = resolver.statement(statement, &ctes) {
            if let Some([one]) = target.as_ref().map(|target| idents(target)).as_deref() {
                ctes.add(resolver.key(one), frame.clone());
            }
            let columns = frame.columns.iter().flat_map(|column| column.inputs.iter());
            rows.extend(columns.map(|(source, flow)| (*source, Flow { kind: EdgeKind::Reads, ..*flow })));
            rows.extend(frame.rows.iter().copied());
        }
    }
    let frame = Frame { rows: settle(rows), ..Frame::default() };
    told(resolver, &frame, true)
}

/// What an expression reads, where its names are qualified by these relations.
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
        let frame = resolver.base(&ObjectName::from(parts.collect::<Vec<_>>()));
        let name = vec![dialect.relation_key(alias, false)];
        names.items.push(Item { name, frame, value: None, is_hidden: false, merged: Vec::new() });
    }
    let reading = resolver.read(&names, expr, &[], Prefer::Column);
    let column = FrameColumn { name: String::new(), key: String::new(), inputs: reading.value };
    let frame = Frame { rows: settle(reading.rows), ..Frame::new(vec![column]) };
    told(resolver, &frame, true)
}

/// What comes of following a statement. A bug costs that statement, and is said.
fn followed(follow: impl FnOnce() -> Lineage) -> Lineage {
    guarded(follow).unwrap_or_else(|bug| {
        let message = format!("its SQL was not followed: {bug}");
        let unknown = Unknown::new(Cause::StatementNotFollowed, "", message);
        Lineage { unknowns: vec![unknown], ..Lineage::default() }
    })
}

fn told(mut resolver: Resolver<'_>, frame: &Frame, is_complete: bool) -> Lineage {
    let columns = frame.columns.iter().map(|column| 1 + column.inputs.len()).sum::<usize>();
    let read = resolver.relations.iter().map(|relation| relation.columns.len()).sum::<usize>();
    if !resolver.allowance.keep(columns + frame.rows.len() + read) {
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
    let made = |column: &FrameColumn| Made {
        name: column.name.clone(),
        key: column.key.clone(),
        reads: column.inputs.iter().map(read).collect(),
    };
    let passed = frame.passes.iter().map(|pass| Passed {
        relation: pass.relation,
        except: pass.except.iter().cloned().collect(),
        expanded: pass.is_complete,
    });
    // Columns that nobody can name are made from these.
    let hidden = frame.hidden.iter().flat_map(|hidden| hidden.iter());
    let hidden = hidden.map(|(source, flow)| read(&(*source, Flow { kind: EdgeKind::Reads, ..*flow })));
    Lineage {
        columns: frame.columns.iter().map(made).collect(),
        is_complete,
        rows: frame.rows.iter().map(read).chain(hidden).collect(),
        stars: passed.collect(),
        relations: resolver.relations,
        unknowns: resolver.unknowns,
    }
}

impl Resolver<'_> {
    /// What one statement makes, and the relation that it puts it into.
    fn statement(
        &mut self,
        statement: &Statement,
        ctes: &Ctes<'_>,
    ) -> Option<(Option<ObjectName>, Rc<Frame>)> {
        match statement {
            Statement::Query(query) => Some((None, self.query(query, None, ctes))),
            Statement::CreateTable(table) => {
                let query = table.query.as_ref()?;
                let frame = self.query(query, None, ctes);
                Some((
                    Some(table.name.clone()),
                    self.named(&frame, table.columns.iter().map(|one| &one.name)),
                ))
            }
            Statement::CreateView(view) => {
                let frame = self.query(&view.query, None, ctes);
                let frame = self.named(&frame, view.columns.iter().map(|one| &one.name));
                Some((Some(view.name.clone()), frame))
            }
            Statement::Insert(insert) => {
                let query = insert.source.as_ref()?;
                let frame = self.query(query, None, ctes);
                let TableObject::TableName(name) = &insert.table else { return Some((None, frame)) };
                Some((None, self.inserted(&frame, name, &insert.columns, &insert.after_columns)))
            }
            Statement::Merge(_) | Statement::Update(_) | Statement::Delete(_) => {
                self.not_followed(statement);
                self.mentioned(statement);
                // What it makes is not followed; what it names is.
                let mut rows = Vec::new();
                self.touched(statement, ctes, &mut rows);
                self.beside.extend(rows);
                None
            }
            _ => None,
        }
    }

    /// Names of columns by position, where any are given.
    fn named<'n>(&mut self, frame: &Rc<Frame>, names: impl Iterator<Item = &'n Ident>) -> Rc<Frame> {
        let names: Vec<(String, String)> = names.map(|name| (name.value.clone(), self.key(name))).collect();
        if names.is_empty() { frame.clone() } else { Rc::new(frame.renamed(&names)) }
    }

    /// `INSERT` puts by position: into the columns that it lists, else into those of the table.
    fn inserted(
        &mut self,
        frame: &Rc<Frame>,
        into: &ObjectName,
        columns: &[ObjectName],
        after: &[Ident],
    ) -> Rc<Frame> {
        let listed: Vec<Ident> = columns
            .iter()
            .filter_map(|name| idents(name).last().copied().cloned())
            .chain(after.iter().cloned())
            .collect();
        if !listed.is_empty() {
            return self.named(frame, listed.iter());
        }
        let Some(entry) = self.catalog.find(&relation(into)) else { return frame.clone() };
        let names: Vec<(String, String)> = entry
            .columns
            .iter()
            .take(frame.columns.len())
            .map(|column| (column.name.clone(), column.key.clone()))
            .collect();
        if names.is_empty() || !entry.is_complete { frame.clone() } else { Rc::new(frame.renamed(&names)) }
    }

    /// Relations of a statement that is not followed: it is known that they are read.
    fn mentioned(&mut self, statement: &Statement) {
        let _ = sqlparser::ast::visit_relations(statement, |name| {
            let _ = self.base(name);
            std::ops::ControlFlow::<()>::Continue(())
        });
    }
}
