//! The question, the folder and the fold, with runs that are only told of.

mod foreign_files;

use std::path::Path;

use serde_json::json;

use super::*;
use crate::experiments::{Outcome, Setting};
use crate::record::{Better, Status};
use crate::runs::{Labels, Listed, Metric, RunSummary, SweepPlace};

const BASE: &str = "system = \"autorec\"\nseed = 3\n[data]\npath = \"ratings.csv\"\ntest_fraction = 0.1\n[autorec]\nepochs = 100\n";

fn parse(sweep: &str) -> SweepConfig {
    let text = format!("{BASE}{sweep}");
    SweepConfig::parse(&text, Path::new("sweep.toml")).unwrap()
}

fn problem(sweep: &str) -> String {
    let text = format!("{BASE}{sweep}");
    let error = SweepConfig::parse(&text, Path::new("sweep.toml")).unwrap_err();
    error.to_string()
}

/// A sweep of two hidden sizes with two seeds in a folder of its own.
struct Bench {
    _folder: tempfile::TempDir,
    sweep: SweepFolder,
    runs: Vec<Listed>,
}

impl Bench {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path().join("runs");
        let (sweep, _) = SweepFolder::create(&runs, &parse(text), Path::new("/data")).unwrap();
        Self {
            _folder: folder,
            sweep,
            runs: Vec::new(),
        }
    }

    fn state(&self) -> SweepState {
        self.sweep.state(&self.runs).unwrap()
    }

    /// Hands the next trial out.
    fn ask(&self) -> Trial {
        match self.sweep.ask(&self.runs, None).unwrap() {
            Next::Trial(trial) => trial,
            other => panic!("{other:?}"),
        }
    }

    /// A run of a trial that measured this; `best` at a step of 100 epochs.
    fn run(&mut self, trial: u32, status: Status, error: f64, best: u64) {
        let config = self.sweep.question().base.clone();
        let mut summary = RunSummary::new(&config, "a run".to_owned());
        summary.status = status;
        summary.sweep = Some(SweepPlace {
            id: self.sweep.id().as_str().to_owned(),
            trial,
        });
        summary.step = 100;
        summary.total_steps = 100;
        summary.epoch = 100.0;
        summary.seconds = 4.0;
        let mut metric = Metric::new(Better::Lower, best, error);
        metric.last = error;
        let metrics = &mut summary.metrics;
        metrics.insert("validation/rmse".to_owned(), metric);
        metrics.insert(
            "test/rmse".to_owned(),
            Metric::new(Better::Lower, 100, error + 0.5),
        );
        self.runs.push(Listed {
            path: self.sweep.runs().join(summary.id.as_str()),
            id: summary.id.clone(),
            summary: Ok(summary),
            labels: Ok(Labels::default()),
        });
    }
}

fn hidden(number: u64) -> Setting {
    [("hidden".to_owned(), json!(number))].into_iter().collect()
}

const TWO: &str = "[sweep]\nseeds = 2\n[sweep.values]\nhidden = [20, 50]\n";

#[test]
fn what_is_written_is_read_back() {
    let whole = parse(
        "[sweep]\nname = \"A \\\"name\\\"\"\nmethod = \"tpe\"\nruns = 30\nparallel = 2\nmeasure = [\"validation/rmse\", \"validation/ndcg\"]\n\
         seeds = [1, 18446744073709551]\nstop_early = { reduction = 4, first = 0.25 }\n\
         [sweep.values]\nhidden = [20, [50, 20, 50]]\npreset = [\"paper\", \"quick\"]\ndata.test_fraction = [0.1, 0.2]\n\
         autorec.side = [\"item\", \"user\"]\nregularization = { from = 0.5, to = 1000, scale = \"log\" }\n",
    );
    let again = SweepConfig::parse(&whole.to_toml(), Path::new("sweep.toml")).unwrap();
    assert_eq!(again, whole);
    let keys: Vec<&str> = whole.sweep.values.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "data.test_fraction",
            "hidden",
            "preset",
            "regularization",
            "side"
        ]
    );
    assert_eq!(parse(TWO).sweep.seeds, [3, 4]);
}

