//! The result of a `SELECT`.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use sqlparser::ast::{
    ConnectByKind, Distinct, ExceptSelectItem, ExcludeSelectItem, Expr, GroupByExpr, Ident, RenameSelectItem,
    Select, SelectItem, SelectItemQualifiedWildcardKind, WildcardAdditionalOptions,
};

use super::{
    dynamic::Chosen,
    lookup::Prefer,
    projection::{Flow, Inputs, Pass, ProjectedColumn, Projection, Source, settle},
    query::position,
    resolver::{Resolver, idents},
    scope::{Ctes, Item, Scope},
};
use crate::{Cause, Unknown, graph::EdgeKind};

/// The columns that a star excludes, and those that it changes, by key.
#[derive(Default)]
pub(super) struct Changes {
    except: BTreeSet<String>,
    replace: BTreeMap<String, Inputs>,
    rename: BTreeMap<String, (String, String)>,
    /// The pattern of `ILIKE`.
    like: Option<String>,
    /// Columns that are selected by name; all if absent.
    pub(super) chosen: Option<Chosen>,
}

impl Resolver<'_> {
    /// The result of a `SELECT` with an order of rows.
    pub(crate) fn select(
        &mut self,
        select: &Select,
        order: &[&Expr],
        outer: Option<&Scope<'_>>,
        ctes: &Ctes<'_>,
    ) -> Rc<Projection> {
        let mut scope = Scope::new(outer, ctes);
        let mut rows: Vec<(Source, Flow)> = Vec::new();
        for from in &select.from {
            self.from(from, &mut scope, &mut rows);
        }
        for view in &select.lateral_views {
            self.lateral_view(view, &mut scope, &mut rows);
        }
        let projection = self.projection(select, &mut scope, &mut rows);
        let windows = select.named_window.as_slice();

        let filters =
            select.selection.iter().chain(&select.prewhere).chain(&select.having).chain(&select.qualify);
        for filter in filters {
            self.rows(&scope, filter, windows, (EdgeKind::Filter, Prefer::Column), &mut rows);
        }
        for connect in &select.connect_by {
            match connect {
                ConnectByKind::ConnectBy { relationships, .. } => {
                    for expr in relationships {
                        self.rows(&scope, expr, windows, (EdgeKind::Join, Prefer::Column), &mut rows);
                    }
                }
                ConnectByKind::StartWith { condition, .. } => {
                    self.rows(&scope, condition, windows, (EdgeKind::Filter, Prefer::Column), &mut rows);
                }
            }
        }
        if let Some(Distinct::On(by)) = &select.distinct {
            for expr in by {
                self.rows(&scope, expr, windows, (EdgeKind::Filter, Prefer::Column), &mut rows);
            }
        }
        match &select.group_by {
            GroupByExpr::Expressions(by, _) => {
                for expr in by {
                    self.placed(&scope, &projection, expr, (EdgeKind::Group, Prefer::Column), &mut rows);
                }
            }
            GroupByExpr::All(_) => {
                for column in &projection.columns {
                    if column.inputs.iter().all(|(_, flow)| flow.kind != EdgeKind::Aggregation) {
                        let group = |(source, flow): &(Source, Flow)| {
                            (*source, Flow { kind: EdgeKind::Group, ..*flow })
                        };
                        rows.extend(column.inputs.iter().map(group));
                    }
                }
            }
        }
        let sorts = order.iter().copied().chain(select.sort_by.iter().map(|one| &one.expr));
        for expr in sorts {
            self.placed(&scope, &projection, expr, (EdgeKind::Sort, Prefer::Alias), &mut rows);
        }
        for item in &scope.items {
            if self.spend(item.projection.rows.len()) {
                rows.extend(item.projection.rows.iter().copied());
            }
        }
        Rc::new(Projection { rows: settle(rows), ..projection })
    }

    /// An expression over rows, or the number of a column.
    fn placed(
        &mut self,
        scope: &Scope<'_>,
        projection: &Projection,
        expr: &Expr,
        (kind, prefer): (EdgeKind, Prefer),
        rows: &mut Vec<(Source, Flow)>,
    ) {
        match position(expr) {
            Some(at) => {
                if let Some(column) = projection.columns.get(at) {
                    rows.extend(column.inputs.iter().map(|(source, flow)| (*source, Flow { kind, ..*flow })));
                }
            }
            None => self.rows(scope, expr, &[], (kind, prefer), rows),
        }
    }

    fn projection(
        &mut self,
        select: &Select,
        scope: &mut Scope<'_>,
        rows: &mut Vec<(Source, Flow)>,
    ) -> Projection {
        let mut projection = Projection::default();
        let windows = select.named_window.as_slice();
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }
                    if let Some(columns) = self.dynamic(expr) =>
                {
                    self.chosen(&mut projection, scope, (expr, columns), rows);
                }
                SelectItem::UnnamedExpr(expr) => {
                    let name = implied(expr, projection.columns.len());
                    self.column(&mut projection, scope, (expr, windows), name, rows);
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    self.column(&mut projection, scope, (expr, windows), alias.clone(), rows);
                }
                SelectItem::ExprWithAliases { expr, aliases } => {
                    for alias in aliases {
                        self.column(&mut projection, scope, (expr, windows), alias.clone(), rows);
                    }
                }
                SelectItem::Wildcard(options) => {
                    let changes = self.changes(options, scope, None, rows);
                    self.star(&mut projection, scope, None, &changes);
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                    let path = idents(name);
                    let named: Vec<String> = path
                        .iter()
                        .rev()
                        .map(|one| self.dialect.relation_key(&one.value, one.quote_style.is_some()))
                        .collect();
                    let item = scope
                        .item(&named)
                        .or_else(|| scope.outer.and_then(|outer| outer.item(&named)))
                        .cloned();
                    let changes = self.changes(options, scope, item.as_ref(), rows);
                    match item {
                        Some(item) => self.star(&mut projection, scope, Some(&item), &changes),
                        None => {
                            let value = self.path(scope, &path, Prefer::Column).inputs;
                            self.fields(&mut projection, &name.to_string(), &value);
                        }
                    }
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(expr), _) => {
                    let reading = self.read(scope, expr, windows, Prefer::Column);
                    rows.extend(reading.rows);
                    self.fields(&mut projection, &expr.to_string(), &reading.value);
                }
            }
        }
        if let Some(exclude) = &select.exclude {
            let gone = self.excluded(exclude);
            let kept =
                projection.columns.iter().filter(|column| !gone.contains(&column.key)).cloned().collect();
            let passes = projection.passes.iter().map(|pass| without(pass, &gone)).collect();
            projection = Projection { passes, hidden: projection.hidden.clone(), ..Projection::new(kept) };
        }
        projection
    }

    fn column(
        &mut self,
        projection: &mut Projection,
        scope: &mut Scope<'_>,
        (expr, windows): (&Expr, &[sqlparser::ast::NamedWindowDefinition]),
        name: Ident,
        rows: &mut Vec<(Source, Flow)>,
    ) {
        let reading = self.read(scope, expr, windows, Prefer::Column);
        rows.extend(reading.rows);
        let key = self.key(&name);
        scope.aliases.entry(key.clone()).or_insert_with(|| reading.value.clone());
        projection.push(ProjectedColumn { name: name.value, key, inputs: reading.value });
    }

    /// The fields of a value, which are unknown.
    fn fields(&mut self, projection: &mut Projection, shown: &str, value: &Inputs) {
        let message = format!("the fields of `{shown}.*` are unknown");
        self.unknown(Unknown::new(Cause::StarNotExpanded, format!("{shown}.*"), message));
        projection.hidden = Some(value.clone());
    }

    /// The columns of a relation, or of all of them.
    pub(super) fn star(
        &mut self,
        projection: &mut Projection,
        scope: &Scope<'_>,
        of: Option<&Item>,
        changes: &Changes,
    ) {
        let items: Vec<&Item> =
            of.map_or_else(|| scope.items.iter().filter(|item| !item.is_hidden).collect(), |item| vec![item]);
        if of.is_none() {
            for (name, key, inputs) in &scope.merged {
                self.starred(projection, name, key, inputs, changes);
            }
        }
        for item in items {
            for column in &item.projection.columns {
                let is_merged = of.is_none() && item.merged.contains(&column.key);
                if !is_merged {
                    self.starred(projection, &column.name, &column.key, &column.inputs, changes);
                }
            }
            if let (Some(value), true) = (&item.value, item.projection.columns.is_empty()) {
                let name = item.name.first().cloned().unwrap_or_default();
                self.starred(projection, &name.clone(), &name, value, changes);
            }
            let mut gone = changes.except.clone();
            gone.extend(changes.replace.keys().cloned());
            gone.extend(changes.rename.keys().cloned());
            for pass in &item.projection.passes {
                if !pass.is_complete {
                    let name = self.relations.get(pass.relation as usize).map(|one| one.name.to_string());
                    let name = name.unwrap_or_default();
                    let message =
                        format!("`*` over `{name}`, whose columns are not all known, could not be expanded");
                    let hint = "provide a catalog with its columns, such as dbt's `catalog.json`";
                    self.unknown(Unknown::new(Cause::StarNotExpanded, name, message).hint(hint));
                }
                projection.pass(without(pass, &gone));
            }
            if let Some(hidden) = &item.projection.hidden {
                projection.hidden = Some(hidden.clone());
            }
        }
    }

    fn starred(
        &mut self,
        projection: &mut Projection,
        name: &str,
        key: &str,
        inputs: &Inputs,
        changes: &Changes,
    ) {
        let is_unlike = changes.like.as_ref().is_some_and(|pattern| !is_like(key, pattern));
        let is_chosen = changes.chosen.as_ref().is_none_or(|chosen| chosen.has(name));
        if changes.except.contains(key) || is_unlike || !is_chosen || !self.spend(inputs.len() + 4) {
            return;
        }
        let inputs = changes.replace.get(key).unwrap_or(inputs).clone();
        let (name, key) =
            changes.rename.get(key).cloned().unwrap_or_else(|| (name.to_owned(), key.to_owned()));
        projection.push(ProjectedColumn { name, key, inputs });
    }

    pub(super) fn changes(
        &mut self,
        options: &WildcardAdditionalOptions,
        scope: &Scope<'_>,
        of: Option<&Item>,
        rows: &mut Vec<(Source, Flow)>,
    ) -> Changes {
        let mut changes = Changes::default();
        let items = of.map_or(scope.items.as_slice(), std::slice::from_ref);
        // Excluded or renamed columns of a star must exist.
        for name in left_out(options) {
            let key = self.key(&name);
            if let Some(inputs) = self.side(&name, &key, items) {
                self.mention(&inputs);
            }
        }
        if let Some(exclude) = &options.opt_exclude {
            changes.except.extend(self.excluded(exclude));
        }
        if let Some(ExceptSelectItem { first_element, additional_elements }) = &options.opt_except {
            changes.except.insert(self.key(first_element));
            changes.except.extend(additional_elements.iter().map(|one| self.key(one)));
        }
        for replace in options.opt_replace.iter().flat_map(|replace| &replace.items) {
            let reading = self.read(scope, &replace.expr, &[], Prefer::Column);
            rows.extend(reading.rows);
            changes.replace.insert(self.key(&replace.column_name), reading.value);
        }
        let renames = match &options.opt_rename {
            Some(RenameSelectItem::Single(one)) => std::slice::from_ref(one),
            Some(RenameSelectItem::Multiple(all)) => all.as_slice(),
            None => &[],
        };
        for rename in renames {
            let to = (rename.alias.value.clone(), self.key(&rename.alias));
            changes.rename.insert(self.key(&rename.ident), to);
        }
        changes.like = options.opt_ilike.as_ref().map(|like| like.pattern.to_lowercase());
        changes
    }

    fn excluded(&self, exclude: &ExcludeSelectItem) -> BTreeSet<String> {
        let names = match exclude {
            ExcludeSelectItem::Single(name) => std::slice::from_ref(name),
            ExcludeSelectItem::Multiple(names) => names.as_slice(),
        };
        names.iter().filter_map(|name| idents(name).last().map(|last| self.key(last))).collect()
    }
}

