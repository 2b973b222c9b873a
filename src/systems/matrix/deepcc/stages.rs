//! The stages of a restart.

use burn::tensor::Tensor;
use rand::Rng;
use rand::seq::SliceRandom;

use super::config::{Pretraining, Start};
use super::consensus::Consensus;
use super::memory::Memory;
use super::network::{Part, values};
use super::side::{Side, Update};
use super::starts;
use super::state::Stage;
use super::trainer::{DeepCcTrainer, Stream};
use crate::record::{LogLevel, Recorder};
use crate::systems::TrainError;

/// State of a stage while it lasts. All of it can be made again from the networks, but the memory, which checkpoints hold.
#[derive(Default)]
pub(super) struct Scratch {
    /// True if the stage has begun.
    begun: bool,
    /// True if the rest is there.
    ready: bool,
    /// Before the inference nets start: what many clusterings agree on, while they are made.
    votes: Option<[Consensus; 2]>,
    /// The order of the rows (and columns) in one pass, with its number.
    orders: [Option<(u64, Vec<u32>)>; 2],
    /// While pretraining layer by layer with full batches: what one layer reads.
    layer_inputs: [Option<(usize, Tensor<2>)>; 2],
    /// While the inference nets start: codes, and the clusters to start from.
    starts: Option<[Fit; 2]>,
    /// While everything is trained on batches: the assignments of the rows and columns outside a batch.
    pub(super) memory: Option<Memory>,
}

/// The target of an inference net.
struct Fit {
    codes: Vec<f32>,
    of: Vec<u16>,
    /// Codes and targets of all rows, where a batch takes them all.
    whole: Option<[Tensor<2>; 2]>,
}

impl DeepCcTrainer {
    /// Begins the stage at hand if it has not begun.
    pub(super) fn begin_stage(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        if self.scratch.begun {
            return Ok(());
        }
        match self.state.stage {
            Stage::Pretraining => {
                if self.state.step == 0 {
                    for note in &self.notes {
                        recorder.log(LogLevel::Warning, note);
                    }
                }
                if self.plan.restarts > 1 {
                    let number = self.state.restart + 1;
                    recorder.log(
                        LogLevel::Info,
                        &format!("restart {number} of {}", self.plan.restarts),
                    );
                }
                for index in 0..2 {
                    let mut weights = self.rng(Stream::Weights(index as u64));
                    let mut decomposition = self.rng(Stream::Decomposition(index as u64));
                    self.sides[index].restart(&mut weights);
                    self.sides[index].decompose(&mut decomposition);
                }
                let mut rng = self.rng(Stream::Bilinear);
                if let Some(bilinear) = &mut self.bilinear {
                    bilinear.restart(&mut rng);
                }
                self.state.code_scales = [1.0; 2];
            }
            Stage::Start => {
                for side in &mut self.sides {
                    side.adam = Default::default();
                }
                if self.config.scale_codes {
                    for (side, scale) in self.sides.iter_mut().zip(&mut self.state.code_scales) {
                        *scale = code_scale(&side.all_codes()?, side.shape.code());
                        side.network.code_scale = *scale;
                    }
                }
            }
            Stage::Joint => {
                for side in &mut self.sides {
                    side.adam = Default::default();
                }
            }
            Stage::Done => {}
        }
        self.scratch = Scratch {
            begun: true,
            ..Scratch::default()
        };
        Ok(())
    }

    /// Makes what the stage keeps in memory, or a part of it: true if all of it is there.
    pub(super) fn prepare(&mut self) -> Result<bool, TrainError> {
        if self.scratch.ready {
            return Ok(true);
        }
        match self.state.stage {
            Stage::Start if self.config.start == Start::Consensus => {
                let mut votes = match self.scratch.votes.take() {
                    Some(votes) => votes,
                    None => self.votes()?,
                };
                if votes.each_mut().map(Consensus::advance) != [true; 2] {
                    self.scratch.votes = Some(votes);
                    return Ok(false);
                }
                self.start_at(votes.map(Consensus::agreed));
            }
            Stage::Start => {
                let [rows, columns] = [self.sides[0].all_codes()?, self.sides[1].all_codes()?];
                let [of_rows, of_columns] = self.start_clusters([&rows, &columns]);
                self.start_at([(rows, of_rows), (columns, of_columns)]);
            }
            Stage::Joint if self.is_batched() && self.scratch.memory.is_none() => {
                self.scratch.memory = Some(self.new_memory()?);
            }
            _ => {}
        }
        self.scratch.ready = true;
        Ok(true)
    }

