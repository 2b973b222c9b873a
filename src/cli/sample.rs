//! `atelier sample`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::args::SampleArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::interrupt;
use super::output::{Output, say};
use super::plain_text;
use crate::data::sample::StreetCounts;
use crate::data::{self, DataError, Monitor};
use crate::engine;

/// Time between two looks at whether somebody pressed Ctrl-C.
const TICK: Duration = Duration::from_millis(20);

/// A config that comes with the program.
pub(super) struct SampleConfig {
    pub(super) file: &'static str,
    pub(super) text: &'static str,
    /// Its name in the demo; `None` if it is not for the sample data.
    pub(super) name: Option<&'static str>,
}

/// The config that asks for many runs.
pub(super) const SWEEP: SampleConfig = SampleConfig {
    file: "autorec-sweep.toml",
    text: include_str!("../../sample_data/configs/autorec-sweep.toml"),
    name: None,
};

pub(super) const CONFIGS: [SampleConfig; 9] = [
    SampleConfig {
        file: "autorec-item.toml",
        text: include_str!("../../sample_data/configs/autorec-item.toml"),
        name: Some("AutoRec, item-based"),
    },
    SampleConfig {
        file: "autorec-user.toml",
        text: include_str!("../../sample_data/configs/autorec-user.toml"),
        name: Some("AutoRec, user-based"),
    },
    SampleConfig {
        file: "movielens-100k.toml",
        text: include_str!("../../sample_data/configs/movielens-100k.toml"),
        name: None,
    },
    SampleConfig {
        file: "deepcc.toml",
        text: include_str!("../../sample_data/configs/deepcc.toml"),
        name: Some("DeepCC"),
    },
    SampleConfig {
        file: "cyclegan.toml",
        text: include_str!("../../sample_data/configs/cyclegan.toml"),
        name: Some("CycleGAN"),
    },
    SampleConfig {
        file: "auggan.toml",
        text: include_str!("../../sample_data/configs/auggan.toml"),
        name: Some("AugGAN"),
    },
    SampleConfig {
        file: "camvid-cyclegan.toml",
        text: include_str!("../../sample_data/configs/camvid-cyclegan.toml"),
        name: None,
    },
    SampleConfig {
        file: "camvid-auggan.toml",
        text: include_str!("../../sample_data/configs/camvid-auggan.toml"),
        name: None,
    },
    SampleConfig {
        file: "webkb4.toml",
        text: include_str!("../../sample_data/configs/webkb4.toml"),
        name: None,
    },
];

/// Writes the sample data and configs to begin with.
pub(super) fn run(args: &SampleArgs, out: &mut Output) -> Outcome {
    interrupt::watch();
    let ratings = args.dir.join("ratings");
    let street = args.dir.join("street");
    let configs = args.dir.join("configs");
    if [&ratings, &street, &configs]
        .iter()
        .any(|path| path.exists())
    {
        return Err(Failure::wrong(format!(
            "{} is not empty; name a new folder, so that nothing is overwritten",
            args.dir.display()
        )));
    }
    data::sample::write_ratings(&ratings, args.seed).or_failed()?;
    draw_streets(&street, args)?;
    write_configs(&configs).or_failed()?;
    out.line(&plain_text::path(&ratings))?;
    out.line(&plain_text::path(&street))?;
    for config in CONFIGS.iter().chain([&SWEEP]) {
        out.line(&plain_text::path(&configs.join(config.file)))?;
    }
    say!(
        "train with: atelier run {}",
        plain_text::path(&configs.join(CONFIGS[0].file))
    );
    Ok(())
}

/// Draws streets; Ctrl-C ends it.
fn draw_streets(folder: &Path, args: &SampleArgs) -> Outcome {
    let train = args.streets as usize;
    let counts = StreetCounts {
        train,
        test: train.div_ceil(3),
    };
    let monitor = Monitor::default();
    let drawn = std::thread::scope(|scope| {
        let artist = std::thread::Builder::new()
            .name("draw streets".to_owned())
            .spawn_scoped(scope, || {
                data::sample::write_street(folder, args.seed, counts, &monitor)
            })
            .map_err(|error| Failure::failed(engine::machine::no_thread(&error)))?;
        while !artist.is_finished() {
            std::thread::sleep(TICK);
            if interrupt::interrupted() {
                monitor.cancel();
            }
        }
        artist.join().map_err(|_| {
            Failure::failed("drawing the streets failed unexpectedly; please report this")
        })
    })?;
    match drawn {
        Err(DataError::Canceled) => Err(Failure::Stopped),
        drawn => drawn.or_failed(),
    }
}

fn write_configs(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    for config in CONFIGS.iter().chain([&SWEEP]) {
        fs::write(folder.join(config.file), config.text)?;
    }
    Ok(())
}
