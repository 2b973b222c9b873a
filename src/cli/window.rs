//! `atelier` without a command.

use super::args::{Cli, DemoArgs};
use super::failure::{Failure, Outcome};
use super::output::{Output, say};
use super::{demo, interrupt, runs_dir};
use crate::ui::{self, WindowOptions};

/// Opens the window; where that is impossible, says so and runs the demo.
pub(super) fn run(cli: &Cli, out: &mut Output) -> Outcome {
    let reason = if has_display() {
        interrupt::watch();
        let opened = ui::open(WindowOptions {
            runs: runs_dir::resolve(&cli.runs),
            open: cli.open.clone(),
            interrupted: Some(interrupt::interrupted),
        });
        match opened {
            Ok(()) if interrupt::interrupted() => return Err(Failure::Stopped),
            Ok(()) => return Ok(()),
            Err(error) => error.to_string(),
        }
    } else {
        "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so there is no window"
            .to_owned()
    };
    say!("{reason}\nrunning `atelier demo` instead; `atelier --help` lists the commands\n");
    let args = DemoArgs {
        quick: cli.quick,
        runs: cli.runs.clone(),
    };
    demo::run(&args, out)
}

/// On Linux and the BSDs a display has a name in the environment; elsewhere there is one.
fn has_display() -> bool {
    let named = |variable| std::env::var_os(variable).is_some_and(|name| !name.is_empty());
    cfg!(any(target_os = "macos", target_os = "windows"))
        || named("DISPLAY")
        || named("WAYLAND_DISPLAY")
}
