//! A task says every half minute that it lives, for tasks on machines where Slurm cannot be asked.

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::{fs, io};

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};

use crate::experiments::slurm::{BEAT, Worker};

/// Says that a worker lives, for as long as this does.
pub(super) struct SignOfLife {
    path: PathBuf,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl SignOfLife {
    /// Begins.
    ///
    /// # Errors
    /// If there is no thread for it. A disk that is full is no reason: whoever trains there says so.
    pub(super) fn start(worker: &Worker, sweep: &Path) -> io::Result<Self> {
        let path = worker.sign_of_life(sweep);
        let (stop, stopped) = bounded(1);
        let own = path.clone();
        let say = move || {
            if let Err(error) = fs::create_dir_all(own.parent().unwrap_or(&own))
                .and_then(|()| fs::write(&own, jiff::Timestamp::now().to_string()))
            {
                tracing::debug!("{}: {error}", own.display());
            }
        };
        say();
        let thread = std::thread::Builder::new()
            .name("sign of life".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                    say();
                }
            })?;
        Ok(Self {
            path,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for SignOfLife {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It does nothing that fails.
            let _ = thread.join();
        }
        // Left behind, it counts for three more minutes.
        let _ = fs::remove_file(&self.path);
    }
}
