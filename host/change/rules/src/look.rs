//! What a rule is given, and what it gives back.

use std::collections::{BTreeMap, BTreeSet};

use belljar_diff::{Action, Aspect, Certainty, Change, Diff, Path, Subject, Value, is_numbered};
use belljar_schema::{
    Column, ColumnType, Document, ForeignKeyConstraint, Index, NamedType, Place, Table, TypeKind,
    UniqueConstraint,
};

use crate::{
    Dialect, Settings, Severity, Versions,
    taken::Taken,
    ty::{Conversion, Ty},
};

/// Both sides, what differs, and what is set.
pub(crate) struct Look<'a> {
    /// With the names of the head.
    pub(crate) base: &'a Document,
    pub(crate) head: &'a Document,
    /// By `[schema.]table`; several where their `MetaData` differ. Those of the base have the names of the head.
    base_tables: BTreeMap<String, Vec<&'a Table>>,
    head_tables: BTreeMap<String, Vec<&'a Table>>,
    /// The names that tables of a schema have, by their name in lower case.
    folded_tables: BTreeMap<(Option<&'a str>, String), BTreeSet<&'a str>>,
    /// The names that the head has.
    pub(crate) taken: Taken,
    base_schemas: BTreeSet<&'a str>,
    /// `[schema.]table` of all that are new.
    new_tables: BTreeSet<String>,
    /// `[schema.]type` and value of all that are new.
    new_values: BTreeSet<(String, String)>,
    pub(crate) settings: &'a Settings,
    /// The databases it is looked for.
    pub(crate) dialects: Vec<Dialect>,
    /// `[schema.]table` and column of all that are new.
    new_columns: BTreeSet<(String, String)>,
}

impl<'a> Look<'a> {
    pub(crate) fn new(
        diff: &'a Diff,
        (base, renamed): (&'a Document, &'a Document),
        head: &'a Document,
        settings: &'a Settings,
    ) -> Self {
        let mut dialects = settings.dialects.clone();
        dialects.sort_unstable();
        dialects.dedup();
        if dialects.is_empty() {
            // A change does not decide for which databases it is looked at, unless there was nothing before it.
            dialects = Dialect::of(if base.tables.is_empty() { head } else { base });
        }
        let of = |subject| diff.changes.iter().filter(move |change| change.subject == subject);
        let new_parts = |subject| {
            let new = of(subject).filter(|change| is_new(change));
            new.map(|change| (table_text(&change.path), change.path.part.clone().unwrap_or_default()))
                .collect()
        };
        let new_tables = of(Subject::Table).filter(|change| is_new(change));
        let mut folded_tables: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for table in &head.tables {
            let schema = table.schema.as_deref();
            folded_tables.entry((schema, table.name.to_lowercase())).or_default().insert(&*table.name);
        }
        Self {
            base: renamed,
            head,
            base_tables: by_name(renamed),
            head_tables: by_name(head),
            folded_tables,
            taken: Taken::of(head),
            base_schemas: base.tables.iter().filter_map(|table| table.schema.as_deref()).collect(),
            new_tables: new_tables.map(|change| table_text(&change.path)).collect(),
            new_values: new_parts(Subject::EnumValue),
            settings,
            dialects,
            new_columns: new_parts(Subject::Column),
        }
    }

    pub(crate) fn versions(&self) -> &Versions {
        &self.settings.versions
    }

