use super::random_walk::reference;
use super::*;

#[test]
fn a_stopped_and_resumed_run_ends_with_the_weights_and_curves_of_one_that_never_stopped() {
    let lab = Lab::new();
    let parameters = json!({"steps": 60});
    let whole = lab.start(&parameters);
    lab.wait_for_end(&whole, Status::Finished);

    let parts = lab.start(&parameters);
    for step in [10, 30] {
        lab.wait_for_step(&parts, step);
        lab.send(&parts, Command::Stop);
        lab.wait_for_end(&parts, Status::Stopped);
        assert!(lab.weights(&parts).step < 60);
        lab.resume(&parts);
    }
    lab.wait_for_end(&parts, Status::Finished);

    let expected = reference(&walk_config(&parameters), 7, &[]);
    assert_eq!(lab.weights(&whole), expected);
    assert_eq!(lab.weights(&parts), expected);
    let without_stops = |id| {
        let mut state = lab.state(id);
        // A stop measures the test set; the run that never stopped did so only at its end.
        let test = state.series.remove("test/rmse").unwrap();
        (curves(&state), test.last())
    };
    assert_eq!(without_stops(&parts), without_stops(&whole));
    let summary = lab.run(&parts).summary().unwrap();
    assert_eq!((summary.status, summary.step), (Status::Finished, 60));
    assert_eq!(summary.metrics["test/rmse"].last, expected.weights[2]);
    assert!(lab.run(&parts).artifact("weights.csv").is_file());
}

#[test]
fn a_run_whose_folder_of_results_was_lost_resumes_and_writes_it_anew() {
    let lab = Lab::new();
    let id = lab.start(&json!({"steps": 60}));
    lab.wait_for_step(&id, 10);
    lab.send(&id, Command::Stop);
    lab.wait_for_end(&id, Status::Stopped);
    std::fs::remove_dir_all(lab.run(&id).artifacts()).unwrap();
    lab.resume(&id);
    lab.wait_for_end(&id, Status::Finished);
    assert!(lab.run(&id).artifact("weights.csv").is_file());
}

#[test]
fn an_interrupted_run_goes_back_to_its_checkpoint_and_drops_what_came_after() {
    let lab = Lab::new();
    let parameters = json!({"steps": 40, "millis": 3});
    let id = lab.start(&parameters);
    lab.wait_for_step(&id, 15);
    // What a kill leaves: the folder as it is at some instant, without its lock and with half a line.
    let killed = lab.folder.path().join("elsewhere").join(id.as_str());
    crate::runs::copy_folder(lab.run(&id).path(), &killed).unwrap();
    let events = killed.join("events.jsonl");
    let mut text = std::fs::read_to_string(&events).unwrap();
    text.push_str("{\"event\":\"scalar\",\"name\":\"train/rm");
    std::fs::write(&events, text).unwrap();
    lab.wait_for_end(&id, Status::Finished);

    let folder = RunFolder::open(&killed).unwrap();
    assert_eq!(folder.summary().unwrap().status, Status::Interrupted);
    let replay = folder.replay().unwrap();
    assert_eq!(replay.bad_lines, 0);
    assert_eq!(replay.state.status, Some(Status::Interrupted));

    let resumed = lab
        .engine
        .resume_with(&killed, DeviceChoice::Cpu, Some(data()))
        .unwrap();
    lab.wait_for_end(&resumed, Status::Finished);
    assert_eq!(saved(&folder.checkpoint().unwrap()), lab.weights(&id));
    let replay = folder.replay().unwrap();
    assert_eq!(replay.bad_lines, 0);
    let whole = RunFolder::open(&lab.engine.runs().join(id.as_str())).unwrap();
    assert_eq!(
        curves(&replay.state),
        curves(&whole.replay().unwrap().state)
    );
}