    /// The clusterings of both sides' codes, none of them made.
    fn votes(&self) -> Result<[Consensus; 2], TrainError> {
        let clusters = [self.config.row_clusters, self.config.column_clusters];
        let side = |index: usize| -> Result<Consensus, TrainError> {
            let seed = self.rng(Stream::Start(index as u64)).next_u64();
            let side = &self.sides[index];
            let width = side.shape.code();
            Ok(Consensus::new(
                side.all_codes()?,
                width,
                clusters[index],
                seed,
            ))
        };
        Ok([side(0)?, side(1)?])
    }

    /// The inference nets are to be fitted to these codes and clusters, of rows and of columns.
    fn start_at(&mut self, [rows, columns]: [(Vec<f32>, Vec<u16>); 2]) {
        let smoothing = self.config.label_smoothing as f32;
        self.scratch.starts = Some([
            Fit::new(rows, &self.sides[0], smoothing),
            Fit::new(columns, &self.sides[1], smoothing),
        ]);
    }

    fn start_clusters(&self, codes: [&[f32]; 2]) -> [Vec<u16>; 2] {
        let clusters = [self.config.row_clusters, self.config.column_clusters];
        if self.config.start == Start::Spectral
            && let Some(joint) = self.report.joint()
        {
            let seed = self.rng(Stream::Start(0)).next_u64();
            return starts::spectral(joint, clusters, seed);
        }
        std::array::from_fn(|side| {
            let seed = self.rng(Stream::Start(side as u64)).next_u64();
            let width = self.sides[side].shape.code();
            starts::k_means_of(codes[side], width, clusters[side], seed)
        })
    }

    /// One update of the stage at work. With `report`, tells the loss of the stages before the joint training.
    pub(super) fn update(
        &mut self,
        report: bool,
        recorder: &mut dyn Recorder,
    ) -> Result<(), TrainError> {
        match self.state.stage {
            Stage::Pretraining => {
                for side in 0..2 {
                    let loss = self.pretrain(side, report)?;
                    self.report_loss_of("pretraining", side, loss, recorder)?;
                }
            }
            Stage::Start => {
                for side in 0..2 {
                    let loss = self.fit(side, report)?;
                    self.report_loss_of("start", side, loss, recorder)?;
                }
            }
            Stage::Joint if self.is_batched() => self.batch_update(recorder)?,
            Stage::Joint => self.full_update(recorder)?,
            Stage::Done => {}
        }
        Ok(())
    }

    fn report_loss_of(
        &self,
        stage: &str,
        side: usize,
        loss: Option<f64>,
        recorder: &mut dyn Recorder,
    ) -> Result<(), TrainError> {
        let Some(loss) = loss else { return Ok(()) };
        if !loss.is_finite() {
            return Err(self.diverged(loss));
        }
        let name = ["rows", "columns"][side];
        recorder.scalar(&format!("{stage}/loss_{name}"), loss);
        Ok(())
    }

    /// True if updates take batches of rows or of columns.
    pub(super) fn is_batched(&self) -> bool {
        self.sides.iter().any(|side| side.batches() > 1)
    }

    /// The rows of one side in the update at hand.
    pub(super) fn batch_rows(&mut self, side: usize) -> Vec<u32> {
        let (batches, count) = {
            let side = &self.sides[side];
            (side.batches() as u64, side.source.rows())
        };
        if batches == 1 {
            return (0..count as u32).collect();
        }
        let stage = match self.state.stage {
            Stage::Pretraining => 0,
            Stage::Start => 1,
            Stage::Joint | Stage::Done => 2,
        };
        let pass = (stage << 32) + self.state.stage_step / batches;
        let known = self.scratch.orders[side].as_ref();
        if known.is_none_or(|(number, _)| *number != pass) {
            let mut rows: Vec<u32> = (0..count as u32).collect();
            rows.shuffle(&mut self.rng(Stream::Shuffle(side as u64, pass)));
            self.scratch.orders[side] = Some((pass, rows));
        }
        let size = self.sides[side].rows_of_a_batch();
        let start = (self.state.stage_step % batches) as usize * size;
        let mut rows = match &self.scratch.orders[side] {
            Some((_, rows)) => rows[start..count.min(start + size)].to_vec(),
            None => Vec::new(),
        };
        rows.sort_unstable();
        rows
    }

