use std::str::FromStr;

use pep440_rs::Version;

use super::{Found, FoundKind, Requested, Scope};

/// How well a version fits the requirements of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The requirements allow it.
    Exact,
    /// They allow other releases with the same major and minor number.
    Generation,
    /// They allow no similar version; it is the nearest available one.
    Nearest,
    /// The project has no conclusive requirement.
    Unasked,
}

/// A version, and the reason for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<'a> {
    /// One of the given versions; `None` only if none could be parsed.
    pub version: Option<&'a str>,
    /// How well it fits.
    pub fit: Fit,
    /// The declaration that decided, for people.
    pub reason: String,
}

/// A version of SQLAlchemy that can be chosen.
#[derive(Clone)]
struct Offer<'a> {
    text: &'a str,
    version: Version,
}

impl Offer<'_> {
    fn generation(&self) -> (u64, u64) {
        let number = |position: usize| self.version.release().get(position).copied().unwrap_or(0);
        (number(0), number(1))
    }
}

impl Requested {
    /// The newest of the versions that fits the strongest declarations. A lock file and the requirements of the project
    /// narrow the choice in turn; a declaration that would leave nothing is skipped. If the first of them leaves
    /// nothing, another release of the same generation is used, then the nearest generation.
    pub fn newest_fitting<'a>(&self, versions: &[&'a str]) -> Choice<'a> {
        let offers = offers(versions);
        let groups = self.groups();
        let Some(first) = groups.first() else { return unasked(&offers, &self.specifiers) };
        let (left, fit) = narrowed(&offers, &groups);
        let version = left.last();
        Choice { version: version.map(|offer| offer.text), fit, reason: reason(first, version, fit) }
    }

    /// All versions that fit as well as the newest of them, the oldest first.
    pub fn all_fitting<'a>(&self, versions: &[&'a str]) -> Vec<&'a str> {
        let offers = offers(versions);
        let groups = self.groups();
        let left = if groups.is_empty() { offers } else { narrowed(&offers, &groups).0 };
        left.into_iter().map(|offer| offer.text).collect()
    }

    /// The declaration that decides first, if there is one.
    pub fn deciding(&self) -> Option<&Found> {
        let groups = self.groups();
        groups.first().and_then(|group| group.first()).copied().or(self.specifiers.first())
    }

    /// The decisive declarations: those of the nearest project with any, locked ones first, then those of the strongest
    /// scope.
    fn groups(&self) -> Vec<Vec<&Found>> {
        let Some(distance) = self.specifiers.first().map(|found| found.distance) else { return Vec::new() };
        // Directories around the project are part of it; other places count only if there is nothing else.
        let reach = distance.max(1);
        let specific: Vec<&Found> = self
            .specifiers
            .iter()
            .filter(|found| found.distance <= reach && !found.constraint.is_bare())
            .collect();
        let Some(nearest) = specific.iter().map(|found| found.distance).min() else { return Vec::new() };
        let group = |kind: FoundKind, scope: Scope| -> Vec<&Found> {
            let of_kind =
                |found: &&&Found| found.kind == kind && found.scope == scope && found.distance == nearest;
            specific.iter().filter(of_kind).copied().collect()
        };
        let strong = [group(FoundKind::Lock, Scope::Main), group(FoundKind::Declared, Scope::Main)];
        let strong: Vec<_> = strong.into_iter().filter(|group| !group.is_empty()).collect();
        if !strong.is_empty() {
            return strong;
        }
        let weak = [Scope::Optional, Scope::Development].map(|scope| group(FoundKind::Declared, scope));
        weak.into_iter().find(|group| !group.is_empty()).into_iter().collect()
    }
}

/// The versions that can be parsed, the oldest first.
fn offers<'a>(versions: &[&'a str]) -> Vec<Offer<'a>> {
    let read = |text: &&'a str| Some(Offer { text, version: Version::from_str(text).ok()? });
    let mut offers: Vec<Offer<'a>> = versions.iter().filter_map(read).collect();
    offers.sort_by(|a, b| a.version.cmp(&b.version));
    offers
}

/// The versions left by some groups in turn.
fn narrowed<'a>(offers: &[Offer<'a>], groups: &[Vec<&Found>]) -> (Vec<Offer<'a>>, Fit) {
    let Some((first, others)) = groups.split_first() else { return (offers.to_vec(), Fit::Unasked) };
    let (mut left, fit) =
        narrow(offers, first).unwrap_or_else(|| (nearest(offers, first).into_iter().collect(), Fit::Nearest));
    for group in others {
        if let Some((narrowed, Fit::Exact)) = narrow(&left, group) {
            left = narrowed;
        }
    }
    (left, fit)
}

/// Those that all of a group allow, else those that one of it does (extras may exclude each other), first by exact
/// version, then by generation.
fn narrow<'a>(offers: &[Offer<'a>], group: &[&Found]) -> Option<(Vec<Offer<'a>>, Fit)> {
    let exact = |found: &Found, offer: &Offer<'_>| found.constraint.admits(&offer.version);
    let generation = |found: &Found, offer: &Offer<'_>| {
        let (major, minor) = offer.generation();
        found.constraint.admits_generation(major, minor)
    };
    let keep = |fits: &dyn Fn(&Offer<'a>) -> bool, fit: Fit| {
        let kept: Vec<_> = offers.iter().filter(|offer| fits(offer)).cloned().collect();
        (!kept.is_empty()).then_some((kept, fit))
    };
    keep(&|offer| group.iter().all(|found| exact(found, offer)), Fit::Exact)
        .or_else(|| keep(&|offer| group.iter().all(|found| generation(found, offer)), Fit::Generation))
        .or_else(|| keep(&|offer| group.iter().any(|found| exact(found, offer)), Fit::Exact))
        .or_else(|| keep(&|offer| group.iter().any(|found| generation(found, offer)), Fit::Generation))
}

/// The offer nearest to the newest generation that the group allows.
fn nearest<'a>(offers: &[Offer<'a>], group: &[&Found]) -> Option<Offer<'a>> {
    let mut generations = (0..10).flat_map(|major| (0..20).map(move |minor| (major, minor)));
    let wanted = generations
        .rfind(|(major, minor)| group.iter().any(|found| found.constraint.admits_generation(*major, *minor)));
    // Newer releases support old code better than older ones support new code.
    let newer = wanted.and_then(|wanted| offers.iter().find(|offer| offer.generation() >= wanted));
    newer.or(offers.last()).cloned()
}

fn reason(group: &[&Found], offer: Option<&Offer<'_>>, fit: Fit) -> String {
    // Of several, the one that led to the version: one that allows it, or, for another release, one that requires an
    // unavailable one.
    let admits = |found: &Found| offer.is_some_and(|offer| found.constraint.admits(&offer.version));
    let led = group.iter().find(|found| admits(found) == (fit == Fit::Exact));
    let Some(found) = led.or(group.first()) else { return String::new() };
    let declared = format!("`{}` in `{}`", found.text, found.path);
    match fit {
        Fit::Exact | Fit::Unasked => declared,
        Fit::Generation => format!("another release of the generation that {declared} requires"),
        Fit::Nearest => format!("no release fits {declared}; the nearest"),
    }
}

fn unasked<'a>(offers: &[Offer<'a>], specifiers: &[Found]) -> Choice<'a> {
    let reason = specifiers.first().map_or_else(
        || "the project does not state a version; the newest".to_owned(),
        |found| format!("`{}` in `{}` allows any; the newest", found.text, found.path),
    );
    Choice { version: offers.last().map(|offer| offer.text), fit: Fit::Unasked, reason }
}
