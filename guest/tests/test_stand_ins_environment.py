"""Processes, signals and threads."""

import unittest

from case import Case


class Machine(Case):
    """Processes, signals and threads."""

    def test_processes(self) -> None:
        self.check(
            """\
            {prelude}
            import os, subprocess
            revision = subprocess.check_output(["git", "describe"]).decode().strip()
            subprocess.run(["x"], check=True)
            process = subprocess.Popen(["x"], stdout=subprocess.PIPE)
            out, err = process.communicate()
            a = Table("a", metadata, Column("x", Integer), comment=revision)
            b = Table("b", metadata, Column("x", Integer), comment=os.popen("x").read())
            c = Table("c", metadata, Column("x", Integer))
            """,
            """\
            a comment=⟪subprocess.check_output().decode().strip()⟫ ?stand-in-value
              x INTEGER
            b comment=⟪os.popen().read()⟫ ?stand-in-value
              x INTEGER
            c
              x INTEGER
            """,
            show="statementskipped",
        )

    def test_what_processes_share(self) -> None:
        self.check(
            """\
            {prelude}
            import multiprocessing
            lock, pool = multiprocessing.Lock(), multiprocessing.Pool(3)
            shared = multiprocessing.Manager().dict()
            with lock:
                a = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            """,
            show="statementskipped",
        )

    def test_signals_threads_and_loops(self) -> None:
        self.check(
            """\
            {prelude}
            import asyncio, signal, socket, threading
            signal.signal(signal.SIGTERM, lambda *args: None)
            threading.Thread(target=lambda: None, daemon=True).start()
            async def length(): return 3
            a = Table("a", metadata, Column("x", String(asyncio.run(length()))), comment=socket.gethostname())
            """,
            """\
            a comment=localhost ?taken-at-import
              x VARCHAR(3)
            """,
            show="statementskipped",
        )

    def test_leaving_at_once(self) -> None:
        self.check(
            """\
            {prelude}
            import os
            a = Table("a", metadata, Column("x", Integer))
            os._exit(3)
            b = Table("b", metadata, Column("x", Integer))
            os.abort()
            c = Table("c", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            b
              x INTEGER
            c
              x INTEGER
            skipped models.py:10 SystemExit
            skipped models.py:12 SystemExit
            """,
            show="statementskipped",
        )

    def test_missing_environment_variables(self) -> None:
        self.check(
            """\
            {prelude}
            import os
            SCHEMA = os.environ["DB_SCHEMA"]
            a = Table("a", metadata, Column("x", Integer), schema=SCHEMA)
            b = Table("b_" + os.environ["SUFFIX"], metadata, Column("x", Integer))
            try:
                length = int(os.environ["LENGTH"])
            except KeyError:
                length = 3
            c = Table("c", metadata, Column("x", String(length)), Column("y", String(os.getenv("WIDTH", 4))))
            """,
            """\
            a ?stand-in-schema
              x INTEGER
            b_⟪models.os.environ['SUFFIX']⟫ ?stand-in-value ?statement-skipped
              x INTEGER
            c
              x VARCHAR(3)
              y VARCHAR(4)
            skipped models.py:9 KeyError SCHEMA
            skipped models.py:11 KeyError
            """,
            show="statementskipped",
        )


class Hidden(Case):
    """The guest can't be recognized by its classes."""

    def test_classes(self) -> None:
        for asks in (
            "any('belljar' in str(c.__module__) for c in object.__subclasses__())",
            "any('belljar' in str(c.__module__) for b in object.__subclasses__() if b is not type for c in b.__subclasses__())",
            "any('belljar' in str(c.__module__) for c in type(absent).__mro__)",
            "any('belljar' in str(c.__module__) for c in Lost.__mro__)",
        ):
            with self.subTest(asks):
                self.check(
                    "{prelude}\nimport absent\nclass Lost(absent.Base):\n    pass\n"
                    f"Table('a', metadata, Column('x', String(4 if {asks} else 3)))\n",
                    "a\n  x VARCHAR(3)\n",
                )


if __name__ == "__main__":
    unittest.main()
