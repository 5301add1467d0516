use std::{
    fs,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    servers::{AUTHORITY, Answer, Server, mail, reply, status},
    setup::{AFTER, BEFORE, Setup},
};

const SLACK: &str = "[notify.targets.data]\ntype = 'slack'\nurl-env = 'HOOK'\n";

/// The JSON of a request.
#[track_caller]
fn json(request: &str) -> Value {
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

/// In this process or in another one, the same is sent, and the exit code is that of the check.
#[test]
fn a_check_that_fails_is_sent() {
    for isolate in ["--isolate=always", "--isolate=never"] {
        let server = Server::http(&[status(200, "", "ok")]);
        let setup = Setup::new(SLACK).with("HOOK", &server.url("/services/s3cret"));
        let run = setup.check(&[isolate]).exits_with(1);
        assert!(run.stderr.contains("notified `data` (slack): check.failed, 1 finding\n"), "{run}");
        assert!(run.stdout.contains("BJ102") && !run.stderr.contains("s3cret"), "{run}");
        let seen = server.seen();
        assert_eq!(seen.len(), 1);
        let body = json(&seen[0]).to_string();
        for part in [
            "Schema check failed: 1 error",
            "BJ102 drop-column",
            "`users.mail` is dropped",
            "models.py:6",
            "acme/data",
        ] {
            assert!(body.contains(part), "{part}: {body}");
        }
    }
}

/// Nothing that happens to a message changes the result of the check.
#[test]
fn no_message_fails_a_check() {
    for (answer, part) in [
        (status(500, "", ""), "answers with 500, 2 times"),
        (status(404, "", "no_service"), "answers with 404: no_service"),
        (status(302, "location: http://127.0.0.1:1/\r\n", ""), "redirect (302), which is not followed"),
        (Answer::Nothing, "does not answer in time"),
        (Answer::Endless("HTTP/1.1 200 X\r\nx: "), "is not notified"),
    ] {
        let server = Server::http(std::slice::from_ref(&answer));
        let config = format!("[notify]\nattempts = 2\ntime-limit = '3s'\n{SLACK}");
        let setup = Setup::new(&config).with("HOOK", &server.url("/s3cret-part"));
        let run = setup.check(&["--quiet"]).exits_with(1);
        assert!(run.stderr.contains("warning: `data` (slack) is not notified: "), "{run}");
        assert!(run.stderr.contains(part) && !run.stderr.contains("s3cret"), "{part}: {run}");
        let passing = setup.check(&["--fail-on", "never"]).exits_with(0);
        assert!(!passing.stderr.contains("notified"), "it passed, and that is not asked for: {passing}");
    }
    for (variable, part) in [
        ("", "the environment variable `HOOK` is not set"),
        ("http://192.0.2.1/s3cret", "plain http to another machine"),
        ("s3cret", "is not notified: the address in `HOOK` does not begin with `https://`"),
    ] {
        let run = Setup::new(SLACK).with("HOOK", variable).check(&[]).exits_with(1);
        assert!(run.stderr.contains(part) && !run.stderr.contains("s3cret"), "{run}");
    }
}

/// A mail server that sends without end exhausts the process of the message, and nothing else.
#[test]
fn an_endless_mail_server_is_left() {
    let server = Server::serve(|_, mut stream, _| reply(&mut stream, &Answer::Endless("220 ")));
    let config = format!(
        "[notify]\ntime-limit = '20s'\n[notify.smtp]\nhost = '127.0.0.1'\nport = {}\ntls = 'none'\nfrom = 'b@example.com'\n\
         [notify.targets.people]\ntype = 'email'\nto = ['a@example.com']\n",
        server.port
    );
    let begun = Instant::now();
    let run = Setup::new(&config).check(&[]).exits_with(1);
    assert!(run.stderr.contains("`people` (email) is not notified: "), "{run}");
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
}

#[test]
fn tls_needs_an_authority() {
    let config = |port: u16| {
        format!(
            "[notify.smtp]\nhost = 'localhost'\nport = {port}\nfrom = 'b@example.com'\n\
             [notify.targets.people]\ntype = 'email'\nto = ['a@example.com']\n{SLACK}"
        )
    };
    let (web, post) = (Server::https(&[status(200, "", "")]), mail(&[], true));
    let url = format!("https://localhost:{}/x", web.port);
    let setup = Setup::new(&config(post.port)).with("HOOK", &url).with("SSL_CERT_FILE", AUTHORITY);
    let run = setup.check(&[]).exits_with(1);
    assert!(run.stderr.contains("notified `data`") && run.stderr.contains("notified `people`"), "{run}");
    assert!(json(&web.seen()[0]).to_string().contains("BJ102"));
    assert!(
        post.seen()[0].starts_with("EHLO") && post.seen()[0].contains("STARTTLS\r\n"),
        "{:?}",
        post.seen()
    );

    // Without that authority, and under a name that the certificate does not have.
    let stranger = setup.operator.path().join("other.pem");
    fs::copy(AUTHORITY.replace("authority", "server"), &stranger).unwrap();
    for (url, file) in [
        (url.clone(), stranger.to_str().unwrap()),
        (format!("https://127.0.0.2:{}/x", web.port), AUTHORITY),
        (url.clone(), "/nonexistent"),
    ] {
        let setup = Setup::new(&config(post.port)).with("HOOK", &url).with("SSL_CERT_FILE", file);
        let run = setup.check(&[]).exits_with(1);
        assert!(run.stderr.contains("`data` (slack) is not notified: "), "{file}: {run}");
    }
    assert_eq!(web.seen().len(), 1, "nothing is sent to a server that is not trusted");

    // A server that does not offer TLS gets neither password nor message.
    let plain = mail(&[], false);
    let run = Setup::new(&config(plain.port)).with("SSL_CERT_FILE", AUTHORITY).check(&[]).exits_with(1);
    assert!(run.stderr.contains("`people` (email) is not notified: "), "{run}");
    assert!(!plain.seen().join("").contains("MAIL FROM"), "{:?}", plain.seen());
}

/// What a repository calls its columns is text in every message, and no mention, link or header.
#[test]
fn names_of_the_repository_are_text() {
    let hostile = "<!channel> @here <https://evil.example|x>\\r\\nBcc: v@example.com";
    let named =
        |text: &str| text.replace("mail = Column(String", &format!("mail = Column(\"{hostile}\", String"));
    let server = Server::http(&[status(200, "", "")]);
    let post = mail(&[], false);
    let config = format!(
        "[notify.smtp]\nhost = '127.0.0.1'\nport = {}\ntls = 'none'\nfrom = 'b@example.com'\n\
         [notify.targets.people]\ntype = 'email'\nto = ['a@example.com']\n{SLACK}",
        post.port
    );
    let setup = Setup::of(&config, &[("models.py", &named(BEFORE))], &[("models.py", AFTER)]);
    let setup = setup.with("HOOK", &server.url("/x")).with("CI_PROJECT_PATH", "acme/shop");
    setup.with("CI_COMMIT_REF_NAME", "<!everyone>\r\nBcc: w@example.com").check(&[]).exits_with(1);
    let body = json(&server.seen()[0]).to_string();
    assert!(body.contains("&lt;!channel&gt;") && body.contains("&lt;!everyone&gt;"), "{body}");
    assert!(!body.contains('<') && !body.contains("@here"), "{body}");
    let seen = post.seen().join("");
    let (head, _) = seen.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("Subject: ") && !head.contains("\r\nBcc"), "{seen}");
    assert_eq!(seen.matches("RCPT TO").count(), 1, "{seen}");
}

