"""Writes the dataclasses of `belljar/documents` from the JSON Schemas in `docs/schemas`.

    python generate.py            writes them
    python generate.py --check    fails where they are not what it would write

The same schemas give the same text. A part of several schemas becomes one class: `check(...).diff` is what
`diff(...)` gives.
"""

from __future__ import annotations

import argparse
import json
import keyword
import re
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SCHEMAS = ROOT / "docs" / "schemas"
PACKAGE = HERE / "belljar" / "documents"
WIDTH = 110


@dataclass(frozen=True)
class Kind:
    """A document: its name, the class that its root becomes, and the Rust file that says which format it has."""

    name: str
    root: str
    version: str


# In this order: what a later document shares with an earlier one is imported from there.
KINDS = (
    Kind("extract", "Schema", "host/model/schema/src/document.rs"),
    Kind("diff", "Diff", "host/change/diff/src/report.rs"),
    Kind("lineage", "Lineage", "host/downstream/lineage/src/graph/document.rs"),
    Kind("impact", "Impact", "host/downstream/impact/src/report.rs"),
    Kind("check", "Verdict", "host/app/check/src/verdict.rs"),
    Kind("migrations", "MigrationsCheck", "host/app/check/src/migrations/mod.rs"),
    Kind("drift", "DatabaseDrift", "host/app/check/src/drift/mod.rs"),
    Kind("log", "SchemaLog", "host/app/check/src/log/mod.rs"),
)

# Names that mean several things, or say too little outside of their document.
NAMES = {
    ("diff", "Summary"): "DiffSummary",
    ("lineage", "Column"): "LineageColumn",
    ("lineage", "Dialect"): "LineageDialect",
    ("lineage", "Cause"): "UnknownCause",
    ("impact", "Summary"): "ImpactSummary",
    ("impact", "Verdict"): "Effects",
    ("check", "Cause"): "FindingCause",
    ("check", "Counts"): "VerdictSummary",
    ("check", "Item"): "Finding",
    ("migrations", "Finding"): "DriftFinding",
    ("migrations", "Kind"): "DriftKind",
    ("drift", "Finding"): "DatabaseFinding",
    ("drift", "Kind"): "DatabaseFindingKind",
    ("drift", "Unseen"): "UnseenSide",
    ("drift", "Ignored"): "IgnoredDifference",
    ("log", "End"): "LogEnd",
    ("log", "Status"): "CommitStatus",
}

# Methods that are written by hand, in `belljar._html` and `belljar._lookup`.
METHODS = {
    "Schema": """
    def table(self, name: str) -> Table:
        \"\"\"The table of a name, with or without its schema; `KeyError` where there is none, or several.\"\"\"
        from belljar import _lookup

        return _lookup.table(self, name)

    def _repr_html_(self) -> str:
        \"\"\"The tables, for a notebook.\"\"\"
        from belljar import _html

        return _html.schema(self)
""",
    "Diff": """
    def _repr_html_(self) -> str:
        \"\"\"The changes, for a notebook.\"\"\"
        from belljar import _html

        return _html.diff(self)
""",
    "Verdict": """
    def _repr_html_(self) -> str:
        \"\"\"The findings, for a notebook.\"\"\"
        from belljar import _html

        return _html.verdict(self)
""",
    "Finding": """
    def _repr_html_(self) -> str:
        \"\"\"The finding, for a notebook.\"\"\"
        from belljar import _html

        return _html.findings((self,))
""",
}

TYPING = ("Any", "Callable", "ClassVar", "Dict", "Literal", "Optional", "Tuple", "Union", "cast")
HELPERS = (
    *(
        "Members",
        "array",
        "check_format",
        "flag",
        "integer",
        "mapping",
        "pair",
        "plain",
        "tagged",
        "text",
        "word",
    ),
)

SCALARS = {"string": ("str", "text"), "boolean": ("bool", "flag"), "integer": ("int", "integer")}


