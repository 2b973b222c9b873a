//! Drives the scan: an iteration of one start per step, a number of clusters after the other.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::method::{Method, Partition};
use super::modularity::modularity;
use super::scan::ScanConfig;
use super::scan_result::{Found, chosen, scan_csv};
use super::search::{Schedule, Search, State};
use super::trainer::co_clusters;
use crate::eval::{Contingency, silhouette};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::record::{Artifact, ArtifactKind, CoClusters, LogLevel, Recorder};
use crate::systems::matrix::Report;
use crate::systems::{Outcome, Position, TrainError, Trainer};

/// Starts whose agreement is looked at, at most.
const COMPARED: usize = 50;

/// Scans numbers of clusters. Its step is the number that was last done.
pub(super) struct ScanTrainer {
    report: Report,
    config: ScanConfig,
    schedule: Schedule,
    /// The best partition of each number that is done, beside `found`.
    done: Vec<Search>,
    found: Vec<Found>,
    /// The number in work; `None` between two.
    work: Option<Work>,
}

struct Work {
    method: Box<dyn Method>,
    search: Search,
    /// The row clusters of the starts that have ended.
    starts: Vec<Vec<u16>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Saved {
    found: Vec<Found>,
    searches: Vec<State>,
}

impl ScanTrainer {
    pub(super) fn new(report: Report, config: ScanConfig, schedule: Schedule) -> Self {
        Self {
            report,
            config,
            schedule,
            done: Vec::new(),
            found: Vec::new(),
            work: None,
        }
    }

    fn next(&self) -> usize {
        self.config.from + self.found.len()
    }

    fn is_done(&self) -> bool {
        self.next() > self.config.to
    }

    /// The schedule of one number of clusters: each draws its own random numbers.
    fn schedule_of(&self, clusters: usize) -> Schedule {
        Schedule {
            seed: self.schedule.seed.wrapping_add((clusters as u64) << 32),
            ..self.schedule
        }
    }

    fn counts(&self, clusters: usize) -> (usize, usize) {
        (clusters, self.config.column_clusters.unwrap_or(clusters))
    }

    fn co_clusters(&self, clusters: usize, partition: &Partition) -> CoClusters {
        co_clusters(self.report.data(), self.counts(clusters), partition)
    }

    /// The result for one number of clusters.
    fn measure(&self, clusters: usize, work: &Work) -> Found {
        let partition = work.search.found();
        let joint = self
            .report
            .joint()
            .filter(|_| self.config.method.is_diagonal());
        let silhouette = work
            .method
            .row_distance()
            .and_then(|distance| silhouette(&partition.rows, self.schedule.seed, distance));
        let (rows, columns) = self.counts(clusters);
        Found {
            row_clusters: rows,
            column_clusters: columns,
            criteria: work.search.state.best_values.clone(),
            information_kept: self
                .report
                .information_kept(&self.co_clusters(clusters, partition)),
            modularity: joint.map(|joint| modularity(joint, partition, clusters)),
            silhouette,
            stability: stability(&partition.rows, &work.starts),
        }
    }

    fn record(&self, found: &Found, names: &[&'static str], recorder: &mut dyn Recorder) {
        let measures = [
            ("scan/information_kept", found.information_kept),
            ("scan/modularity", found.modularity),
            ("scan/silhouette", found.silhouette),
            ("scan/stability", found.stability),
        ];
        for (name, value) in measures {
            if let Some(value) = value {
                recorder.scalar(name, value);
            }
        }
        for (name, value) in names.iter().zip(&found.criteria) {
            recorder.scalar(name, *value);
        }
    }
}

/// The mean adjusted Rand index of other starts with the best one; `None` with a single start.
fn stability(best: &[u16], starts: &[Vec<u16>]) -> Option<f64> {
    // One of them is the best itself.
    let others = starts.len().checked_sub(1).filter(|others| *others > 0)?;
    let agreement = |start: &Vec<u16>| {
        let pairs = start.iter().zip(best);
        let table: Contingency = pairs.map(|(a, b)| (u32::from(*a), u32::from(*b))).collect();
        table.ari()
    };
    let sum: f64 = starts.iter().map(agreement).sum();
    Some((sum - 1.0) / others as f64)
}

impl Trainer<ScanConfig> for ScanTrainer {
    fn position(&self) -> Position {
        let step = if self.found.is_empty() {
            0
        } else {
            self.next() - 1
        };
        Position {
            step: step as u64,
            epoch: step as f64,
            total_steps: self.config.to as u64,
        }
    }

