//! The application as datasets: tables, keys, computed columns, views, and mapped classes.

use std::collections::BTreeMap;

use belljar_schema::Certainty;
use belljar_schema::{Document, MappedClass, PropertyKind, Reason, Status, Table, View};

use crate::{
    Cause, Dialect, Input, Unknown,
    graph::{EdgeKind, Kind, Relation, System},
    input::{Expression, InputColumn, InputEdge, Sql, Target},
};

/// The id of a table or view of an application.
pub fn table_id(application: &str, schema: Option<&str>, name: &str) -> String {
    let name = belljar_schema::full_name(schema, name);
    let application = if application.is_empty() { String::new() } else { format!("{application}/") };
    format!("app:{application}{name}")
}

fn class_id(application: &str, name: &str) -> String {
    let application = if application.is_empty() { String::new() } else { format!("{application}/") };
    format!("class:{application}{name}")
}

fn relation(schema: Option<&str>, name: &str) -> Relation {
    Relation::new(schema.into_iter().chain([name])).quoted()
}

fn certainty(status: Status) -> Certainty {
    match status {
        Status::Exact => Certainty::Certain,
        Status::Partial => Certainty::Likely,
    }
}

/// All declarations of a document, as datasets.
pub(crate) fn inputs(application: &str, document: &Document, dialect: Dialect) -> Vec<Input> {
    let tables = document.tables.iter().map(|one| table(application, one, dialect));
    let views = document.views.iter().map(|one| view(application, one, dialect));
    let of = Tables::new(application, document);
    let classes = document.classes.iter().filter_map(|one| class(application, one, &of, dialect));
    tables.chain(views).chain(classes).collect()
}

fn doubts(input: &mut Input, reasons: &[Reason], subject: &str) {
    for reason in reasons {
        let message = format!("`{subject}` is partial: {}", reason.message);
        let mut unknown = Unknown::new(Cause::SourceInDoubt, subject, message).likely();
        unknown.hint.clone_from(&reason.hint);
        input.unknowns.push(unknown);
    }
}

fn table(application: &str, table: &Table, dialect: Dialect) -> Input {
    let id = table_id(application, table.schema.as_deref(), &table.name);
    let name = relation(table.schema.as_deref(), &table.name);
    let mut input = Input::new(id.clone(), System::Application, Kind::ApplicationTable, name.to_string());
    input.relations = vec![name];
    input.dialect = dialect;
    input.place.clone_from(&table.place);
    input.is_complete = true;
    input.facts.extend(table.class.iter().map(|class| ("class".to_owned(), class.clone())));
    doubts(&mut input, &table.reasons, &table.name);
    for column in &table.columns {
        // SQLAlchemy quotes names with upper case, so those are compared exactly; others in any case.
        let quoted = column.name.chars().any(char::is_uppercase);
        input.columns.push(InputColumn {
            quoted,
            ty: column.ty.postgresql.clone().or_else(|| Some(column.ty.repr.clone())),
            nullable: Some(column.nullable),
            place: column.place.clone(),
            certainty: certainty(column.status),
            ..InputColumn::new(column.name.clone())
        });
        if let Some(computed) = &column.computed {
            input.expressions.push(Expression {
                column: Some(column.name.clone()),
                sql: computed.sql.clone(),
                scope: vec![(table.name.clone(), Target::Id(id.clone()))],
                kind: EdgeKind::Transformation,
                place: column.place.clone(),
            });
        }
    }
    for key in &table.foreign_keys {
        for (column, target) in key.columns.iter().zip(&key.targets) {
            let Some((of, referred)) = target.rsplit_once('.') else { continue };
            let (schema, of) = of.rsplit_once('.').map_or((None, of), |(schema, of)| (Some(schema), of));
            let from = Target::Id(table_id(application, schema, of));
            let place =
                table.columns.iter().find(|one| one.name == *column).and_then(|one| one.place.clone());
            let edge = InputEdge::new(from, Some(referred), Some(column), EdgeKind::Key);
            input.edges.push(InputEdge { place, ..edge });
        }
    }
    input
}

fn view(application: &str, view: &View, dialect: Dialect) -> Input {
    let id = table_id(application, view.schema.as_deref(), &view.name);
    let name = relation(view.schema.as_deref(), &view.name);
    let mut input = Input::new(id, System::Application, Kind::ApplicationView, name.to_string());
    input.relations = vec![name];
    input.dialect = dialect;
    input.place.clone_from(&view.place);
    doubts(&mut input, &view.reasons, &view.name);
    input.columns = view
        .columns
        .iter()
        .map(|column| InputColumn {
            quoted: column.name.chars().any(char::is_uppercase),
            place: column.place.clone(),
            certainty: certainty(column.status),
            ..InputColumn::new(column.name.clone())
        })
        .collect();
    let own = if dialect == Dialect::Postgres { view.postgresql.as_ref() } else { None };
    // The statement is somewhere in the code; its lines are not those of the file.
    let sql = |text: &String| Sql { lines: vec![0; text.lines().count()], text: text.clone() };
    input.sql = own.or(view.sql.as_ref()).map(sql);
    input.wants_sql = true;
    input.facts = vec![("materialized".to_owned(), view.materialized.to_string())];
    for read in view.reads.iter().flatten() {
        let (schema, name) =
            read.rsplit_once('.').map_or((None, read.as_str()), |(schema, name)| (Some(schema), name));
        input.reads.push(Target::Id(table_id(application, schema, name)));
    }
    input
}

