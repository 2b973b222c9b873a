//! A sweep on a cluster in the window: what failed, why, the end of its log, and how to go on with it.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use atelier::experiments::slurm::{self, Order};
use atelier::experiments::sweep::{SweepConfig, SweepStatus};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::slurm::Cluster;
use crate::window::Window;

fn click(window: &mut Window, label: &str) {
    window.harness.get_by_label(label).click();
    window.settle();
}

fn says(window: &Window, text: &str) -> bool {
    window.harness.query_all_by_label_contains(text).count() > 0
}

#[test]
fn what_failed_on_a_cluster_says_why_and_is_submitted_again_from_there() {
    let cluster = Cluster::new();
    let sweep = cluster.submitted(&["--mem=4G", "--time=10"]);
    // Nobody asks that cluster here: the tasks are as their logs say.
    for (task, text) in [
        (0, "[atelier] task 0 ended with exit code 0\n"),
        (
            1,
            "error: ratings.csv: the file is not there\n[atelier] task 1 ended with exit code 2\n",
        ),
        (
            2,
            "slurmstepd: error: *** JOB 103 ON node2 CANCELLED AT 2026-11-30T10:00:00 DUE TO TIME LIMIT ***\n",
        ),
        (
            3,
            "slurmstepd: error: *** JOB 104 ON node2 CANCELLED AT 2026-11-30T10:00:00 ***\n",
        ),
    ] {
        fs::write(sweep.join(format!("slurm/log/101_{task}.log")), text).unwrap();
    }
    let runs = cluster.place.path("runs");
    let mut window = Window::with_runs_folder(|_| runs);
    window.wait_until("what the cluster has of it", |window| {
        let sweeps = window.harness.state().sweeps();
        sweeps.first().is_some_and(|own| own.cluster.is_some())
    });
    window.settle();
    window
        .harness
        .get_by_label_contains("Sweep hidden × λ")
        .click();
    window.settle();
    assert!(says(&window, "On the cluster"));
    assert!(says(&window, "1 finished · 2 failed · 1 canceled"));
    assert!(says(&window, "Its config or data do not hold there"));
    // In the words of the window.
    assert!(says(
        &window,
        "with a longer “Time limit” if that happens often"
    ));
    assert!(!says(&window, "--resubmit"));
    // The end of the log is there once it is asked for.
    assert!(!says(&window, "ratings.csv: the file is not there"));
    click(&mut window, "Task 101_1, h2 λ10, failed");
    assert!(says(&window, "ratings.csv: the file is not there"));
    click(&mut window, "Submit again…");
    window.wait_until("what was asked for last time", |window| {
        says(window, "No finished run is repeated")
    });
    window.settle();
    let value = |window: &Window, name: &str| window.harness.get_by_label(name).value();
    assert_eq!(value(&window, "Memory").as_deref(), Some("4G"));
    assert_eq!(value(&window, "Time limit").as_deref(), Some("10"));
    click(&mut window, "Cancel");
    assert!(!says(&window, "No finished run is repeated"));
}

#[test]
fn the_script_is_shown_with_as_many_tasks_as_are_submitted() {
    let cluster = Cluster::new();
    let path = cluster.place.path("sweep.toml");
    let config = SweepConfig::parse(&fs::read_to_string(&path).unwrap(), &path).unwrap();
    let order = Order {
        program: "atelier".to_owned(),
        ..Order::default()
    };
    let script = slurm::preview(Path::new("/runs"), &config, &order).unwrap();
    // Four settings; the result is trained by the task that ends last.
    assert!(script.contains("#SBATCH --array=0-3\n"), "{script}");
}

/// Set for a process in which Slurm's programs are the stand-ins of a cluster.
const OWN_PROCESS: &str = "STORY_WITH_A_CLUSTER";

#[test]
fn a_sweep_is_submitted_canceled_and_finished_on_a_cluster() {
    const STORY: &str = "cluster_window::a_sweep_is_submitted_canceled_and_finished_on_a_cluster";
    if let Some(place) = std::env::var_os(OWN_PROCESS) {
        return submitted_canceled_finished(Path::new(&place));
    }
    // What is in PATH is so for all threads: it has a process of its own.
    let cluster = Cluster::new();
    let mut story = Command::new(std::env::current_exe().unwrap());
    story.args([STORY, "--exact", "--nocapture"]);
    cluster.surround(&mut story);
    let told = story
        .env(OWN_PROCESS, cluster.place.path("."))
        .env("HOME", cluster.place.path("."))
        .output()
        .unwrap();
    let (out, log) = (
        String::from_utf8_lossy(&told.stdout),
        String::from_utf8_lossy(&told.stderr),
    );
    assert!(told.status.success(), "{out}\n{log}");
    assert!(out.contains("1 passed"), "{out}");
}

