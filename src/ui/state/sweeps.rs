//! The sweeps: those in the folder of runs, and those that work in this window.

use std::collections::HashMap;
use std::sync::Arc;

use super::in_window;
use crate::draw::format;
use crate::experiments::local::{LocalSweep, SweepCommand};
use crate::experiments::slurm::{ClusterStatus, Statuses, TaskState};
use crate::experiments::sweep::{
    Objective, Purpose, SettingState, SweepId, SweepState, SweepStatus, TrialState,
};
use crate::record::Status;

/// A sweep in the list.
#[derive(Debug, Clone)]
pub struct Sweep {
    /// How it stands.
    pub state: Arc<SweepState>,
    /// True if this window launches its runs.
    pub active: bool,
    /// How its tasks stand on a cluster, where it was submitted to one.
    pub cluster: Option<Arc<ClusterStatus>>,
    /// What follows from how it stands.
    brief: Brief,
}

/// What a row shows of a sweep.
#[derive(Debug, Clone)]
struct Brief {
    title: String,
    /// Trials of the search: those that have ended, and all.
    done: usize,
    planned: usize,
    progress: f32,
    best: Option<SettingState>,
}

impl Sweep {
    fn new(state: Arc<SweepState>, active: bool, names: &HashMap<SweepId, String>) -> Self {
        let mut brief = Brief::of(&state);
        if let Some(name) = names.get(&state.id) {
            brief.title.clone_from(name);
        }
        Self {
            brief,
            state,
            active,
            cluster: None,
        }
    }

    /// True if tasks of it wait or work on a cluster.
    #[must_use]
    pub fn is_on_cluster(&self) -> bool {
        self.cluster.as_ref().is_some_and(|own| own.is_active())
    }

    /// True if tasks of it failed, were canceled or never submitted, and no later ones have their runs.
    #[must_use]
    pub fn has_to_submit(&self) -> bool {
        self.cluster.as_ref().is_some_and(|own| {
            own.newest().any(|task| {
                matches!(
                    task.state,
                    TaskState::Failed | TaskState::Canceled | TaskState::Written
                )
            })
        })
    }

    /// The status that a cluster gives it; none if it was never there, or has ended.
    fn cluster_status(&self) -> Option<Status> {
        let cluster = self.cluster.as_ref()?;
        let ended = self.state.status != SweepStatus::Running;
        Some(match () {
            () if cluster.count(TaskState::Running) > 0 => Status::Running,
            () if cluster.is_active() => Status::Queued,
            () if ended => return None,
            () if cluster.count(TaskState::Failed) > 0 => Status::Failed,
            () => Status::Interrupted,
        })
    }

    /// What went wrong on the cluster, with the end of the first log.
    #[must_use]
    pub fn cluster_problem(&self) -> Option<String> {
        let cluster = self.cluster.as_ref()?;
        let mut lines: Vec<String> = cluster.problem.iter().map(in_window).collect();
        let mut failed = cluster
            .newest()
            .filter(|task| task.state == TaskState::Failed);
        if let Some(first) = failed.next() {
            let message = in_window(&first.message);
            lines.push(format!("Task {}: {message}", first.name()));
            let others = failed.count();
            if others > 0 {
                lines.push(format!("{others} more failed"));
            }
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// True if what is known of it is what its files say, or also why it ended.
    fn says_more_than(&self, files: &SweepState) -> bool {
        let own = &*self.state;
        let ended_here = own.status == SweepStatus::Failed
            && files.status == SweepStatus::Interrupted
            && own.trials.len() == files.trials.len();
        own == files || ended_here
    }

    /// Its folder's name.
    #[must_use]
    pub fn id(&self) -> &SweepId {
        &self.state.id
    }

    /// The name that a person gave it, else what is varied: `hidden × λ`.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.brief.title
    }

    /// Trials of the search that have ended, and how many there will be.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.brief.done, self.brief.planned)
    }

