//! Determines which columns an expression reads, and how.

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

/// The columns that an expression reads.
#[derive(Default)]
pub(crate) struct ExpressionInputs {
    /// The inputs of its value.
    pub(crate) value: Inputs,
    /// The inputs that filter the rows of its subqueries.
    pub(crate) rows: Vec<(Source, Flow)>,
}

impl Resolver<'_> {
    /// The columns that an expression reads in a scope. A plain column is passed on unchanged.
    pub(crate) fn resolve_expression(
        &mut self,
        scope: &Scope<'_>,
        expr: &Expr,
        windows: &[NamedWindowDefinition],
        prefer: Prefer,
    ) -> ExpressionInputs {
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
        // Only a plain column keeps its value; any operation, even `a + 0`, computes another. A field of a column is
        // another value too.
        if let Some(hit) = hit {
            let kind = if hit.is_part { EdgeKind::Transformation } else { EdgeKind::Identity };
            let inputs = if hit.is_row { hit.inputs } else { named(&hit.inputs) };
            if !hit.is_row {
                self.mention(&inputs);
            }
            return ExpressionInputs { value: self.union(&[inputs], kind), rows: Vec::new() };
        }
        let mut walker = Walker::new(self, scope, windows, prefer);
        let _ = expr.visit(&mut walker);
        let (value, rows) = (walker.out, walker.rows);
        ExpressionInputs { value: settle(value), rows }
    }

    /// The columns that an expression reads to filter rows.
    pub(crate) fn rows(
        &mut self,
        scope: &Scope<'_>,
        expr: &Expr,
        windows: &[NamedWindowDefinition],
        (kind, prefer): (EdgeKind, Prefer),
        out: &mut Vec<(Source, Flow)>,
    ) {
        let reading = self.resolve_expression(scope, expr, windows, prefer);
        if self.spend(reading.value.len()) {
            out.extend(reading.value.iter().map(|(source, flow)| (*source, Flow { kind, ..*flow })));
        }
        out.extend(reading.rows);
    }
}

/// Walks an expression and resolves its names.
///
/// The visitor of the grammar visits every expression, but passes no context and can skip none. Writing a match over
/// all expression types instead would silently miss columns in every type that a new release adds. So the context is
/// kept here on stacks, and the kind that an expression assigns to one of its parts is recorded before the visitor
/// reaches the part, by its address: the tree is borrowed during the walk, so nothing moves.
struct Walker<'w, 'c> {
    resolver: &'w mut Resolver<'c>,
    scope: &'w Scope<'w>,
    windows: &'w [NamedWindowDefinition],
    prefer: Prefer,
    /// Kinds of the enclosing expressions, innermost last.
    kinds: Vec<EdgeKind>,
    /// The enclosing queries; their contents were resolved when they were reached.
    queries: usize,
    /// Expressions that are not values, and those with their own kind, by address.
    marks: BTreeMap<usize, Mark>,
    /// Parameters of the enclosing lambdas.
    parameters: Vec<Vec<String>>,
    /// Parameters of arguments that are lambdas which the grammar does not support, by the address of the argument.
    lambdas: BTreeMap<usize, Vec<String>>,
    out: Vec<(Source, Flow)>,
    rows: Vec<(Source, Flow)>,
}

/// How an expression uses one of its parts.
#[derive(Clone, Copy)]
enum Mark {
    /// Not as a value; its own parts may be values.
    Skip,
    /// With this kind of flow.
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

    /// The enclosing expression reads these.
    fn take(&mut self, inputs: &Inputs) {
        let kind = self.kind();
        if self.resolver.spend(inputs.len()) {
            let through =
                |(source, flow): &(Source, Flow)| (*source, Flow { kind: through(flow.kind, kind), ..*flow });
            self.out.extend(inputs.iter().map(through));
        }
    }

    /// Dropping a named column breaks its readers; a row that is used as a whole does not break.
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

    fn add_name(&mut self, name: &Ident) {
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
        // The outermost subquery is resolved as a whole, with its own relations and this scope around it. The visitor
        // enters it all the same, where names have other meanings, so all of that is skipped.
        if self.queries == 1 {
            let projection = self.resolver.query(query, Some(self.scope), self.scope.ctes);
            // For `exists (select a …)` no column is a value, and its row filters filter these rows.
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
            Expr::Identifier(name) => self.add_name(name),
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
