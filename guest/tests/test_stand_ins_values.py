"""A stand-in where a value is expected: in conversions, comparisons, texts, loops."""

import unittest

from case import Case


class Values(Case):
    """A stand-in as a value."""

    def test_context_manager(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import lock
            with lock as held, lock.acquire(timeout=3):
                t = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            """,
            show="statementskipped guess",
        )

    def test_asynchronous(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import session
            async def f():
                async with session() as s:
                    await s.execute(1)
                async for row in session().rows():
                    pass
                return 3
            try:
                f().send(None)
            except StopIteration as end:
                length = end.value
            t = Table("a", metadata, Column("x", String(length)))
            """,
            """\
            a
              x VARCHAR(3)
            """,
            show="statementskipped",
        )

    def test_iteration_ends(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import plugins
            found = [p for p in plugins]
            for p in plugins.all():
                found.append(p)
            t = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            guess iteration of absent.plugins at models.py:9
            guess iteration of absent.plugins.all() at models.py:10
            """,
            show="statementskipped guess",
        )

    def test_unpacking(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import pair
            a, b = pair
            c, *d = pair()
            (e, f), g = pair, 1
            *h, i = pair
            t = Table("a", metadata, Column("x", a), Column("y", String(d and 3)))
            """,
            """\
            a ?guess
              x absent.pair[] ?stand-in-type
              y VARCHAR
            guess iteration of absent.pair() at models.py:10
            guess iteration of absent.pair at models.py:12
            """,
            show="statementskipped guess",
        )

    def test_while_ends(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import queue
            while queue.pending:
                queue.step()
            t = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            guess truth of absent.queue.pending at models.py:9
            """,
            show="statementskipped guess",
        )

    def test_text_carries_the_mark(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import cfg
            names = f"{cfg.prefix}_a", "%s_b" % cfg.prefix, "{}_c".format(cfg.prefix), "_".join([str(cfg.prefix), "d"])
            for name in names:
                Table(name, metadata, Column("x", Integer))
            """,
            """\
            ⟪absent.cfg.prefix⟫_a ?stand-in-value
              x INTEGER
            ⟪absent.cfg.prefix⟫_b ?stand-in-value
              x INTEGER
            ⟪absent.cfg.prefix⟫_c ?stand-in-value
              x INTEGER
            ⟪absent.cfg.prefix⟫_d ?stand-in-value
              x INTEGER
            """,
            show="statementskipped guess",
        )

    def test_joined_path(self) -> None:
        self.check(
            """\
            {prelude}
            import os.path, pathlib
            from absent import cfg
            folder = os.path.join(cfg.home, "data")
            file = pathlib.Path(cfg.home) / "x"
            t = Table("a", metadata, Column("x", String, server_default=folder), Column("y", String, server_default=str(file)))
            """,
            """\
            a
              x VARCHAR server_default=⟪absent.cfg.home⟫/data ?stand-in-value
              y VARCHAR server_default=⟪absent.cfg.home⟫/x ?stand-in-value
            """,
            show="statementskipped guess",
        )

    def test_version_comparison(self) -> None:
        self.check(
            """\
            {prelude}
            import absent
            from packaging.version import Version, parse
            if absent.__version__ >= "2":
                length = 3
            else:
                length = 4
            if Version(absent.__version__) < Version("1.0") or tuple(map(int, absent.__version__.split("."))) < (1, 2):
                width = 5
            else:
                width = 6
            t = Table("a", metadata, Column("x", String(length)), Column("y", String(width)))
            u = Table("b", metadata, Column("x", Integer))
            """,
            """\
            a ?guess
              x VARCHAR(3)
              y VARCHAR(5)
            b
              x INTEGER
            guess comparison of absent.__version__ at models.py:10
            guess version of absent.__version__ at models.py:14
            """,
            show="statementskipped guess",
        )

    def test_fallbacks_of_lookups(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            t = Table(
                "a", metadata,
                Column("x", String(conf.get("k", fallback=3))),
                Column("y", String(conf.getint("s", "k", fallback=4))),
                Column("z", String(conf("K", default=5))),
            )
            """,
            """\
            a ?guess
              x VARCHAR(3)
              y VARCHAR(4)
              z VARCHAR(5)
            guess default of absent.conf.get at models.py:11
            guess default of absent.conf.getint at models.py:12
            guess default of absent.conf at models.py:13
            """,
            show="guess",
        )

    def test_key_of_a_section_is_no_fallback(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            t = Table("a", metadata, Column("x", Integer), schema=conf.get("database", "schema"))
            """,
            """\
            a ?stand-in-schema
              x INTEGER
            """,
            show="guess",
        )


if __name__ == "__main__":
    unittest.main()