#[test]
fn a_run_killed_before_its_first_checkpoint_starts_again() {
    let lab = Lab::new();
    let parameters = json!({"steps": 20});
    let id = lab.start(&parameters);
    lab.wait_for_end(&id, Status::Finished);
    let folder = lab.run(&id);
    std::fs::remove_dir_all(folder.checkpoint().unwrap()).unwrap();
    let text = std::fs::read_to_string(folder.path().join("run.json")).unwrap();
    std::fs::write(
        folder.path().join("run.json"),
        text.replace("\"finished\"", "\"running\""),
    )
    .unwrap();
    assert_eq!(folder.summary().unwrap().status, Status::Interrupted);
    lab.resume(&id);
    lab.wait_for_end(&id, Status::Finished);
    assert_eq!(
        lab.weights(&id),
        reference(&walk_config(&parameters), 7, &[])
    );
}

#[test]
fn a_changed_parameter_is_still_changed_after_stop_and_resume() {
    let lab = Lab::new();
    let parameters = json!({"steps": 60});
    let id = lab.start(&parameters);
    lab.wait_for_step(&id, 10);
    let value = json!(0.125);
    lab.send(
        &id,
        Command::Set {
            key: "learning_rate".to_owned(),
            value: value.clone(),
        },
    );
    let event = lab.wait_for(&id, |event| matches!(event, Event::Parameter { .. }));
    let Event::Parameter { step: changed, .. } = event else {
        unreachable!()
    };
    lab.send(&id, Command::Stop);
    lab.wait_for_end(&id, Status::Stopped);
    lab.resume(&id);
    lab.wait_for_end(&id, Status::Finished);

    let config = walk_config(&parameters);
    let expected = reference(&config, 7, &[(changed, 0.125)]);
    assert_eq!(lab.weights(&id), expected);
    assert_ne!(expected, reference(&config, 7, &[]));
    let state = lab.state(&id);
    assert_eq!(state.marks.len(), 1);
    assert_eq!(
        (&state.marks[0].value, state.marks[0].step),
        (&value, changed)
    );
}

#[test]
fn a_parameter_that_was_changed_after_the_last_checkpoint_is_set_once_on_resume() {
    let lab = Lab::new();
    let parameters = json!({"steps": 60, "millis": 1});
    let id = lab.start(&parameters);
    lab.wait_for_step(&id, 10);
    let set = |value: f64| Command::Set {
        key: "learning_rate".to_owned(),
        value: json!(value),
    };
    lab.send(&id, set(0.25));
    lab.wait_for(&id, |event| matches!(event, Event::Parameter { .. }));
    lab.send(&id, Command::Pause);
    lab.wait_for_status(&id, Status::Paused);
    let at = lab.weights(&id).step;
    // The checkpoint of the pause is of before this one.
    lab.send(&id, set(0.125));
    lab.wait_for(&id, |event| matches!(event, Event::Parameter { .. }));
    let killed = lab.folder.path().join("elsewhere").join(id.as_str());
    let info = crate::runs::CheckpointInfo::read(&lab.run(&id).checkpoint().unwrap()).unwrap();
    assert_eq!(info.parameters["learning_rate"], json!(0.25));
    // Those who predict from the weights go by what they were trained with last.
    let mut of_config = crate::systems::ConfigMap::new();
    of_config.insert("learning_rate".to_owned(), json!(0.5));
    let last = RunFolder::parameters_at(&lab.run(&id).checkpoint().unwrap(), of_config.clone());
    assert_eq!(last["learning_rate"], json!(0.25));
    let elsewhere = lab.folder.path().join("no checkpoint");
    assert_eq!(
        RunFolder::parameters_at(&elsewhere, of_config.clone()),
        of_config
    );
    while lab.run(&id).replay().unwrap().state.marks.len() < 2 {
        std::thread::sleep(Duration::from_millis(2));
    }
    crate::runs::copy_folder(lab.run(&id).path(), &killed).unwrap();
    let first = lab.state(&id).marks[0].step;
    lab.send(&id, Command::Stop);
    lab.wait_for_end(&id, Status::Stopped);

    let resumed = lab
        .engine
        .resume_with(&killed, DeviceChoice::Cpu, Some(data()))
        .unwrap();
    lab.wait_for_end(&resumed, Status::Finished);
    let changes = [(first, 0.25), (at, 0.125)];
    let expected = reference(&walk_config(&parameters), 7, &changes);
    let folder = RunFolder::open(&killed).unwrap();
    assert_eq!(saved(&folder.checkpoint().unwrap()), expected);
}

