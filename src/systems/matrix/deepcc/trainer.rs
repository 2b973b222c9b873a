//! The training loop: restarts, each of pretraining, a start, and the joint training of everything.

use std::path::Path;
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::batch::Source;
use super::config::{DeepCcConfig, JointKind, JointWeighting, hidden_sizes};
use super::network::Shape;
use super::objective::Weights;
use super::prepared::{Prepared, prepare};
use super::side::Side;
use super::state::{Plan, Stage, State};
use super::{bilinear::Bilinear, checkpoint, inputs};
use crate::data::MatrixData;
use crate::record::{CoClusters, LogLevel, Recorder};
use crate::systems::matrix::baselined::inverse_roots;
use crate::systems::matrix::{Baselined, Joint, Report};
use crate::systems::{ConfigError, Outcome, Place, Position, TrainError, Trainer};

/// Up to this many rows and columns every update takes all of them, unless a person says otherwise.
const FULL_ROWS: usize = 8192;
/// Rows of a batch beyond.
pub(super) const BATCH_ROWS: usize = 2048;
/// Multiplications that one unit of work may take, about: a fraction of a second.
const UNIT: f64 = 1e10;

/// Streams of the run's generator, of each restart.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stream {
    /// The weights of one side, 0 or 1.
    Weights(u64),
    /// The truncated singular value decomposition of one side.
    Decomposition(u64),
    /// The clusters to start from, of one side.
    Start(u64),
    /// The bilinear joint.
    Bilinear,
    /// The choice of what stands for missing cells.
    Missing,
    /// The order of rows (or columns) in one pass.
    Shuffle(u64, u64),
}

/// Trains DeepCC.
pub(super) struct DeepCcTrainer {
    pub(super) config: DeepCcConfig,
    pub(super) sides: [Side; 2],
    pub(super) observed: Option<Joint>,
    pub(super) bilinear: Option<Bilinear>,
    pub(super) report: Report,
    pub(super) plan: Plan,
    pub(super) state: State,
    pub(super) seed: u64,
    /// State of a stage while it lasts, made again when it is resumed.
    pub(super) scratch: super::stages::Scratch,
    /// The best restart that has ended.
    pub(super) best: Option<Kept>,
    /// What was done to the cells, for the log.
    pub(super) notes: Vec<String>,
}

/// The saved state of the best restart.
pub(super) struct Kept {
    pub(super) clusters: CoClusters,
    /// Codes of rows and of columns.
    pub(super) codes: [Vec<f32>; 2],
    pub(super) networks: [super::network::SideNetwork; 2],
}

impl DeepCcTrainer {
    pub(super) fn new(
        config: DeepCcConfig,
        data: &Arc<MatrixData>,
        place: &Place,
    ) -> Result<Self, TrainError> {
        let seed = place.seed;
        check_counts(&config, data)?;
        let mut rng = generator(seed, 0, Stream::Missing);
        let Prepared {
            cells: prepared,
            notes,
        } = prepare(data, &config, &mut rng);
        let observed = match config.joint {
            JointKind::Observed => Some(observed_joint(&prepared, config.joint_weighting).ok_or_else(|| {
                TrainError::Data(
                    "rows and columns of the matrix are independent: there are no co-clusters to find"
                        .to_owned(),
                )
            })?),
            _ => None,
        };
        let device = place.device.clone().autodiff();
        let cells = &prepared.cells;
        let batch = batch_size(&config, cells.rows().max(cells.columns()));
        let scaled = inputs::scale(&prepared, &config);
        drop(prepared);
        let mut sides = scaled.into_iter().enumerate().map(|(index, scaled)| {
            let (hidden, clusters) = match index {
                0 => (&config.row_hidden, config.row_clusters),
                _ => (&config.column_hidden, config.column_clusters),
            };
            let shape = shape(&config, hidden, clusters, (scaled.rows(), scaled.inputs()));
            let mut rng = generator(seed, 0, Stream::Weights(index as u64));
            Side::new(
                shape,
                Source::new(scaled, &device),
                batch,
                &mut rng,
                &device,
            )
        });
        let (Some(rows), Some(columns)) = (sides.next(), sides.next()) else {
            unreachable!("a matrix has two sides");
        };
        drop(sides);
        let sides = [rows, columns];
        let updates = sides.iter().map(Side::batches).max().unwrap_or(1);
        let layers = sides.iter().map(|side| side.network.encoder.len());
        let plan = Plan::new(&config, layers.max().unwrap_or(0), updates as u64);
        let state = State {
            code_scales: [1.0; 2],
            ..State::default()
        };
        let bilinear = (config.joint == JointKind::Bilinear).then(|| {
            let mut rng = generator(seed, 0, Stream::Bilinear);
            Bilinear::new(config.row_clusters, config.column_clusters, &mut rng)
        });
        Ok(Self {
            report: Report::new(Arc::clone(data)),
            config,
            sides,
            observed,
            bilinear,
            plan,
            state,
            seed,
            scratch: super::stages::Scratch::default(),
            best: None,
            notes,
        })
    }

