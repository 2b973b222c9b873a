//! Seconds and peak memory of a training step of CycleGAN beside PyTorch.
//!
//!     cargo bench --bench cyclegan_step                   both settings of the table, ours and the peer in turn
//!     cargo bench --bench cyclegan_step -- --size 64 --ngf 32 --ndf 32 --blocks 6 --rounds 7
//!
//! The peer is `cyclegan_step.py` in the folder that ATELIER_PEERS names, or else in `../shared/peers`; it needs Python with torch. A step
//! is what the paper trains: two ResNet generators, two 70 × 70 PatchGANs, least squares, cycle loss 10, identity loss 5, Adam, batch 1.
//! Each measurement runs in a process of its own, so that the peak memory is its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow, bail};
use atelier::data::ImagesSource;
use atelier::data::images::{ImageNeeds, load};
use atelier::data::{Dataset, Monitor};
use atelier::engine::machine::own_threads;
use atelier::record::{Artifact, LogLevel, Recorder};
use atelier::systems::{Outcome, Place, find};
use image::{Rgb, RgbImage};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let value = |name: &str| -> Result<Option<usize>> {
        let at = arguments.iter().position(|argument| argument == name);
        let Some(at) = at else { return Ok(None) };
        let text = arguments.get(at + 1).map_or("", String::as_str);
        let number = text.parse().with_context(|| format!("{name} {text}"))?;
        Ok(Some(number))
    };
    let rounds = value("--rounds")?;
    let settings = match (value("--size")?, value("--ngf")?, value("--blocks")?) {
        (None, None, None) => vec![
            Setting::new(64, 32, 32, 6, 12, rounds.unwrap_or(7)),
            Setting::new(128, 64, 64, 9, 3, rounds.unwrap_or(5)),
        ],
        (size, ngf, blocks) => vec![Setting::new(
            size.unwrap_or(128),
            ngf.unwrap_or(64),
            value("--ndf")?.unwrap_or(64),
            blocks.unwrap_or(9),
            value("--steps")?.unwrap_or(5),
            rounds.unwrap_or(5),
        )],
    };
    for setting in settings {
        if arguments.iter().any(|argument| argument == "--measure") {
            setting.measure()?;
        } else {
            setting.beside_the_peer()?;
        }
    }
    Ok(())
}

struct Setting {
    /// Of the images, in pixels.
    size: usize,
    /// Filters of the first layer of the generators and of the discriminators.
    ngf: usize,
    ndf: usize,
    /// Residual blocks.
    blocks: usize,
    /// Steps of each measurement, after one that warms up.
    steps: usize,
    rounds: usize,
}

impl Setting {
    fn new(
        size: usize,
        ngf: usize,
        ndf: usize,
        blocks: usize,
        steps: usize,
        rounds: usize,
    ) -> Self {
        Self {
            size,
            ngf,
            ndf,
            blocks,
            steps,
            rounds,
        }
    }

    fn arguments(&self) -> Vec<String> {
        [
            ("--size", self.size),
            ("--ngf", self.ngf),
            ("--ndf", self.ndf),
            ("--blocks", self.blocks),
            ("--steps", self.steps),
        ]
        .into_iter()
        .flat_map(|(name, value)| [name.to_owned(), value.to_string()])
        .collect()
    }

    fn beside_the_peer(&self) -> Result<()> {
        println!(
            "{size} × {size} pixels, {} filters of G, {} of D, {} blocks; medians of {} steps",
            self.ngf,
            self.ndf,
            self.blocks,
            self.steps,
            size = self.size
        );
        let mut ratios = Vec::new();
        let mut most = [0.0f64; 2];
        for round in 1..=self.rounds {
            let output = Command::new(std::env::current_exe()?)
                .arg("--measure")
                .args(self.arguments())
                .output()?;
            let ours = Measured::read(&output)?;
            let peer = match self.peer() {
                Ok(peer) => peer,
                Err(error) => {
                    println!(
                        "ours {:.4} s a step, {:.0} MB at most",
                        ours.seconds, ours.megabytes
                    );
                    println!("no peer to compare with: {error:#}");
                    return Ok(());
                }
            };
            let ratio = ours.seconds / peer.seconds;
            ratios.push(ratio);
            most = [most[0].max(ours.megabytes), most[1].max(peer.megabytes)];
            println!(
                "round {round}: ours {:.4} s a step, peer {:.4} s, ours / peer {ratio:.3}; ours {:.0} MB at most, peer {:.0} MB",
                ours.seconds, peer.seconds, ours.megabytes, peer.megabytes
            );
        }
        ratios.sort_by(f64::total_cmp);
        println!(
            "median of ours / peer: {:.3}; memory: {:.0} MB / {:.0} MB = {:.2}",
            ratios[ratios.len() / 2],
            most[0],
            most[1],
            most[0] / most[1]
        );
        Ok(())
    }

