"""Schema libraries are real and adapted, and come after a repository's own modules."""

import unittest

import case
from belljar_guest import frames
from case import Case, run

#: A module of each library, and the generations that carry it.
ALL, LATER, NEWEST = ("1.3", "1.4", "2.0", "2.1"), ("1.4", "2.0", "2.1"), ("2.0", "2.1")
MODULES = {
    "flask_sqlalchemy": ALL,
    "sqlalchemy_utils": ALL,
    "sqlalchemy_json": ALL,
    "citext": ALL,
    "geoalchemy2": ALL,
    "pgvector.sqlalchemy": NEWEST,
    "alembic.op": ALL,
    "alembic.autogenerate": ALL,
    "alembic_utils.pg_view": LATER,
    "alembic_utils.pg_trigger": LATER,
    "advanced_alchemy.base": NEWEST,
    "advanced_alchemy.types": NEWEST,
    "advanced_alchemy.extensions.litestar": NEWEST,
    "advanced_alchemy.extensions.fastapi": NEWEST,
    "advanced_alchemy.extensions.flask": NEWEST,
    "advanced_alchemy.extensions.starlette": NEWEST,
    "fastapi_users_db_sqlalchemy": LATER,
    "oslo_config.cfg": ALL,
    "yaml": ALL,
    "oslo_db.sqlalchemy.models": ALL,
    "neutron_lib.db.model_base": LATER,
    "sqlalchemy_continuum": ALL,
    "sqlalchemy_i18n": ALL,
    "marshmallow_sqlalchemy": LATER,
    "invenio_db": LATER,
    "flask_appbuilder.security.sqla.models": LATER,
    "flask_security.models.fsqla_v3": LATER,
    "flask_dance.consumer.storage.sqla": ALL,
    "authlib.integrations.sqla_oauth2": ALL,
    "sqlalchemy_mptt.mixins": ALL,
    "sqlalchemy_easy_softdelete.mixin": LATER,
    "sqlalchemy_file": NEWEST,
    "depot.fields.sqlalchemy": ALL,
    "sqlalchemy_searchable": ALL,
    "sqlalchemy_mixins": NEWEST,
    "fastapi_utils.guid_type": ALL,
    "fastapi_restful.guid_type": ALL,
    "snowflake.sqlalchemy": LATER,
    "sqlalchemy_redshift.dialect": NEWEST,
    "sqlalchemy_bigquery": LATER,
    "databricks.sqlalchemy": NEWEST,
    "sqlalchemy_cockroachdb": LATER,
    "trino.sqlalchemy": LATER,
    "duckdb_engine": ALL,
    "sqlalchemy_timescaledb": ALL,
    "inflection": ALL,
    "humps": ALL,
    "six": ALL,
    "packaging.version": ALL,
    "dateutil.parser": ALL,
    "attr": ALL,
    "click": ALL,
    "sqlmodel": NEWEST,
    "sqlmodel.ext.asyncio.session": NEWEST,
    "pydantic": ALL,
    "pydantic.dataclasses": ALL,
    "pydantic.v1": ALL,
    "pydantic_settings": ALL,
}


