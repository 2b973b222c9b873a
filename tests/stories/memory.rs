//! A person reads what a run will take: the estimate beside the peak that Linux counts, for every preset of every system on the sample data,
//! and the memory that is left when runs have ended.
//!
//! `cargo test --release --test stories -- --ignored memory --nocapture` prints the table.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use atelier::data::{DataKind, Monitor};
use atelier::engine::{DeviceChoice, Engine, RunConfig, RunRequest, load_dataset};
use atelier::systems::{self, AnySystem, DataFacts};

use crate::support::{Done, Place};

/// How far an estimate may be from what is measured.
const FACTOR: f64 = 1.5;
/// Bytes that a program that has trained may have over one that has not.
const LEFT: u64 = 40_000_000;

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data")
}

/// A config that trains with a preset on the sample data, for as few steps as show the peak.
fn config(system: &dyn AnySystem, preset: &str) -> String {
    let sample = sample();
    let path = |part: &str| sample.join(part).display().to_string();
    let data = match (system.data_kind(), system.id()) {
        (DataKind::Images, "pix2pix") => format!(
            "path = {:?}\npath_b = {:?}",
            path("street/testA"),
            path("street/testB")
        ),
        (DataKind::Images, _) => format!("path = {:?}", path("street")),
        (DataKind::Ratings, _) => {
            format!(
                "path = {:?}\ntest_fraction = 0.1",
                path("ratings/ratings.csv")
            )
        }
        (DataKind::Matrix, _) => format!("path = {:?}", path("ratings/ratings.csv")),
    };
    let mut text = format!(
        "system = {:?}\nseed = 1\n\n[data]\n{data}\n\n[{}]\npreset = {preset:?}\n",
        system.id(),
        system.id()
    );
    for (key, value) in [
        ("max_steps", 6),
        ("segmenter_steps", 20),
        ("measure_every", 0),
        ("epochs", 3),
        ("pretraining_epochs", 3),
        ("decay_epochs", 1),
        ("row_clusters", 4),
        ("column_clusters", 4),
    ] {
        let unless = match key {
            // Those of the preset go with the steps; layers are not trained alone where the preset does not do it.
            "pretraining_epochs" => system.id() == "autorec",
            "epochs" | "decay_epochs" => system.data_kind() == DataKind::Images,
            _ => false,
        };
        if !unless && system.parameter(key).is_some() {
            text += &format!("{key} = {value}\n");
        }
    }
    text
}

/// The most that a process had, in bytes, once it has ended.
fn peak(mut child: Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        most = kilobytes.map_or(most, |kilobytes| kilobytes << 10);
        std::thread::sleep(Duration::from_millis(5));
    }
    most
}

fn run(place: &Place, config: &str) -> u64 {
    place.write("config.toml", config);
    let arguments = [
        "run",
        "config.toml",
        "--runs",
        "runs",
        "--device",
        "cpu",
        "--quiet",
    ];
    let mut command = place.command(&arguments);
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    peak(command.spawn().unwrap())
}

fn estimate(system: &dyn AnySystem, config: &str) -> u64 {
    let config = RunConfig::parse(config, Path::new("config.toml")).unwrap();
    let parameters = config.resolve(system).unwrap();
    let needs = system.image_needs(&parameters);
    let data = load_dataset(
        &config.data,
        needs,
        Path::new(""),
        config.seed,
        &Monitor::default(),
    );
    let facts = DataFacts::of(&data.unwrap());
    let estimate = system.estimate(&parameters, &facts);
    estimate
        .unwrap_or_else(|| panic!("{} has no estimate", system.id()))
        .memory
}

#[test]
#[ignore = "trains with every preset for a few steps, some of them large: a quarter of an hour and 3 GB"]
fn estimates_hold_for_every_preset() {
    let place = Place::new(1);
    // What the program has before it trains: here it finds no data.
    let program = run(
        &place,
        "system = \"global_mean\"\n\n[data]\npath = \"none.csv\"\n",
    );
    println!("the program itself: {:.0} MB", program as f64 / 1e6);
    println!(
        "{:26}{:28}{:>10}{:>10}{:>8}",
        "system", "preset", "estimate", "peak", "ratio"
    );
    let mut wrong = Vec::new();
    for system in systems::all() {
        for preset in system.presets() {
            let config = config(system, preset.name);
            let expected = (program + estimate(system, &config)) as f64 / 1e6;
            let found = run(&place, &config) as f64 / 1e6;
            let ratio = expected / found;
            let line = format!(
                "{:26}{:28}{expected:7.0} MB{found:7.0} MB{ratio:8.2}",
                system.id(),
                preset.name
            );
            println!("{line}");
            if !(1.0 / FACTOR..=FACTOR).contains(&ratio) {
                wrong.push(line);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "beyond a factor of {FACTOR}:\n{}",
        wrong.join("\n")
    );
}

/// Bytes of memory that hold data, not the program's code: what a program reads of its own file comes and goes as the system likes.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<u64>().unwrap() << 10
}

/// Waits until this process has given back what it took, or for a minute.
fn settled(most: u64) -> u64 {
    let begun = Instant::now();
    loop {
        let now = resident();
        if now < most || begun.elapsed() > Duration::from_secs(60) {
            return now;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn memory_is_given_back_when_runs_have_ended() {
    // The memory of this process is that of other tests, too.
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "memory::trains_twice",
        "--ignored",
        "--nocapture",
    ]);
    let done = Done::of(&command.output().unwrap());
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    assert!(done.stdout.contains("1 passed"), "{}", done.stdout);
}

#[test]
#[ignore = "in a process of its own: memory_is_given_back_when_runs_have_ended starts it"]
fn trains_twice() {
    let place = Place::new(1);
    let engine = Engine::new(place.path("runs"));
    let before = resident();
    let megabytes = |bytes: u64| bytes / 1_000_000;
    for round in 1..=2 {
        let system = systems::find("cyclegan").unwrap();
        let text = config(system, "Quick");
        let request = RunRequest {
            config: RunConfig::parse(&text, Path::new("config.toml")).unwrap(),
            name: None,
            device: DeviceChoice::Cpu,
            base: PathBuf::new(),
            data: None,
            sweep: None,
        };
        let id = engine.start(request).unwrap();
        let mut most = 0;
        while engine.is_active(&id) {
            most = most.max(resident());
            while engine.events().try_recv().is_ok() {}
            std::thread::sleep(Duration::from_millis(20));
        }
        // The thread gives memory back after its last event.
        let after = settled(before + LEFT);
        println!(
            "run {round}: {} MB before, {} MB at most, {} MB after",
            megabytes(before),
            megabytes(most),
            megabytes(after)
        );
        assert!(after < before + LEFT, "after run {round}");
    }
    engine.shutdown();
}
