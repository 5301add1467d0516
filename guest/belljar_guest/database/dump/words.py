"""The words of a statement, and what the readers ask of them."""

import re
from typing import NoReturn

#: Quoted texts and names, numbers, words, operators and other characters.
_TOKEN = re.compile(
    r"""(?P<blank>\s+|--[^\n]*|/\*.*?\*/)
    |[eE]'[^'\\]*(?:\\.[^'\\]*|''[^'\\]*)*'
    |'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"|`[^`]*(?:``[^`]*)*`
    |\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$
    |\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[^\W\d][\w$]*|::|[<>=!~*/%^&|\#@?+-]+|.""",
    re.DOTALL | re.VERBOSE,
)

#: The same of MySQL, where a backslash escapes in texts.
_MYSQL_TOKEN = re.compile(
    r"""(?P<blank>\s+|--(?=\s)[^\n]*|\#[^\n]*|/\*.*?\*/)
    |'[^'\\]*(?:\\.[^'\\]*|''[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*|""[^"\\]*)*"|`[^`]*(?:``[^`]*)*`
    |\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w$])|[\w$]+|[<>=!~*/%^&|+-]+|.""",
    re.DOTALL | re.VERBOSE,
)

#: The deepest nesting of parentheses that is followed; what a server writes is far from it.
DEEPEST = 100


class NotFollowedError(Exception):
    """A statement that is not followed; the message says what is not."""


class Words:
    """A position in a statement."""

    tokens = _TOKEN

    def __init__(self, text: str) -> None:
        """Take a statement."""
        self.text = text
        found = [item for item in self.tokens.finditer(text) if item.group("blank") is None]
        self._spans = [item.span() for item in found]
        self._tokens = [item.group() for item in found]
        self._upper = [item.upper() for item in self._tokens]
        self.at = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing follows."""
        return self.at >= len(self._tokens)

    def fail(self, what: str = "") -> NoReturn:
        """Give up."""
        raise NotFollowedError(what or " ".join(self._tokens[self.at : self.at + 3])[:60])

    def peek(self, ahead: int = 0) -> str:
        """The next token in upper case; empty at the end."""
        at = self.at + ahead
        return self._upper[at] if at < len(self._upper) else ""

    def accept(self, *words: str) -> bool:
        """Pass over words if all of them follow."""
        if all(self.peek(ahead) == word for ahead, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def expect(self, *words: str) -> None:
        """Pass over words that have to follow."""
        if not self.accept(*words):
            self.fail()

    def token(self) -> str:
        """The next token, as it is written."""
        if self.is_over:
            self.fail("its end")
        self.at += 1
        return self._tokens[self.at - 1]

    def name(self) -> str:
        """A name without its quotes; one that is not quoted is as it is written."""
        token = self.token()
        if token[0] in '"`':
            return token[1:-1].replace(token[0] * 2, token[0])
        if not (token[0].isalpha() or token[0] == "_"):
            self.at -= 1
            self.fail()
        return token

    def dotted(self) -> list[str]:
        """A name with those before its dots."""
        names = [self.name()]
        while self.accept("."):
            names.append(self.name())
        return names

    def group(self) -> str:
        """The text between the parentheses that begin here."""
        self.expect("(")
        start = self._spans[self.at - 1][1]
        depth = 1
        while depth:
            token = self.token()
            depth += (token == "(") - (token == ")")
            if depth > DEEPEST:
                self.fail(f"parentheses that are nested deeper than {DEEPEST}")
        return self.text[start : self._spans[self.at - 1][0]]

    def until(self, *ends: str) -> str:
        """The text up to one of these words outside of parentheses, or to the end."""
        first, depth = self.at, 0
        while not self.is_over and not (depth == 0 and self.peek() in ends):
            depth += (self.peek() in ("(", "[")) - (self.peek() in (")", "]"))
            if depth > DEEPEST:
                self.fail(f"parentheses that are nested deeper than {DEEPEST}")
            self.at += 1
        if first == self.at:
            return ""
        return self.text[self._spans[first][0] : self._spans[self.at - 1][1]]

    def rest(self) -> str:
        """Everything that follows."""
        return self.until()


class MysqlWords(Words):
    """A position in a statement of MySQL."""

    tokens = _MYSQL_TOKEN


def parts_of(text: str, kind: type[Words] = Words) -> list[str]:
    """The parts between the commas outside of parentheses."""
    words, found = kind(text), []
    while not words.is_over:
        found.append(words.until(","))
        words.accept(",")
    return found


def tokens_of(text: str) -> list[tuple[str, str]]:
    """Every token with the blank before it."""
    found, blank = [], ""
    for item in _TOKEN.finditer(text):
        if item.group("blank") is not None:
            blank += item.group()
        else:
            found.append((blank, item.group()))
            blank = ""
    return found


def text_of(literal: str) -> str:
    """The value of a quoted text; `NULL` is none."""
    if literal[:1] in "eE" and literal[1:2] == "'":
        return re.sub(
            r"\\(.)",
            lambda found: _ESCAPES.get(found.group(1), found.group(1)),
            literal[2:-1].replace("''", "'"),
        )
    return literal[1:-1].replace("''", "'")


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
