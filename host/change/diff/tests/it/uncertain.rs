//! What can't be determined is never reported as a drop.

use belljar_diff::{Action, Certainty, Diff, Side, apply};
use belljar_schema::{Document, Status};
use belljar_testing::make::{
    class, codes, column, compare, diagnostic, document, enum_of, id, index, named, object, only, place,
    reason, refer, table, unresolved, view, with,
};

fn base() -> Document {
    let mut posts = table("posts", vec![id(), column("user_id", "INTEGER")]);
    refer(&mut posts, "user_id", "users.id", None);
    let mut users = table("users", vec![id(), column("email", "VARCHAR(50)"), column("status", "x")]);
    users.columns[2].ty = enum_of("status", &["a", "b"]);
    users.indexes.push(index("ix", &["email"]));
    let mut document = document(vec![posts, users]);
    document.types.push(named("status", &["a", "b"], &["users.status"]));
    document.classes.push(class("Users", &["users"]));
    document.views.push(view("v", "SELECT 1"));
    document.objects.push(object(belljar_schema::ObjectKind::Trigger, "t", "CREATE TRIGGER t"));
    document
}

/// Everything about the users is gone.
fn without_users(head: &mut Document) {
    head.tables.remove(1);
    head.types.clear();
    head.classes.clear();
}

#[track_caller]
fn nothing_is_dropped(found: &Diff) {
    for change in &found.changes {
        assert_ne!(change.action, Action::Drop, "{} {}", change.code, change.path);
        assert_eq!(change.certainty, Certainty::CannotTell, "{} {}", change.code, change.path);
        assert!(!change.notes.is_empty(), "it says why");
    }
}

#[test]
fn dropped_where_all_is_known() {
    let found = compare(&base(), &with(&base(), without_users));
    assert_eq!(only(&found, "drop-table").certainty, Certainty::Certain);
    assert_eq!(only(&found, "drop-type").certainty, Certainty::Certain);
}

/// Takes something from a head.
type Lose = fn(&mut Document);

/// Each way in which the head may have the table all the same.
#[test]
fn a_table_that_failed_to_load() {
    let cases: [(&str, Lose); 11] = [
        ("its name", |head| head.unresolved.push(unresolved("users", None, "app/x.py"))),
        ("its class", |head| {
            head.unresolved.push(unresolved("Users", Some("app.models:Users"), "app/models.py"));
        }),
        ("its class elsewhere", |head| {
            head.unresolved.push(unresolved("Users", Some("app.people:Users"), "app/people.py"));
        }),
        ("an unnamed table in its file", |head| {
            head.unresolved.push(unresolved("Table(…)", None, "app/models.py"));
        }),
        ("a new class in its file", |head| {
            head.unresolved.push(unresolved("Account", Some("app.models:Account"), "app/models.py"));
        }),
        ("its file", |head| head.diagnostics.push(diagnostic("module-failed", Some("app/models.py")))),
        ("the syntax of its file", |head| {
            head.diagnostics.push(diagnostic("syntax-error", Some("app/models.py")));
        }),
        ("the run", |head| head.diagnostics.push(diagnostic("run-ended", None))),
        ("the run, elsewhere", |head| {
            head.diagnostics.push(diagnostic("run-ended", Some("app/other.py")));
        }),
        ("the guest", |head| head.diagnostics.push(diagnostic("no-end", None))),
        ("its frames", |head| head.diagnostics.push(diagnostic("frames-refused", None))),
    ];
    for (what, lose) in cases {
        let head = with(&with(&base(), without_users), lose);
        let found = compare(&base(), &head);
        let table = only(&found, "missing-table");
        assert_eq!(table.path.to_string(), "users", "{what}");
        assert_eq!(table.notes[0].side, Some(Side::Head), "{what}");
        nothing_is_dropped(&found);
        assert_eq!(found.summary.dropped, 0);
        let kept = apply(&base(), &found);
        assert_eq!(kept.tables, base().tables, "{what}: what can't be determined is left as it was");
        // From the other side it is new, or was not seen.
        let back = compare(&head, &base());
        assert_eq!(only(&back, "unseen-table").certainty, Certainty::CannotTell, "{what}");
        assert_eq!(back.summary.added, 0, "{what}");
    }
}

