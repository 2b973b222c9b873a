//! The command line; with no command it opens the window.

use std::process::ExitCode;

fn main() -> ExitCode {
    atelier::cli::main()
}
