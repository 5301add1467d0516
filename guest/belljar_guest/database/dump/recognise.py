"""Which database wrote a dump, where that is certain."""

import re

from ..connection import CannotInspectError

#: Characters at the start, where dumps say what they are.
_HEAD = 20_000

_SERVER = re.compile(r"^-- Server version\s+(\S+)", re.MULTILINE)

_MYSQL = re.compile(r"^-- (?:MySQL|MariaDB) dump |^/\*M!999999", re.MULTILINE)

_POSTGRESQL = re.compile(
    r"^-- PostgreSQL database (?:cluster )?dump$|^SELECT pg_catalog\.set_config\(", re.MULTILINE
)

_SQLITE = re.compile(
    r"^PRAGMA foreign_keys=OFF;\s+BEGIN TRANSACTION;|^CREATE TABLE sqlite_sequence\(name,seq\);", re.MULTILINE
)

#: Words that only SQLite has, at the end of `CREATE TABLE`.
_ONLY_SQLITE = re.compile(
    r"\bAUTOINCREMENT\b|\)\s*(?:WITHOUT\s+ROWID|STRICT)\s*[,;]|^CREATE VIRTUAL TABLE ",
    re.MULTILINE | re.IGNORECASE,
)


def recognised(text: str, given: str | None) -> tuple[str, str]:
    """The dialect and the version of the server; raises `CannotInspectError` if a dump says too little.

    `given` is what the user says, which counts where the dump does not say it.
    """
    head = text[:_HEAD]
    found = [
        name
        for name, sign in (("mysql", _MYSQL), ("postgresql", _POSTGRESQL), ("sqlite", _SQLITE))
        if sign.search(head)
    ]
    if len(found) > 1:
        msg = f"the dump says that it is of several databases: {', '.join(sorted(found))}"
        raise CannotInspectError(msg)
    if found == ["mysql"]:
        server = _SERVER.search(head)
        version = server.group(1) if server is not None else ""
        if not version:
            return (given if given in ("mysql", "mariadb") else _refuse("`mysql` or `mariadb`")), ""
        return ("mariadb" if "mariadb" in version.lower() else "mysql"), version
    if found == ["postgresql"]:
        server = re.search(r"^-- Dumped from database version (\S+)", head, re.MULTILINE)
        return "postgresql", server.group(1) if server is not None else ""
    if found == ["sqlite"]:
        return "sqlite", ""
    if given is not None:
        return given, ""
    if _ONLY_SQLITE.search(head) and "ENGINE=" not in head:
        return "sqlite", ""
    return _refuse("`postgresql`, `mysql`, `mariadb` or `sqlite`"), ""


def _refuse(names: str) -> str:
    msg = f"the dump does not say which database wrote it: name it with `--dialect` ({names})"
    raise CannotInspectError(msg)
