"""`CREATE TABLE` of MySQL and MariaDB, as `SHOW CREATE TABLE` writes it."""

import re
from typing import Any

from sqlalchemy.dialects import mysql

from ..mysql import _JSON, _add_element, _new_index, _options, _own_charset, _rule, type_of
from ..parts import TableParts, checked_name, not_represented
from .words import MysqlWords, Words, parts_of, text_of

#: Words behind the type of a column.
_AFTER_TYPE = frozenset(
    (
        "CHARACTER",
        "COLLATE",
        "NOT",
        "NULL",
        "DEFAULT",
        "ON",
        "AUTO_INCREMENT",
        "GENERATED",
        "AS",
        "VIRTUAL",
        "STORED",
        "PERSISTENT",
        "COMMENT",
        "CHECK",
        "INVISIBLE",
        "WITHOUT",
        "WITH",
        "COMPRESSED",
        "COLUMN_FORMAT",
        "STORAGE",
        "SRID",
        "CONSTRAINT",
        "PRIMARY",
        "UNIQUE",
        "KEY",
        "REFERENCES",
    )
)

#: Words that a key or a constraint begins with.
_KEYS = frozenset(
    ("PRIMARY", "UNIQUE", "FULLTEXT", "SPATIAL", "KEY", "INDEX", "CONSTRAINT", "CHECK", "FOREIGN", "PERIOD")
)

#: The collations that a character set has if none is stated; MySQL writes those of utf8mb4 out.
_COLLATIONS = {
    "latin1": "latin1_swedish_ci",
    "utf8mb4": "utf8mb4_general_ci",
    "utf8": "utf8_general_ci",
    "utf8mb3": "utf8mb3_general_ci",
    "ascii": "ascii_general_ci",
    "binary": "binary",
    "ucs2": "ucs2_general_ci",
    "utf16": "utf16_general_ci",
    "utf32": "utf32_general_ci",
    "latin2": "latin2_general_ci",
    "cp1250": "cp1250_general_ci",
    "cp1251": "cp1251_general_ci",
    "koi8r": "koi8r_general_ci",
    "gbk": "gbk_chinese_ci",
    "gb2312": "gb2312_chinese_ci",
    "big5": "big5_chinese_ci",
    "sjis": "sjis_japanese_ci",
    "cp932": "cp932_japanese_ci",
    "euckr": "euckr_korean_ci",
    "latin5": "latin5_turkish_ci",
    "greek": "greek_general_ci",
    "hebrew": "hebrew_general_ci",
}


_TYPE = re.compile(r"\w+(?:\s*\(.*\))?(?:\s+unsigned)?(?:\s+zerofill)?", re.IGNORECASE | re.DOTALL)


class Types:
    """Makes types from their texts, each once."""

    def __init__(self, dialect: Any, *, is_mariadb: bool) -> None:
        """Take the dialect."""
        self._dialect = dialect
        self.is_mariadb = is_mariadb
        self._made: dict[tuple[str, str | None, str | None], Any] = {}

    def type(self, text: str, charset: str | None, collation: str | None) -> Any:
        """A type."""
        key = (text, charset, collation)
        if key not in self._made:
            self._made[key] = type_of(self._dialect, *key)
        return self._made[key]

    def collation(self, charset: str | None, words: Words) -> str | None:
        """The collation of a character set."""
        if charset is None:
            return None
        found = _COLLATIONS.get(charset)
        return words.fail(f"the collation of {charset[:20]}") if found is None else found


def create_table(types: Types, name: str, words: Words) -> TableParts:
    """Read a table."""
    parts = TableParts(None, name)
    if words.peek() != "(":
        words.fail()
    items = parts_of(words.group(), MysqlWords)
    engine, collation = _table_options(types, parts, words)
    for text in items:
        own = MysqlWords(text)
        if own.peek() in _KEYS:
            _key(parts, own, engine)
        else:
            parts.columns.append(_column(types, parts, own, collation))
    return parts


