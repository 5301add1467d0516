//! Landlock: a ruleset that handles everything and allows nothing.

use std::fmt;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, LandlockStatus, Ruleset,
    RulesetAttr as _, RulesetStatus, Scope,
};

use crate::ConfineError;

/// The newest ABI version at the time of writing. An older kernel enforces what it supports.
const NEWEST: ABI = ABI::V6;

/// The state of Landlock in the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landlock {
    /// The kernel enforces all requested restrictions.
    Full {
        /// The version of the kernel's interface.
        abi: i32,
    },
    /// The supported subset: files from 1 on, TCP ports from 4 on, device controls from 5 on, signals and abstract
    /// sockets from 6 on.
    Partial {
        /// The version of the kernel's interface.
        abi: i32,
    },
    /// The kernel supports it, but it is disabled.
    NotEnabled,
    /// The kernel does not support it.
    NotThere,
}

impl Landlock {
    /// The ABI version of the kernel; 0 if nothing is enforced.
    pub fn abi(self) -> i32 {
        match self {
            Self::Full { abi } | Self::Partial { abi } => abi,
            Self::NotEnabled | Self::NotThere => 0,
        }
    }
}

impl fmt::Display for Landlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full { abi } => write!(f, "Landlock {abi}"),
            Self::Partial { abi } => {
                write!(f, "Landlock {abi} (partial: the kernel is older)")
            }
            Self::NotEnabled => f.write_str("no Landlock (disabled in the kernel)"),
            Self::NotThere => f.write_str("no Landlock (not supported by the kernel)"),
        }
    }
}

/// Handles every right that Landlock knows.
pub(crate) fn restrict() -> Result<Landlock, ConfineError> {
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .restrict_self()?;
    let abi = match status.landlock {
        LandlockStatus::NotEnabled => return Ok(Landlock::NotEnabled),
        LandlockStatus::NotImplemented => return Ok(Landlock::NotThere),
        LandlockStatus::Available { effective_abi, kernel_abi } => kernel_abi.unwrap_or(effective_abi as i32),
    };
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => Landlock::Full { abi },
        RulesetStatus::PartiallyEnforced => Landlock::Partial { abi },
        RulesetStatus::NotEnforced => Landlock::NotEnabled,
    })
}
