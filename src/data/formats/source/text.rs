//! What a file must be for its text to be handed out: UTF-8, with lines that end with a line feed, and nothing behind the last one.
//!
//! Text that is so already, as nearly all is, is looked at once and never copied. Where it turns out not to be, perhaps only after megabytes,
//! a reader is put around what is left: the text before it was ASCII, which it is in other encodings too, or UTF-8, and then lines differ.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use encoding_rs::{Encoding, UTF_8};

use super::decoded::{Decoded, Met};
use super::encoding::{self, Guess};
use super::line_ends::{self, LineFeeds};
use super::{BLOCK, HEAD, Options, Role, Source};
use crate::data::DataError;
use crate::data::load::counted;

/// What is known of the text of a file.
#[derive(Debug, Default)]
pub(super) struct Text {
    /// Pending bytes that are known to be UTF-8.
    checked: usize,
    /// True if letters outside ASCII were met in UTF-8.
    beyond_ascii: bool,
    /// True if a person says that it is UTF-8.
    asked_utf_8: bool,
    /// How it is decoded, if it is not UTF-8.
    decoding: Option<Decoding>,
    /// Zero bytes that were left out where the text seems to end.
    zeros: usize,
    /// Where in the pending bytes they stood.
    end: usize,
    /// True if the lines ended with carriage returns alone.
    line_feeds: bool,
    /// True if the file ends within a character.
    is_cut: bool,
}

#[derive(Debug)]
struct Decoding {
    guess: Guess,
    why: Why,
    met: Arc<Met>,
}

/// Who says what the encoding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Asked,
    /// A mark at the beginning, which is certain.
    Marked,
    Guessed,
}

/// Beginnings of binary files that may hold no zero byte for long.
const BINARY: [&[u8]; 3] = [b"PAR1", b"\x93NUMPY", b"\x89HDF"];

impl Source<'_> {
    /// Looks at the beginning, and decides whether and how it is text.
    pub(super) fn begin_text(&mut self, options: &Options<'_>) -> Result<(), DataError> {
        let asked = options.encoding.map(encoding::named).transpose()?;
        if self.is_made {
            self.text = Some(Text::default());
            return asked.map_or(Ok(()), |_| Err(self.no_text()));
        }
        let head = self.pending.as_slice();
        if head.starts_with(b"\xff\xfe\0\0") || head.starts_with(b"\0\0\xfe\xff") {
            let problem = "is UTF-32 text";
            return Err(DataError::content(&self.path, problem, "Save it as UTF-8"));
        }
        let mut text = Text::default();
        let is_binary = BINARY.iter().any(|magic| head.starts_with(magic));
        let (encoding, why, mark) = match (Encoding::for_bom(head), asked, encoding::utf_16(head)) {
            _ if is_binary => (UTF_8, Why::Guessed, 0),
            (Some((encoding, mark)), ..) => (encoding, Why::Marked, mark),
            (None, Some(encoding), _) => (encoding, Why::Asked, 0),
            (None, None, Some((encoding, mark))) => (encoding, Why::Guessed, mark),
            (None, None, None) => (UTF_8, Why::Guessed, 0),
        };
        self.pending.drain(..mark);
        if encoding == UTF_8 {
            text.asked_utf_8 = why == Why::Asked;
            text.beyond_ascii = why == Why::Marked;
        } else {
            let guess = Guess {
                encoding,
                by_line: false,
                mixed: false,
            };
            text.decoding = Some(self.decode(0, guess, why)?);
            self.read(HEAD)?;
        }
        let filled = self.pending.iter().rposition(|&byte| byte != 0);
        let filled = &self.pending[..filled.map_or(0, |last| last + 1)];
        if is_binary || filled.is_empty() || filled.contains(&0) {
            return match asked {
                None => Ok(()),
                Some(_) => Err(self.no_text()),
            };
        }
        if line_ends::are_carriage_returns(filled) {
            text.line_feeds = true;
            self.wrap(0, |raw| Ok(Box::new(LineFeeds::new(raw))))?;
        }
        self.text = Some(text);
        self.fill(HEAD)
    }

    fn no_text(&self) -> DataError {
        DataError::Config {
            key: "encoding",
            problem: format!(
                "is only for text, which {} is not: remove it",
                self.path.display()
            ),
        }
    }

    /// Decodes what is left behind the first `kept` bytes.
    fn decode(&mut self, kept: usize, guess: Guess, why: Why) -> Result<Decoding, DataError> {
        let met = Arc::new(Met::default());
        let shared = Arc::clone(&met);
        self.wrap(kept, |raw| {
            Ok(if guess.by_line {
                Box::new(Decoded::by_line(raw, guess.encoding, shared))
            } else {
                Box::new(Decoded::whole(raw, guess.encoding, shared))
            })
        })?;
        Ok(Decoding { guess, why, met })
    }

    /// Looks at the pending bytes that were not looked at yet. False if more must be read since the pending bytes are others now.
    pub(super) fn is_as_expected(&mut self) -> Result<bool, DataError> {
        let Some(text) = &mut self.text else {
            return Ok(true);
        };
        if self.pending.last() == Some(&0) || text.zeros > 0 {
            let filled = self.pending.iter().rposition(|&byte| byte != 0);
            let filled = filled.map_or(0, |last| last + 1);
            if text.zeros > 0 && filled > text.end {
                return Err(DataError::content(
                    &self.path,
                    format!("has {} in its text", zeros(text.zeros)),
                    "Download or copy it again: it is damaged",
                ));
            }
            text.zeros += self.pending.len() - filled;
            text.end = filled;
            self.pending.truncate(filled);
            text.checked = text.checked.min(filled);
        }
        let is_utf_8 = text.decoding.is_some() || text.check(&mut self.pending, self.ended);
        if !is_utf_8 {
            self.decode_rest()?;
            return Ok(false);
        }
        // Zeros were left out where there may be more.
        Ok(self.ended || text.zeros == 0)
    }

    /// Decodes from the line on in which the first byte stands that is not UTF-8.
    fn decode_rest(&mut self) -> Result<(), DataError> {
        // The more is seen, the better the guess.
        self.read(BLOCK)?;
        let Some(text) = &self.text else {
            return Ok(());
        };
        let before = &self.pending[..text.checked];
        let line = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        let (guess, why) = if text.asked_utf_8 {
            let guess = Guess {
                encoding: UTF_8,
                by_line: false,
                mixed: false,
            };
            (guess, Why::Asked)
        } else {
            let beyond_ascii = text.beyond_ascii;
            let guess = encoding::guess(&self.pending[line..], beyond_ascii);
            (guess, Why::Guessed)
        };
        let decoding = self.decode(line, guess, why)?;
        if let Some(text) = &mut self.text {
            text.checked = line;
            text.decoding = Some(decoding);
        }
        Ok(())
    }

    /// Tells the text that pending bytes were handed out.
    pub(super) fn handed_out(&mut self, bytes: usize) {
        if let Some(text) = &mut self.text {
            text.checked = text.checked.saturating_sub(bytes);
            text.end = text.end.saturating_sub(bytes);
        }
    }

    /// Tells the text that pending bytes at the end were given up.
    pub(super) fn cut_off(&mut self) {
        let kept = self.pending.len();
        if let Some(text) = &mut self.text {
            text.checked = text.checked.min(kept);
            text.end = text.end.min(kept);
        }
    }

    /// The encoding, and whether it is certain; none if it is plain UTF-8 or no text.
    pub(crate) fn encoding(&self) -> Option<(String, bool)> {
        let text = self.text.as_ref()?;
        let Some(Decoding { guess, why, .. }) = &text.decoding else {
            return text.asked_utf_8.then(|| (encoding::shown(UTF_8), true));
        };
        Some((encoding::shown(guess.encoding), *why != Why::Guessed))
    }

    /// What a person should know of how the file was read, once it is read.
    pub(crate) fn notices(&self) -> Vec<String> {
        let path = self.path.display();
        let mut notices = self.notices.clone();
        if let Some(text) = &self.text {
            let advice = match self.role {
                Role::Data => "set data.encoding if names look wrong",
                Role::Beside => "save it as UTF-8 if names look wrong",
            };
            text.notices(advice, &mut notices);
        }
        let named = |notice: String| format!("{path}: {notice}");
        notices.into_iter().map(named).collect()
    }
}

