//! Runs that an earlier version wrote (0.1.0 of November 2026) open, resume and predict. They lie in `fixtures/earlier_runs`, a stopped or
//! finished run of each family with the checkpoint of that time, and the small data that they learned from.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Place, summary};

/// A copy of the fixture: a resume writes into the run.
pub(crate) fn copied(place: &Place) -> PathBuf {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/earlier_runs");
    let to = place.path("earlier");
    copy(&fixture, &to);
    to
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn stopped_runs_of_an_earlier_version_resume_to_their_end() {
    let place = Place::new(1);
    let runs = copied(&place);
    for name in [
        "autorec_stopped",
        "autorec_killed",
        "autorec_lbfgs_stopped",
        "autorec_rprop_stopped",
        "matrix_factorization_stopped",
        "deepcc_stopped",
        "cyclegan_stopped",
        "pix2pix_stopped",
        "auggan_stopped",
    ] {
        let run = runs.join(name);
        let path = run.to_str().unwrap();
        let shown = place.atelier(&["show", path]);
        assert_eq!(shown.code, Some(0), "{name}: {}", shown.stderr);
        let before = summary(&run)["step"].as_u64().unwrap();
        let resumed = place.atelier(&["resume", path]);
        assert_eq!(resumed.code, Some(0), "{name}: {}", resumed.stderr);
        let after = summary(&run);
        assert_eq!(after["status"], "finished", "{name}");
        assert!(after["step"].as_u64().unwrap() > before, "{name}");
    }
}

#[test]
fn finished_runs_of_an_earlier_version_show_and_predict() {
    let place = Place::new(1);
    let runs = copied(&place);
    for name in ["autorec_finished", "matrix_factorization_finished"] {
        let run = runs.join(name);
        let predicted = place.atelier(&[
            "predict",
            run.to_str().unwrap(),
            "--user",
            "1",
            "--top",
            "3",
        ]);
        assert_eq!(predicted.code, Some(0), "{name}: {}", predicted.stderr);
        assert!(
            predicted.stdout.lines().count() >= 3,
            "{name}: {}",
            predicted.stdout
        );
    }
    let clusters = runs.join("spectral_finished");
    let shown = place.atelier(&["show", clusters.to_str().unwrap()]);
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    assert!(shown.stdout.contains("NMI"), "{}", shown.stdout);
}
