//! Many runs as one question, on the command line: which setting is best, what it measures on data that nothing was chosen by, and that
//! nothing is lost whatever happens meanwhile.

mod broken_off;
mod refused;

use std::collections::BTreeMap;
use std::fs;

use atelier::experiments::sweep::{Purpose, SweepFolder, SweepState, SweepStatus};
use atelier::record::Status;

use crate::support::{Done, Place, summary};

/// A folder with ratings and a config that asks for `values` with `seeds`.
fn place(epochs: u64, sweep: &str) -> Place {
    let place = Place::new(epochs);
    let config = fs::read_to_string(place.path("config.toml")).unwrap();
    place.write("config.toml", &format!("{config}{sweep}"));
    place
}

const TWELVE: &str = "\n[sweep]\nseeds = 2\n[sweep.values]\nhidden = [2, 4]\nregularization = { from = 1, to = 100, scale = \"log\", count = 3 }\n";

fn sweep(place: &Place) -> Done {
    place.atelier(&["sweep", "config.toml", "--runs", "runs", "--device", "cpu"])
}

fn folder(place: &Place) -> SweepFolder {
    let found = atelier::experiments::sweep::list(&place.path("runs")).unwrap();
    assert_eq!(found.len(), 1);
    found.into_iter().next().unwrap()
}

fn state(folder: &SweepFolder) -> SweepState {
    let listed = atelier::runs::list(folder.runs()).unwrap();
    folder.state(&listed).unwrap()
}

/// The table on stdout without the column of times, and without paths.
fn table(stdout: &str) -> Vec<String> {
    let mut cut = None;
    let mut lines = Vec::new();
    for line in stdout.lines() {
        if line.contains("folder ") {
            continue;
        }
        // Cells stand right, below the end of their title.
        if line.contains("regularization") && line.trim_end().ends_with("time") {
            cut = line.find("time").map(|at| line[..at].trim_end().len());
        } else if line.is_empty() {
            cut = None;
        }
        let kept: String = line.chars().take(cut.unwrap_or(usize::MAX)).collect();
        lines.push(kept.trim_end().to_owned());
    }
    lines
}

/// What each trial measured: by purpose, setting and seed.
fn outcomes(state: &SweepState) -> BTreeMap<String, Vec<f64>> {
    let trials = state.trials.iter();
    trials
        .map(|own| {
            assert_eq!(own.status, Status::Finished, "{own:?}");
            let trial = &own.trial;
            let setting = serde_json::to_string(&trial.setting).unwrap();
            let key = format!("{:?} {setting} {}", trial.purpose, trial.seed);
            let mut values: Vec<f64> = own.measures.iter().flatten().copied().collect();
            values.extend(own.test.values());
            (key, values)
        })
        .collect()
}

