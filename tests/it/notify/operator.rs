//! Whose file counts, and `belljar notify`.

use std::{fs, os::unix::fs::symlink};

use super::{
    servers::{Server, status},
    setup::{AFTER, BEFORE, Setup},
};
use crate::support::commit;

const HOOK: &str = "[hooks]\ncheck.failed = ['/bin/echo', 'ran']\n";

/// A file in the repository is one that a change may have written.
#[test]
fn a_file_in_the_repository_is_refused() {
    let setup = Setup::of(
        HOOK,
        &[("models.py", BEFORE), ("sub/models.py", BEFORE)],
        &[("models.py", AFTER), ("ci/notify.toml", HOOK)],
    );
    let refused = "`ci/notify.toml` is in the repository that is read, where a change could alter it";
    for arguments in [
        &["check", "HEAD~1", "HEAD", "--notify", "ci/notify.toml"][..],
        &["check", "HEAD~1", "HEAD", "--repo", "sub", "--notify", "ci/notify.toml"],
        &["extract", "--notify", "ci/notify.toml"],
        &["extract", "sub", "--notify", "ci/notify.toml"],
    ] {
        let run = setup.belljar(arguments).exits_with(2);
        assert!(run.stderr.contains(refused) && !run.stderr.contains("ran"), "{arguments:?}: {run}");
    }
    // A link of the repository to a file elsewhere is no better.
    symlink(setup.file(), setup.project.path().join("link.toml")).unwrap();
    let run = setup.belljar(&["check", "HEAD~1", "HEAD", "--notify", "link.toml"]).exits_with(2);
    assert!(!run.stderr.contains("ran"), "{run}");
    // Nor is a link of the operator to a file in it.
    let link = setup.operator.path().join("link.toml");
    symlink(setup.project.path().join("ci/notify.toml"), &link).unwrap();
    let run = setup.belljar(&["check", "HEAD~1", "HEAD", "--notify", link.to_str().unwrap()]).exits_with(2);
    assert!(run.stderr.contains("is in the repository"), "{run}");
    // The controls: a file outside, in a variable, too; and a head that is trusted.
    let run = setup.check(&[]).exits_with(1);
    assert!(run.stderr.contains("hook check.failed: ran"), "{run}");
    let file = setup.file();
    let setup = setup.with("BELLJAR_NOTIFY", file.to_str().unwrap());
    let run = setup.belljar(&["check", "HEAD~1", "HEAD", "--timeout", "30m"]).exits_with(1);
    assert!(run.stderr.contains("hook check.failed: ran"), "{run}");
    let trusted = [
        "check",
        "HEAD~1",
        "HEAD",
        "--config-from",
        "head",
        "--notify",
        "ci/notify.toml",
        "--timeout",
        "30m",
    ];
    let run = setup.belljar(&trusted).exits_with(1);
    assert!(run.stderr.contains("hook check.failed: ran"), "{run}");
}

