"""What a migration script may contain.

Alembic's renderer does not quote some values. Every rendered statement is therefore parsed, and accepted only if it is
a call of a known operation with literals as values. The host checks the whole file again
(`host/change/vet/src/script.rs`), with the same lists.
"""

import ast
import io
import re
import tokenize


class ForbiddenError(Exception):
    """A statement contains more than its operation needs; the message says what."""


#: Positions of calls. For each, the calls allowed within it; below, the keywords that it takes besides options of
#: dialects.
_OPERATION, _COLUMN, _CONSTRAINT, _TYPE, _SQL, _DEFAULT, _TABLE, _METADATA, _NAME = range(9)

_WITHIN = {
    _OPERATION: {_COLUMN, _CONSTRAINT, _TYPE, _SQL, _DEFAULT, _NAME},
    _COLUMN: {_TYPE, _SQL, _DEFAULT},
    _CONSTRAINT: {_SQL, _NAME},
    _TYPE: {_TYPE},
    _DEFAULT: {_SQL},
    _TABLE: {_COLUMN, _CONSTRAINT, _METADATA},
    _SQL: set(),
    _METADATA: set(),
    _NAME: set(),
}

_REFERENCE = "onupdate ondelete initially deferrable use_alter match name"
_ALTER = """
    existing_type server_default new_column_name type_ nullable comment existing_comment existing_nullable
    autoincrement existing_server_default schema
"""

#: Operations of `op` and of `batch_op`.
OPERATIONS = {
    "add_column": "schema",
    "alter_column": _ALTER,
    "create_check_constraint": "schema",
    "create_foreign_key": f"{_REFERENCE} source_schema referent_schema",
    "create_index": "unique schema",
    "create_primary_key": "schema",
    "create_table": "schema comment prefixes",
    "create_table_comment": "existing_comment schema",
    "create_unique_constraint": "deferrable initially schema",
    "drop_column": "schema",
    "drop_constraint": "schema type_",
    "drop_index": "table_name schema",
    "drop_table": "schema",
    "drop_table_comment": "existing_comment schema",
    "execute": "",
    "rename_table": "schema",
}

#: Calls of `sa` that are no types.
_OF_SA = {
    "CheckConstraint": (_CONSTRAINT, "name"),
    "Column": (_COLUMN, "server_default autoincrement nullable comment"),
    "Computed": (_DEFAULT, "persisted"),
    "ForeignKeyConstraint": (_CONSTRAINT, _REFERENCE),
    "Identity": (
        _DEFAULT,
        "always start increment on_null minvalue maxvalue nominvalue nomaxvalue cycle cache order",
    ),
    "MetaData": (_METADATA, ""),
    "PrimaryKeyConstraint": (_CONSTRAINT, "name"),
    "Table": (_TABLE, "schema comment prefixes"),
    "UniqueConstraint": (_CONSTRAINT, "deferrable initially name"),
    "literal_column": (_SQL, ""),
    "text": (_SQL, ""),
}

#: Keywords of types.
_OF_TYPES = """
    as_uuid asdecimal astext_type as_tuple binary charset collation create_constraint create_type day_precision
    decimal_return_scale dimensions display_width fields fsp inherit_schema item_type length local_timezone metadata
    name native native_enum native_uuid none_as_null omit_aliases precision retrieve_as_bitwise scale schema
    second_precision storage_format text_type timezone truncate_microseconds unicode unsigned values_callable varying
    zerofill zero_indexes ascii national binary_precision regexp enum_class
"""

#: Modules of dialects, imported for their types.
DIALECTS = ("postgresql", "mysql", "sqlite", "mssql", "oracle")

_OPTION = re.compile(rf"({'|'.join(DIALECTS)}|mariadb)_[a-z][a-z0-9_]*")
_KEPT = re.compile(r"before_[0-9]+")
_CLASS = re.compile(r"[A-Z][A-Za-z0-9_]*")


def parse_statements(text: str) -> list[ast.stmt]:
    """The statements of a text; raises `ForbiddenError` if one of them may not be in a script."""
    try:
        found = ast.parse(text).body
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (SyntaxError, ValueError, tokenize.TokenError, RecursionError, MemoryError) as error:
        raise ForbiddenError(f"it is not valid Python: {error}") from None
    if any(token.type == tokenize.COMMENT for token in tokens):
        raise ForbiddenError("a comment")
    if any(token.type == tokenize.STRING and token.start[0] != token.end[0] for token in tokens):
        raise ForbiddenError("a string over several lines")
    for statement in found:
        _statement(statement, "op")
    return found


