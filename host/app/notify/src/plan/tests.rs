use std::path::PathBuf;

use belljar_check::Verdict;
use belljar_schema::Severity;

use super::*;
use crate::{SentFile, config::Config};

fn config(text: &str) -> Notify {
    Config::parse(text).unwrap_or_else(|problems| panic!("{problems:?}")).notify
}

/// Three findings: an error of `@data`, a warning of `@web` and a note of nobody.
fn verdict() -> Verdict {
    let mut verdict = crate::sample().unwrap();
    let mut third = verdict.findings[0].clone();
    third.fingerprint = "third".to_owned();
    verdict.findings.push(third);
    let settings = [("@data", Severity::Error), ("@web", Severity::Warning), ("", Severity::Note)];
    for (item, (owner, severity)) in verdict.findings.iter_mut().zip(settings) {
        item.owners = Some(owner.to_owned()).into_iter().filter(|owner| !owner.is_empty()).collect();
        item.finding.severity = severity;
        item.finding.change.index = None;
    }
    verdict
}

const SLACK: &str = "type = 'slack'\nurl-env = 'S'\n";

/// The number of findings that each target gets, and the remarks.
fn planned(
    notify: &Notify,
    event: Event,
    verdict: Option<&Verdict>,
    sent: &Sent,
) -> (Vec<(String, usize)>, Vec<String>) {
    let run = Run::default();
    let failure = verdict.is_none().then_some("no models");
    let occasion =
        Occasion { event, name: "shop", scope: "s", run: &run, verdict, failure, is_sample: false };
    let plan = plan(notify, &occasion, sent);
    let messages = plan.messages.iter().map(|one| (one.target.name.clone(), one.notice.items.len()));
    (messages.collect(), plan.remarks)
}

#[test]
fn findings_go_to_their_owners() {
    let verdict = verdict();
    let head = "[notify]\nmin-severity = 'note'\n";
    for (targets, expected, remark) in [
        (vec![("all", "")], vec![("all", 3)], None),
        (vec![("data", "owners = ['@DATA']")], vec![("data", 1)], Some("nobody is notified of 2 findings")),
        (
            vec![("data", "owners = ['@data', '@web']"), ("rest", "fallback = true")],
            vec![("data", 2), ("rest", 1)],
            None,
        ),
        (
            vec![("data", "owners = ['@data']"), ("rest", "fallback = true")],
            vec![("data", 1), ("rest", 2)],
            Some("no target has the owner `@web`"),
        ),
        (
            vec![("all", ""), ("data", "owners = ['@data']")],
            vec![("all", 3), ("data", 1)],
            Some("no target has the owner `@web`"),
        ),
        (
            vec![("other", "owners = ['@dat', '@data2', '']")],
            vec![],
            Some("nobody is notified of 3 findings"),
        ),
        (
            vec![
                ("bad", "owners = ['@data']\nmin-severity = 'error'"),
                ("web", "owners = ['@web']\nmin-severity = 'error'"),
            ],
            vec![("bad", 1)],
            Some("nothing is sent to `web`: 1 finding below `error`"),
        ),
    ] {
        let tables: Vec<String> =
            targets.iter().map(|(name, more)| format!("[notify.targets.{name}]\n{SLACK}{more}\n")).collect();
        let notify = config(&format!("{head}{}", tables.join("")));
        let (messages, remarks) = planned(&notify, Event::CheckFailed, Some(&verdict), &Sent::default());
        let messages: Vec<(&str, usize)> =
            messages.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        assert_eq!(messages, expected, "{targets:?}");
        match remark {
            Some(remark) => assert!(remarks.iter().any(|one| one.starts_with(remark)), "{remarks:?}"),
            None => assert_eq!(remarks, Vec::<String>::new()),
        }
    }
}

#[test]
fn outcomes_are_asked_for() {
    let (all, mut none) = (verdict(), verdict());
    none.findings.clear();
    for (on, event, verdict, expected) in [
        ("['failed']", Event::CheckFailed, Some(&all), Some(2)),
        ("['error']", Event::CheckFailed, Some(&all), None),
        ("['failed']", Event::CheckPassed, Some(&all), None),
        ("['passed']", Event::CheckPassed, Some(&none), Some(0)),
        ("['findings']", Event::CheckPassed, Some(&none), None),
        ("['findings']", Event::CheckPassed, Some(&all), Some(2)),
        ("['error']", Event::CheckError, None, Some(0)),
        ("['failed']", Event::CheckError, None, None),
        ("[]", Event::CheckFailed, Some(&all), None),
        ("['failed']", Event::ExtractFinished, None, None),
    ] {
        let notify = config(&format!("[notify]\non = {on}\n[notify.targets.a]\n{SLACK}"));
        let (messages, _) = planned(&notify, event, verdict, &Sent::default());
        assert_eq!(messages.first().map(|(_, count)| *count), expected, "{on} {event:?}");
    }
}