    /// Done share, 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f32 {
        self.brief.progress
    }

    /// The best setting that has finished.
    #[must_use]
    pub fn best(&self) -> Option<&SettingState> {
        self.brief.best.as_ref()
    }

    /// The first measure that it chooses by, and the best setting's mean of it.
    #[must_use]
    pub fn best_measure(&self) -> Option<(&Objective, f64)> {
        let objective = self.state.objectives.first()?;
        let spread = self.best()?.measures.first()?.as_ref()?;
        Some((objective, spread.mean))
    }

    /// The status of a run that has the same shape and color.
    #[must_use]
    pub fn status(&self) -> Status {
        if let Some(status) = self.cluster_status() {
            return status;
        }
        match self.state.status {
            SweepStatus::Running => Status::Running,
            SweepStatus::Paused => Status::Paused,
            SweepStatus::Stopped => Status::Stopped,
            SweepStatus::Interrupted => Status::Interrupted,
            SweepStatus::Finished => Status::Finished,
            SweepStatus::Failed => Status::Failed,
        }
    }

    /// How its runs go, in a few words: `7/12 · 40 s left`.
    #[must_use]
    pub fn describe(&self) -> String {
        let Brief { done, planned, .. } = self.brief;
        let mut parts = vec![format!("{done}/{planned}")];
        if let Some(cluster) = self.cluster.as_ref().filter(|_| done < planned) {
            let finished = TaskState::Finished.word();
            let counts = cluster.counts();
            parts.extend(counts.into_iter().filter(|own| !own.ends_with(finished)));
            return parts.join(" · ");
        }
        let is_running = self.state.status == SweepStatus::Running;
        if is_running
            && done == planned
            && self.state.result.as_ref().is_none_or(|own| !own.complete)
        {
            parts.push("training the result".to_owned());
        } else if let (true, Some(left)) = (is_running, self.state.seconds_left) {
            parts.push(format!("{} left", format::duration(left)));
        }
        parts.join(" · ")
    }

    /// The same where there is little room: `7/12`.
    #[must_use]
    pub fn describe_briefly(&self) -> String {
        let Brief { done, planned, .. } = self.brief;
        format!("{done}/{planned}")
    }

    /// The trial of a run, by the number in its summary.
    #[must_use]
    pub fn trial(&self, number: u32) -> Option<&TrialState> {
        let trials = &self.state.trials;
        let at = trials.binary_search_by_key(&number, |own| own.trial.number);
        trials.get(at.ok()?)
    }

    /// A run of it by what differs: `h50 λ100 seed 2`.
    #[must_use]
    pub fn name_of(&self, number: u32) -> Option<String> {
        let trial = &self.trial(number)?.trial;
        let system = crate::systems::find(&self.state.config.base.system);
        let mut parts: Vec<String> = trial
            .setting
            .iter()
            .map(|(key, value)| match system {
                Some(system) => crate::runs::setting_in_short(system, key, value),
                None => format!("{key} {value}"),
            })
            .collect();
        if trial.purpose == Purpose::Result {
            parts.insert(0, "Result".to_owned());
        }
        if self.state.config.seeds().len() > 1 || parts.is_empty() {
            parts.push(format!("seed {}", trial.seed));
        }
        Some(parts.join(" "))
    }
}

impl Brief {
    fn of(state: &SweepState) -> Self {
        let search: Vec<&TrialState> = state.search().collect();
        let done = search.iter().filter(|own| own.has_ended()).count();
        let results = state.trials.len() - search.len();
        let results = if state.config.has_result_runs() {
            results.max(state.config.seeds().len())
        } else {
            results
        };
        let begun: f64 = state
            .trials
            .iter()
            .map(|own| if own.has_ended() { 1.0 } else { own.progress })
            .sum();
        Self {
            title: state.config.title(),
            done,
            planned: state.planned.saturating_sub(results).max(done),
            progress: (begun / state.planned.max(1) as f64).min(1.0) as f32,
            best: state.best(),
        }
    }
}

/// All sweeps, newest first.
#[derive(Debug, Default)]
pub struct SweepStore {
    sweeps: Vec<Sweep>,
    /// Those whose runs this window launches.
    works: Vec<LocalSweep>,
    /// Names that were given since a sweep looked at its files.
    names: HashMap<SweepId, String>,
    /// What is known of those on a cluster.
    clusters: Statuses,
}

impl SweepStore {
    /// All sweeps, newest first.
    #[must_use]
    pub fn all(&self) -> &[Sweep] {
        &self.sweeps
    }

