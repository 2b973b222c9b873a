//! Every reader of files, with files that it reads.

use std::fs;
use std::path::{Path, PathBuf};

use atelier::data::{self, DataKind, Monitor, Source};
use atelier::nn::checkpoint::{Checkpoint, TensorFile};
use atelier::record::{AugmentationScores, CoClusters, Translations, read_predictions};
use atelier::runs::{RunConfig, RunFolder};
use serde_json::json;

/// A reader, and files that it reads by their names.
pub(super) struct Reader {
    pub(super) name: &'static str,
    pub(super) seeds: Vec<(String, Vec<u8>)>,
    /// True if the file was read.
    pub(super) read: Box<dyn Fn(&Path) -> bool>,
}

/// All of them.
pub(super) fn readers() -> Vec<Reader> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let tables = [
        texts(),
        files(&fixtures.join("ratings"), ""),
        files(&fixtures.join("matrices"), ""),
    ]
    .concat();
    let of_table = |kind: DataKind| {
        move |path: &Path| {
            let table = json!({"path": path.to_str().unwrap()});
            let source = Source::read(kind, table.as_object().unwrap()).unwrap();
            data::load(&source, Path::new(""), 1, &Monitor::default()).is_ok()
        }
    };
    let earlier = fixtures.join("earlier_runs");
    vec![
        reader("ratings", tables.clone(), of_table(DataKind::Ratings)),
        reader("matrices", tables, of_table(DataKind::Matrix)),
        reader("pictures", pictures(&fixtures), read_picture),
        reader(
            "configs",
            files(&earlier.join("deepcc_stopped"), "toml"),
            |path| {
                let text = fs::read_to_string(path).unwrap_or_default();
                RunConfig::parse(&text, path).is_ok()
            },
        ),
        reader("run_folders", run_files(&earlier), read_run),
        reader("checkpoints", checkpoint_files(&earlier), read_checkpoint),
        reader("artifacts", artifacts(&earlier), read_artifact),
    ]
}

fn reader(
    name: &'static str,
    seeds: Vec<(String, Vec<u8>)>,
    read: impl Fn(&Path) -> bool + 'static,
) -> Reader {
    assert!(!seeds.is_empty(), "{name}");
    Reader {
        name,
        seeds,
        read: Box::new(read),
    }
}

/// The small files of a folder, of one ending or of any.
fn files(folder: &Path, ending: &str) -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && path.to_string_lossy().ends_with(ending))
        .filter(|path| {
            path.extension()
                .is_none_or(|own| own != "py" && own != "json" || ending == "json")
        })
        .collect();
    paths.sort();
    let named = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read(path).unwrap())
    };
    paths.into_iter().map(named).collect()
}

/// Tables as text, of the kinds that people bring.
fn texts() -> Vec<(String, Vec<u8>)> {
    let mut tabs = String::new();
    let mut csv = "userId,movieId,rating,timestamp\n".to_owned();
    let mut dense = "gene;s1;s2;s3\n".to_owned();
    for user in 0..40 {
        for item in 0..5 {
            tabs += &format!(
                "{user}\t{item}\t{}\t88125094{user}\n",
                1 + (user + item) % 5
            );
            csv += &format!(
                "\"u{user}\",i{item},{}.5,{}\n",
                (user * item) % 5,
                1_000_000_000 + user
            );
        }
        dense += &format!("g{user};{user},5;-1,25;NA\n");
    }
    let bag = "3\n4\n5\n1 1 2\n1 3 1\n2 2 4\n3 4 1\n3 1 1\n";
    let jester = "2,99,-3.5,4\n3,1.5,2,-9\n";
    let latin = b"user;item;rating\nJos\xe9;1;3\nZo\xeb;2;4\n".to_vec();
    let wide: Vec<u8> = "\u{feff}user,item,rating\na,b,3\nc,d,4\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let named = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    vec![
        named("u.data", &tabs),
        named("ratings.csv", &csv),
        named("dense.csv", &dense),
        named("docword.txt", bag),
        named("jester.csv", jester),
        named(
            "lines.json",
            "{\"user\":\"a\",\"item\":\"b\",\"rating\":3}\n{\"user\":\"c\",\"item\":\"d\",\"rating\":4}\n",
        ),
        named(
            "table.arff",
            "@relation r\n@attribute user numeric\n@attribute item numeric\n@attribute rating numeric\n@data\n1,2,3\n2,3,4\n",
        ),
        ("latin.csv".to_owned(), latin),
        ("wide.csv".to_owned(), wide),
    ]
}

fn pictures(fixtures: &Path) -> Vec<(String, Vec<u8>)> {
    let all = files(&fixtures.join("images"), "");
    all.into_iter()
        .filter(|(name, _)| !name.ends_with("json"))
        .collect()
}

/// Reads a picture as one of a folder, beside a good one in each domain.
fn read_picture(path: &Path) -> bool {
    let folder = tempfile::tempdir().unwrap();
    for domain in ["trainA", "trainB", "testA", "testB"] {
        let domain = folder.path().join(domain);
        fs::create_dir(&domain).unwrap();
        let good = image::RgbImage::from_pixel(16, 16, image::Rgb([90, 20, 200]));
        good.save(domain.join("good.png")).unwrap();
    }
    fs::copy(
        path,
        folder.path().join("trainA").join(path.file_name().unwrap()),
    )
    .unwrap();
    let table = json!({"path": folder.path().to_str().unwrap()});
    let source = Source::read(DataKind::Images, table.as_object().unwrap()).unwrap();
    let loaded = data::load(&source, Path::new(""), 1, &Monitor::default());
    // The good ones are there whatever the other is.
    let loaded = loaded.unwrap();
    loaded.images().unwrap().left_out_summary().is_none()
}

