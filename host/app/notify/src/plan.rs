//! Decides who gets a message, and of what.

use std::collections::BTreeSet;

use belljar_check::{Item, Verdict};
use belljar_text::{counted, safe};

use crate::{
    Event, Run,
    config::{Notify, On, Target},
    notice::{self, Notice},
    owners::{self, Affected, Owner, Recipients, Routes},
    sent::{Key, Marks, Sent},
};

/// The maximum number of owners in one remark.
const MOST_OWNERS: usize = 5;

/// The maximum length of the name of an owner in a remark, in bytes.
const LONGEST_OWNER: usize = 100;

/// The end of a check that messages are about.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// What happened.
    pub event: Event,
    /// The name of the project, unless the configuration has one.
    pub name: &'a str,
    /// What tells this project from others with the same state.
    pub scope: &'a str,
    /// The run of CI.
    pub run: &'a Run,
    /// The verdict, if there is one.
    pub verdict: Option<&'a Verdict>,
    /// Why there is none.
    pub failure: Option<&'a str>,
    /// Whether it is a sample, which goes to all targets.
    pub is_sample: bool,
}

/// The messages of an occasion.
#[derive(Debug, Default)]
pub struct Plan<'a> {
    /// What is sent.
    pub messages: Vec<Message<'a>>,
    /// What is not sent, and why.
    pub remarks: Vec<String>,
    /// What counts as not sent any more, whatever becomes of the messages.
    pub marks: Marks,
}

/// A message to a target.
#[derive(Debug)]
pub struct Message<'a> {
    /// The recipient.
    pub target: &'a Target,
    /// The contents.
    pub notice: Notice<'a>,
    /// What has been sent once it is.
    pub marks: Marks,
}

/// A finding with its targets.
type Routed<'a> = (&'a Item, Recipients);

/// Decides who gets a message. `sent` has what was sent before.
pub fn plan<'a>(notify: &'a Notify, occasion: &Occasion<'a>, sent: &Sent) -> Plan<'a> {
    let findings = occasion.verdict.map(|verdict| verdict.findings.as_slice()).unwrap_or_default();
    let affected = occasion.verdict.map(Affected::new).unwrap_or_default();
    let routes = Routes::new(&notify.targets);
    let routed: Vec<Routed<'a>> =
        findings.iter().map(|item| (item, routes.route(affected.owners(item)))).collect();
    let mut plan = Plan::default();
    for (position, target) in notify.targets.iter().enumerate() {
        let planner = Planner { notify, occasion, sent, target, position };
        plan.messages.extend(planner.message(&routed, &mut plan.remarks));
        // A check that passes after one that did not is news again.
        if occasion.event != Event::CheckPassed && !occasion.is_sample {
            plan.marks.undone.push(planner.general_key(Event::CheckPassed, &[]));
        }
    }
    if !occasion.is_sample && routes.is_by_owner() {
        plan.remarks.extend(unrouted(notify, occasion.event, &routed));
    }
    plan
}

struct Planner<'a, 'p> {
    notify: &'a Notify,
    occasion: &'p Occasion<'a>,
    sent: &'p Sent,
    target: &'a Target,
    position: usize,
}

/// The findings of a target, and the numbers of those that it does not get.
#[derive(Default)]
struct Picked<'a> {
    items: Vec<&'a Item>,
    keys: Vec<Key>,
    below: usize,
    of_others: usize,
    before: usize,
}

