//! Which columns an expression reads, and how.

mod call;
mod path;

use std::{collections::BTreeMap, ops::ControlFlow};

use sqlparser::ast::{Expr, Ident, NamedWindowDefinition, Query, Visit, Visitor};

use super::{
    lookup::{Hit, Prefer},
    projection::{Flow, Inputs, Source, named, settle, through},
    resolver::Resolver,
    scope::Scope,
    words::is_constant,
};
use crate::graph::EdgeKind;

/// What an expression reads.
#[derive(Default)]
pub(crate) struct Reading {
    /// Its value.
    pub(crate) value: Inputs,
    /// What decides over the rows of its subqueries.
    pub(crate) rows: Vec<(Source, Flow)>,
}

impl Resolver<'_> {
    /// What an expression reads in a scope. A column alone is handed on as it is.
    pub(crate) fn read(
        &mut self,
        scope: &Scope<'_>,
        expr: &Expr,
        windows: &[NamedWindowDefinition],
        prefer: Prefer,
    ) -> Reading {
        let mut bare = expr;
        while let Expr::Nested(inner) = bare {
            bare = inner;
        }
        let hit = match bare {
            Expr::Identifier(name) if !is_constant(name, self.dialect) => {
                Some(self.bare(scope, name, prefer))
            }
            Expr::CompoundIdentifier(path) => {
                Some(self.path(scope, &path.iter().collect::<Vec<_>>(), prefer))
            }
            _ => None,
        };
        // Only a column that stands alone is the same value behind it; whatever is done to it, be it `a + 0`, makes
        // another. A field of a column is another too.
        if let Some(hit) = hit {
            let kind = if hit.is_part { EdgeKind::Transformation } else { EdgeKind::Identity };
            let inputs = if hit.is_row { hit.inputs } else { named(&hit.inputs) };
            if !hit.is_row {
                self.mention(&inputs);
            }
            return Reading { value: self.union(&[inputs], kind), rows: Vec::new() };
        }
        let mut walker = Walker::new(self, scope, windows, prefer);
        let _ = expr.visit(&mut walker);
        let (value, rows) = (walker.out, walker.rows);
        Reading { value: settle(value), rows }
    }

    /// What an expression reads to decide over rows.
    pub(crate) fn rows(
        &mut self,
        scope: &Scope<'_>,
        expr: &Expr,
        windows: &[NamedWindowDefinition],
        (kind, prefer): (EdgeKind, Prefer),
        out: &mut Vec<(Source, Flow)>,
    ) {
        let reading = self.read(scope, expr, windows, prefer);
        if self.spend(reading.value.len()) {
            out.extend(reading.value.iter().map(|(source, flow)| (*source, Flow { kind, ..*flow })));
        }
        out.extend(reading.rows);
    }
}

/// Goes through an expression, and takes what its names mean.
///
/// The visitor of the grammar comes to every expression, tells none what is around it, and can leave none out. So what is
/// around is kept here on stacks, and what an expression decides of a part of it is noted before the visitor comes to the
/// part, by the place in memory: the tree is borrowed as long as the walk lasts, so none moves.
struct Walker<'w, 'c> {
    resolver: &'w mut Resolver<'c>,
    scope: &'w Scope<'w>,
    windows: &'w [NamedWindowDefinition],
    prefer: Prefer,
    /// Kinds of what is around, innermost last.
    kinds: Vec<EdgeKind>,
    /// Queries around; what is in one was resolved when it was come to.
    queries: usize,
    /// Expressions that are no values, and those with a kind of their own, by their place in memory.
    marks: BTreeMap<usize, Mark>,
    /// Parameters of lambdas around.
    parameters: Vec<Vec<String>>,
    /// Parameters of arguments that are lambdas, though the grammar has none: by the argument's place in memory.
    lambdas: BTreeMap<usize, Vec<String>>,
    out: Vec<(Source, Flow)>,
    rows: Vec<(Source, Flow)>,
}

/// What an expression decided of one of its parts.
#[derive(Clone, Copy)]
enum Mark {
    /// It is no value by itself; what is in it may be.
    Skip,
    /// What it reads flows in this way.
    Kind(EdgeKind),
}

fn address<T>(of: &T) -> usize {
    std::ptr::from_ref(of) as usize
}

