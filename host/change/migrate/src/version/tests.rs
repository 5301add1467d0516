use super::*;
use crate::Script;

/// The template of Alembic 1.16.
const GENERIC: &str = r#""""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

# revision identifiers, used by Alembic.
revision: str = ${repr(up_revision)}
down_revision: Union[str, Sequence[str], None] = ${repr(down_revision)}
branch_labels: Union[str, Sequence[str], None] = ${repr(branch_labels)}
depends_on: Union[str, Sequence[str], None] = ${repr(depends_on)}


def upgrade() -> None:
    """Upgrade schema."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Downgrade schema."""
    ${downgrades if downgrades else "pass"}
"#;

fn header(message: &str) -> Header {
    Header {
        revision: "b2".to_owned(),
        down: vec!["a1".to_owned()],
        message: super::message(message),
        date: "2026-12-01 10:05:09".to_owned(),
        dialect: "postgresql".to_owned(),
    }
}

fn parts() -> Parts {
    let text = "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.dialects import postgresql\n\nrevision = 'x'\n\n\n\
                def upgrade():\n    # a note\n    op.add_column('t', sa.Column('a', postgresql.JSONB()))\n\n\n\
                def downgrade():\n    op.drop_column('t', 'a')\n";
    Parts::of_script(&Script { text: text.to_owned(), gaps: 0 }).unwrap()
}

#[test]
fn a_template_is_filled() {
    let written = version(&header("add a"), &parts(), Some(GENERIC)).unwrap();
    assert_eq!(written.refused, None);
    let expected = GENERIC
        .replace("${message}", "add a")
        .replace("${up_revision}", "b2")
        .replace("${down_revision | comma,n}", "a1")
        .replace("${create_date}", "2026-12-01 10:05:09")
        .replace("${imports if imports else \"\"}", "from sqlalchemy.dialects import postgresql")
        .replace("${repr(up_revision)}", "'b2'")
        .replace("${repr(down_revision)}", "'a1'")
        .replace("${repr(branch_labels)}", "None")
        .replace("${repr(depends_on)}", "None")
        .replace(
            "${upgrades if upgrades else \"pass\"}",
            "# a note\n    op.add_column('t', sa.Column('a', postgresql.JSONB()))",
        )
        .replace("${downgrades if downgrades else \"pass\"}", "op.drop_column('t', 'a')");
    assert_eq!(written.text, expected);
}

#[test]
fn what_alembic_does_not_import_is_imported() {
    let bare = GENERIC.replace("import sqlalchemy as sa\n", "");
    let text = version(&header("x"), &parts(), Some(&bare)).unwrap().text;
    assert!(text.contains("import sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\n"), "{text}");
}

#[test]
fn an_empty_version() {
    let root = Header { down: vec![], ..header("first") };
    for template in [None, Some(GENERIC)] {
        let text = version(&root, &Parts::default(), template).unwrap().text;
        assert!(text.contains("def upgrade()") && text.matches("    pass\n").count() == 2, "{text}");
        assert!(text.contains("= None\nbranch") || text.contains("None] = None\nbranch"), "{text}");
    }
    let merge = Header { down: vec!["a1".to_owned(), "c3".to_owned()], ..header("join") };
    let text = version(&merge, &Parts::default(), None).unwrap().text;
    assert!(text.contains("Revises: a1, c3\n") && text.contains("down_revision = ('a1', 'c3')\n"), "{text}");
}

/// Nothing of a template runs: one with code is not used, and the reason says so.
#[test]
fn a_template_with_code_is_not_used() {
    for (from, to, expected) in [
        ("${message}", "<% import os; os.system('id') %>", "a block of code"),
        ("${message}", "<%! import os %>", "a block of code"),
        ("${message}", "${__import__('os').system('id')}", "the expression"),
        ("${message}", "${message | n,__import__('os').system}", "the expression"),
        ("${create_date}", "\n% if True:\nx\n% endif", "a line of code"),
        ("${create_date}", "x \\", "a line that ends"),
        ("${message}", "${message", "the expression"),
        ("${imports if imports else \"\"}", "", "no `${imports}`"),
        ("    ${upgrades if upgrades else \"pass\"}", "        ${upgrades}", "indented otherwise"),
        ("${downgrades if downgrades else \"pass\"}", "pass", "once"),
    ] {
        let template = GENERIC.replacen(from, to, 1);
        assert_ne!(template, GENERIC, "{from}");
        let written = version(&header("m"), &parts(), Some(&template)).unwrap();
        let refused = written.refused.unwrap_or_default();
        assert!(refused.contains(expected), "{to}: {refused}");
        assert!(written.text.starts_with("\"\"\"m\n\nRevision ID: b2\nRevises: a1\n"), "{}", written.text);
    }
}

