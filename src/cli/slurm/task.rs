//! `atelier sweep-task`: trains runs of a sweep that nobody works on.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::{Duration, Instant, SystemTime};

use super::args::SweepTaskArgs;
use super::sign_of_life::SignOfLife;
use crate::cli::args::{DeviceArg, FollowArgs};
use crate::cli::failure::{Failure, Outcome, ResultExt as _};
use crate::cli::follow::{Ended, engine, follow_with, refusal};
use crate::cli::output::{Output, say};
use crate::cli::progress::Progress;
use crate::cli::{interrupt, plain_text};
use crate::engine::{Engine, EngineError, RunRequest};
use crate::experiments::local::{Losers, name_of};
use crate::experiments::slurm::{
    Claimed, Cluster, QueueLine, Submission, Worker, attempts, claim, owner,
};
use crate::experiments::sweep::{Decision, Next, SweepFolder, SweepState, SweepStatus, TrialState};
use crate::record::Status;
use crate::runs::{self, RunError, RunFolder, RunState, SweepPlace};

/// Between two looks at what was decided about the sweep.
const LOOK: Duration = Duration::from_secs(20);
/// So often a run is begun anew that its process never ended well: one that takes too much memory kills whoever takes it.
const MOST_ATTEMPTS: u32 = 3;

/// Trains one run after the other.
pub(crate) fn run(args: &SweepTaskArgs, out: &mut Output) -> Outcome {
    interrupt::watch_patiently();
    let sweep = SweepFolder::open(&args.sweep).or_wrong()?;
    let submission = match args.submission {
        Some(number) => Some(Submission::read(sweep.path(), number).or_wrong()?),
        None => None,
    };
    let task = Task::new(args, &sweep, submission)?;
    say!(
        "[atelier] {} begins on {}",
        task.worker,
        task.worker.machine
    );
    let life = SignOfLife::start(&task.worker, sweep.path()).or_failed()?;
    let done = task.work(out);
    drop(life);
    done
}

/// A task.
struct Task<'a> {
    sweep: &'a SweepFolder,
    worker: Worker,
    engine: Engine,
    device: DeviceArg,
    /// The trials that are its own.
    own: Vec<u32>,
    /// How many it asks for beyond them.
    asks: u32,
    /// True if trials that failed are tried again.
    again: bool,
    /// Runs that cannot be among the best any more.
    losers: RefCell<Losers>,
}

/// What became of a trial here.
enum Trained {
    Ended,
    Failed,
    /// Somebody else works on it, or it is not to be trained.
    Left,
    /// The task is to leave.
    Leave,
}

impl<'a> Task<'a> {
    fn new(
        args: &SweepTaskArgs,
        sweep: &'a SweepFolder,
        submission: Option<Submission>,
    ) -> Outcome<Self> {
        let worker = Worker::here();
        let (mut own, mut asks, mut again) =
            (Vec::new(), args.most.unwrap_or(u32::MAX), args.again);
        let mut device = args.device;
        if let (Some(submission), Some(task)) = (submission, args.task) {
            let trials = submission.tasks.get(task as usize).ok_or_else(|| {
                Failure::wrong(format!(
                    "submission {} has tasks 0 to {}, and no task {task}",
                    submission.number,
                    submission.tasks.len().saturating_sub(1)
                ))
            })?;
            own.clone_from(trials);
            asks = submission.asks;
            again = submission.again;
            device = device.or(match submission.options.device.as_str() {
                "cpu" => Some(DeviceArg::Cpu),
                "gpu" => Some(DeviceArg::Gpu),
                _ => None,
            });
            if let Some((job, _)) = worker.job {
                Submission::write_job(sweep.path(), submission.number, job).or_failed()?;
            }
        }
        let device = device.unwrap_or(DeviceArg::Auto);
        let follow = FollowArgs {
            device,
            quiet: false,
            checkpoint_every: args.checkpoint_every,
        };
        Ok(Self {
            engine: engine(sweep.runs().to_owned(), &follow),
            sweep,
            worker,
            device,
            own,
            asks,
            again,
            losers: RefCell::default(),
        })
    }

