//! Services of a monorepo: import roots that have one module, and tables, of one name.

use belljar_diff::{Action, Certainty, Diff, Effect, apply};
use belljar_schema::{Column, Document, Place, Sequence, Table};
use belljar_testing::make::{
    class, codes, column, compare, declared, document, id, named, only, sequence, table, view, with,
};
use proptest::{collection::btree_set, prelude::*, sample::select, test_runner::Config};

/// A service by its folder, with the columns of its tables beside a key.
type Service<'a> = (&'a str, &'a [(&'a str, &'a [&'a str])]);

/// What is extracted of some services: the first folder has the plain label.
fn services(all: &[Service<'_>]) -> Document {
    let mut all = all.to_vec();
    all.sort_unstable();
    let mut made = document(vec![]);
    for (position, (folder, tables)) in all.iter().enumerate() {
        let place = |line| Some(Place { path: format!("services/{folder}/src/schema/schema.py"), line });
        for (number, (name, columns)) in (0_u32..).zip(*tables) {
            let columns = std::iter::once(id()).chain(columns.iter().map(|one| column(one, "TEXT")));
            let own = columns.map(|one| Column { place: place(number * 10 + 1), ..one }).collect();
            let label = "schema.schema:Base.metadata";
            made.tables.push(Table {
                metadata: if position == 0 {
                    label.to_owned()
                } else {
                    format!("services/{folder}/src!{label}")
                },
                place: place(number * 10),
                class: Some(format!("schema.schema:{name}")),
                ..table(name, own)
            });
            let mine = made.tables.last().map(|table| table.metadata.clone());
            let mut state = named("state", &[columns_of(name, tables)[0], "done"], &[]);
            (state.metadata, state.place) = (mine.clone(), place(3));
            let mut numbers =
                declared(Sequence { start: i64::try_from(tables.len()).ok(), ..sequence("numbers", 1) });
            (numbers.metadata, numbers.place) = (mine.clone(), place(4));
            let mut all_of =
                view("everything", &format!("SELECT {} FROM {name}", columns_of(name, tables)[0]));
            (all_of.metadata, all_of.place) = (mine, place(5));
            if number == 0 {
                made.types.push(state);
                made.sequences.push(numbers);
                made.views.push(all_of);
            }
            let mut one = class(name, &[name]);
            (one.name, one.place) = (format!("schema.schema:{name}"), place(number * 10));
            made.classes.push(one);
        }
    }
    made.tables.sort_by(|one, other| (&one.name, &one.metadata).cmp(&(&other.name, &other.metadata)));
    made.classes.sort_by(|one, other| (&one.name, &one.place).cmp(&(&other.name, &other.place)));
    made
}

fn columns_of<'a>(name: &str, tables: &'a [(&str, &[&str])]) -> &'a [&'a str] {
    tables.iter().find(|(own, _)| *own == name).map_or(&[], |(_, columns)| columns)
}

const BILLING: Service<'_> = ("Billing", &[("messages", &["invoice", "amount"]), ("payers", &["name"])]);
const CONVERSATION: Service<'_> = ("Conversation", &[("messages", &["body", "author"])]);
const ACCOUNTS: Service<'_> = ("Accounts", &[("messages", &["subject"]), ("logins", &["name"])]);

fn of_database(found: &Diff) -> Vec<String> {
    let only = found.changes.iter().filter(|change| change.effect == Effect::Database);
    only.map(|change| format!("{} {}", change.code, change.path)).collect()
}

#[test]
fn a_service_that_sorts_first_takes_no_label() {
    let (base, head) = (services(&[BILLING, CONVERSATION]), services(&[ACCOUNTS, BILLING, CONVERSATION]));
    let found = compare(&base, &head);
    let new = ["type state", "sequence numbers", "table logins", "table messages", "view everything"];
    assert_eq!(of_database(&found), new.map(|one| format!("add-{one}")));
    // In one database there would be one table of that name.
    assert_eq!(found.changes.iter().map(|change| change.certainty).max(), Some(Certainty::Likely));
    assert_eq!(compare(&apply(&base, &found), &head).changes, []);
    let back = compare(&head, &base);
    // What another service has by that name may be the same to a database.
    let gone = |one: &str| format!("{}-{one}", if one == "table logins" { "drop" } else { "missing" });
    assert_eq!(of_database(&back), new.map(gone));
}