@dataclass(frozen=True)
class Type:
    """A type of Python, how it is decoded and encoded, and the default where it may be absent."""

    hint: str
    decode: str
    encode: str
    default: str | None = None
    uses: frozenset[str] = frozenset()

    def nullable(self) -> Type:
        """The same, or `None`."""
        return Type(f"Optional[{self.hint}]", self.decode, self.encode, "None", self.uses)


@dataclass
class Definition:
    """A part of one or several schemas that becomes one class or alias."""

    name: str
    kind: Kind
    body: dict[str, Any]
    is_root: bool
    lines: list[str] = field(default_factory=list)
    uses: set[str] = field(default_factory=set)


def canonical(document: dict[str, Any], node: Any, above: tuple[str, ...] = ()) -> Any:
    """A node without the names that its parts have in this document."""
    if isinstance(node, list):
        return [canonical(document, part, above) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[-1]
        if name in above:
            sys.exit(f"`{name}` has itself as a part: give the generator a way to decode it")
        return canonical(document, document["$defs"][name], (*above, name))
    return {
        key: canonical(document, part, above)
        for key, part in sorted(node.items())
        if key not in {"$schema", "$defs", "title"}
    }


class Generator:
    """What is known while the modules are written."""

    def __init__(self, schemas: dict[str, dict[str, Any]], versions: dict[str, str]) -> None:
        self.schemas = schemas
        self.versions = versions
        self.by_shape: dict[str, Definition] = {}
        self.by_name: dict[str, Definition] = {}
        # The class of a name in a document.
        self.named: dict[tuple[str, str], Definition] = {}

    def gather(self) -> None:
        """Finds all definitions, each shape once."""
        for kind in KINDS:
            schema = self.schemas[kind.name]
            self.add(kind, schema["title"], schema, kind.root)
            for name, body in schema["$defs"].items():
                self.add(kind, name, body, NAMES.get((kind.name, name), name))

    def add(self, kind: Kind, name: str, body: dict[str, Any], called: str) -> None:
        """Adds a definition, unless an earlier document has it."""
        is_root = body is self.schemas[kind.name]
        shape = json.dumps(canonical(self.schemas[kind.name], body))
        definition = self.by_shape.get(shape)
        if definition is None:
            definition = Definition(called, kind, body, is_root)
            if called in self.by_name:
                sys.exit(
                    f"`{called}` of `{kind.name}` is taken: give ({kind.name!r}, {name!r}) a name in NAMES"
                )
            self.by_shape[shape] = self.by_name[called] = definition
        if not is_root:
            self.named[kind.name, name] = definition

    def type_of(self, kind: Kind, node: dict[str, Any]) -> Type:
        """The type of a member."""
        if "$ref" in node:
            return self.reference(kind, node["$ref"].rsplit("/", 1)[-1])
        if "anyOf" in node:
            (only,) = (part for part in node["anyOf"] if part.get("type") != "null")
            return self.type_of(kind, only).nullable()
        listed = node.get("type")
        if isinstance(listed, list):
            (only,) = (part for part in listed if part != "null")
            return self.type_of(kind, {**node, "type": only}).nullable()
        if listed in SCALARS:
            hint, decode = SCALARS[listed]
            return Type(hint, decode, "{}", {"bool": "False"}.get(hint))
        return self.array(kind, node) if listed == "array" else self.mapping(kind, node)

    def mapping(self, kind: Kind, node: dict[str, Any]) -> Type:
        """The type of an object with any names."""
        if node.get("type") == "object" and isinstance(node.get("additionalProperties"), dict):
            value = self.type_of(kind, node["additionalProperties"])
            return Type(
                f"Dict[str, {value.hint}]",
                f"mapping({value.decode})",
                "dict({})",
                "field(default_factory=dict)",
            )
        return sys.exit(f"the generator has no type for {node}")

    def array(self, kind: Kind, node: dict[str, Any]) -> Type:
        """The type of a list, or of a pair."""
        if "prefixItems" in node:
            parts = [self.type_of(kind, part) for part in node["prefixItems"]]
            hints = ", ".join(part.hint for part in parts)
            return Type(f"Tuple[{hints}]", f"pair({', '.join(part.decode for part in parts)})", "list({})")
        item = self.type_of(kind, node["items"])
        encode = "list({})" if item.encode == "{}" else f"[{item.encode.format('item')} for item in {{}}]"
        return Type(f"Tuple[{item.hint}, ...]", f"array({item.decode})", encode, "()", item.uses)

    def reference(self, kind: Kind, name: str) -> Type:
        """The type of another definition."""
        definition = self.named[kind.name, name]
        uses = frozenset({definition.name})
        if words(definition.body) is not None:
            return Type(definition.name, "word", "{}", None, uses)
        default = f"field(default_factory=lambda: {definition.name}.from_json({{}}))"
        return Type(definition.name, f"{definition.name}.from_json", "{}.to_json()", default, uses)

    def write(self) -> dict[str, str]:
        """The modules, by their names."""
        self.gather()
        for definition in self.by_name.values():
            self.define(definition)
        return {kind.name: self.module(kind) for kind in KINDS} | {"__init__": self.index()}

    def define(self, definition: Definition) -> None:
        """Writes a class or an alias."""
        values = words(definition.body)
        if values is not None:
            definition.lines = alias(definition, values)
        elif "oneOf" in definition.body:
            self.union(definition)
        else:
            self.record(definition)

    def record(self, definition: Definition) -> None:
        """A dataclass with the members of an object."""
        body, name = definition.body, definition.name
        required = body.get("required", [])
        properties = body["properties"]
        order = [*required, *(key for key in properties if key not in required)]
        members = []
        for key in order:
            type_ = self.type_of(definition.kind, properties[key])
            definition.uses |= type_.uses
            default = None if key in required else type_.default
            if key not in required and default is None:
                sys.exit(f"`{name}.{key}` may be absent, and the generator has no default for it")
            if isinstance(properties[key].get("default"), dict):
                plain = json.dumps(properties[key]["default"], sort_keys=True).replace("false", "False")
                default = f"field(default_factory=lambda: {type_.hint}.from_json({plain}))"
            members.append((key, attribute(key), type_, default, properties[key].get("description")))
        out = ["@dataclass(frozen=True)", f"class {name}:"]
        out += docstring(body.get("description", ""), "    ")
        if definition.is_root:
            out += ["", f'    FORMAT: ClassVar[str] = "{self.versions[definition.kind.name]}"']
            out += ['    """The version of the format that this class was made from."""']
        out.append("")
        for _, python, type_, default, description in members:
            out.append(f"    {python}: {type_.hint}" + (f" = {default}" if default else ""))
            out += docstring(description, "    ")
        out += ["    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)"]
        out += ['    """Members that a newer program wrote and this class does not know."""']
        out += decoder(definition, members)
        out += encoder(members)
        out += METHODS.get(name, "").rstrip().splitlines()
        definition.lines = out

    def union(self, definition: Definition) -> None:
        """A value with a tag that says what it is."""
        kinds, hints, decoders = [], [], []
        for part in definition.body["oneOf"]:
            ((tag, node),) = part["properties"].items()
            type_ = self.type_of(definition.kind, node)
            definition.uses |= type_.uses
            kinds.append(tag)
            hints.append(type_.hint)
            decoders.append(f'    "{tag}": {type_.decode},')
        definition.lines = [
            "@dataclass(frozen=True)",
            f"class {definition.name}:",
            *docstring(definition.body.get("description", ""), "    "),
            "",
            *listing("    kind: Literal[", [f'"{tag}"' for tag in kinds], "]"),
            '    """What it is. Of a kind that is not listed, which a newer program wrote, `value` is plain JSON."""',
            *listing("    value: Union[", list(dict.fromkeys(hints)), "]"),
            '    """The value itself."""',
            "",
            "    @classmethod",
            f"    def from_json(cls, value: object) -> {definition.name}:",
            '        """Reads it from plain JSON."""',
            f"        kind, decoded = tagged(value, _{definition.name.upper()})",
            '        return cls(kind=cast("Any", kind), value=cast("Any", decoded))',
            "",
            "    def to_json(self) -> Dict[str, Any]:",
            '        """Plain JSON, as the program writes it."""',
            "        return {self.kind: plain(self.value)}",
            "",
            "",
            f"_{definition.name.upper()}: Dict[str, Callable[[object], object]] = {{",
            *decoders,
            "}",
        ]

    def module(self, kind: Kind) -> str:
        """The module of the definitions that a document is the first to have."""
        own = ordered([d for d in self.by_name.values() if d.kind is kind])
        text = "\n\n\n".join("\n".join(definition.lines) for definition in own)
        imports = ["from __future__ import annotations", ""]
        if "@dataclass" in text:
            imports.append("from dataclasses import dataclass, field")
        names = [name for name in TYPING if re.search(rf"\b{name}\b", text)]
        imports += listing("from typing import ", names, "", "(", ")")
        used = [name for name in HELPERS if re.search(rf"(?<![.\"`\w]){name}\b(?=[(,)])", text)]
        imports += ["", *listing("from belljar._decode import ", used, "", "(", ")")]
        for other in KINDS:
            used_of = {n for d in own for n in d.uses if self.by_name[n].kind is other}
            if other is not kind and used_of:
                imports += listing(f"from .{other.name} import ", sorted(used_of), "", "(", ")")
        exported = ["__all__ = [", *(f'    "{d.name}",' for d in sorted(own, key=lambda d: d.name)), "]"]
        head = f'"""What `belljar {kind.name}` gives. Written by `python/generate.py` from `docs/schemas`."""'
        return "\n".join([head, "", *imports, "", *exported, "", ""]) + text + "\n"

    def index(self) -> str:
        """The module that has all names."""
        out = [
            '"""The documents of the program as dataclasses. Written by `python/generate.py` from `docs/schemas`."""',
            "",
        ]
        for kind in sorted(KINDS, key=lambda kind: kind.name):
            names = sorted(d.name for d in self.by_name.values() if d.kind is kind)
            out += [f"from .{kind.name} import (", *(f"    {name}," for name in names), ")"]
        out += ["", "__all__ = [", *(f'    "{name}",' for name in sorted(self.by_name)), "]", ""]
        return "\n".join(out)


def words(body: dict[str, Any]) -> list[tuple[str, str]] | None:
    """The words of an enumeration with what each means; nothing where it is none."""
    if "enum" in body:
        return [(word, "") for word in body["enum"]]
    parts = body.get("oneOf", [])
    if parts and all("const" in part for part in parts):
        return [(part["const"], part.get("description", "")) for part in parts]
    return None


def alias(definition: Definition, values: list[tuple[str, str]]) -> list[str]:
    """An alias for some words."""
    meanings = [f'`"{word}"`: {" ".join(text.split())}' for word, text in values if text]
    text = definition.body.get("description", "")
    literal = listing(f"{definition.name} = Literal[", [f'"{word}"' for word, _ in values], "]")
    return [*literal, *docstring("\n\n".join([text, *meanings]), "")]


def listing(before: str, items: list[str], after: str, opened: str = "", closed: str = "") -> list[str]:
    """Items on one line, or where that is too long one a line, with brackets around them if need be."""
    line = f"{before}{', '.join(items)}{after}"
    if len(line) <= WIDTH:
        return [line]
    indent = " " * (len(before) - len(before.lstrip()))
    return [f"{before}{opened}", *(f"{indent}    {item}," for item in items), f"{indent}{closed}{after}"]


def docstring(text: str | None, indent: str) -> list[str]:
    """A docstring, wrapped; none where there is nothing to say."""
    if not text or not text.strip():
        return []
    text = re.sub(r"\[(`[^`\]]*`)\](?:\([^)]*\))?", r"\1", text).replace("\\", "\\\\").replace('"""', "'''")
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]
    if (
        len(paragraphs) == 1
        and len(indent) + len(paragraphs[0]) + 6 <= WIDTH
        and not paragraphs[0].endswith('"')
    ):
        return [f'{indent}"""{paragraphs[0]}"""']
    out = []
    for number, paragraph in enumerate(paragraphs):
        wrapped = textwrap.wrap(
            paragraph, WIDTH - len(indent) - 3, break_long_words=False, break_on_hyphens=False
        )
        out += ([""] if number else []) + [f"{indent}{line}" for line in wrapped]
    out[0] = out[0].replace(indent, indent + '"""', 1) if indent else '"""' + out[0]
    return [*out, f'{indent}"""']


