"""Types of columns as code: the constructor that renders, in every dialect, what the document says."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from ..extract.sql import DIALECTS, MARIADB, type_ddl
from ..render.types import by_text, candidates, types_of
from ..stand_in.value import OPEN
from . import enums
from .code import Atom, Call, Code, Keyword, call
from .literals import literal, string
from .scope import Json, Scope

#: Parameters that are given by position, in this order.
_BY_POSITION = {"length": 0, "precision": 0, "scale": 1, "dim": 0}

#: What every type of its kind has, and the check of a type, which is listed with those of its table.
_USUAL = ("astext_type=Text()", "create_constraint=True")

#: Dialects by which a type of SQLAlchemy is recognised, whichever release the code ran with.
_RECOGNISED = ("postgresql", "mysql", "sqlite")

#: The largest number of arguments in the DDL of a type.
_DDL = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\((\d{1,9})(?:, ?(\d{1,9}))?\))?")


@dataclass
class Typed:
    """A type as code."""

    code: Code
    #: The type itself, without variants.
    made: TypeEngine[Any] | None
    #: The annotation of an attribute with it, if it is not nullable.
    annotation: str


class UnknownTypeError(Exception):
    """The type can't be written."""


def texts_of(document: Json) -> dict[str, str]:
    """The DDL of a type in each dialect."""
    found = {name: document[name] for name in DIALECTS if document.get(name) is not None}
    own = document.get(MARIADB, found.get("mysql"))
    return found if own is None else {**found, MARIADB: own}


def typed(document: Json, scope: Scope) -> Typed:
    """The code of a type; raises `UnknownTypeError`."""
    texts = texts_of(document)
    if not texts or any(OPEN in text for text in texts.values()):
        raise UnknownTypeError(f"the type `{document['repr']}` is not known")
    found = _whole(document, texts)
    if found is not None:
        return _typed(found, scope)
    return _with_variants(document, texts, scope)


def _whole(document: Json, texts: dict[str, str]) -> TypeEngine[Any] | None:
    """A type that renders all texts, without variants."""
    best = None
    for candidate in (*candidates(document, texts), *_enums(document)):
        own = rendered(candidate)
        if own == texts:
            return candidate
        if best is None and all(own.get(name) == text for name, text in texts.items()):
            best = candidate
    if best is not None or not document["module"].startswith("sqlalchemy."):
        return best
    # Releases of SQLAlchemy differ in what they render for SQL Server and Oracle.
    for candidate in candidates(document, texts):
        own = rendered(candidate)
        same_class = type(candidate).__name__ == document["class"]
        if same_class and all(own.get(name) == texts.get(name) for name in (*_RECOGNISED, MARIADB)):
            return candidate
    return None


def _enums(document: Json) -> Iterator[TypeEngine[Any]]:
    """Enumerations with the values and the name of a type of the repository."""
    values, name = document.get("enum_values"), document.get("enum_name")
    if values and name is not None:
        schema = (document.get("postgresql") or "").rpartition(".")[0].strip('"') or None
        longest = max(map(len, values))
        yield sa.Enum(*values, name=name, schema=schema)
        yield sa.Enum(*values, name=name, native_enum=False)
        for text in texts_of(document).values():
            numbers = re.findall(r"\d+", text)
            if numbers and longest <= int(numbers[0][:9]):
                yield sa.Enum(*values, name=name, native_enum=False, length=int(numbers[0][:9]))


def rendered(made: TypeEngine[Any]) -> dict[str, str]:
    """The DDL of a type in each dialect that renders it."""
    found = ((name, type_ddl(made, name)) for name in (*DIALECTS, MARIADB))
    return {name: text for name, text in found if text is not None}


def _typed(made: TypeEngine[Any], scope: Scope) -> Typed:
    code = _code_of(made, scope)
    annotation = enums.annotation_of(made, scope) or _annotation(made)
    return Typed(code, made, annotation)


def _with_variants(document: Json, texts: dict[str, str], scope: Scope) -> Typed:
    """A type with variants for the dialects in which it differs."""
    best: TypeEngine[Any] | None = None
    score = 0
    for candidate in _all(document, texts):
        own = rendered(candidate)
        count = sum(own.get(name) == text for name, text in texts.items())
        if count > score:
            best, score = candidate, count
    if best is None:
        scope.needs_sql_type = True
        first = _most_frequent(texts.values())
        code, own = call("SQLType", string(first)), dict.fromkeys((*DIALECTS, MARIADB), first)
        annotation = "Any"
    else:
        code, own = _called(_code_of(best, scope)), rendered(best)
        annotation = _annotation(best)
    variants: dict[str, tuple[Code, list[str]]] = {}
    for name, text in texts.items():
        if own.get(name) != text:
            variant = _variant(name, text, scope)
            variants.setdefault(variant.flat(), (variant, []))[1].append(name)
    for variant, names in variants.values():
        code = Call(".with_variant", [variant, *(Atom(string(name)) for name in names)], of=code)
    return Typed(code, best, annotation)


