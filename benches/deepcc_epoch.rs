//! Seconds per joint epoch of DeepCC beside the official algorithm in PyTorch, and on a large sparse matrix.
//!
//!     cargo bench --bench deepcc_epoch                   ours and the peer in turn, 1440 × 1024, 20 clusters, images' settings
//!     cargo bench --bench deepcc_epoch -- --shape 600x400 --clusters 5 --family text
//!     cargo bench --bench deepcc_epoch -- --scale        100,000 × 20,000 with 5 million cells, the default preset in mini-batches
//!
//! The peer is `deepcc_epoch.py` in the folder that ATELIER_PEERS names, or else in `../shared/peers`; it needs Python with torch, numpy,
//! scipy and scikit-learn. Each measurement runs in a process of its own, so that the peak memory is its own.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow, bail};
use atelier::data::{Cells, Dataset, Dense, MatrixData, Sparse};
use atelier::engine::machine::own_threads;
use atelier::record::{Artifact, LogLevel, Recorder};
use atelier::systems::{Place, find};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use serde_json::{Value, json};

const ROUNDS: usize = 5;
/// Epochs of each measurement.
const EPOCHS: usize = 12;

fn main() -> Result<()> {
    // As a run has it.
    let _threads = own_threads(1);
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let flag = |name: &str| arguments.iter().any(|argument| argument == name);
    let value = |name: &str, default: &str| -> String {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1))
            .map_or(default, String::as_str)
            .to_owned()
    };
    let shape = value("--shape", "1440x1024");
    let (rows, columns) = shape.split_once('x').context("--shape is like 1440x1024")?;
    let problem = Problem {
        rows: rows.parse()?,
        columns: columns.parse()?,
        clusters: value("--clusters", "20").parse()?,
        family: value("--family", "image"),
    };
    if flag("--measure") {
        return problem.measure();
    }
    if flag("--measure-scale") {
        return measure_scale();
    }
    if flag("--scale") {
        return scale();
    }
    problem.beside_the_peer()
}

struct Problem {
    rows: usize,
    columns: usize,
    clusters: usize,
    family: String,
}

impl Problem {
    fn arguments(&self) -> [String; 6] {
        [
            "--shape".to_owned(),
            format!("{}x{}", self.rows, self.columns),
            "--clusters".to_owned(),
            self.clusters.to_string(),
            "--family".to_owned(),
            self.family.clone(),
        ]
    }

    fn beside_the_peer(&self) -> Result<()> {
        println!(
            "{} × {}, {} clusters, settings of the paper for {}, full batch",
            self.rows, self.columns, self.clusters, self.family
        );
        let mut ratios = Vec::new();
        for round in 1..=ROUNDS {
            let ours = child(&["--measure"], &self.arguments())?;
            let peer = match self.peer() {
                Ok(seconds) => seconds,
                Err(error) => {
                    println!("ours {:.4} s an epoch", ours.seconds);
                    println!("no peer to compare with: {error:#}");
                    return Ok(());
                }
            };
            let ratio = ours.seconds / peer;
            ratios.push(ratio);
            println!(
                "round {round}: ours {:.4} s an epoch, peer {peer:.4} s, ours / peer {ratio:.3}, ours {:.0} MB at most",
                ours.seconds, ours.megabytes
            );
        }
        ratios.sort_by(f64::total_cmp);
        println!("median of ours / peer: {:.3}", ratios[ROUNDS / 2]);
        Ok(())
    }

    /// Seconds per epoch of the PyTorch version.
    fn peer(&self) -> Result<f64> {
        let folder =
            std::env::var_os("ATELIER_PEERS").map_or("../shared/peers".into(), PathBuf::from);
        let script = folder.join("deepcc_epoch.py");
        if !script.exists() {
            bail!("{} is not there; set ATELIER_PEERS", script.display());
        }
        let output = Command::new("python3")
            .arg(&script)
            .args(self.arguments())
            .args(["--epochs", &EPOCHS.to_string()])
            .output()
            .context("cannot start python3")?;
        last_line(&output)?["seconds_per_epoch"]
            .as_f64()
            .context("the peer did not print seconds_per_epoch")
    }

    /// Trains on normal random cells, as the peer does, and prints seconds and memory as JSON.
    fn measure(&self) -> Result<()> {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let cells = (0..self.rows * self.columns)
            .map(|_| StandardNormal.sample(&mut rng))
            .collect();
        let cells = Cells::Dense(Arc::new(Dense::new(self.columns, cells)));
        let given = json!({
            "preset": format!("Paper, {}", self.family), "row_clusters": self.clusters, "column_clusters": self.clusters,
            "pretraining": "none",
        });
        train(MatrixData::of(cells), &given, EPOCHS)
    }
}