    /// The table of the head that a path leads to.
    pub(crate) fn table(&self, path: &Path) -> Option<&'a Table> {
        let named = self.head_tables.get(&table_text(path))?;
        let own = named.iter().find(|table| Some(&table.metadata) == path.metadata.as_ref());
        own.or_else(|| named.first()).copied()
    }

    /// The table of the head with this `[schema.]table`.
    pub(crate) fn table_named(&self, name: &str) -> Option<&'a Table> {
        self.head_tables.get(name)?.first().copied()
    }

    /// The table of the base that a path of the head leads to.
    pub(crate) fn old_table(&self, path: &Path) -> Option<&'a Table> {
        let named = self.base_tables.get(&table_text(path))?;
        let own = named.iter().find(|table| Some(&table.metadata) == path.metadata.as_ref());
        own.or_else(|| named.first()).copied()
    }

    /// Another table of the head whose name differs in case only.
    pub(crate) fn namesake(&self, table: &Table) -> Option<&'a str> {
        let names = self.folded_tables.get(&(table.schema.as_deref(), table.name.to_lowercase()))?;
        names.iter().find(|name| **name != table.name).copied()
    }

    /// Whether a value of an enumeration is new.
    pub(crate) fn is_new_value(&self, path: &Path, value: &str) -> bool {
        self.new_values.contains(&(table_text(path), value.to_owned()))
    }

    /// The column of the head that a path leads to.
    pub(crate) fn column(&self, path: &Path) -> Option<&'a Column> {
        column_of(self.table(path)?, path.part.as_deref()?)
    }

    /// What it takes to change the type of a column in a database; nothing where that has not both types.
    pub(crate) fn conversion(
        &self,
        before: &ColumnType,
        after: &ColumnType,
        dialect: Dialect,
    ) -> Option<Conversion> {
        let (from, into) = (Ty::of(before, dialect)?, Ty::of(after, dialect)?);
        if dialect != Dialect::Postgresql {
            return Some(from.to(&into, dialect));
        }
        // A domain is converted as what it is made of; its limits are looked at row by row.
        let from = domain(self.base, before).map_or(from, |(ty, _)| ty);
        let (into, limited) = domain(self.head, after).unwrap_or((into, false));
        let found = from.to(&into, dialect);
        Some(Conversion { rewrites: found.rewrites || limited, ..found })
    }

    /// Whether any of these columns of a table was there before.
    pub(crate) fn any_existed(&self, path: &Path, columns: &[String]) -> bool {
        columns.iter().any(|column| !self.is_new_column(path, column))
    }

    /// Whether a table with this `[schema.]table` is new.
    pub(crate) fn is_new_table(&self, name: &str) -> bool {
        self.new_tables.contains(name)
    }

    /// Whether a table of the base is in this schema.
    pub(crate) fn had_schema(&self, name: &str) -> bool {
        self.base_schemas.contains(name)
    }

    pub(crate) fn is_new_column(&self, path: &Path, column: &str) -> bool {
        self.new_columns.contains(&(table_text(path), column.to_owned()))
    }

    /// The columns that come with a change, with the table that gets them.
    pub(crate) fn new_columns(&self, change: &'a Change) -> Vec<(&'a Table, &'a Column)> {
        match (is_new(change), &change.after) {
            (true, Some(Value::Table(table))) => {
                table.columns.iter().map(|column| (&**table, column)).collect()
            }
            (true, Some(Value::Column(column))) => {
                self.table(&change.path).map(|table| (table, &**column)).into_iter().collect()
            }
            _ => vec![],
        }
    }

    /// The indexes that come with a change.
    pub(crate) fn new_indexes(&self, change: &'a Change) -> Vec<(&'a Table, &'a Index)> {
        match (is_new(change), &change.after) {
            (true, Some(Value::Table(table))) => {
                table.indexes.iter().map(|index| (&**table, index)).collect()
            }
            (true, Some(Value::Index(index))) => {
                self.table(&change.path).map(|table| (table, index)).into_iter().collect()
            }
            _ => vec![],
        }
    }

    /// The foreign keys that come with a change, or lead elsewhere from now on.
    pub(crate) fn new_foreign_keys(&self, change: &'a Change) -> Vec<(&'a Table, &'a ForeignKeyConstraint)> {
        let new = is_new(change) || modifies(change, Subject::ForeignKey, Aspect::Targets);
        match (new, &change.after) {
            (true, Some(Value::Table(table))) => {
                table.foreign_keys.iter().map(|key| (&**table, key)).collect()
            }
            (true, Some(Value::ForeignKey(key))) => {
                self.table(&change.path).map(|table| (table, key)).into_iter().collect()
            }
            _ => vec![],
        }
    }
}

