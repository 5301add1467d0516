use belljar_schema::{Column, ColumnType, Default, Table};

use crate::{
    Action, Aspect, Change, Note, Path, Side, Subject, Value,
    column_facts::{difference, is_system, rendered},
    context::{Context, text},
    names::without_module,
    normalise::{self, same},
    numbering::is_numbered,
    pair::Pairs,
    sequences,
    uncertain::{is_marked, marked, of_column},
};

/// Two paired tables, with their doubts.
pub(crate) struct InTable<'a> {
    pub(crate) base: &'a Table,
    pub(crate) head: &'a Table,
    pub(crate) path: Path,
    pub(crate) notes: Vec<Note>,
}

/// Compares the columns of two tables, and their order.
pub(crate) fn compare(context: &mut Context<'_>, own: &InTable<'_>) {
    if own.base.columns == own.head.columns {
        return;
    }
    let pairs = Pairs::new(&own.base.columns, &own.head.columns)
        .by(|column| Some((column.name.as_str(), is_system(column))));
    for column in &pairs.base {
        let path = own.path.part(&*column.name);
        let possible = context.renames.possible(Side::Base, Subject::Column, &path);
        let change = Change::dropped(Subject::Column, path, Value::Column(Box::new((*column).clone())));
        let change = of_system(change, column);
        let change = change.at(column.place.as_ref(), own.head.place.as_ref()).likely_for(possible);
        let mut doubts = own.notes.clone();
        let marked_columns = pairs.head.iter().filter(|column| is_marked(&column.name));
        doubts.extend(marked_columns.map(|column| marked(Side::Head, &column.name, column.place.as_ref())));
        context.out.push(change.likely_for(of_column(Side::Base, column)).doubted(doubts));
    }
    for (base, head) in &pairs.both {
        if base != head {
            Compared { context, own, base, head, path: own.path.part(&*head.name) }.all();
        }
    }
    for column in &pairs.head {
        added(context, own, column);
    }
    order(context, own, &pairs);
}

/// Whether an option of a column is part of its DDL; `server_default` of a trigger is not.
pub(crate) fn is_of_ddl(option: &str) -> bool {
    !option.starts_with("server_") || option.contains(':')
}

/// A system column is only mapped or not.
fn of_system(change: Change, column: &Column) -> Change {
    if is_system(column) { change.information() } else { change }
}

fn added(context: &mut Context<'_>, own: &InTable<'_>, column: &Column) {
    let path = own.path.part(&*column.name);
    let possible = context.renames.possible(Side::Head, Subject::Column, &path);
    let mut change = Change::added(Subject::Column, path, Value::Column(Box::new(column.clone())));
    change.position = own.head.columns.iter().position(|one| one.name == column.name);
    let change = of_system(change, column);
    let change = change.at(own.base.place.as_ref(), column.place.as_ref()).likely_for(possible);
    let mut doubts = own.notes.clone();
    let marked_columns = own.base.columns.iter().filter(|column| is_marked(&column.name));
    doubts.extend(marked_columns.map(|column| marked(Side::Base, &column.name, column.place.as_ref())));
    if is_marked(&column.name) {
        doubts.extend(of_column(Side::Head, column));
        context.out.push(change.doubted(doubts));
    } else {
        context.out.push(change.likely_for(of_column(Side::Head, column)).doubted(doubts));
    }
}

/// A database does not reorder columns; only a new database has the new order.
fn order(context: &mut Context<'_>, own: &InTable<'_>, pairs: &Pairs<'_, Column>) {
    // The pairs are in the order of the base.
    let base: Vec<&String> = pairs.both.iter().map(|(base, _)| &base.name).collect();
    let is_common = |column: &&Column| !pairs.head.iter().any(|new| new.name == column.name);
    let head: Vec<&String> = own.head.columns.iter().filter(is_common).map(|column| &column.name).collect();
    if base != head {
        let list = |table: &Table| {
            Some(Value::List(table.columns.iter().map(|column| column.name.clone()).collect()))
        };
        let aspects = vec![Aspect::Order];
        let change =
            Change::modified(Subject::Table, own.path.clone(), aspects, list(own.base), list(own.head));
        let change = change.at(own.base.place.as_ref(), own.head.place.as_ref()).information();
        context.out.push(change.doubted(own.notes.clone()));
    }
}

