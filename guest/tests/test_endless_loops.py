"""A loop that only a stand-in keeps alive comes to its end, and what follows it runs."""

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


class EndlessLoops(Case):
    """Each ends."""

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


if __name__ == "__main__":
    unittest.main()
