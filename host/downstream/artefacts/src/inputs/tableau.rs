use std::collections::BTreeMap;

use belljar_lineage::{
    Cause, Dialect, Input, Unknown,
    graph::{EdgeKind, Kind, Relation as Name, System},
    input::{InputColumn, InputEdge, Sql, Target},
};

use crate::tableau::{Column, DataSource, Relation, RelationKind, Workbook, references};

/// The data sources, worksheets and dashboards of a workbook; `path` distinguishes workbooks.
pub fn tableau(workbook: &Workbook, path: &str) -> Vec<Input> {
    let mut out = Vec::new();
    for source in &workbook.sources {
        // Parameters are written as a data source of their own, and contain no data.
        if source.name != "Parameters" {
            out.extend(convert_source(source, path));
        }
    }
    let shown: BTreeMap<&str, BTreeMap<&str, &str>> =
        workbook.sources.iter().map(|source| (source.name.as_str(), shown(source))).collect();
    for sheet in &workbook.worksheets {
        let mut input = Input::new(
            sheet_id(path, &sheet.name),
            System::Tableau,
            Kind::TableauWorksheet,
            sheet.name.clone(),
        );
        input.place.clone_from(&sheet.place);
        for (source, column) in sheet.columns.iter().filter(|(source, _)| source != "Parameters") {
            let name = shown.get(source.as_str()).and_then(|names| names.get(column.as_str())).copied();
            let from = Target::Id(source_id(path, source));
            input.edges.push(InputEdge::new(from, Some(name.unwrap_or(column)), None, EdgeKind::Reads));
        }
        out.push(input);
    }
    for board in &workbook.dashboards {
        let id = format!("tableau:{path}#dashboard/{}", board.name);
        let mut input = Input::new(id, System::Tableau, Kind::TableauDashboard, board.name.clone());
        input.place.clone_from(&board.place);
        let sheets = board.worksheets.iter().map(|sheet| Target::Id(sheet_id(path, sheet)));
        input.edges = sheets.map(|from| InputEdge::new(from, None, None, EdgeKind::Reads)).collect();
        out.push(input);
    }
    out
}

fn source_id(path: &str, name: &str) -> String {
    format!("tableau:{path}#{name}")
}

fn sheet_id(path: &str, name: &str) -> String {
    format!("tableau:{path}#sheet/{name}")
}

/// The display name of a column: its caption, if it is unique.
fn shown(source: &DataSource) -> BTreeMap<&str, &str> {
    let mut captions: BTreeMap<&str, usize> = BTreeMap::new();
    for column in &source.columns {
        *captions.entry(column.caption.as_deref().unwrap_or(&column.name)).or_default() += 1;
    }
    let name = |column: &'_ Column| -> bool {
        column.caption.as_deref().is_some_and(|caption| captions.get(caption) == Some(&1))
    };
    let of =
        |column| if name(column) { column.caption.as_deref().unwrap_or(&column.name) } else { &column.name };
    source.columns.iter().map(|column| (column.name.as_str(), of(column))).collect()
}

fn convert_source(source: &DataSource, path: &str) -> Vec<Input> {
    let id = source_id(path, &source.name);
    let name = source.caption.clone().unwrap_or_else(|| source.name.clone());
    let mut out = Input::new(id.clone(), System::Tableau, Kind::TableauDatasource, name);
    out.place.clone_from(&source.place);
    out.dialect = dialect(source, None);
    let mut queries = Vec::new();
    let mut targets: BTreeMap<&str, Target> = BTreeMap::new();
    for (at, relation) in source.relations.iter().enumerate() {
        let name = relation.name.as_deref().unwrap_or_default();
        match &relation.kind {
            RelationKind::Table(parts) => {
                targets.insert(name, Target::Relation(qualify_name(source, relation, parts)));
            }
            RelationKind::Query(text) => {
                let mut query = convert_query(source, relation, text);
                query.id = format!("{id}/query/{at}");
                targets.insert(name, Target::Id(query.id.clone()));
                queries.push(query);
            }
            RelationKind::Join(_) => {}
            RelationKind::Union | RelationKind::Other(_) => {
                let message = "this kind of relation is not supported";
                let unknown = Unknown::new(Cause::ExpressionNotFollowed, name, message)
                    .at(Some(relation.place.clone()));
                out.unknowns.push(unknown);
            }
        }
    }
    if let Some(published) = &source.published {
        let message = format!(
            "it stands for the published data source `{published}`, whose tables are not in this file"
        );
        out.unknowns.push(
            Unknown::new(Cause::RelationNotFound, published, message).hint("pass its `.tds` or `.tdsx` too"),
        );
    }
    out.reads = targets.values().cloned().collect();
    let names = shown(source);
    let own = |name: &str| names.get(name).copied().unwrap_or(name).to_owned();
    for column in &source.columns {
        origin(column, &own(&column.name), &targets, &mut out);
        formula(column, (path, &own), &id, &mut out);
    }
    join(source, &targets, &mut out);
    queries.push(out);
    queries
}