/// What concerns no owner goes to targets for everybody.
#[test]
fn a_check_that_could_not_run_is_for_everybody() {
    let text = format!(
        "[notify.targets.all]\n{SLACK}[notify.targets.data]\n{SLACK}owners = ['@data']\n[notify.targets.rest]\n{SLACK}fallback = true\n"
    );
    let (messages, _) = planned(&config(&text), Event::CheckError, None, &Sent::default());
    let names: Vec<&str> = messages.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["all", "rest"]);
}

#[test]
fn nothing_is_sent_where_nothing_is_asked_for() {
    let (messages, remarks) = planned(&config(""), Event::CheckFailed, Some(&verdict()), &Sent::default());
    assert_eq!((messages.len(), remarks.len()), (0, 0));
}

/// A file with what was sent, and what follows from it.
struct Memory {
    folder: tempfile::TempDir,
    notify: Notify,
    run: Run,
}

impl Memory {
    fn new() -> Self {
        let text = format!(
            "[notify]\nfirst-time-only = true\nmin-severity = 'note'\non = ['failed', 'passed', 'error']\n[notify.targets.a]\n{SLACK}"
        );
        Self { folder: tempfile::tempdir().unwrap(), notify: config(&text), run: Run::default() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("sent.json")
    }

    /// The numbers of findings that are sent.
    fn send(&self, event: Event, verdict: Option<&Verdict>, scope: &str, is_delivered: bool) -> Vec<usize> {
        let mut file = SentFile::open(&self.path(), std::time::Duration::from_secs(1)).unwrap();
        let failure = verdict.is_none().then_some("no models");
        let occasion =
            Occasion { event, name: "shop", scope, run: &self.run, verdict, failure, is_sample: false };
        let plan = plan(&self.notify, &occasion, &file.sent);
        let messages = plan.messages.iter().filter(|_| is_delivered);
        file.note(messages.map(|message| &message.marks).chain([&plan.marks])).unwrap();
        plan.messages.iter().map(|one| one.notice.items.len()).collect()
    }
}

#[test]
fn findings_are_sent_once() {
    let (memory, mut all) = (Memory::new(), verdict());
    assert_eq!(memory.send(Event::CheckFailed, Some(&all), "s", false), [3], "not delivered");
    assert_eq!(memory.send(Event::CheckFailed, Some(&all), "s", true), [3], "so it is sent again");
    assert_eq!(memory.send(Event::CheckFailed, Some(&all), "s", true), [0; 0]);
    all.findings[1].fingerprint = "new".to_owned();
    assert_eq!(memory.send(Event::CheckFailed, Some(&all), "s", true), [1]);
    assert_eq!(memory.send(Event::CheckFailed, Some(&all), "other", true), [3], "another project");
    let mut other =
        Memory { run: Run { change: Some("pull request 2".to_owned()), ..Run::default() }, ..memory };
    assert_eq!(other.send(Event::CheckFailed, Some(&all), "s", true), [3], "another change");
    other.notify.targets[0].name = "b".to_owned();
    assert_eq!(other.send(Event::CheckFailed, Some(&all), "s", true), [3], "another target");
}

#[test]
fn a_check_that_passes_again_is_news() {
    let (memory, all) = (Memory::new(), verdict());
    let mut none = verdict();
    none.findings.clear();
    let send = |event, verdict| memory.send(event, verdict, "s", true).len();
    assert_eq!(send(Event::CheckPassed, Some(&none)), 1);
    assert_eq!(send(Event::CheckPassed, Some(&none)), 0);
    assert_eq!(send(Event::CheckFailed, Some(&all)), 1);
    assert_eq!(send(Event::CheckPassed, Some(&none)), 1);
    assert_eq!(send(Event::CheckError, None), 1);
    assert_eq!(send(Event::CheckError, None), 0);
}

/// What is forgotten does not depend on whether the target gets a message.
#[test]
fn a_check_that_passes_again_is_news_to_those_who_ask_for_that_alone() {
    let (mut memory, all) = (Memory::new(), verdict());
    memory.notify.targets[0].on = vec![On::Passed];
    let mut none = verdict();
    none.findings.clear();
    let send = |event, verdict| memory.send(event, verdict, "s", true).len();
    assert_eq!(send(Event::CheckPassed, Some(&none)), 1);
    assert_eq!(send(Event::CheckPassed, Some(&none)), 0);
    assert_eq!(send(Event::CheckFailed, Some(&all)), 0);
    assert_eq!(send(Event::CheckPassed, Some(&none)), 1);
}

#[test]
fn a_sample_goes_to_every_target() {
    let text = format!(
        "[notify]\non = []\n[notify.targets.all]\n{SLACK}[notify.targets.data]\n{SLACK}owners = ['@nobody']\nmin-severity = 'error'\n"
    );
    let (notify, verdict, run) = (config(&text), verdict(), Run::default());
    let occasion = Occasion {
        event: Event::CheckFailed,
        name: "shop",
        scope: "s",
        run: &run,
        verdict: Some(&verdict),
        failure: None,
        is_sample: true,
    };
    let plan = plan(&notify, &occasion, &Sent::default());
    assert_eq!(plan.messages.len(), 2);
    assert!(
        plan.messages
            .iter()
            .all(|one| one.notice.is_sample && one.notice.items.len() == 3 && one.marks.done.is_empty())
    );
}
