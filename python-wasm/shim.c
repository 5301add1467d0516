/* Makes the snapshot tool repeatable: random bytes and the calendar clock are constants.
 *
 * Loaded into componentize-py with LD_PRELOAD, and only there. Random bytes depend on nothing but how many were
 * asked for, not on which thread asked first: whatever the tool's threads do, CPython's string-hash seed is the
 * same. Other clocks stand still at the first moment they were asked for: what the guest sees of them is the time
 * since it started, and it must always be none (mimalloc draws a key from it). Standing still is within their
 * contract; the tool waits for no timer, and build.py gives it a time limit. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>

/* 2024-01-01T00:00:00Z: the moment every snapshot was made. */
#define EPOCH 1704067200

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

/* splitmix64, from a fixed start. */
static void fill(unsigned char *out, size_t length) {
  uint64_t state = 0x62656c6c6a6172; /* "belljar" */
  for (size_t i = 0; i < length; i += 8) {
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    z ^= z >> 31;
    for (size_t j = i; j < i + 8 && j < length; j++, z >>= 8) out[j] = (unsigned char)z;
  }
}

ssize_t getrandom(void *out, size_t length, unsigned flags) {
  (void)flags;
  fill(out, length);
  return (ssize_t)length;
}

static int is_calendar(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

static struct timespec monotonic;

__attribute__((constructor)) static void stop_the_clock(void) {
  int (*real)(clockid_t, struct timespec *);
  *(void **)&real = next("clock_gettime");
  real(CLOCK_MONOTONIC, &monotonic);
}

int clock_gettime(clockid_t clock, struct timespec *out) {
  *out = is_calendar(clock) ? (struct timespec){.tv_sec = EPOCH} : monotonic;
  return 0;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
  (void)zone;
  *out = (struct timeval){.tv_sec = EPOCH};
  return 0;
}

time_t time(time_t *out) {
  if (out) *out = EPOCH;
  return EPOCH;
}

/* Some crates ask the kernel by number. Every other call passes with all six possible arguments. */
long syscall(long number, ...) {
  static long (*real)(long, ...);
  long a[6];
  va_list arguments;
  va_start(arguments, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(arguments, long);
  va_end(arguments);
  if (number == SYS_getrandom) return getrandom((void *)a[0], (size_t)a[1], (unsigned)a[2]);
  if (number == SYS_clock_gettime) return clock_gettime((clockid_t)a[0], (struct timespec *)a[1]);
  if (!real) *(void **)&real = next("syscall");
  return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