/// What a rule found, to be made a finding.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// A clause, so that `can't tell whether` may stand before it.
    pub(crate) message: String,
    /// The rule's, where there are none.
    pub(crate) dialects: Option<Vec<Dialect>>,
    /// What the recipe is filled in with, beside what the change names.
    pub(crate) names: Vec<(&'static str, Name)>,
    pub(crate) certainty: Certainty,
    pub(crate) place: Option<Place>,
    pub(crate) severity: Option<Severity>,
    /// It is about more than the DDL, so that it holds in databases too whose DDL is the same.
    pub(crate) everywhere: bool,
}

/// What takes the place of a `{name}`.
#[derive(Debug, Clone)]
pub(crate) enum Name {
    /// Identifiers, to be quoted where they need it, with commas between them.
    Identifiers(Vec<String>),
    /// `[schema.]name`.
    Qualified(Option<String>, String),
    /// SQL as it is.
    Sql(String),
}

impl Draft {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        let (message, certainty) = (message.into(), Certainty::Certain);
        Self {
            message,
            dialects: None,
            names: vec![],
            certainty,
            place: None,
            severity: None,
            everywhere: false,
        }
    }

    pub(crate) fn on(mut self, dialects: impl Into<Vec<Dialect>>) -> Self {
        self.dialects = Some(dialects.into());
        self
    }

    pub(crate) fn at(mut self, place: Option<&Place>) -> Self {
        self.place = place.cloned();
        self
    }

    pub(crate) fn graded(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    pub(crate) fn everywhere(mut self) -> Self {
        self.everywhere = true;
        self
    }

    pub(crate) fn likely(mut self) -> Self {
        self.certainty = Certainty::Likely;
        self
    }

    pub(crate) fn name(mut self, key: &'static str, name: &str) -> Self {
        self.names.push((key, Name::Identifiers(vec![name.to_owned()])));
        self
    }

    pub(crate) fn names(mut self, key: &'static str, names: &[String]) -> Self {
        self.names.push((key, Name::Identifiers(names.to_vec())));
        self
    }

    pub(crate) fn table(mut self, key: &'static str, schema: Option<&str>, name: &str) -> Self {
        self.names.push((key, Name::Qualified(schema.map(str::to_owned), name.to_owned())));
        self
    }

    pub(crate) fn sql(mut self, key: &'static str, text: impl Into<String>) -> Self {
        self.names.push((key, Name::Sql(text.into())));
        self
    }

    pub(crate) fn list(self) -> Vec<Self> {
        vec![self]
    }
}

/// What the type of a column is made of, where it is a domain that the code declares.
fn domain(document: &Document, ty: &ColumnType) -> Option<(Ty, bool)> {
    let text = ty.postgresql.as_deref()?;
    let is_it = |named: &&NamedType| {
        let schema = named.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
        named.kind == TypeKind::Domain && text.replace('"', "") == format!("{schema}{}", named.name)
    };
    Ty::of_domain(document.types.iter().find(is_it)?.sql.as_deref()?)
}

fn by_name(document: &Document) -> BTreeMap<String, Vec<&Table>> {
    let mut found: BTreeMap<String, Vec<&Table>> = BTreeMap::new();
    for table in &document.tables {
        found.entry(full_name(table)).or_default().push(table);
    }
    found
}

/// `[schema.]table` of a path.
pub(crate) fn table_text(path: &Path) -> String {
    Path { part: None, ..path.clone() }.to_string()
}

pub(crate) fn full_name(table: &Table) -> String {
    table.schema.as_ref().map_or_else(|| table.name.clone(), |schema| format!("{schema}.{}", table.name))
}

pub(crate) fn column_of<'a>(table: &'a Table, name: &str) -> Option<&'a Column> {
    table.columns.iter().find(|column| column.name == name)
}

/// The head has it, and the base does not, as far as can be told.
pub(crate) fn is_new(change: &Change) -> bool {
    matches!(change.action, Action::Add | Action::Unseen)
}

/// The base has it, and the head does not, as far as can be told.
pub(crate) fn is_gone(change: &Change, subject: Subject) -> bool {
    change.subject == subject && matches!(change.action, Action::Drop | Action::Missing)
}

