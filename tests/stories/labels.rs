//! Someone tags a run on the command line, and finds the tag again wherever the run goes.

use std::fs;

use atelier::runs::Labels;

use crate::support::Place;

#[test]
fn a_tag_is_listed_copied_and_kept_and_a_damaged_file_is_said() {
    let place = Place::new(5);
    let run = place.trained();
    let id = run.file_name().unwrap().to_str().unwrap().to_owned();
    let tag = |more: &[&str]| {
        let args = [&["tag", id.as_str(), "--runs", "runs"][..], more].concat();
        place.atelier(&args)
    };
    let done = tag(&[
        "--add", "final", "--add", "icml", "--note", "table 2", "--pin",
    ]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!(tag(&["--remove", "icml"]).code, Some(0));
    let labels = Labels::read(&run).unwrap();
    assert_eq!(labels.tags.iter().collect::<Vec<_>>(), ["final"]);
    assert!(labels.pinned && labels.note == "table 2");
    let list = place.atelier(&["list", "--runs", "runs"]);
    let line = list.stdout.lines().nth(1).unwrap();
    assert!(line.ends_with("(pinned) final"), "{line}");

    let wrong = tag(&["--add", "a:b"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("can't contain ':'"),
        "{}",
        wrong.stderr
    );
    assert_eq!(Labels::read(&run).unwrap(), labels);

    let exported = place.atelier(&["export", &id, "--runs", "runs", "--to", "results"]);
    assert_eq!(exported.code, Some(0), "{}", exported.stderr);
    assert_eq!(Labels::read(&place.path("results")).unwrap(), labels);

    fs::write(run.join("labels.json"), "{\"tags\":").unwrap();
    let list = place.atelier(&["list", "--runs", "runs"]);
    assert_eq!(list.code, Some(0));
    assert!(
        list.stderr.contains("labels.json is damaged"),
        "{}",
        list.stderr
    );
    assert!(list.stdout.contains(&id), "{}", list.stdout);
    assert_eq!(tag(&["--add", "again"]).code, Some(2));
}