impl<'a> Planner<'a, '_> {
    /// The message to the target, if there is something to say.
    fn message(&self, routed: &[Routed<'a>], remarks: &mut Vec<String>) -> Option<Message<'a>> {
        let Occasion { event, verdict, failure, is_sample, .. } = *self.occasion;
        let picked = self.picked(routed);
        let problems = notice::problems(verdict, failure);
        let has_findings = picked.below + picked.of_others + picked.before + picked.items.len() > 0;
        let is_wanted = match event {
            Event::CheckFailed => self.is_on(On::Failed),
            Event::CheckPassed => {
                self.is_on(On::Passed) || (self.is_on(On::Findings) && !picked.items.is_empty())
            }
            Event::CheckError => self.is_on(On::Error),
            Event::ExtractFinished | Event::ExtractError => false,
        };
        if !is_wanted && !is_sample {
            return None;
        }
        let mut keys = picked.keys.clone();
        if picked.items.is_empty() && !is_sample {
            // It concerns no owner, so it goes to those who get what concerns none.
            let is_general = owners::is_for_all(self.target) || self.target.fallback;
            let says_something = match event {
                Event::CheckFailed => !has_findings || !problems.is_empty(),
                _ => true,
            };
            if !is_general || !says_something {
                remarks.extend(self.nothing(&picked));
                return None;
            }
            let key = self.general_key(event, &problems);
            if self.is_known(&key) {
                remarks.push(format!("nothing is sent to `{}`: it was sent before", self.target.name));
                return None;
            }
            keys.push(key);
        }
        let marks = Marks { done: keys, undone: Vec::new() };
        Some(Message { target: self.target, notice: self.notice(picked, problems), marks })
    }

    fn notice(&self, picked: Picked<'a>, problems: Vec<String>) -> Notice<'a> {
        let Occasion { event, name, run, verdict, is_sample, .. } = *self.occasion;
        let level = notice::severity(self.target.min_severity);
        let mut remarks: Vec<String> = verdict.and_then(notice::downstream).into_iter().collect();
        if picked.below > 0 {
            remarks.push(format!("{} below `{level}` not shown", counted(picked.below, "finding")));
        }
        if picked.of_others > 0 {
            remarks.push(format!("{} of other owners not shown", counted(picked.of_others, "finding")));
        }
        if picked.before > 0 {
            remarks.push(format!("{} sent before not shown", counted(picked.before, "finding")));
        }
        let silenced = verdict.map_or(0, |verdict| verdict.silenced.len());
        if silenced > 0 {
            remarks.push(format!("{} silenced by comments", counted(silenced, "finding")));
        }
        if is_sample {
            remarks.push("This is a sample of `belljar notify --test`".to_owned());
        }
        let name = self.notify.name.as_deref().or(run.project.as_deref()).unwrap_or(name);
        Notice {
            event,
            name: safe(name),
            run,
            headline: notice::headline(event, verdict),
            verdict,
            items: picked.items,
            problems,
            remarks,
            is_sample,
        }
    }

    fn picked(&self, routed: &[Routed<'a>]) -> Picked<'a> {
        let mut picked = Picked::default();
        for (item, route) in routed {
            let key = self.key(&item.fingerprint);
            if self.occasion.is_sample {
                picked.items.push(item);
            } else if !route.targets.contains(&self.position) {
                picked.of_others += 1;
            } else if item.finding.severity < self.target.min_severity {
                picked.below += 1;
            } else if self.is_known(&key) {
                picked.before += 1;
            } else {
                picked.items.push(item);
                picked.keys.push(key);
            }
        }
        picked
    }

    /// Why a target gets nothing although the check failed, where that is not because of its owners.
    fn nothing(&self, picked: &Picked<'_>) -> Option<String> {
        let name = &self.target.name;
        let level = notice::severity(self.target.min_severity);
        match (picked.before, picked.below) {
            (0, 0) => None,
            (0, below) => {
                Some(format!("nothing is sent to `{name}`: {} below `{level}`", counted(below, "finding")))
            }
            (before, 0) => {
                Some(format!("nothing is sent to `{name}`: {} sent before", counted(before, "finding")))
            }
            (before, below) => Some(format!(
                "nothing is sent to `{name}`: {} sent before, {below} below `{level}`",
                counted(before, "finding")
            )),
        }
    }

    fn is_on(&self, on: On) -> bool {
        self.target.on.contains(&on)
    }

    fn is_known(&self, key: &Key) -> bool {
        self.notify.first_time_only && !self.occasion.is_sample && self.sent.has(key)
    }

    /// The key of a message without findings.
    fn general_key(&self, event: Event, problems: &[String]) -> Key {
        self.key(&format!("{}\n{}", event.name(), problems.join("\n")))
    }

    fn key(&self, what: &str) -> Key {
        Key::new(&[self.occasion.scope, &self.occasion.run.scope(), &self.target.name, what])
    }
}

/// Owners that no target has, and findings that nobody gets because of that.
fn unrouted(notify: &Notify, event: Event, routed: &[Routed<'_>]) -> Vec<String> {
    let on = if event == Event::CheckFailed { On::Failed } else { On::Findings };
    let asking = notify.targets.iter().filter(|target| target.on.contains(&on));
    let Some(lowest) = asking.map(|target| target.min_severity).min() else { return Vec::new() };
    let shown = || routed.iter().filter(|(item, _)| item.finding.severity >= lowest).map(|(_, route)| route);
    let mut remarks = Vec::new();
    let unknown: BTreeSet<&Owner> = shown().flat_map(|route| &route.unknown).collect();
    if !unknown.is_empty() {
        let names: Vec<String> = unknown
            .iter()
            .take(MOST_OWNERS)
            .map(|owner| format!("`{}`", notice::one_line(&owner.name, LONGEST_OWNER)))
            .collect();
        let more = unknown.len().saturating_sub(MOST_OWNERS);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        remarks.push(format!("no target has the owner {}{more}", names.join(", ")));
    }
    let count = shown().filter(|route| route.targets.is_empty()).count();
    if count > 0 {
        remarks.push(format!(
            "nobody is notified of {}: no target has its owner, and none has `fallback`",
            counted(count, "finding")
        ));
    }
    remarks
}

#[cfg(test)]
mod tests;
