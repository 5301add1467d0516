"""A loop that only a stand-in keeps alive ends, and the statements after it run."""

import unittest

from case import Case

LOOPS = (
    "while hasattr(absent.state, f'key{n}'):\n    n += 1",
    "while absent.size() > 0:\n    n += 1",
    "while absent.size() >= n:\n    n += 0",
    "while n < absent.limit:\n    n += 0",
    "while len(absent.items) < 3:\n    absent.items.append(n)",
    "while int(absent.count) < 3:\n    pass",
    "while absent.count != n:\n    pass",
    "while not absent.count == n:\n    pass",
    "while n not in absent.items:\n    absent.items.add(n)",
    "while absent.poll():\n    pass",
    "while absent.poll() is not None:\n    pass",
    "while (line := absent.readline()) != '':\n    n += 1",
    "for part in iter(lambda: absent.read(8), b''):\n    n += 1",
    "while True:\n    if not absent.more():\n        break",
    "while True:\n    try:\n        absent.step()\n    except Exception:\n        continue",
)

#: Loops that are endless without a stand-in: they wait for something on another machine.
WAITS = (
    "p = absent\nwhile p.parent is not None:\n    p = p.parent",
    "p = absent.x\nwhile p[0] is not None:\n    p = p[0]",
    "p = absent\nwhile p[0] is not None:\n    p = p[0]",
    "p = pathlib.Path(absent.root)\nwhile not (p / '.git').exists():\n    p = p.parent",
    "p = pathlib.Path(__file__)\nwhile not (p / '.git').exists():\n    p = p.parent",
    "p = pathlib.Path(__file__)\nwhile not (p / 'marker').is_file():\n    p = p.parent",
    "p = __file__\nwhile not os.path.isdir(os.path.join(p, '.git')):\n    p = os.path.dirname(p)",
    "while not os.path.exists('/run/secrets/db'):\n    time.sleep(0)",
    "while not os.path.lexists('/run/secrets/db'):\n    pass",
    "while True:\n    try:\n        os.stat('/run/x')\n        break\n    except OSError:\n        time.sleep(0)",
    "while not n:\n    time.sleep(0)",
    "while True:\n    try:\n        socket.create_connection(('db', 5432))\n        break\n    except OSError:\n        pass",
    "while True:\n    try:\n        socket.socket().connect(('db', 5432))\n        break\n    except OSError:\n        pass",
    "while socket.socket().connect_ex(('db', 5432)):\n    pass",
    (
        "e = create_engine('postgresql://x/y')\nfor _ in range(10**9):\n    try:\n        e.connect()\n        break\n"
        "    except Exception:\n        time.sleep(0)"
    ),
)

#: Loops that end by themselves, with all their effects.
ENDING = (
    "for k in range(6000):\n    os.path.exists(f'/run/{k}')\nn = 1",
    "for k in range(900):\n    os.path.exists('/run/x')\nn = 1",
    "p = pathlib.Path(__file__)\nwhile not (p / '.git').exists() and p != p.parent:\n    p = p.parent\nn = 1",
    "for k in range(100):\n    time.sleep(0)\nn = 1",
    "for k in range(5):\n    try:\n        socket.create_connection(('db', 5432))\n    except OSError:\n        pass\nn = 1",
    "import shutil\nopen('x', 'w').close()\nshutil.copy('x', 'y')\nn = int(os.path.exists('y'))",
    "for k in range(5000):\n    absent.x.y\nn = 1",
)


class EndlessLoops(Case):
    """Each loop ends."""

    def test_every_way_to_wait(self) -> None:
        for loop in LOOPS:
            with self.subTest(loop):
                self.check(
                    f"{{prelude}}\nimport absent\nn = 0\n{loop}\nTable('a', metadata, Column('x', Integer))\n",
                    """\
                    a
                      x INTEGER
                    """,
                    since="2.1",
                )

    def test_every_wait(self) -> None:
        for loop in WAITS:
            with self.subTest(loop):
                self.check(
                    f"{{prelude}}\nimport absent, os, pathlib, socket, time\nn = 0\n{loop}\n"
                    "Table('a', metadata, Column('x', Integer))\n",
                    """\
                    a
                      x INTEGER
                    """,
                    since="2.1",
                )

    def test_loops_that_end(self) -> None:
        for loop in ENDING:
            with self.subTest(loop):
                self.check(
                    f"{{prelude}}\nimport absent, os, pathlib, socket, time\nn = 0\n{loop}\n"
                    "Table('a', metadata, Column('x', String(n)))\n",
                    """\
                    a
                      x VARCHAR(1)
                    """,
                    since="2.1",
                )


if __name__ == "__main__":
    unittest.main()
