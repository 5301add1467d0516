//! The ways to ask what the code runs on.

use super::tests::{COLUMN, asked};

/// A class whose column stands behind a condition.
fn behind(condition: &str) -> String {
    format!("    if not ({condition}):\n        x = Column(Integer)")
}

#[test]
fn conditions() {
    for (above, condition, wanted) in [
        ("import posix", "posix.environ.get(b'A') == b'b'", "posix.environ.get"),
        ("import os", "b'A' in os.environb", "os.environb"),
        ("from os import environ as e", "e.get('A') == 'b'", "os.environ.get"),
        ("import os", "os.getenvb(b'A') == b'b'", "os.getenvb"),
        ("import os", "'b' in os.path.expandvars('$A')", "os.path.expandvars"),
        ("from posixpath import expandvars", "'b' in expandvars('$A')", "posixpath.expandvars"),
        ("import os", "os.path.expanduser('~') == '/root'", "os.path.expanduser"),
        ("import os", "os.path.os.environ.get('A') == 'b'", "os.environ.get"),
        ("import shutil", "shutil.os.getenv('A') == 'b'", "os.getenv"),
        ("import subprocess", "subprocess.os.environ.get('A') == 'b'", "os.environ.get"),
        ("import warnings", "bool(warnings.sys.argv[1:])", "sys.argv"),
        ("import logging", "logging.time.time() > 1", "time.time"),
        ("from datetime import datetime as dt", "dt.now().year > 2027", "datetime.datetime.now"),
        ("import uuid", "uuid.getnode() == 1", "uuid.getnode"),
        ("import os", "os.getcwd() == '/src'", "os.getcwd"),
        ("import random", "random.random() > 0.5", "random.random"),
        ("import email.utils", "email.utils.localtime().year > 2027", "email.utils.localtime"),
        ("import email.utils", "'202' in email.utils.formatdate()", "email.utils.formatdate"),
        ("import logging", "logging.LogRecord('', 0, '', 0, '', (), None).created > 1", "logging.LogRecord"),
        ("import logging", "logging._startTime > 1", "logging._startTime"),
        ("from http.cookiejar import time2netscape as t", "'2027' in t()", "http.cookiejar.time2netscape"),
        ("import argparse", "argparse.ArgumentParser().prog == 'a'", "argparse.ArgumentParser"),
        ("import optparse", "'a' in optparse.OptionParser().get_prog_name()", "optparse.OptionParser"),
        ("import __main__ as m", "hasattr(m, 'A')", "__main__"),
        ("", "'a' in str(getattr(__import__('__main__'), '__file__', ''))", "__main__"),
        ("import importlib", "hasattr(importlib.import_module('__main__'), 'A')", "__main__"),
        ("", "tuple.__itemsize__ == 8", "__itemsize__"),
        ("", "int.__basicsize__ == 24", "__basicsize__"),
        ("", "(1).__sizeof__() == 28", "__sizeof__"),
        ("from sys import getsizeof", "getsizeof(0) > 26", "sys.getsizeof"),
        ("import array", "array.array('l').itemsize == 8", "itemsize"),
        ("", "__file__.startswith('/home')", "__file__.startswith"),
        ("", "__file__[0:4] != '/src'", "__file__"),
        ("", "'site-packages' in __file__", "__file__"),
        ("import sqlalchemy", "sqlalchemy.__file__.startswith('/tmp')", "sqlalchemy.__file__.startswith"),
        ("", "type(__loader__).__name__ == 'A'", "__loader__"),
        ("", "__spec__ is not None and __spec__.cached is not None", "__spec__"),
        ("", "(lambda: 0).__code__.co_filename.startswith('/tmp')", "co_filename"),
        ("", "any('a' in c.__module__ for c in object.__subclasses__())", "__subclasses__"),
        ("import errno", "errno.EAGAIN == 11", "errno.EAGAIN"),
        ("from sqlalchemy.util import compat", "compat.is64bit", "sqlalchemy.util.compat.is64bit"),
        ("import sqlalchemy.util", "sqlalchemy.util.has_compiled_ext()", "sqlalchemy.util.has_compiled_ext"),
        ("import time\nLATE = time.time() > 9", "LATE", "time.time"),
        ("import os\nFLAG = os.environ.get('A') == 'b'", "FLAG", "os.environ.get"),
    ] {
        let column = behind(condition);
        assert_eq!(asked(above, &column).as_deref(), Some(wanted), "{above}: {condition}");
    }
}

#[test]
fn values() {
    for (above, value, wanted) in [
        ("", "Column(String(len(__file__)))", "__file__"),
        ("", "Column(String(int.__basicsize__))", "__basicsize__"),
        ("import array", "Column(String(array.array('l').itemsize))", "itemsize"),
        ("import os\nFLAG = os.environ.get('A') == 'b'", "Column(Integer, nullable=FLAG)", "os.environ.get"),
        ("import os\nFLAG = bool(os.getenv('A'))", "Column(Integer, unique=not FLAG)", "os.getenv"),
    ] {
        assert_eq!(asked(above, &format!("    x = {value}")).as_deref(), Some(wanted), "{above}: {value}");
    }
}

#[test]
fn what_asks_nothing() {
    for (above, column) in [
        ("import os\nHERE = os.path.dirname(__file__)", "    x = Column(Integer, default=HERE)"),
        ("import os", "    x = Column(String, default=os.path.join(os.path.dirname(__file__), 'a'))"),
        ("import os\nload(os.path.expanduser('~/.config'))", COLUMN),
        ("import os\nFLAG = os.environ.get('A') == 'b'", "    x = Column(Integer, default=FLAG)"),
        ("import argparse\nparser = argparse.ArgumentParser()", COLUMN),
        (
            "import logging\nlog = logging.getLogger(__name__)",
            "    x = Column(Integer)\n    log = logging.getLogger('a')",
        ),
        ("import errno\ntry:\n    f()\nexcept OSError as e:\n    if e.errno != errno.EEXIST: raise", COLUMN),
        ("import datetime", "    x = Column(Integer, nullable=datetime.time(0) < LIMIT)"),
        (
            "from datetime import datetime",
            "    x = Column(Integer, default=datetime.now, onupdate=datetime.utcnow())",
        ),
        ("import uuid", "    x = Column(String, default=lambda: str(uuid.uuid1()))"),
        ("import random", "    x = Column(Integer)\n    def f(self):\n        return random.random() > 1"),
        ("from email.utils import parseaddr", "    x = Column(String, nullable=parseaddr('a') == 1)"),
        ("", "    itemsize = Column(Integer)\n    __table_args__ = (Index('i', itemsize, B.itemsize),)"),
        (
            "",
            "    x = Column(Integer)\n    def f(self):\n        return [c for c in A.__subclasses__() if c.x]",
        ),
        ("from sqlalchemy.util import compat", "    if compat.py3k:\n        x = Column(Integer)"),
        ("from app import os", "    x = Column(Integer, nullable=os.setting == 1)"),
    ] {
        assert_eq!(asked(above, column), None, "{above}\n{column}");
    }
}
