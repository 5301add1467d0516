//! The limits of a job, and who may set them.
//!
//! [`ALL`] lists every limit: its resource, its effect, and its field. The page `docs/limits.md` is generated from it;
//! the keys of a file of limits ([`mod@file`]) and the flags are its names. [`resolve`] determines each value:
//!
//! 1. the default of this program;
//! 2. the value at the top of the file of `--limits`, higher or lower;
//! 3. the value of the file for the tenant of `--tenant`, which may be lower;
//! 4. the flags: with such a file they may lower a limit, without one they may set any.
//!
//! The same holds for the databases that may be read, except that a file allows none that it does not list.
//!
//! A value above what is allowed is an error, and is never reduced silently.

mod all;
mod error;
mod file;
mod origin;
#[cfg(test)]
mod page;
#[cfg(test)]
mod tests;
mod values;

use std::{path::Path, time::Duration};

use belljar_connect::Policy;

use all::{ALL, Limit};
pub(crate) use error::LimitsError;
use error::Raised;
use origin::{Origin, Position};
pub(crate) use values::{AllLimits, JobLimits};

use crate::cli;

/// The limits in effect: the defaults, changed by the file of limits, and then by the arguments.
pub(crate) fn resolve(given: &cli::LimitArguments) -> Result<AllLimits, LimitsError> {
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

/// The end of a hint: how to raise a limit that a source reports by the name of its field.
pub(crate) fn or_raise(field: &str) -> String {
    match ALL.iter().find(|limit| limit.field == field) {
        Some(Limit { key, flag: true, .. }) => format!(", or raise `--{key}`"),
        Some(Limit { key, .. }) => format!(", or raise `{key}` in a file of `--limits`"),
        None => String::new(),
    }
}

/// The flags that were given.
fn flags(given: &cli::LimitArguments) -> impl Iterator<Item = (&'static Limit, u64)> {
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

/// Limits, with the origin of each.
#[derive(Debug, Default)]
struct Settled {
    limits: AllLimits,
    /// The origins of those that are not the default.
    origins: Vec<(&'static str, Origin)>,
}

impl Settled {
    fn take_file(&mut self, path: &Path, tenant: Option<&str>) -> Result<(), LimitsError> {
        let file = file::read_limits_file(path)?;
        for (limit, value, position) in file.top.limits {
            (limit.set)(&mut self.limits, value);
            self.origins.push((limit.key, Origin::File(position)));
        }
        let hosts = file.top.hosts.map(|(hosts, _)| hosts).unwrap_or_default();
        self.limits.databases = Policy::only(hosts.clone());
        // The limits of other tenants are checked too, so that the operator sees an error before a tenant does.
        let mut chosen = None;
        for (name, settings) in file.tenants {
            let mut theirs = Self { limits: self.limits.clone(), origins: self.origins.clone() };
            if let Some((own, position)) = settings.hosts {
                if let Some(more) = own.iter().find(|own| !hosts.iter().any(|host| host.covers(own))) {
                    let host = more.as_str().to_owned();
                    return Err(LimitsError::MoreHosts { position, tenant: name, host });
                }
                theirs.limits.databases = Policy::only(own);
            }
            for (limit, value, position) in settings.limits {
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
                return Err(LimitsError::unknown_tenant(path, tenant, &file.names));
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// Sets a limit, which may not exceed its present value.
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
