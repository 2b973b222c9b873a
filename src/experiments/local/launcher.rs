//! The thread of a sweep: hands out trials, starts or resumes their runs side by side, and follows them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::data::DataSets;
use super::losers::Losers;
use super::share::Machine;
use super::{LocalOptions, SweepCommand};
use crate::data::{DataError, Dataset};
use crate::engine::{Command, Engine, EngineError, RunRequest};
use crate::experiments::sweep::{
    Decision, Next, Purpose, SweepError, SweepFolder, SweepState, SweepStatus, Trial, TrialState,
};
use crate::record::Status;
use crate::runs::{
    Labels, Listed, RunConfig, RunError, RunFolder, RunId, SweepPlace, default_name, list,
};
use crate::systems;

/// Between two looks at commands and runs.
const TICK: Duration = Duration::from_millis(50);
/// Between two looks at the files of runs that train.
const LOOK: Duration = Duration::from_millis(400);
/// Between two looks at runs that others train.
const LOOK_AROUND: Duration = Duration::from_secs(5);
/// Between two tries to write what could not be written.
const RETRY: Duration = Duration::from_secs(10);

/// A run that this thread started.
struct Live {
    run: RunId,
    /// Of how many equal shares of the machine it has one.
    shares: usize,
}

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
        let _ = self.reread();
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
            if ended || self.looked.elapsed() > LOOK {
                self.look();
            }
            if self.live.is_empty() && self.looked_around.elapsed() > LOOK_AROUND {
                self.reread()?;
            }
            let state = self.fold()?;
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
                    self.held_up = None;
                    self.tell_all(&Command::Resume);
                }
                SweepCommand::Stop => {
                    if !self.stopping {
                        self.decide(Decision::Stop);
                    }
                    self.stopping = true;
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

    /// Lets go of runs whose thread is gone; true if there were any. One that was stopped by hand has ended for the sweep too.
    fn see_ended(&mut self) -> bool {
        let gone: Vec<u32> = self
            .live
            .iter()
            .filter(|(_, live)| !self.engine.is_active(&live.run))
            .map(|(trial, _)| *trial)
            .collect();
        for trial in &gone {
            let Some(live) = self.live.remove(trial) else {
                continue;
            };
            self.read_run(&live.run);
            let summary = self.runs.iter().find(|own| own.id == live.run);
            let stopped = summary
                .and_then(|own| own.summary.as_ref().ok())
                .is_some_and(|own| own.status == Status::Stopped && own.message.is_none());
            let known = self.decisions.iter().any(
                |own| matches!(own, Decision::StopEarly { trial: other, .. } if other == trial),
            );
            if stopped && !known && !self.stopping && !self.engine.is_closing() {
                self.decide(Decision::StopEarly {
                    trial: *trial,
                    reason: "stopped by hand".to_owned(),
                });
            }
        }
        !gone.is_empty()
    }

    /// Reads again what all own files say.
    fn reread(&mut self) -> Result<(), End> {
        self.looked_around = Instant::now();
        self.trials = self.folder.trials()?;
        self.decisions = self.folder.decisions()?;
        self.decisions.extend(self.unwritten.iter().cloned());
        let id = self.folder.id().as_str();
        let is_own = |listed: &Listed| {
            let place = listed.summary.as_ref().ok();
            place.is_some_and(|own| own.sweep.as_ref().is_some_and(|place| place.id == id))
        };
        let listed = list(self.folder.runs()).map_err(SweepError::Run)?;
        self.runs = listed.into_iter().filter(is_own).collect();
        Ok(())
    }

    /// Reads again what the files of live runs say.
    fn look(&mut self) {
        self.looked = Instant::now();
        let live: Vec<RunId> = self.live.values().map(|live| live.run.clone()).collect();
        for run in live {
            self.read_run(&run);
        }
    }

    fn read_run(&mut self, run: &RunId) {
        let path = self
            .engine
            .folder(run)
            .unwrap_or_else(|| self.folder.runs().join(run.as_str()));
        let summary = RunFolder::open(&path).and_then(|folder| folder.summary());
        let listed = Listed {
            path,
            id: run.clone(),
            summary,
            labels: Ok(Labels::default()),
        };
        match self.runs.iter_mut().find(|own| own.id == *run) {
            Some(own) => *own = listed,
            None => self.runs.push(listed),
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

    /// Stops runs that cannot be among the best any more.
    fn stop_losers(&mut self, state: &SweepState) {
        let Some(rule) = state.config.sweep.stop_early else {
            return;
        };
        for (trial, reason) in self.losers.find(&rule, state) {
            // Others stop theirs.
            if self.live.contains_key(&trial) {
                self.decide(Decision::StopEarly { trial, reason });
            }
        }
        for trial in self.losers.untold(state) {
            let Some(live) = self.live.get(&trial) else {
                continue;
            };
            match self.engine.send(&live.run, Command::Stop) {
                Ok(()) => self.losers.tell(trial),
                // A busy run takes no command; the next look tries again.
                Err(error) => tracing::debug!("{error}"),
            }
        }
    }

    /// Begins one more run, if there is one to begin and room for it; true if so.
    fn begin(&mut self, state: &SweepState) -> Result<bool, End> {
        if self.is_held_up() {
            return Ok(false);
        }
        // A run that takes its share in any case is asked for its place before its trial is handed out.
        if self.used() > 1.0 - 1e-9 {
            return Ok(false);
        }
        let left = state.trials.iter().find(|own| {
            !own.has_ended() && !self.live.contains_key(&own.trial.number) && !is_elsewhere(own)
        });
        let (trial, run) = match left {
            Some(own) => (own.trial.clone(), own.run.clone()),
            None => match state.next() {
                Next::Wait | Next::Done => return Ok(false),
                Next::Trial(trial) => (trial, None),
            },
        };
        let is_new = left.is_none();
        let config = match state.config.run_config(&trial) {
            Ok(config) => config,
            Err(error) => {
                let Some(trial) = self.own(trial, is_new)? else {
                    return Ok(false);
                };
                self.refuse(trial.number, &error.to_string());
                return Ok(true);
            }
        };
        let data = match self.load(&config) {
            Ok(Some(data)) => data,
            Ok(None) => return Ok(false),
            Err(error) => return Err(End::Failed(error.to_string())),
        };
        let asked = self.options.parallel.or(state.config.sweep.parallel);
        let shares = self.machine.shares(&config, &data, asked);
        if self.used() + 1.0 / shares as f64 > 1.0 + 1e-9 {
            return Ok(false);
        }
        let Some(trial) = self.own(trial, is_new)? else {
            return Ok(false);
        };
        self.launch(&trial, config, run, data, shares)
    }

    /// How much of the machine the live runs take.
    fn used(&self) -> f64 {
        let shares = self.live.values().map(|live| 1.0 / live.shares as f64);
        shares.sum()
    }

    /// Hands a new trial out; one that was before is the sweep's already. None if it could not be written, or another was faster.
    fn own(&mut self, trial: Trial, is_new: bool) -> Result<Option<Trial>, End> {
        if !is_new {
            return Ok(Some(trial));
        }
        match self.folder.try_hand_out(trial) {
            Ok(Some(trial)) => {
                self.trials.push(trial.clone());
                Ok(Some(trial))
            }
            Ok(None) => {
                self.reread()?;
                Ok(None)
            }
            Err(error) => {
                self.hold_up(error.to_string());
                Ok(None)
            }
        }
    }

    fn refuse(&mut self, trial: u32, reason: &str) {
        self.decide(Decision::Refuse {
            trial,
            reason: reason.to_owned(),
        });
    }

    /// True while something could not be written and it is too early to try again.
    fn is_held_up(&mut self) -> bool {
        let waits = |(_, again): &(String, Instant)| Instant::now() < *again;
        if self.held_up.as_ref().is_some_and(waits) {
            return true;
        }
        self.held_up = None;
        false
    }

    fn hold_up(&mut self, message: String) {
        self.held_up = Some((message, Instant::now() + RETRY));
    }

    /// The data of a run; none if the sweep is to stop meanwhile.
    fn load(&mut self, config: &RunConfig) -> Result<Option<Dataset>, DataError> {
        let (commands, engine) = (self.commands, self.engine);
        let waiting = &mut self.waiting;
        let mut wanted = || {
            waiting.extend(commands.try_iter());
            !engine.is_closing() && !waiting.contains(&SweepCommand::Stop)
        };
        match self.data.get(config, self.folder.path(), &mut wanted) {
            Ok(data) => Ok(Some(data)),
            Err(DataError::Canceled) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Resumes the run of a trial, or starts one; true if it began.
    fn launch(
        &mut self,
        trial: &Trial,
        config: RunConfig,
        run: Option<PathBuf>,
        data: Dataset,
        shares: usize,
    ) -> Result<bool, End> {
        let device = self.options.device;
        let resumed = run.map(|path| {
            let data = Some(data.clone());
            self.engine.resume_beside(&path, device, data, shares)
        });
        let started = match resumed {
            Some(Ok(id)) => Ok(id),
            // Somebody else works on it, or the disk is full: it is looked at again.
            Some(Err(EngineError::Run(error @ (RunError::InUse { .. } | RunError::Io { .. })))) => {
                Err(EngineError::Run(error))
            }
            Some(Err(error @ (EngineError::Closing | EngineError::Thread(_)))) => Err(error),
            // What is damaged is trained anew, beside it.
            Some(Err(_)) | None => self.engine.start_beside(
                RunRequest {
                    name: name_of(trial, &config),
                    config,
                    device,
                    base: self.folder.path().to_owned(),
                    data: Some(data),
                    sweep: Some(SweepPlace {
                        id: self.folder.id().as_str().to_owned(),
                        trial: trial.number,
                    }),
                },
                shares,
            ),
        };
        match started {
            Ok(run) => {
                self.read_run(&run);
                self.live.insert(trial.number, Live { run, shares });
                if self.paused {
                    self.tell_all(&Command::Pause);
                }
                Ok(true)
            }
            Err(EngineError::Closing) => Err(End::Stopped),
            Err(error @ (EngineError::Config(_) | EngineError::Run(RunError::Config(_)))) => {
                self.refuse(trial.number, &error.to_string());
                Ok(true)
            }
            Err(error @ EngineError::Device(_)) => Err(End::Failed(error.to_string())),
            Err(error) => {
                self.hold_up(error.to_string());
                Ok(false)
            }
        }
    }
}

/// True if another process trains its run.
fn is_elsewhere(own: &TrialState) -> bool {
    own.run.is_some() && own.status.is_active()
}

/// The name of a run of the result; others are named by what differs, as all runs are.
pub(crate) fn name_of(trial: &Trial, config: &RunConfig) -> Option<String> {
    let system = systems::find(&config.system)?;
    let mut plain = config.clone();
    for key in trial.also.keys() {
        if !trial.setting.contains_key(key) {
            plain.parameters.remove(key);
        }
    }
    let name = default_name(system, &plain);
    (trial.purpose == Purpose::Result).then(|| format!("{name}, result"))
}
