//! Clocks and timing: time is made up, so that it tells nothing of the machine or of other tenants.

use crate::support::{gives, repeats};

#[test]
fn time_is_not_the_time() {
    let found =
        repeats("import time, datetime\ntry_('day', lambda: datetime.date.today())\ntry_('time', time.time)");
    assert_eq!(found[0], "day: 2026-01-01");
    assert!(found[1].starts_with("time: 17672256"), "{found:?}");
}

/// Work takes no time, looking at the clock does, and sleep is over at once.
#[test]
fn timing_reveals_nothing() {
    gives(
        r"
import time, datetime, sys
try_('date', datetime.date.today)
try_('year', lambda: time.gmtime().tm_year)
try_('zone', lambda: time.tzname)
try_('monotonic is small', lambda: time.monotonic() < 60)
try_('counter moves by looks', lambda: (lambda a, b: round((b - a) * 1000))(time.perf_counter(), time.perf_counter()))
def work():
    a = time.perf_counter(); sum(range(3_000_000)); b = time.perf_counter()
    c = time.perf_counter(); d = time.perf_counter()
    return round((b - a) / (d - c))
try_('work takes no time', work)
def cached():
    def read():
        a = time.perf_counter_ns(); open(__file__).read(); return time.perf_counter_ns() - a
    return read() == read()
try_('reading takes the same time', cached)
try_('thread time', lambda: time.thread_time())
def slept():
    a = time.time(); time.sleep(3600); return round(time.time() - a)
try_('control: sleep', slept)
try_('set', lambda: time.clock_settime(time.CLOCK_REALTIME, 0))
try_('resolution', lambda: time.get_clock_info('monotonic').resolution)
try_('file time', lambda: os.stat(__file__).st_mtime)
try_('sleep for ever', lambda: time.sleep(1e9))
try_('sleep backwards', lambda: time.sleep(-1))
try_('counting thread', lambda: __import__('threading').Timer(1, print).start())
",
        &[
            "control: sleep: 3600",
            "counter moves by looks: 1",
            "counting thread: None",
            "date: 2026-01-01",
            "file time: 1577836800.0",
            "monotonic is small: True",
            "reading takes the same time: True",
            "resolution: 0.001",
            "set: AttributeError",
            "sleep backwards: ValueError",
            "sleep for ever: None",
            "thread time: AttributeError",
            "work takes no time: 1",
            "year: 2026",
            "zone: ('UTC', 'UTC')",
        ],
    );
}
