"""The behaviour of older releases of libraries for projects that require them.

The expectations were compared with the releases themselves where they are installed.
"""

import unittest

from case import GENERATIONS, Case, run
from render import tables

FLASK = """\
from flask_sqlalchemy import SQLAlchemy
db = SQLAlchemy(use_native_unicode=False) if OLD else SQLAlchemy()
class ACL(db.Model):
    id = db.Column(db.Integer, primary_key=True)
class User2FA(db.Model):
    id = db.Column(db.Integer, primary_key=True)
class HTTPServer(db.Model):
    __bind_key__ = "other"
    id = db.Column(db.Integer, primary_key=True)
class OAuth2Token(db.Model):
    id = db.Column(db.Integer, primary_key=True)
"""

TABLE = "\n  id INTEGER pk\n"


class Releases(Case):
    """Each library with the releases that differ."""

    def test_names_of_flask_sqlalchemy(self) -> None:
        old, new = "ACL http_server o_auth2_token user2FA", "acl http_server o_auth2_token user2_fa"
        for requirement, names, since in (
            ("Flask-SQLAlchemy==2.4.4", old, "1.3"),
            ("flask_sqlalchemy~=2.5", old, "1.3"),
            ("flask-sqlalchemy<3", old, "1.3"),
            ("flask-sqlalchemy==3.0.5", new, "1.4"),
            ("flask-sqlalchemy>=2.4", new, "1.4"),
            ("", new, "1.4"),
        ):
            with self.subTest(requirement):
                source = FLASK.replace("OLD", str(names is old))
                expected = "".join(f"{name}{TABLE}" for name in names.split())
                self.check({"models.py": source, "requirements.txt": requirement}, expected, since=since)

    def test_a_base_of_its_own_that_the_second_flask_sqlalchemy_makes(self) -> None:
        self.check(
            {
                "models.py": """\
                    import flask_sqlalchemy
                    from flask_sqlalchemy.model import DefaultMeta
                    try:
                        from sqlalchemy.orm import declarative_base
                    except ImportError:
                        from sqlalchemy.ext.declarative import declarative_base
                    class Own(flask_sqlalchemy.SQLAlchemy):
                        def make_declarative_base(self, model, metadata=None):
                            class Base(model):
                                @property
                                def label(self): ...
                            return declarative_base(cls=Base, name="Model", metadata=metadata, metaclass=DefaultMeta)
                    db = Own()
                    class ABTest(db.Model):
                        id = db.Column(db.Integer, primary_key=True)
                    """,
                "requirements.txt": "Flask-SQLAlchemy==2.5.1",
            },
            "ab_test\n  id INTEGER pk",
            show="statementskipped",
        )

    def test_types_of_sqlalchemy_utils(self) -> None:
        source = """\
            {prelude}
            from sqlalchemy_utils import EmailType, EncryptedType, PasswordType, TimezoneType
            t = Table("t", metadata, Column("secret", EncryptedType(Unicode, "key")), Column("zone", TimezoneType()),
                Column("mail", EmailType(length=40)))
            """
        for requirement, secret, mail in (
            ("SQLAlchemy-Utils==0.36.5", "VARCHAR", "40"),
            ("sqlalchemy_utils>=0.36.5,<0.37", "VARCHAR", "40"),
            ("sqlalchemy-utils==0.36.4", "BYTEA", "40"),
            ("sqlalchemy-utils==0.37.2", "BYTEA", "40"),
            ("sqlalchemy-utils==0.32.7", "BYTEA", "255"),
            ("", "BYTEA", "40"),
        ):
            with self.subTest(requirement):
                expected = f"t\n  secret {secret}\n  zone VARCHAR(50)\n  mail VARCHAR({mail})"
                self.check({"models.py": source, "requirements.txt": requirement}, expected)

    def test_indexes_of_continuum(self) -> None:
        source = """\
            {prelude}
            from sqlalchemy.orm import configure_mappers
            from sqlalchemy_continuum import make_versioned
            make_versioned(user_cls=None)
            class A(Base):
                __versioned__ = {}
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            configure_mappers()
            """
        several = ["ix_a_version_pk_transaction_id", "ix_a_version_pk_validity"]
        for requirement, expected in (
            ("", several),
            ("sqlalchemy-continuum==1.6.0", several),
            ("SQLAlchemy-Continuum<1.6", []),
        ):
            for generation in set(GENERATIONS) - {"1.3"}:
                with self.subTest(requirement, generation=generation):
                    found = run(generation, {"models.py": source, "requirements.txt": requirement})
                    versions = next(table for table in tables(found) if table.name == "a_version")
                    names = [str(index.name) for index in versions.indexes]
                    self.assertEqual(len(names), 3 + len(expected))
                    self.assertEqual([name for name in names if "_pk_" in name], expected)

    def test_indexes_and_arguments_of_geoalchemy2(self) -> None:
        source = """\
            {prelude}
            from geoalchemy2 import Geometry, Raster
            t = Table("t", metadata, Column("id", Integer, primary_key=True), Column("g", Geometry("POINT", srid=4326)),
                Column("r", Raster), Column("n", Geometry("POINT", spatial_index=False)))
            """
        self.check(
            source,
            """\
            t
              id INTEGER pk
              g geometry(POINT,4326)
              r raster
              n geometry(POINT,-1)
              index [idx_t_g] g postgresql_using=gist
              index [idx_t_r] ST_ConvexHull(t.r) postgresql_using=gist
            """,
        )
        old = source.replace("spatial_index=False", "spatial_index=False, management=True, nullable=False")
        self.check(
            {"models.py": old, "requirements.txt": "GeoAlchemy2==0.9.4"},
            """\
            t
              id INTEGER pk
              g geometry(POINT,4326)
              r raster
              n geometry(POINT,-1)
              index [idx_t_g] g postgresql_using=gist
              index [idx_t_r] ST_ConvexHull(t.r) postgresql_using=gist
            """,
            since="1.4",
        )

    def test_what_searchable_took(self) -> None:
        for requirement, call, index in (
            (
                "SQLAlchemy-Searchable==0.10.6",
                "make_searchable(options={'catalog': 'pg_catalog.simple'})",
                "own",
            ),
            ("SQLAlchemy-Searchable==0.10.6", "make_searchable()", "own"),
            ("sqlalchemy-searchable==1.3.0", "make_searchable(metadata)", "own"),
            ("sqlalchemy-searchable==2.1.0", "make_searchable(metadata, options={'regconfig': 'x'})", ""),
            ("", "make_searchable(metadata)", ""),
        ):
            with self.subTest(requirement, call=call):
                source = f"""\
                    {{prelude}}
                    from sqlalchemy.orm import configure_mappers
                    from sqlalchemy_searchable import make_searchable
                    from sqlalchemy_utils.types import TSVectorType
                    metadata = Base.metadata
                    {call}
                    class A(Base):
                        __tablename__ = "a"
                        id = Column(Integer, primary_key=True)
                        name = Column(Unicode(9))
                        vector = Column(TSVectorType("name", catalog="pg_catalog.simple"))
                        other = Column(TSVectorType("name", auto_index=False))
                    configure_mappers()
                    """
                other = "\n  index [ix_a_other] other postgresql_using=gin" if index else ""
                self.check(
                    {"models.py": source, "requirements.txt": requirement},
                    f"""\
a
  id INTEGER pk
  name VARCHAR(9)
  vector TSVECTOR
  other TSVECTOR{other}
  index [ix_a_vector] vector postgresql_using=gin
""",
                    show="statementskipped",
                )

    def test_identities_of_advanced_alchemy(self) -> None:
        source = """\
            from advanced_alchemy.base import IdentityBase
            class A(IdentityBase):
                __tablename__ = "a"
            """
        for requirement, key in (
            ("advanced-alchemy==1.6.0", "BIGINT pk"),
            ("advanced_alchemy>=1.7", "BIGINT pk identity=False,1,1"),
        ):
            with self.subTest(requirement):
                self.check(
                    {"models.py": source, "requirements.txt": requirement}, f"a\n  id {key}", since="2.0"
                )

    def test_releases_that_were_not_emulated(self) -> None:
        source = """\
            {prelude}
            from authlib.integrations.sqla_oauth2 import OAuth2AuthorizationCodeMixin, OAuth2TokenMixin
            from sqlalchemy_utils import UUIDType
            class Code(Base, OAuth2AuthorizationCodeMixin):
                __tablename__ = "code"
                id = Column(Integer, primary_key=True)
            class Token(Base, OAuth2TokenMixin):
                __tablename__ = "token"
                id = Column(UUIDType, primary_key=True)
            """
        for requirement, in_doubt in (
            ("Authlib==1.5.2", ["code"]),
            ("authlib<1", ["code", "token"]),
            ("authlib>=1.0", []),
            ("Authlib==1.6.0\nSQLAlchemy-Utils==0.41.1", []),
            ("SQLAlchemy-Utils==0.30.0", ["token.id"]),
        ):
            with self.subTest(requirement):
                found = tables(run("2.0", {"models.py": source, "requirements.txt": requirement}))
                reasons = [(table.name, table.reasons) for table in found]
                reasons += [
                    (f"{table.name}.{column.name}", column.reasons)
                    for table in found
                    for column in table.columns
                ]
                self.assertEqual(
                    [name for name, why in reasons if any(item.code == "library-release" for item in why)],
                    in_doubt,
                )


