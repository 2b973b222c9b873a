//! Runs that cannot be among the best any more, from what their logs measured at the rungs.

use std::collections::{BTreeMap, BTreeSet};

use crate::experiments::early_stopping::{History, Verdict, judge, rungs};
use crate::experiments::sweep::{Objective, StopEarly, SweepState, TrialState};
use crate::record::Status;
use crate::runs::{RunError, RunFolder};

/// What is known of the runs of a sweep.
#[derive(Debug, Default)]
pub(crate) struct Losers {
    followed: BTreeMap<u32, Followed>,
    /// Trials whose runs were told to stop.
    told: BTreeSet<u32>,
}

/// A run that is followed.
#[derive(Debug)]
struct Followed {
    /// How it stood when its log was read.
    read_at: (f64, Status),
    /// See [`History::points`].
    points: Vec<Vec<(f64, f64)>>,
}

impl Losers {
    /// The trials that are to be stopped, and why. Reads the log of a run again where it has passed a rung.
    pub(crate) fn find(&mut self, rule: &StopEarly, state: &SweepState) -> Vec<(u32, String)> {
        let rungs = rungs(rule);
        for own in state.search() {
            self.follow(own, &rungs, &state.objectives);
        }
        let histories: Vec<History> = state
            .search()
            .filter_map(|own| {
                Some(History {
                    trial: own.trial.number,
                    points: self.followed.get(&own.trial.number)?.points.clone(),
                    is_active: !own.has_ended(),
                })
            })
            .collect();
        let verdicts = judge(rule, &histories);
        let stopped = histories.iter().zip(verdicts);
        stopped
            .filter_map(|(own, verdict): (&History, Verdict)| Some((own.trial, verdict.reason()?)))
            .collect()
    }

    /// The trials that were stopped as losers and whose runs have not been told yet.
    pub(super) fn untold(&self, state: &SweepState) -> Vec<u32> {
        let stopped = state.search().filter(|own| own.stopped_early);
        let trials = stopped.map(|own| own.trial.number);
        trials.filter(|trial| !self.told.contains(trial)).collect()
    }

    /// Notes that the run of a trial was told to stop.
    pub(super) fn tell(&mut self, trial: u32) {
        self.told.insert(trial);
    }

    fn follow(&mut self, own: &TrialState, rungs: &[f64], objectives: &[Objective]) {
        let Some(passed) = rungs.iter().rev().find(|rung| **rung <= own.progress) else {
            return;
        };
        let Some(run) = &own.run else {
            return;
        };
        let now = (own.progress, own.status);
        if let Some(known) = self.followed.get(&own.trial.number) {
            let first = known.points.first();
            let is_known = first.is_some_and(|own| own.iter().any(|(at, _)| at >= passed));
            if is_known || known.read_at == now {
                return;
            }
        }
        match points(run, objectives) {
            Ok(points) => {
                let read_at = now;
                let followed = Followed { read_at, points };
                self.followed.insert(own.trial.number, followed);
            }
            // It may be written at this moment; the next look reads it.
            Err(error) => tracing::debug!("{error}"),
        }
    }
}

/// The shares of a run's length at which each objective was measured, and what it cost then.
fn points(
    run: &std::path::Path,
    objectives: &[Objective],
) -> Result<Vec<Vec<(f64, f64)>>, RunError> {
    let state = RunFolder::open(run)?.replay()?.state;
    let total = state.total_steps;
    let of_one = |objective: &Objective| {
        let Some(series) = state.series.get(&objective.name).filter(|_| total > 0) else {
            return Vec::new();
        };
        let points = series.steps.iter().zip(&series.values);
        points
            .map(|(step, value)| (*step as f64 / total as f64, objective.cost(*value)))
            .collect()
    };
    Ok(objectives.iter().map(of_one).collect())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::path::{Path, PathBuf};

    use serde_json::json;

    use super::*;
    use crate::experiments::Setting;
    use crate::experiments::sweep::{Purpose, SweepConfig, SweepFolder, Trial};

    /// A run folder whose log has these validation errors by step, of 100.
    fn run(runs: &Path, trial: u32, errors: &[(u64, f64)]) -> PathBuf {
        let id = format!("2026-11-22_14-03-11_autorec_{trial:04x}");
        let path = runs.join(&id);
        std::fs::create_dir_all(&path).unwrap();
        let summary =
            json!({"id": id, "name": "a", "system": "autorec", "status": "running", "seed": 1});
        std::fs::write(path.join("run.json"), summary.to_string()).unwrap();
        let status = json!({"event": "status", "status": "running", "step": 0, "total_steps": 100});
        let mut log = format!("{status}\n");
        for (step, value) in errors {
            let scalar = json!({
                "event": "scalar", "name": "validation/rmse", "step": step, "epoch": 1.0, "seconds": 1.0, "value": value,
            });
            writeln!(log, "{scalar}").unwrap();
        }
        std::fs::write(path.join("events.jsonl"), log).unwrap();
        path
    }

    #[test]
    fn losers_are_found_from_the_logs_as_soon_as_enough_have_passed_a_rung() {
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path();
        let text = "system = \"autorec\"\n[data]\npath = \"r.csv\"\ntest_fraction = 0.1\n[sweep]\nmethod = \"random\"\nruns = 9\n\
                    measure = \"validation/rmse\"\nstop_early = { reduction = 3, first = 0.1 }\n[sweep.values]\nhidden = { from = 10, to = 500 }\n";
        let config = SweepConfig::parse(text, Path::new("sweep.toml")).unwrap();
        let rule = config.sweep.stop_early.unwrap();
        let (sweep, _) = SweepFolder::create(runs, &config, runs).unwrap();
        let mut state = sweep.state(&[]).unwrap();
        let trial = |number: u32, progress: f64, run: PathBuf| TrialState {
            trial: Trial {
                number,
                purpose: Purpose::Search,
                setting: Setting::from([("hidden".to_owned(), json!(10 + number))]),
                seed: 1,
                also: Setting::new(),
                launcher: None,
            },
            run: Some(run),
            status: Status::Running,
            progress,
            measures: vec![None],
            best_epoch: None,
            test: BTreeMap::new(),
            seconds: 1.0,
            stopped_early: false,
            message: None,
        };
        state.trials = vec![
            trial(0, 0.12, run(runs, 0, &[(5, 0.8), (10, 0.95)])),
            trial(1, 0.11, run(runs, 1, &[(5, 1.0), (10, 0.9)])),
            trial(2, 0.05, run(runs, 2, &[(5, 0.7)])),
        ];
        let mut losers = Losers::default();
        assert!(
            losers.find(&rule, &state).is_empty(),
            "two of three are there"
        );
        let path = run(runs, 2, &[(5, 0.7), (10, 0.75)]);
        state.trials[2] = trial(2, 0.1, path);
        let found = losers.find(&rule, &state);
        let reason = |place: &str| format!("at 10 % it was {place} of 3, of which 1 goes on");
        // 0 had 0.8 by then, and 1 had 0.9.
        assert_eq!(found, [(0, reason("2nd")), (1, reason("3rd"))]);
        // Told once, when the decision holds.
        assert!(losers.untold(&state).is_empty());
        state.trials[0].stopped_early = true;
        assert_eq!(losers.untold(&state), [0]);
        losers.tell(0);
        assert!(losers.untold(&state).is_empty());
        // The loser's measurement still counts; it is not stopped again.
        assert_eq!(losers.find(&rule, &state), [(1, reason("3rd"))]);
    }
}
