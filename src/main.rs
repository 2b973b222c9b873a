//! The command line; with no command it opens the window.

fn main() {}