/// Two columns of different sides that are compared.
struct Compared<'a, 'b, 'c> {
    context: &'a mut Context<'c>,
    own: &'a InTable<'b>,
    base: &'b Column,
    head: &'b Column,
    path: Path,
}

impl Compared<'_, '_, '_> {
    fn all(mut self) {
        let (base, head) = (self.base, self.head);
        self.ty();
        if base.nullable != head.nullable {
            let flag = |flag| Some(Value::Flag(flag));
            self.database(Aspect::Nullable, flag(base.nullable), flag(head.nullable));
        }
        self.defaults();
        self.generated();
        if base.autoincrement != head.autoincrement {
            let (before, after) = (text(Some(&base.autoincrement)), text(Some(&head.autoincrement)));
            // `autoincrement=True` is the default of most keys, and has no effect on other columns.
            if is_numbered(self.own.base, base) == is_numbered(self.own.head, head) {
                self.information(Aspect::Autoincrement, before, after);
            } else {
                self.database(Aspect::Autoincrement, before, after);
            }
        }
        self.texts(Aspect::Comment, base.comment.as_ref(), head.comment.as_ref());
        self.options();
        let renamed = |one: &Option<String>, other: &Option<String>| one != other;
        if renamed(&base.key, &head.key) {
            self.information(Aspect::Key, text(base.key.as_ref()), text(head.key.as_ref()));
        }
        // A table that a class is newly mapped to did not change.
        if base.attribute.is_some() && head.attribute.is_some() && renamed(&base.attribute, &head.attribute) {
            self.information(Aspect::Attribute, text(base.attribute.as_ref()), text(head.attribute.as_ref()));
        }
    }

    fn ty(&mut self) {
        let ty = |column: &Column| Some(Value::ColumnType(Box::new(column.ty.clone())));
        let (before, after) = (ty(self.base), ty(self.head));
        let key = self.base.primary_key || self.head.primary_key;
        let Some((aspects, dialects)) = difference(&self.base.ty, &self.head.ty, key) else {
            if other_class(&self.base.ty, &self.head.ty) {
                self.information(Aspect::Class, before, after);
            }
            return;
        };
        let mut change = Change::modified(Subject::Column, self.path.clone(), aspects, before, after);
        change.dialects = dialects.into_iter().map(str::to_owned).collect();
        if self.context.other_sqlalchemy && self.base.ty.repr == self.head.ty.repr {
            let message = "the code is the same, but the sides ran with different releases of SQLAlchemy";
            change = change.likely_for(vec![Note::new("other-sqlalchemy", message)]);
        }
        if rendered(&self.base.ty).is_none() || rendered(&self.head.ty).is_none() {
            let message = "no dialect renders the type, so only the code is compared";
            change = change.doubted(vec![Note::new("type-not-rendered", message)]);
        }
        self.push(change);
    }

    fn defaults(&mut self) {
        let (base, head) = (self.base, self.head);
        let aspects = [
            (Aspect::ServerDefault, &default_ddl(base), &default_ddl(head)),
            (Aspect::ServerOnupdate, &base.server_onupdate, &head.server_onupdate),
        ];
        for (aspect, before, after) in aspects {
            let (old, new) = (base.ty.postgresql.as_deref(), head.ty.postgresql.as_deref());
            let same = match (before, after) {
                (Some(before), Some(after)) => self.context.same_default((before, old), (after, new)),
                (before, after) => before == after,
            };
            if !same {
                self.database(aspect, text(before.as_ref()), text(after.as_ref()));
            }
        }
        let default = |default: &Option<Default>| default.clone().map(Value::Default);
        let aspects = [
            (Aspect::Default, &base.default, &head.default),
            (Aspect::Onupdate, &base.onupdate, &head.onupdate),
        ];
        for (aspect, before, after) in aspects {
            if !self.same_default(before.as_ref(), after.as_ref()) {
                self.information(aspect, default(before), default(after));
            }
        }
    }

    /// The options of a column; `server_default` of a trigger is not part of its DDL.
    fn options(&mut self) {
        // An option of all dialects is not reported again for one.
        let is_reported = |name: &str| match name.split_once(':') {
            Some(("server_default", _)) => self.base.server_default != self.head.server_default,
            Some(("computed", _)) => self.base.computed != self.head.computed,
            _ => false,
        };
        for in_ddl in [true, false] {
            let side = |column: &Column| {
                let own =
                    column.options.iter().filter(|(name, _)| is_of_ddl(name) == in_ddl && !is_reported(name));
                let texts: Vec<String> = own.map(|(name, text)| format!("{name}={text}")).collect();
                (!texts.is_empty()).then_some(Value::List(texts))
            };
            match (side(self.base), side(self.head)) {
                (before, after) if before == after => {}
                (before, after) if in_ddl => self.database(Aspect::Options, before, after),
                (before, after) => self.information(Aspect::Options, before, after),
            }
        }
    }

    /// A function that moved to another module of the repository is the same.
    fn same_default(&self, base: Option<&Default>, head: Option<&Default>) -> bool {
        let (Some(base), Some(head)) = (base, head) else { return base == head };
        if base == head || base.kind != head.kind {
            return base == head;
        }
        let package = |table: &Table| {
            let class = table.class.as_ref().unwrap_or(&table.metadata);
            class.split(['.', ':']).next().unwrap_or_default().to_owned()
        };
        let own = |text: &str, table: &Table| text.split('.').next() == Some(&package(table));
        match base.kind.as_str() {
            "clause" => normalise::expression(&base.text) == normalise::expression(&head.text),
            "callable" => {
                own(&base.text, self.own.base)
                    && own(&head.text, self.own.head)
                    && base.text.rsplit('.').next() == head.text.rsplit('.').next()
            }
            _ => false,
        }
    }

    fn generated(&mut self) {
        let (base, head) = (self.base, self.head);
        let same_computed = match (&base.computed, &head.computed) {
            (Some(one), Some(other)) => {
                one.persisted == other.persisted
                    && same(Some(&one.sql), Some(&other.sql), normalise::expression)
            }
            (one, other) => one == other,
        };
        if !same_computed {
            let value = |column: &Column| column.computed.clone().map(Value::Computed);
            self.database(Aspect::Computed, value(base), value(head));
        }
        if !sequences::same_identity(base, head) {
            let value = |column: &Column| column.identity.clone().map(Value::Identity);
            self.database(Aspect::Identity, value(base), value(head));
        }
        if !sequences::same(base.sequence.as_ref(), head.sequence.as_ref()) && !self.same_sequence() {
            let value = |column: &Column| column.sequence.clone().map(Value::Sequence);
            self.database(Aspect::Sequence, value(base), value(head));
        }
    }

    /// Whether it is the same sequence; its differences are reported where sequences are compared.
    fn same_sequence(&self) -> bool {
        let (Some(base), Some(head)) = (&self.base.sequence, &self.head.sequence) else { return false };
        let name = belljar_schema::full_name(head.schema.as_deref(), &head.name);
        (&base.schema, &base.name) == (&head.schema, &head.name) && self.context.sequences.contains(&name)
    }

    fn texts(&mut self, aspect: Aspect, before: Option<&String>, after: Option<&String>) {
        if before != after {
            self.database(aspect, text(before), text(after));
        }
    }

    fn database(&mut self, aspect: Aspect, before: Option<Value>, after: Option<Value>) {
        self.push(Change::modified(Subject::Column, self.path.clone(), vec![aspect], before, after));
    }

    fn information(&mut self, aspect: Aspect, before: Option<Value>, after: Option<Value>) {
        self.push(
            Change::modified(Subject::Column, self.path.clone(), vec![aspect], before, after).information(),
        );
    }

    fn push(&mut self, change: Change) {
        debug_assert_eq!(change.action, Action::Modify, "columns that are one are only modified");
        let mut doubts = of_column(Side::Base, self.base);
        doubts.extend(of_column(Side::Head, self.head));
        let change = change.at(self.base.place.as_ref(), self.head.place.as_ref());
        self.context.out.push(change.likely_for(self.own.notes.clone()).doubted(doubts));
    }
}

/// The DDL of a server default.
fn default_ddl(column: &Column) -> Option<String> {
    let text = column.server_default.as_ref()?;
    let literal = || format!("'{}'", text.replace('\'', "''"));
    Some(if column.server_default_literal { literal() } else { text.clone() })
}

/// Whether another class of the repository or a library renders the same DDL: its Python side may differ.
fn other_class(base: &ColumnType, head: &ColumnType) -> bool {
    let own = |ty: &ColumnType| !ty.module.starts_with("sqlalchemy.");
    without_module(&base.class) != without_module(&head.class) && (own(base) || own(head))
}
