//! `belljar notify`.

use std::{fmt::Write as _, path::Path};

use belljar_check::Verdict;
use belljar_notify::{Event, Occasion, Run, Sent};

use crate::{
    announce::{self, Operator, Report},
    cli::Notify,
    failure::{Failure, NoEffect},
    session::Session,
    terminal::level::Level,
};

/// Sends the notifications of a document or of a sample, or shows them. It reads no repository and runs no hook.
pub(crate) fn run(arguments: &Notify, session: &mut Session) -> Result<u8, Failure> {
    let file = arguments.file.as_deref().ok_or(NoEffect::new("belljar notify", "--notify FILE"))?;
    let mut operator = Operator::open(file)?;
    choose(&mut operator, &arguments.target)?;
    let verdict = match &arguments.document {
        Some(document) => announce::read_verdict(document)?,
        None => belljar_notify::sample().map_err(|error| Failure::CheckDocument {
            path: "the sample".to_owned(),
            message: error.to_string(),
        })?,
    };
    let run = announce::run_of_ci().stated(arguments.change.as_deref(), arguments.run_url.as_deref());
    let run = run.map_err(|message| Failure::RunUrl { message })?;
    let name = name_of_folder();
    let scope = belljar_notify::scope(Path::new("."), &run);
    let occasion = occasion(&verdict, &run, (&name, &scope), arguments.test);
    if arguments.dry_run {
        let text = shown(&operator, &occasion);
        session.write(0, &|out| out.write_all(text.as_bytes()))?;
        return Ok(0);
    }
    let all_sent =
        announce::notify(&operator, &occasion, arguments.cache_dir.as_deref(), Report::new(Level::Normal));
    Ok(u8::from(!all_sent))
}

fn occasion<'a>(
    verdict: &'a Verdict,
    run: &'a Run,
    (name, scope): (&'a str, &'a str),
    is_sample: bool,
) -> Occasion<'a> {
    let event = if is_sample { Event::CheckFailed } else { announce::event_of(verdict) };
    Occasion { event, name, scope, run, verdict: Some(verdict), failure: None, is_sample }
}

/// Sends only to these targets.
fn choose(operator: &mut Operator, names: &[String]) -> Result<(), Failure> {
    let targets = &operator.config.notify.targets;
    let known: Vec<String> = targets.iter().map(|target| target.name.clone()).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        return Err(Failure::NoTarget(unknown.clone(), known));
    }
    if known.is_empty() {
        return Err(Failure::NoTarget(String::new(), known));
    }
    operator.only = names.to_vec();
    Ok(())
}

/// The name of the folder that the command is run in.
fn name_of_folder() -> String {
    let real = Path::new(".").canonicalize().unwrap_or_default();
    let name = real.file_name().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "project".to_owned())
}

/// What would be sent, and to whom. What was sent before is not considered.
fn shown(operator: &Operator, occasion: &Occasion<'_>) -> String {
    let settings = &operator.config.notify;
    let plan = operator.plan(occasion, &Sent::default());
    let mut out = String::new();
    // Writing to a string does not fail.
    for message in &plan.messages {
        let channel = &message.target.channel;
        let (name, kind) = (&message.target.name, channel.name());
        let _ = writeln!(out, "to `{name}` ({kind}, {}):", belljar_notify::destination(channel));
        let _ = writeln!(out, "{}", belljar_notify::preview(message, settings.smtp.as_ref()));
    }
    if plan.messages.is_empty() {
        out.push_str("nothing would be sent\n");
    }
    for remark in &plan.remarks {
        let _ = writeln!(out, "note: {remark}");
    }
    out
}
