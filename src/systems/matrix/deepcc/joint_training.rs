//! The joint training of everything, and looks at its results.

use burn::tensor::Tensor;

use super::network::values;
use super::objective::{Assignments, Evaluated, Head, SideTerms, Terms};
use super::side::{Forward, Update};
use super::snapshots::is_due;
use super::trainer::DeepCcTrainer;
use crate::eval::silhouette;
use crate::record::{CoClusters, Recorder, Side as ClusterSide};
use crate::systems::TrainError;
use crate::systems::matrix::kmeans::Points;

/// All rows and columns under the weights as they are.
pub(super) struct JointEvaluation {
    pub(super) terms: Terms,
    pub(super) clusters: CoClusters,
    /// Codes of rows and of columns.
    pub(super) codes: [Vec<f32>; 2],
}

impl DeepCcTrainer {
    pub(super) fn head<'a>(&'a self, logits: &'a [f64]) -> Head<'a> {
        Head::of(&self.config, self.observed.as_ref(), logits)
    }

    pub(super) fn bilinear_logits(&self) -> Result<Vec<f64>, TrainError> {
        match &self.bilinear {
            Some(bilinear) => bilinear.logits(),
            None => Ok(Vec::new()),
        }
    }

    /// The step size now, and whether Adam has just begun anew.
    pub(super) fn joint_rate(&self) -> (f64, bool) {
        let late = self.config.late_rate;
        let half = self.plan.joint / 2;
        if late < 1.0 && self.state.stage_step >= half {
            (
                self.config.learning_rate * late,
                self.state.stage_step == half,
            )
        } else {
            (self.config.learning_rate, false)
        }
    }

    /// Measures the weights and updates them with all rows and columns, from one forward pass.
    pub(super) fn full_update(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        let (kind, layers) = (self.config.reconstruction, self.config.layer_errors);
        let forwards: [Forward; 2] = std::array::from_fn(|index| {
            let side = &self.sides[index];
            side.forward(&side.batch(&[]), kind, layers)
        });
        let assignments = self.assignments(&forwards)?;
        let sides = [&assignments[0], &assignments[1]];
        let logits = self.bilinear_logits()?;
        let evaluated = self
            .head(&logits)
            .evaluate(sides)
            .ok_or_else(|| self.diverged(f64::NAN))?;
        let weights = self.weights();
        let reconstruction = [
            scalar(&forwards[0].reconstruction)?,
            scalar(&forwards[1].reconstruction)?,
        ];
        let terms = self.terms(&evaluated, reconstruction)?;
        let total = terms.total(&weights);
        if !total.is_finite() {
            return Err(self.diverged(total));
        }
        terms.record(&weights, recorder);
        if is_due(self.state.stage_step, self.plan.joint, self.plan.restarts) {
            let clusters = self.clusters(&evaluated);
            let codes = [
                values(forwards[0].code.clone().inner())?,
                values(forwards[1].code.clone().inner())?,
            ];
            self.report.snapshot(&clusters, self.state.step, recorder);
            self.measure(&clusters, &codes, recorder);
        }
        let gradients = evaluated.backward(sides, &weights);
        self.descend(forwards, gradients, &evaluated.cross.d_logits);
        Ok(())
    }

    /// One step of every parameter.
    pub(super) fn descend(
        &mut self,
        forwards: [Forward; 2],
        gradients: [Vec<f32>; 2],
        d_logits: &[f64],
    ) {
        let weights = self.weights();
        let (learning_rate, anew) = self.joint_rate();
        let update = Update {
            learning_rate,
            weight_decay: weights.weight_decay,
        };
        let each = self.sides.iter_mut().zip(forwards).zip(gradients);
        for ((side, forward), gradient) in each {
            if anew {
                side.adam = Default::default();
            }
            let gradient = side.constant(gradient, side.shape.clusters());
            let loss = forward.reconstruction.mul_scalar(weights.reconstruction)
                + (forward.logits * gradient).sum();
            side.update(loss, update, |_| true);
        }
        if let Some(bilinear) = &mut self.bilinear {
            if anew {
                bilinear.adam = Default::default();
            }
            let d_logits: Vec<f64> = d_logits.iter().map(|d| weights.cross * d).collect();
            bilinear.update(&d_logits, learning_rate);
        }
    }

