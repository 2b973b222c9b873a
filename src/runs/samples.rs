//! The finished sample runs that are part of the program.

use std::fs;
use std::io;
use std::path::Path;

use flate2::read::GzDecoder;

/// Paths below the folder of runs, and the gzipped content; made by `build.rs` of `sample_data/runs`.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/sample_runs.rs"));

/// Writes the finished sample runs into the folder `to`, one folder each. Their data paths start at `to`'s parent:
/// `../../ratings/ratings.csv`, `../../street`.
///
/// # Errors
/// If the folder cannot be written.
pub fn write_sample_runs(to: &Path) -> io::Result<()> {
    for (name, packed) in FILES {
        let path = to.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        io::copy(&mut GzDecoder::new(*packed), &mut fs::File::create(&path)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Status;
    use crate::runs::{RunFolder, list};

    #[test]
    fn every_sample_run_opens_finished_and_they_stay_small() {
        let folder = tempfile::tempdir().expect("a folder");
        write_sample_runs(folder.path()).expect("written");
        let runs = list(folder.path()).expect("a list");
        assert!(runs.len() >= 7, "{} runs", runs.len());
        for run in runs {
            let summary = run.summary.expect("it opens");
            assert_eq!(summary.status, Status::Finished, "{}", summary.name);
            // The window uses weights that the events tell of.
            let folder = RunFolder::open(&run.path).expect("it opens");
            let weights = folder.weights().expect("they are found");
            let told = folder.replay().expect("read").state.checkpoint;
            assert!(weights.is_none() || told.is_some(), "{}", summary.name);
        }
        let bytes: usize = FILES.iter().map(|(_, packed)| packed.len()).sum();
        assert!(bytes < 8_000_000, "{bytes} bytes");
    }
}
