//! A machine that gives too few threads: the program says so, and what to do.

#![cfg(target_os = "linux")]

use std::process::Command;

use crate::support::{Done, Place};

/// A user that nothing else runs as.
const NOBODY_ELSE: &str = "54321";

/// The program with at most so many threads of its user.
fn limited(place: &Place, threads: u32, is_root: bool) -> Command {
    let program = place.command(&[]);
    let mut command = Command::new("prlimit");
    command.arg(format!("--nproc={threads}"));
    if is_root {
        // No limit holds for root.
        command.args(["setpriv", "--reuid", NOBODY_ELSE, "--clear-groups"]);
    }
    command.arg(program.get_program());
    if let Some(folder) = program.get_current_dir() {
        command.current_dir(folder);
    }
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

#[test]
#[cfg_attr(
    not(has_limits),
    ignore = "needs prlimit and setpriv (util-linux), then touch build.rs"
)]
fn too_few_threads_are_an_error_with_a_remedy_and_no_panic() {
    use std::os::unix::fs::PermissionsExt as _;
    let id = Command::new("id").arg("-u").output().unwrap();
    let is_root = id.stdout.trim_ascii() == b"0";
    let place = Place::new(3);
    let everyone = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(place.path(""), everyone).unwrap();
    let mut asked = limited(&place, 1000, is_root);
    let asked = asked.arg("--version").output().unwrap();
    if is_root && !asked.status.success() {
        eprintln!("another user cannot start the program here, so nothing is tried");
        return;
    }
    // Who is not root has other threads already: more than one would not tell how many the program gets.
    let most = if is_root { 6 } else { 1 };
    for threads in 1..=most {
        let mut command = limited(&place, threads, is_root);
        command.args(["run", "config.toml", "--runs", "runs", "--device", "cpu"]);
        let done = Done::of(&command.output().unwrap());
        let said = &done.stderr;
        assert!(!said.contains("panicked"), "{threads}: {said}");
        if threads == 1 || done.code != Some(0) {
            assert_eq!(done.code, Some(1), "{threads}: {said}");
            assert!(said.contains("gives no more threads"), "{threads}: {said}");
            assert!(said.contains("close other programs"), "{threads}: {said}");
        }
    }
}
