//! Starts a process for each message, and waits for all of them.
//!
//! A process of its own ends when its time is over, whatever a server or a name server does, and takes as much memory as its
//! limit. It gets its message by standard input, and of the environment only what certificates and proxies need.

use std::{
    env,
    io::{self, Read as _, Write as _},
    process::{Child, Command, Stdio},
    sync::{Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};

use crate::{
    delivery::Delivery,
    send::{self, Outcome},
};

/// Variables that a process gets.
const VARIABLES: [&str; 10] = [
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "ALL_PROXY",
    "all_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "NO_PROXY",
    "no_proxy",
];

/// The maximum number of processes at a time.
const AT_ONCE: usize = 8;

/// The maximum size of a delivery, and of an answer, in bytes.
const LARGEST: u64 = 8 << 20;
const ANSWER: u64 = 64 << 10;

/// The memory of a process besides its code, in bytes.
const MEMORY: u64 = 256 << 20;

/// The time after its own limit in which a process must have ended.
const GRACE: Duration = Duration::from_secs(1);

/// What the process does: reads a delivery, sends it, and writes the outcome.
pub fn run() -> io::Result<()> {
    // This process ends with its parent. If the system does not support that, it ends at its limits.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    // The secrets of the message are in no core dump; a server that answers without end exhausts this process alone.
    let limited = |most| Rlimit { current: Some(most), maximum: Some(most) };
    let _ = setrlimit(Resource::Core, limited(0));
    let _ = setrlimit(Resource::Data, limited(MEMORY));
    let mut text = Vec::new();
    io::stdin().lock().take(LARGEST).read_to_end(&mut text)?;
    let delivery: Delivery = serde_json::from_slice(&text)?;
    let outcome = send::send(&delivery);
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &outcome)?;
    out.flush()
}

/// Sends all messages, each in a process that `command` starts, and returns the outcomes in their order. All of them together
/// have the time limit of the longest.
pub fn send_all(deliveries: &[Delivery], command: &(dyn Fn() -> Command + Sync)) -> Vec<Outcome> {
    let limit = deliveries.iter().map(|one| one.time_limit).max().unwrap_or_default();
    let end = Instant::now() + limit;
    let next = Mutex::new(deliveries.iter().enumerate());
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..deliveries.len().min(AT_ONCE) {
            let (send, next) = (send.clone(), &next);
            scope.spawn(move || {
                loop {
                    let taken = next.lock().ok().and_then(|mut all| all.next());
                    let Some((position, delivery)) = taken else { return };
                    let left = end.saturating_duration_since(Instant::now());
                    let delivery = Delivery { time_limit: delivery.time_limit.min(left), ..delivery.clone() };
                    let outcome = one(&delivery, command()).unwrap_or_else(failed);
                    if send.send((position, outcome)).is_err() {
                        return;
                    }
                }
            });
        }
    });
    drop(send);
    let mut outcomes = vec![failed("its process was not started".to_owned()); deliveries.len()];
    for (position, outcome) in receive {
        if let Some(place) = outcomes.get_mut(position) {
            *place = outcome;
        }
    }
    outcomes
}

const fn failed(message: String) -> Outcome {
    Outcome { failure: Some(message), attempts: 0 }
}

/// Sends one message. The error is a lower-case fragment.
fn one(delivery: &Delivery, mut command: Command) -> Result<Outcome, String> {
    if delivery.time_limit.is_zero() {
        return Err("the time limit is over".to_owned());
    }
    let text = serde_json::to_vec(delivery).map_err(|error| error.to_string())?;
    command.env_clear().envs(VARIABLES.iter().filter_map(|name| Some((*name, env::var_os(name)?))));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let spawned = command.spawn().map_err(|error| format!("its process can't be started: {error}"))?;
    let mut running = Running(spawned);
    let (input, output) = (running.0.stdin.take(), running.0.stdout.take());
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        // A process that ends before it has read everything gives no answer.
        let _ = input.map(|mut input| input.write_all(&text));
        let mut answer = Vec::new();
        let read = output.map(|output| output.take(ANSWER).read_to_end(&mut answer));
        let _ = send.send(read.map(|_| answer)); // it fails where the time is over
    });
    let answer = receive
        .recv_timeout(delivery.time_limit + GRACE)
        .map_err(|_| format!("it is not sent within {:.0} s", delivery.time_limit.as_secs_f64()))?
        .unwrap_or_default();
    if answer.is_empty() {
        return Err(match running.0.wait() {
            Ok(status) => format!("its process ended without an answer ({status})"),
            Err(error) => format!("its process ended without an answer: {error}"),
        });
    }
    serde_json::from_slice(&answer).map_err(|_| "its process gave no valid answer".to_owned())
}

/// A process that is killed when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail if the process has ended already, which is the purpose.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
