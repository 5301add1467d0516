//! A message with its address: what the process that sends it gets.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::hmac;
use serde::{Deserialize, Serialize};

use crate::{
    config::{Channel, Endpoint, Smtp, Tls},
    message::{self, Mail},
    plan::Message,
};

/// The beginning of a secret that is written as base64, in the specification of Standard Webhooks.
const SECRET_PREFIX: &str = "whsec_";

/// A message to be sent, with its secrets. It is passed to the process that sends it by its standard input.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The name of the target.
    pub target: String,
    /// Where it is sent, and how.
    pub route: Route,
    /// The time for all attempts.
    pub time_limit: Duration,
    /// The maximum number of attempts.
    pub attempts: u32,
}

/// Where a message is sent, and how.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Route {
    /// By an HTTP request.
    Http {
        /// The address, which is a secret.
        url: String,
        /// Further headers.
        headers: Vec<(String, String)>,
        /// The body: JSON.
        body: String,
    },
    /// By e-mail.
    Smtp {
        /// Name or address of the server.
        host: String,
        /// Its port.
        port: u16,
        /// How the connection is encrypted.
        tls: Tls,
        /// User and password.
        credentials: Option<(String, String)>,
        /// The message.
        mail: Mail,
    },
}

/// It has secrets.
impl std::fmt::Debug for Delivery {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Delivery").field("target", &self.target).finish_non_exhaustive()
    }
}

/// It has secrets.
impl std::fmt::Debug for Route {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Http { .. } => out.write_str("Http(..)"),
            Self::Smtp { .. } => out.write_str("Smtp(..)"),
        }
    }
}

/// What a delivery needs besides its message.
#[derive(Clone, Copy)]
pub struct Addressing<'a> {
    /// The mail server.
    pub smtp: Option<&'a Smtp>,
    /// The environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Seconds since 1970, which the signature of a webhook has.
    pub now: u64,
    /// The time for all attempts.
    pub time_limit: Duration,
    /// The maximum number of attempts.
    pub attempts: u32,
}

impl std::fmt::Debug for Addressing<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Addressing").field("smtp", &self.smtp).finish_non_exhaustive()
    }
}

/// The text of a message without its address, as it would be sent.
pub fn preview(message: &Message<'_>, smtp: Option<&Smtp>) -> String {
    match &message.target.channel {
        Channel::Email(to) => {
            let mail = message::mail(&message.notice, smtp.map_or("", |smtp| &smtp.from), to);
            format!(
                "From: {}\nTo: {}\nSubject: {}\n\n{}",
                mail.from,
                mail.to.join(", "),
                mail.subject,
                mail.text
            )
        }
        channel => {
            let body = body(channel, message);
            let value: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
            let mut out = serde_json::to_string_pretty(&value).unwrap_or_default();
            out.push('\n');
            out
        }
    }
}

/// The address of a message in words, without its secrets.
pub fn destination(channel: &Channel) -> String {
    match channel {
        Channel::Email(to) => to.join(", "),
        Channel::Slack(endpoint) | Channel::Teams(endpoint) | Channel::Webhook { endpoint, .. } => {
            format!("the address in {}", endpoint.variable)
        }
    }
}

fn body(channel: &Channel, message: &Message<'_>) -> Vec<u8> {
    match channel {
        Channel::Slack(_) => message::slack(&message.notice),
        Channel::Teams(_) => message::teams(&message.notice),
        Channel::Webhook { .. } => message::webhook(&message.notice),
        Channel::Email(_) => Vec::new(),
    }
}

/// Addresses a message. The error is a lower-case fragment without secrets.
pub fn address(message: &Message<'_>, with: Addressing<'_>) -> Result<Delivery, String> {
    let target = message.target;
    let route = match &target.channel {
        Channel::Email(to) => {
            let smtp = with.smtp.ok_or("there is no mail server")?;
            let mail = message::mail(&message.notice, &smtp.from, to);
            let id = digest(&format!("{}\n{}", mail.subject, mail.text), with.now);
            by_mail(Mail { id, ..mail }, smtp, with)?
        }
        channel => by_http(channel, message, with)?,
    };
    let Addressing { time_limit, attempts, .. } = with;
    Ok(Delivery { target: target.name.clone(), route, time_limit, attempts })
}

fn by_mail(mail: Mail, smtp: &Smtp, with: Addressing<'_>) -> Result<Route, String> {
    mail.message()?;
    if smtp.tls == Tls::None && !smtp.allow_plaintext && !is_loopback(&smtp.host) {
        return Err(format!(
            "`notify.smtp.tls` is `none`, and `{}` is another machine; set `allow-plaintext` if its network is trusted",
            smtp.host
        ));
    }
    let credentials = match (&smtp.user, &smtp.password) {
        (Some(user), Some(password)) => Some((value(user, with)?, value(password, with)?)),
        _ => None,
    };
    let port = match smtp.tls {
        Tls::Starttls => 587,
        Tls::Implicit => 465,
        Tls::None => 25,
    };
    let port = smtp.port.unwrap_or(port);
    Ok(Route::Smtp { host: smtp.host.clone(), port, tls: smtp.tls, credentials, mail })
}

