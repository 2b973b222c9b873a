use std::sync::Arc;

use serde_json::json;

use super::examples::{autorec, row};
use super::*;
use crate::experiments::sweep::Scale;
use crate::record::Role;

fn parameter(key: &str) -> Column {
    Column::Parameter(key.to_owned())
}

fn measure(name: &str) -> Column {
    Column::Measure(name.to_owned())
}

/// Hidden and λ over two seeds.
fn grid() -> RunsTable {
    let mut rows = Vec::new();
    for (place, hidden) in [20, 50, 100, 500].into_iter().enumerate() {
        for seed in [1, 2] {
            let rmse = 0.9 - 0.01 * place as f64 + 0.002 * seed as f64;
            rows.push(autorec(hidden, 0.1, seed, Some(rmse)));
        }
    }
    RunsTable::new(rows)
}

#[test]
fn what_differs_is_a_variable_with_its_kind_and_what_does_not_apply_is_none() {
    let mut rows: Vec<Arc<Row>> = grid().rows().to_vec();
    // Of another system, which has no hidden units: that is no difference in hidden units.
    rows.push(Arc::new(row(
        "global_mean",
        "mean",
        1,
        json!({}),
        json!({}),
    )));
    let table = RunsTable::new(rows);
    let keys: Vec<&str> = table.varied().iter().map(|own| own.key.as_str()).collect();
    assert_eq!(keys, ["hidden", "seed"]);
    assert_eq!(table.settings(), ["hidden"]);
    let hidden = table.variable("hidden").unwrap();
    assert_eq!(
        hidden.kind,
        VariableKind::Number {
            // 20, 50, 100, 500 crowd at the lower end.
            scale: Scale::Log,
            whole: true,
            min: 20.0,
            max: 500.0
        }
    );
    assert!(!hidden.has_absent);
    assert_eq!(hidden.position(&table.rows()[0]), Some(20.0));
    assert_eq!(hidden.position(&table.rows()[8]), None);
    assert!(table.variable("seed").unwrap().is_seed());
}

#[test]
fn categories_stand_in_the_order_of_the_schema_and_an_absent_value_is_told() {
    let of = |optimizer: &str, test: Option<f64>| {
        let mut parameters = json!({"optimizer": optimizer, "center": test.is_some()});
        if let Some(test) = test {
            parameters["data.test_fraction"] = json!(test);
        }
        Arc::new(row("autorec", "a", 1, parameters, json!({})))
    };
    let table = RunsTable::new(vec![
        of("rprop", None),
        of("adam", Some(0.1)),
        of("lbfgs", Some(0.2)),
    ]);
    let spec = spec_of("autorec", "optimizer").unwrap();
    let crate::record::schema::ParameterKind::Choice(choices) = &spec.kind else {
        panic!("a choice");
    };
    let known: Vec<String> = choices.iter().map(|own| own.name.clone()).collect();
    let VariableKind::Categories(names) = &table.variable("optimizer").unwrap().kind else {
        panic!("categories");
    };
    let shown: Vec<String> = known
        .into_iter()
        .filter(|own| names.contains(own))
        .collect();
    assert_eq!((names, names.len()), (&shown, 3));
    assert_eq!(table.variable("center").unwrap().kind, VariableKind::Flag);
    let share = table.variable("data.test_fraction").unwrap();
    assert!(share.has_absent && matches!(share.kind, VariableKind::Number { .. }));
    assert_eq!(share.position(&table.rows()[0]), None);
}

#[test]
fn numbers_stand_before_texts_and_what_is_empty_comes_last_in_both_directions() {
    let table = RunsTable::new(vec![
        autorec(20, 1.0, 1, None),
        autorec(20, 1.0, 2, Some(f64::NAN)),
        autorec(20, 1.0, 3, Some(0.9)),
        autorec(20, 1.0, 4, Some(0.8)),
    ]);
    let rmse = measure("validation/rmse");
    assert_eq!(table.sorted(&rmse, false), [3, 2, 1, 0]);
    assert_eq!(table.sorted(&rmse, true), [2, 3, 1, 0]);
    let text = |text: &'static str| Cell::Text(text.into());
    let mut cells = [
        text("Run 10"),
        Cell::Empty,
        text("run 9"),
        Cell::Number(1.0),
    ];
    cells.sort_by(|one, other| one.order(other, false));
    assert_eq!(
        cells,
        [
            Cell::Number(1.0),
            text("run 9"),
            text("Run 10"),
            Cell::Empty
        ]
    );
}

