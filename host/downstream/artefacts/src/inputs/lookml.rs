use std::collections::{BTreeMap, BTreeSet};

use belljar_lineage::{
    Cause, Dialect, Input, Unknown,
    graph::{EdgeKind, Kind, Relation, System},
    input::{Expression, InputColumn, InputEdge, Sql as Query, Target},
};

use crate::lookml::{
    Derived, Explore, Field, FieldKind, Project, Reference, Sql, View, readings, references,
};

/// The name of a view's own table in an expression.
const TABLE: &str = "lookml_table";

/// An artificial schema for derived tables that other views read.
const DERIVED: &str = "lookml_derived";

/// The views and explores of a project; `dialect` is that of the connection, which LookML does not state.
pub fn lookml(project: &Project, dialect: Dialect) -> Vec<Input> {
    let mut out = Vec::new();
    for view in project.views.values() {
        out.extend(derived(project, view, dialect));
        out.push(fields(project, view, dialect));
    }
    out.extend(project.explores.values().map(|one| explore(project, one, dialect)));
    out
}

fn view_id(name: &str) -> String {
    format!("looker:view:{name}")
}

fn derived_id(name: &str) -> String {
    format!("looker:derived:{name}")
}

/// The query of a view.
fn derived(project: &Project, view: &View, dialect: Dialect) -> Option<Input> {
    let derived = view.derived.as_ref()?;
    let mut out = Input::new(
        derived_id(&view.name),
        System::Looker,
        Kind::LookmlView,
        format!("{} (derived table)", view.name),
    );
    out.relations = vec![Relation::new([DERIVED, view.name.as_str()])];
    out.dialect = dialect;
    out.place = Some(view.place.clone());
    match derived {
        Derived::Sql(sql) => {
            out.wants_sql = true;
            if let Some(place) = &mut out.place {
                place.line = sql.line;
            }
            out.unknowns.extend(not_read(sql));
            let replaced = substituted(&read_all(&sql.text, dialect), |reference| match reference {
                Reference::TableOf(name) => Some(table_of(project, name)),
                _ => None,
            });
            match replaced {
                Ok(text) => {
                    let lines = (sql.line..).take(text.lines().count()).collect();
                    out.sql = Some(Query { text, lines });
                }
                Err(unknown) => out.unknowns.push(*unknown),
            }
        }
        Derived::Explore { explore, columns, computed, .. } => {
            let views = project.explores.get(explore).map(aliases).unwrap_or_default();
            for (name, field) in columns {
                out.columns.push(InputColumn::new(name));
                let (view, field) = field.split_once('.').unwrap_or((explore, field));
                let view = views.get(view).map_or(view, String::as_str);
                let field = field_name(project, view, field);
                let from = Target::Id(view_id(view));
                out.edges.push(InputEdge::new(from, Some(&field), Some(name), EdgeKind::Transformation));
            }
            let own = derived_id(&view.name);
            for (name, sql) in computed {
                out.columns.push(InputColumn::new(name));
                let Some(sql) = sql else { continue };
                out.unknowns.extend(not_read(sql));
                for text in readings(&sql.text) {
                    out.expressions.push(Expression {
                        column: Some(name.clone()),
                        sql: text,
                        scope: vec![(String::new(), Target::Id(own.clone()))],
                        kind: EdgeKind::Transformation,
                        place: Some(belljar_schema::Place { path: view.place.path.clone(), line: sql.line }),
                    });
                }
            }
        }
    }
    Some(out)
}

/// The SQL for `${view.SQL_TABLE_NAME}`.
fn table_of(project: &Project, name: &str) -> String {
    match project.views.get(name) {
        Some(View { derived: Some(_), .. }) => format!("{DERIVED}.{name}"),
        Some(View { table: Some(table), .. }) => table.text.clone(),
        _ => name.to_owned(),
    }
}

