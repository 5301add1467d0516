"""Structures of applications: factories, settings, plugins, and tables created by code."""

import unittest

from case import Case


class Factories(Case):
    """Objects of an application that no module creates during its import."""

    def test_extension_that_waits_for_its_application(self) -> None:
        self.check(
            {
                "shop/extensions.py": "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n",
                "shop/__init__.py": """\
                    from flask import Flask
                    from .extensions import db
                    def create_app(config=None):
                        app = Flask(__name__)
                        app.config.from_object(config)
                        db.init_app(app)
                        from . import models
                        with app.app_context():
                            db.create_all()
                        return app
                    """,
                "shop/models.py": """\
                    from .extensions import db
                    class OrderLine(db.Model):
                        id = db.Column(db.Integer, primary_key=True)
                        name = db.Column(db.String(20), nullable=False)
                    """,
                "wsgi.py": "from shop import create_app\napp = create_app('settings.Production')\n",
            },
            """\
            order_line
              id INTEGER pk
              name VARCHAR(20) not-null
            """,
            show="statementskipped",
        )

    def test_configuration_of_the_current_application(self) -> None:
        self.check(
            """\
            {prelude}
            from flask import current_app
            LENGTH = current_app.config["LENGTH"]
            WIDTH = current_app.config.get("WIDTH", 7)
            a = Table("a", metadata, Column("x", Integer), Column("y", String(LENGTH)))
            b = Table("b", metadata, Column("x", String(WIDTH)))
            c = Table("c", metadata, Column("x", String(3)))
            """,
            """\
            a
              x INTEGER
              y … ?stand-in-type ?stand-in-value
            b ?guess
              x VARCHAR(7)
            c
              x VARCHAR(3)
            """,
            show="statementskipped",
        )

    def test_database_that_is_none_until_a_factory_runs(self) -> None:
        self.check(
            {
                "store.py": """\
                    {prelude}
                    db = None
                    def make(url):
                        global db
                        db = Store(url)
                    class Store:
                        def __init__(self, url, prefix="kept_"):
                            self.metadata = MetaData()
                            self.rows = Table(prefix + "rows", self.metadata, Column("x", Integer))
                    """,
                "use.py": """\
                    {prelude}
                    import store
                    a = Table("a", metadata, Column("x", Integer))
                    store.db.execute("select 1")
                    b = Table("b", metadata, Column("x", Integer))
                    """,
            },
            """\
            a
              x INTEGER
            b
              x INTEGER
            skipped use.py:10 AttributeError
            """,
            show="statementskipped",
        )

    def test_models_declared_in_a_function_that_is_called(self) -> None:
        self.check(
            """\
            {prelude}
            def declare(base, prefix):
                class Model(base):
                    __tablename__ = prefix + "_models"
                    id = Column(Integer, primary_key=True)
                return Model
            First, Second = declare(Base, "first"), declare(Base, "second")
            """,
            """\
            first_models
              id INTEGER pk
            second_models
              id INTEGER pk
            """,
            show="statementskipped",
        )