#[test]
fn the_best_goes_by_validation_and_choosing_by_test_is_called_so() {
    let by = |metrics: serde_json::Value| {
        let row = row("autorec", "a", 1, json!({}), metrics);
        objective("autorec", &row)
    };
    let chosen = by(json!({"test/rmse": 0.9, "train/rmse": 0.5, "validation/rmse": 0.95})).unwrap();
    assert_eq!(chosen.measure, "validation/rmse");
    assert_eq!((chosen.basis, chosen.warning()), (Basis::Validation, None));
    let chosen = by(json!({"test/rmse": 0.9, "train/rmse": 0.5})).unwrap();
    assert_eq!(
        (chosen.measure.as_str(), chosen.basis),
        ("test/rmse", Basis::Test)
    );
    assert!(
        chosen
            .warning()
            .unwrap()
            .contains("on the test data itself")
    );
    let chosen = by(json!({"train/rmse": 0.5, "train/loss": 3.0})).unwrap();
    assert_eq!(chosen.basis, Basis::Training);
    assert_eq!(by(json!({"train/loss": 3.0})), None);
    // Known classes are answers that nobody has of new data.
    let matrix = row(
        "deepcc",
        "a",
        1,
        json!({}),
        json!({"rows/nmi": 0.9, "blocks/information_kept": 0.4}),
    );
    let chosen = objective("deepcc", &matrix).unwrap();
    assert_eq!(chosen.measure, "blocks/information_kept");
    assert_eq!(chosen.basis, Basis::Declared);
    let table = grid();
    assert_eq!(table.objective().unwrap().measure, "validation/rmse");
    // 0.9 - 0.03 + 0.002.
    assert_eq!(table.best(None), Some(6));
    assert_eq!(table.best(Some("time/step")), None);
}

#[test]
fn the_result_of_a_sweep_does_not_turn_a_choice_by_validation_into_one_by_test() {
    let of = |name: &str, metrics| Arc::new(row("autorec", name, 1, json!({}), metrics));
    let search = |name: &str| of(name, json!({"test/rmse": 0.9, "validation/rmse": 0.95}));
    let result = || of("result", json!({"test/rmse": 0.8}));
    let table = RunsTable::new(vec![search("a"), search("b"), result()]);
    assert_eq!(table.objective().unwrap().measure, "validation/rmse");
    // Half of the runs are not most of them.
    let table = RunsTable::new(vec![search("a"), result()]);
    assert_eq!(table.objective().unwrap().measure, "test/rmse");
}

#[test]
fn a_validation_measure_stands_for_its_best_weights_and_another_for_the_last() {
    let mut own = (*autorec(20, 1.0, 1, Some(0.9))).clone();
    for metric in own.summary.metrics.values_mut() {
        metric.best = Some(0.1);
    }
    let table = RunsTable::new(vec![Arc::new(own)]);
    assert_eq!(table.number(0, &measure("validation/rmse")), Some(0.1));
    assert_eq!(table.number(0, &measure("train/rmse")), Some(0.45));
    let last = Column::Last("validation/rmse".to_owned());
    assert_eq!(table.number(0, &last), Some(0.9));
    assert_eq!(table.title(&last), "Validation RMSE, last");
    assert_eq!(
        table.measure("train/rmse").unwrap().scalar.role,
        Role::Training
    );
}