impl<'w, 'c> Walker<'w, 'c> {
    fn new(
        resolver: &'w mut Resolver<'c>,
        scope: &'w Scope<'w>,
        windows: &'w [NamedWindowDefinition],
        prefer: Prefer,
    ) -> Self {
        Self {
            resolver,
            scope,
            windows,
            prefer,
            kinds: vec![EdgeKind::Transformation],
            queries: 0,
            marks: BTreeMap::new(),
            parameters: Vec::new(),
            lambdas: BTreeMap::new(),
            out: Vec::new(),
            rows: Vec::new(),
        }
    }

    fn kind(&self) -> EdgeKind {
        self.kinds.last().copied().unwrap_or(EdgeKind::Transformation)
    }

    /// These are read by what the walk is in.
    fn take(&mut self, inputs: &Inputs) {
        let kind = self.kind();
        if self.resolver.spend(inputs.len()) {
            let through =
                |(source, flow): &(Source, Flow)| (*source, Flow { kind: through(flow.kind, kind), ..*flow });
            self.out.extend(inputs.iter().map(through));
        }
    }

    /// A column that is named breaks what names it when it goes; a row that is taken whole does not.
    fn hit(&mut self, hit: &Hit) {
        if hit.is_row {
            return self.take(&hit.inputs);
        }
        let inputs = named(&hit.inputs);
        self.resolver.mention(&inputs);
        self.take(&inputs);
    }

    fn is_parameter(&self, name: &Ident) -> bool {
        self.parameters.iter().flatten().any(|one| one.eq_ignore_ascii_case(&name.value))
    }

    fn name(&mut self, name: &Ident) {
        if self.is_parameter(name) || is_constant(name, self.resolver.dialect) {
            return;
        }
        let hit = self.resolver.bare(self.scope, name, self.prefer);
        self.hit(&hit);
    }

    fn path(&mut self, path: &[&Ident]) {
        if path.first().is_some_and(|first| self.is_parameter(first)) {
            return;
        }
        let hit = self.resolver.path(self.scope, path, self.prefer);
        self.hit(&hit);
    }
}

impl Visitor for Walker<'_, '_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.queries += 1;
        // The outermost is resolved as a whole, with relations of its own and this scope around it. The visitor goes into
        // it all the same, where names mean something else than here, so all of that is passed over.
        if self.queries == 1 {
            let projection = self.resolver.query(query, Some(self.scope), self.scope.ctes);
            // Of `exists (select a …)` no column is a value, and what decides over its rows decides over these.
            if !matches!(self.marks.get(&address(query)), Some(Mark::Skip)) {
                for column in &projection.columns {
                    self.take(&column.inputs);
                }
            }
            if self.resolver.spend(projection.rows.len()) {
                self.rows.extend(projection.rows.iter().copied());
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.queries -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if self.queries > 0 {
            return ControlFlow::Continue(());
        }
        match self.marks.get(&address(expr)) {
            Some(Mark::Skip) => return ControlFlow::Continue(()),
            Some(Mark::Kind(kind)) => self.kinds.push(*kind),
            None => {}
        }
        if let Some(names) = self.lambdas.get(&address(expr)) {
            self.parameters.push(names.clone());
        }
        match expr {
            Expr::Identifier(name) => self.name(name),
            Expr::CompoundIdentifier(path) => self.path(&path.iter().collect::<Vec<_>>()),
            Expr::CompoundFieldAccess { root, access_chain } => self.access(root, access_chain),
            Expr::Function(function) => self.function(function),
            Expr::Exists { subquery, .. } => {
                self.marks.insert(address(&**subquery), Mark::Skip);
            }
            Expr::Lambda(lambda) => {
                let names = lambda.params.iter().map(|one| one.name.value.clone()).collect();
                self.parameters.push(names);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if self.queries > 0 {
            return ControlFlow::Continue(());
        }
        let mark = self.marks.get(&address(expr)).copied();
        if matches!(mark, Some(Mark::Skip)) {
            return ControlFlow::Continue(());
        }
        if self.lambdas.contains_key(&address(expr)) {
            self.parameters.pop();
        }
        match expr {
            Expr::Function(_) => {
                self.kinds.pop();
            }
            Expr::Lambda(_) => {
                self.parameters.pop();
            }
            _ => {}
        }
        if matches!(mark, Some(Mark::Kind(_))) {
            self.kinds.pop();
        }
        ControlFlow::Continue(())
    }
}
