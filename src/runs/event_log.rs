//! `events.jsonl`: one event a line, appended by the run's thread, replayed by whoever looks.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::Deserialize;

use super::RunState;
use crate::record::{Event, files, float};

/// A longer line is no event of ours: it is skipped and never held in memory.
const MAX_LINE: usize = 1 << 20;

/// Appends events. What could not be written stays in memory and is tried again with the next flush.
#[derive(Debug)]
pub(crate) struct EventLog {
    file: File,
    /// Bytes known to be in the file; what lies behind is the rest of a failed write.
    written: u64,
    pending: Vec<u8>,
}

impl EventLog {
    /// Opens the log, made if absent. A torn last line is cut off.
    ///
    /// # Errors
    /// If the file system refuses.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file = files::open_to_write(path)?;
        let written = complete_length(&mut file)?;
        file.set_len(written)?;
        Ok(Self {
            file,
            written,
            pending: Vec::new(),
        })
    }

    /// Takes an event in; [`Self::flush`] writes it.
    pub(crate) fn append(&mut self, event: &Event) {
        let length = self.pending.len();
        if serde_json::to_writer(&mut self.pending, event).is_ok() {
            self.pending.push(b'\n');
        } else {
            // Events are plain data with string keys, which always have a JSON form; half a line would spoil the next.
            self.pending.truncate(length);
        }
    }

    /// Bytes not in the file yet.
    pub(crate) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Hands what is pending to the operating system.
    ///
    /// # Errors
    /// If the file system refuses; everything stays pending.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.file.set_len(self.written)?;
        self.file.seek(SeekFrom::Start(self.written))?;
        self.file.write_all(&self.pending)?;
        self.written += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }

    /// [`Self::flush`], and onto the disk.
    ///
    /// # Errors
    /// If the file system refuses.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        self.file.sync_data()
    }

    /// Goes on in another file, with everything so far copied into it. Reads through the open file, which works even if its
    /// folder is gone.
    ///
    /// # Errors
    /// If the file system refuses; the old file stays the one written to.
    pub(crate) fn move_to(&mut self, path: &Path) -> io::Result<()> {
        let mut file = files::create(path)?;
        self.file.seek(SeekFrom::Start(0))?;
        let copied = io::copy(&mut (&self.file).take(self.written), &mut file)?;
        file.write_all(&self.pending)?;
        file.sync_data()?;
        self.written = copied + self.pending.len() as u64;
        self.pending.clear();
        self.file = file;
        Ok(())
    }
}

/// The length up to and with the last line feed.
fn complete_length(file: &mut File) -> io::Result<u64> {
    const BLOCK: u64 = 1 << 16;
    let mut end = file.metadata()?.len();
    let mut block = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(BLOCK);
        file.seek(SeekFrom::Start(start))?;
        block.clear();
        (&*file).take(end - start).read_to_end(&mut block)?;
        if let Some(at) = memchr::memrchr(b'\n', &block) {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// The fold over the events of a run, and those that could not be read.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    /// The fold over the events.
    pub state: RunState,
    /// Lines that are no events, the torn last one not counted.
    pub bad_lines: usize,
    /// The first of them and what is wrong with it.
    pub first_bad: Option<(usize, String)>,
}

/// Reads events into a state. The last line is dropped if it has no end: the process died while writing it.
///
/// # Errors
/// If the reader fails.
pub(super) fn replay(reader: impl Read) -> io::Result<Replay> {
    let mut reader = BufReader::with_capacity(1 << 18, reader);
    let mut replay = Replay::default();
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        number += 1;
        let problem = match next_line(&mut reader, &mut line)? {
            Line::End => return Ok(replay),
            Line::TooLong => format!("longer than {MAX_LINE} bytes"),
            Line::Complete if line.trim_ascii().is_empty() => continue,
            Line::Complete => match apply_line(&mut replay.state, &line) {
                Ok(()) => continue,
                Err(error) => error.to_string(),
            },
        };
        replay.bad_lines += 1;
        replay.first_bad.get_or_insert((number, problem));
    }
}

/// The scalar event without a name to own: nearly every line is one, and this reads it several times as fast as the tagged
/// enum.
#[derive(Deserialize)]
struct ScalarLine<'a> {
    event: &'a str,
    name: &'a str,
    step: u64,
    #[serde(with = "float")]
    epoch: f64,
    #[serde(with = "float")]
    seconds: f64,
    #[serde(with = "float")]
    value: f64,
}

