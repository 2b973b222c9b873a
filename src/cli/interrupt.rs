//! Ctrl-C, and the signals of those who end a program: schedulers, `docker stop`, a session that is closed.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

/// The first signal that came; 0 before.
static SIGNAL: AtomicI32 = AtomicI32::new(0);
/// True if no further signal ends the process.
static PATIENT: AtomicBool = AtomicBool::new(false);
/// Its number on every system that has signals.
const SIGINT: i32 = 2;
/// What a program's exit status adds to the signal that ended it.
const SIGNALED: i32 = 128;

/// From now on the first Ctrl-C (or SIGTERM, or SIGHUP) is remembered for [`interrupted`], and the second ends the process at once.
pub(crate) fn watch() {
    static WATCHING: OnceLock<()> = OnceLock::new();
    WATCHING.get_or_init(|| {
        if let Err(error) = signals::watch() {
            // Without a handler a signal ends the process at once, as it does by default.
            tracing::warn!("cannot watch for Ctrl-C: {error}");
        }
    });
}

/// As [`watch`], for a task of a scheduler: SIGUSR1 counts too, and no further signal ends the process. Schedulers tell a task and the script
/// around it at the same time, and kill whoever takes too long themselves.
pub(crate) fn watch_patiently() {
    PATIENT.store(true, Ordering::SeqCst);
    watch();
}

/// True if a person pressed Ctrl-C, or the system asks the program to end.
pub(crate) fn interrupted() -> bool {
    SIGNAL.load(Ordering::SeqCst) != 0
}

/// The exit status of a program that was stopped: 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP, 138 after SIGUSR1.
pub(crate) fn exit_status() -> u8 {
    let signal = match SIGNAL.load(Ordering::SeqCst) {
        0 => SIGINT,
        signal => signal,
    };
    u8::try_from(SIGNALED + signal).unwrap_or(130)
}

/// Remembers a signal; true if it is not the first, and the process is to end at once.
fn is_repeated(signal: i32) -> bool {
    SIGNAL.swap(signal, Ordering::SeqCst) != 0 && !PATIENT.load(Ordering::SeqCst)
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod signals {
    use std::io;
    use std::mem::zeroed;
    use std::ptr::{null, null_mut};

    /// Handles the signals here and not with `ctrlc`, which tells neither which one came nor whether `nohup` has hushed one.
    pub(super) fn watch() -> io::Result<()> {
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGUSR1] {
            if signal == libc::SIGUSR1 && !super::PATIENT.load(super::Ordering::SeqCst) {
                continue;
            }
            if signal == libc::SIGHUP && is_ignored(signal)? {
                continue;
            }
            // SAFETY: a zeroed `sigaction` is a valid one without flags; the handler does nothing but what signal handlers may: it swaps an
            // atomic number and calls `_exit`.
            let set = unsafe {
                let mut action: libc::sigaction = zeroed();
                action.sa_sigaction = remember as *const () as libc::sighandler_t;
                action.sa_flags = libc::SA_RESTART;
                libc::sigemptyset(&raw mut action.sa_mask);
                libc::sigaction(signal, &raw const action, null_mut())
            };
            if set != 0 {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(())
    }

    /// A program under `nohup` outlives its session.
    fn is_ignored(signal: libc::c_int) -> io::Result<bool> {
        // SAFETY: without a new action the call only fills in the old one.
        let (read, action) = unsafe {
            let mut action: libc::sigaction = zeroed();
            (libc::sigaction(signal, null(), &raw mut action), action)
        };
        if read != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(action.sa_sigaction == libc::SIG_IGN)
    }

    extern "C" fn remember(signal: libc::c_int) {
        if super::is_repeated(signal) {
            // SAFETY: `_exit` may be called in a signal handler, and ends the process without running anything else.
            unsafe { libc::_exit(super::SIGNALED + signal) }
        }
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
mod signals {
    /// Every signal counts as Ctrl-C: which one it was is not told.
    pub(super) fn watch() -> Result<(), ctrlc::Error> {
        ctrlc::set_handler(|| {
            if super::is_repeated(super::SIGINT) {
                std::process::exit(super::SIGNALED + super::SIGINT);
            }
        })
    }
}
