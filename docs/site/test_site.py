"""What builds the site and writes the reference: what they find, and what they must not."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import make_site
import reference

KNOWN = {"README.md": "index.md", "SECURITY.md": "security.md", "docs/check.md": "check.md"}
HELP = """Check a change

Usage: belljar check [OPTIONS] <BASE>

Arguments:
  <BASE>
          The base: a directory, or a revision

Options:
  -f, --format <FORMAT>
          Format of the output

          Possible values:
          - text: Text for people, one line
            for each
          - json: For programs

          [default: text]

      --clear            Remove all [env:
                         BELLJAR_CLEAR=]
  -h, --help             Print help

Examples:
  belljar check HEAD      the changes that are
                          not committed
"""


class Links(unittest.TestCase):
    """The links of a page, as the site has them."""

    def test_each(self) -> None:
        for page, text, wanted in [
            ("docs/check.md", "[a](../SECURITY.md#not-yet)", "[a](security.md#not-yet)"),
            ("README.md", "[a](docs/check.md)", "[a](check.md)"),
            ("README.md", "[a](docs/schemas)", "[a](formats.md)"),
            ("README.md", "![a](docs/images/overview.svg)", "![a](images/overview.svg)"),
            ("README.md", "[`a`\nb](Makefile)", "`a`\nb"),
            ("README.md", "[a](https://example.com/x) [b](#c)", "[a](https://example.com/x) [b](#c)"),
            ("README.md", "```md\n[a](nowhere.md)\n```\n", "```md\n[a](nowhere.md)\n```\n"),
            ("README.md", "| `a\\|b` | c \\| d |", "| `a|b` | c \\| d |"),
        ]:
            with self.subTest(text):
                self.assertEqual(make_site.copied(page, text, KNOWN), wanted)

    def test_a_link_to_no_file(self) -> None:
        with self.assertRaisesRegex(make_site.SiteError, "nowhere.md"):
            make_site.copied("README.md", "[a](nowhere.md)", KNOWN)


class Navigation(unittest.TestCase):
    """The navigation, of which a page may come later."""

    def test_a_page_that_is_not_there(self) -> None:
        text = 'nav = [\n    { "A" = "a.md" },\n    { "B" = [\n        { "C" = "c.md" },\n    ] },\n]\n'
        self.assertEqual(make_site.navigation(text, {"a.md", "c.md"}), (text, []))
        left, absent = make_site.navigation(text, {"a.md"})
        self.assertEqual(absent, ["c.md"])
        self.assertEqual(left, text.replace('        { "C" = "c.md" },\n', ""))


class Site(unittest.TestCase):
    """What is wrong with a site."""

    def problems(self, **files: str) -> list[str]:
        """What is found in a site of these files."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                (Path(folder) / name.replace("_", ".")).write_text(text, encoding="utf-8")
            return list(make_site.problems(Path(folder)))

    def test_each(self) -> None:
        for text, count in [
            (
                '<h1 id="x"></h1><a href="#x">a</a> <a href="b.html#y">b</a> <a href="https://example.com">c</a>',
                0,
            ),
            ('<img src="data:image/png;base64,AA=="><script src="s.js"></script><a href="/b.html">b</a>', 0),
            ('<a href="#y">a</a>', 1),
            ('<a href="b.html#z">a</a>', 1),
            ('<a href="c.html">a</a>', 1),
            ('<script src="https://example.com/s.js"></script>', 1),
            ('<link rel="stylesheet" href="//example.com/s.css">', 1),
            ('<img src="nothing.png">', 1),
        ]:
            with self.subTest(text):
                found = self.problems(a_html=text, b_html='<p id="y"></p>', s_js="")
                self.assertEqual(len(found), count, found)

    def test_style_sheets(self) -> None:
        self.assertEqual(self.problems(a_css="a { background: url(data:image/png;base64,AA==) }"), [])
        self.assertEqual(len(self.problems(a_css="a { background: url('https://example.com/a.png') }")), 1)
        self.assertEqual(len(self.problems(a_css="@import 'x.css';")), 1)


class Reference(unittest.TestCase):
    """The page of the commands, from the help."""

    def test_a_command(self) -> None:
        self.assertEqual(
            reference.section("check", reference.parsed(HELP), {}),
            """
## belljar check

Check a change.

```sh
belljar check [OPTIONS] <BASE>
```

| argument | |
|---|---|
| `<BASE>` | The base: a directory, or a revision. |

| option | |
|---|---|
| `-f, --format <FORMAT>` | Format of the output. Values: `text`: Text for people, one line for each; `json`: For programs. Default: `text`. |
| `--clear` | Remove all. Environment: `BELLJAR_CLEAR`. |

Examples:

```sh
belljar check HEAD  # the changes that are not committed
```
""",
        )

    def test_an_option_of_several_commands_is_left_out(self) -> None:
        helps = {name: reference.parsed(HELP) for name in ("check", "diff", "impact")}
        shared = reference.of_several(helps)
        self.assertEqual(len(shared), 2)
        text = reference.section("check", helps["check"], shared)
        self.assertIn("): `--format`, `--clear`.", text)
        self.assertNotIn("Remove all", text)


if __name__ == "__main__":
    unittest.main()
