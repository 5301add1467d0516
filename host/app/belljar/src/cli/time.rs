//! Times on the command line.

use std::time::{Duration, SystemTime};

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

/// Parses a date such as `2026-12-01` or `2026-12-01T10:00:00Z`, and gives it as `2026-12-01 10:00:00`.
pub(crate) fn parse_date(text: &str) -> Result<String, String> {
    let text = text.trim();
    let whole = if text.len() == "2026-12-01".len() { format!("{text}T00:00:00Z") } else { text.to_owned() };
    humantime::parse_rfc3339_weak(&whole).map(date_of).map_err(|error| error.to_string())
}

/// Parses a date as seconds since 1970.
pub(crate) fn parse_seconds(text: &str) -> Result<i64, String> {
    let text = text.trim();
    let whole = if text.len() == "2026-12-01".len() { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let time = humantime::parse_rfc3339_weak(&whole).map_err(|error| error.to_string())?;
    let since = time.duration_since(SystemTime::UNIX_EPOCH).map_err(|error| error.to_string())?;
    i64::try_from(since.as_secs()).map_err(|error| error.to_string())
}

/// Seconds since 1970 as a date in UTC, `2026-12-01T10:00:00Z`, within the years that such a date can name.
pub(crate) fn timestamp(seconds: i64) -> String {
    const LAST: u64 = 253_402_300_799; // 9999-12-31T23:59:59Z
    let seconds = u64::try_from(seconds).unwrap_or(0).min(LAST);
    humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).to_string()
}

/// A time as a date in UTC, `2026-12-01 10:00:00`.
pub(crate) fn date_of(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string().replace('T', " ").replace('Z', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for text in
            ["2026-12-01T10:05:09Z", "2026-12-01T10:05:09", "2026-12-01 10:05:09", " 2026-12-01T10:05:09Z "]
        {
            assert_eq!(parse_date(text).as_deref(), Ok("2026-12-01 10:05:09"), "{text}");
        }
        assert_eq!(parse_date("2026-12-01").as_deref(), Ok("2026-12-01 00:00:00"));
        for text in ["", "yesterday", "2026-13-01", "2026-12-01x", "../2026-12-01", "20261201T10"] {
            assert!(parse_date(text).is_err(), "{text}");
        }
    }
}
