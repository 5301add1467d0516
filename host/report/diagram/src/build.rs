//! Picks what a diagram shows.

use std::collections::{BTreeMap, BTreeSet};

use belljar_dialect::Database;
use belljar_schema::{Column, Document, ForeignKeyConstraint, Status, Table, Unresolved, View};

use crate::{
    ids::Ids,
    model::{Diagram, Entity, Link, Mark, Row},
    neighbours::{among, within},
};

/// The columns of a table that are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Columns {
    /// All columns.
    All,
    /// Those of primary and foreign keys.
    #[default]
    Keys,
    /// None.
    None,
}

/// What tables are drawn together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// Their schema in the database.
    Schema,
    /// The Python file that declares them.
    Module,
}

/// Whether a table is chosen by its schema and its name.
pub type IsChosen<'a> = dyn Fn(Option<&str>, &str) -> bool + 'a;

/// What a diagram shows of a document.
#[derive(Clone, Copy)]
pub struct Selection<'a> {
    /// The tables that are chosen; without it, all are.
    pub chosen: Option<&'a IsChosen<'a>>,
    /// How many foreign keys away from the chosen tables others are shown.
    pub depth: usize,
    /// The columns that are shown.
    pub columns: Columns,
    /// What tables are drawn together by.
    pub grouping: Option<Grouping>,
    /// The database of the types.
    pub database: Database,
}

impl Diagram {
    /// What a selection shows of a document.
    pub fn new(document: &Document, selection: Selection<'_>) -> Self {
        let mut all = Builder::default();
        for table in &document.tables {
            all.add_table(table, selection);
        }
        for view in &document.views {
            all.add_view(view, selection);
        }
        for item in &document.unresolved {
            all.add_unresolved(item, selection);
        }
        for (from, table) in document.tables.iter().enumerate() {
            for key in &table.foreign_keys {
                all.link(from, table, key);
            }
        }
        for (at, view) in document.views.iter().enumerate() {
            all.link_view(document.tables.len() + at, view);
        }
        all.finish(selection)
    }
}

#[derive(Default)]
struct Builder {
    entities: Vec<Entity>,
    links: Vec<Link>,
    /// The positions of the entities of a full name, with their `MetaData`.
    positions: BTreeMap<String, Vec<(Option<String>, usize)>>,
}

impl Builder {
    fn add_table(&mut self, table: &Table, selection: Selection<'_>) {
        let foreign: BTreeSet<&String> = table.foreign_keys.iter().flat_map(|key| &key.columns).collect();
        let rows = table
            .columns
            .iter()
            .map(|column| row(table, column, foreign.contains(&column.name), selection.database));
        let is_shown = |row: &Row| match selection.columns {
            Columns::All => true,
            Columns::Keys => row.primary || row.foreign,
            Columns::None => false,
        };
        let is_partial = table.status == Status::Partial
            || table.columns.iter().any(|column| column.status == Status::Partial);
        let module = table.place.as_ref().map(|place| place.path.as_str());
        let entity = Entity {
            schema: table.schema.clone(),
            name: table.name.clone(),
            group: group(selection.grouping, table.schema.as_deref(), module),
            rows: rows.filter(is_shown).collect(),
            comment: table.comment.clone(),
            marks: is_partial.then_some(Mark::Partial).into_iter().collect(),
            ..Entity::default()
        };
        self.add(entity, Some(&table.metadata));
    }

    fn add_view(&mut self, view: &View, selection: Selection<'_>) {
        let is_partial = view.status == Status::Partial
            || view.columns.iter().any(|column| column.status == Status::Partial);
        let rows = view.columns.iter().map(|column| Row {
            name: column.name.clone(),
            ty: column.ty.as_ref().and_then(|ty| ty.ddl(selection.database)).unwrap_or_default().to_owned(),
            nullable: true,
            ..Row::default()
        });
        let module = view.place.as_ref().map(|place| place.path.as_str());
        let entity = Entity {
            schema: view.schema.clone(),
            name: view.name.clone(),
            group: group(selection.grouping, view.schema.as_deref(), module),
            rows: if selection.columns == Columns::All { rows.collect() } else { Vec::new() },
            marks: [Some(Mark::View), is_partial.then_some(Mark::Partial)].into_iter().flatten().collect(),
            ..Entity::default()
        };
        self.add(entity, view.metadata.as_deref());
    }

    /// What no run produced is shown without columns, so that nothing is missing in silence.
    fn add_unresolved(&mut self, item: &Unresolved, selection: Selection<'_>) {
        let entity = Entity {
            name: item.name.clone(),
            group: group(selection.grouping, None, Some(&item.place.path)),
            marks: vec![Mark::Unresolved],
            ..Entity::default()
        };
        self.add(entity, None);
    }

    fn add(&mut self, entity: Entity, metadata: Option<&str>) -> usize {
        let position = self.entities.len();
        let named = self.positions.entry(entity.full_name()).or_default();
        named.push((metadata.map(str::to_owned), position));
        self.entities.push(entity);
        position
    }

    /// The entity of a name: of the same `MetaData` if it has one.
    fn find(&self, name: &str, metadata: Option<&str>) -> Option<usize> {
        let named = self.positions.get(name)?;
        let own = named.iter().find(|(other, _)| other.as_deref() == metadata);
        own.or_else(|| named.first()).map(|(_, position)| *position)
    }

