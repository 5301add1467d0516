"""The functions with the real program."""

from __future__ import annotations

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import List, Optional, Set

import pytest
from conftest import PROGRAM, ROOT, git, make_project

import belljar

STORY = ROOT / "host" / "downstream" / "impact" / "tests" / "data" / "story"

ORDERS = """from sqlalchemy import Column, Integer, Numeric
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    customer_id = Column(Integer, nullable=False)
    total = Column(Numeric(10, 2))
"""


def change(project: Path, old: str, new: str) -> None:
    """Changes the models on the disk."""
    models = project / "models.py"
    text = models.read_text(encoding="utf-8")
    assert old in text
    models.write_text(text.replace(old, new), encoding="utf-8")


def drop_email(project: Path) -> None:
    change(project, "    email = Column(String(320), nullable=False)\n", "")


def test_extract(project: Path) -> None:
    schema = belljar.extract(project)
    assert [table.name for table in schema.tables] == ["customers", "orders"]
    customers = schema.table("customers")
    assert customers.comment == "who buys"
    assert customers.status == "exact"
    assert customers.class_ == "models:Customer"
    assert [column.name for column in customers.columns] == ["id", "email"]
    assert customers.place is not None
    assert customers.place.path == "models.py"
    assert schema.table("orders").columns[1].foreign_keys[0].target == "customers.id"


def test_a_revision(project: Path) -> None:
    drop_email(project)

    def names(rev: Optional[str] = None) -> List[str]:
        return [column.name for column in belljar.extract(project, rev=rev).tables[0].columns]

    assert names() == ["id"]
    assert names(rev="HEAD") == ["id", "email"]


def test_a_document_comes_back_as_it_was(project: Path) -> None:
    schema = belljar.extract(project)
    assert belljar.Schema.from_json(schema.to_json()) == schema


def test_diff(project: Path) -> None:
    drop_email(project)
    found = belljar.diff("HEAD", repo=project)
    assert [(c.action, c.subject, c.path.part) for c in found.changes] == [("drop", "column", "email")]
    before = found.changes[0].before
    assert before is not None
    assert isinstance(before.value, belljar.Column)
    assert found.summary.dropped == 1


def test_schemas_are_sides(project: Path) -> None:
    base = belljar.extract(project, rev="HEAD")
    drop_email(project)
    head = belljar.extract(project)
    for one, two in ((base, head), (base, project), (base, f"path:{project}")):
        assert belljar.diff(one, two).summary.dropped == 1
    assert belljar.diff(head, head).changes == ()
    assert not belljar.check(base, head).passed


def test_renames(project: Path) -> None:
    change(project, "email =", "mail =")
    found = belljar.diff("HEAD", repo=project, renames={"customers.email": "customers.mail"})
    assert "rename" in {change.action for change in found.changes}
    assert found.summary.dropped == 0


def test_check(project: Path) -> None:
    assert belljar.check("HEAD", repo=project).passed
    drop_email(project)
    verdict = belljar.check("HEAD", repo=project)
    assert not verdict.passed
    assert {finding.code for finding in verdict.findings if finding.fails} == {"BJ102"}
    assert belljar.check("HEAD", repo=project, fail_on="never").passed
    with pytest.raises(belljar.FindingsError, match=r"BJ102: column `customers\.email` is dropped") as caught:
        belljar.check("HEAD", repo=project, raise_on_findings=True)
    assert caught.value.document == verdict


def test_a_base_that_is_not_there(project: Path) -> None:
    with pytest.raises(belljar.CouldNotRunError, match=r"`nope`.* commit(.|\n)*hint:"):
        belljar.check("nope", repo=project)


@pytest.mark.parametrize("path", ["absent", "-absent", "--help"])
def test_a_path_that_is_not_there(project: Path, path: str) -> None:
    with pytest.raises(belljar.CouldNotRunError, match=f"`{path}` does not exist"):
        belljar.extract(path, cwd=project)


@pytest.mark.parametrize("name", ["-rf", "--help", "-", "a b", "$(id)", "ü", "rev:main"])
def test_names_of_repositories(tmp_path: Path, name: str) -> None:
    project = make_project(tmp_path / name)
    drop_email(project)
    assert len(belljar.extract(name, cwd=tmp_path).tables) == 2
    assert belljar.diff("rev:HEAD", repo=name, cwd=tmp_path).summary.dropped == 1
    downstream = belljar.Downstream(dbt=[STORY / "manifest.json"])
    assert len(belljar.lineage(name, cwd=tmp_path, downstream=downstream).datasets) >= 2
    assert "orders" in belljar.explain("orders", name, cwd=tmp_path)
    assert belljar.diff(Path(name), Path(name), cwd=tmp_path).changes == ()


