//! The certificates of authorities that are trusted: those of the machine, or of `SSL_CERT_FILE` and `SSL_CERT_DIR`.

use rustls::pki_types::CertificateDer;

use super::Failed;

/// The certificates; none is an error.
pub(super) fn certificates() -> Result<Vec<CertificateDer<'static>>, Failed> {
    let found = rustls_native_certs::load_native_certs();
    if !found.certs.is_empty() {
        return Ok(found.certs);
    }
    let why = found.errors.first().map(|error| format!(" ({error})")).unwrap_or_default();
    Err(Failed::for_good(format!(
        "there are no certificates of authorities{why}; install `ca-certificates`, or name a file with `SSL_CERT_FILE`"
    )))
}