    pub(super) fn rng(&self, stream: Stream) -> ChaCha8Rng {
        generator(self.seed, self.state.restart, stream)
    }

    /// The weights of the loss as they are now: some change while the run runs.
    pub(super) fn weights(&self) -> Weights {
        Weights {
            reconstruction: self.config.lambda1,
            weight_decay: self.config.lambda2,
            mixture: self.config.lambda3,
            cross: self.config.lambda4,
            covariance: self.config.covariance_weight,
        }
    }

    /// Updates that one unit of work takes: of the stages before the joint training several, where each is small.
    fn updates_of_a_unit(&self) -> u64 {
        if self.state.stage == Stage::Joint {
            return 1;
        }
        let cost: f64 = self
            .sides
            .iter()
            .map(|side| 3.0 * side.shape.cost() as f64 * side.rows_of_a_batch() as f64)
            .sum();
        ((UNIT / cost) as u64).clamp(1, 100)
    }

    /// Goes on to the next stage, which has not begun.
    fn end_stage(&mut self) {
        self.scratch = super::stages::Scratch::default();
        self.state.next_stage(&self.plan);
    }

    /// Keeps the result of a restart that has ended if it is the best.
    fn end_restart(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        let ended = self.evaluate_all()?;
        let loss = ended.terms.total(&self.weights());
        ended.terms.record(&self.weights(), recorder);
        if !loss.is_finite() {
            return Err(self.diverged(loss));
        }
        let number = self.state.restart + 1;
        if self.plan.restarts > 1 {
            recorder.scalar("restart/loss", loss);
            recorder.log(
                LogLevel::Info,
                &format!(
                    "restart {number} of {} ended with a loss of {loss:.6}",
                    self.plan.restarts
                ),
            );
        }
        if self.state.best_loss.is_none_or(|best| loss < best) {
            self.state.best_loss = Some(loss);
            self.state.best_restart = Some(self.state.restart);
            self.best = Some(Kept {
                clusters: ended.clusters,
                codes: ended.codes,
                networks: [self.sides[0].network.clone(), self.sides[1].network.clone()],
            });
        }
        if let Some(kept) = &self.best {
            if self.plan.restarts > 1 {
                recorder.scalar("restart/best_loss", self.state.best_loss.unwrap_or(loss));
            }
            self.report
                .snapshot(&kept.clusters, self.state.step, recorder);
            self.measure(&kept.clusters, &kept.codes, recorder);
        }
        if number == self.plan.restarts
            && number > 1
            && let Some(best) = self.state.best_restart
        {
            recorder.log(
                LogLevel::Info,
                &format!(
                    "the clusters of restart {} are kept: its loss is lowest",
                    best + 1
                ),
            );
        }
        Ok(())
    }

    pub(super) fn diverged(&self, value: f64) -> TrainError {
        TrainError::Diverged {
            step: self.state.step,
            value,
        }
    }
}

impl Trainer<DeepCcConfig> for DeepCcTrainer {
    fn position(&self) -> Position {
        Position {
            step: self.state.step,
            epoch: self.state.step as f64 / self.plan.updates_per_epoch as f64,
            total_steps: self.plan.total(),
        }
    }