/// It is renamed, or moved to another schema.
pub(crate) fn is_renamed(change: &Change, subject: Subject) -> bool {
    change.subject == subject && matches!(change.action, Action::Rename | Action::Move)
}

/// Something is modified, this aspect of it among others.
pub(crate) fn modifies(change: &Change, subject: Subject, aspect: Aspect) -> bool {
    change.subject == subject && change.action == Action::Modify && change.aspects.contains(&aspect)
}

/// Both types, where a column gets another.
pub(crate) fn types(change: &Change) -> Option<(&ColumnType, &ColumnType)> {
    match (modifies(change, Subject::Column, Aspect::Type), &change.before, &change.after) {
        (true, Some(Value::ColumnType(before)), Some(Value::ColumnType(after))) => Some((before, after)),
        _ => None,
    }
}

/// Text of both sides.
pub(crate) fn texts(change: &Change) -> (Option<&str>, Option<&str>) {
    fn get(value: Option<&Value>) -> Option<&str> {
        match value {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
    (get(change.before.as_ref()), get(change.after.as_ref()))
}

/// The column that is added to a table that was there.
pub(crate) fn added_column(change: &Change) -> Option<&Column> {
    match (&change.after, is_new(change) && change.subject == Subject::Column) {
        (Some(Value::Column(column)), true) => Some(column),
        _ => None,
    }
}

/// The unique constraint that is added to a table that was there, or differs in its columns.
pub(crate) fn new_unique(change: &Change) -> Option<&UniqueConstraint> {
    match (&change.after, is_new(change) || modifies(change, Subject::Unique, Aspect::Columns)) {
        (Some(Value::Unique(unique)), true) => Some(unique),
        _ => None,
    }
}

/// Whether the database itself gives a value to a column that an insert does not name.
pub(crate) fn fills_itself(table: Option<&Table>, column: &Column) -> bool {
    column.server_default.is_some()
        || column.computed.is_some()
        || column.identity.is_some()
        || is_serial(table, column)
}

/// Whether SQLAlchemy makes it a `SERIAL` or `AUTO_INCREMENT`.
pub(crate) fn is_serial(table: Option<&Table>, column: &Column) -> bool {
    column.identity.is_none() && table.is_some_and(|table| is_numbered(table, column))
}

/// The DDL of a type for a dialect.
pub(crate) fn ddl(ty: &ColumnType, dialect: Dialect) -> Option<&str> {
    match dialect {
        Dialect::Postgresql => ty.postgresql.as_deref(),
        Dialect::Mysql => ty.mysql.as_deref(),
        Dialect::Mariadb => ty.mariadb.as_deref().or(ty.mysql.as_deref()),
        Dialect::Sqlite => ty.sqlite.as_deref(),
    }
}

/// Names between backticks, with commas.
pub(crate) fn ticked(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The table that a change brings.
pub(crate) fn new_table(change: &Change) -> Option<&Table> {
    match (&change.after, is_new(change)) {
        (Some(Value::Table(table)), true) => Some(table),
        _ => None,
    }
}

/// Where a column is declared, or its table.
pub(crate) fn place_of<'a>(table: &'a Table, column: Option<&String>) -> Option<&'a Place> {
    let column = column.and_then(|name| column_of(table, name)).and_then(|column| column.place.as_ref());
    column.or(table.place.as_ref())
}

/// The columns of a constraint, as far as it names them.
pub(crate) fn columns_of(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Unique(one)) => one.columns.clone(),
        Some(Value::ForeignKey(one)) => one.columns.clone(),
        Some(Value::PrimaryKey(one)) => one.columns.clone(),
        _ => vec![],
    }
}

/// `[schema.]table` that a foreign key leads to.
pub(crate) fn target_table(key: &ForeignKeyConstraint) -> Option<String> {
    Some(key.targets.first()?.rsplit_once('.')?.0.to_owned())
}

/// Whether an option is given and not false.
pub(crate) fn is_on(options: &BTreeMap<String, String>, name: &str) -> bool {
    options.get(name).is_some_and(|text| !matches!(text.to_lowercase().as_str(), "false" | "none" | "0"))
}

