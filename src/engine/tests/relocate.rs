//! Runs whose data was moved.

use super::super::{RelocateError, relocate};
use super::*;
use crate::data::Monitor;

const RATINGS: &str = "a,x,4\na,y,3\nb,x,5\n";

/// A run that learned from `old/ratings.csv` in the lab's folder, stopped at its step 10 or later.
fn stopped(lab: &Lab) -> RunId {
    let old = lab.folder.path().join("old");
    std::fs::create_dir(&old).unwrap();
    std::fs::write(old.join("ratings.csv"), RATINGS).unwrap();
    let request = RunRequest {
        base: old,
        data: None,
        ..request(&json!({"steps": 60}))
    };
    let id = lab.engine.start(request).unwrap();
    lab.wait_for_step(&id, 10);
    lab.send(&id, Command::Stop);
    lab.wait_for_end(&id, Status::Stopped);
    id
}

#[test]
fn a_run_goes_on_with_its_data_at_another_place_and_its_config_names_it() {
    let lab = Lab::new();
    let id = stopped(&lab);
    let new = lab.folder.path().join("new");
    std::fs::rename(lab.folder.path().join("old"), &new).unwrap();
    let data = relocate(&lab.run(&id), &new, &Monitor::default()).unwrap();
    let config = lab.run(&id).config().unwrap();
    assert_eq!(config.data.path(), new.join("ratings.csv"));
    let summary = lab.run(&id).summary().unwrap();
    assert_eq!(summary.data.unwrap().path, new.join("ratings.csv"));
    assert_eq!(summary.status, Status::Stopped);
    let folder = lab.run(&id).path().to_owned();
    lab.engine
        .resume_with(&folder, DeviceChoice::Cpu, Some(data))
        .unwrap();
    lab.wait_for_end(&id, Status::Finished);
}

#[test]
fn other_data_is_refused_with_both_hashes_and_nothing_changes() {
    let lab = Lab::new();
    let id = stopped(&lab);
    let other = lab.folder.path().join("other.csv");
    std::fs::write(&other, "a,x,4\na,y,3\nb,x,4\n").unwrap();
    let before = lab.run(&id).config_text().unwrap();
    let error = relocate(&lab.run(&id), &other, &Monitor::default()).unwrap_err();
    let RelocateError::OtherData {
        found, expected, ..
    } = &error
    else {
        panic!("{error}");
    };
    assert!(found.len() == 12 && expected.len() == 12 && found != expected);
    let text = error.to_string();
    assert!(
        text.contains(found) && text.contains("atelier run "),
        "{text}"
    );
    assert_eq!(lab.run(&id).config_text().unwrap(), before);
    // What cannot be read changes nothing either.
    let gone = lab.folder.path().join("gone.csv");
    assert!(relocate(&lab.run(&id), &gone, &Monitor::default()).is_err());
    assert_eq!(lab.run(&id).config_text().unwrap(), before);
}