    pub(super) fn assignments(
        &self,
        forwards: &[Forward; 2],
    ) -> Result<[Assignments; 2], TrainError> {
        let of = |index: usize| -> Result<Assignments, TrainError> {
            let logits = values(forwards[index].logits.clone().inner())?;
            Ok(Assignments::softmax(
                &logits,
                self.sides[index].shape.clusters(),
            ))
        };
        Ok([of(0)?, of(1)?])
    }

    pub(super) fn terms(
        &self,
        evaluated: &Evaluated,
        reconstruction: [f64; 2],
    ) -> Result<Terms, TrainError> {
        let side = |index: usize| -> Result<SideTerms, TrainError> {
            Ok(SideTerms {
                reconstruction: reconstruction[index],
                weight_decay: self.sides[index].network.weight_decay()?,
                mixture: evaluated.terms[index],
            })
        };
        Ok(Terms {
            sides: [side(0)?, side(1)?],
            cross: evaluated.cross.loss,
            information: evaluated.cross.information,
            information_clusters: evaluated.cross.information_clusters,
        })
    }

    /// Looks at all rows and columns without changing anything.
    pub(super) fn evaluate_all(&self) -> Result<JointEvaluation, TrainError> {
        let rows = self.pass(0)?;
        let columns = self.pass(1)?;
        let sides = [&rows.assignments, &columns.assignments];
        let logits = self.bilinear_logits()?;
        let evaluated = self
            .head(&logits)
            .evaluate(sides)
            .ok_or_else(|| self.diverged(f64::NAN))?;
        Ok(JointEvaluation {
            terms: self.terms(&evaluated, [rows.reconstruction, columns.reconstruction])?,
            clusters: self.clusters(&evaluated),
            codes: [rows.codes, columns.codes],
        })
    }

    /// One side's way through its networks.
    pub(super) fn pass(&self, index: usize) -> Result<Pass, TrainError> {
        let side = &self.sides[index];
        let (kind, layers) = (self.config.reconstruction, self.config.layer_errors);
        let (mut logits, mut codes, mut reconstruction) = (Vec::new(), Vec::new(), 0.0);
        let network = side.network.constant();
        for part in side.parts() {
            let forward = network.forward(&side.batch(&part), kind, layers);
            logits.extend(values(forward.logits.inner())?);
            codes.extend(values(forward.code.inner())?);
            let share = part.len() as f64 / side.source.rows() as f64;
            reconstruction += share * scalar(&forward.reconstruction)?;
        }
        Ok(Pass {
            assignments: Assignments::softmax(&logits, side.shape.clusters()),
            codes,
            reconstruction,
        })
    }

    /// The clusters of the largest γ, spread over all rows and columns of the matrix.
    pub(super) fn clusters(&self, evaluated: &Evaluated) -> CoClusters {
        let data = self.report.data();
        let side = |index: usize, active: &[u32], total: usize| {
            let clusters = self.sides[index].shape.clusters();
            let gamma = &evaluated.mixtures[index].posterior;
            let of: Vec<u16> = gamma
                .chunks_exact(clusters)
                .map(|row| super::argmax(row) as u16)
                .collect();
            let gamma: Vec<f32> = gamma.iter().map(|value| *value as f32).collect();
            ClusterSide::of_active(clusters, active, total, &of, &gamma)
        };
        CoClusters {
            rows: side(0, &data.active_rows, data.filled.rows()),
            columns: side(1, &data.active_columns, data.filled.columns()),
        }
    }

    /// The measures of clusters, and the silhouette of their codes.
    pub(super) fn measure(
        &self,
        clusters: &CoClusters,
        codes: &[Vec<f32>; 2],
        recorder: &mut dyn Recorder,
    ) {
        self.report.measure(clusters, recorder);
        for (index, (name, side)) in [("rows", &clusters.rows), ("columns", &clusters.columns)]
            .into_iter()
            .enumerate()
        {
            let of: Vec<u16> = side.of.iter().flatten().copied().collect();
            let points = Points::dense(self.sides[index].shape.code(), &codes[index]);
            let distance = |a, b| points.distance(a, b);
            if let Some(value) = silhouette(&of, self.seed, distance) {
                recorder.scalar(&format!("{name}/silhouette"), value);
            }
        }
    }
}

/// The output of the networks for all rows of one side.
pub(super) struct Pass {
    pub(super) assignments: Assignments,
    pub(super) codes: Vec<f32>,
    pub(super) reconstruction: f64,
}

pub(super) fn scalar(tensor: &Tensor<1>) -> Result<f64, TrainError> {
    Ok(f64::from(values(tensor.clone().inner())?[0]))
}