/// Neither side of a comparison sends or runs anything by its own configuration.
#[test]
fn a_repository_configures_nothing_of_it() {
    let evil = "[hooks]\ncheck.failed = ['/bin/echo', 'evil']\n[notify.targets.a]\ntype = 'slack'\nurl-env = 'HOOK'\n";
    let server = Server::http(&[status(200, "", "")]);
    let setup = Setup::of(HOOK, &[("models.py", BEFORE)], &[("models.py", AFTER), ("belljar.toml", evil)]);
    let setup = setup.with("HOOK", &server.url("/x"));
    let run = setup.check(&[]).exits_with(1);
    assert!(run.stderr.contains("ran") && !run.stderr.contains("evil"), "{run}");
    commit(setup.project.path(), "the base has it, too");
    let run = setup.check(&["--config-from", "head"]).exits_with(2);
    assert!(run.stderr.contains("`hooks` can't be set by a repository"), "{run}");
    assert!(run.stderr.contains("--notify FILE") && !run.stderr.contains("evil\n"), "{run}");
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn an_invalid_file_is_reported_before_anything_runs() {
    let setup = Setup::new("[notify.targets.a]\ntype = 'slack'\nurl = 'https://hooks.slack.com/s3cret'\n");
    let run = setup.check(&[]).exits_with(2);
    assert!(
        run.stderr.contains("notify.toml:3: `notify.targets.a.url` would be a secret in the file"),
        "{run}"
    );
    assert!(run.stdout.is_empty() && !run.stderr.contains("s3cret"), "{run}");
    fs::remove_file(setup.file()).unwrap();
    setup.check(&[]).exits_with(2);
}

const TWO: &str = "[notify]\nname = 'orders'\n[notify.targets.data]\ntype = 'slack'\nurl-env = 'HOOK'\nowners = ['@acme/data']\n\
                   [notify.targets.audit]\ntype = 'webhook'\nurl-env = 'AUDIT'\nsecret-env = 'SECRET'\n";

#[test]
fn a_sample_is_sent_to_every_target() {
    let (data, audit) = (Server::http(&[status(200, "", "")]), Server::http(&[status(404, "", "")]));
    let setup =
        Setup::new(TWO).with("HOOK", &data.url("/x")).with("AUDIT", &audit.url("/y")).with("SECRET", "abc");
    let file = setup.file();
    let file = file.to_str().unwrap();
    let run = setup.belljar(&["notify", "--test", "--notify", file]).exits_with(1);
    assert!(run.stderr.contains("notified `data` (slack)"), "{run}");
    assert!(run.stderr.contains("`audit` (webhook) is not notified: `127.0.0.1` answers with 404"), "{run}");
    assert!(data.seen()[0].contains("This is a sample"));
    let seen = &audit.seen()[0].to_lowercase();
    for part in [
        "webhook-signature: v1,",
        "webhook-id: msg_",
        "webhook-timestamp: ",
        "belljar-event: check.failed",
        "\"sample\":true",
    ] {
        assert!(seen.contains(part), "{part}: {seen}");
    }
    setup.belljar(&["notify", "--test", "--notify", file, "--target", "data"]).exits_with(0);
    assert_eq!((data.seen().len(), audit.seen().len()), (2, 1));
    let run = setup.belljar(&["notify", "--test", "--notify", file, "--target", "dat"]).exits_with(2);
    assert!(run.stderr.contains("there is no target `dat`"), "{run}");
    setup.belljar(&["notify", "--test"]).exits_with(2);
    setup.belljar(&["notify", "--notify", file]).exits_with(2);
}

/// The check in one job, the message in another, which has the secrets and runs no code of the change.
#[test]
fn a_document_is_sent_by_another_job() {
    let server = Server::http(&[status(200, "", "")]);
    let setup = Setup::new(TWO)
        .with("HOOK", &server.url("/x"))
        .with("AUDIT", &server.url("/y"))
        .with("SECRET", "abc");
    let file = setup.file();
    let file = file.to_str().unwrap();
    let document = setup.operator.path().join("check.json");
    let document = document.to_str().unwrap();
    let check = ["check", "HEAD~1", "HEAD", "--timeout", "30m", "--format", "json", "--output", document];
    setup.belljar(&check).exits_with(1);
    let run = setup.belljar(&["notify", document, "--notify", file, "--dry-run"]).exits_with(0);
    assert!(run.stdout.contains("to `data` (slack, the address in HOOK):\n{"), "{run}");
    assert!(
        run.stdout.contains("to `audit` (webhook, the address in AUDIT):") && run.stdout.contains("BJ102"),
        "{run}"
    );
    assert_eq!(server.seen().len(), 0, "a dry run sends nothing");
    let run = setup.belljar(&["notify", document, "--notify", file]).exits_with(0);
    assert!(run.stderr.contains("notified `data` (slack): check.failed, 1 finding"), "{run}");
    assert_eq!(server.seen().len(), 2);
    for text in ["{}", "", "[]", "{\"format\": \"9.0\"}"] {
        fs::write(document, text).unwrap();
        let run = setup.belljar(&["notify", document, "--notify", file]).exits_with(2);
        assert!(run.stderr.contains("is not a supported document of a check"), "{run}");
    }
}