class Plugins(Case):
    """Bases and tables created by functions, loops and metaclasses."""

    def test_a_base_for_each_plugin(self) -> None:
        self.check(
            {
                "core.py": """\
                    {prelude}
                    bases = {}
                    def versioned_base(name, version):
                        if name not in bases:
                            bases[name] = declarative_base()
                        bases[name].version = version
                        return bases[name]
                    """,
                "plugins/__init__.py": "",
                "plugins/series.py": """\
                    from core import *
                    Base = versioned_base("series", 3)
                    class Entry(Base):
                        __tablename__ = "entries"
                        id = Column(Integer, primary_key=True)
                    """,
                "plugins/movies.py": """\
                    from core import *
                    class Entry(versioned_base("movies", 1)):
                        __tablename__ = "entries"
                        title = Column(String(9), primary_key=True)
                    """,
            },
            """\
            entries
              id INTEGER pk
            entries
              title VARCHAR(9) pk
            """,
            show="statementskipped",
        )

    def test_names_computed_from_class_names(self) -> None:
        self.check(
            """\
            {prelude}
            import re
            from sqlalchemy.ext.declarative import declared_attr
            class Named:
                @declared_attr
                def __tablename__(cls):
                    return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower() + "s"
                id = Column(Integer, primary_key=True)
            class OrderLine(Named, Base): ...
            class Special(OrderLine):
                __tablename__ = None
                kind = Column(Integer)
            """,
            """\
            order_lines
              id INTEGER pk
              kind INTEGER
            """,
            show="statementskipped",
        )

    def test_tables_made_in_a_loop_and_by_type(self) -> None:
        self.check(
            """\
            {prelude}
            for name, length in {"users": 3, "groups": 4}.items():
                globals()[name] = Table(f"{name}_map", metadata, Column("x", String(length)))
            made = {
                kind: type(kind.title(), (Base,), {
                    "__tablename__": kind, "__table_args__": {"comment": kind}, "id": Column(Integer, primary_key=True),
                })
                for kind in ("cat", "dog")
            }
            """,
            """\
            cat comment=cat
              id INTEGER pk
            dog comment=dog
              id INTEGER pk
            groups_map
              x VARCHAR(4)
            users_map
              x VARCHAR(3)
            """,
            show="statementskipped",
        )

    def test_a_class_that_makes_its_own_table(self) -> None:
        self.check(
            """\
            {prelude}
            class Prefixed(Base):
                __abstract__ = True
                @classmethod
                def __table_cls__(cls, name, *args, **kwargs):
                    return Table("app_" + name, *args, **kwargs)
            class A(Prefixed):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            """,
            """\
            app_a
              id INTEGER pk
            """,
            show="statementskipped",
        )

    def test_the_same_name_in_several_schemas_and_metadata(self) -> None:
        self.check(
            """\
            {prelude}
            first, second = MetaData(schema="one"), MetaData(schema="two")
            for item in (metadata, first, second, MetaData()):
                Table("a", item, Column(item.schema or "none", Integer))
            """,
            """\
            a
              none INTEGER
            a
              none INTEGER
            one.a
              one INTEGER
            two.a
              two INTEGER
            """,
            show="statementskipped",
        )

    def test_history_tables_that_appear_when_mappers_are_configured(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy import event
            from sqlalchemy.orm import mapper
            try:
                from sqlalchemy.orm import Mapper
            except ImportError:
                Mapper = mapper
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            @event.listens_for(Mapper, "after_configured")
            def make_histories():
                if "a_history" not in Base.metadata.tables:
                    Table("a_history", Base.metadata, Column("version", Integer, primary_key=True))
            """,
            """\
            a
              id INTEGER pk
            a_history
              version INTEGER pk
            """,
            show="statementskipped",
        )


class AtImport(Case):
    """Effects of a module other than declarations."""

    def test_version_of_the_project_itself(self) -> None:
        self.check(
            """\
            {prelude}
            from importlib import metadata as distributions
            from importlib.metadata import version, PackageNotFoundError
            __version__ = version("shop")
            try:
                other = distributions.version("shop.plugins")
            except PackageNotFoundError:
                other = "unknown"
            import pkg_resources
            third = pkg_resources.get_distribution("shop").version
            a = Table("a", metadata, Column("x", Integer), comment=__version__)
            b = Table("b", metadata, Column("x", Integer))
            """,
            """\
            a comment=⟪models.__version__⟫ ?stand-in-value
              x INTEGER
            b
              x INTEGER
            skipped models.py:10 PackageNotFoundError __version__
            """,
            show="statementskipped",
        )

    def test_settings_that_are_checked_strictly(self) -> None:
        self.check(
            """\
            {prelude}
            import os, sys
            def required(name):
                value = os.environ.get(name)
                if not value:
                    print(name, "is missing", file=sys.stderr)
                    sys.exit(2)
                return value
            DSN = required("DATABASE_URL")
            class Settings:
                SECRET = os.environ["SECRET"]
                PREFIX = "app_"
            assert os.getenv("MODE") in ("dev", "prod"), "MODE"
            a = Table(Settings.PREFIX + "a", metadata, Column("x", Integer))
            """,
            """\
            app_a
              x INTEGER
            skipped models.py:15 SystemExit DSN
            skipped models.py:17 KeyError SECRET
            skipped models.py:19 AssertionError
            """,
            show="statementskipped",
        )

    def test_files_written_at_import(self) -> None:
        self.check(
            """\
            {prelude}
            import logging, os, pathlib
            os.makedirs("/sys/belljar/logs", exist_ok=True)
            pathlib.Path("/sys/belljar/cache").mkdir(parents=True, exist_ok=True)
            logging.getLogger("x").addHandler(logging.FileHandler("/sys/belljar.log"))
            with open("/sys/belljar.pid", "w") as file:
                file.write("1")
            pathlib.Path("/sys/belljar.lock").write_text("")
            a = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            """,
            show="statementskipped",
        )

    def test_code_of_python_3_7_and_3_14(self) -> None:
        self.check(
            """\
            from __future__ import annotations
            {prelude}
            import sys
            from distutils.version import LooseVersion
            if sys.version_info[:2] >= (3, 8) and LooseVersion("3.8") > LooseVersion("3.7"):
                from typing import Final
            from collections import OrderedDict, Mapping
            import asyncore, imp, cgi
            match [1, 2]:
                case [x, *_]: size: Final = x + (y := 2)
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                name = Column(String(size))
            """,
            """\
            a
              id INTEGER pk
              name VARCHAR(3)
            """,
            show="statementskipped",
        )

    def test_modules_that_a_build_generates(self) -> None:
        self.check(
            {
                "shop/__init__.py": "from ._version import version as __version__\n",
                "shop/models.py": """\
                    {prelude}
                    from shop import __version__
                    from shop.proto import order_pb2, order_pb2_grpc
                    from .gen_py.store.ttypes import Kind
                    STATES = [order_pb2.State.Name(value) for value in order_pb2.State.values()]
                    a = Table("a", metadata, Column("x", Integer), Column("state", Enum(*STATES, name="state")))
                    b = Table("b", metadata, Column("x", Integer))
                    """,
            },
            """\
            a ?guess
              x INTEGER
              state state enum=state:
            b
              x INTEGER
            """,
            show="statementskipped",
        )


class Settings(Case):
    """Sources of settings that are not set."""

    def test_example_of_an_environment(self) -> None:
        self.check(
            {
                ".env.example": "# how it is set up\nexport DB_SCHEMA='shop'  # ours\nLENGTH=20 # at most\nWIDTH=9\n",
                "models.py": """\
                    {prelude}
                    import os
                    SCHEMA = os.environ["DB_SCHEMA"]
                    LENGTH = int(os.getenv("LENGTH"))
                    a = Table("a", metadata, Column("x", String(LENGTH)), schema=SCHEMA)
                    b = Table("b", metadata, Column("x", String(os.getenv("WIDTH", 7))))
                    """,
            },
            """\
            b
              x VARCHAR(7)
            shop.a ?guess
              x VARCHAR(20)
            """,
            show="statementskipped",
        )

    def test_a_variable_without_a_default_that_decides(self) -> None:
        self.check(
            """\
            {prelude}
            import os
            DEBUG = os.getenv("DEBUG")
            SCHEMA = os.environ.get("SCHEMA")
            LENGTH = os.getenv("LENGTH") or 8
            OTHER = os.environ.get("OTHER", None)
            engine = create_engine(os.getenv("DATABASE_URL") or "sqlite://")
            Bound = declarative_base(bind=engine) if hasattr(MetaData, "bind") else declarative_base()
            a = Table("a", metadata, Column("x", Integer), schema=SCHEMA)
            b = Table("b", metadata, Column("x", Integer), schema=OTHER)
            c = Table("c", metadata, Column("x", String(LENGTH)))
            class D(Base):
                __tablename__ = "d"
                __table_args__ = {"schema": os.getenv("OF_D")}
                id = Column(Integer, primary_key=True)
            class E(Base):
                __tablename__ = f"e_{os.getenv('SUFFIX')}"
                id = Column(Integer, primary_key=True)
            f = Table("f", metadata, Column("x", Integer), schema=os.getenv("OF_F"))
            """,
            """\
            a ?guess
              x INTEGER
            b
              x INTEGER
            c
              x VARCHAR(8)
            d ?guess
              id INTEGER pk
            e_None ?guess
              id INTEGER pk
            f ?guess
              x INTEGER
            """,
            show="statementskipped guess",
        )

    def test_settings_file_of_the_repository(self) -> None:
        self.check(
            {
                "config/settings.yaml": "database:\n  schema: shop\n  length: 30\n",
                "models.py": """\
                    {prelude}
                    import pathlib, yaml
                    try:
                        from yaml import CSafeLoader as SafeLoader
                    except ImportError:
                        from yaml import SafeLoader
                    path = pathlib.Path(__file__).parent / "config" / "settings.yaml"
                    settings = yaml.load(path.read_text(), SafeLoader)["database"]
                    a = Table("a", metadata, Column("x", String(settings["length"])), schema=settings["schema"])
                    """,
            },
            """\
            shop.a
              x VARCHAR(30)
            """,
            show="statementskipped",
        )


class Known(Case):
    """Facts that are known about absent objects."""

    def test_readers_of_settings_with_a_default(self) -> None:
        self.check(
            """\
            {prelude}
            from decouple import config
            from environs import Env
            from starlette.config import Config
            env, settings = Env(), Config(".env")
            a = Table("a", metadata,
                Column("x", String(config("LENGTH", default="20", cast=int))), Column("y", String(env.int("WIDTH", 30))),
                schema=settings("SCHEMA", default="shop"))
            b = Table("b", metadata, Column("x", Integer), schema=settings("OTHER_SCHEMA"))
            """,
            """\
            b ?stand-in-schema
              x INTEGER
            shop.a
              x VARCHAR(20)
              y VARCHAR(30)
            """,
            show="statementskipped",
        )

    def test_functions_that_make_a_default(self) -> None:
        self.check(
            """\
            {prelude}
            from absent.utils import generate_uuid, utcnow, DEFAULT_NAME, default_name
            class A(Base):
                __tablename__ = "a"
                id = Column(String(36), primary_key=True, default=generate_uuid)
                at = Column(DateTime, default=utcnow, onupdate=utcnow)
                name = Column(String(9), default=DEFAULT_NAME)
                other = Column(String(9), default=default_name)
            """,
            """\
            a
              id VARCHAR(36) pk default=callable:absent.utils.generate_uuid
              at TIMESTAMP WITHOUT TIME ZONE default=callable:absent.utils.utcnow onupdate=callable:absent.utils.utcnow
              name VARCHAR(9) ?stand-in-option
              other VARCHAR(9) ?stand-in-option
            """,
            show="statementskipped",
        )

    def test_requests_are_not_under_way_at_import(self) -> None:
        self.check(
            """\
            {prelude}
            from flask import has_request_context
            size = 3 if has_request_context() else 4
            a = Table("a", metadata, Column("x", String(size)))
            """,
            """\
            a
              x VARCHAR(4)
            """,
            show="statementskipped",
        )

    def test_text_of_a_setting_that_is_taken_apart(self) -> None:
        self.check(
            """\
            {prelude}
            from urllib.parse import urlparse
            from absent import CONF
            def options():
                return {"comment": "x"} if urlparse(CONF.url).scheme == "mysql" else {}
            a = Table("a", metadata, Column("x", Integer), **options())
            b = Table("b", metadata, Column("x", Integer))
            """,
            """\
            a ?guess
              x INTEGER
            b
              x INTEGER
            """,
            show="statementskipped",
        )

    def test_how_a_database_is_reached_is_no_doubt_about_its_tables(self) -> None:
        self.check(
            """\
            from sqlalchemy import *
            from flask_sqlalchemy import SQLAlchemy
            from absent import config, flags
            engine_options = {}
            if config.timeout:
                engine_options["connect_args"] = {"timeout": config.timeout}
            db = SQLAlchemy(engine_options=engine_options)
            metadata = MetaData(schema="one" if flags.multi else "two")
            a = Table("a", metadata, Column("x", Integer))
            class B(db.Model):
                id = db.Column(db.Integer, primary_key=True)
            """,
            """\
            b
              id INTEGER pk
            one.a ?guess
              x INTEGER
            """,
            show="statementskipped",
            since="1.4",
        )


if __name__ == "__main__":
    unittest.main()
