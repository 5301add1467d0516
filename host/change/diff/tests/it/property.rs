//! What holds for any two schemas: `diff(a, a)` is empty, `apply(a, diff(a, b))` is `b`, and so for the way back.

use std::collections::{BTreeMap, BTreeSet};

use belljar_diff::{Action, Certainty, Options, apply, back, diff};
use belljar_schema::{
    CheckConstraint, Column, Computed, Default, Document, ExcludeConstraint, ForeignKey,
    ForeignKeyConstraint, Identity, Index, IndexElement, Inheritance, ObjectKind, PrimaryKey, Property,
    PropertyKind, Relationship, Status, Table, UniqueConstraint,
};
use belljar_testing::make::{
    class, codes, column, creation, declared, document, enum_of, named, object, reason, sequence, table,
    ty_of, view,
};
use proptest::{
    collection::{btree_map, btree_set, vec},
    option,
    prelude::*,
    sample::{select, subsequence},
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

const TABLES: [&str; 5] = ["t1", "t2", "orders", "order_lines", "zoo"];
const COLUMNS: [&str; 7] = ["a", "b", "name", "full_name", "Mixed", "age", "price"];
const VALUES: [&str; 5] = ["new", "newer", "old", "gone", "Ähem"];

fn maybe(texts: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    option::of(select(texts).prop_map(str::to_owned))
}

fn values() -> impl Strategy<Value = Vec<String>> {
    subsequence(VALUES.to_vec(), 1..=VALUES.len())
        .prop_shuffle()
        .prop_map(|values| values.into_iter().map(str::to_owned).collect())
}

prop_compose! {
    fn a_column()(
        ty in select(&["INTEGER", "TEXT", "VARCHAR(50)", "NUMERIC(10, 2)", "TIMESTAMP WITH TIME ZONE"][..]),
        (nullable, always, autoincrement) in (any::<bool>(), any::<bool>(), select(&["auto", "true"][..])),
        (server_default, server_onupdate) in (maybe(&["'x'", "now()", "0"]), maybe(&["now()"])),
        (default, onupdate) in (maybe(&["'x'", "1"]), maybe(&["2"])),
        (computed, identity, in_sequence) in (maybe(&["lower(a)", "b + 1"]), any::<bool>(), any::<bool>()),
        (comment, key, attribute) in (maybe(&["why", "what"]), maybe(&["k1", "k2"]), select(&["same", "x", "y"][..])),
        position in 0..100_u8,
    ) -> (u8, Column) {
        let scalar = |text: String| Default { kind: "scalar".to_owned(), text };
        (position, Column {
            ty: ty_of(ty),
            nullable,
            autoincrement: autoincrement.to_owned(),
            server_default,
            server_default_literal: false,
            server_onupdate,
            default: default.map(scalar),
            onupdate: onupdate.map(scalar),
            computed: computed.map(|sql| Computed { sql, persisted: Some(always) }),
            identity: identity.then_some(Identity { always, start: None, increment: Some(2), ..Identity::default() }),
            sequence: in_sequence.then(|| sequence("own", 1)),
            comment,
            key,
            attribute: Some(attribute.to_owned()),
            ..column("", "")
        })
    }
}

prop_compose! {
    /// Numbers that say what stands on which columns, whichever those are.
    fn constraints()(
        (key, key_name) in (vec(0..7_usize, 0..3), maybe(&["pk_1", "pk_2"])),
        unique in vec((vec(0..7_usize, 1..3), maybe(&["uq_1", "uq_2"]), option::of(Just(true))), 0..3),
        foreign in vec((
            0..7_usize, select(&TABLES[..]), select(&COLUMNS[..]), maybe(&["fk_1", "fk_2"]),
            maybe(&["CASCADE", "SET NULL"]), maybe(&["RESTRICT"]), maybe(&["DEFERRED"]), any::<bool>(),
        ), 0..3),
        checks in vec((maybe(&["ck_1", "ck_2"]), select(&["a > 0", "age > 1 AND age < 9", "lower(name) = 'x'"][..])), 0..3),
        excludes in vec((maybe(&["ex_1"]), select(&["EXCLUDE USING gist (a WITH =)", "EXCLUDE (b WITH &&)"][..])), 0..2),
        indexes in vec((
            vec(0..7_usize, 1..3), maybe(&["ix_1", "ix_2"]), any::<bool>(), option::of(select(&["gin", "hash"][..])),
            option::of(select(&["a > 0", "b IS NULL"][..])), option::of(select(&["lower(a)", "b DESC"][..])),
        ), 0..3),
        comment in maybe(&["one", "two"]),
        options in btree_map(select(&["mysql_engine", "x"][..]), select(&["1", "2"][..]), 0..3),
        prefixes in vec(Just("TEMPORARY".to_owned()), 0..2),
        schema in option::weighted(0.2, Just("app".to_owned())),
    ) -> Table {
        let owned = |numbers: Vec<usize>| numbers.into_iter().map(|one| one.to_string()).collect::<Vec<_>>();
        let mut made = table("", vec![]);
        made.primary_key = PrimaryKey { name: key_name, columns: owned(key), ..PrimaryKey::default() };
        made.unique = unique.into_iter().map(|(columns, name, deferrable)| UniqueConstraint {
            columns: owned(columns), name, deferrable, initially: None, options: BTreeMap::new(), ..UniqueConstraint::default() }).collect();
        made.foreign_keys = foreign.into_iter().map(
            |(from, to, target, name, ondelete, onupdate, initially, use_alter)| ForeignKeyConstraint {
                columns: vec![from.to_string()], targets: vec![format!("{to}.{target}")], name, ondelete, onupdate,
                deferrable: initially.is_some().then_some(true), initially, match_type: None, use_alter, ..ForeignKeyConstraint::default() },
        ).collect();
        made.checks = checks.into_iter().map(|(name, sql)| CheckConstraint { name, sql: sql.to_owned(), ..CheckConstraint::default() }).collect();
        made.excludes = excludes.into_iter().map(|(name, sql)| ExcludeConstraint { name, sql: sql.to_owned(), ..ExcludeConstraint::default() }).collect();
        made.indexes = indexes.into_iter().map(|(columns, name, unique, using, predicate, expression)| {
            let mut options = BTreeMap::new();
            using.map(|text| options.insert("postgresql_using".to_owned(), text.to_owned()));
            predicate.map(|text| options.insert("postgresql_where".to_owned(), text.to_owned()));
            let elements = expression.map(|sql| IndexElement { column: None, sql: sql.to_owned() });
            Index { name, columns: owned(columns), elements: elements.into_iter().collect(), unique, options, ..Index::default() }
        }).collect();
        made.comment = comment;
        made.options = options.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        made.prefixes = prefixes;
        made.schema = schema;
        made
    }
}

fn a_table() -> impl Strategy<Value = Table> {
    (constraints(), btree_map(select(&COLUMNS[..]), a_column(), 1..6)).prop_map(|(mut made, columns)| {
        let mut columns: Vec<(u8, Column)> = columns
            .into_iter()
            .map(|(name, (position, column))| (position, Column { name: name.to_owned(), ..column }))
            .collect();
        columns.sort_by_key(|(position, column)| (*position, column.name.clone()));
        made.columns = columns.into_iter().map(|(_, column)| column).collect();
        fit(&mut made);
        made
    })
}

/// Makes the numbers the names of columns.
fn fit(made: &mut Table) {
    let names: Vec<String> = made.columns.iter().map(|column| column.name.clone()).collect();
    let name = |text: &mut String| {
        if let Ok(number) = text.parse::<usize>() {
            *text = names[number % names.len()].clone();
        }
    };
    let all = |texts: &mut Vec<String>| {
        texts.iter_mut().for_each(name);
        let mut seen = BTreeSet::new();
        texts.retain(|text| seen.insert(text.clone()));
    };
    all(&mut made.primary_key.columns);
    made.unique.iter_mut().for_each(|unique| all(&mut unique.columns));
    made.foreign_keys.iter_mut().for_each(|key| all(&mut key.columns));
    for index in &mut made.indexes {
        all(&mut index.columns);
        let plain =
            index.columns.iter().map(|name| IndexElement { column: Some(name.clone()), sql: name.clone() });
        let expression = std::mem::take(&mut index.elements);
        index.elements = plain.chain(expression).collect();
        index.columns =
            index.elements.iter().map(|one| one.column.clone().unwrap_or_else(|| one.sql.clone())).collect();
    }
    say_keys(made);
}

/// Makes every column say what its constraints do.
fn say_keys(made: &mut Table) {
    made.foreign_keys.sort();
    for column in &mut made.columns {
        column.primary_key = made.primary_key.columns.contains(&column.name);
        let keys = made.foreign_keys.iter().filter(|key| key.columns[0] == column.name);
        column.foreign_keys = keys
            .map(|key| ForeignKey {
                target: key.targets[0].clone(),
                ondelete: key.ondelete.clone(),
                onupdate: key.onupdate.clone(),
            })
            .collect();
        column.foreign_keys.sort();
    }
}

prop_compose! {
    fn others()(
        types in btree_map(select(&["status", "kind"][..]), (values(), any::<bool>()), 0..3),
        sequences in btree_map(select(&["own", "s1", "s2"][..]), (1..3_i64, any::<bool>()), 0..3),
        views in btree_map(select(&["v1", "v2"][..]), (select(&["SELECT 1", "SELECT a FROM t1"][..]), any::<bool>()), 0..3),
        objects in btree_set((select(&["f()", "t"][..]), select(&["CREATE x", "CREATE y"][..])), 0..4),
        classes in btree_map(
            select(&["A", "B"][..]),
            (select(&TABLES[..]), any::<bool>(), select(&["r1", "r2"][..]), select(&["A", "B"][..]), maybe(&["a + 1"])),
            0..3,
        ),
    ) -> Document {
        let mut made = document(vec![]);
        made.types = types.into_iter().map(|(name, (values, created))| {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            belljar_schema::NamedType { created, ..named(name, &values, &[]) }
        }).collect();
        made.sequences = sequences.into_iter().map(|(name, (start, cycle))| {
            declared(belljar_schema::Sequence { cycle: cycle.then_some(true), ..sequence(name, start) })
        }).collect();
        made.views = views.into_iter().map(|(name, (query, materialized))| {
            belljar_schema::View { materialized, ..view(name, query) }
        }).collect();
        made.objects = objects.into_iter().map(|(name, sql)| object(ObjectKind::Function, name, sql)).collect();
        made.classes = classes.into_iter().map(|(name, (table, inherits, relation, target, text))| {
            let mut made = class(name, &[table]);
            let kind = "joined".to_owned();
            made.inheritance = inherits.then(|| Inheritance { base: "m:A".to_owned(), kind, polymorphic_identity: None });
            made.relationships = vec![Relationship {
                name: relation.to_owned(),
                target: format!("app.models:{target}"),
                direction: Some("many_to_one".to_owned()),
                uselist: Some(inherits),
                secondary: None,
                back_populates: None,
            }];
            made.properties = vec![Property { name: "p".to_owned(), kind: PropertyKind::Hybrid, text }];
            made
        }).collect();
        made
    }
}

fn a_document() -> impl Strategy<Value = Document> {
    (others(), btree_map(select(&TABLES[..]), a_table(), 0..5)).prop_map(|(mut made, tables)| {
        made.tables = tables
            .into_iter()
            .map(|(name, one)| Table {
                class: Some(format!("app.models:{name}")),
                name: name.to_owned(),
                ..one
            })
            .collect();
        for column in made.tables.iter_mut().flat_map(|table| &mut table.columns) {
            // Some columns have an enumeration, and all repeat what their sequence is.
            if column.name == "name"
                && let Some(ty) = made.types.first()
            {
                let values: Vec<&str> = ty.values.iter().map(String::as_str).collect();
                column.ty = enum_of(&ty.name, &values);
            }
            if let Some(own) = made.sequences.iter().find(|one| one.sequence.name == "own") {
                column.sequence = column.sequence.as_ref().map(|_| own.sequence.clone());
            }
        }
        made.views.iter_mut().for_each(|view| view.creation = creation());
        made
    })
}

/// Takes over constraints of another table, with one thing about each changed.
fn keep_some(table: &mut Table, other: &Table, keep: &mut impl Iterator<Item = bool>) {
    let has = |name: &String| table.columns.iter().any(|column| column.name == *name);
    let keys = other.foreign_keys.iter().filter(|key| key.columns.iter().all(has)).cloned();
    let mut keys: Vec<ForeignKeyConstraint> = keys.collect();
    let other_text = |text: &mut Option<String>, other: &str| {
        *text = if text.is_some() { None } else { Some(other.to_owned()) };
    };
    for key in &mut keys {
        match (keep.next(), keep.next()) {
            (Some(true), Some(true)) => other_text(&mut key.ondelete, "CASCADE"),
            (Some(true), _) => other_text(&mut key.onupdate, "RESTRICT"),
            (_, Some(true)) => other_text(&mut key.name, "fk_3"),
            _ => {}
        }
    }
    let mut indexes: Vec<Index> = other
        .indexes
        .iter()
        .filter(|index| index.elements.iter().all(|one| one.column.as_ref().is_some_and(has)))
        .cloned()
        .collect();
    for index in &mut indexes {
        match (keep.next(), keep.next()) {
            (Some(true), Some(true)) => other_text(&mut index.name, "ix_3"),
            (Some(true), _) => drop(index.options.insert("postgresql_where".to_owned(), "b > 7".to_owned())),
            _ => {}
        }
    }
    if !keys.is_empty() && keep.next() == Some(true) {
        table.foreign_keys = keys;
    }
    if !indexes.is_empty() && keep.next() == Some(true) {
        table.indexes = indexes;
    }
    say_keys(table);
}

/// A document, and one that is half of it and half another: most of what is in both differs a little.
fn two_documents() -> impl Strategy<Value = (Document, Document)> {
    let mixed = (a_document(), a_document(), vec(any::<bool>(), 40)).prop_map(|(base, mut head, keep)| {
        let mut keep = keep.into_iter().cycle();
        for table in &mut head.tables {
            if let Some(other) = base.tables.iter().find(|other| other.name == table.name) {
                for column in &mut table.columns {
                    let old = other.columns.iter().find(|old| old.name == column.name);
                    if let Some(old) = old.filter(|_| keep.next() == Some(true)) {
                        let own = column.clone();
                        *column = Column {
                            primary_key: own.primary_key,
                            foreign_keys: own.foreign_keys,
                            sequence: own.sequence,
                            ty: if own.ty.enum_name.is_some() { own.ty } else { old.ty.clone() },
                            ..old.clone()
                        };
                    }
                }
                if keep.next() == Some(true) {
                    table.schema.clone_from(&other.schema);
                }
                keep_some(table, other, &mut keep);
            }
        }
        (base, head)
    });
    // The second kind is a base whose tables or columns have other names.
    let renamed = (a_document(), select(&["t1", "zoo"][..]), select(&["fresh", "t1_new"][..])).prop_map(
        |(base, old, new)| {
            let mut head = base.clone();
            for table in &mut head.tables {
                if table.name == old {
                    table.name = new.to_owned();
                }
                for column in table.columns.iter_mut().filter(|column| column.name == "price") {
                    column.name = "price_net".to_owned();
                }
                let rename = |text: &mut String| {
                    if text == "price" {
                        *text = "price_net".to_owned();
                    }
                };
                table.primary_key.columns.iter_mut().for_each(rename);
                table.unique.iter_mut().flat_map(|one| &mut one.columns).for_each(rename);
                table.foreign_keys.iter_mut().flat_map(|one| &mut one.columns).for_each(rename);
                for index in &mut table.indexes {
                    index.columns.iter_mut().for_each(rename);
                    index.elements.iter_mut().for_each(|one| rename(&mut one.sql));
                    index.elements.iter_mut().filter_map(|one| one.column.as_mut()).for_each(rename);
                }
            }
            (base, head)
        },
    );
    prop_oneof![2 => mixed, 1 => renamed]
}

/// Two documents that follow from a number.
pub(crate) fn sample(seed: u8) -> (Document, Document) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    two_documents().new_tree(&mut runner).expect("a sample").current()
}

