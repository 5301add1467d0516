//! Sockets and names. Expected: no permission (`EACCES`), a name that can't be found (`gaierror`), and what waits for a server
//! gets an error at once (`ECONNREFUSED`), before it has come to a socket.

use crate::{
    attack::reaching::reaching,
    support::{Belljar, between, gives, gives_in_all, only_harm_is_lost},
};

#[test]
fn nobody_can_be_called() {
    gives_in_all(
        "
import socket
try_('tcp', lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
try_('udp', lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))
try_('name', lambda: socket.getaddrinfo('localhost', 80))
try_('connect', lambda: socket.create_connection(('127.0.0.1', 80), 1))
try_('control', lambda: socket.AF_INET != socket.AF_INET6)
",
        &["control: True", "tcp: EACCES", "udp: EACCES", "name: gaierror -4", "connect: ECONNREFUSED"],
    );
}

/// Every family, and the libraries above them.
#[test]
fn other_ways_out() {
    gives(
        r"
import socket, select
from urllib import request
def family(family, kind): return lambda: socket.socket(family, kind)
try_('tcp', family(socket.AF_INET, socket.SOCK_STREAM))
try_('tcp 6', family(socket.AF_INET6, socket.SOCK_STREAM))
try_('udp', family(socket.AF_INET, socket.SOCK_DGRAM))
try_('udp 6', family(socket.AF_INET6, socket.SOCK_DGRAM))
try_('unix', lambda: socket.socket(getattr(socket, 'AF_UNIX', 1), socket.SOCK_STREAM))
try_('raw', lambda: socket.socket(socket.AF_INET, getattr(socket, 'SOCK_RAW', 3)))
try_('netlink', lambda: socket.socket(16, 3))
try_('from a descriptor', lambda: socket.socket(fileno=3).getsockname())
try_('pair', socket.socketpair)
try_('listen', lambda: socket.create_server(('127.0.0.1', 0)))
try_('connect', lambda: socket.create_connection(('127.0.0.1', 80), 1))
try_('name', lambda: socket.getaddrinfo('example.org', 80))
try_('a number as a name', lambda: socket.getaddrinfo('127.0.0.1', 80))
try_('old name', lambda: socket.gethostbyname('example.org'))
try_('back', lambda: socket.gethostbyaddr('127.0.0.1'))
try_('own name', socket.gethostname)
try_('interfaces', lambda: socket.if_nameindex())
try_('url', lambda: request.urlopen('http://127.0.0.1/', timeout=1).read())
try_('file url', lambda: request.urlopen('file:///etc/passwd').read())
try_('select', lambda: select.select([0], [], [], 0))
try_('smtp', lambda: __import__('smtplib').SMTP('127.0.0.1', 25, timeout=1))
try_('http', lambda: __import__('http.client').client.HTTPConnection('127.0.0.1', timeout=1).request('GET', '/'))
import asyncio
async def reach(): return await asyncio.open_connection('127.0.0.1', 80)
try_('asyncio', lambda: asyncio.run(reach()))
try_('control: an address is text', lambda: socket.inet_ntoa(socket.inet_aton('127.0.0.1')))
",
        &[
            "a number as a name: gaierror -4",
            "asyncio: EACCES",
            "back: herror 0",
            "connect: ECONNREFUSED",
            "control: an address is text: 127.0.0.1",
            "file url: URLError None",
            "from a descriptor: ENOTSOCK",
            "http: ECONNREFUSED",
            "interfaces: AttributeError",
            "listen: EACCES",
            "name: gaierror -4",
            "netlink: EAFNOSUPPORT",
            "old name: gaierror -4",
            "own name: localhost",
            "pair: EACCES",
            "raw: EPROTONOSUPPORT",
            "select: ([0], [], [])",
            "smtp: ECONNREFUSED",
            "tcp 6: EACCES",
            "tcp: EACCES",
            "udp 6: EACCES",
            "udp: EACCES",
            "unix: EACCES",
            "url: URLError None",
        ],
    );
}

/// The connection of a run that reads a database is none of a repository's: asking for one ends the run of that module.
#[test]
fn the_connection_of_a_database() {
    for (name, arguments) in [("read", "10"), ("write", "b'x'"), ("start_tls", "")] {
        let harm = format!("from wit_world.imports.connection import {name}\n{name}({arguments})");
        let project = between(&reaching(&harm));
        let document = Belljar::extract(project.path(), ["--format", "json"]).run().exits_with(1).document();
        only_harm_is_lost(&document, "the interpreter trapped: this run has no connection");
    }
}
