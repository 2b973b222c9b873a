//! Lines that end with a carriage return alone, as on a Mac before 2001 and in "CSV (Macintosh)" of Excel.

use std::io::{self, BufRead as _, BufReader, Read};

/// True if lines of a text end with a carriage return alone: most of them, or, outside of quotes, some.
pub(super) fn are_carriage_returns(text: &[u8]) -> bool {
    let (mut alone, mut others) = (0_usize, 0_usize);
    let (mut from, mut quotes, mut outside) = (0, 0, 0_usize);
    for at in memchr::memchr2_iter(b'\r', b'\n', text) {
        match (text[at], text.get(at + 1)) {
            (b'\n', _) => others += 1,
            // What follows the last one is not known.
            (_, Some(b'\n') | None) => {}
            // `\r\r\n` comes from a conversion done twice.
            (_, Some(b'\r')) if text.get(at + 2) == Some(&b'\n') => {}
            _ => {
                alone += 1;
                quotes += memchr::memchr_iter(b'"', &text[from..at]).count();
                from = at;
                outside += usize::from(quotes % 2 == 0);
            }
        }
    }
    let last = usize::from(text.ends_with(b"\r"));
    alone + last > others || outside > 0 && outside * 2 > alone
}

/// Makes a line feed of every carriage return that has none behind it.
pub(super) struct LineFeeds<R> {
    inner: BufReader<R>,
}

impl<R: Read> LineFeeds<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner: BufReader::with_capacity(256 << 10, inner),
        }
    }
}

impl<R: Read> Read for LineFeeds<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let text = self.inner.fill_buf()?;
        let mut size = text.len().min(buffer.len());
        if size == 0 {
            return Ok(0);
        }
        // What follows the last one decides; it may not be read yet.
        let mut next = text.get(size).copied();
        if text[size - 1] == b'\r' && next.is_none() {
            if size == 1 {
                self.inner.consume(1);
                next = self.inner.fill_buf()?.first().copied();
                buffer[0] = if next == Some(b'\n') { b'\r' } else { b'\n' };
                return Ok(1);
            }
            size -= 1;
            next = Some(b'\r');
        }
        buffer[..size].copy_from_slice(&text[..size]);
        self.inner.consume(size);
        let mut from = 0;
        while let Some(at) = memchr::memchr(b'\r', &buffer[from..size]) {
            let at = from + at;
            let follows = if at + 1 < size {
                Some(buffer[at + 1])
            } else {
                next
            };
            if follows != Some(b'\n') {
                buffer[at] = b'\n';
            }
            from = at + 1;
        }
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out a byte a call, the worst that can happen at the end of a buffer.
    struct Bytewise<'b>(&'b [u8]);

    impl Read for Bytewise<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let size = buffer.len().min(1);
            self.0.read(&mut buffer[..size])
        }
    }

    #[test]
    fn only_carriage_returns_that_stand_alone_become_line_feeds() {
        let text = b"a\rb\r\nc\nd\r\re\r";
        let expected = b"a\nb\r\nc\nd\n\ne\n";
        let mut whole = Vec::new();
        LineFeeds::new(&text[..]).read_to_end(&mut whole).unwrap();
        assert_eq!(whole, expected);
        let mut bytewise = Vec::new();
        LineFeeds::new(Bytewise(text))
            .read_to_end(&mut bytewise)
            .unwrap();
        assert_eq!(bytewise, expected);
        for size in 1..6 {
            let (mut reader, mut out) = (LineFeeds::new(&text[..]), Vec::new());
            let mut buffer = vec![0; size];
            loop {
                let read = reader.read(&mut buffer).unwrap();
                if read == 0 {
                    break;
                }
                out.extend_from_slice(&buffer[..read]);
            }
            assert_eq!(out, expected, "{size} bytes at a time");
        }
    }

    #[test]
    fn a_text_is_told_by_what_most_of_its_lines_end_with() {
        for (text, expected) in [
            (&b"1,2,3\r4,5,6\r"[..], true),
            (b"1,2,3\r4,5,6", true),
            (b"1,2,3\r\n4,5,6\r\n", false),
            (b"1,2,3\n4,5,6\n", false),
            (b"1,2,3\r\r\n4,5,6\r\r\n", false),
            (b"user,item\r\n1,\"a\rb\"\r\n2,3\r\n", false),
            (b"written later\n1,2,3\r4,5,6\r7,8,9\r", true),
            (b"1,2,3\r4,5,6\n7,8,9\r1,2,3\n3,4,5\n", true),
            (b"one line", false),
        ] {
            let text_shown = String::from_utf8_lossy(text);
            assert_eq!(are_carriage_returns(text), expected, "{text_shown:?}");
        }
    }
}
