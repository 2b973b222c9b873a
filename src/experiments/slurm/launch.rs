//! From a sweep to a job: hands out its trials, deals them out to tasks, writes the script, submits it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::message::{Message, Term, message};
use super::submission::FOLDER;
use super::template::script;
use super::{Cluster, DEFAULT_TEMPLATE, Host, SlurmError, SlurmOptions, Submission, data_at, plan};
use crate::experiments::sweep::{
    Decision, Method, Next, Purpose, SweepConfig, SweepFolder, SweepState, SweepStatus, Trial,
    TrialState,
};
use crate::record::Status;
use crate::runs;

/// What a person orders.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Order {
    /// What is asked of the cluster.
    pub options: SlurmOptions,
    /// A template of their own: where it is from, and its text.
    pub template: Option<(String, String)>,
    /// The login node, where the folder is not shared with this machine.
    pub host: Option<Host>,
    /// The program, as the script calls it.
    pub program: String,
    /// True if trials that failed are tried again.
    pub again: bool,
    /// Trials that tasks have which Slurm still works on.
    pub busy: Vec<u32>,
}

/// What was written, to be submitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// The submission.
    pub submission: Submission,
    /// The script here.
    pub script: PathBuf,
    /// The script as the cluster sees it.
    pub place: PathBuf,
    /// How many runs it has work for.
    pub runs: usize,
}

/// Hands out all trials that can be handed out now, deals them out to tasks, and writes the submission and its script.
///
/// # Errors
/// If the options or the template do not hold, nothing is left to train, or the folder cannot be written.
pub fn prepare(folder: &SweepFolder, order: Order) -> Result<Prepared, SlurmError> {
    order.options.check()?;
    if let Some(host) = &order.host {
        host.check()?;
    }
    // What is wrong with the template is said before anything is written.
    let mut submission = order.submission();
    submission.tasks = vec![Vec::new()];
    let place = order.place(folder);
    order.script(&place, &submission)?;

    let state = hand_out(folder)?;
    let open: Vec<u32> = state
        .trials
        .iter()
        .filter(|own| !own.has_ended() || (order.again && own.status == Status::Failed))
        .map(|own| own.trial.number)
        .filter(|number| !order.busy.contains(number))
        .collect();
    let to_ask = to_ask(&state, &order);
    let runs = open.len() + to_ask;
    if runs == 0 {
        return Err(SlurmError::Nothing(nothing_left(&state, &order)));
    }
    let pack = order.options.pack.max(1);
    submission.tasks = plan(&open, pack);
    let tasks = runs.div_ceil(pack as usize);
    submission
        .tasks
        .resize(tasks.max(submission.tasks.len()), Vec::new());
    if to_ask > 0 {
        submission.asks = pack;
    }
    limit(&mut submission, &state.config, tasks, to_ask > 0);
    let path = submission.write(folder.path(), |own| order.script(&place, own))?;
    Ok(Prepared {
        place: place
            .join(FOLDER)
            .join(path.file_name().unwrap_or_default()),
        script: path,
        runs,
        submission,
    })
}

/// The script that [`prepare`] would write for a sweep that has no folder yet: to look at and to edit.
///
/// # Errors
/// If the options or the template do not hold.
pub fn preview(runs: &Path, config: &SweepConfig, order: &Order) -> Result<String, SlurmError> {
    order.options.check()?;
    if let Some(host) = &order.host {
        host.check()?;
    }
    let mut submission = order.submission();
    // The result is trained by the task that ends last.
    let settings = config.settings_planned().unwrap_or(1);
    let planned = settings.saturating_mul(config.seeds().len());
    let tasks = planned.div_ceil(order.options.pack.max(1) as usize).max(1);
    submission.number = 1;
    submission.tasks = vec![Vec::new(); tasks];
    limit(&mut submission, config, tasks, learns(config));
    let place = match &order.host {
        Some(host) => host.sweep("SWEEP"),
        None => runs.join("SWEEP"),
    };
    order.script(&place, &submission)
}

/// Says how many tasks work at the same time, where nobody said so; `asks`: they ask for trials while they work.
fn limit(submission: &mut Submission, config: &SweepConfig, tasks: usize, asks: bool) {
    let most = submission.options.max_parallel;
    let most = most.or_else(|| asks.then(|| at_once(tasks)));
    let of_sweep = || u32::try_from(config.sweep.parallel?).ok();
    submission.options.max_parallel = most.or_else(of_sweep);
}