    fn link(&mut self, from: usize, table: &Table, key: &ForeignKeyConstraint) {
        let Some(first) = key.targets.first() else { return };
        let metadata = Some(table.metadata.as_str());
        // A point may be part of a name, too.
        let points: Vec<usize> = first.match_indices('.').map(|(at, _)| at).collect();
        let known = points.iter().rev().find_map(|at| {
            let name = first.get(..*at)?;
            self.find(name, metadata).map(|to| (name.to_owned(), to))
        });
        let (name, to) = known.unwrap_or_else(|| {
            let name = first.rsplit_once('.').map_or(first.as_str(), |(name, _)| name);
            let entity = Entity { name: name.to_owned(), marks: vec![Mark::Undeclared], ..Entity::default() };
            (name.to_owned(), self.add(entity, None))
        });
        let target = |target: &String| {
            let own = target.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('.'));
            own.unwrap_or(target).to_owned()
        };
        let is_nullable = |column: &Column| column.nullable && key.columns.contains(&column.name);
        self.links.push(Link {
            from,
            to,
            columns: key.columns.clone(),
            targets: key.targets.iter().map(target).collect(),
            single: is_unique(table, &key.columns),
            optional: table.columns.iter().any(is_nullable),
            on_delete: key.ondelete.clone(),
            on_update: key.onupdate.clone(),
        });
    }

    fn link_view(&mut self, from: usize, view: &View) {
        for name in view.reads.iter().flatten() {
            let Some(to) = self.find(name, view.metadata.as_deref()) else { continue };
            self.links.push(Link {
                from,
                to,
                columns: Vec::new(),
                targets: Vec::new(),
                single: false,
                optional: true,
                on_delete: None,
                on_update: None,
            });
        }
    }

    /// The chosen entities with their neighbours, in the order of their names.
    fn finish(self, selection: Selection<'_>) -> Diagram {
        let Self { entities, links, .. } = self;
        let kept = match selection.chosen {
            None => (0..entities.len()).collect(),
            Some(is_chosen) => {
                let chosen = entities.iter().enumerate().filter(|(_, entity)| {
                    is_chosen(entity.schema.as_deref(), &entity.name)
                        && !entity.marks.contains(&Mark::Undeclared)
                });
                within(&links, chosen.map(|(at, _)| at).collect(), selection.depth)
            }
        };
        let links = among(links, &kept);
        let shown: Vec<Entity> = entities
            .into_iter()
            .enumerate()
            .filter(|(at, _)| kept.contains(at))
            .map(|(_, one)| one)
            .collect();
        sorted(shown, links)
    }
}

/// A diagram in a stable order, with identifiers.
fn sorted(entities: Vec<Entity>, links: Vec<Link>) -> Diagram {
    let mut order: Vec<(usize, Entity)> = entities.into_iter().enumerate().collect();
    order.sort_by(|(_, one), (_, other)| (&one.schema, &one.name).cmp(&(&other.schema, &other.name)));
    let new: BTreeMap<usize, usize> = order.iter().enumerate().map(|(new, (old, _))| (*old, new)).collect();
    let moved = |position: usize| new.get(&position).copied().unwrap_or(position);
    let mut links: Vec<Link> =
        links.into_iter().map(|link| Link { from: moved(link.from), to: moved(link.to), ..link }).collect();
    links.sort();
    links.dedup();
    let mut ids = Ids::default();
    let identified =
        order.into_iter().map(|(_, entity)| Entity { id: ids.identify(&entity.full_name()), ..entity });
    Diagram { entities: identified.collect(), links }
}

fn group(grouping: Option<Grouping>, schema: Option<&str>, module: Option<&str>) -> Option<String> {
    match grouping? {
        Grouping::Schema => schema.map(str::to_owned),
        Grouping::Module => module.map(str::to_owned),
    }
}

fn row(table: &Table, column: &Column, foreign: bool, database: Database) -> Row {
    Row {
        name: column.name.clone(),
        ty: column.ty.ddl(database).unwrap_or_default().to_owned(),
        primary: table.primary_key.columns.contains(&column.name),
        foreign,
        unique: is_unique(table, std::slice::from_ref(&column.name)),
        nullable: column.nullable,
        default: column.server_default.clone(),
        comment: column.comment.clone(),
        mark: None,
    }
}

/// Whether at most one row has the same values in these columns.
fn is_unique(table: &Table, columns: &[String]) -> bool {
    let wanted: BTreeSet<&String> = columns.iter().collect();
    let are_wanted = |columns: &[String]| {
        !columns.is_empty() && columns.iter().all(|column| wanted.contains(column)) // fewer are unique, too
    };
    let is_partial = |options: &BTreeMap<String, String>| options.keys().any(|key| key.ends_with("_where"));
    are_wanted(&table.primary_key.columns)
        || table.unique.iter().any(|constraint| are_wanted(&constraint.columns))
        || table.indexes.iter().any(|index| {
            index.unique
                && !is_partial(&index.options)
                && index.elements.iter().all(|element| element.column.is_some())
                && are_wanted(&index.columns)
        })
}