    fn step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        if self.is_done() {
            return Ok(Outcome::Done);
        }
        if self.found.is_empty() && self.work.is_none() {
            self.report
                .say_raised(self.config.method.raised(), recorder);
        }
        let clusters = self.next();
        let schedule = self.schedule_of(clusters);
        let mut work = match self.work.take() {
            Some(work) => work,
            None => Work {
                method: self
                    .config
                    .method(&self.report, clusters, self.schedule.seed)?,
                search: Search::default(),
                starts: Vec::new(),
            },
        };
        let iteration = work.search.advance(&*work.method, schedule);
        if let Some(best) = iteration.ended {
            if work.starts.len() == COMPARED && best {
                work.starts.pop();
            }
            if work.starts.len() < COMPARED {
                work.starts.push(work.search.current.rows.clone());
            }
        }
        if !work.search.is_done(schedule) {
            self.work = Some(work);
            return Ok(Outcome::Continue);
        }
        let found = self.measure(clusters, &work);
        let names: Vec<&'static str> = work
            .method
            .criteria()
            .iter()
            .map(|criterion| criterion.name)
            .collect();
        self.record(&found, &names, recorder);
        let result = self.co_clusters(clusters, work.search.found());
        self.report.measure(&result, recorder);
        self.report.snapshot(&result, clusters as u64, recorder);
        recorder.log(LogLevel::Info, &found.to_string());
        self.found.push(found);
        self.done.push(work.search);
        Ok(if self.is_done() {
            Outcome::Done
        } else {
            Outcome::Continue
        })
    }

    fn finish(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        let rule = self.config.rule();
        let Some(at) = chosen(&self.found, rule) else {
            return Ok(());
        };
        let clusters = self.config.from + at;
        let message = format!("{clusters} clusters: {}", rule.reason());
        recorder.log(LogLevel::Info, &message);
        recorder.scalar("scan/clusters", clusters as f64);
        let result = self.co_clusters(clusters, self.done[at].found());
        self.report.measure(&result, recorder);
        self.report.snapshot(&result, clusters as u64, recorder);
        self.report.tables(&result, recorder);
        recorder.artifact(Artifact::new(
            ArtifactKind::TABLE,
            "scan.csv",
            scan_csv(&self.found, at),
        ));
        Ok(())
    }

    /// The number in work begins anew after a resume, with the same random numbers.
    fn save(&self, folder: &Path) -> Result<(), TrainError> {
        let mut to = CheckpointWriter::new(folder);
        for (clusters, search) in (self.config.from..).zip(&self.done) {
            search.save(&mut to, &format!("{clusters}/"));
        }
        let saved = Saved {
            found: self.found.clone(),
            searches: self
                .done
                .iter()
                .map(|search| search.state.clone())
                .collect(),
        };
        to.state(&saved)?;
        Ok(to.finish()?)
    }

    fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        let from = Checkpoint::open(folder)?;
        let Saved { found, searches } = from.state()?;
        if found.len() != searches.len() || found.len() > self.config.to - self.config.from + 1 {
            return Err(TrainError::Checkpoint {
                path: folder.to_owned(),
                reason: "it belongs to another scan".to_owned(),
            });
        }
        let data = self.report.data();
        let shape = (data.active_rows.len(), data.active_columns.len());
        let done = (self.config.from..).zip(searches).map(|(clusters, state)| {
            let prefix = format!("{clusters}/");
            Search::load(&from, &prefix, state, self.counts(clusters), shape)
        });
        self.done = done.collect::<Result<_, _>>()?;
        self.found = found;
        self.work = None;
        Ok(())
    }
}
