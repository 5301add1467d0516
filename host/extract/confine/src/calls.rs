//! seccomp: the system calls that remain available.
//!
//! The list is an allow-list of the calls that runs of guests make, each with its reason. Calls on no list get `EPERM`:
//! libraries try various calls and do without them. Calls that a computation never needs, but an intruder would, end
//! the process at once, so that its parent notices.

use std::collections::BTreeMap;

use libc::{c_int, c_long};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition,
    SeccompFilter, SeccompRule,
};

use crate::ConfineError;

/// Whether a confined process may make a system call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// The call is allowed.
    Allowed,
    /// It is allowed with the arguments stated in the reason; otherwise `EPERM`.
    Checked,
    /// It ends the process with `SIGSYS`.
    Fatal,
}

/// A system call on one of the lists.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// Its number on this architecture.
    pub number: c_long,
    /// The name of the system call, as in its manual page.
    pub name: &'static str,
    /// Whether the call is allowed, restricted or fatal.
    pub permission: Permission,
    /// Why a process that runs guests needs it, or must not have it.
    pub reason: &'static str,
}

macro_rules! list {
    ($($permission:ident $reason:literal: $($name:ident)+;)+) => {
        &[$($(Call {
            number: libc::$name,
            name: stringify!($name),
            permission: Permission::$permission,
            reason: $reason,
        },)+)+]
    };
}

/// Every call that is allowed, checked, or fatal. All others are rejected with `EPERM`.
pub fn calls() -> &'static [Call] {
    list! {
        Allowed "memory is given back or moved": SYS_munmap SYS_mremap SYS_madvise SYS_brk;
        Checked "memory that is not executable, not of a file, and not of an inherited descriptor": SYS_mmap;
        Checked "memory that is not executable": SYS_mprotect;
        Allowed "threads wait for each other and end": SYS_futex SYS_set_robust_list SYS_rseq SYS_sched_yield
            SYS_sched_getaffinity SYS_gettid SYS_exit;
        Checked "a thread, never a process": SYS_clone;
        Checked "the name of a thread or of a piece of memory": SYS_prctl;
        Allowed "wasmtime turns faults of a guest into traps": SYS_rt_sigaction SYS_rt_sigprocmask SYS_rt_sigreturn
            SYS_sigaltstack;
        Checked "only to itself: how a program aborts": SYS_tgkill;
        Allowed "the clock, and waiting for it": SYS_clock_gettime SYS_gettimeofday SYS_clock_nanosleep SYS_nanosleep;
        Allowed "random random seeds of hash tables": SYS_getrandom;
        Checked "to standard output and error": SYS_write SYS_writev;
        Allowed "descriptors that are no longer needed": SYS_close;
        Checked "whether a descriptor is open": SYS_fcntl;
        Allowed "its own identity, and its end": SYS_getpid SYS_exit_group SYS_restart_syscall;
        Fatal "runs another program": SYS_execve SYS_execveat;
        Fatal "inspects other processes": SYS_ptrace SYS_process_vm_readv SYS_process_vm_writev SYS_pidfd_getfd
            SYS_pidfd_open SYS_kcmp SYS_perf_event_open;
        Fatal "signals other processes": SYS_kill SYS_tkill SYS_rt_sigqueueinfo SYS_rt_tgsigqueueinfo
            SYS_pidfd_send_signal;
        Fatal "reaches a network or another process": SYS_socket SYS_socketpair SYS_connect SYS_bind SYS_listen
            SYS_accept SYS_accept4 SYS_sendto SYS_sendmsg SYS_sendmmsg;
        Fatal "makes system calls that bypass the filter": SYS_io_uring_setup SYS_io_uring_enter SYS_io_uring_register
            SYS_io_setup SYS_io_submit;
        Fatal "passes code or handlers to the kernel": SYS_bpf SYS_userfaultfd SYS_init_module SYS_finit_module
            SYS_kexec_load SYS_kexec_file_load;
        Fatal "changes the identity or the view of the process": SYS_mount SYS_umount2 SYS_pivot_root SYS_chroot SYS_unshare
            SYS_setns SYS_fsopen SYS_open_tree SYS_move_mount SYS_mount_setattr SYS_setuid SYS_setgid SYS_setreuid
            SYS_setregid SYS_setresuid SYS_setresgid SYS_setgroups SYS_capset;
        Fatal "reaches the kernel's keys": SYS_add_key SYS_request_key SYS_keyctl;
    }
}