/// Each way in which a source can be shorter than it was; the table was in `app/models.py`.
#[test]
fn a_table_in_a_file_that_was_left_out() {
    let own: Vec<(&str, &str)> = [
        "archive-duplicate",
        "archive-entry",
        "archive-memory",
        "environment",
        "file-too-large",
        "lfs-pointer",
        "link-cycle",
        "link-dangling",
        "link-limit",
        "link-outside",
        "object-missing",
        "path-too-long",
        "source-memory",
        "special-file",
        "submodule",
        "too-deep",
        "too-large",
        "unreadable",
    ]
    .into_iter()
    .flat_map(|code| [(code, "app/models.py"), (code, "app")])
    .collect();
    // A file that the other side has not, or a folder: the models may have been moved there.
    let elsewhere = [
        ("file-too-large", "app/new.py"),
        ("submodule", "lib"),
        ("object-missing", "lib"),
        ("unreadable", "lib"),
    ];
    let nowhere =
        ["archive-truncated", "archive-damaged", "reads", "memory", "name-not-utf8", "file-too-large"];
    let placed = own.into_iter().chain(elsewhere).map(|(code, place)| (code, Some(place)));
    for (code, place) in placed.chain(nowhere.map(|code| (code, None))) {
        let head = with(&with(&base(), without_users), |head| head.diagnostics.push(diagnostic(code, place)));
        let found = compare(&base(), &head);
        assert_eq!(only(&found, "missing-table").notes[0].code, code, "{code} {place:?}");
        nothing_is_dropped(&found);
        let back = compare(&head, &base());
        assert_eq!(only(&back, "unseen-table").certainty, Certainty::CannotTell, "{code} {place:?}");
    }
}

/// What was left out of both sides, or is not of the source, is not where the table went.
#[test]
fn a_file_that_was_left_out_before() {
    let code = "file-too-large";
    for place in ["app/data.py", "app/models.py.txt", "ap", "wheelhouse:x.py"] {
        let lose = |document: &mut Document| document.diagnostics.push(diagnostic(code, Some(place)));
        let before = with(&base(), lose);
        let found = compare(&before, &with(&before, without_users));
        assert_eq!(only(&found, "drop-table").certainty, Certainty::Certain, "{place}");
    }
    // What is a mere note holds no models, though nobody knows which file it is.
    let head = with(&with(&base(), without_users), |head| {
        head.diagnostics.push(diagnostic(code, None));
        head.diagnostics[0].severity = belljar_schema::Severity::Note;
    });
    assert_eq!(only(&compare(&base(), &head), "drop-table").certainty, Certainty::Certain);
}

#[test]
fn what_does_not_make_a_drop_doubtful() {
    let cases: [(&str, Lose); 4] = [
        ("another file", |head| head.diagnostics.push(diagnostic("module-failed", Some("app/other.py")))),
        ("a known table of its file", |head| {
            head.unresolved.push(unresolved("posts", Some("app.models:Posts"), "app/models.py"));
        }),
        // The declaration of a class is seen without running it.
        ("a statement that failed", |head| {
            head.diagnostics.push(diagnostic("statement-skipped", Some("app/models.py")));
        }),
        ("a guess", |head| head.diagnostics.push(diagnostic("guess", Some("app/models.py")))),
    ];
    for (what, lose) in cases {
        let head = with(&with(&base(), without_users), lose);
        assert_eq!(only(&compare(&base(), &head), "drop-table").certainty, Certainty::Certain, "{what}");
    }
}

