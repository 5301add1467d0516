use super::*;

fn good(text: &str) -> Config {
    Config::parse(text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

/// A file with everything.
const ALL: &str = r#"
        [notify]
        name = "orders"
        on = ["failed", "findings"]
        min-severity = "error"
        first-time-only = true
        state = "sent.json"
        time-limit = "1m"
        attempts = 2
        [notify.smtp]
        host = "mail.example.com"
        port = 2525
        tls = "implicit"
        from = "Belljar <belljar@example.com>"
        user-env = "SMTP_USER"
        password-env = "SMTP_PASSWORD"
        [notify.targets.data]
        type = "slack"
        url-env = "SLACK_DATA"
        owners = ["@acme/data"]
        [notify.targets.rest]
        type = "teams"
        url-env = "TEAMS"
        fallback = true
        on = ["passed", "error"]
        min-severity = "note"
        [notify.targets.audit]
        type = "webhook"
        url-env = "AUDIT_URL"
        secret-env = "AUDIT_SECRET"
        token-env = "AUDIT_TOKEN"
        allow-plaintext = true
        [notify.targets.people]
        type = "email"
        to = ["Data <data@example.com>", "a@example.com"]
        [hooks]
        time-limit = "5s"
        check.failed = ["page", "--team", "data"]
        "extract.finished" = [["/usr/bin/register"], ["upload", "x"]]
        "#;

#[test]
fn everything_that_can_be_set() {
    let config = good(ALL);
    let notify = &config.notify;
    assert_eq!((notify.name.as_deref(), notify.attempts), (Some("orders"), 2));
    assert_eq!(notify.on, [On::Failed, On::Findings]);
    assert_eq!(notify.time_limit, Duration::from_mins(1));
    assert_eq!(notify.smtp.as_ref().map(|smtp| (smtp.port, smtp.tls)), Some((Some(2525), Tls::Implicit)));
    let target = |name: &str| notify.targets.iter().find(|target| target.name == name).unwrap();
    assert_eq!(
        (target("data").on.as_slice(), target("data").min_severity),
        (&notify.on[..], Severity::Error)
    );
    assert_eq!(target("rest").on, [On::Passed, On::Error]);
    assert!(target("rest").fallback && target("rest").min_severity == Severity::Note);
    let Channel::Webhook { endpoint, secret, token } = &target("audit").channel else { panic!() };
    assert_eq!((endpoint.variable.as_str(), endpoint.allow_plaintext), ("AUDIT_URL", true));
    assert_eq!((secret.as_deref(), token.as_deref()), (Some("AUDIT_SECRET"), Some("AUDIT_TOKEN")));
    assert!(matches!(&target("people").channel, Channel::Email(to) if to.len() == 2));
    let hooks: Vec<(Event, usize)> =
        config.hooks.all.iter().map(|hook| (hook.event, hook.command.len())).collect();
    assert_eq!(hooks, [(Event::CheckFailed, 3), (Event::ExtractFinished, 1), (Event::ExtractFinished, 2)]);
    assert!(config.hooks.has(Event::CheckFailed) && !config.hooks.has(Event::CheckPassed));
}

#[test]
fn other_formats_and_an_empty_file() {
    assert_eq!(good(""), Config::default());
    let yaml = "hooks:\n  check.failed: [page]\nnotify:\n  targets:\n    a: {type: slack, url-env: SLACK}\n";
    let config = Config::parse(ConfigText::new("notify.yaml", yaml)).unwrap();
    assert_eq!((config.hooks.all.len(), config.notify.targets.len()), (1, 1));
}

#[test]
fn errors_state_what_is_wrong_and_repeat_no_secret() {
    let slack = "[notify.targets.a]\ntype = 'slack'\n";
    for (text, line, message, hint) in [
        (format!("{slack}url = 'https://hooks.slack.com/s3cret'\n"), 3, "`notify.targets.a.url` would be a secret in the file", "`url-env = \"NAME\"`"),
        (format!("{slack}url-env = 'https://hooks.slack.com/s3cret'\n"), 3, "`notify.targets.a.url-env` must be the name of an environment variable", "write its name"),
        ("[notify.smtp]\nhost = 'm'\nfrom = 'a@b.c'\npassword = 's3cret'\n".to_owned(), 4, "`notify.smtp.password` would be a secret in the file", "`password-env"),
        ("[notify.smtp]\nhost = 'smtps://me:s3cret@mail'\nfrom = 'a@b.c'\n".to_owned(), 2, "`notify.smtp.host` is not the name of a server", "alone"),
        (slack.to_owned(), 1, "`notify.targets.a` has no `url-env`", "variable"),
        ("[notify.targets.a]\nurl-env = 'A'\n".to_owned(), 1, "`notify.targets.a` has no `type`", "type"),
        ("[notify.targets.a]\ntype = 'slak'\n".to_owned(), 2, "`notify.targets.a.type` is `slak`", "`slack`"),
        ("[notify.targets.a]\ntype = 'email'\nto = ['a@b.c']\n".to_owned(), 1, "`notify.targets.a` needs a mail server", "[notify.smtp]"),
        ("[notify.smtp]\nhost = 'm'\nfrom = 'a@b.c'\n[notify.targets.a]\ntype = 'email'\nto = ['a\\r\\nBcc: x@y.z']\n".to_owned(), 6, "`notify.targets.a.to` has", ""),
        (format!("{slack}url-env = 'A'\nto = ['a@b.c']\n"), 1, "`notify.targets.a.to` has no effect", ""),
        ("[notify]\ntime-limit = '2h'\n".to_owned(), 2, "`notify.time-limit` is `2h`", "`30s`"),
        ("[notify]\nattempts = 0\n".to_owned(), 2, "`notify.attempts` is 0", ""),
        ("[notify]\non = ['failure']\n".to_owned(), 2, "`notify.on` is `failure`", "`failed`"),
        ("[notify]\nmin_severity = 'note'\n".to_owned(), 2, "unknown key `min_severity` in `notify`", "`min-severity`"),
        ("[hooks]\ncheck.faild = ['a']\n".to_owned(), 2, "there is no event `check.faild`", "`check.failed`"),
        ("[hooks]\ncheck.failed = []\n".to_owned(), 2, "`hooks.check.failed` has a command without a program", "program"),
        ("[hooks]\ncheck.failed = 'rm -rf /'\n".to_owned(), 2, "`hooks.check.failed` must be a list", ""),
        ("[check]\nfail-on = 'note'\n".to_owned(), 1, "unknown key `check`", "`[notify]`"),
    ] {
        let problems = Config::parse(text.as_str()).expect_err(&text);
        let first = &problems[0];
        assert_eq!(first.line, line, "{text}: {problems:?}");
        assert!(first.message.starts_with(message), "{text}: {problems:?}");
        assert!(first.hint.clone().unwrap_or_default().contains(hint), "{text}: {problems:?}");
        assert!(!format!("{problems:?}").contains("s3cret"), "{problems:?}");
        assert_eq!(problems.len(), 1, "one cause is reported once: {problems:?}");
    }
}
