use belljar_testing::make::{class, compare, document, only, place, table, unresolved};

use super::*;
use crate::fakes::{MODELS, at, finding, orders, tree};

#[test]
fn paths_from_a_directory_on() {
    for (prefix, path, expected) in [
        ("", "a.py", "a.py"),
        ("api/", "a.py", "api/a.py"),
        ("services/api/", "a/b.py", "services/api/a/b.py"),
        ("services/api/", "../shared/base.py", "services/shared/base.py"),
        ("services/api/", "../../base.py", "base.py"),
        // There is nothing above the root of the repository.
        ("api/", "../../base.py", "../base.py"),
        ("", "../base.py", "../base.py"),
    ] {
        assert_eq!(joined(prefix, path), expected, "{prefix} {path}");
    }
}

#[test]
fn where_a_finding_of_the_head_is_shown() {
    let (head, files) = (orders(&[("a", 2)]), tree("class Orders(Base):\n    a = 1\n"));
    let map = Map { head: &head, tree: Some(&files), prefix: "api/" };
    for (place, kind, shown) in [
        (Some(at(MODELS, 2)), SpotKind::Line, Some(at("api/app/models.py", 2))),
        (Some(at(MODELS, 0)), SpotKind::File, Some(at("api/app/models.py", 0))),
        (Some(at("wheelhouse:lib/a.py", 2)), SpotKind::Nowhere, None),
        (None, SpotKind::Nowhere, None),
    ] {
        let spot = map.spot(&Finding { place: place.clone(), ..finding("BJ204", "a", 2) }, None);
        assert_eq!((spot.kind, spot.place), (kind, shown), "{place:?}");
        let outside = place.filter(|place| place.path.starts_with(OUTSIDE));
        assert_eq!(spot.was, outside, "a file of a package keeps its own name");
    }
}

/// What is gone is shown at its class, or at its table, else at its file; with the line that it had.
#[test]
fn where_a_finding_of_the_base_is_shown() {
    let gone = table("orders", vec![]);
    let base = document(vec![gone]);
    let of_base = Finding { side: Side::Base, ..finding("BJ101", "a", 7) };
    let diff = compare(&base, &document(vec![]));
    let change = only(&diff, "drop-table");
    let with_class = |path: &str| {
        let mut head = document(vec![]);
        let mut found = class("Orders", &[]);
        found.place = place(path, 30);
        head.classes.push(found);
        head
    };
    let with_unresolved = || {
        let mut head = document(vec![]);
        head.unresolved.push(unresolved("orders", Some("app.models:Orders"), "app/new.py"));
        head
    };
    let line = with_unresolved().unresolved[0].place.line;
    let (there, empty) = (tree(""), Tree::in_memory::<&str, &[u8]>([]));
    for (head, files, kind, shown, why) in [
        (with_class(MODELS), &there, SpotKind::Around, at(MODELS, 30), "its class is still there"),
        (with_unresolved(), &there, SpotKind::Around, at("app/new.py", line), "its class came to nothing"),
        (with_class("wheelhouse:a.py"), &there, SpotKind::File, at(MODELS, 0), "its class is in a package"),
        (document(vec![]), &there, SpotKind::File, at(MODELS, 0), "its file is still there"),
        (document(vec![]), &empty, SpotKind::Gone, at(MODELS, 0), "its file is gone"),
    ] {
        let spot = Map { head: &head, tree: Some(files), prefix: "" }.spot(&of_base, Some(change));
        assert_eq!((spot.kind, spot.place, spot.was), (kind, Some(shown), Some(at(MODELS, 7))), "{why}");
    }
}

/// Without files, those that the document names are the ones that there are.
#[test]
fn a_document_names_the_files_that_there_are() {
    let of_base = Finding { side: Side::Base, ..finding("BJ204", "a", 7) };
    for (head, kind) in [(orders(&[]), SpotKind::File), (document(vec![]), SpotKind::Gone)] {
        let spot = Map { head: &head, tree: None, prefix: "" }.spot(&of_base, None);
        assert_eq!((spot.kind, spot.columns), (kind, None));
    }
}

#[test]
fn the_columns_of_a_line() {
    let long = format!("{}\n", "x".repeat(LONGEST_LINE));
    for (text, line, columns) in [
        ("a = 1\n", 1, Some((1, 6))),
        ("    a = 1   \n", 1, Some((5, 10))),
        ("\ta = 1\r\n", 1, Some((2, 7))),
        ("größe = 1\n", 1, Some((1, 10))),
        ("x\na = 1", 2, Some((1, 6))),
        ("   \n", 1, None),
        ("a = 1\n", 0, None),
        ("a = 1\n", 9, None),
        (&long, 1, None),
    ] {
        let (head, files) = (orders(&[]), tree(text));
        let spot =
            Map { head: &head, tree: Some(&files), prefix: "" }.spot(&finding("BJ204", "a", line), None);
        assert_eq!(spot.columns, columns, "{text:?} {line}");
        if let Some((first, last)) = columns {
            let shown: String = text
                .lines()
                .nth(line as usize - 1)
                .unwrap()
                .chars()
                .skip(first as usize - 1)
                .take((last - first) as usize)
                .collect();
            assert_eq!(shown, text.lines().nth(line as usize - 1).unwrap().trim(), "it is what stands there");
        }
    }
    let binary = Tree::in_memory([(MODELS, &b"\xff\xfe = 1\n"[..])]);
    let head = orders(&[]);
    let spot = Map { head: &head, tree: Some(&binary), prefix: "" }.spot(&finding("BJ204", "a", 1), None);
    assert_eq!(spot.columns, None, "it is not UTF-8");
}
