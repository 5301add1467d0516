use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lettre::{
    SmtpTransport, Transport as _,
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{self, Certificate, CertificateStore, TlsParameters},
    },
};

use super::{Failed, answer, trust};
use crate::{config::Tls, message::Mail};

/// A mail server.
pub(super) struct Server<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) tls: Tls,
    pub(super) credentials: Option<&'a (String, String)>,
}

/// Sends a mail.
pub(super) fn send(server: &Server<'_>, mail: &Mail, limit: Duration) -> Result<(), Failed> {
    let message = mail.message().map_err(Failed::for_good)?;
    let mut builder = SmtpTransport::builder_dangerous(server.host)
        .port(server.port)
        .tls(tls(server)?)
        .timeout(Some(limit));
    if let Some((user, password)) = server.credentials {
        builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
    }
    builder.build().send(&message).map(|_| ()).map_err(|error| failed(&error, server))
}

fn tls(server: &Server<'_>) -> Result<client::Tls, Failed> {
    if server.tls == Tls::None {
        return Ok(client::Tls::None);
    }
    let mut builder =
        TlsParameters::builder(server.host.to_owned()).certificate_store(CertificateStore::None);
    for certificate in trust::certificates()? {
        // One that this library can't read is not trusted.
        if let Ok(certificate) = Certificate::from_der(certificate.to_vec()) {
            builder = builder.add_root_certificate(certificate);
        }
    }
    let parameters = builder.build().map_err(|error| failed(&error, server))?;
    Ok(match server.tls {
        Tls::Implicit => client::Tls::Wrapper(parameters),
        Tls::Starttls | Tls::None => client::Tls::Required(parameters),
    })
}

fn failed(error: &Error, server: &Server<'_>) -> Failed {
    let answer = answer::shown(&error.to_string(), &secrets(server));
    let message = format!("the mail server `{}`: {answer}", server.host);
    let is_final = error.is_permanent() || error.is_client() || error.is_tls() || is_certificate(error);
    if is_final { Failed::for_good(message) } else { Failed::for_now(message) }
}

/// User and password, and the forms in which they are sent: the file names variables for both.
fn secrets(server: &Server<'_>) -> Vec<String> {
    let Some((user, password)) = server.credentials else { return Vec::new() };
    let plain = STANDARD.encode(format!("\0{user}\0{password}"));
    vec![user.clone(), password.clone(), STANDARD.encode(user), STANDARD.encode(password), plain]
}

/// Whether the reason is that the server is not trusted, which another attempt does not change.
fn is_certificate(error: &Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let io = inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if inner.is::<rustls::Error>()
            || io.is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
        {
            return true;
        }
        source = inner.source();
    }
    false
}