#[test]
fn what_is_left_to_the_program_is_filled_in_and_told() {
    let (whole, notes) = parse(TWO).completed(Path::new("/data")).unwrap();
    assert_eq!(whole.sweep.measures, ["validation/rmse"]);
    assert_eq!(whole.base.parameters["validation_fraction"], json!(0.1));
    assert_eq!(whole.base.data.path(), Path::new("/data/ratings.csv"));
    let notes = notes.join("\n");
    assert!(notes.contains("chosen by Validation RMSE"), "{notes}");
    assert!(
        notes.contains("10 % of the training data is held out"),
        "{notes}"
    );
    assert!(whole.has_result_runs());
    // Two settings with two seeds, and the result with two.
    assert_eq!(whole.runs_planned(), Some(6));

    let by_test = parse("[sweep]\nmeasure = \"test/rmse\"\n[sweep.values]\nhidden = [20, 50]\n");
    let (whole, notes) = by_test.completed(Path::new("/data")).unwrap();
    assert!(notes[0].contains("chosen by the test data"), "{notes:?}");
    assert!(!whole.has_result_runs());
    assert!(whole.base.parameters.get("validation_fraction").is_none());
}

#[test]
fn test_measures_and_true_classes_are_never_chosen_by_unless_they_are_named() {
    let of = |system: &str, measure: &str| {
        let text =
            format!("system = \"{system}\"\n[data]\npath = \"x\"\n[sweep]\nseeds = 2\n{measure}");
        SweepConfig::parse(&text, Path::new("sweep.toml"))
    };
    let deepcc = of("deepcc", "").unwrap();
    let objective = &deepcc.objectives().unwrap()[0];
    assert_eq!(objective.name, "blocks/information_kept");
    assert!(objective.caution().unwrap().contains("nothing is held out"));
    assert_eq!(objective.cost(0.4), -0.4);
    let named = of("deepcc", "measure = \"rows/nmi\"").unwrap();
    let caution = named.objectives().unwrap()[0].caution().unwrap();
    assert!(caution.contains("true classes"), "{caution}");
    let error = of("cyclegan", "").unwrap_err().to_string();
    assert!(error.contains("measure = \"fake_b/fcn_miou\"") && error.contains("test measure"));
    let named = of("cyclegan", "measure = \"fake_b/kernel_distance\"").unwrap();
    let caution = named.objectives().unwrap()[0].caution().unwrap();
    assert!(caution.contains("chosen by the test data"), "{caution}");
    assert!(of("cyclegan", "measure = \"real_b/fcn_miou\"").is_err());
}

#[test]
fn values_that_give_the_same_run_are_refused() {
    // Two ways to write one name.
    let error = problem("[sweep.values]\npreset = [\"paper\", \"Paper\"]\n");
    assert!(
        error.starts_with("sweep.toml:9: sweep.values.preset: "),
        "{error}"
    );
    assert!(error.contains("give the same run"), "{error}");
}

#[test]
fn all_seeds_of_a_setting_come_first_and_then_the_result_of_the_best() {
    let mut bench = Bench::new(TWO);
    let order: Vec<(Setting, u64)> = (0..4)
        .map(|_| bench.ask())
        .map(|trial| (trial.setting, trial.seed))
        .collect();
    let expected = [(20, 3), (20, 4), (50, 3), (50, 4)];
    assert_eq!(order, expected.map(|(size, seed)| (hidden(size), seed)));
    assert_eq!(bench.sweep.ask(&bench.runs, None).unwrap(), Next::Wait);

    bench.run(0, Status::Finished, 0.9, 60);
    bench.run(1, Status::Finished, 0.8, 80);
    bench.run(2, Status::Finished, 0.7, 41);
    assert_eq!(bench.state().best().unwrap().setting, hidden(20));
    // 0.84 on average, against 0.85.
    bench.run(3, Status::Finished, 0.98, 90);
    let state = bench.state();
    let best = state.best().unwrap();
    assert_eq!(best.setting, hidden(50));
    let spread = best.measures[0].unwrap();
    assert!((spread.mean - 0.84).abs() < 1e-12);
    // (0.14² + 0.14²) / (2 − 1) = 0.0392.
    assert!((spread.deviation - 0.0392_f64.sqrt()).abs() < 1e-12);
    assert_eq!(state.result, None);

    let result = bench.ask();
    assert_eq!((result.purpose, result.number), (Purpose::Result, 4));
    // (41 + 90) / 2 epochs, rounded; nothing is held out.
    let also = [
        ("epochs", json!(66)),
        ("patience", json!(0)),
        ("validation_fraction", json!(0)),
    ];
    let also: Setting = also.map(|(key, value)| (key.to_owned(), value)).into();
    assert_eq!(result.also, also);
    let config = bench.sweep.question().run_config(&result).unwrap();
    assert_eq!(config.parameters["hidden"], json!(50));
    assert_eq!(config.parameters["epochs"], json!(66));
    assert_eq!(bench.ask().seed, 4);
    bench.run(4, Status::Finished, 0.5, 66);
    assert!(!bench.state().result.unwrap().complete);
    bench.run(5, Status::Finished, 0.7, 66);
    let state = bench.state();
    let result = state.result.as_ref().unwrap();
    assert!(result.complete && state.is_finished());
    assert!((result.test["test/rmse"].mean - 1.1).abs() < 1e-12);
    assert_eq!(bench.sweep.ask(&bench.runs, None).unwrap(), Next::Done);
    assert_eq!((state.done(), state.planned), (6, 6));
}

