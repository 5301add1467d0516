//! Services of a monorepo, each with a module and a table of one name; and names that a convention brings.

use crate::support::{Belljar, Project, Run};

fn models(convention: &str, columns: &[&str]) -> String {
    let columns: Vec<String> =
        columns.iter().map(|name| format!("    {name} = Column(String(50), unique=True)\n")).collect();
    format!(
        "from sqlalchemy import *\nfrom sqlalchemy.orm import declarative_base\n\
         Base = declarative_base(metadata=MetaData(naming_convention={{{convention}}}))\n\
         class Message(Base):\n    __tablename__ = 'messages'\n    id = Column(Integer, primary_key=True)\n{}",
        columns.concat()
    )
}

/// Both sides, by service and its columns.
fn services(sides: [(&str, &[(&str, &str)]); 2]) -> Project {
    let mut files = Vec::new();
    for (side, services) in sides {
        for (name, column) in services {
            let folder = format!("{side}/services/{name}/src/schema");
            files.push((format!("{folder}/__init__.py"), String::new()));
            files.push((format!("{folder}/schema.py"), models("", &[column])));
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Project::new(&files)
}

fn diff(project: &Project, more: &[&str]) -> Run {
    Belljar::new(project.path())
        .arguments(["diff", "base", "head", "--quiet"])
        .arguments(more)
        .run()
        .exits_with(0)
}

#[test]
fn a_service_takes_no_label_of_another() {
    let both = [("Billing", "invoice"), ("Conversation", "body")];
    let three = [("Accounts", "subject"), both[0], both[1]];
    let added = diff(&services([("base", &both), ("head", &three)]), &["--format", "sql"]);
    assert!(!added.stdout.contains("DROP") && !added.stdout.contains("ALTER"), "{added}");
    assert!(added.stdout.contains("CREATE TABLE messages"), "{added}");
    for name in ["Aaa", "Zzz"] {
        let renamed = [(name, "invoice"), both[1]];
        let found = diff(&services([("base", &both), ("head", &renamed)]), &[]);
        assert!(found.stdout.contains("no difference found"), "{found}");
    }
}

#[test]
fn a_naming_convention_renames() {
    let convention = "'uq': 'uq_%(table_name)s_%(column_0_name)s', 'pk': 'pk_%(table_name)s'";
    let (base, head) = (models("", &["body"]), models(convention, &["body"]));
    let project = Project::new(&[("base/models.py", base.as_str()), ("head/models.py", head.as_str())]);
    let postgresql = diff(&project, &["--format", "sql"]).stdout;
    let statements: Vec<&str> = postgresql.lines().filter(|line| line.ends_with(';')).collect();
    assert_eq!(
        statements,
        [
            "ALTER TABLE messages RENAME CONSTRAINT messages_pkey TO pk_messages;",
            "ALTER TABLE messages RENAME CONSTRAINT messages_body_key TO uq_messages_body;",
        ]
    );
    let mysql = diff(&project, &["--format", "sql", "--dialect", "mysql"]).stdout;
    assert!(mysql.contains("ALTER TABLE messages RENAME INDEX body TO uq_messages_body;"), "{mysql}");
}