def _all(document: Json, texts: dict[str, str]) -> Iterator[TypeEngine[Any]]:
    yield from candidates(document, texts)
    for name, text in texts.items():
        yield from by_text({name: text})


def _most_frequent(texts: Iterable[str]) -> str:
    found = list(texts)
    return max(sorted(set(found)), key=found.count)


def _variant(dialect: str, text: str, scope: Scope) -> Code:
    """The type that renders a text in one dialect."""
    plain = "mysql" if dialect == MARIADB else dialect
    for candidate in (*_of_dialect(dialect, text), *by_text({plain: text})):
        if type_ddl(candidate, dialect) == text:
            return _called(_code_of(candidate, scope))
    scope.needs_sql_type = True
    return call("SQLType", string(text))


def _of_dialect(dialect: str, text: str) -> Iterator[TypeEngine[Any]]:
    """Types of a dialect with the name in a text."""
    found = _DDL.fullmatch(text)
    own = types_of(f"sqlalchemy.dialects.{'mysql' if dialect == MARIADB else dialect}")
    if found is None or found.group(1) not in own:
        return
    cls = own[found.group(1)]
    numbers = [int(number) for number in found.groups()[1:] if number is not None]
    for given in ({}, {"fsp": numbers[0]} if numbers else {}, {"length": numbers[0]} if numbers else {}):
        try:
            yield cls(**given) if given else cls(*numbers)
        except Exception:  # it has no such argument
            continue


def _called(code: Code) -> Call:
    """The instance of a type."""
    return code if isinstance(code, Call) else call(code.flat())


def _code_of(made: TypeEngine[Any], scope: Scope) -> Code:
    """The code of a type of SQLAlchemy: its `repr`, with names looked up and literals written again."""
    tree = ast.parse(repr(made), mode="eval").body
    return enums.code_of(made, _code(tree, type(made).__module__, scope), scope)


def _code(node: ast.expr, module: str, scope: Scope) -> Code:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call(node, node.func.id, module, scope)
    return Atom(literal(ast.literal_eval(node)))


def _call(node: ast.Call, name: str, module: str, scope: Scope) -> Code:
    positional: list[tuple[int, Code]] = []
    keywords: list[Keyword] = []
    for item in node.keywords:
        if item.arg is None or f"{item.arg}={ast.unparse(item.value)}" in _USUAL:
            continue
        value = _code(item.value, module, scope)
        if not node.args and item.arg in _BY_POSITION:
            positional.append((_BY_POSITION[item.arg], value))
        elif not (isinstance(value, Atom) and value.text == "None"):
            keywords.append(Keyword(item.arg, value))
    positional.sort(key=lambda pair: pair[0])
    if [place for place, _ in positional] == [1]:
        keywords.insert(0, Keyword("scale", positional.pop()[1]))
    given: list[Code | Keyword] = [_code(item, module, scope) for item in node.args]
    given += [*(value for _, value in positional), *keywords]
    prefix = _prefix(name, module, scope)
    return Call(f"{prefix}.{name}", given) if given else Atom(f"{prefix}.{name}")


def _prefix(name: str, module: str, scope: Scope) -> str:
    """The module that a type is imported from, as the file names it."""
    parts = module.split(".")
    of = ".".join(parts[:3])
    if parts[:2] == ["sqlalchemy", "dialects"] and name in types_of(of):
        cls = types_of(of)[name]
        if getattr(sa, name, None) is not cls:
            scope.need("sqlalchemy.dialects", parts[2])
            return parts[2]
    if hasattr(sa, name):
        return "sa"
    if name in types_of("sqlalchemy.dialects.postgresql"):
        scope.need("sqlalchemy.dialects", "postgresql")
        return "postgresql"
    raise UnknownTypeError(f"the type `{name}` has no name to import")


#: Annotations by the type of the values.
_OF_VALUES = {
    "int": "int",
    "str": "str",
    "bool": "bool",
    "float": "float",
    "bytes": "bytes",
    "datetime": "dt.datetime",
    "date": "dt.date",
    "time": "dt.time",
    "timedelta": "dt.timedelta",
    "Decimal": "Decimal",
    "UUID": "UUID",
}


#: The modules of names in annotations.
_MODULES = {"Any": "typing", "Decimal": "decimal", "UUID": "uuid"}


def _annotation(made: TypeEngine[Any]) -> str:
    """The annotation for the values of a type."""
    if isinstance(made, sa.ARRAY):
        return f"list[{_annotation(made.item_type)}]"
    try:
        return _OF_VALUES.get(made.python_type.__name__, "Any")
    except Exception:  # it has none
        return "Any"


def need_annotation(annotation: str, scope: Scope) -> None:
    """Import what an annotation names."""
    if "dt." in annotation:
        scope.need("datetime")
    for name in re.findall(r"\w+", annotation):
        if name in _MODULES:
            scope.need(_MODULES[name], name)
