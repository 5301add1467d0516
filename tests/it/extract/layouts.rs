//! Where modules lie, and what they are called.

use crate::support::Project;

const BASE: &str = "
from sqlalchemy.orm import DeclarativeBase

class Base(DeclarativeBase):
    pass
";

fn model(import: &str, name: &str) -> String {
    format!(
        "
from sqlalchemy.orm import Mapped, mapped_column
{import}

class Model(Base):
    __tablename__ = '{name}'
    id: Mapped[int] = mapped_column(primary_key=True)
"
    )
}

/// Which class in which file declares which table. All of it is exact.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    assert!(!expected.is_empty());
    let document = Project::new(files).document();
    let found: Vec<String> = document
        .tables
        .iter()
        .map(|table| {
            let place = table.place.as_ref().unwrap();
            format!("{} {} {}", table.name, table.class.as_deref().unwrap_or("-"), place.path)
        })
        .collect();
    assert_eq!(found, expected, "{:#?}", document.diagnostics);
    assert_eq!((document.summary.tables_partial, document.summary.unresolved), (0, 0), "{document:#?}");
}

#[test]
fn src_layout() {
    let model = model("from app.base import Base", "a");
    check(
        &[
            ("pyproject.toml", "[project]\nname = 'app'\n"),
            ("src/app/__init__.py", ""),
            ("src/app/base.py", BASE),
            ("src/app/models/__init__.py", &model),
        ],
        &["a app.models:Model src/app/models/__init__.py"],
    );
}

#[test]
fn relative_imports() {
    let model = model("from ..base import Base", "a");
    check(
        &[
            ("app/__init__.py", ""),
            ("app/base.py", BASE),
            ("app/sub/__init__.py", ""),
            ("app/sub/models.py", &model),
        ],
        &["a app.sub.models:Model app/sub/models.py"],
    );
}

#[test]
fn namespace_package() {
    let model = model("from space.db.base import Base", "a");
    check(
        &[
            ("src/space/db/base.py", BASE),
            ("src/space/shop/__init__.py", ""),
            ("src/space/shop/models.py", &model),
        ],
        &["a space.shop.models:Model src/space/shop/models.py"],
    );
}

#[test]
fn monorepo_whose_packages_import_each_other() {
    let one = model("from one.base import Base", "a");
    let two = model("from one.base import Base", "b");
    check(
        &[
            ("libs/one/pyproject.toml", "[project]\nname = 'one'\n"),
            ("libs/one/src/one/__init__.py", ""),
            ("libs/one/src/one/base.py", BASE),
            ("libs/one/src/one/models.py", &one),
            ("services/two/pyproject.toml", "[project]\nname = 'two'\n"),
            ("services/two/two/__init__.py", ""),
            ("services/two/two/models.py", &two),
        ],
        &["a one.models:Model libs/one/src/one/models.py", "b two.models:Model services/two/two/models.py"],
    );
}

#[test]
fn monorepo_with_one_name_twice() {
    let local = |name| format!("{BASE}{}", model("", name));
    check(
        &[
            ("left/pyproject.toml", "[project]\nname = 'left'\n"),
            ("left/app/__init__.py", ""),
            ("left/app/models.py", &local("l")),
            ("right/pyproject.toml", "[project]\nname = 'right'\n"),
            ("right/app/__init__.py", ""),
            ("right/app/models.py", &local("r")),
        ],
        &["l app.models:Model left/app/models.py", "r app.models:Model right/app/models.py"],
    );
}

#[test]
fn modules_outside_of_packages() {
    let model = model("from base import Base", "a");
    check(&[("base.py", BASE), ("models.py", &model)], &["a models:Model models.py"]);
}

#[test]
fn a_script_with_a_name_that_cannot_be_imported() {
    let local = format!("{BASE}{}", model("", "a"));
    check(&[("bin/load-data.py", &local)], &["a load-data:Model bin/load-data.py"]);
}