def _table_options(types: Types, parts: TableParts, words: Words) -> tuple[str | None, str | None]:
    """The options behind the columns; returns the engine and the collation."""
    found: dict[str, str] = {}
    while not words.is_over:
        words.accept(",")
        words.accept("DEFAULT")
        if words.accept("PARTITION", "BY"):
            parts.reasons.append(not_represented("its partitioning"))
            words.rest()
            break
        if words.accept("WITH", "SYSTEM", "VERSIONING"):
            parts.reasons.append(not_represented("its system versioning"))
            continue
        option = words.token().upper()
        if option == "CHARACTER":
            words.expect("SET")
            option = "CHARSET"
        words.accept("=")
        found[option] = words.group() if words.peek() == "(" else words.token()
    charset = found.get("CHARSET")
    collation = found.get("COLLATE") or types.collation(charset, words)
    row_format = found.get("ROW_FORMAT")
    created = f"row_format={row_format}" if row_format else ""
    engine = found.get("ENGINE")
    parts.options = _options(engine, collation, row_format.capitalize() if row_format else None, created)
    comment = found.get("COMMENT")
    parts.comment = (_text(comment) or None) if comment is not None else None
    return engine, collation


def _text(literal: str) -> str:
    """The value of a text, in which a backslash escapes."""
    return text_of("e" + literal) if literal[:1] == "'" else literal


def _column(types: Types, parts: TableParts, words: Words, of_table: str | None) -> dict[str, Any]:
    name = checked_name(words.name())
    text = words.until(*_AFTER_TYPE)
    if not _TYPE.fullmatch(text):
        words.fail(text[:40])
    charset = collation = default = update = None
    column: dict[str, Any] = {"name": name, "nullable": True, "comment": None, "numbered": False}
    is_json = False
    while not words.is_over:
        if words.accept("CHARACTER", "SET"):
            charset = words.name()
        elif words.accept("COLLATE"):
            collation = words.name()
        elif words.accept("NOT", "NULL"):
            column["nullable"] = False
        elif words.accept("NULL"):
            pass
        elif words.accept("DEFAULT"):
            default = words.until(*_AFTER_TYPE) or words.token()
        elif words.accept("ON", "UPDATE"):
            update = words.until(*_AFTER_TYPE)
        elif words.accept("AUTO_INCREMENT"):
            column["numbered"] = True
        elif words.accept("GENERATED", "ALWAYS", "AS") or words.accept("AS"):
            sql = words.group()
            is_stored = words.accept("STORED") or words.accept("PERSISTENT")
            words.accept("VIRTUAL")
            column["computed"] = {"sqltext": sql, "persisted": is_stored}
        elif words.accept("COMMENT"):
            column["comment"] = _text(words.token()) or None
        elif words.accept("INVISIBLE"):
            column["options"] = {"mysql_invisible": True}
        elif words.accept("CHECK"):
            is_json = _column_check(parts, name, words.group(), text) or is_json
        else:
            words.fail()
    if charset is not None and collation is None:
        collation = types.collation(charset, words)
    own = collation.partition("_")[0] if collation is not None and charset is None else charset
    is_other = collation is not None
    pair = _own_charset(own, collation, of_table) if is_other else (None, None)
    column["type"] = mysql.JSON() if is_json else types.type(text, *pair)
    if default is not None and default.upper() == "NULL":
        default = None
    if update is not None and default is not None:
        default = f"{default} ON UPDATE {update.lower()}"
    column["default"] = None if "computed" in column else default
    return column


def _column_check(parts: TableParts, name: str, sql: str, text: str) -> bool:
    """Add a check; returns whether it makes the column one of JSON."""
    found = _JSON.match(sql)
    if found and found.group("name").replace("``", "`") == name and text.lower() == "longtext":
        return True
    parts.checks.append({"name": None, "sqltext": sql})
    return False


