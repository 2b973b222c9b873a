//! A sweep on a cluster in the window: what failed, why, the end of its log, and how to go on with it.
#![cfg(unix)]

use std::fs;

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
