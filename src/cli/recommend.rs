//! `atelier predict --ratings`, and `--top` for one user or for all.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use super::failure::{Failure, Outcome, ResultExt as _};
use super::interrupt;
use super::model::{Model, items_table};
use super::output::Output;
use super::plain_text;
use super::progress::Progress;
use crate::data::{Monitor, read_own_ratings};
use crate::engine::recommend::{RecommendError, Written, write_all, write_list};
use crate::record::saved_file::write_file;

const TICK: Duration = Duration::from_millis(50);
/// Lines of a person's file that are listed.
const MOST_LISTED: usize = 50;

/// What someone would like whose ratings are in a file.
pub(super) fn own(
    model: &Model,
    file: &Path,
    count: usize,
    to: Option<&Path>,
    out: &mut Output,
) -> Outcome {
    let data = model.data();
    let own = read_own_ratings(file, &data.items, data.scale).or_wrong()?;
    for notice in &own.notices {
        eprintln!("{}: {notice}", plain_text::path(file));
    }
    for one in own.unmatched.iter().take(MOST_LISTED) {
        eprintln!("not used: {}", one.describe(&data.items));
    }
    if own.unmatched.len() > MOST_LISTED {
        let more = own.unmatched.len() - MOST_LISTED;
        eprintln!("not used: {more} more lines");
    }
    if own.ratings.is_empty() {
        return Err(Failure::wrong(format!(
            "{}: none of its items is known to the run. Name them by the ids or the titles of the data that the run learned from",
            plain_text::path(file)
        )));
    }
    let predictor = model.predictor();
    let (Some(user), Some(method)) = (
        predictor.new_user(&own.ratings),
        predictor.new_user_method(),
    ) else {
        return Err(Failure::wrong(
            "this system cannot predict for someone who was not there in training",
        ));
    };
    for item in &user.left_out {
        eprintln!(
            "not used: {} has no training rating, so the model knows nothing of it",
            data.items.display(*item as usize)
        );
    }
    let used = own.ratings.len() - user.left_out.len();
    let all = own.ratings.len() + own.unmatched.len();
    eprintln!("from {used} of {all} ratings; {method}");
    let rated: Vec<u32> = own.ratings.iter().map(|(item, _)| *item).collect();
    list(model, &user.top(&rated, count), to, out)
}

/// Shows a list of items, or writes it to a file.
pub(super) fn list(
    model: &Model,
    list: &[(usize, f32)],
    to: Option<&Path>,
    out: &mut Output,
) -> Outcome {
    let items = &model.data().items;
    let Some(path) = to else {
        items_table(items, list, "prediction").write(out)?;
        return Ok(());
    };
    write_file(path, |file| write_list(items, list, file))
        .map_err(|error| cannot_write(path, &error))?;
    out.line(&plain_text::path(path))?;
    Ok(())
}

/// What every user would like, as one table.
pub(super) fn all(model: &Model, count: usize, to: Option<&Path>, out: &mut Output) -> Outcome {
    let Some(path) = to else {
        let written = watched(|monitor| {
            let stdout = std::io::BufWriter::new(std::io::stdout());
            write_all(model.data(), model.predictor(), count, stdout, monitor)
        });
        return match written {
            // Whoever reads it has seen enough.
            Err(RecommendError::Write(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                Ok(())
            }
            written => conclude(written, Path::new("the output")),
        };
    };
    let written = watched(|monitor| {
        write_file(path, |file: &mut dyn Write| {
            write_all(model.data(), model.predictor(), count, file, monitor)
        })
    });
    conclude(written, path)?;
    out.line(&plain_text::path(path))?;
    Ok(())
}

/// Works on a thread of its own, with a bar; Ctrl-C cancels.
fn watched(
    work: impl FnOnce(&Monitor) -> Result<Written, RecommendError> + Send,
) -> Result<Written, RecommendError> {
    let monitor = Monitor::default();
    let mut progress = Progress::new(false);
    let written = std::thread::scope(|scope| {
        let worker = std::thread::Builder::new()
            .name("recommend".to_owned())
            .spawn_scoped(scope, || work(&monitor))?;
        while !worker.is_finished() {
            std::thread::sleep(TICK);
            progress.share("recommending", monitor.fraction().unwrap_or(0.0));
            if interrupt::interrupted() {
                monitor.cancel();
            }
        }
        worker.join().unwrap_or_else(|_| {
            let message = "predicting failed unexpectedly; please report this";
            Err(RecommendError::Write(std::io::Error::other(message)))
        })
    });
    progress.finish();
    written
}

fn conclude(written: Result<Written, RecommendError>, path: &Path) -> Outcome {
    match written {
        Ok(written) => {
            if written.left_out > 0 {
                eprintln!(
                    "{} users have no training rating: nothing is known of them, so they have no list",
                    written.left_out
                );
            }
            eprintln!("{} users", written.users);
            Ok(())
        }
        Err(RecommendError::Canceled) => {
            eprintln!(
                "canceled; nothing was written to {}",
                plain_text::path(path)
            );
            Err(Failure::Stopped)
        }
        Err(RecommendError::Write(error)) => Err(cannot_write(path, &error)),
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(format!("cannot write {}: {error}", plain_text::path(path)))
}
