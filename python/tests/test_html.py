"""What notebooks show: every text of a repository is escaped, and long lists are cut."""

from __future__ import annotations

import random
import re
from html.parser import HTMLParser
from typing import Any, Dict, List, Optional, Set, Tuple

import pytest
from test_documents import SCHEMAS, made, with_formats

from belljar import _html, documents

HOSTILE = [
    "<script>alert(1)</script>",
    "</td></table><img src=x onerror=alert(1)>",
    "\"' onmouseover='alert(1)",
    "&lt;b&gt; &amp; &#x3c;",
    "\x00\x07\x1b[31m\x7f\x9b",
    "\u202e\u2066\u200b\ufeff",
    "\ud800",
    "a\nb\r\nc",
    "x" * 100_000,
]
SHOWN: Dict[str, Any] = {"extract": documents.Schema, "diff": documents.Diff, "check": documents.Verdict}
TAGS = {"table", "thead", "tbody", "tr", "th", "td", "p", "b", "br", "code", "small"}


class Page(HTMLParser):
    """What tags and attributes a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Set[str] = set()
        self.attributes: Set[Tuple[str, Optional[str]]] = set()

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        self.tags.add(tag)
        self.attributes |= set(attrs)


def poisoned(value: Any, text: str) -> Any:
    """The same with another text in place of each."""
    if isinstance(value, list):
        return [poisoned(item, text) for item in value]
    if isinstance(value, dict):
        return {key: item if key == "format" else poisoned(item, text) for key, item in value.items()}
    return text if isinstance(value, str) else value


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_nothing_of_a_repository_becomes_a_part_of_the_page(name: str, number: int) -> None:
    for seed in range(3):
        value = with_formats(made(SCHEMAS[name], SCHEMAS[name], random.Random(f"{name} {seed}")))
        document = SHOWN[name].from_json(poisoned(value, HOSTILE[number]))
        html = document._repr_html_()
        page = Page()
        page.feed(html)
        assert page.tags <= TAGS
        assert page.attributes <= {("style", "text-align:left")}
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\u2066\ufeff\ud800]", html)
        assert len(html) < 50_000
        html.encode("utf-8")


def test_long_lists_are_cut() -> None:
    value = with_formats(made(SCHEMAS["extract"], SCHEMAS["extract"], random.Random(1)))
    value["tables"] = [{**value["tables"][0], "name": f"t{number}"} for number in range(_html.MOST_ROWS + 5)]
    html = documents.Schema.from_json(value)._repr_html_()
    assert "… and 5 more" in html
    assert "t199<" in html
    assert "t200<" not in html


def test_a_page_shows_the_contents() -> None:
    value = with_formats(made(SCHEMAS["check"], SCHEMAS["check"], random.Random(2)))
    value.update(passed=False, compared=True)
    value["findings"][0]["code"] = "BJ101"
    html = documents.Verdict.from_json(value)._repr_html_()
    assert "<b>failed</b>" in html
    assert "BJ101" in html
    assert documents.Finding.from_json(value["findings"][0])._repr_html_().startswith("<table>")
