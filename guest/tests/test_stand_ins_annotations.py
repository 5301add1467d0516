"""Annotations with absent names."""

import unittest

from case import Case


class Annotations(Case):
    """A stand-in in an annotation."""

    def test_annotations(self) -> None:
        self.check(
            """\
            {prelude}
            from typing import Optional
            from absent import Thing
            def f(x: Thing | None, y: "Optional[Thing]" = None) -> Optional[Thing]: ...
            def g(x: None | Thing, y: dict[str, Thing]) -> list[Thing]: ...
            class Own:
                x: Thing | None = None
            t = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            """,
            show="statementskipped guess",
        )

    def test_mapped_annotations(self) -> None:
        self.check(
            """\
            from typing import Annotated, Optional
            from absent import Thing
            from sqlalchemy import String
            from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
            class Base(DeclarativeBase): ...
            Key = Annotated[int, mapped_column(primary_key=True)]
            class A(Base):
                __tablename__ = "a"
                id: Mapped[Key]
                a: Mapped[Thing]
                b: Mapped[Thing | None]
                c: Mapped[Optional[Thing]]
                d: Mapped[str | None]
                e: Mapped["Thing"]
                f: Mapped[Thing] = mapped_column(String(3))
                g: Mapped[list[Thing]] = mapped_column(String(3))
            """,
            """\
            a
              id INTEGER pk
              a absent.Thing not-null ?stand-in-type
              b absent.Thing ?stand-in-type
              c absent.Thing ?stand-in-type
              d VARCHAR
              e absent.Thing not-null ?stand-in-type
              f VARCHAR(3) not-null
              g VARCHAR(3) not-null
            """,
            show="statementskipped",
            since="2.0",
        )

    def test_mapped_annotations_as_text(self) -> None:
        self.check(
            """\
            from __future__ import annotations
            from typing import Optional
            from absent import Thing
            from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
            class Base(DeclarativeBase): ...
            class A(Base):
                __tablename__ = "a"
                id: Mapped[int] = mapped_column(primary_key=True)
                a: Mapped[Thing]
                b: Mapped[Thing | None]
                c: Mapped[Optional[Thing]]
                d: Mapped[str | None]
            """,
            """\
            a
              id INTEGER pk
              a absent.Thing not-null ?stand-in-type
              b absent.Thing ?stand-in-type
              c absent.Thing ?stand-in-type
              d VARCHAR
            """,
            show="statementskipped",
            since="2.0",
        )


if __name__ == "__main__":
    unittest.main()