/// The inputs of a view's fields.
fn source(view: &View) -> Target {
    match (&view.derived, &view.table) {
        (Some(_), _) => Target::Id(derived_id(&view.name)),
        (None, Some(table)) => {
            let text = readings(&table.text).into_iter().next().unwrap_or_default();
            Target::Relation(Relation::parse(&text))
        }
        (None, None) => Target::Relation(Relation::new([view.name.as_str()])),
    }
}

fn fields(project: &Project, view: &View, dialect: Dialect) -> Input {
    let mut out = Input::new(view_id(&view.name), System::Looker, Kind::LookmlView, view.name.clone());
    out.dialect = dialect;
    out.place = Some(view.place.clone());
    let source = source(view);
    out.reads = vec![source.clone()];
    if let Some(table) = &view.table {
        if table.text.contains("${") {
            out.unknowns.push(template(table));
        }
        out.unknowns.extend(not_read(table));
        let others = readings(&table.text).into_iter().skip(1).filter(|text| !text.trim().is_empty());
        out.reads.extend(others.map(|text| Target::Relation(Relation::parse(&text))));
    }
    for field in &view.fields {
        let column = InputColumn { place: Some(field.place.clone()), ..InputColumn::new(&field.name) };
        out.columns.push(column);
        convert_field(project, view, field, (&source, dialect), &mut out);
    }
    out
}

fn convert_field(
    project: &Project,
    view: &View,
    field: &Field,
    (source, dialect): (&Target, Dialect),
    out: &mut Input,
) {
    let kind = match (field.kind, field.ty.as_deref()) {
        (FieldKind::Measure, Some("number" | "string" | "date" | "yesno" | "date_time")) => {
            EdgeKind::Transformation
        }
        (FieldKind::Measure, _) => EdgeKind::Aggregation,
        (FieldKind::Filter | FieldKind::Parameter, _) => EdgeKind::Filter,
        _ if field.sql.len() == 1 && field.sql.iter().all(|sql| references(&sql.text).plain) => {
            EdgeKind::Identity
        }
        _ => EdgeKind::Transformation,
    };
    for sql in &field.sql {
        out.unknowns.extend(not_read(sql));
        let found = references(&sql.text);
        if found.template {
            // Names outside its templates are likely still read.
            out.edges.extend(
                found
                    .found
                    .iter()
                    .filter_map(|reference| edge(project, view, reference, source, field, kind)),
            );
        }
        for reading in readings(&sql.text) {
            expression(project, view, field, (sql, &reading), (source, kind, dialect), out);
        }
    }
    without_sql(field, source, out);
    for used in &field.fields {
        let (of, name) = used.split_once('.').unwrap_or((&view.name, used));
        let of = project.view_of(of);
        let name = field_name(project, of, name);
        let from = Target::Id(view_id(of));
        let place = Some(field.place.clone());
        out.edges.push(InputEdge {
            place,
            ..InputEdge::new(from, Some(&name), Some(&field.name), EdgeKind::Filter)
        });
    }
}

/// Parses a reading of a field's SQL. The text without Liquid is not always SQL, and then it is skipped.
fn expression(
    project: &Project,
    view: &View,
    field: &Field,
    (sql, reading): (&Sql, &str),
    (source, kind, dialect): (&Target, EdgeKind, Dialect),
    out: &mut Input,
) {
    let is_template = sql.text != reading;
    let mut scope = vec![(TABLE.to_owned(), source.clone())];
    let mut seen = BTreeSet::new();
    let replaced = substituted(reading, |reference| {
        let (name, column) = match reference {
            Reference::Field(of, column) => {
                (of.as_deref().map_or(&*view.name, |of| project.view_of(of)), column)
            }
            Reference::TableOf(name) => return Some(table_of(project, name)),
            Reference::Table | Reference::Column(_) => return Some(TABLE.to_owned()),
        };
        let alias = format!("lookml_view_{name}");
        if seen.insert(alias.clone()) {
            scope.push((alias.clone(), Target::Id(view_id(name))));
        }
        Some(format!("{alias}.{}", field_name(project, name, column)))
    });
    let text = match replaced {
        Ok(text) => text,
        Err(unknown) => {
            let place = Some(field.place.clone());
            out.unknowns.push(unknown.at(place));
            return;
        }
    };
    if is_template && !parses(&text, dialect) {
        return;
    }
    let mut place = field.place.clone();
    place.line = sql.line;
    out.expressions.push(Expression {
        column: Some(field.name.clone()),
        sql: text,
        scope,
        kind,
        place: Some(place),
    });
}

