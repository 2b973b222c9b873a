//! Output of commands: results on stdout, everything else on stderr. Names from files go to a terminal, so whatever would move its cursor is
//! shown and not done.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};

/// Stdout, without a panic when its reader has seen enough (`atelier list | head`).
pub(crate) struct Output {
    stdout: io::Stdout,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self {
            stdout: io::stdout(),
        }
    }

    /// Writes text of any origin; its line breaks are the program's own.
    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self, "{}", visible(text))
    }
}

/// What is written as it is: rows for other programs, whose cells nobody may change.
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.stdout.write(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(bytes.len()),
            other => other,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.stdout.flush() {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}

/// A line on stderr, made as `format!` does.
macro_rules! say {
    ($($format:tt)*) => {
        $crate::cli::output::write_line(&format!($($format)*))
    };
}
pub(crate) use say;

/// Writes text of any origin to stderr; its line breaks are the program's own. Nobody is left to tell if that is closed.
pub(crate) fn write_line(text: &str) {
    let _ = writeln!(io::stderr(), "{}", visible(text));
}

/// Text whose line breaks stay, with everything else that a terminal would obey escaped.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, |letter| letter != '\n' && is_obeyed(letter))
}

/// A name: one line, with everything that a terminal would obey escaped.
pub(crate) fn visible_name(name: &str) -> Cow<'_, str> {
    escaped(name, is_obeyed)
}

fn escaped(text: &str, is_hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if is_hidden(letter) {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

/// Controls (escape sequences begin with one), line separators, and marks that turn the direction of the text around them.
fn is_obeyed(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_shown_escape_sequences_and_not_given_them() {
        let name = "red \x1b[31m\u{9b}2J\nrun\t\u{202e}fdp";
        assert_eq!(
            visible_name(name),
            "red \\u{1b}[31m\\u{9b}2J\\nrun\\t\\u{202e}fdp"
        );
        assert_eq!(visible("one\ntwo\r"), "one\ntwo\\r");
        assert!(matches!(visible_name("Amélie – 東京"), Cow::Borrowed(_)));
    }
}