#[test]
fn a_table_that_code_makes() {
    // No class declares it, so that only running its file shows it.
    let base = with(&base(), |base| base.tables[1].class = None);
    let head = with(&with(&base, without_users), |head| {
        head.diagnostics.push(diagnostic("statement-skipped", Some("app/models.py")));
    });
    assert_eq!(only(&compare(&base, &head), "missing-table").notes[0].code, "statement-skipped");
}

#[test]
fn columns_of_a_partial_table() {
    let partial = |head: &mut Document| {
        (head.tables[1].status, head.tables[1].reasons) = (Status::Partial, vec![reason()]);
    };
    let head = with(&base(), |head| {
        head.tables[1].columns.remove(1);
        head.tables[1].columns[0].comment = Some("x".to_owned());
        head.tables[1].indexes.clear();
        partial(head);
    });
    let found = compare(&base(), &head);
    let lost = only(&found, "missing-column");
    assert_eq!((lost.path.to_string(), lost.certainty), ("users.email".to_owned(), Certainty::CannotTell));
    assert_eq!(lost.notes[0].message, reason().message);
    assert_eq!(lost.notes[0].hint, reason().hint);
    assert_eq!(only(&found, "missing-index").certainty, Certainty::CannotTell);
    // The column is exact, and something else might change it still.
    assert_eq!(only(&found, "modify-column-comment").certainty, Certainty::Likely);
    let back = compare(&head, &base());
    assert_eq!(only(&back, "unseen-column").certainty, Certainty::CannotTell);
}

#[test]
fn a_partial_column() {
    let head = with(&base(), |head| {
        let column = &mut head.tables[0].columns[1];
        (column.status, column.reasons) = (Status::Partial, vec![reason()]);
        column.nullable = false;
        column.foreign_keys.clear();
        head.tables[0].foreign_keys.clear();
    });
    let found = compare(&base(), &head);
    assert_eq!(
        codes(&found),
        ["modify-column-nullable posts.user_id", "missing-foreign-key posts.(user_id)"]
    );
    nothing_is_dropped(&found);
    assert_eq!(found.summary.cannot_tell, 2);
    // A new column in doubt is new; what it is, is in doubt.
    let head = with(&base(), |head| {
        let mut new = column("extra", "TEXT");
        (new.status, new.reasons) = (Status::Partial, vec![reason()]);
        head.tables[0].columns.push(new);
    });
    assert_eq!(only(&compare(&base(), &head), "add-column").certainty, Certainty::Likely);
    // Unless its name is.
    let head = with(&head, |head| head.tables[0].columns[2].name = "⟪absent.name⟫".to_owned());
    assert_eq!(only(&compare(&base(), &head), "unseen-column").certainty, Certainty::CannotTell);
}

#[test]
fn a_type_of_a_doubtful_column() {
    let head = with(&base(), |head| {
        head.types.clear();
        let column = &mut head.tables[1].columns[2];
        (column.status, column.reasons, column.ty) =
            (Status::Partial, vec![reason()], belljar_testing::make::ty_of("VARCHAR(9)"));
    });
    let found = compare(&base(), &head);
    assert_eq!(codes(&found), ["missing-type status", "modify-column-type users.status"]);
    nothing_is_dropped(&found);
}

#[test]
fn a_type_that_no_dialect_renders() {
    let silent = |document: &Document, repr: &str| {
        with(document, |document| {
            let ty = &mut document.tables[0].columns[1].ty;
            (ty.postgresql, ty.mysql, ty.sqlite, ty.mssql, ty.oracle) = (None, None, None, None, None);
            ty.repr = repr.to_owned();
        })
    };
    let found = compare(&silent(&base(), "Odd(1)"), &silent(&base(), "Odd(2)"));
    assert_eq!(only(&found, "modify-column-type").certainty, Certainty::CannotTell);
    assert!(compare(&silent(&base(), "Odd(1)"), &silent(&base(), "Odd(1)")).is_empty());
}

