use std::time::{Duration, Instant};

use belljar_notify::{Delivery, Outcome, Route, send};

use crate::servers::{Answer, Server, status};

fn post(url: String, limit: Duration, attempts: u32) -> Outcome {
    let headers = vec![("x-name".to_owned(), "value".to_owned())];
    let route = Route::Http { url, headers, body: "{\"a\":1}".to_owned() };
    send(&Delivery { target: "t".to_owned(), route, time_limit: limit, attempts })
}

const LONG: Duration = Duration::from_secs(30);

#[test]
fn a_message_arrives_as_it_is() {
    let server = Server::http(&[status(204, "", "")]);
    assert_eq!(post(server.url("/x?y=z"), LONG, 4), Outcome { failure: None, attempts: 1 });
    let seen = server.seen();
    let (head, body) = seen[0].split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /x?y=z HTTP/1.1\r\n"), "{head}");
    let lower = head.to_lowercase();
    for line in ["content-type: application/json; charset=utf-8", "x-name: value", "user-agent: belljar/"] {
        assert!(lower.contains(line), "{head}");
    }
    assert_eq!(body, "{\"a\":1}");
}

#[test]
fn what_may_pass_is_tried_again() {
    let fine = || status(200, "", "ok");
    for (first, attempts) in [
        (status(500, "", ""), 2),
        (status(503, "retry-after: 1\r\n", ""), 2),
        (status(429, "retry-after: 0\r\n", ""), 2),
        (status(429, "retry-after: Thu, 01 Jan 1970 00:00:00 GMT\r\n", ""), 2),
        (status(429, "retry-after: soon\r\n", ""), 2),
        (Answer::Text(String::new()), 2),
    ] {
        let server = Server::http(&[first.clone(), fine()]);
        let outcome = post(server.url("/"), LONG, 4);
        assert_eq!(outcome, Outcome { failure: None, attempts }, "{first:?}");
    }
    let begun = Instant::now();
    let server = Server::http(&[status(429, "retry-after: 2\r\n", ""), fine()]);
    assert!(post(server.url("/"), LONG, 4).failure.is_none() && begun.elapsed() >= Duration::from_secs(2));
}

#[test]
fn what_does_not_pass_is_not_tried_again() {
    for (answer, attempts, message) in [
        (status(404, "", "no_service"), 1, "`127.0.0.1` answers with 404: no_service"),
        (status(400, "", "\x1b[2J::error::x\n"), 1, "`127.0.0.1` answers with 400: \\u{1b}[2J::error::x"),
        (
            status(403, "", "POST /s3cret-part is forbidden"),
            1,
            "`127.0.0.1` answers with 403: an answer that repeats a secret, and is not shown",
        ),
        (
            status(301, "location: /elsewhere\r\n", ""),
            1,
            "`127.0.0.1` answers with a redirect (301), which is not followed",
        ),
        (status(500, "", ""), 3, "`127.0.0.1` answers with 500, 3 times"),
        (
            status(429, "retry-after: 3600\r\n", ""),
            1,
            "`127.0.0.1` answers with 429; it asks to wait 3600 s, and the time limit is earlier",
        ),
        (
            status(429, "retry-after: 18446744073709551615\r\n", ""),
            1,
            "`127.0.0.1` answers with 429; it asks to wait 18446744073709551615 s, and the time limit is earlier",
        ),
        (Answer::Text("garbage\r\n\r\n".to_owned()), 1, "`127.0.0.1` does not answer as an HTTP server does"),
        (Answer::Text("SSH-2.0-x\r\n".to_owned()), 1, "`127.0.0.1` does not answer as an HTTP server does"),
    ] {
        let server = Server::http(std::slice::from_ref(&answer));
        let outcome = post(server.url("/s3cret-part"), LONG, 3);
        assert_eq!(outcome, Outcome { failure: Some(message.to_owned()), attempts }, "{answer:?}");
    }
}

#[test]
fn redirects_do_not_lead_elsewhere() {
    let other = Server::http(&[status(200, "", "")]);
    for code in [301, 302, 303, 307, 308] {
        let to = format!("location: {}\r\n", other.url("/internal"));
        let server = Server::http(&[status(code, &to, "")]);
        assert!(post(server.url("/"), LONG, 3).failure.is_some());
    }
    assert_eq!(other.seen().len(), 0);
}

#[test]
fn no_server_takes_longer_than_the_limit() {
    let limit = Duration::from_secs(2);
    for answer in [
        Answer::Nothing,
        Answer::Slowly("HTTP/1.1 2"),
        Answer::Slowly("HTTP/1.1 500 X\r\n\r\n"),
        Answer::Slowly("HTTP/1.1 500 X\r\nx: "),
        Answer::Endless("HTTP/1.1 500 X\r\n\r\n"),
        Answer::Endless("HTTP/1.1 200 X\r\nx: "),
        Answer::Endless(""),
        Answer::Endless("HTTP/1.1 500 X\r\ntransfer-encoding: chunked\r\n\r\n"),
    ] {
        let server = Server::http(std::slice::from_ref(&answer));
        let begun = Instant::now();
        let outcome = post(server.url("/"), limit, 4);
        assert!(outcome.failure.is_some(), "{answer:?}");
        assert!(begun.elapsed() < limit + Duration::from_secs(3), "{answer:?}: {:?}", begun.elapsed());
    }
}

#[test]
fn a_server_that_is_not_there_is_tried_again() {
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let outcome = post(format!("http://{free}/s3cret"), LONG, 2);
    let failure = outcome.failure.unwrap();
    assert!(
        failure.starts_with("there is no connection to `127.0.0.1`") && !failure.contains("s3cret"),
        "{failure}"
    );
    assert_eq!(outcome.attempts, 2);
}

/// `belljar` itself is tested with the authority that signed the certificate.
#[test]
fn a_server_that_no_authority_knows_gets_nothing() {
    let server = Server::https(&[status(200, "", "")]);
    let outcome = post(format!("https://localhost:{}/s3cret", server.port), LONG, 3);
    assert!(outcome.failure.is_some_and(|failure| !failure.contains("s3cret")));
    assert_eq!((outcome.attempts, server.seen().len()), (1, 0));
}
