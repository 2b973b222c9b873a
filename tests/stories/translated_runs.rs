//! A person trains translators from the command line: pictures, measures and weights lie in the run folder, and a stopped run goes on.
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use atelier::data::Monitor;
use atelier::data::sample::{StreetCounts, write_street};
use atelier::record::Translations;

use crate::support::{Place, summary};

/// Six streets by day and six by night to train with, three of both to test with.
fn place(system: &str, settings: &str) -> Place {
    let place = Place::new(1);
    let counts = StreetCounts { train: 6, test: 3 };
    write_street(&place.path("street"), 1, counts, &Monitor::default()).unwrap();
    let config = format!(
        "system = \"{system}\"\n\n[data]\n{settings}\n\n[{system}]\nload_size = 34\nload_height = 26\ncrop_size = 32\ncrop_height = 24\n\
         generator_filters = 2\ndiscriminator_filters = 4\ndiscriminator_layers = 1\nblocks = 1\nunet_levels = 3\nsnapshot_every = 10\n\
         snapshot_pictures = 2\nmax_steps = 20\n"
    );
    place.write("config.toml", &config);
    place
}

fn artifacts(run: &Path) -> Vec<String> {
    let files = fs::read_dir(run.join("artifacts")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names
        .filter(|name| name.starts_with("translations"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_run_leaves_pictures_measures_and_generators() {
    let place = place("cyclegan", "path = \"street\"");
    let run = place.trained();
    assert_eq!(
        artifacts(&run),
        [0, 10, 20].map(|step| format!("translations_{step:06}.png"))
    );
    let newest = run.join("artifacts/translations_000020.png");
    let shown = Translations::read_png(&newest).unwrap();
    assert_eq!(
        (shown.width, shown.height, shown.pictures.len()),
        (32, 24, 4)
    );
    let metrics = &summary(&run)["metrics"];
    for name in [
        "loss/generator",
        "loss/cycle_a",
        "loss/identity_b",
        "loss/discriminator_b",
        "discriminator_a/accuracy_fake",
        "train/learning_rate",
        "time/step",
        "fake_b/fcn_miou",
        "fake_b/edge_f1",
        "fake_b/kernel_distance",
        "fake_a/luminance_distance",
        "cycle_a/psnr",
    ] {
        assert!(metrics[name]["last"].is_number(), "{name} in {metrics}");
    }
    for name in [
        "g_a.safetensors",
        "g_b.safetensors",
        "d_a.safetensors",
        "state.json",
    ] {
        assert!(run.join("checkpoint").join(name).is_file(), "{name}");
    }
}

#[test]
fn pix2pix_learns_from_pairs() {
    let data = "path = \"street/testA\"\npath_b = \"street/testB\"";
    let place = place("pix2pix", data);
    let run = place.trained();
    let metrics = &summary(&run)["metrics"];
    for name in ["loss/l1", "loss/gan_a", "loss/discriminator_a"] {
        assert!(metrics[name]["last"].is_number(), "{name} in {metrics}");
    }
    assert!(!run.join("checkpoint/g_b.safetensors").exists());
}

#[cfg(unix)]
#[test]
fn a_stopped_run_goes_on_to_its_end() {
    let place = place("cyclegan", "path = \"street\"");
    let arguments = [
        "run",
        "config.toml",
        "--runs",
        "runs",
        "--device",
        "cpu",
        "--set",
        "max_steps=3000",
    ];
    let mut child = place.command(&arguments).spawn().unwrap();
    let runs = place.path("runs");
    let end = Instant::now() + Duration::from_secs(120);
    let run = loop {
        let run = fs::read_dir(&runs)
            .ok()
            .and_then(|mut runs| runs.find_map(|run| Some(run.ok()?.path())));
        if let Some(run) = run.filter(|run| run.join("artifacts/translations_000010.png").exists())
        {
            break run;
        }
        assert!(Instant::now() < end, "it trains");
        std::thread::sleep(Duration::from_millis(20));
    };
    let interrupt = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let stopped = summary(&run)["step"].as_u64().unwrap_or(0);
    let mut child = place
        .command(&["resume", run.to_str().unwrap(), "--device", "cpu"])
        .spawn()
        .unwrap();
    let later = |step: u64| run.join(format!("artifacts/translations_{step:06}.png"));
    let next = (stopped / 10 + 2) * 10;
    while !later(next).exists() {
        assert!(Instant::now() < end, "it goes on from {stopped}");
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    let _ = child.wait();
}
