//! Joint training on batches.
//!
//! The cross loss is one function of all rows and columns. On a batch, the assignments of the others are remembered from their last turn:
//! the block sums are those of the memory with the batch's part exchanged for the fresh one, so that the gradient in the batch's
//! assignments is that of the whole loss, and no cell outside the batch is visited.

use super::information::information;
use super::joint::{Cross, Posteriors, loss};
use super::joint_training::scalar;
use super::mixture::Mixture;
use super::objective::{Assignments, Evaluated, Terms};
use super::side::Forward;
use super::snapshots::is_due;
use super::trainer::DeepCcTrainer;
use crate::nn::gemm::{View, product};
use crate::record::Recorder;
use crate::systems::TrainError;
use crate::systems::matrix::Joint;

/// The assignments of all rows and columns as they were at their last turn, and the block sums that follow. In single precision, as in a
/// checkpoint.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Memory {
    /// γ of rows and of columns.
    pub(super) posteriors: [Vec<f32>; 2],
    /// p(x̂, ŷ), [row clusters, column clusters]; empty without the observed joint.
    pub(super) blocks: Vec<f32>,
}

impl DeepCcTrainer {
    /// From all rows and columns as they are.
    pub(super) fn new_memory(&self) -> Result<Memory, TrainError> {
        let mut memory = Memory::default();
        let mut wide = [Vec::new(), Vec::new()];
        for (index, wide) in wide.iter_mut().enumerate() {
            let assignments = self.pass(index)?.assignments;
            let mixture = self.mixture(&assignments)?;
            memory.posteriors[index] = narrow(&mixture.posterior);
            *wide = mixture.posterior;
        }
        if let Some(observed) = &self.observed {
            let [k, l] = self.counts();
            let by_row = observed.times(&wide[1], l);
            memory.blocks = narrow(&product(
                View::new(&wide[0], k).transposed(),
                View::new(&by_row, l),
            ));
        }
        Ok(memory)
    }

    fn counts(&self) -> [usize; 2] {
        [self.config.row_clusters, self.config.column_clusters]
    }

    fn mixture(&self, assignments: &Assignments) -> Result<Mixture, TrainError> {
        Mixture::fit(
            &assignments.values,
            assignments.clusters,
            self.config.covariance,
            self.config.variance_floor,
        )
        .ok_or_else(|| self.diverged(f64::NAN))
    }

    /// One update with a batch of rows and a batch of columns.
    pub(super) fn batch_update(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        let per_epoch = self.plan.updates_per_epoch;
        let epoch = self.state.stage_step / per_epoch;
        let begins = self.state.stage_step.is_multiple_of(per_epoch);
        if begins && is_due(epoch, self.config.epochs, self.plan.restarts) {
            let look = self.evaluate_all()?;
            self.report
                .snapshot(&look.clusters, self.state.step, recorder);
            self.measure(&look.clusters, &look.codes, recorder);
        }
        let (kind, layers) = (self.config.reconstruction, self.config.layer_errors);
        let rows = [self.batch_rows(0), self.batch_rows(1)];
        let forwards: [Forward; 2] = std::array::from_fn(|index| {
            let side = &self.sides[index];
            side.forward(&side.batch(&rows[index]), kind, layers)
        });
        let assignments = self.assignments(&forwards)?;
        let sides = [&assignments[0], &assignments[1]];
        let mixtures = [self.mixture(sides[0])?, self.mixture(sides[1])?];
        let logits = self.bilinear_logits()?;
        let cross = self.batch_cross(&rows, &mixtures, &logits);
        let evaluated = Evaluated {
            terms: [
                mixtures[0].terms(&sides[0].values),
                mixtures[1].terms(&sides[1].values),
            ],
            mixtures,
            cross,
        };
        let reconstruction = [
            scalar(&forwards[0].reconstruction)?,
            scalar(&forwards[1].reconstruction)?,
        ];
        self.count(&evaluated, reconstruction, recorder)?;
        let gradients = evaluated.backward(sides, &self.weights());
        self.descend(forwards, gradients, &evaluated.cross.d_logits);
        Ok(())
    }

