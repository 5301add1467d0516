use std::time::{Duration, Instant};

use belljar_notify::{Delivery, Mail, Outcome, Route, config::Tls, send};

use crate::servers::{Answer, Server, mail, reply};

fn delivery(port: u16, credentials: Option<(&str, &str)>, limit: Duration) -> Outcome {
    with_tls(Tls::None, port, credentials, limit)
}

fn with_tls(tls: Tls, port: u16, credentials: Option<(&str, &str)>, limit: Duration) -> Outcome {
    let mail = Mail {
        from: "Belljar <belljar@example.com>".to_owned(),
        to: vec!["Data <data@example.com>".to_owned(), "b@example.com".to_owned()],
        id: "1".to_owned(),
        subject: "Schema check failed: é".to_owned(),
        text: ".\r\n.a line\nQUIT\n".to_owned(),
        html: "<p>x</p>".to_owned(),
    };
    let credentials = credentials.map(|(user, password)| (user.to_owned(), password.to_owned()));
    let route = Route::Smtp { host: "127.0.0.1".to_owned(), port, tls, credentials, mail };
    send(&Delivery { target: "t".to_owned(), route, time_limit: limit, attempts: 3 })
}

const LONG: Duration = Duration::from_secs(30);

#[test]
fn a_mail_arrives() {
    let server = mail(&[], false);
    assert_eq!(delivery(server.port, Some(("me", "s3cret")), LONG), Outcome { failure: None, attempts: 1 });
    let seen = server.seen();
    for part in [
        "MAIL FROM:<belljar@example.com>",
        "RCPT TO:<data@example.com>",
        "RCPT TO:<b@example.com>",
        "Auto-Submitted: auto-generated",
        "multipart/alternative",
        "AUTH PLAIN AG1lAHMzY3JldA==",
        "\r\n..a line\r\n",
    ] {
        assert!(seen[0].contains(part), "{part}: {}", seen[0]);
    }
    assert_eq!(seen[0].matches("MAIL FROM").count(), 1);
}

#[test]
fn temporary_answers_are_tried_again() {
    for deviations in [
        &[(0, "RCPT", "450 later")][..],
        &[(0, "sent", "451 later")],
        &[(0, "", "421 busy")],
        &[(0, "MAIL", "421 busy"), (1, "MAIL", "450 later")],
    ] {
        let server = mail(deviations, false);
        let attempts = u32::try_from(deviations.len()).unwrap() + 1;
        assert_eq!(delivery(server.port, None, LONG), Outcome { failure: None, attempts }, "{deviations:?}");
    }
}

#[test]
fn final_answers_are_reported() {
    for (deviations, part) in [
        (&[(0, "RCPT", "550 no such user\x1b[2J")][..], "550"),
        (&[(0, "AUTH", "535 AHNvbWVib2R5AHMzY3JldA== is wrong")], "an answer that repeats a secret"),
        (&[(0, "AUTH", "535 c29tZWJvZHk= is wrong")], "an answer that repeats a secret"),
        (&[(0, "AUTH", "535 somebody is not known")], "an answer that repeats a secret"),
        (&[(0, "AUTH", "535 s3cret is wrong")], "an answer that repeats a secret"),
        (&[(0, "sent", "554 spam")], "spam"),
    ] {
        let outcome = delivery(mail(deviations, false).port, Some(("somebody", "s3cret")), LONG);
        let failure = outcome.failure.unwrap();
        assert!(failure.starts_with("the mail server `127.0.0.1`: ") && failure.contains(part), "{failure}");
        assert!(
            !failure.contains("s3cret") && !failure.contains("somebody") && !failure.contains('\x1b'),
            "{failure}"
        );
        assert_eq!(outcome.attempts, 1, "{failure}");
    }
}

/// Neither a server that does not offer TLS, nor one that no authority knows.
#[test]
fn a_server_without_tls_gets_nothing() {
    for (tls, offers_tls) in [(Tls::Starttls, false), (Tls::Starttls, true), (Tls::Implicit, false)] {
        let server = mail(&[], offers_tls);
        let outcome = with_tls(tls, server.port, Some(("me", "s3cret")), Duration::from_secs(5));
        assert!(outcome.failure.is_some(), "{tls:?} {offers_tls}");
        let seen = server.seen().join("");
        assert!(!seen.contains("MAIL FROM") && !seen.contains("AUTH"), "{tls:?} {offers_tls}: {seen}");
    }
}

#[test]
fn no_server_takes_longer_than_the_limit() {
    let limit = Duration::from_secs(2);
    for answer in [Answer::Nothing, Answer::Text("220 x".to_owned()), Answer::Text("<html>".to_owned())] {
        let shown = format!("{answer:?}");
        let server = Server::serve(move |_, mut stream, _| reply(&mut stream, &answer));
        let begun = Instant::now();
        assert!(delivery(server.port, None, limit).failure.is_some(), "{shown}");
        assert!(begun.elapsed() < limit + Duration::from_secs(3), "{shown}: {:?}", begun.elapsed());
    }
}