#[test]
fn a_renamed_folder_holds_what_it_held() {
    for (name, others) in [("Billing", [CONVERSATION, ACCOUNTS]), ("Conversation", [BILLING, ACCOUNTS])] {
        let own = [BILLING, CONVERSATION, ACCOUNTS].into_iter().find(|one| one.0 == name).expect("a service");
        for new in ["AAA", "Body", "Zzz"] {
            let base = services(&[own, others[0], others[1]]);
            let head = services(&[(new, own.1), others[0], others[1]]);
            assert_eq!(codes(&compare(&base, &head)), Vec::<String>::new(), "{name} to {new}");
        }
    }
}

/// What is written in one service is reported for that one, whatever else moves.
#[test]
fn a_change_stays_with_its_service() {
    let base = services(&[BILLING, CONVERSATION]);
    let head = services(&[ACCOUNTS, BILLING, ("Conversation", &[("messages", &["body", "author", "seen"])])]);
    let found = compare(&base, &head);
    let added = only(&found, "add-column");
    assert_eq!(added.path.to_string(), "messages.seen");
    assert_eq!(added.path.metadata.as_deref(), Some("services/Conversation/src!schema.schema:Base.metadata"));
    assert_eq!(added.certainty, Certainty::Certain);
    assert!(found.changes.iter().all(|change| change.action != Action::Drop), "{:?}", codes(&found));
}

/// One service in the place of another is perhaps the same, and perhaps not.
#[test]
fn what_may_be_another_service_is_not_certain() {
    let base = services(&[BILLING, CONVERSATION]);
    let head = services(&[("Mail", &[("messages", &["subject", "sender"])]), CONVERSATION]);
    for change in compare(&base, &head).changes.iter().filter(|change| change.path.name == "messages") {
        assert_eq!(change.certainty, Certainty::CannotTell, "{} {}", change.code, change.path);
        assert!(change.notes.iter().any(|note| note.code == "namesake"));
    }
    // Folders that changed places.
    let head = services(&[("Billing", CONVERSATION.1), ("Conversation", BILLING.1)]);
    for change in compare(&base, &head).changes.iter().filter(|change| change.path.name == "messages") {
        assert_ne!(change.certainty, Certainty::Certain, "{} {}", change.code, change.path);
    }
}

/// Without another import root a label is what it says: two bases of one application.
#[test]
fn labels_of_one_root_are_names() {
    let (base, head) =
        (services(&[("Billing", &[("messages", &["invoice", "amount", "a"])])]), services(&[BILLING]));
    let two = |document: &Document| {
        with(document, |document| {
            let other = table("messages", vec![id(), column("invoice", "TEXT")]);
            document.tables.push(Table { metadata: "app.other:Base.metadata".to_owned(), ..other });
        })
    };
    let found = compare(&two(&base), &two(&head));
    assert_eq!(only(&found, "drop-column").certainty, Certainty::Certain, "{:?}", codes(&found));
}

const FOLDERS: [&str; 6] = ["A", "Billing", "C", "Mail", "X", "Z"];
const SHAPES: [&[(&str, &[&str])]; 5] = [
    &[("messages", &["invoice", "amount", "due", "paid"])],
    &[("messages", &["body", "author", "seen", "sent"]), ("threads", &["title", "opened"])],
    &[("messages", &["subject", "sender", "spam", "size"]), ("boxes", &["owner", "quota"])],
    &[("events", &["kind", "at", "who", "why"])],
    &[("messages", &["key", "value", "ttl", "node"]), ("events", &["level", "text", "host", "unit"])],
];