#[test]
fn a_sweep_chooses_by_validation_and_measures_the_chosen_setting_on_the_test_data() {
    let place = place(40, TWELVE);
    let done = sweep(&place);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(
        done.stderr
            .contains("10 % of the training data is held out to choose by"),
        "{}",
        done.stderr
    );
    let state = state(&folder(&place));
    assert_eq!(state.status, SweepStatus::Finished);
    // Six settings with two seeds, and the chosen one with two.
    assert_eq!((state.trials.len(), state.planned), (14, 14));

    // By hand, from the runs' own files.
    let mut errors: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for own in state.search() {
        let run = summary(own.run.as_ref().unwrap());
        assert_eq!(run["sweep"]["trial"], own.trial.number);
        let error = run["metrics"]["validation/rmse"]["best"].as_f64().unwrap();
        let setting = serde_json::to_string(&own.trial.setting).unwrap();
        errors.entry(setting).or_default().push(error);
        // Of what nothing is chosen by nothing is told.
        assert!(own.test.is_empty());
    }
    let mean = |values: &Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
    let best = errors
        .iter()
        .min_by(|one, other| mean(one.1).total_cmp(&mean(other.1)))
        .unwrap();
    let result = state.result.as_ref().unwrap();
    assert_eq!(serde_json::to_string(&result.setting).unwrap(), *best.0);
    assert!(result.complete);

    // The result holds nothing out, and is what `run` with its config gives.
    let results = state.results(&result.setting);
    assert_eq!(results.len(), 2);
    let tests: Vec<f64> = results
        .iter()
        .map(|own| {
            assert_eq!(own.trial.purpose, Purpose::Result);
            let run = own.run.as_ref().unwrap();
            let summary = summary(run);
            assert!(summary["metrics"].get("validation/rmse").is_none());
            summary["metrics"]["test/rmse"]["last"].as_f64().unwrap()
        })
        .collect();
    let spread = result.test["test/rmse"];
    assert!((spread.mean - mean(&tests)).abs() < 1e-12);
    let deviation = (tests[0] - tests[1]).abs() / 2.0_f64.sqrt();
    assert!((spread.deviation - deviation).abs() < 1e-12);

    let shown: f64 = done
        .value("Test RMSE")
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!((shown - spread.mean).abs() < 1e-3, "{}", done.stdout);
    let starred = done
        .stdout
        .lines()
        .filter(|line| line.starts_with('*'))
        .count();
    assert_eq!(starred, 1, "{}", done.stdout);
    assert!(
        done.stdout
            .contains("chosen by     Validation RMSE, mean over 2 seeds")
    );

    // A run that is repeated by its config alone measures the same.
    let own = results[0].run.as_ref().unwrap();
    let config = own.join("config.toml").display().to_string();
    let again = place.atelier(&["run", &config, "--runs", "again", "--device", "cpu"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    let again = summary(&place.path(again.run_folder()));
    assert_eq!(
        again["metrics"]["test/rmse"]["last"].as_f64().unwrap(),
        tests[0]
    );

    // One line in the list, which tells its runs when asked; and it can be shown and gone on with.
    let list = place.atelier(&["list", "--runs", "runs"]);
    assert_eq!(list.stdout.lines().count(), 2, "{}", list.stdout);
    assert!(list.stdout.contains("finished 14/14") && list.stdout.contains("hidden × λ"));
    let all = place.atelier(&["list", "--runs", "runs", "--all"]);
    assert_eq!(all.stdout.lines().count(), 16, "{}", all.stdout);
    let path = state.path.display().to_string();
    let show = place.atelier(&["show", &path]);
    assert!(
        show.stdout.contains("finished, 14 of 14 runs done"),
        "{}",
        show.stdout
    );
    let show = table(&show.stdout);
    let printed = table(&done.stdout);
    assert_eq!(show[show.len() - printed.len()..], printed[..]);
    let more = place.atelier(&["resume", &path, "--device", "cpu"]);
    assert_eq!(
        (more.code, table(&more.stdout)),
        (Some(0), printed),
        "{}",
        more.stderr
    );
}

#[test]
fn choosing_by_the_test_data_is_called_so_and_names_no_result() {
    let place = place(
        5,
        "\n[sweep]\nmeasure = \"test/rmse\"\n[sweep.values]\nhidden = [2, 4]\n",
    );
    let done = sweep(&place);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    for text in [&done.stdout, &done.stderr] {
        assert!(text.contains("chosen by the test data"), "{text}");
    }
    assert!(!done.stdout.contains("result  "), "{}", done.stdout);
    assert_eq!(state(&folder(&place)).trials.len(), 2);
}

#[test]
fn a_system_without_validation_says_what_it_is_chosen_by() {
    let place = Place::new(1);
    place.write(
        "matrix.csv",
        "1,1,0,0\n1,1,0,0\n0,0,1,1\n0,0,1,1\n1,1,0,0\n0,0,1,1\n",
    );
    place.write(
        "config.toml",
        "system = \"information_coclustering\"\n[data]\npath = \"matrix.csv\"\n[sweep]\nseeds = 2\n",
    );
    let done = sweep(&place);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(
        done.stdout.contains("nothing is held out"),
        "{}",
        done.stdout
    );
}
