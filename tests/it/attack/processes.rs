//! Other processes, threads and signals. Expected: no such function; what only a library has is stood in for, and says
//! so in what it gives.

use crate::support::{Belljar, between, gives, gives_in_all, only_harm_is_lost};

#[test]
fn nothing_can_be_started() {
    gives_in_all(
        "
import posix
from subprocess import PIPE
try_('system', lambda: posix.system('true'))
try_('fork', lambda: posix.fork())
try_('exec', lambda: posix.execv('/bin/true', ['true']))
try_('kill', lambda: posix.kill(os.getpid(), 9))
try_('control', lambda: PIPE)
",
        &[
            "control: -1",
            "system: AttributeError",
            "fork: AttributeError",
            "exec: AttributeError",
            "kill: AttributeError",
        ],
    );
}

/// All of them, by name.
#[test]
fn other_ways_to_start_something() {
    gives(
        r"
import posix, signal, subprocess
for name in ('fork', 'forkpty', 'execv', 'posix_spawn', 'system', 'popen', 'kill', 'killpg', 'waitpid', 'setuid', 'nice', 'ptrace', 'sched_setaffinity', 'getppid', 'setsid', 'unshare', 'memfd_create', 'pidfd_open'):
    try_(f'posix.{name}', lambda: getattr(posix, name))
try_('os.system', lambda: os.system('true'))
try_('popen', lambda: os.popen('true').read())
try_('subprocess', lambda: subprocess.run(['/bin/true']).returncode)
try_('output', lambda: subprocess.check_output(['id']))
try_('multiprocessing', lambda: __import__('multiprocessing').Process(target=print).start())
try_('pool', lambda: __import__('multiprocessing').Pool(1))
try_('thread', lambda: __import__('_thread').start_new_thread(print, ()))
try_('pid', os.getpid)
try_('signal', lambda: signal.signal(signal.SIGALRM, print))
try_('alarm', lambda: signal.alarm(1))
try_('itimer', lambda: signal.setitimer(0, 1))
try_('resource', lambda: __import__('resource').setrlimit(0, (0, 0)))
try_('own exit status', lambda: os.waitstatus_to_exitcode(0))
try_('control: names', lambda: signal.Signals(15).name)
",
        &[
            "alarm: 0",
            "control: names: SIGTERM",
            "itimer: 0",
            "multiprocessing: ⟪multiprocessing.Process().start()⟫",
            "os.system: ⟪os.system()⟫",
            "output: ⟪subprocess.check_output()⟫",
            "own exit status: AttributeError",
            "pid: 42",
            "pool: ⟪multiprocessing.Pool()⟫",
            "popen: ⟪os.popen().read()⟫",
            "posix.execv: AttributeError",
            "posix.fork: AttributeError",
            "posix.forkpty: AttributeError",
            "posix.getppid: AttributeError",
            "posix.kill: AttributeError",
            "posix.killpg: AttributeError",
            "posix.memfd_create: AttributeError",
            "posix.nice: AttributeError",
            "posix.pidfd_open: AttributeError",
            "posix.popen: AttributeError",
            "posix.posix_spawn: AttributeError",
            "posix.ptrace: AttributeError",
            "posix.sched_setaffinity: AttributeError",
            "posix.setsid: AttributeError",
            "posix.setuid: AttributeError",
            "posix.system: AttributeError",
            "posix.unshare: AttributeError",
            "posix.waitpid: AttributeError",
            "resource: ⟪resource.setrlimit()⟫",
            "signal: 0",
            "subprocess: ⟪subprocess.run().returncode⟫",
            "thread: 1",
        ],
    );
}

/// A signal that ends a process ends the run, and blames the file.
#[test]
fn a_signal_to_itself() {
    for harm in
        ["import signal\nsignal.raise_signal(signal.SIGTERM)", "import faulthandler\nfaulthandler._sigsegv()"]
    {
        let project = between(harm);
        let document = Belljar::extract(project.path(), ["--format", "json"]).run().exits_with(1).document();
        only_harm_is_lost(
            &document,
            "the interpreter trapped: wasm trap: wasm `unreachable` instruction executed",
        );
    }
}
