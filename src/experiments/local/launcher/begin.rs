//! How a sweep's thread begins runs: the next one, its data, its share of the machine.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::{End, Launcher, Live};
use crate::data::{DataError, Dataset};
use crate::engine::{Command, EngineError, RunRequest};
use crate::experiments::local::SweepCommand;
use crate::experiments::sweep::{
    Decision, Next, Purpose, SweepState, Trial, TrialState, VALIDATION_SHARE,
};
use crate::runs::{RunConfig, RunError, SweepPlace, name_in_sweep};
use crate::systems;

/// Between two tries to write what could not be written.
const RETRY: Duration = Duration::from_secs(2);

impl Launcher<'_> {
    /// Begins one more run, if there is one to begin and room for it; true if so.
    pub(super) fn begin(&mut self, state: &SweepState) -> Result<bool, End> {
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
        let left = self.left_to_begin(state, trial.purpose);
        let shares = self.machine.widened(shares, self.used(), left);
        if self.used() + 1.0 / shares as f64 > 1.0 + 1e-9 {
            return Ok(false);
        }
        let Some(trial) = self.own(trial, is_new)? else {
            return Ok(false);
        };
        let name = name_of(&trial, &config, state.config.seeds().len());
        self.launch(&trial, name, config, run, data, shares)
    }

    /// How much of the machine the live runs take.
    fn used(&self) -> f64 {
        let shares = self.live.values().map(|live| 1.0 / live.shares as f64);
        shares.sum()
    }

    /// How many runs of the same purpose could begin now, with the one that is about to.
    fn left_to_begin(&self, state: &SweepState, purpose: Purpose) -> usize {
        let handed_out = state.trials.iter().filter(|own| {
            !own.has_ended() && !self.live.contains_key(&own.trial.number) && !is_elsewhere(own)
        });
        handed_out.count() + state.untried(purpose)
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
    pub(super) fn is_held_up(&mut self) -> bool {
        let waits = |(_, again): &(String, Instant)| Instant::now() < *again;
        if self.held_up.as_ref().is_some_and(waits) {
            return true;
        }
        self.held_up = None;
        false
    }

    pub(super) fn hold_up(&mut self, message: String) {
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
        name: Option<String>,
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
                    name,
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

/// The name of a run: by its settings, as of all runs, without what is set for all runs of a sweep alike.
/// `seeds` is how many seeds there are.
pub(crate) fn name_of(trial: &Trial, config: &RunConfig, seeds: usize) -> Option<String> {
    let system = systems::find(&config.system)?;
    let mut plain = config.clone();
    let validates = VALIDATION_SHARE.to_owned();
    for key in trial.also.keys().chain([&validates]) {
        if !trial.setting.contains_key(key) {
            plain.parameters.remove(key);
        }
    }
    let name = name_in_sweep(system, &plain, &trial.setting, seeds > 1);
    Some(match trial.purpose {
        Purpose::Search => name,
        Purpose::Result => format!("{name}, result"),
    })
}
