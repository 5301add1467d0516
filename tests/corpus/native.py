"""Ground truth of one package: import the models of an INSTALLED package, and write down what SQLAlchemy makes of them.

usage: native.py OUT.json FIRST.py MODULE [MODULE ...]      run by `truth.py`, in the environment of the package

FIRST.py runs before the modules. A MODULE that ends in `.*` is walked, but for tests and migrations. The environment
variable TRUTH_META (`module:Base,module:metadata`) names the only `MetaData` that count. SQLAlchemy 1.3 to 2.1.
"""

import gc
import importlib
import importlib.util
import json
import os
import pkgutil
import re
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import ddl

SKIP = re.compile(
    r"(^|\.)(tests?|testing|conftest|migrations?|alembic|versions|__main__|setup|cli|locale)(\.|$)"
)
MODELS = re.compile(r"sqlalchemy|sqlmodel|__tablename__|db\.Model|db\.Column|declarative|Table\(")
#: The dialects whose whole DDL is compared, in the order in which they are asked for the text of a check.
DIALECTS = ("postgresql", "mysql", "sqlite")
EVERY = ("postgresql", "sqlite", "oracle", "mssql", "mysql")
CATALOGS = ("pg_catalog", "information_schema", "INFORMATION_SCHEMA", "sys")


def load(name, errors):
    """Import a module, and what is below it where its name ends in `.*`."""
    try:
        module = importlib.import_module(name.removesuffix(".*"))
    except BaseException as error:
        errors.append((name, f"{type(error).__name__}: {error}"[:300]))
        return
    if not name.endswith(".*"):
        return
    root = name[:-2]
    for info in pkgutil.iter_modules(getattr(module, "__path__", [])):
        full = f"{root}.{info.name}"
        if SKIP.search(full[len(root) :]):
            continue
        if info.ispkg:
            load(f"{full}.*", errors)
        elif MODELS.search(source_of(full)):
            load(full, errors)


def source_of(name):
    """The text of a module that is not imported yet."""
    try:
        return Path(importlib.util.find_spec(name).origin).read_text(encoding="utf-8")
    except Exception:  # a part of a namespace, or no text
        return ""


def dialect(name):
    """A dialect as it is once it has connected; it doubles no `%`, as a driver would want it."""
    found = importlib.import_module(f"sqlalchemy.dialects.{name}").dialect(paramstyle="named")
    if name == "mssql":
        found.default_schema_name = "dbo"
    return found


def metadatas():
    """Every `MetaData` of the package."""
    import sqlalchemy as sa

    only = os.environ.get("TRUTH_META")
    if only:
        return [metadata_of(*item.split(":")) for item in only.split(",")]
    own = {
        id(getattr(value, "metadata", value))
        for name, module in list(sys.modules.items())
        if name.startswith("sqlalchemy.dialects") and module
        for value in list(vars(module).values())
        if isinstance(value, (sa.MetaData, sa.Table))
    }
    return [
        item
        for item in gc.get_objects()
        if type(item).__name__ and issubclass(type(item), sa.MetaData) and id(item) not in own
    ]


def metadata_of(module, path):
    """The `MetaData` that a name leads to, directly or through a base."""
    found = importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    return getattr(found, "metadata", found)


def text_of(item, kind):
    """The text of a default or an expression."""
    if item is None:
        return None
    if type(item).__name__ == "Computed":
        item = item.sqltext  # the expression alone: its repr would hold an address
    elif type(item).__name__ == "Identity":
        return "IDENTITY"
    try:
        argument = getattr(item, "arg", item)
        if isinstance(argument, str):
            return argument
        if callable(argument) and not hasattr(argument, "compile"):
            return None
        return str(argument.compile(dialect=kind, compile_kwargs={"literal_binds": True}))
    except Exception:
        return str(getattr(item, "arg", item))


def target(key):
    """What a foreign key refers to."""
    try:
        return f"{key.column.table.fullname}.{key.column.name}"
    except Exception:
        return key._get_colspec() if hasattr(key, "_get_colspec") else str(key.target_fullname)


def column_facts(column, kind):
    """A column."""
    types = {}
    for name, one in (("postgresql", kind), ("generic", None)):
        try:
            types[name] = column.type.compile(dialect=one) if one else str(column.type)
        except Exception:
            types[name] = None
    keys = [
        {"target": target(key), "ondelete": key.ondelete, "onupdate": key.onupdate}
        for key in column.foreign_keys
    ]
    return {
        "name": column.name,
        "type_class": type(column.type).__name__,
        "type": types,
        "nullable": bool(column.nullable),
        "primary_key": bool(column.primary_key),
        "server_default": text_of(column.server_default, kind) if column.server_default is not None else None,
        "has_default": column.default is not None,
        "computed": bool(getattr(column, "computed", None)),
        "identity": bool(getattr(column, "identity", None)),
        "comment": column.comment,
        "foreign_keys": sorted(keys, key=lambda key: key["target"]),
    }


