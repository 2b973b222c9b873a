use super::random_walk::reference;
use super::*;
use crate::engine::EngineError;

fn rate(value: f64) -> Command {
    Command::Set {
        key: "learning_rate".to_owned(),
        value: json!(value),
    }
}

#[test]
fn a_paused_run_keeps_its_place_lets_another_train_and_goes_on() {
    let lab = Lab::new();
    let parameters = json!({"steps": 40});
    let first = lab.start(&parameters);
    lab.wait_for_step(&first, 5);
    lab.send(&first, Command::Pause);
    lab.wait_for_status(&first, Status::Paused);
    assert_eq!(lab.run(&first).summary().unwrap().status, Status::Paused);
    let at = lab.weights(&first).step;
    assert!((5..40).contains(&at));

    let second = lab.start(&json!({"steps": 5}));
    lab.wait_for_end(&second, Status::Finished);
    assert_eq!(lab.weights(&first).step, at);

    lab.send(&first, rate(0.25));
    lab.send(&first, Command::Resume);
    lab.wait_for_end(&first, Status::Finished);
    let expected = reference(&walk_config(&parameters), 7, &[(at, 0.25)]);
    assert_eq!(lab.weights(&first), expected);
}

#[test]
fn runs_train_one_at_a_time_in_order_and_a_queued_one_can_be_stopped() {
    let lab = Lab::new();
    let first = lab.start(&json!({"steps": 30}));
    lab.wait_for_step(&first, 1);
    let second = lab.start(&json!({"steps": 5}));
    lab.wait_for_status(&second, Status::Queued);
    let third = lab.start(&json!({"steps": 5}));
    lab.send(&second, Command::Stop);
    lab.wait_for_end(&second, Status::Stopped);
    assert!(lab.engine.is_active(&first));
    lab.wait_for_end(&third, Status::Finished);
    assert_eq!(lab.run(&first).summary().unwrap().status, Status::Finished);
    assert_eq!(lab.weights(&third).step, 5);
    assert!(lab.run(&second).checkpoint().is_none());
}

#[test]
fn a_parameter_that_is_unknown_fixed_or_out_of_range_is_refused_with_a_reason() {
    let lab = Lab::new();
    let id = lab.start(&json!({"steps": 500}));
    let refused = |key: &str, value: Value| {
        let key = key.to_owned();
        match lab.engine.send(&id, Command::Set { key, value }) {
            Err(EngineError::Config(error)) => error.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert!(refused("steps", json!(3)).contains("cannot be changed during a run"));
    assert!(refused("learning_rat", json!(3)).contains("learning_rate"));
    assert!(refused("learning_rate", json!(11.0)).starts_with("learning_rate: "));
    assert!(refused("learning_rate", json!("fast")).starts_with("learning_rate: "));
    lab.send(&id, Command::Stop);
    lab.wait_for_end(&id, Status::Stopped);
    assert!(lab.state(&id).marks.is_empty());
    let gone = lab.engine.send(&id, Command::Pause).unwrap_err();
    assert!(matches!(gone, EngineError::NotActive(_)));
}

#[test]
fn values_that_do_not_fit_together_are_refused_by_the_run_and_leave_no_trace() {
    let lab = Lab::new();
    let parameters = json!({"steps": 9, "millis": 20});
    let id = lab.start(&parameters);
    lab.wait_for_step(&id, 1);
    lab.send(&id, rate(7.0));
    lab.wait_for(
        &id,
        |event| matches!(event, Event::Log { message, .. } if message.starts_with("not changed: learning_rate: must be at most 5")),
    );
    lab.wait_for_end(&id, Status::Finished);
    assert_eq!(
        lab.weights(&id),
        reference(&walk_config(&parameters), 7, &[])
    );
    assert!(lab.state(&id).marks.is_empty());
}

#[test]
fn a_config_that_does_not_hold_starts_nothing() {
    let lab = Lab::new();
    for parameters in [json!({"stepz": 3}), json!({"steps": 0})] {
        let error = lab.engine.start(request(&parameters)).unwrap_err();
        assert!(matches!(error, EngineError::Config(_)), "{error}");
    }
    assert!(!lab.engine.runs().exists());
}

#[test]
fn the_config_in_a_run_folder_repeats_the_run() {
    let lab = Lab::new();
    let id = lab.start(&json!({"steps": 12, "learning_rate": 0.3}));
    lab.wait_for_end(&id, Status::Finished);
    let folder = lab.run(&id);
    let text = folder.config_text().unwrap();
    let config = RunConfig::parse(&text, &folder.config_path()).unwrap();
    assert!(config.data.path().is_absolute());
    assert_eq!(config.parameters.len(), 5);
    let again = lab
        .engine
        .start(RunRequest {
            config,
            base: folder.path().to_owned(),
            ..request(&json!({}))
        })
        .unwrap();
    lab.wait_for_end(&again, Status::Finished);
    assert_eq!(lab.weights(&again), lab.weights(&id));
}

#[test]
fn a_run_can_be_renamed_while_it_runs_and_afterward() {
    let lab = Lab::new();
    let id = lab.start(&json!({"steps": 500}));
    lab.send(&id, Command::Rename("Slow".to_owned()));
    lab.send(&id, Command::Stop);
    lab.wait_for_end(&id, Status::Stopped);
    let folder = lab.run(&id);
    assert_eq!(folder.summary().unwrap().name, "Slow");
    crate::runs::rename(folder.path(), "Slower").unwrap();
    let listed = crate::runs::list(lab.engine.runs()).unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].summary.as_ref().unwrap().name, "Slower");
}

#[test]
fn closing_saves_what_there_is_although_nobody_drains_the_events() {
    let lab = Lab::new();
    let id = lab.start(&json!({"steps": 1_000_000, "millis": 0}));
    let end = Instant::now() + PATIENCE;
    while lab.engine.events().len() < 4096 {
        assert!(Instant::now() < end, "the channel did not fill");
        std::thread::sleep(Duration::from_millis(1));
    }
    lab.engine.shutdown();
    let path = lab.engine.runs().join(id.as_str());
    let folder = RunFolder::open(&path).unwrap();
    let summary = folder.summary().unwrap();
    assert_eq!(summary.status, Status::Stopped);
    assert_eq!(saved(&folder.checkpoint().unwrap()).step, summary.step);
    assert!(matches!(
        lab.engine.start(request(&json!({}))),
        Err(EngineError::Closing)
    ));
}

#[test]
fn an_export_holds_the_config_every_scalar_the_results_and_the_weights() {
    let lab = Lab::new();
    let id = lab.start(&json!({"steps": 10}));
    lab.wait_for_end(&id, Status::Finished);
    let to = lab.folder.path().join("results");
    crate::runs::export(&lab.run(&id), &to).unwrap();
    for name in [
        "config.toml",
        "run.json",
        "artifacts/weights.csv",
        "weights/weights.json",
    ] {
        assert!(to.join(name).is_file(), "{name}");
    }
    let metrics = std::fs::read_to_string(to.join("metrics.csv")).unwrap();
    let rows = |name: &str| {
        metrics
            .lines()
            .filter(|line| line.starts_with(name))
            .count()
    };
    assert_eq!((rows("train/rmse,"), rows("test/rmse,")), (10, 1));
}
