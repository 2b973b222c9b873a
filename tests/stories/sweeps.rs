//! Many runs as one question, on the command line: which setting is best, what it measures on data that nothing was chosen by, and that
//! nothing is lost whatever happens meanwhile.
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Done, Place, summary};
use atelier::experiments::sweep::{Purpose, SweepFolder, SweepState, SweepStatus};
use atelier::record::Status;

/// Long enough for the slowest machine.
const PATIENCE: Duration = Duration::from_secs(120);
const KILLS: u64 = 20;

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

/// How far a sweep is: the bytes of its runs' events, and its trials.
fn written(place: &Place) -> u64 {
    let Ok(entries) = fs::read_dir(place.path("runs")) else {
        return 0;
    };
    let length = |path: PathBuf| fs::metadata(path).map_or(0, |file| file.len());
    let runs = entries.filter_map(Result::ok).map(|entry| {
        let trials = fs::read_dir(entry.path().join("trials"));
        length(entry.path().join("events.jsonl")) + trials.map_or(0, |own| own.count() as u64)
    });
    runs.sum()
}

fn spawn(place: &Place, arguments: &[&str]) -> Child {
    let mut command = place.command(arguments);
    command.args(["--device", "cpu", "--quiet", "--checkpoint-every", "0.01"]);
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until as much is written; false if the program ended before.
fn wait_for(place: &Place, child: &mut Child, bytes: u64) -> bool {
    let started = Instant::now();
    while written(place) < bytes {
        assert!(started.elapsed() < PATIENCE, "nothing happens");
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    child.try_wait().unwrap().is_none()
}

fn only_sweep(place: &Place) -> Option<PathBuf> {
    let found = atelier::experiments::sweep::list(&place.path("runs")).unwrap();
    assert!(found.len() <= 1);
    Some(found.first()?.path().to_owned())
}

#[test]
fn a_sweep_that_is_killed_at_twenty_moments_ends_with_the_same_table() {
    let whole = place(60, TWELVE);
    let done = sweep(&whole);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let all = written(&whole);

    let killed = place(60, TWELVE);
    let mut kills = 0;
    // The last moments are those of the result; what is trained again after a kill adds to what is written.
    for moment in 1..=KILLS {
        let found = only_sweep(&killed).map(|path| path.display().to_string());
        let arguments = match &found {
            Some(path) => vec!["sweep", path.as_str()],
            None => vec!["sweep", "config.toml", "--runs", "runs"],
        };
        let mut child = spawn(&killed, &arguments);
        if wait_for(&killed, &mut child, all * moment / (KILLS + 1)) {
            child.kill().unwrap();
            kills += 1;
        }
        child.wait().unwrap();
    }
    eprintln!("killed {kills} times at {KILLS} moments");
    assert!(kills >= KILLS / 2, "{kills} kills");
    let path = only_sweep(&killed).unwrap().display().to_string();
    let mut last = killed.command(&["sweep", &path, "--device", "cpu"]);
    let last = Done::of(&last.output().unwrap());
    assert_eq!(last.code, Some(0), "{}", last.stderr);
    assert_eq!(table(&last.stdout), table(&done.stdout));
    let (one, other) = (state(&folder(&whole)), state(&folder(&killed)));
    assert_eq!(outcomes(&other), outcomes(&one));
    assert_eq!(other.planned, one.planned);
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_all_runs_of_a_sweep_after_checkpoints() {
    let place = place(100_000, TWELVE);
    let child = spawn(&place, &["sweep", "config.toml", "--runs", "runs"]);
    let trained = |place: &Place| {
        let listed = atelier::runs::list(&place.path("runs")).unwrap();
        let mut runs = listed.iter().filter_map(|own| own.summary.as_ref().ok());
        runs.any(|own| own.step > 0)
    };
    let started = Instant::now();
    while !trained(&place) {
        assert!(started.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(20));
    }
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    assert!(child.stdout.is_some());
    let done = Done::of(&child.wait_with_output().unwrap());
    assert_eq!(done.code, Some(130), "{}", done.stderr);
    let stopped = state(&folder(&place));
    assert_eq!(stopped.status, SweepStatus::Stopped);
    assert!(!stopped.trials.is_empty());
    for own in &stopped.trials {
        let Some(run) = &own.run else { continue };
        assert_eq!(own.status, Status::Stopped, "{own:?}");
        assert!(run.join("checkpoint").is_dir());
    }
}

#[test]
fn a_sweep_that_cannot_write_keeps_what_is_finished_and_goes_on_later() {
    let place = place(60, TWELVE);
    let mut child = spawn(&place, &["sweep", "config.toml", "--runs", "runs"]);
    let finished = |place: &Place| {
        only_sweep(place).is_some() && {
            let state = state(&folder(place));
            state.done() > 0
        }
    };
    let started = Instant::now();
    while !finished(&place) {
        assert!(started.elapsed() < PATIENCE && child.try_wait().unwrap().is_none());
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let sweep = only_sweep(&place).unwrap();
    let before = state(&folder(&place));

    // A full disk: no file of the sweep's folder can grow.
    let path = sweep.display().to_string();
    let own = place.command(&["sweep", &path, "--device", "cpu"]);
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"])
        .arg(own.get_program())
        .args(own.get_args())
        .current_dir(place.path(""))
        .env("HOME", place.path(""))
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(started.elapsed() < PATIENCE, "it does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
    for own in before
        .trials
        .iter()
        .filter(|own| own.status == Status::Finished)
    {
        let run = summary(own.run.as_ref().unwrap());
        assert_eq!(run["status"], "finished");
    }

    let last = place.atelier(&["sweep", &path, "--device", "cpu"]);
    assert_eq!(last.code, Some(0), "{}", last.stderr);
    assert_eq!(state(&folder(&place)).done(), 14);
}

#[test]
fn a_question_that_cannot_be_asked_is_refused_with_what_to_do() {
    let place = Place::new(5);
    let config = fs::read_to_string(place.path("config.toml")).unwrap();
    let lines = config.lines().count();
    let cases = [
        (
            "[sweep]\nmethod = \"gird\"\n[sweep.values]\nhidden = [2, 4]\n",
            "2: sweep.method: must be one of \"grid\"",
        ),
        (
            "[sweep.values]\nhiden = [2, 4]\n",
            "2: sweep.values.hiden: unknown key; did you mean `hidden`?",
        ),
        (
            "[sweep.values]\nsystem = [\"autorec\", \"deepcc\"]\n",
            "2: sweep.values.system: is fixed",
        ),
        (
            "[sweep.values]\nseed = [1, 2]\n",
            "2: sweep.values.seed: is varied by `seeds`",
        ),
        (
            "[sweep.values]\ndata.path = [\"a\", \"b\"]\n",
            "2: sweep.values.data.path: is fixed",
        ),
        (
            "[sweep.values]\nhidden = []\n",
            "2: sweep.values.hidden: is empty",
        ),
        (
            "[sweep.values]\nhidden = [2, 2]\n",
            "2: sweep.values.hidden: has 2 twice",
        ),
        (
            "[sweep.values]\nhidden = 5\n",
            "2: sweep.values.hidden: must be a list",
        ),
        (
            "[sweep.values]\nhidden = [0, 2]\n",
            "2: sweep.values.hidden: ",
        ),
        (
            "[sweep.values]\nepochs = [5, 6.5]\n",
            "2: sweep.values.epochs: ",
        ),
        (
            "[sweep.values]\nside = { from = 1, to = 2, count = 2 }\n",
            "2: sweep.values.side: takes no range",
        ),
        (
            "[sweep.values]\nregularization = { from = 10, to = 1, count = 3 }\n",
            "2: sweep.values.regularization: the range from 10 to 1 is empty",
        ),
        (
            "[sweep.values]\nregularization = { from = 0, to = 1, scale = \"log\", count = 3 }\n",
            "2: sweep.values.regularization: a logarithmic range cannot begin at 0",
        ),
        (
            "[sweep.values]\nregularization = { from = 1, to = 9e9, count = 3 }\n",
            "2: sweep.values.regularization: must be",
        ),
        (
            "[sweep.values]\nregularization = { from = 1, to = 9 }\n",
            "2: sweep.values.regularization: a grid needs to know how many",
        ),
        (
            "[sweep.values]\nregularization = { from = 1, til = 9 }\n",
            "2: sweep.values.regularization.til: unknown key",
        ),
        (
            "[sweep.values]\nregularization = { from = 1, to = 9, count = 1000000000 }\n",
            "1: sweep.values: would be 1,000,000,000 runs, at most 10,000 are possible: give fewer values",
        ),
        (
            "[sweep]\nmeasure = \"validation/rmsee\"\n[sweep.values]\nhidden = [2, 4]\n",
            "2: sweep.measure: AutoRec has no measure `validation/rmsee`; did you mean `validation/rmse`?",
        ),
        (
            "[sweep]\nmeasure = \"train/loss\"\n[sweep.values]\nhidden = [2, 4]\n",
            "2: sweep.measure: `train/loss` is a term of what is minimized",
        ),
        (
            "[sweep]\nmethod = \"random\"\n[sweep.values]\nhidden = [2, 4]\n",
            "sweep.runs: missing: how many settings",
        ),
        (
            "[sweep]\nruns = 0\n[sweep.values]\nhidden = [2, 4]\n",
            "2: sweep.runs: must be a whole number, 1 to",
        ),
        (
            "[sweep]\nseeds = [1, 1]\n[sweep.values]\nhidden = [2, 4]\n",
            "2: sweep.seeds: must be different numbers",
        ),
        (
            "[sweep]\nstop_early = 3\n[sweep.values]\nhidden = [2, 4]\n",
            "2: sweep.stop_early: must be true, false, or a table",
        ),
        (
            "[sweep]\nmethods = \"grid\"\n",
            "2: sweep.methods: unknown key; did you mean `method`?",
        ),
        ("[sweep]\n", "sweep.values: missing: what to vary"),
    ];
    for (text, expected) in cases {
        place.write("config.toml", &format!("{config}{text}"));
        let done = sweep(&place);
        assert_eq!(done.code, Some(2), "{text}\n{}", done.stderr);
        // Line 1 of a case is the line after the config.
        let expected = match expected.split_once(": ") {
            Some((line, rest)) if line.parse::<usize>().is_ok() => {
                let line: usize = line.parse().unwrap();
                format!("error: config.toml:{}: {rest}", lines + line)
            }
            _ => expected.to_owned(),
        };
        assert!(
            done.stderr.contains(&expected),
            "{text}\nexpected {expected}\n{}",
            done.stderr
        );
        assert!(!place.path("runs").exists(), "{text}");
    }

    place.write("config.toml", &format!("{config}{TWELVE}"));
    let run = place.atelier(&["run", "config.toml", "--runs", "runs"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("atelier sweep"), "{}", run.stderr);
    let set = place.atelier(&["sweep", "config.toml", "--set", "hidden=3"]);
    assert_eq!(set.code, Some(2));
    assert!(set.stderr.contains("the sweep varies it"), "{}", set.stderr);
    place.write("plain.toml", &config);
    let plain = place.atelier(&["sweep", "plain.toml"]);
    assert_eq!(plain.code, Some(2));
    assert!(plain.stderr.contains("[sweep.values]"), "{}", plain.stderr);
    let none = place.atelier(&["sweep", "nothing.toml"]);
    assert_eq!(none.code, Some(2));
    place.write(
        "config.toml",
        &format!("{config}{TWELVE}").replace("ratings.csv", "gone.csv"),
    );
    let gone = sweep(&place);
    assert_eq!(gone.code, Some(2), "{}", gone.stderr);
    assert!(gone.stderr.contains("gone.csv"), "{}", gone.stderr);
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

#[test]
fn a_damaged_file_of_a_sweep_costs_its_own_trial_alone() {
    let place = place(5, "\n[sweep.values]\nhidden = [2, 4, 6]\n");
    let done = sweep(&place);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let own = folder(&place);
    let before = state(&own).trials.len();
    let trials = own.path().join("trials");
    fs::write(trials.join("0001.json"), "{\"purp").unwrap();
    fs::write(trials.join("notes.txt"), "not ours").unwrap();
    fs::write(trials.join("9.json"), "{}").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", trials.join("0009.json")).unwrap();
    let left = state(&own);
    assert_eq!(left.trials.len(), before - 1);
    let again = place.atelier(&["sweep", own.path().to_str().unwrap(), "--device", "cpu"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    let after = state(&own);
    assert_eq!(
        (after.trials.len(), after.status),
        (before, SweepStatus::Finished)
    );
    assert_eq!(table(&again.stdout).len(), table(&done.stdout).len());
}
