//! Seconds of spectral co-clustering beside scikit-learn's, on WebKB4 and on a larger sparse matrix.
//!
//!     cargo bench --bench spectral_coclustering
//!
//! WebKB4 is `webkb/WebKB4.mat` in the folder that ATELIER_DATA names, or else in `../shared/data`; without it a random matrix of its shape and density
//! stands in. The peer is scikit-learn's SpectralCoclustering in `python3`. Both get the matrix in memory, as many threads, and 10 starts of k-means; each
//! time is the median of some runs after one that is not counted.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow, bail};
use atelier::data::{self, Cells, Dataset, MatrixData, MatrixSource, Monitor, Sparse};
use atelier::engine::machine::own_threads;
use atelier::record::Recorded;
use atelier::systems::{Outcome, Place, find};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

const ROUNDS: usize = 3;
const RUNS: usize = 5;

/// Reads rows, columns, number of cells, where rows begin, columns and values; clusters them dense and sparse.
const PEER: &str = r#"
import json, sys, time
import numpy as np, scipy.sparse
from sklearn.cluster import SpectralCoclustering
path, clusters, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(path, "rb") as file:
    rows, columns, cells = np.fromfile(file, np.uint64, 3).astype(int)
    offsets = np.fromfile(file, np.uint64, rows + 1).astype(np.int64)
    indices = np.fromfile(file, np.uint32, cells).astype(np.int32)
    values = np.fromfile(file, np.float32, cells).astype(float)
sparse = scipy.sparse.csr_matrix((values, indices, offsets), (rows, columns))
times = {}
for name, matrix in [("sparse", sparse), ("dense", sparse.toarray() if rows * columns < 3e7 else None)]:
    if matrix is None: continue
    seconds = []
    for run in range(runs + 1):
        began = time.perf_counter()
        SpectralCoclustering(clusters, random_state=run).fit(matrix)
        seconds.append(time.perf_counter() - began)
    times[name] = float(np.median(seconds[1:]))
print(json.dumps(times))
"#;

fn main() -> Result<()> {
    // As a run has it.
    let _threads = own_threads(1);
    let webkb = webkb()?;
    compare("WebKB4", webkb, 4)?;
    let large = random((20_000, 10_000), 1_000_000);
    compare("random", large, 8)
}

fn compare(name: &str, data: MatrixData, clusters: usize) -> Result<()> {
    // The peer cannot take rows or columns of zeros.
    let cells = data.active();
    println!(
        "{name}: {} rows × {} columns, {clusters} clusters",
        cells.rows(),
        cells.columns()
    );
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("matrix.bin");
    std::fs::write(&file, bytes(&cells))?;
    let data = Dataset::Matrix(Arc::new(data));
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        let ours = ours(&data, clusters)?;
        let peer = match peer(&file, clusters) {
            Ok(peer) => peer,
            Err(error) => {
                println!("ours {ours:.4} s; no peer to compare with: {error:#}");
                return Ok(());
            }
        };
        let times = peer.as_object().context("an object")?;
        let times: Vec<(&String, f64)> = times
            .iter()
            .filter_map(|(name, seconds)| Some((name, seconds.as_f64()?)))
            .collect();
        let best = times
            .iter()
            .map(|(_, seconds)| *seconds)
            .fold(f64::INFINITY, f64::min);
        let words: Vec<String> = times
            .iter()
            .map(|(name, seconds)| format!("{name} {seconds:.4} s"))
            .collect();
        ratios.push(ours / best);
        println!(
            "round {round}: ours {ours:.4} s, peer {}, ours / the faster peer {:.3}",
            words.join(", "),
            ours / best
        );
    }
    ratios.sort_by(f64::total_cmp);
    println!("median of ours / peer: {:.3}", ratios[ROUNDS / 2]);
    Ok(())
}