    fn step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        // Stages that take no updates.
        while self.state.stage != Stage::Done && self.plan.updates(self.state.stage) == 0 {
            self.begin_stage(recorder)?;
            self.end_stage();
        }
        if self.state.stage == Stage::Done {
            return Ok(Outcome::Done);
        }
        if self.state.stage_step == 0 {
            self.begin_stage(recorder)?;
        }
        if !self.prepare()? {
            return Ok(Outcome::Continue);
        }
        let left = self.plan.updates(self.state.stage) - self.state.stage_step;
        let updates = self.updates_of_a_unit().min(left);
        for update in 1..=updates {
            self.update(update == updates, recorder)?;
            self.state.step += 1;
            self.state.stage_step += 1;
        }
        if self.state.stage_step == self.plan.updates(self.state.stage) {
            if self.state.stage == Stage::Joint {
                self.end_restart(recorder)?;
            }
            self.end_stage();
        }
        Ok(match self.state.stage {
            Stage::Done => Outcome::Done,
            _ => Outcome::Continue,
        })
    }

    fn finish(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        // A restart that is under way may be the best already.
        if self.state.stage == Stage::Joint && self.state.stage_step > 0 {
            let now = self.evaluate_all()?;
            let loss = now.terms.total(&self.weights());
            if self.state.best_loss.is_none_or(|best| loss < best) {
                self.measure(&now.clusters, &now.codes, recorder);
                self.report
                    .snapshot(&now.clusters, self.state.step, recorder);
                self.report.tables(&now.clusters, recorder);
                return Ok(());
            }
        }
        if let Some(kept) = &self.best {
            self.measure(&kept.clusters, &kept.codes, recorder);
            self.report.tables(&kept.clusters, recorder);
        }
        Ok(())
    }

    fn save(&self, folder: &Path) -> Result<(), TrainError> {
        checkpoint::save(self, folder)
    }

    fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        checkpoint::load(self, folder)
    }

    fn reconfigure(&mut self, config: &DeepCcConfig) -> Result<(), ConfigError> {
        self.config.clone_from(config);
        Ok(())
    }
}

/// The joint of the matrix, raised to amounts, as it is or scaled to D_r^-1/2 X D_c^-1/2. `None` if there is no information in it: all cells
/// are equal, or rows and columns are independent.
pub(super) fn observed_joint(prepared: &Baselined, weighting: JointWeighting) -> Option<Joint> {
    let mut amounts = prepared.raised();
    if weighting == JointWeighting::Spectral {
        amounts = amounts.rescaled(&inverse_roots(&amounts.sums()));
    }
    Joint::of_amounts(amounts).filter(|joint| joint.bits() > 1e-12)
}

/// There are enough rows and columns for the clusters.
fn check_counts(config: &DeepCcConfig, data: &MatrixData) -> Result<(), TrainError> {
    for (key, clusters, count, what) in [
        (
            "row_clusters",
            config.row_clusters,
            data.active_rows.len(),
            "rows",
        ),
        (
            "column_clusters",
            config.column_clusters,
            data.active_columns.len(),
            "columns",
        ),
    ] {
        if clusters > count {
            return Err(TrainError::Data(format!(
                "there are {count} {what} to cluster, fewer than the {clusters} clusters asked for: lower {key}"
            )));
        }
    }
    Ok(())
}

/// Rows and columns of a batch; `None` where every update takes all.
/// `most`: of rows or of columns.
pub(super) fn batch_size(config: &DeepCcConfig, most: usize) -> Option<usize> {
    match config.batch_size {
        0 if most <= FULL_ROWS => None,
        0 => Some(BATCH_ROWS),
        size if size >= most => None,
        size => Some(size),
    }
}

/// The networks of one side of a matrix with this many rows, or columns, and inputs.
pub(super) fn shape(
    config: &DeepCcConfig,
    hidden: &[usize],
    clusters: usize,
    (rows, inputs): (usize, usize),
) -> Shape {
    let code = match config.code {
        0 => (2 * clusters).max(8),
        size => size,
    };
    // A decomposition has no more directions than the matrix.
    let code = if config.linear_path {
        code.min(inputs.saturating_sub(1))
            .min(rows.saturating_sub(1))
            .max(1)
    } else {
        code
    };
    let mut autoencoder = vec![inputs];
    autoencoder.extend(hidden_sizes(hidden, inputs));
    autoencoder.push(code);
    let mut inference = vec![code];
    inference.extend(&config.inference_hidden);
    inference.push(clusters);
    Shape {
        autoencoder,
        inference,
        activation: config.activation,
        linear_path: config.linear_path,
        initial_bias: config.initial_bias as f32,
    }
}

pub(super) fn generator(seed: u64, restart: u64, stream: Stream) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let number = match stream {
        Stream::Weights(side) => side,
        Stream::Decomposition(side) => 2 + side,
        Stream::Start(side) => 4 + side,
        Stream::Bilinear => 6,
        Stream::Missing => 7,
        Stream::Shuffle(side, pass) => 8 + side + 2 * pass,
    };
    rng.set_stream(restart << 40 | number);
    rng
}
