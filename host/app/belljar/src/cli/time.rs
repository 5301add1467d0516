//! Times on the command line.

use std::time::Duration;

/// Parses the time of a limit. Zero is rejected, as nothing could run.
pub(crate) fn parse_limit_time(text: &str) -> Result<Duration, String> {
    let time = parse_time(text)?;
    if time.is_zero() { Err("it must be more than zero".to_owned()) } else { Ok(time) }
}

/// Parses a time with units, or a number of seconds.
pub(crate) fn parse_time(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().map(Duration::from_secs);
    seconds.map_or_else(|| humantime::parse_duration(text).map_err(|error| error.to_string()), Ok)
}