/// The owners of the base count: a change that names others does not choose who is told of it.
#[test]
fn owners_are_those_of_the_base() {
    let server = Server::http(&[status(200, "", "")]);
    let config = "[notify.targets.data]\ntype = 'webhook'\nurl-env = 'HOOK'\nowners = ['@ACME/data']\n\
                  [notify.targets.web]\ntype = 'webhook'\nurl-env = 'HOOK'\nowners = ['@acme/web']\n";
    let owners = ("CODEOWNERS", "* @acme/data\n");
    let setup = Setup::of(
        config,
        &[("models.py", BEFORE), owners],
        &[("models.py", AFTER), ("CODEOWNERS", "* @acme/web\n")],
    )
    .with("HOOK", &server.url("/x"));
    let run = setup.check(&[]).exits_with(1);
    assert!(run.stderr.contains("notified `data` (webhook)") && !run.stderr.contains("`web`"), "{run}");
    let body = json(&server.seen()[0]);
    assert_eq!(
        (&body["event"], &body["findings"][0]["owners"][0]),
        (&"check.failed".into(), &"@acme/data".into())
    );
    assert_eq!(body["project"], setup.project.path().file_name().unwrap().to_str().unwrap());
}

#[test]
fn a_finding_is_sent_once() {
    let server = Server::http(&[status(500, "", ""), status(200, "", "")]);
    let config = format!("[notify]\nfirst-time-only = true\nattempts = 1\nstate = 'sent.json'\n{SLACK}");
    let setup = Setup::new(&config).with("HOOK", &server.url("/x"));
    let state = setup.operator.path().join("sent.json");
    assert!(setup.check(&[]).exits_with(1).stderr.contains("is not notified"));
    assert!(setup.check(&[]).exits_with(1).stderr.contains("notified `data`"), "what was not sent is sent");
    let run = setup.check(&[]).exits_with(1);
    assert!(run.stderr.contains("note: nothing is sent to `data`: 1 finding sent before"), "{run}");
    assert_eq!(server.seen().len(), 2);
    fs::write(&state, "{").unwrap();
    let run = setup.check(&[]).exits_with(1);
    assert!(run.stderr.contains("is damaged") && run.stderr.contains("notified `data`"), "{run}");
    let run = setup.check(&[]).exits_with(1);
    assert!(run.stderr.contains("sent before"), "{run}");
    // Another pull request is told again.
    let setup = setup.with("GITHUB_REPOSITORY", "acme/shop").with("GITHUB_REF", "refs/pull/2/merge");
    assert!(setup.check(&[]).exits_with(1).stderr.contains("notified `data`"));
}

#[test]
fn outcomes_that_are_asked_for() {
    let server = Server::http(&[status(200, "", "")]);
    let config =
        "[notify]\non = ['passed', 'error']\n[notify.targets.a]\ntype = 'webhook'\nurl-env = 'HOOK'\n";
    let setup = Setup::new(config).with("HOOK", &server.url("/x"));
    setup.check(&["--fail-on", "never"]).exits_with(0);
    let file = setup.file();
    let run = setup.belljar(&["check", "no-such-revision", "HEAD", "--notify", file.to_str().unwrap()]);
    assert_eq!(run.code, 2, "{run}");
    let bodies: Vec<Value> = server.seen().iter().map(|request| json(request)).collect();
    let events: Vec<&str> = bodies.iter().map(|body| body["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["check.passed", "check.error"]);
    assert!(
        bodies[1]["check"].is_null()
            && bodies[1]["problems"][0].as_str().unwrap().contains("no-such-revision")
    );
    setup.check(&[]).exits_with(1);
    assert_eq!(server.seen().len(), 2, "that it failed is not asked for");
}
