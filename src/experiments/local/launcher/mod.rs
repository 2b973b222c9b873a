//! The thread of a sweep: hands out trials, starts or resumes their runs side by side, and follows them.

mod begin;
mod watch;

pub(crate) use begin::name_of;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::data::DataSets;
use super::losers::Losers;
use super::share::Machine;
use super::{LocalOptions, SweepCommand};
use crate::engine::{Command, Engine};
use crate::experiments::sweep::{
    Decision, SweepError, SweepFolder, SweepState, SweepStatus, Trial,
};
use crate::runs::{Listed, RunId};

/// Between two looks at commands and runs.
const TICK: Duration = Duration::from_millis(50);
/// Between two looks at the files of runs that train.
const LOOK: Duration = Duration::from_millis(400);
/// Looks may take at most one part in this many of the time.
const COST_SHARE: u32 = 20;
/// Between two looks at runs that others train.
const LOOK_AROUND: Duration = Duration::from_secs(5);

/// A run that this thread started.
struct Live {
    run: RunId,
    /// Of how many equal shares of the machine it has one.
    shares: usize,
}

/// The thread: what it has read, and the runs that it started.
pub(super) struct Launcher<'a> {
    pub(super) engine: &'a Engine,
    pub(super) folder: &'a SweepFolder,
    pub(super) options: LocalOptions,
    pub(super) commands: &'a Receiver<SweepCommand>,
    pub(super) published: &'a Mutex<Arc<SweepState>>,
    machine: Machine,
    data: DataSets,
    trials: Vec<Trial>,
    decisions: Vec<Decision>,
    /// Those of them that are not on disk yet.
    unwritten: Vec<Decision>,
    /// The sweep's own runs, as they were last read.
    runs: Vec<Listed>,
    live: BTreeMap<u32, Live>,
    losers: Losers,
    paused: bool,
    stopping: bool,
    /// Commands that came while the data was read.
    waiting: Vec<SweepCommand>,
    /// Why nothing new can begin, and when to try again.
    held_up: Option<(String, Instant)>,
    /// Why something that a person wanted was not done.
    refused: Option<String>,
    looked: Instant,
    looked_around: Instant,
    /// How long the last look at all trials took.
    cost: Duration,
    /// True if something was decided or begun since.
    changed: bool,
}

/// Why the thread ends before all is done.
enum End {
    /// A person stopped it, or the program closes.
    Stopped,
    /// It cannot go on.
    Failed(String),
}

impl From<SweepError> for End {
    fn from(error: SweepError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl<'a> Launcher<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        folder: &'a SweepFolder,
        options: LocalOptions,
        commands: &'a Receiver<SweepCommand>,
        published: &'a Mutex<Arc<SweepState>>,
    ) -> Self {
        Self {
            engine,
            folder,
            options,
            commands,
            published,
            machine: Machine::look(options.device),
            data: DataSets::default(),
            trials: Vec::new(),
            decisions: Vec::new(),
            unwritten: Vec::new(),
            runs: Vec::new(),
            live: BTreeMap::new(),
            losers: Losers::default(),
            paused: false,
            stopping: false,
            waiting: Vec::new(),
            held_up: None,
            refused: None,
            looked: Instant::now(),
            looked_around: Instant::now(),
            cost: Duration::ZERO,
            changed: true,
        }
    }

    /// The life of the sweep on this machine.
    pub(super) fn run(mut self) {
        let end = self.work();
        // What was said last is what the files say, with why it cannot go on.
        let message = match end {
            Err(End::Failed(message)) => Some(message),
            Ok(()) | Err(End::Stopped) => None,
        };
        if let Some(message) = &message {
            tracing::warn!("{}: {message}", self.folder.path().display());
            self.stop_runs();
        }
        self.write_decisions();
        if let Err(End::Failed(error)) = self.reread() {
            tracing::warn!("{error}");
        }
        match self.fold() {
            Ok(mut state) => {
                if let Some(message) = message {
                    state.status = SweepStatus::Failed;
                    state.message = Some(message);
                }
                self.publish(state);
            }
            Err(error) => {
                let mut state = SweepState::clone(&self.state());
                state.status = SweepStatus::Failed;
                state.message = message.or(match error {
                    End::Failed(message) => Some(message),
                    End::Stopped => None,
                });
                self.publish(state);
            }
        }
    }