proptest! {
    #![proptest_config(Config { cases: 60, ..Config::default() })]

    /// Each shape is a service of its own, wherever it stands: what stands on both sides is not dropped for certain, nor
    /// is anything in it.
    #[test]
    fn what_is_still_there_is_not_dropped(
        base in btree_set(0..SHAPES.len(), 1..=SHAPES.len()),
        head in btree_set(0..SHAPES.len(), 1..=SHAPES.len()),
        old in Just(FOLDERS).prop_shuffle(),
        new in Just(FOLDERS).prop_shuffle(),
        moved in select(&[0_usize, 1, 2, 6][..]),
    ) {
        let place = |shape: usize, folders: &[&'static str]| (folders[shape], SHAPES[shape]);
        // Some keep their folder, so that only a few are renamed at once.
        let mut folders = old;
        if moved == 6 {
            folders = new;
        } else if moved > 0 {
            folders[..=moved].rotate_left(1);
        }
        let of = |shapes: &std::collections::BTreeSet<usize>, folders: &[&'static str]| {
            services(&shapes.iter().map(|shape| place(*shape, folders)).collect::<Vec<_>>())
        };
        let (base_document, head_document) = (of(&base, &old), of(&head, &folders));
        let found = compare(&base_document, &head_document);
        for change in &found.changes {
            if change.effect != Effect::Database || change.action != Action::Drop || change.certainty != Certainty::Certain {
                continue;
            }
            let part = change.path.part.as_deref();
            let holds = |shape: &usize| SHAPES[*shape].iter().any(|(name, columns)| {
                let of_all = ["state", "numbers", "everything"].contains(&&*change.path.name);
                let own = part.is_none_or(|part| columns.contains(&part) || part == "done");
                (*name == change.path.name || of_all) && own
            });
            prop_assert!(!head.iter().any(holds), "{} {}: {:?}", change.code, change.path, codes(&found));
        }
        if base == head && moved == 0 {
            prop_assert!(found.is_empty());
        }
        // The pairs are the same from the other side.
        let back = compare(&head_document, &base_document);
        let turned: std::collections::BTreeMap<String, String> =
            back.metadata.iter().map(|(one, other)| (other.clone(), one.clone())).collect();
        for (old, new) in &found.metadata {
            let both = base_document.tables.iter().any(|table| table.metadata == *old)
                && head_document.tables.iter().any(|table| table.metadata == *new);
            prop_assert!(!both || turned.get(old) == Some(new), "{old} {new}: {:?} {:?}", found.metadata, back.metadata);
        }
    }

    /// A service more, or one less, changes nothing about the others.
    #[test]
    fn others_are_not_touched(shapes in btree_set(0..SHAPES.len(), 2..=SHAPES.len()), folders in Just(FOLDERS).prop_shuffle()) {
        let all: Vec<Service<'_>> = shapes.iter().map(|shape| (folders[*shape], SHAPES[*shape])).collect();
        for position in 0..all.len() {
            let mut fewer = all.clone();
            let (_, tables) = fewer.remove(position);
            for (one, other, new) in [(&fewer, &all, true), (&all, &fewer, false)] {
                let found = compare(&services(one), &services(other));
                let names: Vec<&str> = found.changes.iter().filter(|one| one.effect == Effect::Database)
                    .map(|change| change.path.name.as_str()).collect();
                let of_all = ["state", "numbers", "everything"];
                let expected: Vec<&str> = tables.iter().map(|(name, _)| *name).chain(of_all).collect();
                prop_assert_eq!(names.len(), expected.len(), "{:?}", codes(&found));
                for change in found.changes.iter().filter(|one| one.effect == Effect::Database) {
                    prop_assert!(expected.contains(&&*change.path.name) && change.path.part.is_none());
                    prop_assert!(!new || change.action == Action::Add, "{} {}", change.code, change.path);
                }
            }
        }
    }
}
