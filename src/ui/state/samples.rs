//! The sample data and the finished sample runs of the first start.

use std::path::{Path, PathBuf};

use super::Places;
use crate::data::{Monitor, sample};
use crate::runs::{RunConfig, RunFolder, copy_folder};

/// A description of the samples.
#[derive(Debug, Clone)]
pub struct Samples {
    /// The ratings.
    pub ratings: PathBuf,
    /// The folder of streets by day and by night.
    pub street: PathBuf,
    /// True if the streets are there; [`find_street`] draws them where they are not.
    pub has_street: bool,
}

const FOLDER: &str = "sample_data";
const RATINGS: &str = "ratings/ratings.csv";
const STREET: &str = "street";

/// Finds the sample ratings: those that come with the program, else generated ones in the folder of its data.
///
/// # Errors
/// If there are none and none can be written.
pub fn find_samples(places: &Places) -> Result<Samples, String> {
    let (street, has_street) = street_place(places);
    let samples = |ratings| Samples {
        ratings,
        street,
        has_street,
    };
    if let Some(ratings) = shipped(places)
        .map(|folder| folder.join(RATINGS))
        .filter(|path| path.is_file())
    {
        return Ok(samples(ratings));
    }
    let folder = places.data.join(FOLDER);
    let ratings = folder.join(RATINGS);
    if !ratings.is_file() {
        let into = folder.join("ratings");
        std::fs::create_dir_all(&into).map_err(|error| format!("{}: {error}", into.display()))?;
        sample::write_ratings(&into, sample::SAMPLE_SEED).map_err(|error| error.to_string())?;
    }
    Ok(samples(ratings))
}

/// The sample streets: those that come with the program, else drawn ones in the folder of its data.
///
/// # Errors
/// If there are none and none can be written.
pub fn find_street(places: &Places) -> Result<PathBuf, String> {
    let (folder, is_there) = street_place(places);
    if !is_there {
        let beside = folder.with_file_name(format!("{STREET}.part"));
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        sample::write_street(
            &beside,
            sample::SAMPLE_SEED,
            sample::StreetCounts::default(),
            &Monitor::default(),
        )
        .map_err(|error| error.to_string())?;
        std::fs::rename(&beside, &folder).map_err(failed)?;
    }
    Ok(folder)
}

/// Where the streets are or will be, and whether they are there.
fn street_place(places: &Places) -> (PathBuf, bool) {
    let is_street = |folder: &PathBuf| folder.join("classes.csv").is_file();
    let own = places.data.join(FOLDER).join(STREET);
    let shipped = shipped(places).map(|folder| folder.join(STREET));
    match shipped.filter(is_street) {
        Some(shipped) => (shipped, true),
        None => {
            let is_there = is_street(&own);
            (own, is_there)
        }
    }
}

/// Copies the finished sample runs into a folder of runs that has none: those beside the program, else those within it, after their
/// data was made. Returns how many.
///
/// # Errors
/// If the folder cannot be written.
pub fn offer_runs(places: &Places, runs: &Path) -> Result<usize, String> {
    let has_runs = crate::runs::list(runs)
        .map_err(|error| error.to_string())?
        .iter()
        .any(|run| run.summary.is_ok());
    if has_runs {
        return Ok(0);
    }
    let from = match shipped(places) {
        Some(folder) => folder.join("runs"),
        None => unpacked_runs(places)?,
    };
    if !from.is_dir() {
        return Ok(0);
    }
    let samples = crate::runs::list(&from).map_err(|error| error.to_string())?;
    for sample in &samples {
        copy_run(&sample.path, &runs.join(sample.id.as_str()))?;
    }
    Ok(samples.len())
}

/// The sample runs from within the program, beside the data they learned from.
fn unpacked_runs(places: &Places) -> Result<PathBuf, String> {
    find_street(places)?;
    let folder = places.data.join(FOLDER).join("runs");
    if !folder.is_dir() {
        let beside = folder.with_file_name("runs.part");
        crate::runs::write_sample_runs(&beside)
            .and_then(|()| std::fs::rename(&beside, &folder))
            .map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    Ok(folder)
}

/// The folder `sample_data` beside the program.
fn shipped(places: &Places) -> Option<PathBuf> {
    let has_samples = |folder: &PathBuf| folder.join(RATINGS).is_file();
    if let Some(folder) = &places.samples {
        return Some(folder.clone()).filter(has_samples);
    }
    let checkout = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = std::env::current_dir().ok();
    let program = std::env::current_exe().ok();
    let beside = program.iter().flat_map(|path| path.ancestors().skip(1));
    checkout
        .into_iter()
        .chain(here)
        .chain(beside.map(Path::to_path_buf))
        .map(|folder| folder.join(FOLDER))
        .find(has_samples)
}

/// Copies a run; its data paths, which start at the run folder, become absolute.
fn copy_run(from: &Path, to: &Path) -> Result<(), String> {
    copy_folder(from, to).map_err(|error| error.to_string())?;
    let folder = RunFolder::open(from).map_err(|error| error.to_string())?;
    let config = folder.config().map_err(|error| error.to_string())?;
    let data = config
        .data
        .absolute(folder.path())
        .map_err(|error| error.to_string())?;
    let path = to.join("config.toml");
    std::fs::write(&path, RunConfig { data, ..config }.to_toml())
        .map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::list;

    #[test]
    fn a_program_away_from_its_checkout_has_the_sample_runs_and_their_data() {
        let folder = tempfile::tempdir().expect("a folder");
        let places = Places {
            runs: folder.path().join("runs"),
            data: folder.path().join("data"),
            samples: Some(folder.path().join("nothing")),
        };
        find_samples(&places).expect("ratings");
        let offered = offer_runs(&places, &places.runs).expect("runs");
        let runs = list(&places.runs).expect("a list");
        assert!(offered >= 7 && runs.len() == offered, "{offered}");
        for run in &runs {
            let config = RunFolder::open(&run.path)
                .and_then(|folder| folder.config())
                .expect("a config");
            let path = config.data.path();
            assert!(path.is_absolute() && path.exists(), "{}", path.display());
        }
        // A second start finds runs there and adds none.
        assert_eq!(offer_runs(&places, &places.runs), Ok(0));
    }
}