fn by_http(channel: &Channel, message: &Message<'_>, with: Addressing<'_>) -> Result<Route, String> {
    let (Channel::Slack(endpoint) | Channel::Teams(endpoint) | Channel::Webhook { endpoint, .. }) = channel
    else {
        return Err("it has no address".to_owned());
    };
    let url = checked_url(endpoint, &value(&endpoint.variable, with)?)?;
    let body = String::from_utf8(body(channel, message)).map_err(|error| error.to_string())?;
    let mut headers = Vec::new();
    if let Channel::Webhook { secret, token, .. } = channel {
        headers.push(("belljar-event".to_owned(), message.notice.event.name().to_owned()));
        let id = format!("msg_{}", digest(&body, with.now));
        if let Some(secret) = secret {
            let signature = signature(&value(secret, with)?, &id, with.now, &body)?;
            headers.push(("webhook-signature".to_owned(), signature));
        }
        headers.push(("webhook-id".to_owned(), id));
        headers.push(("webhook-timestamp".to_owned(), with.now.to_string()));
        if let Some(token) = token {
            let value = value(token, with)?;
            if !value.is_ascii() {
                return Err(format!(
                    "the environment variable `{token}` has characters that a header can't have"
                ));
            }
            headers.push(("authorization".to_owned(), format!("Bearer {value}")));
        }
    }
    Ok(Route::Http { url, headers, body })
}

/// Tells a message from all others, also from one of another run with the same text. Retries have the same.
fn digest(text: &str, now: u64) -> String {
    blake3::hash(format!("{now}\n{text}").as_bytes()).to_hex().chars().take(32).collect()
}

/// The signature of Standard Webhooks: HMAC-SHA256 over identifier, time and body.
fn signature(secret: &str, id: &str, now: u64, body: &str) -> Result<String, String> {
    let key = match secret.strip_prefix(SECRET_PREFIX) {
        Some(text) => STANDARD
            .decode(text)
            .map_err(|_| format!("a secret that begins with `{SECRET_PREFIX}` must be base64 after that"))?,
        None => secret.as_bytes().to_vec(),
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let tag = hmac::sign(&key, format!("{id}.{now}.{body}").as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(tag.as_ref())))
}

