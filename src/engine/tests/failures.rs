use super::random_walk::reference;
use super::*;

#[test]
fn a_panic_in_a_trainer_fails_its_run_with_its_message_and_nothing_else() {
    let lab = Lab::new();
    let id = lab.start(&json!({"steps": 30, "panic_at": 12}));
    let message = lab.wait_for_end(&id, Status::Failed).unwrap();
    assert!(message.contains("weights of step 12 lost"), "{message}");
    let summary = lab.run(&id).summary().unwrap();
    assert_eq!(summary.status, Status::Failed);
    assert_eq!(summary.message.as_deref(), Some(message.as_str()));

    let next = lab.start(&json!({"steps": 5}));
    lab.wait_for_end(&next, Status::Finished);
}

#[test]
fn an_error_of_a_trainer_fails_its_run_with_its_message() {
    let lab = Lab::new();
    let id = lab.start(&json!({"steps": 30, "fail_at": 9}));
    let message = lab.wait_for_end(&id, Status::Failed).unwrap();
    assert!(message.contains("lower the learning rate"), "{message}");
    let state = lab.state(&id);
    assert_eq!(state.status, Some(Status::Failed));
    assert_eq!(state.series["train/rmse"].len(), 8);
}

/// Puts a file where the run's folder is: from then on nothing can be written there, by anyone, root included.
fn break_folder(folder: &RunFolder) -> PathBuf {
    let aside = folder.path().with_extension("aside");
    std::fs::rename(folder.path(), &aside).unwrap();
    std::fs::write(folder.path(), "in the way").unwrap();
    aside
}

#[test]
fn a_run_that_cannot_be_written_waits_with_its_state_and_goes_on_elsewhere() {
    let lab = Lab::new();
    let parameters = json!({"steps": 80});
    let id = lab.start(&parameters);
    lab.wait_for_step(&id, 10);
    let aside = break_folder(&lab.run(&id));
    let message = lab.wait_for_status(&id, Status::Paused).unwrap();
    assert!(
        message.contains("cannot write") && message.contains("move the run to another folder"),
        "{message}"
    );

    // A second wrong place changes nothing.
    let file = lab.folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    lab.send(&id, Command::MoveTo(file));
    lab.wait_for(
        &id,
        |event| matches!(event, Event::Log { message, .. } if message.starts_with("not moved")),
    );
    assert!(lab.engine.is_active(&id));

    let elsewhere = lab.folder.path().join("elsewhere");
    lab.send(&id, Command::MoveTo(elsewhere.clone()));
    lab.wait_for_end(&id, Status::Finished);
    let folder = lab.run(&id);
    assert!(folder.path().starts_with(&elsewhere));
    assert_eq!(
        lab.weights(&id),
        reference(&walk_config(&parameters), 7, &[])
    );
    // The events of before the move are there too: read through the file that was still open.
    let state = lab.state(&id);
    let steps: Vec<u64> = (1..=80).collect();
    assert_eq!(state.series["train/rmse"].steps, steps);
    assert_eq!(folder.summary().unwrap().status, Status::Finished);
    assert!(aside.is_dir());
}

#[test]
fn a_run_that_cannot_be_written_goes_on_in_place_once_it_can() {
    let lab = Lab::new();
    let parameters = json!({"steps": 80});
    let id = lab.start(&parameters);
    lab.wait_for_step(&id, 10);
    let folder = lab.run(&id);
    let aside = break_folder(&folder);
    lab.wait_for_status(&id, Status::Paused);
    // Trying again without a change reports again.
    lab.send(&id, Command::Resume);
    lab.wait_for_status(&id, Status::Paused);

    std::fs::remove_file(folder.path()).unwrap();
    std::fs::rename(&aside, folder.path()).unwrap();
    lab.send(&id, Command::Resume);
    lab.wait_for_end(&id, Status::Finished);
    assert_eq!(
        lab.weights(&id),
        reference(&walk_config(&parameters), 7, &[])
    );
    assert_eq!(lab.state(&id).series["train/rmse"].len(), 80);
}

#[test]
fn one_resume_is_enough_for_a_run_that_was_paused_while_it_could_not_be_written() {
    let lab = Lab::new();
    let parameters = json!({"steps": 80});
    let id = lab.start(&parameters);
    lab.wait_for_step(&id, 10);
    let folder = lab.run(&id);
    let aside = break_folder(&folder);
    lab.wait_for_status(&id, Status::Paused);
    lab.send(&id, Command::Pause);
    std::fs::remove_file(folder.path()).unwrap();
    std::fs::rename(&aside, folder.path()).unwrap();
    lab.send(&id, Command::Resume);
    lab.wait_for_end(&id, Status::Finished);
    let expected = reference(&walk_config(&parameters), 7, &[]);
    assert_eq!(lab.weights(&id), expected);
}