/// The files of a run's folder itself. Their names say whose place they take.
fn run_files(earlier: &Path) -> Vec<(String, Vec<u8>)> {
    let run = earlier.join("autorec_stopped");
    let names = [
        "run.json",
        "config.toml",
        "events.jsonl",
        "checkpoint/engine.json",
    ];
    let read = |name: &str| {
        let bytes = fs::read(run.join(name)).unwrap();
        // Long logs are all alike.
        let end = bytes.len().min(20_000);
        (name.replace('/', "_"), bytes[..end].to_vec())
    };
    names.into_iter().map(read).collect()
}

fn read_run(path: &Path) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    fs::create_dir_all(run.join("checkpoint")).unwrap();
    let earlier =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/earlier_runs/autorec_stopped");
    for name in [
        "run.json",
        "config.toml",
        "events.jsonl",
        "checkpoint/engine.json",
    ] {
        let own = path.file_name().unwrap().to_string_lossy() == name.replace('/', "_");
        let from = if own {
            path.to_owned()
        } else {
            earlier.join(name)
        };
        fs::copy(from, run.join(name)).unwrap();
    }
    let opened = RunFolder::open(&run).unwrap();
    let summary = opened.summary().is_ok();
    let config = opened.config().is_ok();
    let whole = opened.replay().is_ok_and(|replay| replay.bad_lines == 0);
    let weights = opened.weights().is_ok();
    let listed = atelier::runs::list(folder.path()).unwrap();
    assert_eq!(listed.len(), 1);
    summary && config && whole && weights
}

/// Arrays and states of this version and of earlier ones.
fn checkpoint_files(earlier: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = files(&earlier.join("cyclegan_stopped/checkpoint"), "");
    all.extend(files(&earlier.join("autorec_stopped/checkpoint"), ""));
    all.extend(files(&earlier.join("cyclegan_stopped/checkpoint"), "json"));
    all.retain(|(_, bytes)| bytes.len() < 200_000);
    let folder = tempfile::tempdir().unwrap();
    let mut writer = atelier::nn::checkpoint::CheckpointWriter::new(folder.path());
    writer.array("weights", &[2, 3], vec![0.5_f32; 6]);
    writer.array("counts", &[4], vec![1_u32; 4]);
    writer.value("step", &7).unwrap();
    writer.finish().unwrap();
    all.extend(files(folder.path(), "safetensors"));
    all.extend(files(folder.path(), "json"));
    all
}

fn read_checkpoint(path: &Path) -> bool {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let folder = tempfile::tempdir().unwrap();
    fs::copy(path, folder.path().join(path.file_name().unwrap())).unwrap();
    if path
        .extension()
        .is_some_and(|ending| ending == "safetensors")
    {
        let Ok(file) = TensorFile::open(path) else {
            return false;
        };
        let shapes: Vec<(String, Vec<usize>)> = file
            .names()
            .into_iter()
            .filter_map(|name| Some((name.clone(), file.info(&name)?.1.to_vec())))
            .collect();
        return shapes.iter().all(|(name, shape)| {
            let _ = file.read::<u32>(name, shape);
            file.read::<f32>(name, shape).is_ok()
        });
    }
    let Ok(checkpoint) = Checkpoint::open(folder.path()) else {
        return false;
    };
    let state = checkpoint.state::<serde_json::Value>().is_ok();
    let value = checkpoint.value::<serde_json::Value>(&name).is_ok();
    let optimizer = checkpoint.legacy_optimizer();
    let optimizer = optimizer.is_ok_and(|own| {
        own.is_some_and(|own| {
            own.array(1, "moment_1", 8).is_ok() && own.number(1, "time").is_none()
        })
    });
    // A shape that fits the length, so that the values are read.
    let length = fs::metadata(path).unwrap().len();
    let numbers = usize::try_from(length.saturating_sub(128) / 4).unwrap();
    let array = checkpoint.array::<f32>(&name, &[numbers]).is_ok();
    state || value || optimizer || array
}

fn artifacts(earlier: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = files(&earlier.join("autorec_stopped/artifacts"), "csv");
    all.extend(files(&earlier.join("spectral_finished/artifacts"), "npz"));
    all.extend(files(&earlier.join("cyclegan_stopped/artifacts"), "png"));
    let scores = "class,a,b\nroad,0.8,0.9\nmean,0.8,0.9\n";
    all.push(("scores.csv".to_owned(), scores.as_bytes().to_vec()));
    all
}

fn read_artifact(path: &Path) -> bool {
    let predictions = read_predictions(path, 1000).is_ok();
    let scores = AugmentationScores::read(path).is_ok();
    let clusters = CoClusters::read_npz(path).is_ok();
    let pictures = Translations::read_png(path).is_ok();
    predictions || scores || clusters || pictures
}