/// The value of a variable that the file names.
fn value(name: &str, with: Addressing<'_>) -> Result<String, String> {
    let value = (with.variable)(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    if value.is_empty() {
        return Err(format!("the environment variable `{name}` is not set"));
    }
    if value.contains(char::is_control) {
        return Err(format!("the environment variable `{name}` has a control character"));
    }
    Ok(value)
}

/// An address that may be sent to. It is not repeated in errors: it is a secret.
fn checked_url(endpoint: &Endpoint, url: &str) -> Result<String, String> {
    let name = &endpoint.variable;
    let uri: ureq::http::Uri =
        url.parse().map_err(|_| format!("the environment variable `{name}` is not an address"))?;
    let host = uri.host().unwrap_or_default();
    match uri.scheme_str() {
        Some("https") if !host.is_empty() => Ok(url.to_owned()),
        Some("http") if endpoint.allow_plaintext || is_loopback(host) => Ok(url.to_owned()),
        Some("http") => Err(format!(
            "the address in `{name}` is plain http to another machine; use https, or set `allow-plaintext` if its network \
             is trusted"
        )),
        _ => Err(format!("the address in `{name}` does not begin with `https://`")),
    }
}

/// Whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str, allow_plaintext: bool) -> Result<String, String> {
        checked_url(&Endpoint { variable: "HOOK".to_owned(), allow_plaintext }, text)
    }

    #[test]
    fn addresses_are_https_or_this_machine() {
        for good in
            ["https://a.example/x", "http://127.0.0.1:8000/x", "http://localhost/x", "http://[::1]:1/x"]
        {
            assert_eq!(url(good, false).as_deref(), Ok(good));
        }
        assert!(url("http://a.example/s3cret", true).is_ok());
        for bad in [
            "http://a.example/s3cret",
            "ftp://a.example/s3cret",
            "a.example/s3cret",
            "file:///s3cret",
            "s3cret s3cret",
            "http://127.0.0.1.a.example/s3cret",
            "http://localhost.a.example/s3cret",
            "http://user@a.example/s3cret",
            "http://localhost@a.example/s3cret",
            "https:///s3cret",
            "http://2130706433/s3cret",
        ] {
            let error = url(bad, false).expect_err(bad);
            assert!(error.contains("HOOK") && !error.contains("s3cret"), "{error}");
        }
    }

    /// The first message of a configuration, addressed with these variables.
    fn addressed(config: &str, variables: &[(&str, &str)], now: u64) -> Result<Delivery, String> {
        let notify = crate::config::Config::parse(config).unwrap().notify;
        let (verdict, run) = (crate::sample().unwrap(), crate::Run::default());
        let occasion = crate::Occasion {
            event: crate::Event::CheckFailed,
            name: "shop",
            scope: "s",
            run: &run,
            verdict: Some(&verdict),
            failure: None,
            is_sample: true,
        };
        let plan = crate::plan(&notify, &occasion, &crate::Sent::default());
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let (time_limit, attempts) = (notify.time_limit, notify.attempts);
        let with = Addressing { smtp: notify.smtp.as_ref(), variable: &variable, now, time_limit, attempts };
        address(&plan.messages[0], with)
    }

    const WEBHOOK: &str =
        "[notify.targets.a]\ntype = 'webhook'\nurl-env = 'URL'\nsecret-env = 'SECRET'\ntoken-env = 'TOKEN'\n";
    const GOOD: [(&str, &str); 3] =
        [("URL", " https://a.example/x\n"), ("SECRET", "abc"), ("TOKEN", "t0ken")];

    #[test]
    fn headers_of_a_webhook() {
        let headers = |now: u64| {
            let Route::Http { url, headers, .. } = addressed(WEBHOOK, &GOOD, now).unwrap().route else {
                panic!()
            };
            assert_eq!(url, "https://a.example/x");
            headers
        };
        let (first, later) = (headers(7), headers(8));
        let names: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            ["belljar-event", "webhook-signature", "webhook-id", "webhook-timestamp", "authorization"]
        );
        assert_eq!((first[3].1.as_str(), first[4].1.as_str()), ("7", "Bearer t0ken"));
        for position in [1, 2, 3] {
            assert_ne!(first[position], later[position], "another run is another message");
        }
        assert_eq!(first, headers(7), "another attempt is the same message");
        let slack = addressed("[notify.targets.a]\ntype = 'slack'\nurl-env = 'URL'\n", &GOOD, 7);
        assert!(matches!(slack.unwrap().route, Route::Http { headers, .. } if headers.is_empty()));
    }

    #[test]
    fn a_variable_that_is_missing_or_no_header_is_an_error() {
        for (name, value, message) in [
            ("URL", "", "`URL` is not set"),
            ("SECRET", " \n", "`SECRET` is not set"),
            ("TOKEN", "", "`TOKEN` is not set"),
            ("URL", "https://a.example/s3cret\r\nx: y", "`URL` has a control character"),
            ("SECRET", "s3cret\0", "`SECRET` has a control character"),
            ("TOKEN", "s3cret\r\nx-evil: y", "`TOKEN` has a control character"),
            ("TOKEN", "s3cret\u{7f}", "`TOKEN` has a control character"),
            ("TOKEN", "s3cr\u{e9}t", "`TOKEN` has characters that a header can't have"),
            ("SECRET", "whsec_s3cret!", "must be base64"),
        ] {
            let variables = GOOD.map(|(known, good)| (known, if known == name { value } else { good }));
            let error = addressed(WEBHOOK, &variables, 7).unwrap_err();
            assert!(error.contains(message) && !error.contains("s3cr"), "{name} {value:?}: {error}");
        }
    }

    #[test]
    fn mail_without_tls_stays_on_this_machine() {
        for (server, is_sent) in [
            ("host = 'mail.example'\ntls = 'none'", false),
            ("host = '127.0.0.1.example'\ntls = 'none'", false),
            ("host = 'mail.example'\ntls = 'none'\nallow-plaintext = true", true),
            ("host = '127.0.0.1'\ntls = 'none'", true),
            ("host = '::1'\ntls = 'none'", true),
            ("host = 'mail.example'", true),
            ("host = 'mail.example'\ntls = 'implicit'", true),
        ] {
            let config = format!(
                "[notify.smtp]\n{server}\nfrom = 'b@example.com'\n[notify.targets.a]\ntype = 'email'\nto = ['a@example.com']\n"
            );
            let result = addressed(&config, &[], 7);
            assert_eq!(result.is_ok(), is_sent, "{server}: {result:?}");
            let port = if server.contains("none") {
                25
            } else if server.contains("implicit") {
                465
            } else {
                587
            };
            if let Ok(Delivery { route: Route::Smtp { port: used, mail, .. }, .. }) = result {
                assert_eq!((used, mail.id.len()), (port, 32));
            }
        }
    }

    /// The example of the specification of Standard Webhooks.
    #[test]
    fn signatures_are_those_of_the_specification() {
        let signature = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            "{\"test\": 2432232314}",
        );
        assert_eq!(signature.as_deref(), Ok("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        assert!(super::signature("whsec_!", "a", 0, "").is_err());
    }
}