    fn work(&mut self) -> Result<(), End> {
        self.reread()?;
        let goes_on = self
            .decisions
            .iter()
            .rev()
            .find(|own| matches!(own, Decision::Pause | Decision::Stop | Decision::Resume));
        if matches!(goes_on, Some(Decision::Pause | Decision::Stop)) {
            self.decide(Decision::Resume);
        }
        loop {
            self.take_commands();
            self.write_decisions();
            if self.engine.is_closing() {
                return Err(End::Stopped);
            }
            let ended = self.see_ended();
            // Of many trials even to look takes time, which is the runs'.
            let looks = ended || self.looked.elapsed() > LOOK.max(self.cost * COST_SHARE);
            if looks {
                self.look();
            }
            if self.live.is_empty() && self.looked_around.elapsed() > LOOK_AROUND {
                self.reread()?;
            }
            if !looks && !self.changed {
                self.pause_a_moment();
                continue;
            }
            self.changed = false;
            let began = Instant::now();
            let state = self.fold()?;
            self.cost = began.elapsed();
            if self.stopping {
                if self.live.is_empty() {
                    return Err(End::Stopped);
                }
                self.publish(state);
                continue;
            }
            if matches!(state.status, SweepStatus::Finished | SweepStatus::Failed)
                && self.live.is_empty()
            {
                return Ok(());
            }
            self.stop_losers(&state);
            let is_hopeless = state.status == SweepStatus::Failed;
            let more = !self.paused && !is_hopeless && self.begin(&state)?;
            self.publish(state);
            self.changed |= more;
            if !more {
                self.pause_a_moment();
            }
        }
    }

    /// Waits for a command, for a moment.
    fn pause_a_moment(&mut self) {
        match self.commands.recv_timeout(TICK) {
            Ok(command) => self.waiting.push(command),
            Err(RecvTimeoutError::Timeout) => {}
            // Nobody will say anything any more; it goes on by itself.
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(TICK),
        }
    }

    fn take_commands(&mut self) {
        let mut commands = std::mem::take(&mut self.waiting);
        commands.extend(self.commands.try_iter());
        for command in commands {
            match command {
                SweepCommand::Pause if !self.paused => {
                    self.decide(Decision::Pause);
                    self.paused = true;
                    self.tell_all(&Command::Pause);
                }
                SweepCommand::Resume => {
                    if self.paused {
                        self.decide(Decision::Resume);
                    }
                    self.paused = false;
                    self.changed = true;
                    self.held_up = None;
                    self.tell_all(&Command::Resume);
                }
                SweepCommand::Stop => {
                    if !self.stopping {
                        self.decide(Decision::Stop);
                    }
                    self.stopping = true;
                    self.changed = true;
                    self.stop_runs();
                }
                SweepCommand::Extend(extension) => {
                    let config = self.folder.config_with(&self.decisions);
                    match config.extended(&extension).check() {
                        Ok(()) => self.decide(Decision::Extend(extension)),
                        Err(error) => self.refused = Some(format!("not added: {error}")),
                    }
                }
                SweepCommand::Pause => {}
            }
        }
        if self.stopping {
            // A busy run takes no command; the next look tries again.
            self.stop_runs();
            self.pause_a_moment();
        }
    }

    fn tell_all(&self, command: &Command) {
        for live in self.live.values() {
            if let Err(error) = self.engine.send(&live.run, command.clone()) {
                tracing::debug!("{error}");
            }
        }
    }

    fn stop_runs(&self) {
        self.tell_all(&Command::Stop);
    }

    /// Takes a decision, which holds from now on and is written as soon as that is possible.
    fn decide(&mut self, decision: Decision) {
        self.changed = true;
        self.decisions.push(decision.clone());
        self.unwritten.push(decision);
        self.write_decisions();
    }

    fn write_decisions(&mut self) {
        if self.is_held_up() {
            return;
        }
        while let Some(decision) = self.unwritten.first() {
            if let Err(error) = self.folder.decide(decision) {
                self.hold_up(error.to_string());
                return;
            }
            self.unwritten.remove(0);
        }
    }

    fn fold(&self) -> Result<SweepState, End> {
        let mut state = self
            .folder
            .fold(&self.trials, &self.decisions, &self.runs)?;
        let held_up = self.held_up.as_ref().map(|(message, _)| message);
        if let Some(message) = held_up.or(self.refused.as_ref()) {
            state.message = Some(message.clone());
        }
        Ok(state)
    }

    fn state(&self) -> Arc<SweepState> {
        Arc::clone(
            &self
                .published
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    fn publish(&self, state: SweepState) {
        let mut published = self
            .published
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if **published != state {
            *published = Arc::new(state);
        }
    }
}
