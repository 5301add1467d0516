"""SQLModel and pydantic with absent objects, and the releases that a project requires.

Their behaviour with everything present is compared with the published packages in `tests/sqlmodel`.
"""

import unittest

import case
from belljar_guest import frames
from render import tables

MODEL = """\
from datetime import datetime
from typing import Optional
from uuid import UUID, uuid4
from sqlmodel import Field, Relationship, SQLModel
"""

#: A model whose columns differ between releases.
CHANGED = {
    "models.py": f"""{MODEL}
class Row(SQLModel, table=True):
    id: int = Field(primary_key=True)
    at: datetime
    note: str = None
"""
}
ZONED = """
    row
      id INTEGER pk
      at TIMESTAMP WITH TIME ZONE not-null
      note VARCHAR not-null
    """
NAIVE = ZONED.replace("WITH TIME", "WITHOUT TIME")
FIRST = NAIVE.replace("note VARCHAR not-null", "note VARCHAR")


def ddl_of(column: frames.Column) -> str | None:
    """The type of a column in PostgreSQL."""
    return next((entry.value for entry in column.ty.ddl if entry.name == "postgresql"), None)


class Fields(case.Case):
    """Fields with something absent."""

    def test_a_type_from_a_default_a_reference_or_another_field_is_likely(self) -> None:
        source = f"""{MODEL}
from absent import Identifier, Unheard
class User(SQLModel, table=True):
    id: Identifier = Field(default_factory=uuid4, primary_key=True)
    inviter: Optional[Identifier] = Field(default=None, foreign_key="user.id")
    resource: Identifier
    name: Unheard = "x"
    other: Optional[Unheard] = None
    kind: UUID
"""
        for generation in (item for item in case.GENERATIONS if item >= "2.0"):
            (table,) = tables(case.run(generation, {"models.py": source}))
            kinds = {column.name: ddl_of(column) for column in table.columns}
            uuids, texts = dict.fromkeys(("id", "inviter", "resource", "kind"), "UUID"), ("name", "other")
            self.assertEqual(kinds, {**uuids, **dict.fromkeys(texts, "VARCHAR")})
            doubted = [column.name for column in table.columns if column.reasons]
            self.assertEqual(doubted, ["id", "inviter", "resource", "name", "other"])

    def test_a_type_without_evidence_stays_unknown(self) -> None:
        self.check(
            f"""{MODEL}
from absent import Kind, LENGTH, make
class User(SQLModel, table=True):
    id: int = Field(primary_key=True)
    kind: Kind
    name: str = Field(max_length=LENGTH, default_factory=make)
""",
            """
            user
              id INTEGER pk
              kind absent.Kind not-null ?stand-in-type
              name VARCHAR(⟪absent.LENGTH⟫) not-null default=callable:absent.make ?stand-in-value
            """,
            since="2.0",
        )

    def test_a_table_whose_base_is_absent_is_made(self) -> None:
        self.check(
            f"""{MODEL}
from shared.models import Record, Stamped
class Noted(Record):
    note: str | None = None
class Team(Noted, Stamped, table=True):
    id: int = Field(primary_key=True)
    users: list["User"] = Relationship(back_populates="team")
class User(Record, table=True):
    id: int = Field(primary_key=True)
    team_id: Optional[int] = Field(default=None, foreign_key="team.id")
    team: Optional[Team] = Relationship(back_populates="users")
""",
            """
            team ?lost-base
              note VARCHAR
              id INTEGER pk
            user ?lost-base
              id INTEGER pk
              team_id INTEGER -> team.id
            """,
            show="statementskipped",
            since="2.0",
        )


class Releases(case.Case):
    """A project gets the columns of the release that it requires."""

    def test_the_newest_if_none_is_required(self) -> None:
        for text in ("sqlmodel", "sqlmodel>=0.0.8", "# sqlmodel==0.0.38", "other==1"):
            self.check({**CHANGED, "requirements.txt": text}, ZONED, since="2.0")

    def test_an_older_one_where_it_is_declared(self) -> None:
        for name, text in {
            "requirements.txt": "sqlmodel==0.0.38  # pinned",
            "requirements/base.in": "sqlmodel[all] <0.0.45, >0.0.30",
            "setup.py": "setup(install_requires=['SQLModel~=0.0.38,<0.0.40'])",
            "pyproject.toml": '[tool.poetry.dependencies]\nsqlmodel = {version = "^0.0.38", extras = []}',
            "Pipfile.lock": '{"default": {"sqlmodel": {"hashes": [], "version": "==0.0.38"}}}',
            "app.dist-info/METADATA": "Requires-Dist: sqlmodel (==0.0.38)",
        }.items():
            self.check({**CHANGED, name: text}, NAIVE, since="2.0")

    def test_what_is_locked_counts_unless_the_declaration_excludes_it(self) -> None:
        lock = '[[package]]\nname = "sqlmodel"\nversion = "0.0.38"\n'
        for declared, expected in (("sqlmodel>=0.0.30", NAIVE), ("sqlmodel>=0.0.46", ZONED)):
            project = f'[project]\ndependencies = ["{declared}"]\n'
            self.check({**CHANGED, "pyproject.toml": project, "uv.lock": lock}, expected, since="2.0")

    def test_enumerations_of_text_once_were_text(self) -> None:
        source = f"""{MODEL}
import enum
class Level(str, enum.Enum):
    low = "l"
class Size(enum.IntEnum):
    small = 1
class Row(SQLModel, table=True):
    id: int = Field(primary_key=True)
    level: Level = Field(max_length=3)
    size: Optional[Size] = None
"""
        self.check(
            {"models.py": source, "requirements.txt": "sqlmodel==0.0.8"},
            """
            row
              id INTEGER pk
              level VARCHAR(3) not-null
              size INTEGER
            """,
            since="2.0",
        )

    def test_lengths_and_the_type_of_identifiers_as_they_were(self) -> None:
        source = f"""{MODEL}
from sqlmodel.sql.sqltypes import GUID
class Row(SQLModel, table=True):
    id: UUID = Field(primary_key=True)
    name: str = Field(max_length=3)
"""
        for asked, length in (
            ("sqlmodel==0.0.18", ""),
            ("sqlmodel==0.0.18\npydantic<2", "(3)"),
            ("sqlmodel", "(3)"),
        ):
            self.check(
                {"models.py": source, "requirements.txt": asked},
                f"row\n  id UUID pk\n  name VARCHAR{length} not-null",
                since="2.0",
            )

    def test_the_first_pydantic_lets_what_is_nothing_by_default_be_nothing(self) -> None:
        self.check({**CHANGED, "requirements.txt": "sqlmodel==0.0.8"}, FIRST, since="2.0")


