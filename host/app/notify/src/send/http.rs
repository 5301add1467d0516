use std::{
    io::Read as _,
    sync::Arc,
    time::{Duration, SystemTime},
};

use belljar_text::{brief, safe};
use ureq::{
    Agent, Error, Proxy,
    config::Config,
    http::{HeaderMap, Uri},
    tls::{Certificate, RootCerts, TlsConfig, TlsProvider},
};

use super::{Failed, answer, trust};
use crate::delivery::is_loopback;

/// How much of an answer is read, and of an error is shown, in bytes.
const READ: u64 = 2 << 10;
const SHOWN: usize = 200;

/// The maximum size of the headers of an answer, in bytes.
const HEADERS: usize = 32 << 10;

/// Sends JSON. Redirects are not followed: they would lead elsewhere than the operator says.
pub(super) fn post(
    url: &str,
    headers: &[(String, String)],
    body: &str,
    limit: Duration,
) -> Result<(), Failed> {
    let uri: Uri = url.parse().map_err(|_| Failed::for_good("the address is not valid"))?;
    let agent = agent(&uri, limit)?;
    let mut request = agent.post(&uri).content_type("application/json; charset=utf-8");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let host = uri.host().unwrap_or_default().to_owned();
    let mut response = request.send(body).map_err(|error| failed(&error, &host))?;
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    if status.is_redirection() {
        let message =
            format!("`{host}` answers with a redirect ({}), which is not followed", status.as_u16());
        return Err(Failed::for_good(message));
    }
    let wait = wait(response.headers());
    let mut answer = Vec::new();
    // What it says is a help, and not needed.
    let _ = response.body_mut().as_reader().take(READ).read_to_end(&mut answer);
    let mut secrets = answer::of_address(&uri);
    secrets.extend(headers.iter().map(|(_, value)| value.trim_start_matches("Bearer ").to_owned()));
    let answer = answer::shown(&String::from_utf8_lossy(&answer), &secrets);
    let answer = if answer.is_empty() { String::new() } else { format!(": {answer}") };
    let may_pass = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
    let message = format!("`{host}` answers with {}{answer}", status.as_u16());
    Err(Failed { message, may_pass, wait: wait.filter(|_| may_pass) })
}

fn agent(uri: &Uri, limit: Duration) -> Result<Agent, Failed> {
    let is_https = uri.scheme_str() == Some("https");
    let mut tls = TlsConfig::builder().provider(TlsProvider::Rustls);
    if is_https {
        let certificates = trust::certificates()?;
        let certificates: Vec<Certificate<'static>> =
            certificates.iter().map(|one| Certificate::from_der(one).to_owned()).collect();
        tls = tls
            .root_certs(RootCerts::new_with_certs(&certificates))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()));
    }
    // This machine is reached directly.
    let proxy = if uri.host().is_some_and(is_loopback) { None } else { Proxy::try_from_env() };
    let config = Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_response_header_size(HEADERS)
        .timeout_global(Some(limit))
        .user_agent(concat!("belljar/", env!("CARGO_PKG_VERSION")))
        .proxy(proxy)
        .tls_config(tls.build())
        .build();
    Ok(config.new_agent())
}

/// How long the server asks to wait: seconds, or a time.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    Some(until.duration_since(SystemTime::now()).unwrap_or_default())
}

/// An error without the address, which is a secret.
fn failed(error: &Error, host: &str) -> Failed {
    match error {
        Error::Timeout(_) => Failed::for_now(format!("`{host}` does not answer in time")),
        Error::HostNotFound => Failed::for_now(format!("`{host}` is not known to the name servers")),
        Error::ConnectionFailed => Failed::for_now(format!("there is no connection to `{host}`")),
        Error::Io(error) => of_io(error, host),
        Error::Rustls(error) => Failed::for_good(tls_message(host, &error.to_string())),
        Error::Tls(message) => Failed::for_good(tls_message(host, message)),
        Error::ConnectProxyFailed(_) | Error::InvalidProxyUrl => {
            Failed::for_now(format!("the proxy refuses the connection to `{host}`"))
        }
        Error::LargeResponseHeader(..) => Failed::for_good(format!("`{host}` answers with too much")),
        _ => Failed::for_good(format!("`{host}` does not answer as an HTTP server does")),
    }
}

fn of_io(error: &std::io::Error, host: &str) -> Failed {
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return Failed::for_good(tls_message(host, &tls.to_string()));
    }
    Failed::for_now(format!("there is no connection to `{host}`: {}", safe(&error.to_string())))
}

fn tls_message(host: &str, message: &str) -> String {
    format!(
        "`{host}` can't be trusted: {}; a certificate of a company is named with `SSL_CERT_FILE`",
        safe(&brief(message, SHOWN))
    )
}
