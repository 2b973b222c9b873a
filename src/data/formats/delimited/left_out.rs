//! Lines that are left out, and how they are counted.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::data::formats::dialect::Dialect;
use crate::data::formats::footer::is_rule;
use crate::data::load::counted;

/// Lines that were left out with reason, counted by all threads.
#[derive(Debug, Default)]
pub(crate) struct LeftOut {
    comments: AtomicUsize,
    headers: AtomicUsize,
    pub(super) missing: AtomicUsize,
    empty: AtomicUsize,
}

impl LeftOut {
    /// True if a line that cannot be read is blank, a comment, or the header come again.
    #[cold]
    pub(crate) fn take(
        &self,
        line: &[u8],
        dialect: &Dialect,
        header: Option<&[u8]>,
        columns: usize,
    ) -> bool {
        if line.trim_ascii().is_empty() {
            return true;
        }
        let fields = dialect.cut.fields(line);
        let counter = if fields.iter().all(|field| field.is_empty()) {
            &self.empty
        } else if is_rule(line) {
            return true;
        } else if dialect.is_comment(line)
            && (dialect.comment_is_given() || fields.len() != columns)
        {
            &self.comments
        } else if header.is_some_and(|header| header.trim_ascii() == line.trim_ascii()) {
            &self.headers
        } else {
            return false;
        };
        counter.fetch_add(1, Ordering::Relaxed);
        true
    }

    pub(super) fn missing(&self) {
        self.missing.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn notices(&self, what: &str) -> Vec<String> {
        let many = format!("lines whose {what} is missing were left out");
        [
            (
                &self.comments,
                "line of comment within the table was left out",
                "lines of comment within the table were left out",
            ),
            (
                &self.headers,
                "line within the table repeats the header and was left out",
                "lines within the table repeat the header and were left out",
            ),
            (
                &self.empty,
                "line of delimiters alone was left out",
                "lines of delimiters alone were left out",
            ),
            (
                &self.missing,
                &many
                    .replace("lines whose", "line whose")
                    .replace("were", "was"),
                &many,
            ),
        ]
        .into_iter()
        .map(|(counter, one, many)| (counter.load(Ordering::Relaxed), one, many))
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect()
    }
}
