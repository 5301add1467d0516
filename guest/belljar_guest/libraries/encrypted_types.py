"""Types that encrypt a column's values: the key and the engine do not affect the column."""

import ast
from typing import Any

#: By module, the parameters of its types, in order.
_TYPES = {
    "advanced_alchemy.types.encrypted_string": ("key", "backend", "length"),
    "sqlalchemy_utils.types.encrypted.encrypted_type": ("type_in", "key", "engine", "padding"),
}
_OF_VALUES = frozenset(("backend", "engine", "key", "padding"))

#: Attributes of a derived type that do not affect the column.
_HARMLESS = frozenset(
    "__annotations__ __doc__ __firstlineno__ __module__ __orig_bases__ __parameters__ __qualname__ "
    "__static_attributes__ cache_ok coerce_compared_value process_bind_param process_literal_param "
    "process_result_value".split()
)


def column_arguments(kind: Any, call: ast.Call) -> list[ast.AST] | None:
    """The arguments of a call that a column depends on, if it creates such a type; otherwise `None`."""
    names = _parameters(kind)
    if names is None or any(isinstance(item, ast.Starred) for item in call.args):
        return None
    given = [item for name, item in zip(names, call.args, strict=False) if name not in _OF_VALUES]
    return [
        *given,
        *call.args[len(names) :],
        *(item for item in call.keywords if item.arg not in _OF_VALUES),
    ]


def _parameters(kind: Any) -> tuple[str, ...] | None:
    """The parameters of an encrypting type, or of one derived from it that only handles values differently."""
    for base in type.__dict__["__mro__"].__get__(kind) if issubclass(type(kind), type) else ():
        module = base.__dict__.get("__module__")
        if type(module) is str and module in _TYPES:
            return _TYPES[module]
        if not _HARMLESS.issuperset(base.__dict__):
            return None
    return None
