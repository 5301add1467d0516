//! Everything that the guest can call, with what it is bound to. A function that is not here is not there.

use belljar_sandbox::{Engine, Sandbox};

use crate::support::cache;

/// Interface, what it is bound to, and its functions.
const BOUND: &[(&str, &str, &[&str])] = &[
    ("belljar:guest/channel@0.1.0", "ours: frames, counted and bounded", &["emit"]),
    (
        "belljar:guest/connection@0.1.0",
        "ours: ends a run of a repository; leads to one server in a run that reads a database",
        &["read", "start-tls", "write"],
    ),
    (
        "wasi:cli/environment@0.2.9",
        "wasmtime-wasi: no variables, no arguments",
        &["get-arguments", "get-environment"],
    ),
    ("wasi:cli/exit@0.2.9", "wasmtime-wasi: ends the run", &["exit"]),
    ("wasi:cli/stderr@0.2.9", "ours: keeps the first bytes", &["get-stderr"]),
    ("wasi:cli/stdin@0.2.9", "wasmtime-wasi: empty", &["get-stdin"]),
    ("wasi:cli/stdout@0.2.9", "ours: keeps nothing", &["get-stdout"]),
    ("wasi:cli/terminal-stderr@0.2.9", "wasmtime-wasi: there is no terminal", &["get-terminal-stderr"]),
    ("wasi:cli/terminal-stdin@0.2.9", "wasmtime-wasi: there is no terminal", &["get-terminal-stdin"]),
    ("wasi:cli/terminal-stdout@0.2.9", "wasmtime-wasi: there is no terminal", &["get-terminal-stdout"]),
    (
        "wasi:clocks/monotonic-clock@0.2.9",
        "ours: virtual time",
        &["now", "resolution", "subscribe-duration", "subscribe-instant"],
    ),
    ("wasi:clocks/wall-clock@0.2.9", "ours: virtual time", &["now", "resolution"]),
    ("wasi:filesystem/preopens@0.2.9", "ours: the tree", &["get-directories"]),
    (
        "wasi:filesystem/types@0.2.9",
        "ours: the tree, in memory and read-only",
        &[
            "[method]descriptor.advise",
            "[method]descriptor.append-via-stream",
            "[method]descriptor.create-directory-at",
            "[method]descriptor.get-flags",
            "[method]descriptor.link-at",
            "[method]descriptor.metadata-hash",
            "[method]descriptor.metadata-hash-at",
            "[method]descriptor.open-at",
            "[method]descriptor.read",
            "[method]descriptor.read-directory",
            "[method]descriptor.read-via-stream",
            "[method]descriptor.readlink-at",
            "[method]descriptor.remove-directory-at",
            "[method]descriptor.rename-at",
            "[method]descriptor.set-size",
            "[method]descriptor.set-times",
            "[method]descriptor.set-times-at",
            "[method]descriptor.stat",
            "[method]descriptor.stat-at",
            "[method]descriptor.symlink-at",
            "[method]descriptor.sync",
            "[method]descriptor.sync-data",
            "[method]descriptor.unlink-file-at",
            "[method]descriptor.write",
            "[method]descriptor.write-via-stream",
            "[method]directory-entry-stream.read-directory-entry",
        ],
    ),
    ("wasi:io/poll@0.2.9", "wasmtime-wasi-io: of what others give", &["[method]pollable.block", "poll"]),
    (
        "wasi:io/streams@0.2.9",
        "wasmtime-wasi-io: of what others give",
        &[
            "[method]input-stream.read",
            "[method]input-stream.subscribe",
            "[method]output-stream.blocking-flush",
            "[method]output-stream.blocking-write-and-flush",
            "[method]output-stream.check-write",
            "[method]output-stream.subscribe",
            "[method]output-stream.write",
        ],
    ),
    ("wasi:random/random@0.2.9", "wasmtime-wasi: from a fixed seed, bounded", &["get-random-bytes"]),
    ("wasi:sockets/instance-network@0.2.9", "wasmtime-wasi: a network that refuses", &["instance-network"]),
    (
        "wasi:sockets/ip-name-lookup@0.2.9",
        "wasmtime-wasi: refused",
        &[
            "[method]resolve-address-stream.resolve-next-address",
            "[method]resolve-address-stream.subscribe",
            "resolve-addresses",
        ],
    ),
    ("wasi:sockets/tcp-create-socket@0.2.9", "wasmtime-wasi: refused", &["create-tcp-socket"]),
    (
        "wasi:sockets/tcp@0.2.9",
        "wasmtime-wasi: never reached, no socket can be made",
        &[
            "[method]tcp-socket.accept",
            "[method]tcp-socket.finish-bind",
            "[method]tcp-socket.finish-connect",
            "[method]tcp-socket.finish-listen",
            "[method]tcp-socket.hop-limit",
            "[method]tcp-socket.is-listening",
            "[method]tcp-socket.keep-alive-count",
            "[method]tcp-socket.keep-alive-enabled",
            "[method]tcp-socket.keep-alive-idle-time",
            "[method]tcp-socket.keep-alive-interval",
            "[method]tcp-socket.local-address",
            "[method]tcp-socket.receive-buffer-size",
            "[method]tcp-socket.remote-address",
            "[method]tcp-socket.send-buffer-size",
            "[method]tcp-socket.set-hop-limit",
            "[method]tcp-socket.set-keep-alive-count",
            "[method]tcp-socket.set-keep-alive-enabled",
            "[method]tcp-socket.set-keep-alive-idle-time",
            "[method]tcp-socket.set-keep-alive-interval",
            "[method]tcp-socket.set-listen-backlog-size",
            "[method]tcp-socket.set-receive-buffer-size",
            "[method]tcp-socket.set-send-buffer-size",
            "[method]tcp-socket.shutdown",
            "[method]tcp-socket.start-bind",
            "[method]tcp-socket.start-connect",
            "[method]tcp-socket.start-listen",
            "[method]tcp-socket.subscribe",
        ],
    ),
    ("wasi:sockets/udp-create-socket@0.2.9", "wasmtime-wasi: refused", &["create-udp-socket"]),
    (
        "wasi:sockets/udp@0.2.9",
        "wasmtime-wasi: never reached, no socket can be made",
        &[
            "[method]incoming-datagram-stream.receive",
            "[method]incoming-datagram-stream.subscribe",
            "[method]outgoing-datagram-stream.check-send",
            "[method]outgoing-datagram-stream.send",
            "[method]outgoing-datagram-stream.subscribe",
            "[method]udp-socket.finish-bind",
            "[method]udp-socket.local-address",
            "[method]udp-socket.receive-buffer-size",
            "[method]udp-socket.remote-address",
            "[method]udp-socket.send-buffer-size",
            "[method]udp-socket.set-receive-buffer-size",
            "[method]udp-socket.set-send-buffer-size",
            "[method]udp-socket.set-unicast-hop-limit",
            "[method]udp-socket.start-bind",
            "[method]udp-socket.stream",
            "[method]udp-socket.subscribe",
            "[method]udp-socket.unicast-hop-limit",
        ],
    ),
];

#[test]
fn every_import_is_known_and_bound() {
    let expected: Vec<String> = BOUND
        .iter()
        .flat_map(|(interface, _, functions)| {
            functions.iter().map(move |function| format!("{interface}#{function}"))
        })
        .collect();
    for packed in belljar_snapshots::ALL {
        let snapshot = belljar_sandbox::unpack(packed, cache(), &mut |_, _| {}).unwrap();
        let sandbox = Sandbox::new(&Engine::new().unwrap(), &snapshot).unwrap();
        let mut expected = expected.clone();
        expected.sort();
        assert_eq!(sandbox.imports(), expected, "SQLAlchemy {}", packed.generation);
    }
}
