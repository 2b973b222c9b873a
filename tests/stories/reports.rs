//! Reports of runs: one page for a reader, a table for a paper, a table for a spreadsheet.

use std::fs;
use std::path::{Path, PathBuf};

use atelier::data::Monitor;
use atelier::record::saved_file::write_file;
use atelier::report::{Format, ReportError, Subject};
use serde_json::Value;

use crate::reported::{Planted, copy, plant, plant_settings, sample};
use crate::support::Place;

/// Everything in `runs`, by name.
fn folders(runs: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = fs::read_dir(runs)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    all.sort();
    all
}

/// What is written of the runs.
fn written(runs: Vec<PathBuf>, format: Format) -> String {
    let mut bytes = Vec::new();
    let subject = Subject::of_folders(runs).unwrap();
    subject
        .write(format, &mut bytes, &Monitor::default())
        .unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The JSON in a page.
fn data_of(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"atelier-report\">").unwrap();
    let (text, _) = rest.split_once("</script>").unwrap();
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_page_tells_of_a_run_needs_nothing_from_elsewhere_and_has_its_numbers_for_machines() {
    let page = written(vec![sample("autorec")], Format::Html);
    for told in [
        "AutoRec, item-based",
        "0.5956",
        "regularization = 10.0",
        "54e7355a2458747a",
        "atelier run config.toml",
    ] {
        assert!(page.contains(told), "{told}");
    }
    // The name of the SVG dialect is no address that is opened.
    let addresses = page.replace("http://www.w3.org/2000/svg", "");
    for outside in ["http://", "https://", "<link", "@import", "src=\"/"] {
        assert!(!addresses.contains(outside), "{outside}");
    }
    assert_eq!(page.matches("<script").count(), 1);
    let data = data_of(&page);
    let summary = crate::support::summary(&sample("autorec"));
    assert_eq!(
        data["runs"][0]["metrics"]["test/rmse"]["last"],
        summary["metrics"]["test/rmse"]["last"]
    );
}

#[test]
fn a_run_may_have_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let name = "<script>alert(1)</script> & \"quotes\" {{ title }}";
    let run = Planted {
        name,
        hidden: 10,
        seed: 1,
        validation: Some(0.9),
        test: 1.0,
    };
    let run = plant(folder.path(), "0001", &run);
    let page = written(vec![run], Format::Html);
    assert!(!page.contains("<script>alert"));
    assert!(page.contains("&lt;script&gt;alert"));
    assert_eq!(data_of(&page)["runs"][0]["name"], name);
}

#[test]
fn the_best_is_told_by_validation_and_never_by_the_test_set() {
    let folder = tempfile::tempdir().unwrap();
    plant_settings(folder.path(), true);
    let runs = folders(folder.path());
    let table = written(runs.clone(), Format::Csv);
    let best: Vec<&str> = table
        .lines()
        .filter(|line| line.ends_with(",yes"))
        .collect();
    assert_eq!(best.len(), 2, "{table}");
    assert!(best.iter().all(|line| line.contains(",[10],")), "{table}");
    let page = written(runs, Format::Html);
    assert!(
        page.contains("Best by Validation RMSE: hidden 10 (0.910 ± 0.014 over 2 runs)."),
        "{page}"
    );
    assert_eq!(page.matches("<tr class=\"best\">").count(), 1);

    // The same without validation: nothing may choose.
    let folder = tempfile::tempdir().unwrap();
    plant_settings(folder.path(), false);
    let runs = folders(folder.path());
    assert!(!written(runs.clone(), Format::Csv).contains(",yes"));
    let page = written(runs, Format::Html);
    assert!(page.contains("No setting is marked as the best"));
    assert!(!page.contains("<tr class=\"best\">"));
}