/// Submits what was written: sends it first where the folder is not shared, and notes the number of the job.
///
/// # Errors
/// If it cannot be sent, or Slurm does not take it; what was written stays.
pub fn submit(
    folder: &SweepFolder,
    prepared: &Prepared,
    cluster: &Cluster,
) -> Result<u64, SlurmError> {
    resume(folder)?;
    cluster.send(folder.path())?;
    let job = cluster.submit(&prepared.place)?;
    let noted = Submission::write_job(folder.path(), prepared.submission.number, job);
    match noted {
        Ok(()) => Ok(job),
        Err(SlurmError::Io { path, source, .. }) => Err(SlurmError::Unnoted {
            job,
            reason: format!("cannot write {}: {source}", path.display()),
        }),
        Err(error) => Err(error),
    }
}

/// What a sweep needs on a cluster whose disks this machine does not share.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct There {
    /// The program; `atelier` in PATH or in the remote folder if absent.
    pub program: Option<String>,
    /// Where the data is: what `data.path` names here. Sent if absent.
    pub data: Option<PathBuf>,
}

/// A sweep that was submitted.
#[derive(Debug)]
pub struct Submitted {
    /// Its folder.
    pub folder: SweepFolder,
    /// What a person should know of it.
    pub notes: Vec<String>,
    /// What was submitted.
    pub prepared: Prepared,
    /// The number of the job.
    pub job: u64,
}

/// Makes the folder of a sweep and submits it. Where it is certain that nothing was submitted, nothing is left behind.
///
/// # Errors
/// As [`prepare`] and [`submit`].
pub fn begin(
    runs: &Path,
    config: &SweepConfig,
    base: &Path,
    order: Order,
    there: &There,
    cluster: &Cluster,
) -> Result<Submitted, SlurmError> {
    preview(runs, config, &order)?;
    cluster.check()?;
    let (mut order, mut config) = (order, config.clone());
    if cluster.host().is_some() {
        order.program = cluster.remote_program(there.program.as_deref())?;
        config.base.data = match &there.data {
            Some(path) => data_at(&config.base.data, path)?,
            None => cluster.send_data(&config.base.data)?,
        };
    }
    let (folder, notes) = SweepFolder::create(runs, &config, base)?;
    let submitted = prepare(&folder, order)
        .and_then(|prepared| Ok((submit(&folder, &prepared, cluster)?, prepared)));
    match submitted {
        Ok((job, prepared)) => Ok(Submitted {
            folder,
            notes,
            prepared,
            job,
        }),
        Err(error) => {
            if error.is_certain() {
                // It has no runs; what cannot be removed shows as a sweep that was not submitted.
                let _ = std::fs::remove_dir_all(folder.path());
            }
            Err(error)
        }
    }
}

/// What was ordered when a sweep was last submitted, to order it again.
///
/// # Errors
/// If it was never on a cluster, or its folder cannot be read.
pub fn last_order(sweep: &Path) -> Result<Order, SlurmError> {
    let Some(last) = super::submissions(sweep)?.pop() else {
        let problem = format!("{} was never on a cluster", sweep.display());
        return Err(SlurmError::Nothing(problem.into()));
    };
    Ok(Order {
        options: last.options,
        template: last.template,
        program: match last.host {
            Some(_) => last.program,
            None => own_program()?,
        },
        host: last.host,
        again: true,
        busy: Vec::new(),
    })
}

/// Submits what failed, was canceled or never submitted of a sweep again.
///
/// # Errors
/// If it is not known what still works, nothing is left, or as [`submit`].
pub fn again(folder: &SweepFolder, order: Order) -> Result<(u64, Prepared), SlurmError> {
    let status = super::follow::status_silently(folder.path())?;
    if let Some(problem) = status.problem {
        return Err(SlurmError::Nothing(message![
            problem,
            "; nothing is submitted again while it is not known what still works"
        ]));
    }
    let order = Order {
        again: true,
        busy: status.busy(),
        ..order
    };
    let cluster = Cluster::new(order.host.clone()).silent();
    let prepared = prepare(folder, order)?;
    let job = submit(folder, &prepared, &cluster)?;
    Ok((job, prepared))
}

/// This program, as another machine finds it on a shared disk.
///
/// # Errors
/// If it is not known, or its name is none that a script can hold.
pub fn own_program() -> Result<String, SlurmError> {
    let wrong = |name: &Path, problem: String| SlurmError::Option {
        name: name.display().to_string().into(),
        problem: problem.into(),
    };
    let path = std::env::current_exe()
        .map_err(|error| wrong(Path::new("this program"), error.to_string()))?;
    path.into_os_string().into_string().map_err(|path| {
        wrong(
            Path::new(&path),
            "is not UTF-8, which a script cannot hold: rename it".to_owned(),
        )
    })
}

