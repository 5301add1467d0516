//! Landlock: a ruleset that handles everything and allows nothing.

use std::fmt;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, LandlockStatus, Ruleset,
    RulesetAttr as _, RulesetStatus, Scope,
};

use crate::ConfineError;

/// The newest interface that was looked at when this was written. An older kernel enforces what it knows of it.
const NEWEST: ABI = ABI::V6;

/// What the kernel's Landlock does for the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landlock {
    /// All that this program asks for.
    Full {
        /// The version of the kernel's interface.
        abi: i32,
    },
    /// What this version knows: files from 1 on, TCP ports from 4 on, device controls from 5 on, signals and abstract
    /// sockets from 6 on.
    Partial {
        /// The version of the kernel's interface.
        abi: i32,
    },
    /// The kernel has it, and it is turned off.
    NotEnabled,
    /// The kernel does not have it.
    NotThere,
}

impl Landlock {
    /// The version of the kernel's interface; 0 where nothing is enforced.
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
                write!(f, "Landlock {abi} (in part: the kernel is older than what is asked of it)")
            }
            Self::NotEnabled => f.write_str("no Landlock (turned off in the kernel)"),
            Self::NotThere => f.write_str("no Landlock (the kernel has none)"),
        }
    }
}

/// Takes every right that Landlock knows.
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