class Libraries(Case):
    """Every library works while everything else that it needs is a stand-in."""

    def test_every_library_imports_and_is_not_stood_in_for(self) -> None:
        for generation in case.GENERATIONS:
            carried = [module for module, generations in MODULES.items() if generation in generations]
            files = {f"m{index}.py": f"import {module}\n" for index, module in enumerate(carried)}
            found = run(generation, files)
            trouble = [
                (frame.path, frame.message)
                for frame in found
                if isinstance(frame, (frames.StatementSkipped, frames.ModuleFailed))
            ]
            self.assertEqual(trouble, [], generation)
            absent = {frame.module for frame in found if isinstance(frame, frames.StandIn)}
            self.assertEqual(absent & set(carried), set(), generation)
            loaded = {frame.path for frame in found if isinstance(frame, frames.ModuleLoaded)}
            self.assertEqual(loaded, set(files), generation)

    def test_flask_sqlalchemy_names_tables_and_needs_no_application(self) -> None:
        self.check(
            """
            from flask import Flask
            from flask_sqlalchemy import SQLAlchemy
            db = SQLAlchemy(Flask(__name__))
            class BlogPost(db.Model):
                id = db.Column(db.Integer, primary_key=True)
                title = db.Column(db.String(20), unique=True)
            """,
            """
            blog_post
              id INTEGER pk
              title VARCHAR(20)
              unique title
            """,
        )

    def test_a_part_that_can_not_do_with_what_is_absent_costs_no_other(self) -> None:
        self.check(
            """
            from sqlalchemy import Column, Integer, MetaData, Table
            from sqlalchemy.orm import Mapped
            from advanced_alchemy.extensions.litestar import SQLAlchemyPlugin, base, mixins
            from advanced_alchemy.extensions.litestar.cli import database_group
            class Author(base.BigIntBase, mixins.SlugKey):
                name: Mapped[str]
            apart = MetaData()
            Table(f"book_{database_group}", apart, Column("id", Integer))
            """,
            """
            author
              id BIGINT pk default=sequence:author_id_seq sequence=author_id_seq
              name VARCHAR not-null
              slug VARCHAR(100) not-null
              unique [uq_author_slug] slug
              unique index [ix_author_slug_unique] slug for none
            book_⟪advanced_alchemy.extensions.litestar.cli.database_group⟫ ?stand-in-value
              id INTEGER
            """,
            show="dialects",
            since="2.0",
        )

    def test_a_module_of_the_repository_comes_before_a_library_of_its_name(self) -> None:
        for generation in case.GENERATIONS:
            found = run(
                generation,
                {
                    "inflection/__init__.py": "def tableize(name): return 'own_' + name\n",
                    "models.py": "{prelude}\nfrom inflection import tableize\n"
                    "Table(tableize('x'), metadata, Column('a', Integer))\n",
                },
            )
            self.assertEqual({frame.name for frame in found if isinstance(frame, frames.Table)}, {"own_x"})

    def test_a_folder_without_code_does_not_hide_a_library(self) -> None:
        for generation in case.GENERATIONS:
            found = run(
                generation,
                {
                    "alembic/versions/readme.txt": "",
                    "models.py": "{prelude}\nfrom alembic import op\n"
                    "Table(op.__name__.replace('.', '_'), metadata, Column('a', Integer))\n",
                },
            )
            self.assertEqual(
                {frame.name for frame in found if isinstance(frame, frames.Table)}, {"alembic_op"}
            )

    def test_a_generic_class_over_an_absent_type_variable(self) -> None:
        self.check(
            """
            {prelude}
            from typing import Generic
            from absent import Key
            class Keyed(Generic[Key]):
                id = Column(Integer, primary_key=True)
            class User(Keyed[int], Base):
                __tablename__ = "user"
            """,
            """
            user
              id INTEGER pk
            """,
        )


class SettingsFiles(Case):
    """A missing settings file is taken as empty only if its absence makes a statement fail."""

    READER = """
        {prelude}
        import configparser, os
        def length():
            path = next(filter(os.path.exists, ["/etc/app/app.cfg"]), None)
            if path is None:
                raise RuntimeError("no settings")
            parser = configparser.ConfigParser()
            parser.read_file(open(path))
            return parser.getint("db", "length", fallback=7)
        """

    def test_a_reader_that_raises_gets_an_empty_file_and_the_result_is_doubted(self) -> None:
        for generation in case.GENERATIONS:
            found = run(
                generation,
                {
                    "models.py": self.READER
                    + "\n        Table('t', metadata, Column('a', String(length())))\n"
                },
            )
            tables = {frame.serial: frame for frame in found if isinstance(frame, frames.Table)}
            (table,) = tables.values()
            self.assertEqual(table.columns[0].ty.repr, "String(length=7)")
            self.assertTrue(table.reasons or table.columns[0].reasons, "the guess is not marked")
            self.assertEqual([frame for frame in found if isinstance(frame, frames.StatementSkipped)], [])

    def test_a_file_whose_absence_is_handled_stays_absent(self) -> None:
        self.check(
            """
            {prelude}
            import os
            length = 5 if os.path.exists("/etc/app/app.cfg") else 6
            Table("t", metadata, Column("a", String(length)))
            """,
            """
            t
              a VARCHAR(6)
            """,
        )


if __name__ == "__main__":
    unittest.main()