/// What a change modifies.
const MODIFIED: [&str; 48] = [
    "table-comment",
    "table-prefixes",
    "table-option",
    "table-order",
    "column-type",
    "column-nullable",
    "column-server-default",
    "column-server-onupdate",
    "column-default",
    "column-onupdate",
    "column-computed",
    "column-identity",
    "column-sequence",
    "column-autoincrement",
    "column-comment",
    "column-key",
    "column-attribute",
    "primary-key-columns",
    "primary-key-name",
    "unique-columns",
    "unique-deferrable",
    "unique-name",
    "foreign-key-columns",
    "foreign-key-targets",
    "foreign-key-ondelete",
    "foreign-key-onupdate",
    "foreign-key-deferrable",
    "foreign-key-name",
    "check-expression",
    "check-name",
    "exclude-expression",
    "exclude-name",
    "index-elements",
    "index-unique",
    "index-method",
    "index-predicate",
    "index-name",
    "type-creation",
    "type-order",
    "sequence-start",
    "sequence-cycle",
    "view-materialized",
    "view-query",
    "object-statement",
    "class-tables",
    "class-inheritance",
    "relationship-target",
    "property-text",
];

/// The properties say nothing where the generator makes no changes.
#[test]
fn the_samples_hold_nearly_every_kind_of_change() {
    let mut seen = BTreeSet::new();
    for seed in 0..=255 {
        let (base, head) = sample(seed);
        let found = diff(&base, &head, &Options::default());
        seen.extend(found.changes.into_iter().map(|change| change.code));
    }
    let subjects = [
        "table",
        "column",
        "unique",
        "foreign-key",
        "check",
        "exclude",
        "index",
        "type",
        "enum-value",
        "sequence",
        "view",
        "object",
        "class",
        "relationship",
    ];
    let mut expected: Vec<String> =
        subjects.iter().flat_map(|subject| [format!("add-{subject}"), format!("drop-{subject}")]).collect();
    expected.extend(MODIFIED.iter().map(|aspect| format!("modify-{aspect}")));
    expected.extend(["rename-table", "move-table", "rename-column", "rename-enum-value"].map(str::to_owned));
    let missing: Vec<&String> = expected.iter().filter(|code| !seen.contains(*code)).collect();
    assert!(missing.is_empty(), "no sample has {missing:?}");
}