def _statement(node: ast.stmt, of: str) -> None:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        _call(node.value, {_OPERATION}, of)
    elif isinstance(node, ast.Assign) and of == "op":
        (target,) = node.targets
        if not (isinstance(target, ast.Name) and _KEPT.fullmatch(target.id)):
            raise ForbiddenError(f"a value for `{ast.unparse(target)}`")
        _call(node.value, {_TABLE}, of)
    elif isinstance(node, ast.With) and of == "op":
        (item,) = node.items
        within = _context(item)
        for statement in node.body:
            _statement(statement, within)
    elif not isinstance(node, ast.Pass):
        raise ForbiddenError(f"`{type(node).__name__}`")


def _context(item: ast.withitem) -> str:
    """The name that the operations of a block belong to."""
    given, call = item.optional_vars, item.context_expr
    if given is None and ast.dump(call) == _ALONE:
        return "op"
    is_named = isinstance(given, ast.Name) and given.id == "batch_op"
    if not (is_named and isinstance(call, ast.Call) and _dotted(call.func) == "op.batch_alter_table"):
        raise ForbiddenError("a block")
    for argument in call.args:
        _value(argument, set(), "op")
    for keyword in call.keywords:
        if keyword.arg == "table_args" and isinstance(keyword.value, ast.List):
            for one in keyword.value.elts:
                _call(one, {_CONSTRAINT}, "op")
        elif keyword.arg == "copy_from" and isinstance(keyword.value, ast.Name):
            if not _KEPT.fullmatch(keyword.value.id):
                raise ForbiddenError(f"`{keyword.value.id}`")
        elif keyword.arg in ("schema", "recreate"):
            _value(keyword.value, set(), "op")
        else:
            raise ForbiddenError(f"the keyword `{keyword.arg}`")
    return "batch_op"


_ALONE = ast.dump(ast.parse("op.get_context().autocommit_block()", mode="eval").body)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _kind(name: str, of: str) -> tuple[int, str]:
    """The position of a called name, and its keywords."""
    owner, _, own = name.rpartition(".")
    if owner == of and own in OPERATIONS:
        return _OPERATION, OPERATIONS[own]
    if owner in ("op", "batch_op") and own == "f":
        return _NAME, ""
    if owner == "sa" and own in _OF_SA:
        return _OF_SA[own]
    if (owner == "sa" or owner in DIALECTS) and _CLASS.fullmatch(own):
        return _TYPE, _OF_TYPES
    if name == "Verbatim":
        return _TYPE, ""
    raise ForbiddenError(f"a call of `{name or 'an expression'}`")


def _call(node: ast.expr, expected: set[int], of: str) -> None:
    if not isinstance(node, ast.Call):
        raise ForbiddenError(f"`{type(node).__name__}` where a call belongs")
    name = _dotted(node.func)
    kind, keywords = _kind(name, of)
    if kind not in expected:
        raise ForbiddenError(f"a call of `{name}` where none belongs")
    within = _WITHIN[kind]
    for argument in node.args:
        many = argument.value if isinstance(argument, ast.Starred) else argument
        elements = isinstance(argument, ast.Starred) or name.endswith(".create_index")
        if elements and isinstance(many, ast.List):
            for one in many.elts:
                _value(one, within, of)
        else:
            _value(argument, within, of)
    for keyword in node.keywords:
        own = keyword.arg or "**"
        if own not in keywords.split() and not (kind in (*_OPTIONED, _OPERATION) and _OPTION.fullmatch(own)):
            raise ForbiddenError(f"the keyword `{own}` of `{name}`")
        _value(keyword.value, within, of)


#: Positions, other than operations, that take options of dialects.
_OPTIONED = (_COLUMN, _CONSTRAINT, _TABLE, _DEFAULT)


def _keys(node: ast.Dict) -> list[ast.expr]:
    """The keys of a dictionary without unpacking."""
    keys = [key for key in node.keys if key is not None]
    if len(keys) != len(node.keys):
        raise ForbiddenError("`**`")
    return keys


def _value(node: ast.expr, within: set[int], of: str) -> None:
    """Check a literal, or a call of one of these kinds."""
    if isinstance(node, ast.Call):
        _call(node, within, of)
    elif isinstance(node, (ast.List, ast.Tuple)):
        for one in node.elts:
            _value(one, set(), of)
    elif isinstance(node, ast.Dict):
        for one in (*_keys(node), *node.values):
            _value(one, set(), of)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        if not (isinstance(node.operand, ast.Constant) and type(node.operand.value) in (int, float)):
            raise ForbiddenError("`-`")
    elif not isinstance(node, ast.Constant):
        raise ForbiddenError(f"`{type(node).__name__}` where a literal belongs")