fn apply_line(state: &mut RunState, line: &[u8]) -> Result<(), serde_json::Error> {
    if line.starts_with(br#"{"event":"scalar""#)
        && let Ok(scalar) = serde_json::from_slice::<ScalarLine<'_>>(line)
        && scalar.event == "scalar"
    {
        state.apply_scalar(
            scalar.name,
            scalar.step,
            scalar.epoch,
            scalar.seconds,
            scalar.value,
        );
        return Ok(());
    }
    state.apply(&serde_json::from_slice(line)?);
    Ok(())
}

enum Line {
    Complete,
    TooLong,
    End,
}

/// The next line without its end, into `line`.
fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let mut too_long = false;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(Line::End);
        }
        let end = memchr::memchr(b'\n', buffer);
        let part = &buffer[..end.unwrap_or(buffer.len())];
        if line.len() + part.len() > MAX_LINE {
            too_long = true;
            line.clear();
        }
        if !too_long {
            line.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        reader.consume(used);
        if end.is_some() {
            return Ok(if too_long {
                Line::TooLong
            } else {
                Line::Complete
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Status;
    use proptest::prelude::*;

    fn scalar(step: u64, value: f64) -> Event {
        Event::Scalar {
            name: "train/rmse".to_owned(),
            step,
            epoch: 0.5,
            seconds: 1.0,
            value,
        }
    }

    #[test]
    fn events_come_back_as_they_were_with_nan_and_infinities() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let values = [0.1, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -0.0];
        let mut log = EventLog::open(&path).unwrap();
        for (step, value) in values.iter().enumerate() {
            log.append(&scalar(step as u64 + 1, *value));
        }
        log.flush().unwrap();
        let replay = replay(File::open(&path).unwrap()).unwrap();
        assert_eq!(replay.bad_lines, 0);
        let bits = |values: &[f64]| {
            values
                .iter()
                .map(|value| value.to_bits())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            bits(&replay.state.series["train/rmse"].values),
            bits(&values)
        );
    }

    #[test]
    fn a_torn_last_line_is_dropped_when_read_and_cut_off_when_written_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let mut log = EventLog::open(&path).unwrap();
        log.append(&scalar(1, 1.0));
        log.append(&scalar(2, 2.0));
        log.flush().unwrap();
        let whole = std::fs::read(&path).unwrap();
        let first = memchr::memchr(b'\n', &whole).unwrap() + 1;
        for length in first..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            let torn = replay(&whole[..length]).unwrap();
            assert_eq!(
                (torn.bad_lines, torn.state.series["train/rmse"].len()),
                (0, 1)
            );

            let mut log = EventLog::open(&path).unwrap();
            log.append(&scalar(2, 3.0));
            log.flush().unwrap();
            let replay = replay(File::open(&path).unwrap()).unwrap();
            assert_eq!(replay.bad_lines, 0);
            assert_eq!(replay.state.series["train/rmse"].values, [1.0, 3.0]);
        }
    }

    #[test]
    fn bad_lines_in_the_middle_are_counted_and_the_rest_is_read() {
        let line = |step| serde_json::to_string(&scalar(step, 1.0)).unwrap();
        let long = "x".repeat(MAX_LINE + 10);
        let text = format!(
            "{}\nnonsense\n{{\"event\":\"invented\"}}\n\n{long}\n{}\n",
            line(1),
            line(2)
        );
        let replay = replay(text.as_bytes()).unwrap();
        assert_eq!(replay.bad_lines, 3);
        assert_eq!(replay.first_bad.unwrap().0, 2);
        assert_eq!(replay.state.series["train/rmse"].steps, [1, 2]);
    }

    #[test]
    fn a_failed_write_is_repeated_without_doubling_what_had_reached_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let mut log = EventLog::open(&path).unwrap();
        log.append(&scalar(1, 1.0));
        // What a full disk leaves: the first bytes of the batch.
        log.file.write_all(b"{\"event\":\"sca").unwrap();
        log.flush().unwrap();
        let replay = replay(File::open(&path).unwrap()).unwrap();
        assert_eq!(
            (replay.bad_lines, replay.state.series["train/rmse"].len()),
            (0, 1)
        );
    }

    #[test]
    fn a_log_moves_with_all_its_events_although_its_folder_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join("old");
        std::fs::create_dir(&old).unwrap();
        let mut log = EventLog::open(&old.join("events.jsonl")).unwrap();
        log.append(&scalar(1, 1.0));
        log.flush().unwrap();
        log.append(&scalar(2, 2.0));
        std::fs::remove_dir_all(&old).unwrap();
        let new = folder.path().join("events.jsonl");
        log.move_to(&new).unwrap();
        log.append(&scalar(3, 3.0));
        log.flush().unwrap();
        let replay = replay(File::open(&new).unwrap()).unwrap();
        assert_eq!(replay.state.series["train/rmse"].steps, [1, 2, 3]);
    }

    #[test]
    fn the_quick_way_of_reading_scalars_agrees_with_the_general_one() {
        let text =
            r#"{"event":"scalar","name":"a\"b/ü","step":3,"epoch":1,"seconds":0.5,"value":"NaN"}"#;
        let mut quick = RunState::default();
        apply_line(&mut quick, text.as_bytes()).unwrap();
        let mut general = RunState::default();
        general.apply(&serde_json::from_str(text).unwrap());
        assert_eq!(format!("{quick:?}"), format!("{general:?}"));
        assert_eq!(general.series["a\"b/ü"].epochs, [1.0]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_replay_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            replay(&bytes[..]).unwrap();
        }

        #[test]
        fn any_message_comes_back(message in ".*") {
            let event = Event::Status { status: Status::Failed, step: 1, total_steps: 2, message: Some(message.clone()) };
            let line = serde_json::to_vec(&event).unwrap();
            prop_assert!(!line.contains(&b'\n'));
            let mut state = RunState::default();
            apply_line(&mut state, &line).unwrap();
            prop_assert_eq!(state.message, Some(message));
        }
    }
}