/// Adds a column, with the column of a relation that it comes from.
fn origin(column: &Column, to: &str, targets: &BTreeMap<&str, Target>, out: &mut Input) {
    out.columns.push(InputColumn { place: column.place.clone(), ..InputColumn::new(to) });
    let Some((relation, remote)) = &column.remote else { return };
    // A column without a relation is of the only one.
    let only = if targets.len() == 1 { targets.values().next() } else { None };
    match targets.get(relation.as_str()).or(only) {
        Some(from) => {
            out.edges.push(InputEdge::new(from.clone(), Some(remote), Some(to), EdgeKind::Identity));
        }
        None => {
            let message = format!("its relation `{relation}` is not in the data source");
            out.unknowns.push(Unknown::new(Cause::RelationNotFound, to, message).likely());
        }
    }
}

/// Adds the columns that the formula of a column reads, of this data source or of others.
fn formula(column: &Column, (path, own): (&str, &dyn Fn(&str) -> String), id: &str, out: &mut Input) {
    let to = own(&column.name);
    for reference in column.formula.as_deref().map(references).unwrap_or_default() {
        let from = match reference.source.as_deref() {
            Some("Parameters") => continue,
            Some(other) => Target::Id(source_id(path, other)),
            None => Target::Id(id.to_owned()),
        };
        let from_column = if reference.source.is_none() { own(&reference.column) } else { reference.column };
        let edge = InputEdge::new(from, Some(&from_column), Some(&to), EdgeKind::Transformation);
        out.edges.push(InputEdge { place: column.place.clone(), ..edge });
    }
}

/// Adds the columns by which relations are joined.
fn join(source: &DataSource, targets: &BTreeMap<&str, Target>, out: &mut Input) {
    for relation in &source.relations {
        let RelationKind::Join(columns) = &relation.kind else { continue };
        for column in columns {
            let Some(from) = column.source.as_deref().and_then(|name| targets.get(name)) else { continue };
            let edge = InputEdge::new(from.clone(), Some(&column.column), None, EdgeKind::Join);
            out.edges.push(InputEdge { place: Some(relation.place.clone()), ..edge });
        }
    }
}

fn convert_query(source: &DataSource, relation: &Relation, text: &str) -> Input {
    let name = relation.name.clone().unwrap_or_else(|| "custom SQL".to_owned());
    let mut out = Input::new(String::new(), System::Tableau, Kind::TableauDatasource, name);
    out.dialect = dialect(source, relation.connection.as_deref());
    out.place = Some(relation.place.clone());
    out.wants_sql = true;
    // In the XML, `<<` stands for `<`, and `<[Parameters].[x]>` for a parameter, which may be any value.
    let text = without_parameters(text);
    out.sql = Some(Sql { lines: (relation.place.line..).take(text.lines().count()).collect(), text });
    out
}

/// Replaces parameters of custom SQL with values.
fn without_parameters(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("<[Parameters].[") {
        out.push_str(rest.get(..start).unwrap_or_default());
        out.push_str("'parameter'");
        let after = rest.get(start..).unwrap_or_default();
        rest = after.find("]>").and_then(|end| after.get(end + 2..)).unwrap_or_default();
    }
    out.push_str(rest);
    out.replace("<<", "<").replace(">>", ">").replace("==", "=")
}

fn connection<'a>(source: &'a DataSource, name: Option<&str>) -> Option<&'a crate::tableau::Connection> {
    let named = source.connections.iter().find(|one| name.is_some() && one.name.as_deref() == name);
    named.or_else(|| source.connections.iter().find(|one| one.class != "federated"))
}

fn dialect(source: &DataSource, name: Option<&str>) -> Dialect {
    connection(source, name).and_then(|one| Dialect::find(&one.class)).unwrap_or_default()
}

/// A table with the database and schema of its connection, unless it names them.
fn qualify_name(source: &DataSource, relation: &Relation, parts: &[String]) -> Name {
    let connection = connection(source, relation.connection.as_deref());
    let (database, schema) =
        connection.map(|one| (one.database.clone(), one.schema.clone())).unwrap_or_default();
    let mut whole = parts.to_vec();
    if whole.len() == 1 {
        whole.splice(0..0, schema);
    }
    if whole.len() == 2 {
        whole.splice(0..0, database);
    }
    Name::new(whole)
}