impl Text {
    /// True if the pending bytes are UTF-8, as far as there are whole characters.
    fn check(&mut self, pending: &mut Vec<u8>, ended: bool) -> bool {
        let mut rest = &pending[self.checked..];
        if !self.beyond_ascii {
            let ascii = Encoding::ascii_valid_up_to(rest);
            self.checked += ascii;
            rest = &rest[ascii..];
        }
        if rest.is_empty() {
            return true;
        }
        let valid = Encoding::utf8_valid_up_to(rest);
        self.beyond_ascii |= valid > 0;
        self.checked += valid;
        let rest = &rest[valid..];
        let is_cut = || {
            let start = &rest[..rest.len().min(4)];
            std::str::from_utf8(start).is_err_and(|error| error.error_len().is_none())
        };
        if rest.is_empty() || !ended && is_cut() {
            return true;
        }
        // After letters in UTF-8, half a one at the end is no other encoding.
        if self.beyond_ascii && is_cut() {
            pending.truncate(self.checked);
            pending.extend_from_slice("\u{fffd}".as_bytes());
            self.checked = pending.len();
            self.is_cut = true;
            return true;
        }
        false
    }

    fn notices(&self, advice: &str, notices: &mut Vec<String>) {
        if self.line_feeds {
            let notice = "its lines end with a carriage return alone, as on an old Mac, which was read as the end of a line";
            notices.push(notice.to_owned());
        }
        if let Some(Decoding { guess, why, met }) = &self.decoding {
            let name = encoding::shown(guess.encoding);
            let lines = met.lines.load(Ordering::Relaxed);
            match why {
                Why::Guessed if guess.mixed => notices.push(format!(
                    "{} not UTF-8 as the rest: read as {name}; {advice}",
                    counted(lines as usize, "line is", "lines are")
                )),
                Why::Guessed => {
                    notices.push(format!("not UTF-8: read as {name}; {advice}"));
                }
                Why::Asked | Why::Marked => {}
            }
            if met.malformed.load(Ordering::Relaxed) {
                notices.push(format!(
                    "not all of it is {name}: bytes that stand for no character were read as \u{fffd}; {advice}"
                ));
            }
        }
        if self.is_cut {
            let notice =
                "ends within a character, which was read as \u{fffd}: the file was cut off";
            notices.push(notice.to_owned());
        }
        if self.zeros > 0 {
            notices.push(format!("{} at its end left out", zeros(self.zeros)));
        }
    }
}

/// `12 zero bytes`.
fn zeros(count: usize) -> String {
    counted(count, "zero byte", "zero bytes")
}