/// What a database would hold, and the classes, in the order of a document, without what only describes it.
fn held(document: &Document) -> Document {
    let mut held = document.clone();
    // Applying nothing sorts everything.
    held = apply(&held, &diff(document, document, &Options::default()));
    held.types.iter_mut().for_each(|ty| {
        // What the values say already, and the columns.
        ty.sql = None;
        ty.columns.clear();
        ty.place = None;
    });
    held
}

proptest! {
    #![proptest_config(Config { cases: 400, ..Config::default() })]

    #[test]
    fn nothing_differs_from_itself(base in a_document()) {
        let found = diff(&base, &base, &Options::default());
        prop_assert!(found.is_empty(), "{:?}", codes(&found));
        prop_assert_eq!(&held(&base), &held(&apply(&base, &found)));
    }

    #[test]
    fn a_diff_makes_the_head((base, head) in two_documents()) {
        let found = diff(&base, &head, &Options::default());
        let made = apply(&base, &found);
        let left = diff(&made, &head, &Options::default());
        prop_assert!(left.is_empty(), "{:?} after {:?}", codes(&left), codes(&found));
        prop_assert_eq!(held(&made), held(&head), "{:?}", codes(&found));
    }

    #[test]
    fn the_way_back_makes_the_base((base, head) in two_documents()) {
        let found = diff(&base, &head, &Options::default());
        let (end, way) = back(&base, &head, &found);
        let left = diff(&apply(&head, &way), &end, &Options::default());
        prop_assert!(left.is_empty(), "{:?} after {:?}", codes(&left), codes(&way));
        let renames = |diff: &belljar_diff::Diff| diff.changes.iter().filter(|change| change.was.is_some()).count();
        prop_assert_eq!(renames(&found), renames(&way));
    }

    #[test]
    fn the_same_documents_give_the_same_diff((base, head) in two_documents()) {
        let both = [(); 2].map(|()| diff(&base, &head, &Options::default()));
        prop_assert_eq!(&both[0], &both[1]);
    }

    /// Whatever is lost of the head, nothing of it is dropped for certain.
    #[test]
    fn what_is_lost_is_not_dropped((base, mut head) in two_documents(), whole in any::<bool>()) {
        if whole {
            head.diagnostics.push(belljar_testing::make::diagnostic("no-end", None));
            for table in &mut head.tables {
                (table.status, table.reasons) = (Status::Partial, vec![reason()]);
            }
            for ty in &mut head.types {
                (ty.status, ty.reasons) = (Status::Partial, vec![reason()]);
            }
        } else {
            head.tables.clear();
            head.diagnostics.push(belljar_testing::make::diagnostic("module-failed", Some("app/models.py")));
        }
        let found = diff(&base, &head, &Options::default());
        for change in found.changes.iter().filter(|change| change.effect == belljar_diff::Effect::Database) {
            let table = ["table", "column", "foreign-key", "index", "check", "unique"]
                .iter()
                .any(|subject| change.code == format!("drop-{subject}"));
            prop_assert!(!table, "{} {}", change.code, change.path);
            let is_reported = change.action != Action::Missing || change.certainty == Certainty::CannotTell;
            prop_assert!(is_reported && (change.certainty != Certainty::CannotTell || !change.notes.is_empty()));
        }
    }
}