#[test]
fn a_sweep_without_a_launcher_is_interrupted_and_says_what_was_decided() {
    let mut bench = Bench::new(TWO);
    bench.ask();
    assert_eq!(bench.state().status, SweepStatus::Interrupted);
    bench.run(0, Status::Running, 0.9, 10);
    assert_eq!(bench.state().status, SweepStatus::Running);
    bench.sweep.decide(&Decision::Pause).unwrap();
    assert_eq!(bench.state().status, SweepStatus::Paused);
    bench.sweep.decide(&Decision::Resume).unwrap();
    bench.sweep.decide(&Decision::Stop).unwrap();
    assert_eq!(bench.state().status, SweepStatus::Stopped);
    let lock = bench.sweep.lock().unwrap().unwrap();
    assert!(bench.sweep.is_in_use());
    assert!(bench.sweep.lock().unwrap().is_none());
    drop(lock);
    assert!(!bench.sweep.is_in_use());
}

#[test]
fn a_loser_and_a_failure_end_their_setting_and_the_rest_goes_on() {
    let mut bench = Bench::new("[sweep]\nseeds = 2\n[sweep.values]\nhidden = [20, 50, 100]\n");
    bench.ask();
    bench.run(0, Status::Stopped, 0.95, 10);
    bench
        .sweep
        .decide(&Decision::StopEarly {
            trial: 0,
            reason: "worse than 8 of 9".to_owned(),
        })
        .unwrap();
    // Nobody trains the loser with its other seed.
    let next = bench.ask();
    assert_eq!((next.setting, next.seed), (hidden(50), 3));
    bench
        .sweep
        .decide(&Decision::Refuse {
            trial: 1,
            reason: "does not hold".to_owned(),
        })
        .unwrap();
    let next = bench.ask();
    assert_eq!((next.setting, next.number), (hidden(100), 2));
    let state = bench.state();
    let outcomes: Vec<Outcome> = state.history().into_iter().map(|own| own.outcome).collect();
    assert_eq!(
        outcomes,
        [
            Outcome::StoppedEarly(vec![0.95]),
            Outcome::Failed,
            Outcome::Pending
        ]
    );
    // One of the loser, one that failed, two of the last, two of the result.
    assert_eq!(state.planned, 6);
    bench.ask();
    bench.run(2, Status::Finished, 0.7, 10);
    bench.run(3, Status::Finished, 0.7, 10);
    assert_eq!(bench.state().best().unwrap().setting, hidden(100));
}

#[test]
fn a_sweep_whose_first_runs_all_fail_ends() {
    let mut bench = Bench::new("[sweep.values]\nhidden = [20, 50, 100, 200]\n");
    for trial in 0..3 {
        bench.ask();
        bench.run(trial, Status::Failed, 0.9, 10);
        let failed = bench.state().status == SweepStatus::Failed;
        assert_eq!(failed, trial == 2);
    }
    assert!(bench.state().message.unwrap().contains("all 3 runs"));
}

