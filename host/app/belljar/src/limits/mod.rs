//! What a job may use, and who may say so.
//!
//! [`ALL`] lists every limit: what it bounds, what people see, and where it is kept. The page `docs/limits.md` is written
//! from it, the keys of a file of limits ([`file`]) and the flags are its names. [`resolve`] settles what holds:
//!
//! 1. what this program has by default;
//! 2. what the operator sets at the top of the file of `--limits`, be it more or less;
//! 3. what the file sets for the tenant of `--tenant`, which may be less;
//! 4. what the flags say: with such a file less, without one whatever they like.
//!
//! More than may be is an error, never cut to what fits: whoever asks for it should know.

mod all;
mod error;
mod file;
#[cfg(test)]
mod page;
#[cfg(test)]
mod tests;

use std::{fmt, path::Path, time::Duration};

use belljar_engine::SourceLimits;

#[cfg(test)]
use all::Scope;
use all::{ALL, Kind, Limit};
pub(crate) use error::{LimitsError, Raised};

use crate::cli;

/// Everything that is limited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    /// One run of a guest.
    pub(crate) run: belljar_sandbox::Limits,
    /// Reading a source.
    pub(crate) source: SourceLimits,
    /// A process that does a job, with `--isolate`.
    pub(crate) job: JobLimits,
}

/// What the process of one job may use, whatever goes on in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JobLimits {
    /// Wall clock from its start to its end, all runs and generations included.
    pub(crate) timeout: Duration,
    /// Bytes of its answer.
    pub(crate) result_bytes: u64,
}

impl Default for JobLimits {
    /// Half an hour, and 512 MiB.
    fn default() -> Self {
        Self { timeout: Duration::from_mins(30), result_bytes: 512 << 20 }
    }
}

/// Where the value of a limit is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// This program.
    Default,
    /// The top of a file.
    File(Position),
    /// The table of a tenant.
    Tenant(String, Position),
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    /// The file, as it was given.
    pub(crate) path: String,
    /// The line, from 1 on.
    pub(crate) line: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path, self.line)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("is the default"),
            Self::File(position) => write!(f, "{position} sets"),
            Self::Tenant(name, position) => write!(f, "{position} sets for tenant `{name}`"),
        }
    }
}

/// Settles what holds.
pub(crate) fn resolve(given: &cli::Limits) -> Result<Limits, LimitsError> {
    let mut settled = Settled::default();
    let lower_only = given.file.is_some();
    if let Some(path) = &given.file {
        settled.take_file(path, given.tenant.as_deref())?;
    }
    for (limit, value) in flags(given) {
        if lower_only {
            settled.lower(limit, value, &|| format!("`--{}`", limit.key), None)?;
        } else {
            (limit.set)(&mut settled.limits, value);
        }
    }
    Ok(settled.limits)
}

/// A time as it is typed. None at all is refused: nothing could run.
pub(crate) fn time(text: &str) -> Result<Duration, String> {
    let time = any_time(text)?;
    if time.is_zero() { Err("no time is too little for anything".to_owned()) } else { Ok(time) }
}

/// A time with units, or as a number of seconds.
fn any_time(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().map(Duration::from_secs);
    seconds.map_or_else(|| humantime::parse_duration(text).map_err(|error| error.to_string()), Ok)
}

/// How a limit is raised that a source names by its field, as the end of a hint.
pub(crate) fn or_raise(field: &str) -> String {
    match ALL.iter().find(|limit| limit.field == field) {
        Some(Limit { key, flag: true, .. }) => format!(", or raise `--{key}`"),
        Some(Limit { key, .. }) => format!(", or raise `{key}` in a file of `--limits`"),
        None => String::new(),
    }
}

/// The flags that were given.
fn flags(given: &cli::Limits) -> impl Iterator<Item = (&'static Limit, u64)> {
    let time = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    let values = [
        ("fuel", given.fuel),
        ("timeout", given.timeout.map(time)),
        ("memory", given.memory.map(|size| size.as_u64())),
        ("max-output", given.max_output.map(|size| size.as_u64())),
        ("max-files", given.max_files.map(|count| count as u64)),
        ("max-file-size", given.max_file_size.map(|size| size.as_u64())),
        ("job-timeout", given.job_timeout.map(time)),
        ("max-result", given.max_result.map(|size| size.as_u64())),
    ];
    values.into_iter().filter_map(|(key, value)| Some((Limit::named(key)?, value?)))
}

/// Limits, with where each is from.
#[derive(Debug, Default)]
struct Settled {
    limits: Limits,
    /// Those that are not the default.
    origins: Vec<(&'static str, Origin)>,
}

impl Settled {
    fn take_file(&mut self, path: &Path, tenant: Option<&str>) -> Result<(), LimitsError> {
        let file = file::read(path)?;
        for (limit, value, position) in file.top {
            (limit.set)(&mut self.limits, value);
            self.origins.push((limit.key, Origin::File(position)));
        }
        // Those of other tenants are looked at too: whoever keeps the file hears of a mistake before they do.
        let mut chosen = None;
        for (name, set) in file.tenants {
            let mut theirs = Self { limits: self.limits.clone(), origins: self.origins.clone() };
            for (limit, value, position) in set {
                let whose = || format!("`{}` of tenant `{name}`", limit.key);
                theirs.lower(limit, value, &whose, Some(&position))?;
                theirs.origins.retain(|(key, _)| *key != limit.key);
                theirs.origins.push((limit.key, Origin::Tenant(name.clone(), position)));
            }
            if tenant == Some(name.as_str()) {
                chosen = Some(theirs);
            }
        }
        match (tenant, chosen) {
            (_, Some(theirs)) => *self = theirs,
            (Some(tenant), None) => {
                let path = path.display().to_string();
                return Err(LimitsError::unknown_tenant(path, tenant, file.names));
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// Sets a limit to what is not above what it is.
    fn lower(
        &mut self,
        limit: &'static Limit,
        value: u64,
        what: &dyn Fn() -> String,
        position: Option<&Position>,
    ) -> Result<(), LimitsError> {
        let most = (limit.get)(&self.limits);
        if value > most {
            let known = self.origins.iter().find(|(key, _)| *key == limit.key);
            return Err(LimitsError::Raised(Box::new(Raised {
                position: position.cloned(),
                what: what(),
                key: limit.key,
                value: limit.kind.show(value),
                most: limit.kind.show(most),
                origin: known.map_or(Origin::Default, |(_, origin)| origin.clone()),
            })));
        }
        (limit.set)(&mut self.limits, value);
        Ok(())
    }
}
