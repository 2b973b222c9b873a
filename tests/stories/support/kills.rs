//! The moments at which stories kill a program.
use std::path::Path;
use std::process::Child;
use std::time::Duration;
use std::{fs, io};

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

/// When a program is killed.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    /// It is not.
    TheEnd,
    Elapsed(Duration),
    /// Its run has written this many bytes of events, and then so long: the same place in training on every machine, however busy.
    Events(u64, Duration),
}

impl Until {
    /// Any moment of a run that takes so long and writes so many bytes of events: one in four by time, starting and ending included, the
    /// others by the place in training.
    pub(crate) fn any(rng: &mut ChaCha8Rng, took: Duration, events: u64) -> Self {
        let part = rng.random_range(0.0..1.0);
        if rng.random_bool(0.25) {
            return Self::Elapsed(took.mul_f64(part));
        }
        // What is written between two events has its turn too.
        let after = took.mul_f64(rng.random_range(0.0..0.1));
        Self::Events((events as f64 * part) as u64, after)
    }

    /// Waits for the moment and kills the child, whose only run is in `runs`.
    pub(crate) fn kill(self, runs: &Path, child: &mut Child) {
        match self {
            Self::TheEnd => return,
            Self::Elapsed(life) => std::thread::sleep(life),
            Self::Events(bytes, after) => {
                while written(runs) < bytes && child.try_wait().unwrap().is_none() {
                    std::thread::sleep(Duration::from_millis(1));
                }
                std::thread::sleep(after);
            }
        }
        // SIGKILL: the process cannot do anything about it.
        child.kill().unwrap();
    }
}

/// The length of the events of the only run.
pub(crate) fn written(runs: &Path) -> u64 {
    let length = || -> io::Result<u64> {
        let Some(run) = fs::read_dir(runs)?.next() else {
            return Ok(0);
        };
        Ok(fs::metadata(run?.path().join("events.jsonl"))?.len())
    };
    // Nothing is there until the program has made it.
    length().unwrap_or(0)
}