/// Installs the filters for the calling thread and the threads that it starts.
///
/// There are three, and the strictest result applies: one kills, one rejects calls that are not allowed, and one
/// reports that `clone3` does not exist, whose arguments no filter can see, so that the C library falls back to
/// `clone`.
pub(crate) fn filter(inherited: &[u32]) -> Result<(), ConfineError> {
    let fatal = calls_with(Permission::Fatal).map(|call| (call.number, Vec::new())).collect();
    install(fatal, SeccompAction::Allow, SeccompAction::KillProcess)?;
    let absent = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    install(absent, SeccompAction::Allow, SeccompAction::Errno(code(libc::ENOSYS)))?;
    let mut allowed: Rules = calls_with(Permission::Allowed).map(|call| (call.number, Vec::new())).collect();
    // This filter passes everything that the two before decide.
    allowed.extend(calls_with(Permission::Fatal).map(|call| (call.number, Vec::new())));
    allowed.insert(libc::SYS_clone3, Vec::new());
    allowed.extend(checked(inherited)?);
    // Last: after it, no filter can be installed any more.
    install(allowed, SeccompAction::Errno(code(libc::EPERM)), SeccompAction::Allow)
}

type Rules = BTreeMap<c_long, Vec<SeccompRule>>;

fn calls_with(permission: Permission) -> impl Iterator<Item = &'static Call> {
    calls().iter().filter(move |call| call.permission == permission)
}

/// Calls whose arguments are checked: any of the rules of a call must match.
fn checked(inherited: &[u32]) -> Result<Rules, ConfineError> {
    let rule = |conditions: Vec<Result<SeccompCondition, BackendError>>| {
        let conditions = conditions.into_iter().collect::<Result<_, _>>();
        conditions.and_then(SeccompRule::new).map_err(|error| ConfineError::Seccomp(error.to_string()))
    };
    let lacks = |argument, flag| is(argument, Op::MaskedEq(bits(flag)), 0);
    let thread = bits(libc::CLONE_THREAD);
    let to = |descriptor| rule(vec![is(0, Op::Eq, descriptor)]);
    let name = |option| rule(vec![is(0, Op::Eq, bits(option))]);
    let mut mapped = vec![lacks(2, libc::PROT_EXEC), lacks(3, libc::MAP_SHARED)];
    mapped.extend(inherited.iter().map(|descriptor| is(4, Op::Ne, u64::from(*descriptor))));
    Ok(BTreeMap::from([
        (libc::SYS_mmap, vec![rule(mapped)?]),
        (libc::SYS_mprotect, vec![rule(vec![lacks(2, libc::PROT_EXEC)])?]),
        (libc::SYS_clone, vec![rule(vec![is(0, Op::MaskedEq(thread), thread)])?]),
        (libc::SYS_prctl, vec![name(libc::PR_SET_NAME)?, name(libc::PR_SET_VMA)?]),
        (libc::SYS_tgkill, vec![to(u64::from(std::process::id()))?]),
        (libc::SYS_write, vec![to(1)?, to(2)?]),
        (libc::SYS_writev, vec![to(1)?, to(2)?]),
        (libc::SYS_fcntl, vec![rule(vec![is(1, Op::Eq, bits(libc::F_GETFD))])?]),
    ]))
}

/// A condition on one argument, of which the kernel compares the lower half.
fn is(argument: u8, op: Op, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, Len::Dword, op, value)
}

fn bits(flag: c_int) -> u64 {
    u64::from(flag.cast_unsigned())
}

fn code(error: c_int) -> u32 {
    error.cast_unsigned()
}

fn install(rules: Rules, otherwise: SeccompAction, matched: SeccompAction) -> Result<(), ConfineError> {
    let program = program(rules, otherwise, matched)?;
    seccompiler::apply_filter(&program).map_err(|error| ConfineError::Seccomp(error.to_string()))
}

fn program(
    rules: Rules,
    otherwise: SeccompAction,
    matched: SeccompAction,
) -> Result<BpfProgram, ConfineError> {
    let failed = |error: &dyn std::fmt::Display| ConfineError::Seccomp(error.to_string());
    let machine = std::env::consts::ARCH.try_into().map_err(|error| failed(&error))?;
    SeccompFilter::new(rules, otherwise, matched, machine)
        .and_then(TryInto::try_into)
        .map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_on_one_list() {
        let mut numbers: Vec<c_long> = calls().iter().map(|call| call.number).collect();
        numbers.sort_unstable();
        let all = numbers.len();
        numbers.dedup();
        assert_eq!(numbers.len(), all);
    }

    #[test]
    fn there_is_room_for_as_many_descriptors_as_may_be() {
        let inherited: Vec<u32> = (0..).take(crate::Inherited::MOST).collect();
        let rules = checked(&inherited).unwrap();
        assert!(program(rules, SeccompAction::Errno(1), SeccompAction::Allow).is_ok());
    }

    #[test]
    fn every_checked_call_has_its_check() {
        let listed: Vec<c_long> = {
            let mut listed: Vec<c_long> = calls_with(Permission::Checked).map(|call| call.number).collect();
            listed.sort_unstable();
            listed
        };
        assert_eq!(checked(&[0, 1, 2]).unwrap().into_keys().collect::<Vec<_>>(), listed);
    }
}
