use std::{
    io::{BufReader, Read as _},
    path::Path,
    sync::Arc,
};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
};

use crate::{ConnectError, UrlError, file::open_regular};

/// The bytes that a file of certificates may have; those that systems trust have a quarter of a million.
const MOST_CERTIFICATES: u64 = 16 * 1024 * 1024;

/// Whether TLS is used, and what is verified, as libpq's `sslmode` and MySQL's `ssl-mode` name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// Never.
    Disable,
    /// If the server offers it; nothing is verified.
    Prefer,
    /// Always; nothing is verified, so that it protects from listeners alone.
    Require,
    /// Always, with a certificate of a trusted authority, for whatever name.
    VerifyCa,
    /// Always, with a certificate of a trusted authority for this host.
    VerifyFull,
}

impl TlsMode {
    /// Reads the value of a parameter.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        match text.to_ascii_lowercase().replace('_', "-").as_str() {
            "disable" | "disabled" => Ok(Self::Disable),
            "allow" | "prefer" | "preferred" => Ok(Self::Prefer),
            "require" | "required" => Ok(Self::Require),
            "verify-ca" => Ok(Self::VerifyCa),
            "verify-full" | "verify-identity" => Ok(Self::VerifyFull),
            _ => Err(UrlError::Value {
                name: "sslmode",
                known: "disable, prefer, require, verify-ca and verify-full",
            }),
        }
    }
}

/// The certificates to trust.
#[derive(Debug, Clone)]
pub struct Trust(Arc<RootCertStore>);

impl Trust {
    /// Those that the machine trusts.
    pub fn machine() -> Self {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self(Arc::new(store))
    }

    /// Those of a file in the PEM format.
    pub fn file(path: &Path) -> Result<Self, ConnectError> {
        let failed = |error: String| ConnectError::Certificates(format!("`{}`: {error}", path.display()));
        let file = open_regular(path).map_err(|error| failed(error.to_string()))?.take(MOST_CERTIFICATES);
        let mut store = RootCertStore::empty();
        for certificate in CertificateDer::pem_reader_iter(BufReader::new(file)) {
            let certificate = certificate.map_err(|error| failed(error.to_string()))?;
            store.add(certificate).map_err(|error| failed(error.to_string()))?;
        }
        if store.is_empty() {
            return Err(failed("the file has no certificate".to_owned()));
        }
        Ok(Self(Arc::new(store)))
    }

    /// The configuration of a client.
    pub(crate) fn config(&self, mode: TlsMode) -> Result<ClientConfig, ConnectError> {
        let provider = Arc::new(ring::default_provider());
        let failed = |error: String| ConnectError::Tls(error);
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| failed(error.to_string()))?;
        if mode == TlsMode::VerifyFull {
            return Ok(builder.with_root_certificates(Arc::clone(&self.0)).with_no_client_auth());
        }
        let authority = if mode == TlsMode::VerifyCa {
            let made =
                WebPkiServerVerifier::builder_with_provider(Arc::clone(&self.0), Arc::clone(&provider));
            Some(made.build().map_err(|error| failed(error.to_string()))?)
        } else {
            None
        };
        let verifier = Arc::new(Lenient { authority, provider });
        Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
    }
}

/// Verifies less than the name: the authority alone, or nothing. The server still has to own its certificate.
#[derive(Debug)]
struct Lenient {
    authority: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(authority) = &self.authority else { return Ok(ServerCertVerified::assertion()) };
        match authority.verify_server_cert(end_entity, intermediates, name, ocsp, now) {
            // The name is verified last, when all else is valid.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
