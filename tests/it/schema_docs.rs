//! `belljar docs`.

use std::{collections::BTreeMap, fs, path::Path};

use crate::support::{Belljar, Project, Run};

const MODELS: &str = "
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Customer(Base):
    __tablename__ = 'customers'
    id = Column(Integer, primary_key=True)
    email = Column(String(320), comment='a | b <b>', server_default='x')

class Order(Base):
    __tablename__ = 'orders'
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey('customers.id', ondelete='CASCADE'), nullable=False)
";

fn docs(project: &Project, more: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(["docs", "-o", "out"]).arguments(more).run()
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named = all.map(|path| {
        (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap())
    });
    named.collect()
}

#[test]
fn pages_are_written_checked_and_kept_up_to_date() {
    let project = Project::new(&[("models.py", MODELS)]);
    let out = project.path().join("out");
    let missing = docs(&project, &["--check"]);
    assert_eq!((missing.code, missing.stdout.lines().count()), (1, 3), "{missing}");
    assert!(!out.exists(), "a check writes nothing");

    assert_eq!(docs(&project, &[]).code, 0);
    let first = files(&out);
    assert_eq!(first.keys().collect::<Vec<_>>(), ["README.md", "customers.md", "orders.md"]);
    let order = &first["orders.md"];
    assert!(order.contains("* foreign key unnamed: `customer_id` to [`customers`](customers.md): `customers.id`, on delete `CASCADE`"), "{order}");
    assert!(
        order.contains("declared in `models.py:12`") && order.contains("```mermaid\nerDiagram\n"),
        "{order}"
    );
    let customer = &first["customers.md"];
    assert!(customer.contains("| `email` | `VARCHAR(320)` | yes | `x` |  | `a \\| b <b>` |"), "{customer}");
    assert!(customer.contains("* [`orders`](orders.md): `customer_id`"), "{customer}");
    let checked = docs(&project, &["--check"]);
    assert_eq!((checked.code, checked.stdout.as_str()), (0, ""), "{checked}");
    let again = docs(&project, &["--isolate"]);
    assert!(again.code == 0 && files(&out) == first, "{again}");

    // A table is gone, another changes; one page has notes, a file is by hand.
    let (_, block) = include_str!("../../docs/schema-docs.md").split_once("```markdown\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let noted = order.replace("<!-- belljar:notes -->\n<!-- belljar:end of notes -->\n", block);
    assert_ne!(noted, *order);
    fs::write(out.join("orders.md"), &noted).unwrap();
    fs::write(out.join("hand.md"), "# Ours\n").unwrap();
    let (customers, _) = MODELS.split_once("class Order").unwrap();
    fs::write(project.path().join("models.py"), customers.replace("320", "80")).unwrap();
    let checked = docs(&project, &["--check"]);
    assert_eq!(checked.code, 1);
    assert_eq!(checked.stdout, "out/README.md is out of date\nout/customers.md is out of date\n");
    assert!(checked.stderr.contains("`out/orders.md` is of something that is gone"), "{checked}");
    assert_eq!(docs(&project, &[]).code, 0);
    let second = files(&out);
    assert!(second["customers.md"].contains("VARCHAR(80)"));
    assert_eq!((second["orders.md"].as_str(), second["hand.md"].as_str()), (noted.as_str(), "# Ours\n"));

    // Without notes the page goes; with the table back, notes are where they were.
    fs::write(project.path().join("models.py"), MODELS).unwrap();
    assert_eq!(docs(&project, &[]).code, 0);
    assert_eq!(files(&out)["orders.md"], noted);
    fs::write(out.join("orders.md"), order).unwrap();
    fs::write(project.path().join("models.py"), customers).unwrap();
    assert_eq!(docs(&project, &[]).code, 0);
    assert!(!out.join("orders.md").exists());
}

#[test]
fn a_file_by_hand_and_a_source_without_models_change_nothing() {
    let project = Project::new(&[("models.py", MODELS), ("out/orders.md", "# Ours\n")]);
    let out = project.path().join("out");
    let refused = docs(&project, &[]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("`out/orders.md`: it is there, and `belljar docs` did not write it"),
        "{refused}"
    );
    assert_eq!(files(&out).len(), 1);

    fs::remove_file(out.join("orders.md")).unwrap();
    assert_eq!(docs(&project, &[]).code, 0);
    let before = files(&out);
    fs::create_dir(project.path().join("empty")).unwrap();
    fs::write(project.path().join("empty/x.py"), "").unwrap();
    assert_eq!(docs(&project, &["--repo", "empty"]).code, 2);
    assert_eq!(files(&out), before);
}