    /// The cross loss of a batch. The observed joint knows all cells; the others pair the rows and columns of the batch.
    fn batch_cross(
        &mut self,
        rows: &[Vec<u32>; 2],
        mixtures: &[Mixture; 2],
        logits: &[f64],
    ) -> Cross {
        let [k, l] = self.counts();
        let kind = self.head(logits).cross;
        let memory = self.scratch.memory.take();
        let (Some(observed), Some(mut memory)) = (&self.observed, memory) else {
            return self.head(logits).joint.cross(
                Posteriors {
                    rows: &mixtures[0].posterior,
                    columns: &mixtures[1].posterior,
                    row_clusters: k,
                    column_clusters: l,
                },
                kind,
            );
        };
        let mut cross = Cross {
            information: observed.bits(),
            ..Cross::default()
        };
        for index in 0..2 {
            let part = exchange(
                observed,
                &mut memory,
                index,
                &rows[index],
                &mixtures[index],
                [k, l],
            );
            let clusters = information(&part.blocks, l);
            let (value, slope, _) = loss(kind.form, clusters.bits, observed.bits());
            let d_blocks: Vec<f64> = clusters.gradient.iter().map(|d| slope * d).collect();
            let d_blocks = View::new(&d_blocks, l);
            if index == 0 {
                let products = View::new(&part.products, l);
                cross.d_rows = product(products, d_blocks.transposed());
            } else {
                cross.d_columns = product(View::new(&part.products, k), d_blocks);
            }
            memory.blocks = narrow(&part.blocks);
            cross.loss = value;
            cross.information_clusters = clusters.bits;
        }
        self.scratch.memory = Some(memory);
        cross
    }

    /// Adds the terms of a batch to those of the epoch, and reports them after its last.
    fn count(
        &mut self,
        evaluated: &Evaluated,
        reconstruction: [f64; 2],
        recorder: &mut dyn Recorder,
    ) -> Result<(), TrainError> {
        let weights = self.weights();
        let terms = self.terms(evaluated, reconstruction)?;
        let total = terms.total(&weights);
        if !total.is_finite() {
            return Err(self.diverged(total));
        }
        let numbers = terms.to_numbers();
        for (sum, number) in self.state.epoch_sums.iter_mut().zip(numbers) {
            *sum += number;
        }
        let per_epoch = self.plan.updates_per_epoch;
        if (self.state.stage_step + 1).is_multiple_of(per_epoch) {
            let sums = std::mem::take(&mut self.state.epoch_sums);
            let means = sums.map(|sum| sum / per_epoch as f64);
            Terms::from_numbers(&means).record(&weights, recorder);
        }
        Ok(())
    }
}

/// The block sums after the fresh assignments of one side's batch, and the products that their gradient needs.
struct Exchanged {
    blocks: Vec<f64>,
    /// Of the batch: `P γ_c` of rows, `Pᵀ γ_r` of columns.
    products: Vec<f64>,
}

fn exchange(
    observed: &Joint,
    memory: &mut Memory,
    index: usize,
    rows: &[u32],
    mixture: &Mixture,
    [k, l]: [usize; 2],
) -> Exchanged {
    let (own, other) = if index == 0 { (k, l) } else { (l, k) };
    let wide: Vec<f64> = memory.posteriors[1 - index]
        .iter()
        .map(|value| f64::from(*value))
        .collect();
    let products = match index {
        0 => observed.rows_times(rows, &wide, other),
        _ => observed.columns_times(rows, &wide, other),
    };
    // What changes: fresh minus remembered.
    let mut change = mixture.posterior.clone();
    let remembered = &mut memory.posteriors[index];
    for (change, &row) in change.chunks_exact_mut(own).zip(rows) {
        let place = &mut remembered[row as usize * own..(row as usize + 1) * own];
        for (change, place) in change.iter_mut().zip(place) {
            let fresh = *change as f32;
            *change = f64::from(fresh) - f64::from(*place);
            *place = fresh;
        }
    }
    let (change, by_other) = (View::new(&change, own), View::new(&products, other));
    let added = match index {
        0 => product(change.transposed(), by_other),
        _ => product(by_other.transposed(), change),
    };
    let blocks = memory.blocks.iter().zip(added);
    Exchanged {
        // Rounding can leave an empty block below nothing.
        blocks: blocks
            .map(|(block, added)| (f64::from(*block) + added).max(0.0))
            .collect(),
        products,
    }
}

fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|value| *value as f32).collect()
}
