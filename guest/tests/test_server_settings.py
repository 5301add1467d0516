"""What a database's settings decide, and code alone can't tell."""

import unittest

from belljar_guest import frames
from case import run

SOURCE = r"""{prelude}
a = Table("a", metadata, Column("x", String), CheckConstraint(column("x") != "\\", name="c"))
b = Table("b", metadata, Column("x", String), Index("ix_b", func.replace(column("x"), "\\", "")))
plain = Table("plain", metadata, Column("x", String), CheckConstraint(column("x") != "/", name="p"))
text_ = Table("text_", metadata, Column("x", String, server_default="\\"), CheckConstraint("x != '\\'", name="t"))
"""


class Backslashes(unittest.TestCase):
    """A backslash in a literal is written once or twice by what the server is set to."""

    def test_in_what_expressions_are_written_to(self) -> None:
        for generation in ("1.3", "1.4", "2.0", "2.1"):
            found = {
                frame.name: [(reason.code, reason.origin) for reason in frame.reasons]
                for frame in run(generation, {"models.py": SOURCE})
                if isinstance(frame, frames.Table)
            }
            doubt = [("server-setting", None)]
            with self.subTest(generation=generation):
                self.assertEqual(found, {"a": doubt, "b": doubt, "plain": [], "text_": []})


if __name__ == "__main__":
    unittest.main()