#[test]
fn the_table_for_a_paper_is_tex_with_the_spread_over_seeds() {
    let folder = tempfile::tempdir().unwrap();
    plant_settings(folder.path(), true);
    let place = Place::new(1);
    copy(folder.path(), &place.path("runs"));
    let names: Vec<String> = folders(folder.path())
        .iter()
        .map(|run| run.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    let mut arguments: Vec<&str> = vec!["report"];
    arguments.extend(names.iter().map(String::as_str));
    arguments.extend(["--latex", "table.tex", "--title", "50% of a_b & c"]);
    let done = place.atelier(&arguments);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(!place.path("report.html").exists());
    let tex = fs::read_to_string(place.path("table.tex")).unwrap();
    // Means by hand: (0.90 + 0.92) / 2 and (1.01 + 1.03) / 2; each deviation 0.01 · √2 = 0.014.
    let best = "10 & $\\mathbf{0.910} \\pm 0.014$ & $\\mathbf{1.020} \\pm 0.014$ \\\\";
    assert!(tex.contains(best), "{tex}");
    // (0.95 + 0.99) / 2, deviation 0.02 · √2 = 0.028.
    assert!(
        tex.contains("20 & $0.970 \\pm 0.028$ & $0.980 \\pm 0.014$ \\\\"),
        "{tex}"
    );
    assert!(tex.contains("50\\% of a\\_b \\& c"));
    check_tex(&tex);
}

/// Reads a table as TeX does: every group and environment ends, every row has as many cells as there are columns.
fn check_tex(tex: &str) {
    let mut open = Vec::new();
    let mut columns = None;
    for line in tex.lines().filter(|line| !line.starts_with('%')) {
        let mut depth = 0_i32;
        let mut cells = 1;
        let mut before = ' ';
        for letter in line.chars() {
            if before != '\\' {
                match letter {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    '&' => cells += 1,
                    '%' | '#' => panic!("{letter} is not escaped in {line}"),
                    _ => {}
                }
            }
            assert!(depth >= 0, "{line}");
            before = if before == '\\' && letter == '\\' {
                ' '
            } else {
                letter
            };
        }
        assert_eq!(depth, 0, "{line}");
        let line = line.trim();
        if let Some(name) = line.strip_prefix("\\begin{") {
            let (name, rest) = name.split_once('}').unwrap();
            open.push(name.to_owned());
            if name == "tabular" {
                columns = Some(rest.trim_matches(['{', '}']).len());
            }
        } else if let Some(name) = line.strip_prefix("\\end{") {
            assert_eq!(open.pop().as_deref(), Some(name.trim_end_matches('}')));
        } else if line.ends_with("\\\\") {
            assert_eq!(Some(cells), columns, "{line}");
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn runs_that_did_not_finish_or_are_damaged_are_in_the_page_with_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    plant_settings(folder.path(), true);
    let runs = folders(folder.path());
    // One whose process is gone, one with a damaged log, one whose config is gone, and one without a summary that can be read.
    let summary = runs[0].join("run.json");
    let text = fs::read_to_string(&summary).unwrap();
    fs::write(&summary, text.replace("\"finished\"", "\"running\"")).unwrap();
    let log = runs[1].join("events.jsonl");
    let text = fs::read_to_string(&log).unwrap();
    fs::write(
        &log,
        text.replacen("\"event\":\"scalar\"", "\"event\":\"nothing", 1),
    )
    .unwrap();
    fs::remove_file(runs[2].join("config.toml")).unwrap();
    fs::write(runs[3].join("run.json"), "{").unwrap();
    let page = written(runs, Format::Html);
    for said in [
        "Its process ended at step 2 of 2",
        "1 line of events.jsonl cannot be read",
        "Cannot read",
        "It is left out",
    ] {
        assert!(page.contains(said), "{said}");
    }
    assert_eq!(data_of(&page)["runs"].as_array().unwrap().len(), 3);
}

#[test]
fn a_page_of_twelve_runs_with_pictures_stays_below_five_megabytes() {
    let folder = tempfile::tempdir().unwrap();
    let run = sample("cyclegan");
    for number in 0..12 {
        let own = folder
            .path()
            .join(format!("2026-11-25_03-57-30_cyclegan_{number:04x}"));
        copy(&run, &own);
        let config = own.join("config.toml");
        let text = fs::read_to_string(&config).unwrap();
        let cycle = format!("lambda_cycle = {}.0\n", number + 1);
        assert!(text.contains("lambda_cycle = 10.0\n"));
        fs::write(&config, text.replace("lambda_cycle = 10.0\n", &cycle)).unwrap();
    }
    let page = written(folders(folder.path()), Format::Html);
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    // Two pictures of each domain, with the original beside those of the runs.
    assert_eq!(page.matches("<img ").count(), 4 * 13);
}

#[test]
fn nothing_is_overwritten_unasked_and_a_wrong_name_is_said() {
    let place = Place::new(1);
    plant_settings(&place.path("runs"), true);
    place.write("report.html", "mine");
    let run = "2026-11-22_14-03-11_autorec_0001";
    let done = place.atelier(&["report", run]);
    assert_eq!(done.code, Some(2));
    assert!(done.stderr.contains("--overwrite"), "{}", done.stderr);
    assert_eq!(
        fs::read_to_string(place.path("report.html")).unwrap(),
        "mine"
    );
    let done = place.atelier(&["report", run, "--overwrite"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(
        fs::read_to_string(place.path("report.html"))
            .unwrap()
            .starts_with("<!doctype html>")
    );
    let done = place.atelier(&["report", "nothing_of_this_name", "--to", "other.html"]);
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr
            .contains("there is no run or sweep nothing_of_this_name"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_report_that_is_canceled_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    plant_settings(&folder.path().join("runs"), true);
    let subject = Subject::of_folders(folders(&folder.path().join("runs"))).unwrap();
    let monitor = Monitor::default();
    monitor.cancel();
    let to = folder.path().join("report.html");
    let outcome = write_file(&to, |file| subject.write(Format::Html, file, &monitor));
    assert!(matches!(outcome, Err(ReportError::Canceled)));
    assert_eq!(folders(folder.path()), [folder.path().join("runs")]);
}
