//! A model that is only written differently gives an empty diff, with whatever release of SQLAlchemy each side runs.

use std::path::Path;

use insta::assert_snapshot;

use crate::support::Belljar;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/it/rewrites");

/// What differs between two of the folders.
#[track_caller]
fn diff(base: &str, head: &str) -> String {
    // The folders lie in a repository, where a bare name could be a revision's.
    let (base, head) = (format!("path:{base}"), format!("path:{head}"));
    Belljar::new(Path::new(FOLDER)).arguments(["diff", &base, &head, "--quiet"]).run().exits_with(0).stdout
}

#[track_caller]
fn nothing(base: &str, head: &str) {
    for (base, head) in [(base, head), (head, base)] {
        assert_eq!(diff(base, head), "no difference found\n", "{base} and {head}");
    }
}

#[test]
fn classic_to_declarative() {
    nothing("classic-1.4", "declarative-1.4");
    nothing("imperative-2.0", "mapped-2.0");
}

#[test]
fn an_older_release_to_a_newer_one() {
    nothing("declarative-1.3", "declarative-1.4");
    nothing("declarative-1.3", "mapped-2.0");
    nothing("declarative-1.4", "mapped-2.0");
    nothing("classic-1.4", "imperative-2.0");
}

#[test]
fn a_file_split_in_three() {
    nothing("mapped-2.0", "split-2.0");
    nothing("declarative-1.4", "split-2.0");
}

/// With 2.1 SQLAlchemy's DDL for Oracle is another: that is no change of the code, and says so.
#[test]
fn what_a_release_does_otherwise() {
    assert_snapshot!(diff("mapped-2.0", "mapped-2.1"), @r"
    table customers
      ~ column active: type changed (oracle)  likely  shop/models.py:31
          the code is the same, but the sides ran with different releases of SQLAlchemy

    0 added, 0 dropped, 0 renamed, 1 modified, 0 undetermined; 0 only in the code
    ");
}

/// The control: what is not the same is found.
#[test]
fn a_table_less() {
    assert_snapshot!(diff("mapped-2.0", "less-2.0"), @r"
    table orders
      - table dropped: (id, customer_id, total, note, made)  was shop/models.py:35

    Only in the code:

    class shop.models:Order
      - class dropped: orders  was shop/models.py:35

    0 added, 1 dropped, 0 renamed, 0 modified, 0 undetermined; 1 only in the code
    ");
}
