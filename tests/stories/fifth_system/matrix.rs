//! A toy matrix method with a kind of result of its own: ranks rows by the leading singular vector, a power iteration a step.

use std::path::Path;
use std::sync::Arc;

use atelier::data::MatrixData;
use atelier::record::{Artifact, ArtifactKind, Better, Measure, Measures, Recorder};
use atelier::systems::{
    ConfigError, Info, Outcome, Place, Position, Preset, System, TrainError, Trainer,
};
use atelier::ui::Action;
use atelier::ui::results::registry::NewView;
use atelier::ui::results::{ResultView, RunContext};
use eframe::egui::Ui;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A line `name,score` for each row, the highest score first.
pub(super) const RANKING: ArtifactKind = ArtifactKind::new("ranking");

/// Shows the newest ranking.
#[derive(Default)]
struct RankingView;

/// The line in the window's registry.
pub(super) static VIEWS: [NewView; 1] = [|| Box::<RankingView>::default()];

impl ResultView for RankingView {
    fn kind(&self) -> ArtifactKind {
        RANKING
    }

    fn title(&self) -> &'static str {
        "Ranking"
    }

    fn ui(&mut self, ui: &mut Ui, context: &RunContext<'_>) -> Vec<Action> {
        if let Some(newest) = context.run.snapshots(&RANKING).last() {
            let path = context.run.artifacts().join(&newest.file);
            for (place, line) in std::fs::read_to_string(path).unwrap().lines().enumerate() {
                let name = line.split(',').next().unwrap_or_default();
                ui.label(format!("Place {}: {name}", place + 1));
            }
        }
        Vec::new()
    }
}

/// Ranks rows.
pub(super) struct RankingSystem;

/// The `[ranking]` table of a config file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RankingConfig {
    /// Iterations of the power method.
    #[schemars(range(min = 1, max = 1000), extend("x-group" = "Iteration"))]
    iterations: u64,
    /// The share of the old vector that each iteration keeps.
    #[schemars(range(min = 0.0, max = 0.99), extend("x-group" = "Iteration", "x-live" = true))]
    inertia: f64,
}

impl Default for RankingConfig {
    fn default() -> Self {
        Self {
            iterations: 40,
            inertia: 0.5,
        }
    }
}

impl System for RankingSystem {
    const INFO: Info = Info::new(
        "ranking",
        "Row ranking",
        "Ranks rows by the leading singular vector, for tests.",
    );
    const MEASURES: Measures = Measures {
        all: &[Measure::new("train/change", "Change", Better::Lower)],
        main: &["train/change"],
    };
    type Config = RankingConfig;
    type Data = MatrixData;

    fn presets() -> Vec<Preset> {
        vec![Preset::new("default", "Forty iterations.", json!({}))]
    }

    fn trainer(
        config: RankingConfig,
        data: &Arc<MatrixData>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<RankingConfig>>, TrainError> {
        let mut rng = ChaCha8Rng::seed_from_u64(place.seed);
        Ok(Box::new(RankingTrainer {
            scores: (0..data.filled.rows()).map(|_| rng.random()).collect(),
            data: Arc::clone(data),
            config,
            step: 0,
        }))
    }
}

struct RankingTrainer {
    config: RankingConfig,
    data: Arc<MatrixData>,
    step: u64,
    scores: Vec<f64>,
}

const FILE: &str = "scores.json";

impl RankingTrainer {
    fn result(&self) -> Artifact {
        let mut rows: Vec<usize> = (0..self.scores.len()).collect();
        rows.sort_by(|a, b| self.scores[*b].total_cmp(&self.scores[*a]));
        let lines = rows
            .iter()
            .map(|row| format!("{},{:.4}\n", self.data.rows.id(*row), self.scores[*row]));
        let text: String = lines.collect();
        Artifact::new(RANKING, "ranking.csv", text.into_bytes())
    }
}

impl Trainer<RankingConfig> for RankingTrainer {
    fn position(&self) -> Position {
        Position {
            step: self.step,
            epoch: self.step as f64,
            total_steps: self.config.iterations,
        }
    }

    fn step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        let mut columns = vec![0.0; self.data.filled.columns()];
        for (row, score) in self.scores.iter().enumerate() {
            for (column, value) in self.data.filled.row(row) {
                columns[column] += score * f64::from(value);
            }
        }
        let product = |row| -> f64 {
            let cells = self.data.filled.row(row);
            cells
                .map(|(column, value)| columns[column] * f64::from(value))
                .sum()
        };
        let next: Vec<f64> = (0..self.scores.len()).map(product).collect();
        let norm = next.iter().map(|score| score * score).sum::<f64>().sqrt();
        let mut change = 0.0;
        for (score, next) in self.scores.iter_mut().zip(next) {
            let next = self.config.inertia * *score + (1.0 - self.config.inertia) * next / norm;
            change += (next - *score).abs();
            *score = next;
        }
        self.step += 1;
        recorder.scalar("train/change", change);
        if self.step % 10 == 1 {
            recorder.artifact(self.result());
        }
        Ok(if self.step < self.config.iterations {
            Outcome::Continue
        } else {
            Outcome::Done
        })
    }

    fn finish(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        recorder.artifact(self.result());
        Ok(())
    }

    fn save(&self, folder: &Path) -> Result<(), TrainError> {
        let bits: Vec<u64> = self.scores.iter().map(|score| score.to_bits()).collect();
        let state = serde_json::to_vec(&(self.step, bits)).unwrap();
        std::fs::write(folder.join(FILE), state).unwrap();
        Ok(())
    }

    fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        let state = std::fs::read(folder.join(FILE)).unwrap();
        let (step, bits): (u64, Vec<u64>) = serde_json::from_slice(&state).unwrap();
        self.step = step;
        self.scores = bits.into_iter().map(f64::from_bits).collect();
        Ok(())
    }

    fn reconfigure(&mut self, config: &RankingConfig) -> Result<(), ConfigError> {
        self.config.clone_from(config);
        Ok(())
    }
}
