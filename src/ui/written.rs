//! Content of a file that is made while it is written: away from the window's thread, and never whole in memory.

use std::io::Write;
use std::sync::Arc;

type Make = dyn Fn(&mut dyn Write) -> Result<(), String> + Send + Sync;

/// Content that is made while it is written. Cheap to clone.
#[derive(Clone)]
pub struct Written(Arc<Make>);

impl Written {
    /// `make` writes the content; it says what went wrong in a sentence.
    pub fn new(
        make: impl Fn(&mut dyn Write) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(make))
    }

    /// Makes it.
    ///
    /// # Errors
    /// If it cannot be made or written.
    pub fn write(&self, to: &mut dyn Write) -> Result<(), String> {
        (self.0)(to)
    }
}

impl std::fmt::Debug for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Written(…)")
    }
}