#[test]
fn groups_over_seeds_have_mean_and_deviation_and_differences_are_paired_by_seed() {
    let table = RunsTable::new(vec![
        autorec(20, 1.0, 1, Some(1.0)),
        autorec(50, 1.0, 1, Some(0.5)),
        autorec(20, 1.0, 2, Some(3.0)),
        autorec(50, 1.0, 2, Some(2.6)),
        autorec(50, 1.0, 3, None),
    ]);
    let groups = table.groups(&table.settings(), "validation/rmse");
    assert_eq!(groups.len(), 2);
    let (one, other) = (&groups[0], &groups[1]);
    assert_eq!(one.setting, [("hidden".to_owned(), json!([20]))]);
    assert_eq!((one.n, one.mean, one.min, one.max), (2, 2.0, 1.0, 3.0));
    // √((1 + 1) / 1).
    assert!((one.deviation.unwrap() - 2.0_f64.sqrt()).abs() < 1e-12);
    assert_eq!((other.rows.as_slice(), other.n), (&[1, 3, 4][..], 2));
    let difference = table.difference(other, one).unwrap();
    assert!(difference.paired);
    assert!((difference.mean + 0.45).abs() < 1e-12);
    // −0.5 and −0.4: a deviation of 0.0707, over √2.
    assert!((difference.error.unwrap() - 0.05).abs() < 1e-12);
    let single = RunsTable::new(vec![
        autorec(20, 1.0, 1, Some(1.0)),
        autorec(50, 1.0, 2, Some(0.5)),
    ]);
    let groups = single.groups(&["hidden".to_owned()], "validation/rmse");
    let difference = single.difference(&groups[0], &groups[1]).unwrap();
    assert_eq!((difference.mean, difference.error), (0.5, None));
    assert!(!difference.paired);
}

#[test]
fn what_cannot_be_compared_is_said() {
    let of = |hash: &str, test: f64, seed: u64| {
        let parameters = json!({"data.test_fraction": test, "data.path": "/data/u1.base"});
        let mut row = row("autorec", "a", seed, parameters, json!({"test/rmse": 0.9}));
        row.summary.data.as_mut().unwrap().hash = hash.to_owned();
        Arc::new(row)
    };
    let measures = crate::systems::measures_of("autorec");
    let test = measures.of("test/rmse");
    let same = comparability(&[of("a", 0.1, 1), of("a", 0.1, 1)], &test);
    assert_eq!((same.groups.len(), same.sentence), (1, None));
    let seeds = comparability(&[of("a", 0.1, 1), of("a", 0.1, 2)], &test);
    assert_eq!(seeds.groups.len(), 1);
    assert!(
        seeds
            .sentence
            .unwrap()
            .contains("means over the same seeds")
    );
    let shares = [of("a", 0.1, 1), of("a", 0.2, 1), of("a", 0.1, 1)];
    let split = comparability(&shares, &test);
    assert_eq!(split.groups[0].rows, [0, 2]);
    assert_eq!(
        split.sentence.as_deref(),
        Some(
            "Not all runs can be compared: they differ in data.test_fraction: 0.1 (2 runs), 0.2 (1 run)."
        )
    );
    let files = comparability(&[of("a", 0.1, 1), of("b", 0.1, 1)], &test);
    assert_eq!(files.groups.len(), 2);
    assert!(
        files
            .sentence
            .unwrap()
            .contains("2 different files named u1.base")
    );
    let mut unread = (*of("a", 0.1, 1)).clone();
    unread.summary.data = None;
    let unread = comparability(&[Arc::new(unread), of("a", 0.1, 1)], &test);
    assert_eq!((unread.unread, unread.groups.len()), (vec![0], 1));
    assert!(comparability::split_keys_exist());
}

#[test]
fn columns_are_kept_as_texts() {
    for column in [
        Column::Name,
        Column::Tags,
        parameter("data.test_fraction"),
        measure("validation/rmse"),
        Column::Best("test/rmse".to_owned()),
    ] {
        let text = serde_json::to_string(&column).unwrap();
        assert_eq!(serde_json::from_str::<Column>(&text).unwrap(), column);
    }
    assert_eq!(parameter("hidden").to_string(), "parameter:hidden");
    assert!(serde_json::from_str::<Column>("\"colour\"").is_err());
}

#[test]
fn ten_thousand_runs_are_one_pass_and_no_pairs() {
    // What takes quadratic time (10⁸ steps for each column) would not end within this test's patience.
    let rows: Vec<Arc<Row>> = (0..10_000_u64)
        .map(|run| {
            let hidden = 10 + run % 50;
            autorec(hidden, (run % 20) as f64, run, Some((run % 997) as f64))
        })
        .collect();
    let table = RunsTable::new(rows);
    assert_eq!(table.varied().len(), 3);
    let order = table.sorted(&measure("validation/rmse"), false);
    assert!(order.windows(2).all(|pair| {
        let of = |row: usize| table.number(row, &measure("validation/rmse"));
        of(pair[0]) <= of(pair[1])
    }));
    let filter = Filter::parse_for("hidden>30 lambda<10 rmse<500", &table).unwrap();
    let expected = (0..10_000_u64)
        .filter(|run| 10 + run % 50 > 30 && run % 20 < 10 && run % 997 < 500)
        .count();
    assert_eq!(table.matching(&filter).len(), expected);
    let groups = table.groups(&table.settings(), "validation/rmse");
    assert_eq!(groups.len(), 100);
    assert_eq!(groups.iter().map(|group| group.n).sum::<usize>(), 10_000);
}

