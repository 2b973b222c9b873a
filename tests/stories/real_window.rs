//! The program itself, on a screen of its own: it opens, draws, trains nothing by itself, and closes cleanly.
//!
//! Needs `Xvfb` and a Vulkan driver (Mesa's software one will do); ignored where there is none.

#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::interrupt::newest_step_of;
use crate::support::{Place, summary};

/// A screen without glass; gone when dropped.
struct Screen {
    server: Child,
    number: String,
}

impl Screen {
    fn start() -> Result<Self, String> {
        // The server chooses a free number and tells it.
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x800x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start Xvfb (apt-get install xvfb): {error}"))?;
        let output = server.stdout.take().ok_or("Xvfb has no output")?;
        let mut number = String::new();
        BufReader::new(output)
            .read_line(&mut number)
            .map_err(|error| error.to_string())?;
        let number = number.trim().to_owned();
        if number.is_empty() {
            return Err("Xvfb did not start".to_owned());
        }
        Ok(Self { server, number })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
#[cfg_attr(
    not(has_screen),
    ignore = "needs Xvfb and a Vulkan driver (apt-get install xvfb mesa-vulkan-drivers), then touch build.rs"
)]
fn the_window_opens_draws_and_closes() {
    let screen = Screen::start().expect("Xvfb starts");
    let folder = tempfile::tempdir().expect("a folder");
    let picture = folder.path().join("window.png");
    let mut window = Command::new(env!("CARGO_BIN_EXE_atelier"))
        .arg("--runs")
        .arg(folder.path().join("runs"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .env("DISPLAY", format!(":{}", screen.number))
        .env_remove("WAYLAND_DISPLAY")
        .env("ATELIER_STATE", folder.path().join("state"))
        .env("ATELIER_SCREENSHOT", &picture)
        .env("ATELIER_SCREENSHOT_AFTER", "2")
        .spawn()
        .expect("the program starts");
    let started = Instant::now();
    let status = loop {
        if let Some(status) = window.try_wait().expect("the program can be asked") {
            break status;
        }
        if started.elapsed() > Duration::from_secs(120) {
            let _ = window.kill();
            panic!("the window did not close by itself");
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    assert!(status.success(), "{status}");
    let picture = image::open(&picture)
        .expect("a picture of the window")
        .to_rgb8();
    assert!(picture.width() >= 720 && picture.height() >= 480);
    // Something is drawn: text, panels, the accent.
    let colors: std::collections::HashSet<[u8; 3]> =
        picture.pixels().map(|pixel| pixel.0).collect();
    assert!(colors.len() > 100, "{} colors", colors.len());
    assert!(
        folder
            .path()
            .join("state")
            .read_dir()
            .is_ok_and(|mut files| files.next().is_some())
    );
}

#[test]
#[cfg_attr(
    not(has_screen),
    ignore = "needs Xvfb and a Vulkan driver (apt-get install xvfb mesa-vulkan-drivers), then touch build.rs"
)]
fn the_window_closes_when_the_system_asks_the_program_to_end() {
    let screen = Screen::start().expect("Xvfb starts");
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    let mut window = Command::new(env!("CARGO_BIN_EXE_atelier"))
        .arg("--runs")
        .arg(folder.path().join("runs"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .env("DISPLAY", format!(":{}", screen.number))
        .env_remove("WAYLAND_DISPLAY")
        .env("ATELIER_STATE", &state)
        .spawn()
        .expect("the program starts");
    // It draws its first frame meanwhile; a signal before that ends it too.
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(terminated(&mut window), Some(143));
}

/// Sends SIGTERM and waits for the end; the exit code.
fn terminated(window: &mut Child) -> Option<i32> {
    let sent = Command::new("kill")
        .args(["-TERM", &window.id().to_string()])
        .status()
        .expect("a signal");
    assert!(sent.success());
    let started = Instant::now();
    loop {
        if let Some(status) = window.try_wait().expect("the program can be asked") {
            return status.code();
        }
        if started.elapsed() > Duration::from_secs(120) {
            let _ = window.kill();
            panic!("the window did not close");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
#[cfg_attr(
    not(has_screen),
    ignore = "needs Xvfb and a Vulkan driver (apt-get install xvfb mesa-vulkan-drivers), then touch build.rs"
)]
fn a_window_that_is_asked_to_end_in_training_writes_a_checkpoint_first() {
    let screen = Screen::start().expect("Xvfb starts");
    let place = Place::new(100_000);
    let state = place.path("state");
    let config = std::fs::read_to_string(place.path("config.toml")).expect("a config");
    place.write(
        "config.toml",
        &config.replace("hidden = 8", "hidden = 500\npatience = 0"),
    );
    // Only the checkpoint at the end, as the periodic ones are half a minute apart.
    let mut window = place
        .command(&["--runs", "runs", "--open", "config.toml"])
        .env("DISPLAY", format!(":{}", screen.number))
        .env("ATELIER_STATE", &state)
        .env("ATELIER_START", "1")
        .spawn()
        .expect("the program starts");
    let started = Instant::now();
    // The window adds the sample runs, all of them finished.
    let training = || {
        let runs = place.path("runs").read_dir().ok()?;
        let mut runs = runs.filter_map(|entry| Some(entry.ok()?.path()));
        runs.find(|run| {
            let config = std::fs::read_to_string(run.join("config.toml"));
            config.is_ok_and(|config| config.contains("epochs = 100000"))
        })
    };
    while training().is_none_or(|run| newest_step_of(&run) == 0) {
        if let Some(status) = window.try_wait().expect("the program can be asked") {
            panic!("the window closed: {status}");
        }
        if started.elapsed() > Duration::from_secs(600) {
            let _ = window.kill();
            panic!("no training");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(terminated(&mut window), Some(143));
    let run = training().expect("a run");
    let summary = summary(&run);
    assert_eq!(summary["status"], "stopped");
    let engine = std::fs::read(run.join("checkpoint/engine.json")).expect("a checkpoint");
    let engine: serde_json::Value = serde_json::from_slice(&engine).expect("JSON");
    assert_eq!(engine["step"], summary["step"]);
    assert!(engine["step"].as_u64() > Some(0), "{engine}");
}