fn scale() -> Result<()> {
    let ours = child(&["--measure-scale"], &[])?;
    println!(
        "100000 × 20000, 5 million cells: {:.1} s a joint epoch, {:.0} MB at most",
        ours.seconds, ours.megabytes
    );
    Ok(())
}

/// Ten planted blocks with popular and rare columns.
fn measure_scale() -> Result<()> {
    let (rows, columns, wanted, blocks) = (100_000_u32, 20_000_u32, 5_000_000_usize, 10);
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let (mut offsets, mut indices) = (vec![0], Vec::with_capacity(wanted));
    for row in 0..rows {
        let mut own: Vec<u32> = (0..wanted as u32 / rows)
            .map(|_| {
                let column = (f64::from(columns) * rng.random::<f64>().powi(2)) as u32;
                if rng.random_bool(0.5) {
                    column / blocks * blocks + row % blocks
                } else {
                    column
                }
            })
            .map(|column| column.min(columns - 1))
            .collect();
        own.sort_unstable();
        own.dedup();
        indices.extend(own);
        offsets.push(indices.len());
    }
    let values = vec![1.0; indices.len()];
    let cells = Sparse::from_parts(columns as usize, offsets, indices, values);
    let given = json!({
        "row_clusters": blocks, "column_clusters": blocks, "pretraining_epochs": 1, "start_epochs": 1, "epochs": 2,
    });
    train(
        MatrixData::of(Cells::Sparse(Arc::new(cells))),
        &given,
        usize::MAX,
    )
}

/// Takes up to `epochs` joint epochs, and prints the median of their seconds and the peak memory as JSON.
fn train(data: MatrixData, given: &Value, epochs: usize) -> Result<()> {
    let system = find("deepcc").context("deepcc is a system")?;
    let config = system.resolve(given.as_object().context("an object")?)?;
    let data = Dataset::Matrix(Arc::new(data));
    let mut trainer = system.trainer(&config, &data, &Place::cpu(0))?;
    drop(data);
    let mut watch = Watch::default();
    let (mut seconds, mut began) = (Vec::new(), Instant::now());
    while seconds.len() < epochs {
        let outcome = trainer.step(&mut watch)?;
        if watch.stage != Stage::Joint {
            began = Instant::now();
        } else if std::mem::take(&mut watch.epoch_ended) {
            seconds.push(began.elapsed().as_secs_f64());
            began = Instant::now();
        }
        if outcome == atelier::systems::Outcome::Done {
            break;
        }
    }
    seconds.sort_by(f64::total_cmp);
    let megabytes = peak_kilobytes().unwrap_or(f64::NAN) / 1000.0;
    println!(
        "{}",
        json!({"seconds": seconds[seconds.len() / 2], "megabytes": megabytes})
    );
    Ok(())
}

#[derive(Default, PartialEq)]
enum Stage {
    #[default]
    Before,
    Joint,
}

/// Notices the end of every joint epoch.
#[derive(Default)]
struct Watch {
    stage: Stage,
    epoch_ended: bool,
}

impl Recorder for Watch {
    fn scalar(&mut self, name: &str, value: f64) {
        match name {
            "loss/total" => {
                self.stage = Stage::Joint;
                self.epoch_ended = true;
            }
            "pretraining/loss_rows"
            | "start/loss_rows"
            | "blocks/information_kept"
            | "rows/silhouette" => {
                eprintln!("{name} {value:.4}");
            }
            _ => {}
        }
    }
    fn artifact(&mut self, _: Artifact) {}
    fn log(&mut self, _: LogLevel, message: &str) {
        eprintln!("{message}");
    }
}

struct Measured {
    /// Median over the epochs.
    seconds: f64,
    /// Peak resident memory.
    megabytes: f64,
}

/// Measures in a new process.
fn child(what: &[&str], arguments: &[String]) -> Result<Measured> {
    let output = Command::new(std::env::current_exe()?)
        .args(what)
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()?;
    let value = last_line(&output)?;
    let number = |key: &str| {
        value[key]
            .as_f64()
            .with_context(|| format!("no {key} in {value}"))
    };
    Ok(Measured {
        seconds: number("seconds")?,
        megabytes: number("megabytes")?,
    })
}

fn last_line(output: &std::process::Output) -> Result<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().last().ok_or_else(|| {
        anyhow!(
            "no output; it said: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    })?;
    Ok(serde_json::from_str(line)?)
}

/// `VmHWM` of this process; Linux alone.
fn peak_kilobytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