    /// The PyTorch version.
    fn peer(&self) -> Result<Measured> {
        let folder =
            std::env::var_os("ATELIER_PEERS").map_or("../shared/peers".into(), PathBuf::from);
        let script = folder.join("cyclegan_step.py");
        if !script.exists() {
            bail!("{} is not there; set ATELIER_PEERS", script.display());
        }
        let output = Command::new("python3")
            .args(["-W", "ignore", "-c", WITH_MEMORY])
            .arg(&script)
            .args(self.arguments())
            .output()
            .context("cannot start python3")?;
        Measured::read(&output)
    }

    /// Trains on random images, as the peer does, and prints seconds and memory as JSON.
    fn measure(&self) -> Result<()> {
        // As a run has it.
        let _threads = own_threads(1);
        let folder = tempfile::tempdir()?;
        let system = find("cyclegan").context("cyclegan is a system")?;
        let given = json!({
            "load_size": self.size, "crop_size": self.size,
            "generator_filters": self.ngf, "discriminator_filters": self.ndf, "blocks": self.blocks,
            // More than are taken: the last one draws pictures.
            "max_steps": self.steps + 2, "snapshot_every": 1_000_000, "snapshot_pictures": 1, "measure_every": 0,
        });
        let config = system.resolve(given.as_object().context("an object")?)?;
        let data = self.images(folder.path())?;
        let mut trainer = system.trainer(&config, &data, &Place::cpu(0))?;
        let mut seconds = Vec::new();
        for index in 0..=self.steps {
            let began = Instant::now();
            if trainer.step(&mut NullRecorder)? != Outcome::Continue {
                bail!("the run ended after {index} steps");
            }
            if index > 0 {
                seconds.push(began.elapsed().as_secs_f64());
            }
        }
        seconds.sort_by(f64::total_cmp);
        let megabytes = peak_kilobytes().unwrap_or(f64::NAN) / 1000.0;
        println!(
            "{}",
            json!({"seconds_per_step": seconds[seconds.len() / 2], "megabytes": megabytes})
        );
        Ok(())
    }

    /// Two domains of noise.
    fn images(&self, folder: &Path) -> Result<Dataset> {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        for (part, count) in [("trainA", 4), ("trainB", 4), ("testA", 1), ("testB", 1)] {
            let folder = folder.join(part);
            std::fs::create_dir_all(&folder)?;
            for index in 0..count {
                let size = u32::try_from(self.size)?;
                let image = RgbImage::from_fn(size, size, |_, _| Rgb(rng.random()));
                image.save(folder.join(format!("{index}.png")))?;
            }
        }
        let source = ImagesSource {
            path: folder.to_owned(),
            ..ImagesSource::default()
        };
        let domains = load(&source, ImageNeeds::default(), 0, &Monitor::default())?;
        Ok(Dataset::Images(Arc::new(domains)))
    }
}

struct NullRecorder;

impl Recorder for NullRecorder {
    fn scalar(&mut self, _: &str, _: f64) {}
    fn artifact(&mut self, _: Artifact) {}
    fn log(&mut self, _: LogLevel, _: &str) {}
}

/// Runs the peer and adds its peak memory to what it prints.
const WITH_MEMORY: &str = r#"
import json, resource, runpy, sys
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
unit = 1e6 if sys.platform == "darwin" else 1e3
print(json.dumps({"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit}))
"#;

struct Measured {
    /// Median over the steps.
    seconds: f64,
    /// Peak resident memory.
    megabytes: f64,
}

impl Measured {
    /// From lines of JSON.
    fn read(output: &Output) -> Result<Self> {
        let text = String::from_utf8_lossy(&output.stdout);
        let number = |key: &str| {
            text.lines()
                .filter_map(|line| serde_json::from_str::<Value>(line).ok())
                .find_map(|value| value[key].as_f64())
                .ok_or_else(|| {
                    let said = String::from_utf8_lossy(&output.stderr);
                    let last = said.lines().last().unwrap_or("nothing").to_owned();
                    anyhow!("no {key} among its output; it said: {last}")
                })
        };
        Ok(Self {
            seconds: number("seconds_per_step")?,
            megabytes: number("megabytes")?,
        })
    }
}

/// `VmHWM` of this process; Linux alone.
fn peak_kilobytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