def decoder(definition: Definition, members: list[tuple[str, str, Type, str | None, Any]]) -> list[str]:
    """The method that reads an object."""
    name = definition.name
    out = ["", "    @classmethod", f"    def from_json(cls, value: object) -> {name}:"]
    out += ['        """Reads it from plain JSON; `DocumentError` where that is something else."""']
    out.append(f'        members = Members(value, "{name}")')
    if definition.is_root:
        out.append(f'        check_format(members, "{definition.kind.name}", cls.FORMAT)')
    out.append("        return cls(")
    for key, python, type_, default, _ in members:
        if default is None:
            out.append(f'            {python}=members.required("{key}", {type_.decode}),')
            continue
        made = re.sub(r"^field\(default_factory=(?:lambda: )?(.*)\)$", r"\1", default)
        made = {"dict": "{}"}.get(made, made)
        out.append(f'            {python}=members.optional("{key}", {type_.decode}, {made}),')
    return [*out, "            unknown=members.rest(),", "        )"]


def encoder(members: list[tuple[str, str, Type, str | None, Any]]) -> list[str]:
    """The method that gives an object."""
    out = [
        "",
        "    def to_json(self) -> Dict[str, Any]:",
        '        """Plain JSON, as the program writes it."""',
    ]
    out.append("        out: Dict[str, Any] = {")
    always = [(key, python, type_) for key, python, type_, default, _ in members if default is None]
    out += [f'            "{key}": {type_.encode.format(f"self.{python}")},' for key, python, type_ in always]
    out.append("        }")
    for key, python, type_, default, _ in members:
        if default is not None:
            test = f"self.{python} is not None" if default == "None" else f"self.{python}"
            out += [
                f"        if {test}:",
                f'            out["{key}"] = {type_.encode.format(f"self.{python}")}',
            ]
    return [*out, "        out.update(self.unknown)", "        return out"]