/// Whether the values stand in the type itself.
pub(crate) fn is_inline_enum(text: &str) -> bool {
    let text = text.trim_start().to_uppercase();
    text.starts_with("ENUM(") || text.starts_with("SET(")
}

/// What stands between single quotes, two of which are one.
pub(crate) fn literals(text: &str) -> Vec<String> {
    let (mut found, mut own, mut letters) = (Vec::new(), None::<String>, text.chars().peekable());
    while let Some(letter) = letters.next() {
        match (&mut own, letter) {
            (Some(text), '\'') if letters.next_if_eq(&'\'').is_some() => text.push('\''),
            (Some(_), '\'') => found.extend(own.take()),
            (Some(text), other) => text.push(other),
            (None, '\'') => own = Some(String::new()),
            (None, _) => {}
        }
    }
    found
}

/// A finding for each new column of a kind of type in PostgreSQL.
pub(crate) fn of_type(look: &Look<'_>, change: &Change, is: impl Fn(&Ty) -> bool, what: &str) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (table, column) in look.new_columns(change) {
        if column.ty.postgresql.as_deref().is_some_and(|text| is(&Ty::read(text))) {
            let message = format!("column `{}.{}` {what}", full_name(table), column.name);
            drafts.push(Draft::new(message).at(column.place.as_ref()));
        }
    }
    // One that becomes it.
    if let (Some((before, after)), Some(column)) = (types(change), look.column(&change.path)) {
        let read = |text: &Option<String>| text.as_deref().is_some_and(|text| is(&Ty::read(text)));
        if read(&after.postgresql) && !read(&before.postgresql) {
            drafts.push(Draft::new(format!("column `{}` {what}", change.path)).at(column.place.as_ref()));
        }
    }
    drafts
}

/// A name that is new.
pub(crate) struct Named<'a> {
    pub(crate) kind: &'static str,
    pub(crate) name: &'a str,
    pub(crate) place: Option<&'a Place>,
}

/// The names that a change brings, by adding or by renaming.
pub(crate) fn new_names<'a>(look: &Look<'_>, change: &'a Change) -> Vec<Named<'a>> {
    let mut found = Vec::new();
    let mut push = |kind, name: Option<&'a String>, place| {
        found.extend(name.map(|name| Named { kind, name, place }));
    };
    let renamed = change.action == Action::Rename;
    let place = change.head.as_ref();
    match (&change.after, change.subject) {
        (_, Subject::Table) if renamed => push("table", Some(&change.path.name), place),
        (_, Subject::Column) if renamed => push("column", change.path.part.as_ref(), place),
        (Some(Value::Table(table)), _) if is_new(change) => {
            push("schema", table.schema.as_ref().filter(|name| !look.had_schema(name)), place);
            push("table", Some(&table.name), table.place.as_ref());
            for column in &table.columns {
                push("column", Some(&column.name), column.place.as_ref());
            }
            for index in &table.indexes {
                push("index", index.name.as_ref(), place_of(table, index.columns.first()));
            }
            for one in &table.unique {
                push("unique constraint", one.name.as_ref(), place_of(table, one.columns.first()));
            }
            for key in &table.foreign_keys {
                push("foreign key", key.name.as_ref(), place_of(table, key.columns.first()));
            }
            table.checks.iter().for_each(|check| push("check", check.name.as_ref(), table.place.as_ref()));
        }
        (Some(value), _) if is_new(change) || change.aspects.contains(&Aspect::Name) => match value {
            Value::Column(column) => push("column", Some(&column.name), place),
            Value::Index(index) => push("index", index.name.as_ref(), place),
            Value::Unique(one) => push("unique constraint", one.name.as_ref(), place),
            Value::ForeignKey(key) => push("foreign key", key.name.as_ref(), place),
            Value::Check(check) => push("check", check.name.as_ref(), place),
            Value::Type(ty) => push("type", Some(&ty.name), place),
            Value::Sequence(sequence) => push("sequence", Some(&sequence.name), place),
            Value::View(view) => push("view", Some(&view.name), place),
            _ => {}
        },
        _ => {}
    }
    found
}