/// A message stays a message, wherever a template has it.
#[test]
fn messages_are_no_code() {
    let hostile = [
        "\"\"\"\nimport os\nos.system('id')\n\"\"\"",
        "'''; import os; '''",
        "ends with \"",
        "ends with \\",
        "a\r\nb\u{85}c\u{2028}d",
        "\u{1b}[31mred\u{202e}",
        "${up_revision} % <% x %> %(rev)s",
        "{x!r}",
        "-- # ' \" \\\" \\N{DASH} \\x41",
        "' + str(1) + '",
        "::error::x",
    ];
    let named = GENERIC.replace("# revision identifiers", "name = '${message}'  # ${message}");
    for message in hostile {
        for template in [None, Some(GENERIC), Some(named.as_str())] {
            let written = version(&header(message), &parts(), template).unwrap();
            let plain =
                version(&header("plain"), &parts(), template.filter(|_| written.refused.is_none())).unwrap();
            assert_eq!(
                belljar_vet::same_code(&written.text, &plain.text),
                Ok(()),
                "{message}\n{}",
                written.text
            );
            assert!(!written.text.chars().any(|it| it != '\n' && belljar_text::is_unsafe(it)), "{message:?}");
        }
    }
    let refused = version(&header("' + str(1) + '"), &parts(), Some(&named)).unwrap().refused.unwrap();
    assert!(refused.contains("other code"), "{refused}");
}

#[test]
fn revisions_of_strangers_are_no_code() {
    let down = vec!["'\"\"\"\n__import__('os')\\".to_owned()];
    let hostile = Header { down, ..header("m") };
    let plain = version(&header("m"), &parts(), None).unwrap().text;
    for template in [None, Some(GENERIC)] {
        let text = version(&hostile, &parts(), template).unwrap().text;
        let plain = if template.is_some() {
            version(&header("m"), &parts(), template).unwrap().text
        } else {
            plain.clone()
        };
        assert_eq!(belljar_vet::same_code(&text, &plain), Ok(()), "{text}");
    }
}

#[test]
fn revisions() {
    for good in ["a1", "1975ea83b712", "0001_first", "v1.2", "x"] {
        assert_eq!(check_revision(good), Ok(()), "{good}");
    }
    for bad in [
        "",
        "a-b",
        "a@b",
        "a+b",
        "a:b",
        "../x",
        ".x",
        "a/b",
        "head",
        "base",
        "heads",
        "a b",
        "\u{e9}",
        &"a".repeat(33),
    ] {
        assert!(check_revision(bad).is_err(), "{bad}");
    }
    let one = revision_of(&header("m"), &parts());
    assert_eq!(one, revision_of(&header("m"), &parts()), "the same for the same contents");
    assert_eq!(check_revision(&one), Ok(()));
    let others = [
        revision_of(&header("n"), &parts()),
        revision_of(&header("m"), &Parts::default()),
        revision_of(&Header { down: vec![], ..header("m") }, &parts()),
    ];
    assert!(!others.contains(&one));
}

#[test]
fn names_of_files() {
    let name = |pattern, message: &str, with_folders| {
        FileName { pattern, slug_length: None, with_folders }.of(&header(message))
    };
    for (pattern, message, expected) in [
        (None, "Add a column: age!", "b2_add_a_column_age.py"),
        (None, "", "b2_.py"),
        (None, "../../etc/passwd", "b2_etc_passwd.py"),
        (None, "Größe", "b2_größe.py"),
        (
            Some("%(year)d_%(month).2d_%(day).2d_%(hour).2d%(minute)02d-%(rev)s_%(slug)s"),
            "m",
            "2026_12_01_1005-b2_m.py",
        ),
        (Some("%(rev)s"), "m", "b2.py"),
        (
            None,
            "a very long message that nobody would ever want to read in the name of a file",
            "b2_a_very_long_message_that_nobody_would_.py",
        ),
    ] {
        assert_eq!(name(pattern, message, false), (expected.to_owned(), None), "{message}");
    }
    assert_eq!(name(Some("%(year)d/%(rev)s"), "m", true), ("2026/b2.py".to_owned(), None));
    for pattern in [
        "../%(rev)s",
        "/tmp/%(rev)s",
        "%(rev)s/x",
        "%(x)s",
        "%(rev",
        "%",
        "%(rev)d",
        "%(year)99999d",
        "%(epoch)d",
        "x y%(rev)s",
        ".%(rev)s",
        "__init__",
        "%(year).x",
        "%(rev)s\u{202e}",
    ] {
        let (found, why) = name(Some(pattern), "m", false);
        assert_eq!(found, "b2_m.py", "{pattern}");
        assert!(why.is_some(), "{pattern}");
    }
    for pattern in ["../%(rev)s", "a//%(rev)s", "./%(rev)s", "a/../%(rev)s", "/%(rev)s", "a/"] {
        assert!(name(Some(pattern), "m", true).1.is_some(), "{pattern}");
    }
}