def attribute(key: str) -> str:
    """What a member is called in Python."""
    if key in {"unknown", "to_json", "from_json", "FORMAT"} or not key.isidentifier():
        sys.exit(f"`{key}` can't be the name of an attribute: give the generator another one")
    return f"{key}_" if keyword.iskeyword(key) else key


def ordered(definitions: list[Definition]) -> list[Definition]:
    """Each behind what it is made of."""
    left = {d.name: d for d in sorted(definitions, key=lambda d: d.name)}
    out: list[Definition] = []
    while left:
        ready = [d for d in left.values() if not (d.uses & left.keys())]
        if not ready:
            sys.exit(f"these are parts of each other: {', '.join(left)}")
        out += ready
        left = {name: definition for name, definition in left.items() if definition not in ready}
    return out


def version(kind: Kind) -> str:
    """The version of a format, as the Rust source says."""
    found = re.search(
        r'FORMAT_VERSION: &str = "(\d+\.\d+)"', (ROOT / kind.version).read_text(encoding="utf-8")
    )
    return found[1] if found else sys.exit(f"{kind.version} has no FORMAT_VERSION")


def written() -> dict[Path, str]:
    """The modules as they are to be."""
    schemas = {kind.name: json.loads((SCHEMAS / f"{kind.name}.json").read_bytes()) for kind in KINDS}
    modules = Generator(schemas, {kind.name: version(kind) for kind in KINDS}).write()
    return {PACKAGE / f"{name}.py": text for name, text in modules.items()}


def main() -> None:
    """Reads the arguments, and does what they say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing, and fail where something is not current"
    )
    arguments = parser.parse_args()
    for path, text in written().items():
        if not arguments.check:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path.relative_to(ROOT)} is not current: run `make schemas`")


if __name__ == "__main__":
    main()
