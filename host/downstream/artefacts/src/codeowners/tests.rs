use super::*;

#[track_caller]
fn check(text: &str, path: &str, cases: &[(&str, &[&str])]) {
    let reading = parse_file(text.as_bytes(), path);
    assert_eq!(reading.diagnostics, []);
    for (file, owners) in cases {
        let found: Vec<String> = reading.value.owners(file).into_iter().map(|owner| owner.name).collect();
        assert_eq!(&found, owners, "{file}");
    }
}

/// The examples of GitHub's own page.
#[test]
fn github() {
    let text = "\
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/*  docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octologs
/apps/ @octoapps
/apps/github
with\\ blank @b
\\#hash @h
";
    check(
        text,
        ".github/CODEOWNERS",
        &[
            ("x.py", &["@global-owner1", "@global-owner2"]),
            ("a/b/x.js", &["@js-owner"]),
            ("build/logs/x", &["@octologs"]),
            ("docs/a.md", &["@doctocat"]),
            ("docs/b/c.md", &["@doctocat"]),
            ("x/apps/y/z", &["@octocat"]),
            ("apps/y", &["@octoapps"]),
            ("apps/github/x", &[]),
            ("deep/logs/x/y", &["@octologs"]),
            ("with blank", &["@b"]),
            ("#hash", &["@h"]),
        ],
    );
    check("docs/* @d\n", "CODEOWNERS", &[("docs/a", &["@d"]), ("docs/a/b", &[]), ("x/docs/a", &[])]);
    check("docs @d\n", "CODEOWNERS", &[("docs/a/b", &["@d"]), ("x/docs/a", &["@d"]), ("docsx", &[])]);
}

#[test]
fn gitlab() {
    let text = "\
* @default

[Database][2] @dba
model/db/
*.sql @sql

^[Docs]
*.md @writers
!internal.md

[DATABASE]
config/db/*.rb @late
internal/x.py @x
";
    check(
        text,
        "CODEOWNERS",
        &[
            ("a.py", &["@default"]),
            ("model/db/a", &["@default", "@dba"]),
            ("deep/model/db/a.sql", &["@default", "@sql"]),
            ("a.md", &["@default", "@writers"]),
            ("x/internal.md", &["@default"]),
            ("y/config/db/a.rb", &["@default", "@late"]),
            ("y/internal/x.py", &["@default", "@x"]),
        ],
    );
    let reading = parse_file(text.as_bytes(), "CODEOWNERS");
    assert_eq!(reading.value.host(), Host::Gitlab);
    let writers = reading.value.owners("a.md").pop().expect("an owner");
    assert_eq!((writers.section.as_deref(), writers.optional, writers.line), (Some("Docs"), true, 8));
}

#[test]
fn what_is_wrong_costs_its_line() {
    let reading = parse_file(b"* @a\n!x @b\n[a-z] @c\n*.py @d\n", ".github/CODEOWNERS");
    let lines: Vec<u32> =
        reading.diagnostics.iter().filter_map(|one| Some(one.place.as_ref()?.line)).collect();
    assert_eq!(lines, [2, 3]);
    assert_eq!(reading.value.owners("a.py")[0].name, "@d");
}

#[test]
fn it_is_where_each_host_looks() {
    assert_eq!(locate(|path| path == "docs/CODEOWNERS"), Some("docs/CODEOWNERS"));
    assert_eq!(locate(|path| path.ends_with("CODEOWNERS")), Some(".github/CODEOWNERS"));
    assert_eq!(locate(|path| path == ".gitlab/CODEOWNERS"), Some(".gitlab/CODEOWNERS"));
    assert_eq!(locate(|_| false), None);
}