    fn pretrain(&mut self, index: usize, report: bool) -> Result<Option<f64>, TrainError> {
        let kind = self.config.reconstruction;
        let learning_rate = self.config.pretraining_rate;
        let rows = self.batch_rows(index);
        let side = &mut self.sides[index];
        let batch = side.batch(&rows);
        if self.config.pretraining == Pretraining::EndToEnd {
            let loss = side.autoencoder_loss(&batch, kind);
            let value = read(&loss, report)?;
            let update = Update {
                learning_rate,
                weight_decay: self.config.lambda2,
            };
            side.update(loss, update, |part| part != Part::Inference);
            return Ok(value);
        }
        let passes = self.state.stage_step / self.plan.updates_per_epoch;
        let layer = (passes / self.plan.pretraining_passes) as usize;
        if layer >= side.network.encoder.len() {
            return Ok(None);
        }
        let first = self.plan.pretraining_passes * self.plan.updates_per_epoch;
        if self.state.stage_step.is_multiple_of(first) {
            side.adam = Default::default();
        }
        let input = if side.batches() > 1 {
            side.layer_input(&batch, layer)
        } else {
            let known = self.scratch.layer_inputs[index].take();
            let input = match known {
                Some((number, input)) if number == layer => Some(input),
                _ => side.layer_input(&batch, layer),
            };
            self.scratch.layer_inputs[index] = input.clone().map(|input| (layer, input));
            input
        };
        let loss = side.layer_loss(&batch, layer, input, kind);
        let value = read(&loss, report)?;
        // The official code's weight of the squared weights.
        let update = Update {
            learning_rate,
            weight_decay: 1.0,
        };
        side.update(loss, update, |part| part == Part::Autoencoder(layer));
        Ok(value)
    }

    /// Fits an inference net to the clusters it starts from.
    fn fit(&mut self, index: usize, report: bool) -> Result<Option<f64>, TrainError> {
        let rows = self.batch_rows(index);
        let side = &mut self.sides[index];
        let Some(starts) = &self.scratch.starts else {
            return Ok(None);
        };
        let fit = &starts[index];
        let [codes, targets] = match &fit.whole {
            Some(whole) => whole.clone(),
            None => fit.batch(&rows, side, self.config.label_smoothing as f32),
        };
        let loss = side.assignment_loss(codes, targets);
        let value = read(&loss, report)?;
        let update = Update {
            learning_rate: self.config.start_rate,
            weight_decay: 0.0,
        };
        side.update(loss, update, |part| part == Part::Inference);
        Ok(value)
    }
}

impl Fit {
    fn new((codes, of): (Vec<f32>, Vec<u16>), side: &Side, smoothing: f32) -> Self {
        let mut fit = Self {
            codes,
            of,
            whole: None,
        };
        if side.batches() == 1 {
            let rows: Vec<u32> = (0..fit.of.len() as u32).collect();
            fit.whole = Some(fit.batch(&rows, side, smoothing));
        }
        fit
    }

    fn batch(&self, rows: &[u32], side: &Side, smoothing: f32) -> [Tensor<2>; 2] {
        let (width, clusters) = (side.shape.code(), side.shape.clusters());
        let mut codes = Vec::with_capacity(rows.len() * width);
        let mut targets = Vec::with_capacity(rows.len() * clusters);
        for &row in rows {
            let row = row as usize;
            codes.extend_from_slice(&self.codes[row * width..(row + 1) * width]);
            let own = usize::from(self.of[row]);
            targets.extend((0..clusters).map(|cluster| {
                let spread = smoothing / clusters as f32;
                if cluster == own {
                    1.0 - smoothing + spread
                } else {
                    spread
                }
            }));
        }
        [
            side.constant(codes, width),
            side.constant(targets, clusters),
        ]
    }
}

/// The mean length of the codes over the root of their size.
fn code_scale(codes: &[f32], width: usize) -> f32 {
    let lengths = codes.chunks_exact(width).map(|code| {
        let square: f64 = code.iter().map(|v| f64::from(*v) * f64::from(*v)).sum();
        square.sqrt()
    });
    let rows = (codes.len() / width).max(1) as f64;
    let scale = (lengths.sum::<f64>() / rows / (width as f64).sqrt()) as f32;
    if scale > 0.0 { scale } else { 1.0 }
}

/// The value of a loss, if it is asked for: it waits for the device.
fn read(loss: &Tensor<1>, wanted: bool) -> Result<Option<f64>, TrainError> {
    if !wanted {
        return Ok(None);
    }
    Ok(Some(f64::from(values(loss.clone().inner())?[0])))
}
