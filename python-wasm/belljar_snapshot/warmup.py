"""The warm-up: imports what runs commonly use, and stores the code of the rest."""

import importlib
import marshal
import os
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from types import CodeType

from belljar_snapshot import files
from belljar_snapshot.absent import is_absent
from belljar_snapshot.stored import StoredDistribution, StoredFinder, StoredModule, install

# Standard modules that models and their libraries commonly use. An imported module costs a run nothing; a stored one
# costs fuel when it is first imported.
STANDARD = """
    __future__ abc argparse array ast asyncio atexit base64 binascii bisect builtins calendar cmath codecs
    collections collections.abc colorsys concurrent.futures concurrent.futures.thread configparser contextlib
    contextvars copy copyreg csv dataclasses datetime decimal difflib dis email email.header email.message
    email.mime.multipart email.mime.text email.policy email.utils encodings.ascii encodings.cp1252
    encodings.idna encodings.latin_1 encodings.punycode encodings.raw_unicode_escape encodings.unicode_escape
    encodings.utf_16 encodings.utf_32 encodings.utf_8 encodings.utf_8_sig enum errno fnmatch fractions functools
    gc genericpath getpass gettext glob graphlib gzip hashlib heapq hmac html html.parser http http.client
    http.cookies http.server imaplib importlib importlib.abc importlib.machinery importlib.metadata
    importlib.resources importlib.util inspect io ipaddress itertools json keyword linecache locale logging
    logging.config logging.handlers math mimetypes multiprocessing numbers opcode operator os os.path pathlib
    pickle pkgutil platform posixpath pprint queue random re reprlib sched secrets selectors shelve shlex shutil
    signal site smtplib socket socketserver sqlite3 stat statistics string struct subprocess symtable sysconfig
    tarfile tempfile textwrap threading time timeit token tokenize tomllib traceback tracemalloc types typing
    unicodedata unittest unittest.mock urllib.error urllib.parse urllib.request urllib.robotparser uuid warnings
    weakref webbrowser xml xml.dom.minidom xml.etree.ElementTree xml.sax xmlrpc.client zipfile zipimport zlib
    zoneinfo
""".split()

# Modules of SQLAlchemy, as far as this generation has them. Packages include the modules directly in them.
SQLALCHEMY = """
    sqlalchemy sqlalchemy.orm sqlalchemy.sql sqlalchemy.types sqlalchemy.schema sqlalchemy.exc sqlalchemy.event
    sqlalchemy.events sqlalchemy.inspection sqlalchemy.pool sqlalchemy.engine sqlalchemy.future sqlalchemy.util
    sqlalchemy.ext sqlalchemy.ext.asyncio sqlalchemy.ext.declarative
    sqlalchemy.dialects sqlalchemy.dialects.postgresql sqlalchemy.dialects.mysql sqlalchemy.dialects.sqlite
    sqlalchemy.dialects.mssql sqlalchemy.dialects.oracle
    typing_extensions
""".split()

# Importing it changes how classes are mapped: it makes each inspection of a class search all its subclasses.
ONLY_WHEN_ASKED = "sqlalchemy.ext.instrumentation"

GUEST = "belljar_guest.entry"

NO_LIBRARY = ("test", "tests")

# Files that libraries open when they are imported, by their extensions and maximum size in bytes.
DATA = (".sql", ".txt", ".toml", ".cfg", ".ini", ".yaml", ".yml", "VERSION", "version")
MOST_DATA = 1 << 16


class SourceFinder(StoredFinder):
    """Imports from source files without checking the state of any file.

    The import system's own finder reads modification times, which would remain in freed memory: two snapshots of the
    same sources would differ. Modules keep this loader long after their files are gone.
    """

    def get_code(self, name: str) -> CodeType:
        """Compile a module's source."""
        filename = self.get_filename(name)
        try:
            with open(filename, "rb") as file:
                source = file.read()
        except FileNotFoundError:  # a namespace package
            source = b""
        code: CodeType = compile(source, filename, "exec", dont_inherit=True)
        return code