#[test]
fn namesakes() {
    let two = |first: &str, second: &str| {
        let mut one = table("users", vec![id()]);
        one.metadata = format!("{first}:Base.metadata");
        let mut other = table("users", vec![id(), column("x", "TEXT")]);
        other.metadata = format!("{second}:Base.metadata");
        document(vec![one, other])
    };
    // Two applications in one repository, and both are found again.
    assert!(compare(&two("a", "b"), &two("a", "b")).is_empty());
    let one = with(&two("a", "b"), |document| drop(document.tables.remove(1)));
    let found = compare(&two("a", "b"), &one);
    assert_eq!(codes(&found), ["missing-table users"]);
    assert_eq!(found.changes[0].notes[0].code, "namesake");
    // With names of other modules nothing tells them apart, and neither is a rename of another.
    let found = compare(&two("a", "b"), &two("c", "d"));
    assert!(found.changes.iter().all(|change| change.certainty == Certainty::CannotTell));
    assert!(found.changes.iter().all(|change| change.notes.iter().all(|note| note.code == "namesake")));
}

#[test]
fn views_and_objects() {
    let lose = |head: &mut Document| {
        head.views.clear();
        head.objects.clear();
    };
    let failed = with(&with(&base(), lose), |head| {
        head.diagnostics.push(diagnostic("module-failed", Some("app/views.py")));
        head.diagnostics.push(diagnostic("statement-skipped", Some("app/ddl.py")));
    });
    nothing_is_dropped(&compare(&base(), &failed));
    let gone = compare(&base(), &with(&base(), lose));
    assert_eq!(codes(&gone), ["drop-view v", "drop-object t"]);
}

#[test]
fn another_release_of_sqlalchemy() {
    let head = with(&base(), |head| {
        head.sqlalchemy.version = "1.4.54".to_owned();
        head.tables[0].columns[1].ty.oracle = Some("NUMBER(19)".to_owned());
    });
    let found = compare(&base(), &head);
    let change = only(&found, "modify-column-type");
    assert_eq!((change.certainty, &change.notes[0].code[..]), (Certainty::Likely, "other-sqlalchemy"));
    assert!(place("x", 1).is_some());
}

#[test]
fn a_name_that_depends_on_what_is_absent() {
    let head = with(&base(), |head| {
        let users = &mut head.tables[1];
        (users.name, users.status, users.reasons) =
            ("⟪absent.PREFIX⟫_users".to_owned(), Status::Partial, vec![reason()]);
    });
    let found = compare(&base(), &head);
    assert_eq!(only(&found, "missing-table").notes[0].code, "name-unknown");
    assert_eq!(only(&found, "unseen-table").certainty, Certainty::CannotTell);
    let head = with(&base(), |head| {
        let email = &mut head.tables[1].columns[1];
        (email.name, email.status, email.reasons) =
            ("⟪absent.NAME⟫".to_owned(), Status::Partial, vec![reason()]);
    });
    let found = compare(&base(), &head);
    assert_eq!(only(&found, "missing-column").notes[0].code, "name-unknown");
    assert_eq!(only(&found, "unseen-column").certainty, Certainty::CannotTell);
}

#[test]
fn no_rename_within_a_partial_table_but_by_its_code() {
    let rename = |attribute: &str| {
        with(&base(), |head| {
            (head.tables[1].status, head.tables[1].reasons) = (Status::Partial, vec![reason()]);
            let email = &mut head.tables[1].columns[1];
            (email.name, email.attribute) = ("email_address".to_owned(), Some(attribute.to_owned()));
        })
    };
    assert_eq!(only(&compare(&base(), &rename("email")), "rename-column").certainty, Certainty::Likely);
    let found = compare(&base(), &rename("email_address"));
    assert_eq!(only(&found, "missing-column").certainty, Certainty::CannotTell);
}
