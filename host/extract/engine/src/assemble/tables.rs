//! From the frame of a table to the table of the schema.

use std::collections::BTreeMap;

use belljar_frames as frames;
use belljar_schema::{
    CheckConstraint, Column, ColumnType, Computed, Default, ExcludeConstraint, ForeignKey,
    ForeignKeyConstraint, Identity, Index, IndexElement, PrimaryKey, Sequence, Status, Table,
    UniqueConstraint,
};

use super::{
    places::{self, Owner, Places},
    reasons::Reasons,
};

/// The table of a frame, with its class where one owns it.
pub(super) fn table(
    frame: &frames::Table,
    class: Option<&frames::Class>,
    places: &Places,
    reasons: &Reasons,
) -> Table {
    let declared = class.and_then(|class| places.class(&class.itself));
    let owner = class.map(|class| Owner::new(class, places));
    let found = reasons.all(&frame.reasons);
    Table {
        metadata: frame.metadata.clone(),
        schema: frame.schema.clone(),
        name: frame.name.clone(),
        status: status(found.is_empty()),
        reasons: found,
        place: declared.or_else(|| frame.place.clone().map(places::place)),
        class: class.map(|class| places::qualified(&class.itself)),
        columns: frame.columns.iter().map(|item| column(item, owner.as_ref(), reasons)).collect(),
        primary_key: primary_key(frame.primary_key.clone()),
        unique: frame.unique.iter().cloned().map(unique).collect(),
        foreign_keys: frame.foreign_keys.iter().cloned().map(foreign_key_constraint).collect(),
        checks: frame.checks.iter().cloned().map(check).collect(),
        indexes: frame.indexes.iter().cloned().map(index_of).collect(),
        excludes: frame.excludes.iter().cloned().map(exclude).collect(),
        comment: frame.comment.clone(),
        prefixes: frame.prefixes.clone(),
        options: entries(&frame.options),
    }
}

/// The status of an object with this exactness.
pub(super) fn status(exact: bool) -> Status {
    if exact { Status::Exact } else { Status::Partial }
}

/// Pairs as a map.
pub(super) fn entries(entries: &[frames::Entry]) -> BTreeMap<String, String> {
    entries.iter().map(|entry| (entry.name.clone(), entry.value.clone())).collect()
}

fn column(frame: &frames::Column, owner: Option<&Owner>, reasons: &Reasons) -> Column {
    let (attribute, declared) = owner.map(|owner| owner.attribute(&frame.name)).unwrap_or_default();
    let found = reasons.all(&frame.reasons);
    Column {
        name: frame.name.clone(),
        key: (frame.key != frame.name).then(|| frame.key.clone()),
        attribute,
        status: status(found.is_empty()),
        reasons: found,
        place: declared.or_else(|| frame.place.clone().map(places::place)),
        ty: column_type(&frame.ty),
        nullable: frame.nullable,
        primary_key: frame.primary_key,
        autoincrement: frame.autoincrement.clone(),
        server_default: frame.server_default.clone(),
        server_default_literal: frame.server_default_literal,
        server_onupdate: frame.server_onupdate.clone(),
        default: frame.default.clone().map(default),
        onupdate: frame.onupdate.clone().map(default),
        computed: frame.computed.clone().map(|item| Computed { sql: item.sql, persisted: item.persisted }),
        identity: frame.identity.as_ref().map(identity),
        sequence: frame.sequence.clone().map(sequence),
        comment: frame.comment.clone(),
        foreign_keys: frame.foreign_keys.iter().cloned().map(foreign_key).collect(),
        options: entries(&frame.options),
    }
}

/// A type as the schema has it.
pub(super) fn column_type(frame: &frames::ColumnType) -> ColumnType {
    let ddl =
        |dialect: &str| frame.ddl.iter().find(|entry| entry.name == dialect).map(|entry| entry.value.clone());
    ColumnType {
        class: frame.class_name.clone(),
        module: frame.module.clone(),
        repr: frame.repr.clone(),
        enum_values: frame.enum_values.clone(),
        enum_name: frame.enum_name.clone(),
        postgresql: ddl("postgresql"),
        mysql: ddl("mysql"),
        mariadb: ddl("mariadb"),
        sqlite: ddl("sqlite"),
        mssql: ddl("mssql"),
        oracle: ddl("oracle"),
    }
}

fn default(frame: frames::Default) -> Default {
    Default { kind: frame.kind, text: frame.text }
}

fn identity(frame: &frames::Identity) -> Identity {
    Identity {
        always: frame.always,
        start: frame.start,
        increment: frame.increment,
        options: entries(&frame.options),
    }
}

/// A sequence as the schema has it.
pub(super) fn sequence(frame: frames::Sequence) -> Sequence {
    Sequence {
        schema: frame.schema,
        name: frame.name,
        start: frame.start,
        increment: frame.increment,
        min_value: frame.min_value,
        max_value: frame.max_value,
        cycle: frame.cycle,
        cache: frame.cache,
        data_type: frame.data_type,
        options: entries(&frame.options),
    }
}

fn foreign_key(frame: frames::ForeignKey) -> ForeignKey {
    ForeignKey { target: frame.target, ondelete: frame.ondelete, onupdate: frame.onupdate }
}

fn primary_key(frame: frames::PrimaryKey) -> PrimaryKey {
    PrimaryKey {
        options: entries(&frame.options),
        names: entries(&frame.scope.names),
        dialects: frame.scope.dialects,
        name: frame.name,
        columns: frame.columns,
    }
}

fn check(frame: frames::NamedSql) -> CheckConstraint {
    CheckConstraint {
        options: entries(&frame.options),
        names: entries(&frame.scope.names),
        dialects: frame.scope.dialects,
        name: frame.name,
        sql: frame.sql,
    }
}

fn exclude(frame: frames::NamedSql) -> ExcludeConstraint {
    ExcludeConstraint {
        options: entries(&frame.options),
        names: entries(&frame.scope.names),
        dialects: frame.scope.dialects,
        name: frame.name,
        sql: frame.sql,
    }
}

fn unique(frame: frames::UniqueConstraint) -> UniqueConstraint {
    UniqueConstraint {
        options: entries(&frame.options),
        names: entries(&frame.scope.names),
        dialects: frame.scope.dialects,
        columns: frame.columns,
        name: frame.name,
        deferrable: frame.deferrable,
        initially: frame.initially,
    }
}

fn foreign_key_constraint(frame: frames::ForeignKeyConstraint) -> ForeignKeyConstraint {
    ForeignKeyConstraint {
        options: entries(&frame.options),
        names: entries(&frame.scope.names),
        dialects: frame.scope.dialects,
        columns: frame.columns,
        targets: frame.targets,
        name: frame.name,
        ondelete: frame.ondelete,
        onupdate: frame.onupdate,
        deferrable: frame.deferrable,
        initially: frame.initially,
        match_type: frame.match_type,
        use_alter: frame.use_alter,
    }
}

/// An index as the schema has it.
pub(super) fn index_of(frame: frames::Index) -> Index {
    Index {
        options: entries(&frame.options),
        names: entries(&frame.scope.names),
        dialects: frame.scope.dialects,
        name: frame.name,
        unique: frame.unique,
        columns: frame.elements.iter().map(|element| element.text.clone()).collect(),
        elements: frame
            .elements
            .into_iter()
            .map(|element| IndexElement { column: element.column, sql: element.sql })
            .collect(),
    }
}