#[test]
fn of_several_runs_of_a_trial_the_furthest_counts_and_runs_of_others_do_not() {
    let mut bench = Bench::new(TWO);
    bench.ask();
    bench.run(0, Status::Interrupted, 0.9, 10);
    bench.run(0, Status::Finished, 0.8, 10);
    bench.run(0, Status::Failed, 0.7, 10);
    let Ok(other) = &mut bench.runs[2].summary else {
        unreachable!()
    };
    other.sweep.as_mut().unwrap().id = "another".to_owned();
    other.status = Status::Finished;
    let state = bench.state();
    assert_eq!(state.trials[0].measures, [Some(0.8)]);
    assert_eq!(state.trials[0].status, Status::Finished);
    assert_eq!(state.seconds_left, Some(4.0 * 5.0));
}

#[test]
fn more_values_settings_and_seeds_are_added_without_touching_the_question() {
    let mut bench = Bench::new(TWO);
    for trial in 0..4 {
        bench.ask();
        bench.run(trial, Status::Finished, 0.9, 10);
    }
    let more = Extension {
        values: [("hidden".to_owned(), vec![json!(50), json!(200)])].into(),
        seeds: vec![9],
        ..Extension::default()
    };
    bench.sweep.decide(&Decision::Extend(more)).unwrap();
    let added: Vec<(Setting, u64)> = (0..5)
        .map(|_| bench.ask())
        .map(|trial| (trial.setting, trial.seed))
        .collect();
    let expected = [(20, 9), (50, 9), (200, 3), (200, 4), (200, 9)];
    assert_eq!(added, expected.map(|(size, seed)| (hidden(size), seed)));
    let again = SweepFolder::open(bench.sweep.path()).unwrap();
    assert_eq!(
        again.question(),
        &parse(TWO).completed(Path::new("/data")).unwrap().0
    );
}

#[test]
fn trials_that_many_ask_for_at_once_are_all_different() {
    let bench = Bench::new(
        "[sweep]\nseeds = 5\n[sweep.values]\nhidden = [10, 20, 30, 40, 50, 60, 70, 80]\n",
    );
    let mut numbers: Vec<(u32, String, u64)> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8)
            .map(|_| {
                let sweep = &bench.sweep;
                scope.spawn(move || {
                    let ask = |_| match sweep.ask(&[], Some("node")).unwrap() {
                        Next::Trial(own) => (
                            own.number,
                            serde_json::to_string(&own.setting).unwrap(),
                            own.seed,
                        ),
                        other => panic!("{other:?}"),
                    };
                    (0..5).map(ask).collect::<Vec<_>>()
                })
            })
            .collect();
        asking
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    numbers.sort();
    let expected: Vec<u32> = (0..40).collect();
    assert_eq!(
        numbers.iter().map(|own| own.0).collect::<Vec<_>>(),
        expected
    );
    let mut runs: Vec<(String, u64)> = numbers.into_iter().map(|own| (own.1, own.2)).collect();
    runs.sort();
    runs.dedup();
    assert_eq!(runs.len(), 40);
    let trials = bench.sweep.trials().unwrap();
    assert!(
        trials
            .iter()
            .all(|own| own.launcher.as_deref() == Some("node"))
    );
}

#[test]
fn several_measures_leave_a_front() {
    let text = "[sweep]\nmeasure = [\"validation/rmse\", \"validation/ndcg\"]\n[sweep.values]\nhidden = [1, 2, 3, 4]\n";
    let mut bench = Bench::new(text);
    // The last is beaten by the second in both.
    for (trial, (error, gain)) in [(0.9, 0.5), (0.8, 0.4), (0.7, 0.1), (0.85, 0.3)]
        .into_iter()
        .enumerate()
    {
        bench.ask();
        bench.run(trial as u32, Status::Finished, error, 10);
        let Ok(summary) = &mut bench.runs[trial].summary else {
            unreachable!()
        };
        let metric = Metric::new(Better::Higher, 10, gain);
        summary.metrics.insert("validation/ndcg".to_owned(), metric);
    }
    let state = bench.state();
    let settings = state.settings();
    let mut front = state.front(&settings);
    front.sort_unstable();
    assert_eq!(front, [0, 1, 2]);
    assert_eq!(state.ranking(&settings), [2, 1, 3, 0]);
    assert_eq!(state.history()[1].outcome, Outcome::Done(vec![0.8, -0.4]));
}