/// Tables by the names that classes refer to.
struct Tables<'a> {
    classes: BTreeMap<&'a str, &'a MappedClass>,
    by_name: BTreeMap<String, &'a Table>,
    application: &'a str,
}

impl<'a> Tables<'a> {
    fn new(application: &'a str, document: &'a Document) -> Self {
        let classes = document.classes.iter().map(|class| (class.name.as_str(), class)).collect();
        let by_name = document.tables.iter().map(|table| (table.full_name(), table)).collect();
        Self { classes, by_name, application }
    }

    fn id(&self, name: &str) -> Option<String> {
        let table = self.by_name.get(name)?;
        Some(table_id(self.application, table.schema.as_deref(), &table.name))
    }
}

/// A class that maps more than columns: others are represented by their tables.
fn class(application: &str, class: &MappedClass, of: &Tables<'_>, dialect: Dialect) -> Option<Input> {
    if class.relationships.is_empty() && class.properties.is_empty() {
        return None;
    }
    let name = class.name.rsplit(':').next().unwrap_or(&class.name);
    let mut input =
        Input::new(class_id(application, &class.name), System::Application, Kind::ApplicationClass, name);
    input.place.clone_from(&class.place);
    input.dialect = dialect;
    input.is_complete = true;
    let scope: Vec<(String, Target)> = class
        .tables
        .iter()
        .filter_map(|table| Some((table.rsplit('.').next()?.to_owned(), Target::Id(of.id(table)?))))
        .collect();
    input.reads = scope.iter().map(|(_, target)| target.clone()).collect();
    for relationship in &class.relationships {
        input.columns.push(InputColumn { quoted: true, ..InputColumn::new(relationship.name.clone()) });
        relationship_edges(&mut input, relationship, class, of);
    }
    for property in &class.properties {
        input.columns.push(InputColumn { quoted: true, ..InputColumn::new(property.name.clone()) });
        let place = class.place.clone();
        match (property.kind, &property.text) {
            (PropertyKind::ColumnProperty | PropertyKind::Hybrid, Some(text)) => {
                input.expressions.push(Expression {
                    column: Some(property.name.clone()),
                    sql: text.clone(),
                    scope: scope.clone(),
                    kind: EdgeKind::Transformation,
                    place,
                });
            }
            (PropertyKind::Synonym | PropertyKind::Composite, Some(text)) => {
                for attribute in text.split(',').map(str::trim) {
                    for (table, column) in attribute_columns(class, attribute, of) {
                        let edge = InputEdge::new(
                            Target::Id(table),
                            Some(&column),
                            Some(&property.name),
                            EdgeKind::Identity,
                        );
                        input.edges.push(edge);
                    }
                }
            }
            _ => {
                let message =
                    format!("the inputs of `{}` are not known from the code that ran", property.name);
                let unknown = Unknown::new(Cause::ExpressionNotFollowed, property.name.clone(), message);
                input.unknowns.push(unknown.at(place).likely());
            }
        }
    }
    Some(input)
}

/// Columns that an attribute of a class is mapped to.
fn attribute_columns(class: &MappedClass, attribute: &str, of: &Tables<'_>) -> Vec<(String, String)> {
    let tables = class.tables.iter().filter_map(|name| Some((of.id(name)?, *of.by_name.get(name.as_str())?)));
    tables
        .flat_map(|(id, table)| {
            let named = table
                .columns
                .iter()
                .filter(|column| column.attribute.as_deref().unwrap_or(&column.name) == attribute);
            named.map(move |column| (id.clone(), column.name.clone())).collect::<Vec<_>>()
        })
        .collect()
}

/// A relationship follows the foreign keys between the tables of both classes, and its association table.
fn relationship_edges(
    input: &mut Input,
    relationship: &belljar_schema::Relationship,
    class: &MappedClass,
    of: &Tables<'_>,
) {
    let target = of.classes.get(relationship.target.as_str());
    let there: Vec<&str> =
        target.map(|one| one.tables.iter().map(String::as_str).collect()).unwrap_or_default();
    let here: Vec<&str> = class.tables.iter().map(String::as_str).collect();
    let between: Vec<&str> = relationship.secondary.iter().map(String::as_str).collect();
    let pairs = if between.is_empty() {
        vec![(&here, &there), (&there, &here)]
    } else {
        vec![(&between, &here), (&between, &there)]
    };
    for (from, to) in pairs {
        for table in from.iter().filter_map(|name| of.by_name.get(*name)) {
            for key in &table.foreign_keys {
                let leads =
                    |target: &String| target.rsplit_once('.').is_some_and(|(name, _)| to.contains(&name));
                if !key.targets.iter().all(leads) {
                    continue;
                }
                for column in &key.columns {
                    let from = table_id(of.application, table.schema.as_deref(), &table.name);
                    let edge = InputEdge::new(
                        Target::Id(from),
                        Some(column),
                        Some(&relationship.name),
                        EdgeKind::Key,
                    );
                    let place = input.place.clone();
                    input.edges.push(InputEdge { place, ..edge });
                }
            }
        }
    }
}