def _key(parts: TableParts, words: Words, engine: str | None) -> None:
    if words.accept("CONSTRAINT"):
        name = checked_name(words.name())
        if words.accept("CHECK"):
            parts.checks.append({"name": name, "sqltext": words.group()})
            if words.accept("NOT", "ENFORCED"):
                parts.reasons.append(not_represented(f"that the check `{name}` is not enforced"))
        elif words.accept("FOREIGN", "KEY"):
            _foreign_key(parts, name, words)
        else:
            words.fail()
    elif words.accept("PRIMARY", "KEY"):
        parts.primary_key = {
            "constrained_columns": [MysqlWords(text).name() for text in parts_of(words.group(), MysqlWords)]
        }
        _index_options(parts, {"name": "PRIMARY", "dialect_options": {}}, words)
    elif words.accept("PERIOD"):
        words.rest()
    else:
        _index(parts, words, engine)
    if not words.is_over:
        words.fail()


def _index(parts: TableParts, words: Words, engine: str | None) -> None:
    kind = words.token().upper() if words.peek() in ("UNIQUE", "FULLTEXT", "SPATIAL") else ""
    if not words.accept("KEY"):
        words.expect("INDEX")
    name = checked_name(words.name())
    method = kind if kind in ("FULLTEXT", "SPATIAL") else ""
    index = _new_index(name, 0 if kind == "UNIQUE" else 1, method, None)
    if words.accept("USING"):
        _using(index, words, engine)
    for text in parts_of(words.group(), MysqlWords):
        _element(index, MysqlWords(text))
    _index_options(parts, index, words, engine)
    parts.indexes.append(index)


def _element(index: dict[str, Any], words: Words) -> None:
    column = expression = length = None
    if words.peek() == "(":
        expression = words.group()
    else:
        column = words.name()
        if words.peek() == "(":
            digits = words.group()
            length = int(digits) if digits.isdecimal() else words.fail(digits[:40])
    words.accept("ASC")
    order = "D" if words.accept("DESC") else None
    if not words.is_over:
        words.fail()
    _add_element(index, column, length, order, expression)


def _using(index: dict[str, Any], words: Words, engine: str | None) -> None:
    """A method; InnoDB takes any other for B-trees."""
    if words.token().upper() == "HASH" and (engine or "").upper() == "MEMORY":
        index["dialect_options"]["mysql_using"] = "hash"


def _index_options(parts: TableParts, index: dict[str, Any], words: Words, engine: str | None = None) -> None:
    while not words.is_over:
        if words.accept("USING"):
            _using(index, words, engine)
        elif words.accept("COMMENT"):
            index["dialect_options"]["mysql_comment"] = _text(words.token())
        elif words.accept("IGNORED") or words.accept("INVISIBLE"):
            what = f"that the index `{index['name']}` is not used by the optimizer"
            parts.reasons.append(not_represented(what))
        elif words.accept("KEY_BLOCK_SIZE"):
            words.accept("=")
            words.token()
        elif words.accept("WITH", "PARSER"):
            parts.reasons.append(not_represented(f"the parser of the index `{index['name']}`"))
            words.name()
        else:
            return


def _foreign_key(parts: TableParts, name: str, words: Words) -> None:
    columns = [MysqlWords(text).name() for text in parts_of(words.group(), MysqlWords)]
    words.expect("REFERENCES")
    target = words.dotted()
    targets = [MysqlWords(text).name() for text in parts_of(words.group(), MysqlWords)]
    options: dict[str, Any] = {"onupdate": None, "ondelete": None}
    while words.accept("ON"):
        event = words.token().lower()
        action = words.until("ON").upper()
        options[f"on{event}"] = _rule(re.sub(r"\s+", " ", action))
    parts.foreign_keys.append(
        {
            "name": name,
            "constrained_columns": columns,
            "referred_schema": target[-2] if len(target) > 1 else None,
            "referred_table": target[-1],
            "referred_columns": targets,
            "options": options,
        }
    )