/// Seconds from the matrix to clusters of rows and columns.
fn ours(data: &Dataset, clusters: usize) -> Result<f64> {
    let system = find("spectral_coclustering").context("it is a system")?;
    let given = json!({ "row_clusters": clusters });
    let config = system.resolve(given.as_object().context("an object")?)?;
    let mut seconds = Vec::new();
    for seed in 0..=RUNS as u64 {
        let began = Instant::now();
        let mut trainer = system.trainer(&config, data, &Place::cpu(seed))?;
        while trainer.step(&mut Recorded::default())? == Outcome::Continue {}
        seconds.push(began.elapsed().as_secs_f64());
    }
    let counted = &mut seconds[1..];
    counted.sort_by(f64::total_cmp);
    Ok(counted[RUNS / 2])
}

fn peer(file: &std::path::Path, clusters: usize) -> Result<Value> {
    let threads = std::thread::available_parallelism()?.get().to_string();
    let output = Command::new("python3")
        .args(["-c", PEER])
        .arg(file)
        .args([clusters.to_string(), RUNS.to_string()])
        .env("OMP_NUM_THREADS", &threads)
        .env("OPENBLAS_NUM_THREADS", &threads)
        .output()
        .context("cannot start python3")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().last().ok_or_else(|| {
        anyhow!(
            "no output; it said: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    })?;
    Ok(serde_json::from_str(line)?)
}

fn webkb() -> Result<MatrixData> {
    let folder = std::env::var_os("ATELIER_DATA").map_or("../shared/data".into(), PathBuf::from);
    let folder = folder.join("webkb");
    if !folder.join("WebKB4.mat").exists() {
        println!(
            "{} is not there: a random matrix stands in",
            folder.join("WebKB4.mat").display()
        );
        return Ok(random((4199, 1000), 343_000));
    }
    let config = MatrixSource {
        path: "WebKB4.mat".into(),
        ..MatrixSource::default()
    };
    let data = data::load(&config.clone().into(), &folder, 0, &Monitor::default())?;
    match data {
        Dataset::Matrix(data) => Ok(MatrixData::clone(&data)),
        _ => bail!("WebKB4 is a matrix"),
    }
}

/// About so many cells, of which half lie in eight blocks on the diagonal.
fn random((rows, columns): (usize, usize), cells: usize) -> MatrixData {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let (mut offsets, mut indices) = (vec![0], Vec::with_capacity(cells));
    for row in 0..rows {
        let wanted = cells * (row + 1) / rows - cells * row / rows;
        let mut own: Vec<u32> = (0..wanted)
            .map(|at| {
                let column = rng.random_range(0..columns as u32);
                if at % 2 == 0 {
                    column
                } else {
                    column / 8 * 8 + (row % 8) as u32
                }
            })
            .map(|column| column.min(columns as u32 - 1))
            .collect();
        own.sort_unstable();
        own.dedup();
        indices.extend(own);
        offsets.push(indices.len());
    }
    let values = indices.iter().map(|_| rng.random_range(0.5..2.0)).collect();
    let sparse = Sparse::from_parts(columns, offsets, indices, values);
    MatrixData::of(Cells::Sparse(Arc::new(sparse)))
}

/// As the peer reads it.
fn bytes(cells: &Cells) -> Vec<u8> {
    let (mut offsets, mut columns, mut values) = (vec![0_u64], Vec::new(), Vec::new());
    for row in 0..cells.rows() {
        for (column, value) in cells.row(row).filter(|(_, value)| *value != 0.0) {
            columns.push(column as u32);
            values.push(value);
        }
        offsets.push(columns.len() as u64);
    }
    let head = [
        cells.rows() as u64,
        cells.columns() as u64,
        columns.len() as u64,
    ];
    let words = head.into_iter().chain(offsets).flat_map(u64::to_le_bytes);
    words
        .chain(columns.into_iter().flat_map(u32::to_le_bytes))
        .chain(values.into_iter().flat_map(f32::to_le_bytes))
        .collect()
}