class FirstSQLModel(Case):
    """Releases of SQLModel for pydantic's first version; `tests/sqlmodel` compares many more fields."""

    SOURCE = """\
        from typing import List, Optional
        from sqlmodel import Column, Field, SQLModel, String
        class T(SQLModel, table=True):
            id: Optional[int] = Field(default=None, primary_key=True)
            name: str
            optional: Optional[int] = 5
            given: str = "x"
            required: Optional[int] = Field(...)
            own: str = Field(sa_column=Column("own", String(3)), nullable=False)
        """

    def test_indexes_and_nulls(self) -> None:
        key, null = "id INTEGER pk", " not-null"
        for release, optional, given, required, indexed in (
            ("0.0.4", "", "", null, True),
            ("0.0.6", "", "", null, False),
            ("0.0.7", null, null, null, False),
            ("0.0.8", "", null, null, False),
            ("0.0.10", "", null, null, False),
        ):
            indexes = "given id name optional required".split() if indexed else []
            lines = [
                "t",
                f"  {key}",
                f"  name VARCHAR{null}",
                f"  optional INTEGER{optional} default=scalar:5",
                f"  given VARCHAR{given} default=scalar:'x'",
                f"  required INTEGER{required}",
                "  own VARCHAR(3)",
                *(f"  index [ix_t_{name}] {name}" for name in indexes),
            ]
            with self.subTest(release):
                self.check(
                    {"models.py": self.SOURCE, "requirements.txt": f"sqlmodel=={release}"},
                    "\n".join(lines),
                    since="2.0",
                    show="statementskipped",
                )


if __name__ == "__main__":
    unittest.main()