class Settings(case.Case):
    """Settings with missing values."""

    TABLE = """
from sqlalchemy import *
metadata = MetaData(schema=settings.SCHEMA)
Table(
    "t", metadata,
    Column("a", String(settings.LENGTH)),
    Column("b", String, server_default=settings.SECRET),
    Column("c", String(5 if settings.OPTIONAL is None else 6)),
)
"""
    EXPECTED = """
        app.t
          a VARCHAR(30)
          b VARCHAR ?stand-in-option
          c VARCHAR(5)
        """

    def test_a_required_value_is_stood_in_for_and_others_have_their_defaults(self) -> None:
        self.check(
            """
from pydantic import Field, PostgresDsn, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_prefix="APP_")
    SECRET: str
    LENGTH: int = Field(30, ge=3)
    SCHEMA: str = "app"
    OPTIONAL: str | None = None
    HOME: str = "h"
    URL: PostgresDsn
    @field_validator("URL", mode="before")
    @classmethod
    def build(cls, value):
        return value or PostgresDsn.build(scheme="postgresql", host="h")
settings = Settings()
"""
            + self.TABLE,
            self.EXPECTED,
            show="statementskipped",
        )

    def test_settings_written_for_the_first_version(self) -> None:
        for package in ("pydantic", "pydantic.v1"):
            self.check(
                f"""
from typing import List, Optional
from {package} import AnyHttpUrl, BaseSettings, Field, constr, root_validator, validator
from absent import Kind
class Settings(BaseSettings):
    SECRET: str
    LENGTH: int = Field(30, env="APP_LENGTH")
    SCHEMA: constr(regex="a.*") = "app"
    OPTIONAL: Optional[str]
    ORIGINS: List[AnyHttpUrl] = []
    KINDS: List[Kind] = []
    @validator("ORIGINS", pre=True, each_item=False)
    def split(cls, value, values):
        return value
    @root_validator
    def check(cls, values):
        return values
    class Config:
        case_sensitive = True
        env_file = ".env"
settings = Settings()
"""
                + self.TABLE,
                self.EXPECTED,
                show="statementskipped guess",
            )

    def test_an_example_of_a_settings_file_is_read_and_doubted(self) -> None:
        self.check(
            {
                ".env.example": "SIZE=12\n",
                "models.py": """
                    from pydantic_settings import BaseSettings
                    class Settings(BaseSettings, env_file=".env"):
                        size: int = 3
                    from sqlalchemy import *
                    metadata = MetaData()
                    Table("t", metadata, Column("a", String(Settings().size)))
                    """,
            },
            """
            t ?guess
              a VARCHAR(12)
            """,
        )


class Cost(case.Case):
    """An unused library costs nothing."""

    def test_a_run_without_them_imports_neither(self) -> None:
        self.check(
            """
            {prelude}
            import sys
            found = [name for name in sys.modules if name.startswith(("pydantic", "sqlmodel", "packaging"))]
            Table(f"t{len(found)}", metadata, Column("a", Integer))
            """,
            """
            t0
              a INTEGER
            """,
        )

    def test_a_model_without_instances_gets_no_validator(self) -> None:
        self.check(
            """
            {prelude}
            from typing import List
            from pydantic import BaseModel
            class Row(BaseModel):
                others: List["Other"] = []
            class Other(BaseModel):
                a: int = 1
            Row.model_rebuild()
            known = Row.__pydantic_complete__
            Row(others=[{"a": "2"}])
            Table(f"t_{known}_{Row.__pydantic_complete__}", metadata, Column("a", Integer))
            """,
            """
            t_False_True
              a INTEGER
            """,
            show="statementskipped",
        )


class Factories(case.Case):
    """Functions that produce values."""

    def test_a_factory_is_a_function_whatever_its_name(self) -> None:
        self.check(
            """\
            from absent.ids import tokens, new_id
            from sqlmodel import Field, SQLModel
            class A(SQLModel, table=True):
                id: str = Field(default_factory=new_id, primary_key=True)
                b: str = Field(default_factory=tokens.fresh)
                c: str = Field(default_factory=tokens.factory())
            """,
            """\
            a
              id VARCHAR pk default=callable:absent.ids.new_id
              b VARCHAR not-null default=callable:absent.ids.tokens.fresh
              c VARCHAR not-null ?stand-in-option
            """,
            since="2.0",
        )


if __name__ == "__main__":
    unittest.main()