    /// Trains its own trials, then what comes next, then what others have left.
    fn work(mut self, out: &mut Output) -> Outcome {
        let mut failed = 0;
        let mut seen = BTreeSet::new();
        let done = loop {
            let state = self.state()?;
            if matches!(state.status, SweepStatus::Paused | SweepStatus::Stopped) {
                say!(
                    "[atelier] the sweep was {}: nothing new begins",
                    word(state.status)
                );
                break Ok(());
            }
            let Some(trial) = self.next(&state, &seen)? else {
                break Ok(());
            };
            seen.insert(trial);
            match self.train(trial, out)? {
                Trained::Ended | Trained::Left => {}
                Trained::Failed => failed += 1,
                Trained::Leave => break Err(Failure::Stopped),
            }
            if interrupt::interrupted() {
                break Err(Failure::Stopped);
            }
        };
        self.engine.shutdown();
        done?;
        match failed {
            0 => Ok(()),
            1 => Err(Failure::failed("1 run failed")),
            failed => Err(Failure::failed(format!("{failed} runs failed"))),
        }
    }

    fn state(&self) -> Outcome<SweepState> {
        let runs = runs::list(self.sweep.runs()).or_failed()?;
        self.sweep.state(&runs).or_failed()
    }

    /// The next trial to work on, none of `seen`.
    fn next(&mut self, state: &SweepState, seen: &BTreeSet<u32>) -> Outcome<Option<u32>> {
        let is_open = |own: &TrialState| {
            !seen.contains(&own.trial.number)
                && (!own.has_ended() || (self.again && own.status == Status::Failed))
        };
        let open: Vec<u32> = state
            .trials
            .iter()
            .filter(|own| is_open(own))
            .map(|own| own.trial.number)
            .collect();
        if let Some(own) = self.own.iter().find(|own| open.contains(own)) {
            return Ok(Some(*own));
        }
        // What it was at when it was interrupted.
        for trial in &open {
            let owner = owner(self.sweep.path(), *trial).or_failed()?;
            if owner.is_some_and(|owner| owner.is_same(&self.worker)) {
                return Ok(Some(*trial));
            }
        }
        if let Some(next) = self.ask(state)? {
            return Ok(Some(next));
        }
        let queue = std::cell::OnceCell::new();
        for trial in open {
            let sweep = self.sweep.path();
            let tried = attempts(sweep, trial).or_failed()?;
            if (1..=MOST_ATTEMPTS).contains(&tried)
                && let Some(owner) = owner(sweep, trial).or_failed()?
                && !owner.is_alive(sweep, queue.get_or_init(|| self.queue()), SystemTime::now())
            {
                say!("[atelier] {owner} has left trial {trial}: it goes on here");
                return Ok(Some(trial));
            }
            // Written by hand out and never begun: by a process that was killed in between, or for tasks that were canceled.
            if tried == 0 && self.asks == u32::MAX {
                return Ok(Some(trial));
            }
        }
        Ok(None)
    }

    /// A trial that nobody has had: of a method that learns, or the result of a search that has ended.
    fn ask(&mut self, state: &SweepState) -> Outcome<Option<u32>> {
        let is_result = |next: &Next| match next {
            Next::Trial(trial) => trial.purpose == crate::experiments::sweep::Purpose::Result,
            Next::Wait | Next::Done => false,
        };
        let next = state.next();
        if !matches!(next, Next::Trial(_)) || (self.asks == 0 && !is_result(&next)) {
            return Ok(None);
        }
        let runs = runs::list(self.sweep.runs()).or_failed()?;
        let launcher = self.worker.to_string();
        match self.sweep.ask(&runs, Some(&launcher)).or_failed()? {
            Next::Trial(trial) => {
                self.asks = self.asks.saturating_sub(1);
                Ok(Some(trial.number))
            }
            Next::Wait | Next::Done => Ok(None),
        }
    }

    /// What Slurm says of all tasks; nothing where it is not there or does not answer: signs of life say it then.
    fn queue(&self) -> Vec<QueueLine> {
        if self.worker.job.is_none() {
            return Vec::new();
        }
        Cluster::default().queue().unwrap_or_else(|error| {
            tracing::debug!("{error}");
            Vec::new()
        })
    }