def test_impact_and_lineage(tmp_path: Path) -> None:
    project = make_project(tmp_path / "shop", ORDERS)
    for name in ("belljar.toml", "manifest.json"):
        shutil.copy(STORY / name, project / name)
    change(project, "    total = Column(Numeric(10, 2))\n", "")
    downstream = belljar.Downstream(dbt=[project / "manifest.json"])
    found = belljar.impact("HEAD", repo=project, downstream=downstream, config=project / "belljar.toml")
    assert found.summary.breaks >= 1
    names = {affected.name for change in found.changes for affected in change.affected}
    assert any("stg_orders" in name for name in names)
    graph = belljar.lineage(project, downstream=downstream)
    assert any(dataset.system == "dbt" for dataset in graph.datasets)
    assert belljar.Lineage.from_json(graph.to_json()) == graph
    assert belljar.Impact.from_json(found.to_json()) == found


def test_impact_that_is_undetermined(project: Path) -> None:
    manifest = json.loads((STORY / "manifest.json").read_text(encoding="utf-8"))
    (source,) = manifest["sources"].values()
    source.update(name="zzz", identifier="zzz", relation_name="raw.shop.zzz")
    (project / "manifest.json").write_text(json.dumps({**manifest, "nodes": {}}), encoding="utf-8")
    with pytest.raises(belljar.CouldNotRunError) as caught:
        belljar.impact("HEAD", repo=project, downstream=belljar.Downstream(dbt=[project / "manifest.json"]))
    assert "joined" in str(caught.value)
    assert isinstance(caught.value.document, belljar.Impact)


def test_impact_without_anything_downstream(project: Path) -> None:
    with pytest.raises(belljar.CouldNotRunError, match="downstream"):
        belljar.impact("HEAD", repo=project)


def test_explain(project: Path) -> None:
    assert re.match(r"\s*table customers +exact\n", belljar.explain("customers", project))
    assert belljar.explain("BJ101").startswith("# BJ101")
    with pytest.raises(belljar.CouldNotRunError, match="`nobody`"):
        belljar.explain("nobody", project)


def test_options_reach_the_program(project: Path) -> None:
    (project / "more.py").write_text(ORDERS.replace("orders", "parcels"), encoding="utf-8")

    def names(options: belljar.Options) -> Set[str]:
        return {table.name for table in belljar.extract(project, options=options).tables}

    assert names(belljar.Options()) == {"customers", "orders", "parcels"}
    assert names(belljar.Options(only=["more.py"])) == {"parcels"}
    assert names(belljar.Options(exclude="more.py", memory="512MiB", run_timeout="60s")) == {
        "customers",
        "orders",
    }
    assert belljar.extract(project, options=belljar.Options(sqlalchemy="1.4")).sqlalchemy.version.startswith(
        "1.4"
    )


def test_a_wrong_option_is_reported(project: Path) -> None:
    with pytest.raises(belljar.CouldNotRunError, match="invalid value"):
        belljar.extract(project, options=belljar.Options(memory="much"))


def test_a_run_that_ended_early(project: Path) -> None:
    (project / "endless.py").write_text(
        ORDERS.replace("orders", "late") + "while True: pass\n", encoding="utf-8"
    )
    options = belljar.Options(fuel=3_000_000_000)
    with pytest.raises(belljar.FindingsError) as caught:
        belljar.extract(project, options=options)
    assert "endless" in str(caught.value)
    names = {table.name for table in caught.value.document.tables}
    assert {"customers", "orders"} <= names
    assert {t.name for t in belljar.extract(project, options=options, allow_incomplete=True).tables} == names


def test_strict(tmp_path: Path) -> None:
    models = ORDERS.replace("Numeric(10, 2)", "Money(2)").replace(
        "Base =", "from acme import Money\nBase =", 1
    )
    project = make_project(tmp_path / "shop", models)
    assert belljar.extract(project).table("orders").columns[2].status == "partial"
    with pytest.raises(belljar.FindingsError, match="1 tables are partial, 0 unresolved"):
        belljar.extract(project, strict=True)


def test_many_threads(tmp_path: Path) -> None:
    projects = [
        make_project(tmp_path / f"p{number}", ORDERS.replace("orders", f"t{number}")) for number in range(6)
    ]
    with ThreadPoolExecutor(3) as pool:
        found = [schema.tables[0].name for schema in pool.map(belljar.extract, projects)]
    assert found == [f"t{number}" for number in range(6)]


def test_the_version() -> None:
    version, path = belljar.program_version()
    assert (version, path) == (belljar.__version__, str(PROGRAM))


HOSTILE = ["<script>alert(1)</script>", "\"' onload='x", "a\x1b[2Jb", "a\u202eb", "a\nb"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names(tmp_path: Path, text: str) -> None:
    models = (
        ORDERS.replace('"orders"', repr(text)) + f"    odd = Column({text!r}, Integer, comment={text!r})\n"
    )
    project = make_project(tmp_path / "shop", models)
    schema = belljar.extract(project)
    assert schema.tables[0].name == text
    git(project, "commit", "--quiet", "--allow-empty", "--message=two")
    change(project, f"    odd = Column({text!r}, Integer, comment={text!r})\n", "")
    verdict = belljar.check("HEAD", repo=project)
    assert not verdict.passed
    for page in (schema._repr_html_(), verdict._repr_html_(), verdict.diff._repr_html_()):
        assert "<script" not in page
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", page)
    with pytest.raises(belljar.FindingsError) as caught:
        belljar.check("HEAD", repo=project, raise_on_findings=True)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", str(caught.value))