#[test]
fn importance_of_rows_is_said_in_a_sentence() {
    use crate::experiments::importance::{ImportanceError, importance};
    let mut rows = Vec::new();
    for hidden in [20, 50, 100] {
        for lambda in [1.0_f64, 10.0, 100.0, 1000.0] {
            for seed in [1, 2] {
                let rmse = 0.9 + 0.1 * lambda.log10() + 0.001 * hidden as f64;
                rows.push(autorec(hidden, lambda, seed, Some(rmse)));
            }
        }
    }
    let table = RunsTable::new(rows);
    let found = importance(table.rows(), table.varied(), "validation/rmse").unwrap();
    let keys: Vec<&str> = found.shares.iter().map(|own| own.key.as_str()).collect();
    assert_eq!(keys, ["regularization", "hidden"]);
    assert!(
        found.sentence.starts_with("λ matters most (0."),
        "{}",
        found.sentence
    );
    assert!(
        found
            .sentence
            .contains("hidden changes RMSE by at most 0.0")
    );
    assert_eq!(found.runs, 24);
    let few = importance(&table.rows()[..5], table.varied(), "validation/rmse");
    let need = 8;
    assert_eq!(few, Err(ImportanceError::FewRuns { have: 5, need }));
    let none = importance(table.rows(), table.varied(), "test/rmse");
    assert!(
        none.unwrap_err()
            .to_string()
            .starts_with("0 runs have what is measured")
    );
}

#[test]
fn a_row_is_read_complete_and_what_is_wrong_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path();
    let write = |id: &str, system: &str, config: &str| {
        let path = runs.join(id);
        std::fs::create_dir(&path).unwrap();
        let mut summary = row(system, id, 7, json!({}), json!({})).summary;
        summary.id = crate::runs::RunId::from(id.to_owned());
        let text = serde_json::to_string(&summary).unwrap();
        std::fs::write(path.join("run.json"), text).unwrap();
        std::fs::write(path.join("config.toml"), config).unwrap();
        std::fs::write(path.join("events.jsonl"), "").unwrap();
    };
    let data = "seed = 7\n[data]\npath = \"/r.csv\"\ntest_fraction = 0.1\n";
    write(
        "2026-01-01_00-00-01_autorec_0001",
        "autorec",
        &format!("system = \"autorec\"\n{data}[autorec]\nhidden = 20\nnewer = 1\n"),
    );
    write(
        "2026-01-01_00-00-02_mystery_0002",
        "mystery",
        &format!("system = \"mystery\"\n{data}[mystery]\ndepth = 4\nrate = \"none\"\n"),
    );
    write(
        "2026-01-01_00-00-03_autorec_0003",
        "autorec",
        "system = = 1",
    );
    let listed = crate::runs::list(runs).unwrap();
    let rows: Vec<Row> = listed
        .iter()
        .rev()
        .map(|own| Row::read(own).unwrap())
        .collect();
    let [known, unknown, damaged] = rows.as_slice() else {
        panic!("three rows");
    };
    let parameters = crate::systems::get("autorec").unwrap().parameters();
    for spec in parameters {
        assert!(known.parameters.contains_key(&spec.key), "{}", spec.key);
    }
    assert_eq!(known.parameters["hidden"], json!([20]));
    assert_eq!(known.parameters["data.test_fraction"], json!(0.1));
    assert_eq!(
        known.value("data.leave_out"),
        Some(&serde_json::Value::Null)
    );
    assert_eq!(known.parameters["seed"], json!(7));
    assert!(
        known
            .problem
            .as_deref()
            .unwrap()
            .contains("does not know newer")
    );
    assert_eq!(unknown.parameters["depth"], json!(4));
    assert_eq!(unknown.parameters["rate"], serde_json::Value::Null);
    assert_eq!(unknown.problem, None);
    assert_eq!(damaged.parameters.len(), 1, "the seed, of run.json");
    assert!(damaged.problem.as_deref().unwrap().contains("config.toml"));
}