    /// Trains a trial to its end, or until the task is to leave.
    fn train(&self, number: u32, out: &mut Output) -> Outcome<Trained> {
        let path = self.sweep.path();
        let queue = std::cell::OnceCell::new();
        let alive = |other: &Worker| {
            let queue = queue.get_or_init(|| self.queue());
            other.is_alive(path, queue, SystemTime::now())
        };
        if let Claimed::Others(other) = claim(path, number, &self.worker, alive).or_failed()? {
            say!("[atelier] {other} works on trial {number}");
            return Ok(Trained::Left);
        }
        let state = self.state()?;
        let Some(own) = state.trials.iter().find(|own| own.trial.number == number) else {
            say!("[atelier] trial {number} is not in the sweep's folder");
            return Ok(Trained::Failed);
        };
        if own.has_ended() && !(self.again && own.status == Status::Failed) {
            return Ok(Trained::Left);
        }
        say!("[atelier] trial {number}: {}", describe(own));
        let begun = match &own.run {
            Some(run) => self.engine.resume(run, self.device.into()),
            None => self.start(&state, own),
        };
        let id = match begun {
            Ok(id) => id,
            Err(EngineError::Run(RunError::InUse { .. })) => {
                say!("[atelier] another process works on trial {number}");
                return Ok(Trained::Left);
            }
            Err(EngineError::Closing) => return Ok(Trained::Leave),
            Err(error @ (EngineError::Config(_) | EngineError::Run(RunError::Config(_)))) => {
                say!("error: trial {number}: {error}");
                let decision = Decision::Refuse {
                    trial: number,
                    reason: error.to_string(),
                };
                self.sweep.decide(&decision).or_failed()?;
                return Ok(Trained::Failed);
            }
            Err(error) => {
                let (Failure::Wrong(error) | Failure::Failed(error)) = refusal(error) else {
                    return Ok(Trained::Leave);
                };
                say!("error: trial {number}: {error}");
                return Ok(Trained::Failed);
            }
        };
        let replayed = match &own.run {
            Some(run) => {
                RunFolder::open(run)
                    .and_then(|run| run.replay())
                    .or_failed()?
                    .state
            }
            None => RunState::default(),
        };
        let mut progress = Progress::new(false);
        let mut next_look = Instant::now() + LOOK;
        let mut look = || {
            if Instant::now() < next_look {
                return false;
            }
            next_look = Instant::now() + LOOK;
            self.is_to_end(number)
        };
        let (_, ended) = follow_with(&self.engine, &id, replayed, &mut progress, &mut look);
        progress.finish();
        let folder = self.engine.folder(&id);
        let folder = folder.unwrap_or_else(|| self.sweep.runs().join(id.as_str()));
        let shown = plain_text::path(&folder);
        Ok(match ended {
            Ended::Finished => {
                out.line(&format!("[atelier] trial {number} finished: {shown}"))?;
                Trained::Ended
            }
            Ended::Failed(message) => {
                say!("error: trial {number}: {message}\n  run folder: {shown}");
                Trained::Failed
            }
            Ended::Unsaved(message) => {
                return Err(Failure::failed(format!(
                    "trial {number}: {message}\n  free some space there; it goes on from its last checkpoint when it is submitted again"
                )));
            }
            Ended::Stopped if interrupt::interrupted() => {
                say!("[atelier] trial {number} has a checkpoint at {shown}");
                Trained::Leave
            }
            Ended::Stopped => Trained::Ended,
        })
    }

    fn start(&self, state: &SweepState, own: &TrialState) -> Result<runs::RunId, EngineError> {
        let config = state.config.run_config(&own.trial)?;
        self.engine.start(RunRequest {
            name: name_of(&own.trial, &config, state.config.seeds().len()),
            config,
            device: self.device.into(),
            base: self.sweep.path().to_owned(),
            data: None,
            sweep: Some(SweepPlace {
                id: self.sweep.id().as_str().to_owned(),
                trial: own.trial.number,
            }),
        })
    }

    /// True if a run is to end before its time: a person stopped the sweep, or it is a loser, which is written first so that nobody resumes it.
    fn is_to_end(&self, number: u32) -> bool {
        // What cannot be read now is read at the next look.
        let Ok(state) = self.state() else {
            return false;
        };
        if matches!(state.status, SweepStatus::Paused | SweepStatus::Stopped) {
            return true;
        }
        let Some(rule) = state.config.sweep.stop_early else {
            return false;
        };
        let found = self.losers.borrow_mut().find(&rule, &state);
        let Some((trial, reason)) = found.into_iter().find(|(trial, _)| *trial == number) else {
            return false;
        };
        say!("[atelier] trial {trial}: {reason}");
        let decided = self.sweep.decide(&Decision::StopEarly { trial, reason });
        decided.is_ok()
    }
}

fn word(status: SweepStatus) -> &'static str {
    if status == SweepStatus::Paused {
        "paused"
    } else {
        "stopped"
    }
}

fn describe(own: &TrialState) -> String {
    let values: Vec<String> = own
        .trial
        .setting
        .iter()
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    let begins = if own.run.is_some() {
        "goes on"
    } else {
        "begins"
    };
    format!("{}, seed {}, {begins}", values.join(", "), own.trial.seed)
}
