//! A diff as people see it.

use belljar_diff::{
    Diff,
    render::{Markdown, Text},
};
use belljar_schema::Status;
use belljar_testing::make::{
    class, column, compare, document, enum_of, id, index, named, place, reason, refer, table, ty_of,
    unresolved, with,
};

/// The text without colours, as in a file.
fn plain(text: Text<'_>) -> String {
    anstream::adapter::strip_str(&text.to_string()).to_string()
}

fn found() -> Diff {
    let mut users = table("users", vec![id(), column("email", "VARCHAR(50)"), column("age", "INTEGER")]);
    users.columns.push(column("status", "x"));
    users.columns[3].ty = enum_of("status", &["new", "old"]);
    users.indexes.push(index("ix_email", &["email"]));
    let mut posts = table("posts", vec![id(), column("user_id", "INTEGER")]);
    refer(&mut posts, "user_id", "users.id", None);
    let mut base = document(vec![table("lost", vec![id()]), posts, users]);
    base.types.push(named("status", &["new", "old"], &["users.status"]));
    base.classes.push(class("Users", &["users"]));
    let head = with(&base, |head| {
        head.tables.remove(0);
        head.unresolved.push(unresolved("lost", None, "app/lost.py"));
        head.tables[0].foreign_keys[0].ondelete = Some("CASCADE".to_owned());
        let users = &mut head.tables[1];
        users.columns[1].ty = ty_of("VARCHAR(60)");
        users.columns[1].place = place("app/users.py", 21);
        users.columns[2].name = "years".to_owned();
        users.columns[3].ty = enum_of("status", &["new", "mid", "old"]);
        users.columns.push(with(&column("bio", "TEXT"), |bio| {
            (bio.status, bio.reasons) = (Status::Partial, vec![reason()]);
        }));
        users.indexes.clear();
        head.types[0] = named("status", &["new", "mid", "old"], &["users.status"]);
        head.classes[0].tables.push("more".to_owned());
    });
    compare(&base, &head)
}

#[test]
fn as_text() {
    let expected = "\
table users
  > column renamed: users.age -> users.years  likely  app/models.py:11
      both are the attribute `age`
      they have the same type
      they are in the same position
      … and 1 more
  ~ column email: type, length VARCHAR(50) -> VARCHAR(60)  app/users.py:21, was app/models.py:11
  ~ column status: type, values status of new, old -> status of new, mid, old (mysql)  app/models.py:11
  + column bio added: TEXT null  likely  app/models.py:11
      head: `absent.Type` is absent
        hint: give it
  - index ix_email dropped: (email)  was app/models.py:11

type status
  + enum value mid added  app/models.py:11

table lost
  ? table not found in the head; can't determine whether it was dropped  undetermined  was app/models.py:10
      head: `lost` is declared, but no run produced it: it failed

table posts
  ~ foreign key (user_id): on delete no action -> cascade  app/models.py:11

Only in the code:

class app.models:Users
  ~ class: tables users -> users, more  app/models.py:10

2 added, 1 dropped, 1 renamed, 3 modified, 1 undetermined; 1 only in the code
head: 0 of 2 tables are partial, 1 unresolved
";
    assert_eq!(plain(Text(&found())), expected);
}

#[test]
fn as_markdown() {
    let text = Markdown(&found()).to_string();
    for expected in [
        "#### table `users`\n",
        "- `~` column `email`: type, length `VARCHAR(50)` -> `VARCHAR(60)` `app/users.py:21`, was `app/models.py:11`\n",
        "- `+` column `bio` added: `TEXT null` _(likely)_",
        "<details><summary>Only in the code</summary>\n",
        "  - head: `absent.Type` is absent\n",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

#[test]
fn nothing() {
    let same = document(vec![table("users", vec![id()])]);
    let line = "no difference found\n";
    assert_eq!(plain(Text(&compare(&same, &same))), line);
}

/// Names are written by those whose code is looked at.
#[test]
fn hostile_names() {
    let evil = "x`\u{1b}]0;t\u{7}\n# owned @all <img src=x onerror=1> \u{202e}";
    let mut users = table("users", vec![id(), column(evil, evil)]);
    users.place = place(evil, 1);
    users.comment = Some(evil.to_owned());
    users.columns[1].comment = Some(evil.to_owned());
    (users.status, users.reasons) = (Status::Partial, vec![reason()]);
    users.reasons[0].message = evil.to_owned();
    let mut other = document(vec![with(&users, |other| {
        other.columns[1].name = "plain".to_owned();
        other.comment = None;
    })]);
    other.classes.push(class(evil, &[evil]));
    for (base, head) in [(document(vec![]), document(vec![users.clone()])), (document(vec![users]), other)] {
        let found = compare(&base, &head);
        assert!(!found.is_empty());
        for shown in [Text(&found).to_string(), Markdown(&found).to_string()] {
            assert!(!shown.contains("\u{1b}]") && !shown.contains(['\u{7}', '\u{202e}']), "{shown}");
            assert!(!shown.contains("\n# owned"), "{shown}");
        }
        // Every line of the page is balanced: what is in code spans stays there.
        for line in Markdown(&found).to_string().lines() {
            let outside = without_code(line);
            assert!(!outside.contains("owned") && !outside.contains("<img"), "{line}");
        }
    }
}

/// A line without its code spans, as Markdown has them.
fn without_code(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(start) = rest.find('`') {
        let fence = rest[start..].chars().take_while(|letter| *letter == '`').count();
        let inside = &rest[start + fence..];
        let mut position = 0;
        let end = loop {
            let Some(next) = inside[position..].find('`') else { break None };
            let run = inside[position + next..].chars().take_while(|letter| *letter == '`').count();
            if run == fence {
                break Some(position + next);
            }
            position += next + run;
        };
        out += &rest[..start];
        match end {
            Some(end) => rest = &inside[end + fence..],
            None => {
                out += &rest[start..];
                rest = "";
            }
        }
    }
    out + rest
}
