"""Foreign keys and primary keys as code."""

from ..stand_in.value import OPEN
from .code import Atom, Call, Code, Keyword, call, items
from .literals import string
from .model import Entity, Model
from .scope import Json
from .values import deferred, keywords, named, scoped

#: Options of a constraint without a dialect.
MORE = ("comment",)


class NoTargetError(Exception):
    """What a foreign key refers to can't be written."""


def inline_key(key: Json, entity: Entity, model: Model, column: str) -> Code | None:
    """The foreign key of one column as a part of it; `None` if it is a constraint of its own."""
    if not is_inline(key) or key["columns"] != [column]:
        return None
    return call("sa.ForeignKey", _target(key["targets"][0], entity, model), *_options(key))


def is_inline(key: Json) -> bool:
    """Whether a foreign key is written with its column."""
    known = key.get("options", {})
    return (
        len(key["columns"]) == 1
        and key.get("dialects") is None
        and "quote" not in known
        and not _is_doubtful(key["targets"][0])
    )


def _is_doubtful(target: str) -> bool:
    """Whether a text with the target would be read in another way."""
    return OPEN in target or target.count(".") not in (1, 2)


def foreign_key(key: Json, entity: Entity, model: Model) -> Code:
    """A foreign key constraint; raises `NoTargetError` or `NoOptionError`."""
    if any(_is_doubtful(target) for target in key["targets"]):
        raise NoTargetError(f"the foreign key to `{', '.join(key['targets'])}`, whose name is ambiguous")
    columns = [Atom(string(entity.of(name))) for name in key["columns"]]
    targets = [_target(target, entity, model) for target in key["targets"]]
    made = call("sa.ForeignKeyConstraint", items("[]", columns), items("[]", targets), *_options(key))
    return scoped(made, key)


def _target(text: str, entity: Entity, model: Model) -> Atom:
    """What a foreign key refers to; a column by its key."""
    found = model.find(entity, text)
    if found is not None and found[0].of(found[1]) != found[1]:
        text = f"{text[: -len(found[1])]}{found[0].of(found[1])}"
    return Atom(string(text))


def _options(key: Json) -> list[Keyword]:
    found = named(key)
    for name in ("ondelete", "onupdate"):
        if key[name] is not None:
            found.append(Keyword(name, Atom(string(key[name]))))
    found += deferred(key)
    if key["match"] is not None:
        found.append(Keyword("match", Atom(string(key["match"]))))
    if key["use_alter"]:
        found.append(Keyword("use_alter", Atom("True")))
    return [*found, *keywords(key.get("options", {}), MORE)]


def primary_key(entity: Entity) -> Code:
    """A primary key that is a constraint of its own."""
    key = entity.table["primary_key"]
    names: list[Code | Keyword] = [Atom(string(entity.of(name))) for name in key["columns"]]
    made = Call("sa.PrimaryKeyConstraint", [*names, *named(key), *deferred(key)])
    made.items += keywords(key.get("options", {}), MORE)
    return scoped(made, key)
