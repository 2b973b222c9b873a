//! Text in another encoding, read as UTF-8.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use encoding_rs::{Decoder, Encoding};

/// Bytes that are decoded at a time.
const CHUNK: usize = 256 << 10;
/// Longest line that is looked at as a whole to tell whether it is UTF-8.
const LONGEST: usize = 1 << 20;

/// What was met while decoding.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// Lines that were not UTF-8, where each is looked at for itself.
    pub lines: AtomicU64,
    /// True if bytes stood for no character.
    pub malformed: AtomicBool,
}

/// Decodes what it reads.
pub(super) struct Decoded<R> {
    inner: R,
    encoding: &'static Encoding,
    /// The state between two chunks; none if each line is looked at for itself.
    decoder: Option<Decoder>,
    met: Arc<Met>,
    /// Read, not decoded.
    input: Vec<u8>,
    /// Decoded; handed out up to `given`.
    output: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    /// Decodes everything.
    pub(super) fn whole(inner: R, encoding: &'static Encoding, met: Arc<Met>) -> Self {
        let decoder = Some(encoding.new_decoder_without_bom_handling());
        Self {
            decoder,
            ..Self::by_line(inner, encoding, met)
        }
    }

    /// Decodes the lines that are not UTF-8.
    pub(super) fn by_line(inner: R, encoding: &'static Encoding, met: Arc<Met>) -> Self {
        Self {
            inner,
            encoding,
            decoder: None,
            met,
            input: Vec::new(),
            output: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    /// Decodes a chunk into `output`, which is empty.
    fn advance(&mut self) -> io::Result<()> {
        let read = self
            .inner
            .by_ref()
            .take(CHUNK as u64)
            .read_to_end(&mut self.input)?;
        self.ended = read < CHUNK;
        if let Some(decoder) = &mut self.decoder {
            let most = decoder.max_utf8_buffer_length(self.input.len());
            self.output
                .resize(most.unwrap_or(self.input.len() * 4 + 16), 0);
            let (_, read, written, malformed) =
                decoder.decode_to_utf8(&self.input, &mut self.output, self.ended);
            self.output.truncate(written);
            self.input.drain(..read);
            if malformed {
                self.met.malformed.store(true, Ordering::Relaxed);
            }
            return Ok(());
        }
        let end = match memchr::memrchr(b'\n', &self.input) {
            _ if self.ended => self.input.len(),
            Some(end) => end + 1,
            None if self.input.len() < LONGEST => return Ok(()),
            // Cut where no character can be cut.
            None => self
                .input
                .iter()
                .rposition(u8::is_ascii)
                .map_or(self.input.len(), |at| at + 1),
        };
        for line in lines_with_ends(&self.input[..end]) {
            if std::str::from_utf8(line).is_ok() {
                self.output.extend_from_slice(line);
            } else {
                let (text, malformed) = self.encoding.decode_without_bom_handling(line);
                self.output.extend_from_slice(text.as_bytes());
                self.met.lines.fetch_add(1, Ordering::Relaxed);
                if malformed {
                    self.met.malformed.store(true, Ordering::Relaxed);
                }
            }
        }
        self.input.drain(..end);
        Ok(())
    }
}

fn lines_with_ends(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|&byte| byte == b'\n')
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.output.len() {
            self.output.clear();
            self.given = 0;
            if self.ended && self.input.is_empty() {
                return Ok(0);
            }
            self.advance()?;
        }
        let size = buffer.len().min(self.output.len() - self.given);
        buffer[..size].copy_from_slice(&self.output[self.given..self.given + size]);
        self.given += size;
        Ok(size)
    }
}
