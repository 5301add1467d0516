"""The dataclasses hold what the published JSON Schemas say."""

from __future__ import annotations

import json
import pickle
import random
import subprocess
import sys
from typing import Any, Dict, List, Tuple

import pytest
from conftest import HERE, ROOT, empty_schema

import belljar
from belljar import documents
from belljar._api import parse_json
from belljar.errors import DocumentError, FormatError

ROOTS: Dict[str, Any] = {
    "extract": documents.Schema,
    "diff": documents.Diff,
    "lineage": documents.Lineage,
    "impact": documents.Impact,
    "check": documents.Verdict,
    "migrations": documents.MigrationsCheck,
}
SCHEMAS = {name: json.loads((ROOT / "docs" / "schemas" / f"{name}.json").read_bytes()) for name in ROOTS}


def test_the_classes_are_current() -> None:
    run = subprocess.run(
        [sys.executable, HERE.parent / "generate.py", "--check"], check=False, capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (0, "")


def made(schema: Dict[str, Any], node: Dict[str, Any], by: random.Random) -> Any:  # noqa: PLR0911
    """A value that a JSON Schema allows, with every member that may be absent either there or not."""
    if "$ref" in node:
        return made(schema, schema["$defs"][node["$ref"].rsplit("/", 1)[-1]], by)
    if "anyOf" in node:
        return made(schema, node["anyOf"][0], by)
    if "oneOf" in node:
        return made(schema, by.choice(node["oneOf"]), by)
    if "const" in node:
        return node["const"]
    if "enum" in node:
        return by.choice(node["enum"])
    kind = node["type"][0] if isinstance(node["type"], list) else node["type"]
    if kind == "object" and "properties" in node:
        # A default that is an object comes back as one.
        required = [*node.get("required", []), *(k for k, v in node["properties"].items() if "default" in v)]
        names = [name for name in node["properties"] if name in required or by.random() < 0.7]
        return {name: made(schema, node["properties"][name], by) for name in names}
    if kind == "object":
        return {word: made(schema, node["additionalProperties"], by) for word in ("a", "b-c")}
    if kind == "array" and "prefixItems" in node:
        return [made(schema, part, by) for part in node["prefixItems"]]
    if kind == "array":
        return [made(schema, node["items"], by) for _ in range(by.randint(1, 2))]
    return {
        "string": by.choice(["x", "ü \u202e <b>", ""]),
        "integer": by.randint(0, 1 << 60),
        "boolean": True,
    }[kind]


def seeded(name: str, seed: int) -> Any:
    value = made(SCHEMAS[name], SCHEMAS[name], random.Random(f"{name} {seed}"))
    return with_formats(value)


def with_formats(value: Any) -> Any:
    """The same with formats that are read, wherever there is one."""
    if isinstance(value, list):
        return [with_formats(item) for item in value]
    if isinstance(value, dict):
        return {key: "1.0" if key == "format" else with_formats(item) for key, item in value.items()}
    return value


@pytest.mark.parametrize("name", ROOTS)
@pytest.mark.parametrize("seed", range(8))
def test_what_a_schema_allows_comes_back_as_it_was(name: str, seed: int) -> None:
    value = seeded(name, seed)
    document = ROOTS[name].from_json(value)
    assert document.to_json() == value
    assert ROOTS[name].from_json(document.to_json()) == document
    assert pickle.loads(pickle.dumps(document)) == document


def places(value: Any, path: Tuple[Any, ...] = ()) -> List[Tuple[Any, ...]]:
    """The paths of all objects with members of their own names."""
    out = []
    if isinstance(value, dict):
        out.append(path)
        for key, item in value.items():
            out += places(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            out += places(item, (*path, number))
    return out


def at(value: Any, path: Tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@pytest.mark.parametrize("name", ROOTS)
def test_members_of_a_newer_program_are_kept_everywhere(name: str) -> None:
    value = seeded(name, 1)
    kept = refused = 0
    for path in places(value):
        new = json.loads(json.dumps(value))
        at(new, path)["brand_new"] = {"deep": [1, None]}
        try:
            document = ROOTS[name].from_json(new)
        except DocumentError:
            # A tagged value has one member, and a map values of one type.
            refused += 1
            continue
        kept += 1
        assert document.to_json() == new
    assert kept > 3
    assert refused < kept


def test_words_of_a_newer_program_are_kept() -> None:
    value = seeded("diff", 1)
    value["changes"][0]["action"] = "transmogrify"
    value["changes"][0]["before"] = {"hologram": {"deep": [1]}}
    document = documents.Diff.from_json(value)
    assert str(document.changes[0].action) == "transmogrify"
    before = document.changes[0].before
    assert before is not None
    found: Any = (before.kind, before.value)
    assert found == ("hologram", {"deep": [1]})
    assert document.to_json() == value


@pytest.mark.parametrize("name", ROOTS)
def test_a_required_member_that_is_absent_is_named(name: str) -> None:
    for member in SCHEMAS[name]["required"]:
        value = seeded(name, 2)
        del value[member]
        with pytest.raises(DocumentError, match=member):
            ROOTS[name].from_json(value)


WRONG: List[Tuple[Tuple[Any, ...], object, str]] = [
    (("tables",), {}, "`tables`: a list was expected, and an object is there"),
    (("tables",), None, "`tables`: a list was expected, and null is there"),
    (("tables", 0), 7, "`tables[0]`: an object (`Table`) was expected, and a number is there"),
    (("tables", 0, "name"), ["x"], "`tables[0].name`: a text was expected, and a list is there"),
    (
        ("tables", 0, "columns", 0, "nullable"),
        1,
        "`tables[0].columns[0].nullable`: true or false was expected",
    ),
    (
        ("summary", "unresolved"),
        True,
        "`summary.unresolved`: a whole number was expected, and true or false is there",
    ),
    (
        ("summary", "unresolved"),
        1.5,
        "`summary.unresolved`: a whole number was expected, and a number is there",
    ),
    (
        ("summary", "unresolved"),
        "1",
        "`summary.unresolved`: a whole number was expected, and a text is there",
    ),
]


@pytest.mark.parametrize(("path", "wrong", "message"), WRONG)
def test_errors_have_a_place(path: Tuple[Any, ...], wrong: object, message: str) -> None:
    value = seeded("extract", 3)
    at(value, path[:-1])[path[-1]] = wrong
    with pytest.raises(DocumentError) as caught:
        documents.Schema.from_json(value)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("found", ["2.0", "0.9", "10.1", "", "one", 1, None, ["1.2"]])
def test_another_major_version_is_refused(found: object) -> None:
    with pytest.raises(FormatError, match="this package reads 1"):
        documents.Schema.from_json(empty_schema(format=found))


@pytest.mark.parametrize("found", ["1.0", "1.2", "1.999"])
def test_another_minor_version_is_read(found: str) -> None:
    assert documents.Schema.from_json(empty_schema(format=found)).format == found


def test_the_format_of_an_inner_document_is_looked_at_too() -> None:
    value = seeded("check", 4)
    value["diff"]["format"] = "3.0"
    with pytest.raises(FormatError, match="belljar diff"):
        documents.Verdict.from_json(value)


@pytest.mark.parametrize(
    "text", ["", "{", "nothing", "[1,]", "NaN", '{"a": Infinity}', "[" * 200_000, "1" * 10_000, b"\xff"]
)
def test_what_is_no_json_is_an_error_of_ours(text: Any) -> None:
    with pytest.raises(DocumentError, match="it is no JSON"):
        parse_json(text)


def test_a_table_by_its_name() -> None:
    value = seeded("extract", 5)
    table = value["tables"][0]
    value["tables"] = [
        {**table, "schema": schema, "name": name} for schema, name in ((None, "a"), ("s", "a"), ("s", "b"))
    ]
    schema = belljar.Schema.from_json(value)
    assert schema.table("s.a") is schema.tables[1]
    assert schema.table("a") is schema.tables[0]
    assert schema.table("b") is schema.tables[2]
    with pytest.raises(KeyError):
        schema.table("c")
    twice = belljar.Schema.from_json({**value, "tables": [*value["tables"], value["tables"][2]]})
    with pytest.raises(KeyError, match="several"):
        twice.table("b")