/// The columns that a star names to exclude or rename them.
fn left_out(options: &WildcardAdditionalOptions) -> Vec<Ident> {
    let mut found = Vec::new();
    match &options.opt_exclude {
        Some(ExcludeSelectItem::Single(name)) => found.extend(idents(name).last().copied().cloned()),
        Some(ExcludeSelectItem::Multiple(names)) => {
            found.extend(names.iter().filter_map(|name| idents(name).last().copied().cloned()));
        }
        None => {}
    }
    if let Some(ExceptSelectItem { first_element, additional_elements }) = &options.opt_except {
        found.extend(std::iter::once(first_element).chain(additional_elements).cloned());
    }
    match &options.opt_rename {
        Some(RenameSelectItem::Single(one)) => found.push(one.ident.clone()),
        Some(RenameSelectItem::Multiple(all)) => found.extend(all.iter().map(|one| one.ident.clone())),
        None => {}
    }
    found
}

fn without(pass: &Pass, gone: &BTreeSet<String>) -> Pass {
    if gone.is_empty() {
        return pass.clone();
    }
    Pass { except: Rc::new(pass.except.union(gone).cloned().collect()), ..pass.clone() }
}

/// The default name of a column: its own, the field's, the function's.
fn implied(expr: &Expr, at: usize) -> Ident {
    match expr {
        Expr::Identifier(name) => name.clone(),
        Expr::CompoundIdentifier(path) => path.last().cloned().unwrap_or_else(|| Ident::new("")),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => implied(inner, at),
        Expr::CompoundFieldAccess { access_chain, .. } => match access_chain.last() {
            Some(sqlparser::ast::AccessExpr::Dot(Expr::Identifier(name))) => name.clone(),
            _ => Ident::new(format!("_col_{at}")),
        },
        Expr::Function(function) => {
            function.name.0.last().and_then(|part| part.as_ident()).map_or_else(
                || Ident::new(format!("_col_{at}")),
                |name| Ident::new(name.value.to_lowercase()),
            )
        }
        _ => Ident::new(format!("_col_{at}")),
    }
}

/// Whether a name matches a pattern with `%` and `_`, both without case.
fn is_like(name: &str, pattern: &str) -> bool {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    // One row of the standard table: which prefixes of the name match a prefix of the pattern.
    let mut taken = vec![false; name.len() + 1];
    if let Some(first) = taken.first_mut() {
        *first = true;
    }
    for one in pattern {
        let mut next = vec![false; name.len() + 1];
        let mut any = false;
        for at in 0..=name.len() {
            let here = taken.get(at).copied().unwrap_or(false);
            any |= here;
            let before = at.checked_sub(1).and_then(|at| taken.get(at)).copied().unwrap_or(false);
            let letter = at.checked_sub(1).and_then(|at| name.get(at));
            let fits = match one {
                '%' => any,
                '_' => before,
                one => before && letter == Some(&one),
            };
            if let Some(slot) = next.get_mut(at) {
                *slot = fits;
            }
        }
        taken = next;
    }
    taken.last().copied().unwrap_or(false)
}
