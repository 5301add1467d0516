use minijinja::Error;

/// The error of a template.
pub(super) fn error(message: impl Into<String>) -> Error {
    Error::new(minijinja::ErrorKind::InvalidOperation, message.into())
}