    /// The sweep of this id.
    #[must_use]
    pub fn get(&self, id: &SweepId) -> Option<&Sweep> {
        self.sweeps.iter().find(|sweep| sweep.id() == id)
    }

    /// True if this window launches runs of a sweep.
    #[must_use]
    pub fn any_active(&self) -> bool {
        !self.works.is_empty()
    }

    /// The sweep that a run belongs to, with the number of its trial.
    #[must_use]
    pub fn of_run(&self, run: &super::Run) -> Option<(&Sweep, u32)> {
        let place = run.summary.sweep.as_ref()?;
        let sweep = self
            .sweeps
            .iter()
            .find(|own| own.id().as_str() == place.id)?;
        Some((sweep, place.trial))
    }

    /// Takes in what the folder holds. Of a sweep that works here its own thread knows more.
    pub fn take_list(&mut self, states: Vec<SweepState>) {
        let mut known = std::mem::take(&mut self.sweeps);
        for state in states {
            let at = known.iter().position(|own| *own.id() == state.id);
            let before = at.map(|at| known.swap_remove(at));
            let sweep = match before {
                Some(own) if own.active || own.says_more_than(&state) => own,
                _ => self.sweep(Arc::new(state), false),
            };
            self.sweeps.push(sweep);
        }
        self.sweeps
            .extend(known.into_iter().filter(|own| own.active));
        self.sort();
    }

    /// Puts a sweep in the list that this window has just started or resumed.
    pub fn begin(&mut self, work: LocalSweep) {
        let state = work.state();
        self.sweeps.retain(|own| *own.id() != state.id);
        self.works.retain(|own| own.folder().id() != &state.id);
        let sweep = self.sweep(state, true);
        self.sweeps.push(sweep);
        self.sort();
        self.works.push(work);
    }

    /// Takes in how those stand that work here. Returns those that have just ended.
    pub fn poll(&mut self) -> Vec<SweepId> {
        let mut ended = Vec::new();
        for work in &self.works {
            let names = &self.names;
            // Asked before its state: what it wrote last is in it.
            let active = work.is_active();
            let state = work.state();
            if let Some(own) = self.sweeps.iter_mut().find(|own| *own.id() == state.id)
                && (!Arc::ptr_eq(&own.state, &state) || own.active != active)
            {
                let cluster = own.cluster.take();
                *own = Sweep {
                    cluster,
                    ..Sweep::new(Arc::clone(&state), active, names)
                };
            }
            if !active {
                ended.push(state.id.clone());
            }
        }
        self.works
            .retain(|work| !ended.contains(work.folder().id()));
        ended
    }

    /// Tells a sweep that works here something; false if it does not, or has too much to do.
    #[must_use]
    pub fn send(&self, id: &SweepId, command: SweepCommand) -> bool {
        let mut works = self.works.iter();
        works
            .find(|work| work.folder().id() == id)
            .is_some_and(|work| work.send(command))
    }

    /// Takes a sweep out of the list, whose folder is about to move away.
    pub fn forget(&mut self, id: &SweepId) {
        self.sweeps.retain(|own| own.id() != id);
    }

    /// Shows another name at once; whoever runs the sweep reads it later.
    pub fn rename(&mut self, id: &SweepId, name: &str) {
        self.names.insert(id.clone(), name.to_owned());
        if let Some(own) = self.sweeps.iter_mut().find(|own| own.id() == id) {
            name.clone_into(&mut own.brief.title);
        }
    }

    /// Takes in how tasks stand on clusters.
    pub fn take_clusters(&mut self, clusters: Statuses) {
        if Arc::ptr_eq(&clusters, &self.clusters) {
            return;
        }
        for own in &mut self.sweeps {
            own.cluster = clusters.get(own.id()).map(Arc::clone);
        }
        self.clusters = clusters;
    }

    fn sweep(&self, state: Arc<SweepState>, active: bool) -> Sweep {
        let cluster = self.clusters.get(&state.id).map(Arc::clone);
        Sweep {
            cluster,
            ..Sweep::new(state, active, &self.names)
        }
    }

    fn sort(&mut self) {
        self.sweeps.sort_by(|a, b| b.id().cmp(a.id()));
    }
}