#[test]
fn a_run_that_was_paused_and_could_not_be_written_goes_on_after_one_resume() {
    let lab = Lab::new();
    let parameters = json!({"steps": 80, "millis": 5});
    let id = lab.start(&parameters);
    lab.wait_for_step(&id, 10);
    lab.send(&id, Command::Pause);
    let folder = lab.run(&id);
    let aside = break_folder(&folder);
    // In whichever order it notices.
    lab.wait_for_status(&id, Status::Paused);
    std::fs::remove_file(folder.path()).unwrap();
    std::fs::rename(&aside, folder.path()).unwrap();
    lab.send(&id, Command::Resume);
    lab.wait_for_end(&id, Status::Finished);
    let expected = reference(&walk_config(&parameters), 7, &[]);
    assert_eq!(lab.weights(&id), expected);
}

#[test]
fn a_run_that_cannot_be_written_can_be_given_up() {
    let lab = Lab::new();
    let id = lab.start(&json!({"steps": 10_000}));
    lab.wait_for_step(&id, 10);
    break_folder(&lab.run(&id));
    lab.wait_for_status(&id, Status::Paused);
    lab.send(&id, Command::Stop);
    let message = lab.wait_for_end(&id, Status::Stopped).unwrap();
    assert!(
        message.contains("without saving the newest state"),
        "{message}"
    );
}

#[test]
fn a_runs_folder_that_cannot_be_written_is_an_error_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path().join("runs");
    std::fs::write(&runs, "a file").unwrap();
    let error = engine(&runs).start(request(&json!({}))).unwrap_err();
    assert!(error.to_string().contains("runs"), "{error}");
}

#[test]
fn missing_data_fails_the_run_and_names_the_file() {
    let lab = Lab::new();
    let id = lab
        .engine
        .start(RunRequest {
            data: None,
            base: lab.folder.path().to_owned(),
            ..request(&json!({}))
        })
        .unwrap();
    let message = lab.wait_for_end(&id, Status::Failed).unwrap();
    assert!(message.contains("ratings.csv"), "{message}");
}

/// A file system of half a megabyte, where this user may mount one.
#[cfg(target_os = "linux")]
struct SmallDisk(TempDir);

#[cfg(target_os = "linux")]
impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=512k", "tmpfs"])
            .arg(folder.path())
            .output();
        let is_mounted = mounted.is_ok_and(|output| output.status.success());
        is_mounted.then_some(Self(folder))
    }

    /// Leaves no byte free; removing the file makes room again.
    fn fill(&self) -> PathBuf {
        use std::io::Write;
        let path = self.0.path().join("filler");
        let mut file = std::fs::File::create(&path).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        path
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount")
            .arg("--lazy")
            .arg(self.0.path())
            .output();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_pauses_the_run_and_loses_nothing() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("skipped: this user may not mount a small file system");
        return;
    };
    let engine = engine(&disk.0.path().join("runs"));
    let lab = Lab {
        folder: tempfile::tempdir().unwrap(),
        engine,
    };
    let parameters = json!({"steps": 120});
    let stays = lab.start(&parameters);
    lab.wait_for_step(&stays, 10);
    let filler = disk.fill();
    let message = lab.wait_for_status(&stays, Status::Paused).unwrap();
    assert!(message.contains("No space left"), "{message}");
    // A list shows it as what it is, although run.json could not be written anew.
    assert!(lab.run(&stays).summary().unwrap().status.is_active());
    std::fs::remove_file(&filler).unwrap();
    lab.send(&stays, Command::Resume);
    lab.wait_for_end(&stays, Status::Finished);

    let moves = lab.start(&parameters);
    lab.wait_for_step(&moves, 10);
    disk.fill();
    lab.wait_for_status(&moves, Status::Paused);
    let elsewhere = lab.folder.path().join("elsewhere");
    lab.send(&moves, Command::MoveTo(elsewhere));
    lab.wait_for_end(&moves, Status::Finished);

    let expected = reference(&walk_config(&parameters), 7, &[]);
    for id in [&stays, &moves] {
        assert_eq!(lab.weights(id), expected);
        let steps: Vec<u64> = (1..=120).collect();
        assert_eq!(lab.state(id).series["train/rmse"].steps, steps);
    }
}