/// Without SQL, a dimension is the column of its name, and a measure reads the whole table.
fn without_sql(field: &Field, source: &Target, out: &mut Input) {
    let is_implicit =
        field.sql.is_empty() && matches!(field.kind, FieldKind::Dimension | FieldKind::DimensionGroup);
    if is_implicit {
        let place = Some(field.place.clone());
        let edge = InputEdge::new(source.clone(), Some(&field.name), Some(&field.name), EdgeKind::Identity);
        out.edges.push(InputEdge { place, ..edge });
    } else if field.sql.is_empty() && field.kind == FieldKind::Measure {
        out.edges.push(InputEdge::new(source.clone(), None, Some(&field.name), EdgeKind::Reads));
    }
}

/// It is a whole expression.
fn parses(text: &str, dialect: Dialect) -> bool {
    belljar_lineage::sql::is_expression(text, dialect)
}

/// The union of all readings of a query that can be parsed: each may be the one that is run.
fn read_all(text: &str, dialect: Dialect) -> String {
    let all = readings(text);
    // References are not SQL yet; names replace them.
    let is_query = |one: &&String| {
        substituted(one, |_| Some("a".to_owned()))
            .is_ok_and(|text| belljar_lineage::sql::is_query(&text, dialect))
    };
    let queries: Vec<&String> = all.iter().filter(is_query).collect();
    match queries.as_slice() {
        [] => all.into_iter().next().unwrap_or_default(),
        [one] => (*one).clone(),
        several => several.iter().map(|one| format!("({one}\n)")).collect::<Vec<_>>().join(" union all "),
    }
}

fn edge(
    project: &Project,
    view: &View,
    reference: &Reference,
    source: &Target,
    field: &Field,
    kind: EdgeKind,
) -> Option<InputEdge> {
    let (from, column) = match reference {
        Reference::Column(column) => (source.clone(), column.clone()),
        Reference::Field(of, column) => {
            let of = of.as_deref().map_or(&*view.name, |of| project.view_of(of));
            (Target::Id(view_id(of)), field_name(project, of, column))
        }
        Reference::Table | Reference::TableOf(_) => return None,
    };
    let kind = if kind == EdgeKind::Identity { EdgeKind::Transformation } else { kind };
    let edge = InputEdge::new(from, Some(&column), Some(&field.name), kind);
    Some(InputEdge { certainty: belljar_schema::Certainty::Likely, place: Some(field.place.clone()), ..edge })
}

/// The field of a name: `created_date` is the time frame `date` of the group `created`.
fn field_name(project: &Project, view: &str, name: &str) -> String {
    let Some(fields) = project.names.get(view) else { return name.to_owned() };
    if fields.contains_key(name) {
        return name.to_owned();
    }
    let groups = name.rmatch_indices('_').filter_map(|(end, _)| name.get(..end));
    let mut own = groups.filter(|start| fields.get(*start) == Some(&true));
    own.next().unwrap_or(name).to_owned()
}

/// The views of an explore, by the names used in its fields.
fn aliases(explore: &Explore) -> BTreeMap<String, String> {
    let base = explore.view.clone().unwrap_or_else(|| explore.name.clone());
    let joins = explore
        .joins
        .iter()
        .map(|join| (join.name.clone(), join.view.clone().unwrap_or_else(|| join.name.clone())));
    [(explore.name.clone(), base.clone()), (base.clone(), base)].into_iter().chain(joins).collect()
}