#[test]
fn a_run_killed_before_its_results_were_written_only_writes_them() {
    let lab = Lab::new();
    let id = lab.start(&json!({"steps": 20}));
    lab.wait_for_end(&id, Status::Finished);
    let folder = lab.run(&id);
    let before = lab.weights(&id);
    std::fs::remove_file(folder.artifact("weights.csv")).unwrap();
    let path = folder.path().join("run.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"finished\"", "\"running\"")).unwrap();
    lab.resume(&id);
    lab.wait_for_end(&id, Status::Finished);
    assert!(folder.artifact("weights.csv").is_file());
    assert_eq!(lab.weights(&id), before);
}

#[test]
fn a_run_that_is_running_or_finished_cannot_be_resumed() {
    let lab = Lab::new();
    let id = lab.start(&json!({"steps": 10_000}));
    lab.wait_for_step(&id, 1);
    let folder = lab.run(&id);
    assert!(folder.is_in_use());
    assert_eq!(folder.summary().unwrap().status, Status::Running);
    let refused = || {
        let error = lab.engine.resume(folder.path(), DeviceChoice::Cpu);
        error.unwrap_err().to_string()
    };
    assert!(refused().contains("in use"), "{}", refused());
    assert!(crate::runs::delete(folder.path()).is_err());
    lab.send(&id, Command::Stop);
    lab.wait_for_end(&id, Status::Stopped);

    crate::runs::delete(folder.path()).unwrap();
    assert!(crate::runs::list(lab.engine.runs()).unwrap().is_empty());
    let id = lab.start(&json!({"steps": 3}));
    lab.wait_for_end(&id, Status::Finished);
    let finished = lab.engine.resume(lab.run(&id).path(), DeviceChoice::Cpu);
    let message = finished.unwrap_err().to_string();
    assert!(message.contains("finished"), "{message}");
}

#[test]
fn data_that_changed_since_the_run_began_is_a_warning() {
    let lab = Lab::new();
    let id = lab.start(&json!({"steps": 500}));
    lab.wait_for_step(&id, 1);
    lab.send(&id, Command::Stop);
    lab.wait_for_end(&id, Status::Stopped);
    let mut changed = RatingsData::from_triplets(2, 2, &[(0, 0, 1.0)], &[]);
    changed.fingerprint.hash = "another".to_owned();
    let changed = Dataset::Ratings(Arc::new(changed));
    lab.engine
        .resume_with(lab.run(&id).path(), DeviceChoice::Cpu, Some(changed))
        .unwrap();
    lab.wait_for(&id, |event| {
        matches!(event, Event::Log { level: LogLevel::Warning, message, .. } if message.contains("has changed since"))
    });
    lab.send(&id, Command::Stop);
    lab.wait_for_end(&id, Status::Stopped);
    let summary = lab.run(&id).summary().unwrap();
    assert_eq!(summary.data.unwrap().hash, "another");
}

#[test]
fn a_checkpoint_that_is_asked_for_is_made_at_once_while_training_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let never = EngineOptions {
        parallel: 1,
        checkpoint_every: Duration::from_secs(86_400),
    };
    let engine = Engine::with_options(folder.path().join("runs"), never);
    let lab = Lab { folder, engine };
    let id = lab.start(&json!({"steps": 10_000}));
    lab.wait_for_step(&id, 5);
    assert!(lab.run(&id).checkpoint().is_none());
    lab.send(&id, Command::Checkpoint);
    let event = lab.wait_for(&id, |event| matches!(event, Event::Checkpoint { .. }));
    let Event::Checkpoint { step, .. } = event else {
        unreachable!()
    };
    assert_eq!(lab.weights(&id).step, step);
    lab.wait_for_step(&id, step + 1);
}
