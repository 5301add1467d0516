"""Builds the documentation site from the pages of the repository, and fails for what a reader could not follow.

`make_site.py OUT` copies the pages into OUT/../site-source with their links as the site has them, runs Zensical in
strict mode, and checks every link, anchor and address of the result. With `--twice` it builds again, and compares.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Pages of the root that the site has too, and where.
FROM_ROOT = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
# Where the pages of other files are.
INSTEAD = {"docs": "index.md", "docs/schemas": "formats.md"}
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)", re.DOTALL)
REMOTE = re.compile(r"""url\(\s*["']?(?:https?:)?//|@import""")


class SiteError(Exception):
    """Something that a reader could not follow."""


def pages() -> dict[str, str]:
    """The file of the site of each page of the repository."""
    found = dict(FROM_ROOT)
    found.update({f"docs/{path.name}": path.name for path in sorted((ROOT / "docs").glob("*.md"))})
    return found


def target(page: str, link: str, known: dict[str, str]) -> str | None:
    """The address on the site that a link of a page leads to; none for a file that the site does not have."""
    parts = urlsplit(link)
    if parts.scheme or not parts.path:
        return link
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))
    anchor = f"#{parts.fragment}" if parts.fragment else ""
    if path in known:
        return known[path] + anchor
    if path in INSTEAD:
        return INSTEAD[path]
    if path.startswith(("docs/images/", "docs/schemas/")) and (ROOT / path).is_file():
        return path.removeprefix("docs/")
    if not (ROOT / path).exists():
        raise SiteError(f"{page}: the link to `{link}` leads to no file")
    return None


def outside_fences(text: str, change: Any) -> str:
    """A text, with what is in no fenced block changed."""
    parts, end = [], 0
    for fence in FENCE.finditer(text):
        parts += [change(text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, change(text[end:])])


def copied(page: str, text: str, known: dict[str, str]) -> str:
    """The text of a page with its links as the site has them; a link to a file outside of the site becomes its text."""

    def link(found: re.Match[str]) -> str:
        address = target(page, found[3], known)
        return found[2] if address is None else f"{found[1]}[{found[2]}]({address})"

    def row(found: re.Match[str]) -> str:
        # GitHub wants `\|` in the code of a table's cell; here it would be shown so.
        return CODE.sub(lambda code: code[0].replace("\\|", "|"), found[0])

    def change(part: str) -> str:
        return re.sub(r"^\|.*$", row, LINK.sub(link, part), flags=re.MULTILINE)

    return outside_fences(text, change)


def stage(source: Path) -> None:
    """Copies what the site is made of."""
    shutil.rmtree(source, ignore_errors=True)
    folder = source / "pages"
    folder.mkdir(parents=True)
    known = pages()
    for page, name in known.items():
        text = copied(page, (ROOT / page).read_text(encoding="utf-8"), known)
        (folder / name).write_text(text, encoding="utf-8")
    for name in ("images", "schemas"):
        if (ROOT / "docs" / name).is_dir():
            shutil.copytree(ROOT / "docs" / name, folder / name)
    for name, place in (("extra.css", "stylesheets"), ("iframe-worker.js", "javascripts")):
        (folder / place).mkdir()
        shutil.copy(HERE / name, folder / place / name)
    settings, absent = navigation((HERE / "zensical.toml").read_text(encoding="utf-8"), set(known.values()))
    (source / "zensical.toml").write_text(settings, encoding="utf-8")
    if absent:
        print(f"note: not there, and left out of the navigation: {', '.join(absent)}", file=sys.stderr)
    missing = set(known.values()) - set(named(tomllib.loads(settings)["project"]["nav"]))
    if missing:
        raise SiteError(f"the navigation in docs/site/zensical.toml lacks {', '.join(sorted(missing))}")


def navigation(settings: str, known: set[str]) -> tuple[str, list[str]]:
    """The settings without the pages that are not there (one a line), and these."""
    entry = re.compile(r'^ *\{ "[^"]*" = "([^"]*\.md)" \},\n', re.MULTILINE)
    absent = [name for name in entry.findall(settings) if name not in known]
    return entry.sub(lambda found: found[0] if found[1] in known else "", settings), absent


def named(entries: list[Any]) -> Iterator[str]:
    """The pages that a navigation names."""
    for entry in entries:
        for value in entry.values():
            if isinstance(value, str):
                yield value
            else:
                yield from named(value)


class Page(HTMLParser):
    """What a page of the site asks for, leads to, and can be led to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps the addresses and the anchors of an element."""
        values = {name: value or "" for name, value in attrs}
        self.anchors.update(values[name] for name in ("id", "name") if name in values and tag != "meta")
        if tag == "a" and "href" in values:
            self.links.add(values["href"])
        elif tag == "link" and values.get("rel") not in {"canonical", "prev", "next"}:
            self.loaded.add(values.get("href", ""))
        if "src" in values:
            self.loaded.add(values["src"])


def leads(site: Path, page: Path, address: str) -> Path:
    """The file that an address on a page leads to; the page for errors has addresses from the root."""
    path = unquote(address)
    there = site / path.lstrip("/") if path.startswith("/") else page.parent / path
    there = Path(os.path.normpath(there)) if path else page
    return there / "index.html" if there.is_dir() else there


def fetched(site: Path, path: Path, page: Page) -> Iterator[str]:
    """What is wrong with what a page fetches."""
    for address in sorted(page.loaded):
        parts = urlsplit(address)
        if parts.scheme not in {"", "data"} or parts.netloc:
            yield f"fetches `{address}` from elsewhere"
        elif not parts.scheme and not leads(site, path, parts.path).is_file():
            yield f"fetches `{address}`, which is not there"


def linked(site: Path, path: Path, read: dict[Path, Page]) -> Iterator[str]:
    """What is wrong with the links of a page within the site."""
    for address in sorted(read[path].links):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        there = leads(site, path, parts.path)
        if not there.is_file():
            yield f"links to `{address}`, which is not there"
        elif parts.fragment and there in read and unquote(parts.fragment) not in read[there].anchors:
            yield f"links to `{address}`, and there is no such anchor"


def problems(site: Path) -> Iterator[str]:
    """What is wrong with a site: links that lead nowhere, and what is fetched from elsewhere."""
    read = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    for path, page in read.items():
        for problem in (*fetched(site, path, page), *linked(site, path, read)):
            yield f"{path.relative_to(site)} {problem}"
    for path in sorted(site.rglob("*.css")):
        if REMOTE.search(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site)} fetches from elsewhere"


def digest(folder: Path) -> str:
    """One hash over all files of a folder."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def build(out: Path) -> str:
    """Builds the site, and gives the hash of it."""
    source = out.parent / "site-source"
    stage(source)
    command = [str(Path(sys.executable).parent / "zensical"), "build", "--clean", "--strict"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SiteError(f"zensical failed:\n{done.stdout}{done.stderr.split('Traceback')[0]}")
    wrong = list(problems(source / "site"))
    if wrong:
        raise SiteError("\n".join(wrong))
    shutil.rmtree(out, ignore_errors=True)
    shutil.move(source / "site", out)
    return digest(out)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the folder of the site, which is replaced")
    parser.add_argument("--twice", action="store_true", help="build again, and compare")
    arguments = parser.parse_args()
    out = arguments.out.resolve()
    try:
        first = build(out)
        if arguments.twice and build(out) != first:
            raise SiteError("two builds of the site differ")
    except SiteError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{len(list(out.rglob('*.html')))} pages in {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