fn explore(project: &Project, explore: &Explore, dialect: Dialect) -> Input {
    let id = format!("looker:explore:{}", explore.name);
    let mut out = Input::new(id, System::Looker, Kind::LookmlExplore, explore.name.clone());
    out.dialect = dialect;
    out.place = Some(explore.place.clone());
    let views = aliases(explore);
    let mut read: Vec<&String> = views.values().collect();
    read.sort();
    read.dedup();
    out.edges = read
        .into_iter()
        .map(|view| InputEdge::new(Target::Id(view_id(view)), None, None, EdgeKind::Reads))
        .collect();
    let joins = explore
        .joins
        .iter()
        .flat_map(|join| join.conditions.iter().map(move |sql| (sql, EdgeKind::Join, &join.place)));
    let filters = explore.conditions.iter().map(|sql| (sql, EdgeKind::Filter, &explore.place));
    for (sql, kind, place) in joins.chain(filters) {
        out.unknowns.extend(not_read(sql));
        for reference in references(&sql.text).found {
            let Reference::Field(of, field) = reference else { continue };
            let of = of.unwrap_or_else(|| explore.name.clone());
            let view = views.get(&of).unwrap_or(&of);
            let field = field_name(project, view, &field);
            let mut place = place.clone();
            place.line = sql.line;
            let edge = InputEdge::new(Target::Id(view_id(view)), Some(&field), None, kind);
            out.edges.push(InputEdge { place: Some(place), ..edge });
        }
    }
    for join in &explore.joins {
        if let Some(key) = &join.foreign_key {
            let (of, field) = key.split_once('.').unwrap_or((&explore.name, key));
            let view = views.get(of).map_or(of, String::as_str);
            let field = field_name(project, view, field);
            out.edges.push(InputEdge::new(Target::Id(view_id(view)), Some(&field), None, EdgeKind::Join));
        }
    }
    out
}

/// Notes on SQL that is decided elsewhere: by Liquid, or by a constant that no file declares.
fn not_read(sql: &Sql) -> Option<Unknown> {
    if references(&sql.text).template {
        return Some(template(sql));
    }
    let (_, name) = sql.text.split_once("@{")?;
    let name = crate::excerpt(name.split('}').next().unwrap_or_default());
    let message = format!("no file that was read declares the constant `{name}`");
    Some(Unknown::new(Cause::VariableStoodIn, name, message).hint("pass the project's `manifest.lkml` too"))
}

fn template(sql: &Sql) -> Unknown {
    let message =
        "it contains a Liquid template, which is not run; the text around it is read for each branch";
    Unknown::new(Cause::TemplateNotRendered, crate::excerpt(&sql.text), message).likely()
}

/// The size limit of any text after replacing its references, in bytes.
const ALWAYS: usize = 2 << 10;

/// The growth limit of a text, as a factor.
const TIMES: usize = 32;

/// The text with each `${…}` replaced; if `by` returns nothing, it stays. The column after `${TABLE}` stays in the
/// text. A text that would exceed the limit is reported instead.
fn substituted(sql: &str, mut by: impl FnMut(&Reference) -> Option<String>) -> Result<String, Box<Unknown>> {
    let most = ALWAYS + TIMES * sql.len();
    let mut out = String::new();
    let mut rest = sql;
    while let Some(start) = rest.find("${") {
        out.push_str(rest.get(..start).unwrap_or_default());
        let inner = rest.get(start + 2..).unwrap_or_default();
        let Some(end) = inner.find('}') else {
            rest = rest.get(start..).unwrap_or_default();
            break;
        };
        let whole = rest.get(start..start + 2 + end + 1).unwrap_or_default();
        let replaced = references(whole).found.first().and_then(&mut by);
        out.push_str(&replaced.unwrap_or_else(|| whole.to_owned()));
        if out.len() > most {
            let message =
                format!("it has more than {most} bytes after replacing its references, and was not read");
            return Err(Box::new(Unknown::new(Cause::OverLimit, "references", message)));
        }
        rest = inner.get(end + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(out)
}