fn submitted_canceled_finished(place: &Path) {
    let note = |name: &str, text: &str| fs::write(place.join("cluster").join(name), text).unwrap();
    let noted = |name: &str| fs::read_to_string(place.join("cluster").join(name)).unwrap();
    let tasks = |job: u32, state: &str| {
        let line = |task: u32| format!("{job}|{task}|{state}|None|node1\n");
        (0..4).map(line).collect::<String>()
    };
    let button = |window: &mut Window, name: &str| {
        window
            .harness
            .get_by_role_and_label(Role::Button, name)
            .click();
        window.settle();
    };
    let runs = place.join("runs");
    let mut window = Window::with_runs_folder(|_| runs);
    window
        .harness
        .state_mut()
        .open_path(place.join("sweep.toml"));
    window.wait_until("the question in the form", |window| {
        says(window, "Start 4 runs")
    });
    window.settle();
    window
        .harness
        .get_by_role_and_label(Role::ComboBox, "Where")
        .click();
    window.settle();
    click(&mut window, "Cluster…");
    window.harness.get_by_label_contains("Start 4 runs").click();
    window.wait_until("what a cluster needs to know", |window| {
        says(window, "Submit to Slurm")
    });
    window.settle();
    // A wrong value is told by the name of its field, before anything is submitted.
    let memory = |window: &mut Window, text: &str| {
        window
            .harness
            .get_by_role_and_label(Role::TextInput, "Memory")
            .click();
        window.settle();
        window
            .harness
            .key_combination_modifiers(Modifiers::COMMAND, &[Key::A]);
        window
            .harness
            .get_by_role_and_label(Role::TextInput, "Memory")
            .type_text(text);
        window.settle();
    };
    memory(&mut window, "8GB");
    assert!(says(
        &window,
        "“Memory”: must be megabytes (4000) or have a unit (8G)"
    ));
    memory(&mut window, "8G");
    assert!(!says(&window, "must be megabytes"));
    note(
        "queue",
        "101|0|RUNNING|None|node1\n101|1|PENDING|Resources|\n101|2|PENDING|Resources|\n101|3|PENDING|JobArrayTaskLimit|\n",
    );
    button(&mut window, "Submit");
    // It comes to the front by itself.
    window.wait_until("the tasks", |window| {
        says(window, "On the cluster") && says(window, "1 running · 3 queued")
    });
    assert!(says(&window, "4 runs in 4 tasks are queued as job 101"));
    assert!(says(
        &window,
        "Waits for another task, as “Tasks at once” says"
    ));
    assert!(noted("101.sh").contains("#SBATCH --mem=8G"));
    assert!(noted("101.sh").contains("#SBATCH --array=0-3\n"));

    note("canceled", &tasks(101, "CANCELLED"));
    button(&mut window, "Cancel");
    window.wait_until("that it is canceled", |window| says(window, "4 canceled"));
    assert!(noted("scancel.calls").contains("101"));
    assert!(says(
        &window,
        "It was canceled; “Submit again” goes on with it"
    ));

    // The cluster trains all of it before it answers.
    let sweep = window.harness.state().sweeps()[0].state.path.clone();
    note(
        "at_once",
        &format!(
            "cd {:?} || exit\nfor task in 0 1 2 3; do\n  SLURM_ARRAY_JOB_ID=$1 SLURM_ARRAY_TASK_ID=$task {:?} sweep-task {:?} --submission 2 --task $task --device cpu || exit\n\
             done\nprintf '{}' >\"$CLUSTER/queue\"\n",
            place,
            env!("CARGO_BIN_EXE_atelier"),
            sweep,
            tasks(102, "COMPLETED").replace('\n', "\\n")
        ),
    );
    button(&mut window, "Submit again…");
    window.wait_until("what was asked for last time", |window| {
        says(window, "No finished run is repeated")
    });
    window.settle();
    button(&mut window, "Submit");
    window.wait_until("the result", |window| {
        let own = &window.harness.state().sweeps()[0];
        own.state.status == SweepStatus::Finished && says(window, "4 finished")
    });
    assert!(says(
        &window,
        "trained on all training data and measured once"
    ));
    assert!(says(&window, "4 of 4"));
    // Nothing is left to submit or to cancel.
    for gone in ["Submit again…", "Cancel"] {
        let found = window.harness.query_by_role_and_label(Role::Button, gone);
        assert!(found.is_none(), "{gone}");
    }
}