def warm_up(standard_root: str, site_root: str) -> StoredFinder:
    """Import the modules above, then store every other module under the two roots and install their finder."""
    # Some wheels contain their tests, which would hide a repository's own.
    site = {
        name: module
        for name, module in modules_under(site_root, namespaces=True)
        if name.partition(".")[0] not in NO_LIBRARY
    }
    finder = SourceFinder({**dict(modules_under(standard_root)), **site})
    sys.meta_path[sys.meta_path.index(PathFinder)] = finder
    for name in STANDARD:
        importlib.import_module(name)
    for name in expand(SQLALCHEMY, site):
        import_if_possible(name, site)
    importlib.import_module(GUEST)
    stored = {
        name: module._replace(code=marshal.dumps(finder.get_code(name)))
        for name, module in finder.modules.items()
        if name not in sys.modules and not is_absent(name)
    }
    finder.modules.clear()
    sys.path.clear()
    sys.meta_path[sys.meta_path.index(finder)] = PathFinder
    libraries = libraries_in(site)
    data = dict(data_under(site_root, libraries))
    files.serve(data)
    return install(stored, distributions_under(site_root), libraries, data)


def libraries_in(site: dict[str, StoredModule]) -> set[str]:
    """The top-level names of the site folder that are not imported when a run begins."""
    return {name for name in site if "." not in name and name not in sys.modules}


def expand(names: list[str], site: dict[str, StoredModule]) -> Iterator[str]:
    """Yield the names that exist, and after each package except the first the modules directly in it."""
    for name in names:
        if name not in site:
            continue
        yield name
        if site[name].is_package and name != "sqlalchemy":
            yield from (
                other
                for other in site
                if other.rpartition(".")[0] == name
                and not site[other].is_package
                and other != ONLY_WHEN_ASKED
            )


def import_if_possible(name: str, site: dict[str, StoredModule]) -> None:
    """Import a module, unless it needs an unavailable package such as greenlet or a database driver."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in site:
            raise


#: Top-level names in wheels that are no packages.
BESIDE = frozenset("benchmarks conftest docs examples scripts setup test tests".split())


def modules_under(
    root: str, prefix: str = "", *, namespaces: bool = False
) -> Iterator[tuple[str, StoredModule]]:
    """Yield the modules of a folder without their code, each package before its modules, in order.

    With `namespaces`, a folder that contains modules but no `__init__.py` is an empty package. Folders that some wheels
    have besides their packages are omitted: projects have folders of the same names.
    """
    for entry in sorted(os.listdir(root)):
        stem, extension = os.path.splitext(entry)
        if namespaces and not prefix and stem in BESIDE:
            continue
        if extension == ".py" and stem not in ("__init__", "__main__"):
            yield prefix + stem, StoredModule(f"{root}/{entry}", is_package=False, code=b"")
        elif entry.isidentifier() and _is_package(f"{root}/{entry}", namespaces=namespaces):
            yield prefix + entry, StoredModule(f"{root}/{entry}/__init__.py", is_package=True, code=b"")
            yield from modules_under(f"{root}/{entry}", f"{prefix}{entry}.", namespaces=namespaces)


def data_under(root: str, libraries: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the small text files that these libraries read when they are imported."""
    for library in sorted(libraries):
        for folder, folders, names in os.walk(f"{root}/{library}"):
            folders.sort()
            for file in sorted(names):
                path = f"{folder}/{file}"
                if file.endswith(DATA) and os.stat(path).st_size <= MOST_DATA:
                    with open(path, "rb") as opened:
                        yield path, opened.read()


def _is_package(folder: str, *, namespaces: bool) -> bool:
    inside = _listing(folder)
    return "__init__.py" in inside or (
        namespaces
        and any(entry.endswith(".py") or "__init__.py" in _listing(f"{folder}/{entry}") for entry in inside)
    )


def distributions_under(root: str) -> Iterator[StoredDistribution]:
    """Yield the metadata of the packages installed in a folder."""
    for entry in sorted(os.listdir(root)):
        if entry.endswith(".dist-info"):
            yield StoredDistribution(dict(_texts(f"{root}/{entry}")))


def _listing(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except NotADirectoryError:
        return []


def _texts(folder: str) -> Iterator[tuple[str, str]]:
    for name in ("METADATA", "entry_points.txt", "top_level.txt"):
        if name in _listing(folder):
            with open(f"{folder}/{name}", encoding="utf-8") as file:
                yield name, file.read()
