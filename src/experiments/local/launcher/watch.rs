//! What a sweep's thread sees of its runs.

use std::time::Instant;

use super::{End, Launcher};
use crate::engine::Command;
use crate::experiments::sweep::{Decision, SweepError, SweepState};
use crate::record::Status;
use crate::runs::{Labels, Listed, RunFolder, RunId, list};

impl Launcher<'_> {
    /// Lets go of runs whose thread is gone; true if there were any. One that was stopped by hand has ended for the sweep too.
    pub(super) fn see_ended(&mut self) -> bool {
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
    pub(super) fn reread(&mut self) -> Result<(), End> {
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
    pub(super) fn look(&mut self) {
        self.looked = Instant::now();
        let live: Vec<RunId> = self.live.values().map(|live| live.run.clone()).collect();
        for run in live {
            self.read_run(&run);
        }
    }

    pub(super) fn read_run(&mut self, run: &RunId) {
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

    /// Stops runs that fell behind, where that is wanted: it is written first, so that nobody resumes one.
    pub(super) fn stop_losers(&mut self, state: &SweepState) {
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
}