def checks(table, kind):
    """The checks of the table, of its columns and of its types."""
    import sqlalchemy as sa

    found = [item for item in table.constraints if isinstance(item, sa.CheckConstraint)]
    for column in table.columns:
        found += [item for item in column.constraints if isinstance(item, sa.CheckConstraint)]
    facts = []
    for item in found:
        name = str(item.name) if isinstance(item.name, str) and item.name else None
        if getattr(item, "_type_bound", False):
            texts = {one: text for one in EVERY if (text := compiled_check(item, one)) is not None}
            text = next(iter(texts.values()), None)
            if text is not None:
                facts.append({"name": name, "sql": text, "dialects": sorted(texts)})
        else:
            facts.append({"name": name, "sql": text_of(item.sqltext, kind)})
    return sorted(facts, key=str)


def compiled_check(item, name):
    """The condition of a check that a type brings along, out of SQLAlchemy's own DDL, where a dialect makes it."""
    one = dialect(name)
    compiler = one.ddl_compiler(one, None)
    rule = getattr(item, "_create_rule", None)
    if rule is not None and not rule(compiler):
        return None
    text = " ".join(compiler.process(item).split())
    return re.sub(r"\A.*?CHECK \((.*)\)\Z", r"\1", text)


def table_facts(place, table, kind):
    """A table."""
    unique, indexes = [], []
    for item in table.constraints:
        if type(item).__name__ == "UniqueConstraint":
            name = str(item.name) if item.name else None
            unique.append({"name": name, "columns": [column.name for column in item.columns]})
    for item in table.indexes:
        columns = [getattr(part, "name", str(part)) for part in item.expressions]
        indexes.append(
            {"name": str(item.name) if item.name else None, "unique": bool(item.unique), "columns": columns}
        )
    return {
        "metadata": place,
        "schema": table.schema,
        "name": table.name,
        "comment": table.comment,
        "columns": [column_facts(column, kind) for column in table.columns],
        "unique": sorted(unique, key=lambda item: (item["columns"], str(item["name"]))),
        "checks": checks(table, kind),
        "indexes": sorted(indexes, key=lambda item: str(item["name"])),
    }


def statements(metadata, tables, name):
    """What `create_all` would tell a database; table by table where a listener keeps it from its end."""
    import sqlalchemy as sa

    try:
        from sqlalchemy.engine.mock import MockConnection
    except ImportError:  # 1.3
        from sqlalchemy.engine.strategies import MockEngineStrategy

        MockConnection = MockEngineStrategy.MockConnection  # noqa: N806
    told = []
    # SQLAlchemy no longer makes with its table what it once added to it: not for another dialect either.
    rules = [(item, getattr(item, "_create_rule", None)) for table in tables for item in table.constraints]
    try:
        recorder = MockConnection(dialect(name), lambda statement, *_args, **_kwargs: told.append(statement))
        metadata.create_all(recorder, tables=tables, checkfirst=False)
    except Exception as error:
        print(f"create_all for {name}: {type(error).__name__}: {error}"[:200], file=sys.stderr)
        told = [sa.schema.CreateTable(table) for table in tables]
        told += [sa.schema.CreateIndex(index) for table in tables for index in table.indexes]
    for item, rule in rules:
        item._create_rule = rule
    for statement in told:
        try:
            yield statement if isinstance(statement, str) else str(statement.compile(dialect=dialect(name)))
        except Exception:  # the dialect has no words for it
            continue


def renderable(table, name):
    """Whether a dialect has words for a table."""
    import sqlalchemy as sa

    try:
        sa.schema.CreateTable(table).compile(dialect=dialect(name))
    except Exception:
        return False
    return True


def dump():
    """Every table, with its facts and its DDL."""
    import sqlalchemy as sa
    from sqlalchemy import orm

    try:
        orm.configure_mappers()
    except Exception as error:
        print(f"configure_mappers: {type(error).__name__}: {error}"[:200], file=sys.stderr)
    kind, best = dialect("postgresql"), {}
    for place, metadata in enumerate(metadatas()):
        own = [
            item for item in metadata.tables.values() if (item.schema or "").split(".")[-1] not in CATALOGS
        ]
        told = {}
        for name in DIALECTS:
            able = [item for item in own if renderable(item, name)]
            told[name] = ddl.by_table(statements(metadata, able, name))
        for item in own:
            facts = table_facts(place, item, kind)
            facts["ddl"] = {name: told[name].get(item.fullname) for name in DIALECTS}
            # one table can stand in copies of one MetaData: the richest of each name
            key = (item.schema or "", item.name)
            if key not in best or len(facts["columns"]) > len(best[key]["columns"]):
                best[key] = facts
    return [best[key] for key in sorted(best)], sa.__version__


def main(out, first, *modules):
    """Import, look, write."""
    warnings.simplefilter("ignore")
    errors = []
    exec(compile(Path(first).read_text(encoding="utf-8"), first, "exec"), {"__name__": "first"})
    for name in modules:
        load(name, errors)
    tables, version = dump()
    written = {
        "sqlalchemy": version,
        "python": sys.version.split()[0],
        "modules": list(modules),
        "import_errors": errors,
        "tables": tables,
    }
    Path(out).write_text(json.dumps(written, indent=1, sort_keys=True), encoding="utf-8")
    columns = sum(len(table["columns"]) for table in tables)
    print(f"{len(tables)} tables, {columns} columns, SQLAlchemy {version}, {len(errors)} import errors")
    sys.stdout.flush()
    os._exit(0)  # what the package started at import need not come to its end


if __name__ == "__main__":
    main(*sys.argv[1:])