/// Cancels all jobs of a sweep: tasks that train write checkpoints, and none begins anew.
///
/// # Errors
/// If Slurm does not do it.
pub fn cancel(folder: &SweepFolder, jobs: &[u64], cluster: &Cluster) -> Result<(), SlurmError> {
    folder.decide(&Decision::Stop)?;
    cluster.send(folder.path())?;
    cluster.cancel(jobs)
}

/// Cancels whatever Slurm has of a sweep, where nobody can type a password.
///
/// # Errors
/// If Slurm does not answer, or nothing is there to cancel.
pub fn cancel_all(folder: &SweepFolder) -> Result<(), SlurmError> {
    let status = super::follow::status_silently(folder.path())?;
    if let Some(problem) = status.problem {
        return Err(SlurmError::Nothing(problem));
    }
    let host = super::submissions(folder.path())?
        .pop()
        .and_then(|last| last.host);
    cancel(folder, &status.active_jobs(), &Cluster::new(host).silent())
}

/// A sweep that a person stopped goes on.
fn resume(folder: &SweepFolder) -> Result<(), SlurmError> {
    let said = folder.decisions()?.into_iter().rev().find(|decision| {
        matches!(
            decision,
            Decision::Stop | Decision::Pause | Decision::Resume
        )
    });
    if matches!(said, Some(Decision::Stop | Decision::Pause)) {
        folder.decide(&Decision::Resume)?;
    }
    Ok(())
}

impl Order {
    fn submission(&self) -> Submission {
        Submission {
            created: jiff::Timestamp::now().to_string(),
            again: self.again,
            program: self.program.clone(),
            options: self.options.clone(),
            host: self.host.clone(),
            template: self.template.clone(),
            ..Submission::default()
        }
    }

    /// The sweep's folder as the cluster sees it.
    fn place(&self, folder: &SweepFolder) -> PathBuf {
        match &self.host {
            Some(host) => host.sweep(folder.id().as_str()),
            None => folder.path().to_owned(),
        }
    }

    fn script(&self, place: &Path, submission: &Submission) -> Result<String, SlurmError> {
        let (name, text) = match &self.template {
            Some((name, text)) => (name.as_str(), text.as_str()),
            None => ("the template", DEFAULT_TEMPLATE),
        };
        script(text, name, place, submission)
    }
}

/// Hands out what does not depend on what comes of the others.
fn hand_out(folder: &SweepFolder) -> Result<SweepState, SlurmError> {
    let runs = runs::list(folder.runs()).map_err(crate::experiments::sweep::SweepError::from)?;
    let mut state = folder.state(&runs)?;
    while let Next::Trial(mut trial) = state.next() {
        if trial.purpose == Purpose::Search && learns(&state.config) {
            break;
        }
        trial.launcher = Some("slurm".to_owned());
        let trial = folder.hand_out(trial)?;
        let measures = vec![None; state.objectives.len()];
        state.trials.push(untouched(trial, measures));
    }
    Ok(state)
}

/// How a trial stands that was just handed out.
fn untouched(trial: Trial, measures: Vec<Option<f64>>) -> TrialState {
    TrialState {
        trial,
        run: None,
        status: Status::Queued,
        progress: 0.0,
        measures,
        best_epoch: None,
        test: BTreeMap::new(),
        seconds: 0.0,
        stopped_early: false,
        message: None,
    }
}

/// True if what is tried next depends on what was found.
fn learns(config: &SweepConfig) -> bool {
    config.sweep.method == Method::Tpe
}

/// How many trials tasks will ask for.
fn to_ask(state: &SweepState, order: &Order) -> usize {
    if !learns(&state.config) || state.status == SweepStatus::Finished {
        return 0;
    }
    let planned = state.config.settings_planned().unwrap_or(0) * state.config.seeds().len();
    planned
        .saturating_sub(state.search().count())
        .saturating_sub(order.busy.len())
}

/// How many tasks of a method that learns work at the same time: a quarter, so that most settings are chosen by what came of others.
fn at_once(tasks: usize) -> u32 {
    u32::try_from(tasks.div_ceil(4).min(16)).unwrap_or(16)
}

fn nothing_left(state: &SweepState, order: &Order) -> Message {
    let failed = state
        .trials
        .iter()
        .filter(|own| own.status == Status::Failed)
        .count();
    if !order.busy.is_empty() {
        format!(
            "nothing is left to submit: tasks that wait or work have the {} open runs",
            order.busy.len()
        )
        .into()
    } else if failed > 0 && !order.again {
        message![
            format!("nothing is left to train; {failed} runs failed: "),
            Term::SubmitAgain,
            " tries them again"
        ]
    } else {
        format!(
            "nothing is left to train: all {} runs have ended",
            state.trials.len()
        )
        .into()
    }
}
