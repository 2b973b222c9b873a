//! How much of a picture the coded data of a JPEG holds (ITU T.81, annexes F and G): counted without decoding a pixel.
//!
//! Repair tools and cameras close a file that was cut off with an end mark; decoders fill what is missing with gray.

use std::io::BufRead;

/// A table of Huffman codes.
#[derive(Clone)]
pub(super) struct Codes {
    /// By the next 9 bits: length of the code and its symbol; length 0 for longer codes.
    short: Vec<(u8, u8)>,
    /// By length: the largest code, and where its symbols begin less its smallest code.
    largest: [i32; 17],
    offset: [i32; 17],
    symbols: Vec<u8>,
}

const SHORT: u8 = 9;

impl Codes {
    /// From the counts of codes by length, and their symbols; `None` if there are more codes than can be.
    fn new(counts: &[u8], symbols: &[u8]) -> Option<Self> {
        let mut codes = Self {
            short: vec![(0, 0); 1 << SHORT],
            largest: [-1; 17],
            offset: [0; 17],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut at) = (0_u32, 0_usize);
        for length in 1..=16_u8 {
            let count = u32::from(counts[usize::from(length) - 1]);
            if code + count > 1 << length {
                return None;
            }
            if count > 0 {
                codes.offset[usize::from(length)] = at as i32 - code as i32;
                codes.largest[usize::from(length)] = (code + count) as i32 - 1;
            }
            for _ in 0..count {
                if length <= SHORT {
                    let shift = SHORT - length;
                    let first = (code << shift) as usize;
                    codes.short[first..first + (1 << shift)].fill((length, symbols[at]));
                }
                code += 1;
                at += 1;
            }
            code <<= 1;
        }
        Some(codes)
    }
}

/// A component of the picture.
#[derive(Debug, Clone, Copy)]
struct Component {
    id: u8,
    /// Blocks in a unit, across and down.
    across: u32,
    down: u32,
    /// Seen in a scan; of progressive pictures, down to which bit each coefficient is known.
    known: [u8; 64],
}

/// No scan has told of a coefficient.
const UNKNOWN: u8 = 255;

/// What the segments of a file say about its picture.
#[derive(Default)]
pub(super) struct Picture {
    width: u32,
    height: u32,
    components: Vec<Component>,
    /// Each scan tells all of its components: the usual way.
    sequential: bool,
    progressive: bool,
    /// Units between restart marks; 0 if there are none.
    restart: u32,
    dc: [Option<Codes>; 4],
    ac: [Option<Codes>; 4],
    /// The least share of a scan that was there.
    pub(super) share: Option<f64>,
}

impl Picture {
    /// Takes in a segment. What is crooked in it is left to the decoder.
    pub(super) fn segment(&mut self, marker: u8, content: &[u8]) {
        match marker {
            0xc0..=0xc2 => self.frame(marker, content),
            0xc4 => self.codes(content),
            0xdd => {
                if let [a, b, ..] = content {
                    self.restart = u32::from(u16::from_be_bytes([*a, *b]));
                }
            }
            _ => (),
        }
    }

    fn frame(&mut self, marker: u8, content: &[u8]) {
        let [8, h1, h2, w1, w2, count, rest @ ..] = content else {
            return;
        };
        self.height = u32::from(u16::from_be_bytes([*h1, *h2]));
        self.width = u32::from(u16::from_be_bytes([*w1, *w2]));
        self.components = rest
            .chunks_exact(3)
            .take(usize::from(*count))
            .map(|own| Component {
                id: own[0],
                across: u32::from(own[1] >> 4),
                down: u32::from(own[1] & 15),
                known: [UNKNOWN; 64],
            })
            .collect();
        let plain = |own: &Component| (1..=4).contains(&own.across) && (1..=4).contains(&own.down);
        let usable = self.width > 0
            && self.height > 0
            && self.components.len() == usize::from(*count)
            && !self.components.is_empty()
            && self.components.iter().all(plain);
        self.sequential = usable && marker != 0xc2;
        self.progressive = usable && marker == 0xc2;
    }

    fn codes(&mut self, mut content: &[u8]) {
        while let Some((head, rest)) = content.split_at_checked(17) {
            let count = head[1..].iter().map(|own| usize::from(*own)).sum();
            let Some((symbols, after)) = rest.split_at_checked(count) else {
                return;
            };
            let tables = if head[0] >> 4 == 0 {
                &mut self.dc
            } else {
                &mut self.ac
            };
            if let Some(table) = tables.get_mut(usize::from(head[0] & 15)) {
                *table = Codes::new(&head[1..], symbols);
            }
            content = after;
        }
    }

    /// Looks at a scan, whose coded data is next in `file`; returns how many bytes were read, and whether the last of them was the first of
    /// a mark.
    pub(super) fn scan(&mut self, header: &[u8], file: &mut impl BufRead) -> (u64, bool) {
        let nothing = (0, false);
        let Some((&count, rest)) = header.split_first() else {
            return nothing;
        };
        let Some((own, rest)) = rest.split_at_checked(usize::from(count) * 2) else {
            return nothing;
        };
        let parts: Option<Vec<(usize, u8)>> = own
            .chunks_exact(2)
            .map(|own| {
                let at = self.components.iter().position(|part| part.id == own[0])?;
                Some((at, own[1]))
            })
            .collect();
        let (Some(parts), [from, to, bits, ..]) = (parts, rest) else {
            return nothing;
        };
        if self.progressive {
            let (from, to) = (usize::from(*from).min(63), usize::from(*to).min(63));
            for (at, _) in parts {
                if from <= to {
                    self.components[at].known[from..=to].fill(bits & 15);
                }
            }
            return nothing;
        }
        if !self.sequential || parts.is_empty() {
            return nothing;
        }
        let mut bits = Bits::new(file);
        if let Some(share) = self.sequential_scan(&parts, &mut bits) {
            for (at, _) in &parts {
                self.components[*at].known = [0; 64];
            }
            self.share = Some(self.share.map_or(share, |least| least.min(share)));
        } else {
            self.sequential = false;
        }
        (bits.read, bits.behind_ff)
    }

    /// The share of the units of a scan that are there; `None` if it cannot be known.
    fn sequential_scan(
        &self,
        parts: &[(usize, u8)],
        bits: &mut Bits<'_, impl BufRead>,
    ) -> Option<f64> {
        let most = |side: fn(&Component) -> u32| self.components.iter().map(side).max();
        let (across, down) = (most(|own| own.across)?, most(|own| own.down)?);
        let mut blocks: Vec<(&Codes, &Codes)> = Vec::new();
        let units = if let [(at, _)] = parts {
            let own = self.components[*at];
            let side = |length: u32, part: u32, all: u32| (length * part).div_ceil(all).div_ceil(8);
            side(self.width, own.across, across) * side(self.height, own.down, down)
        } else {
            self.width.div_ceil(8 * across) * self.height.div_ceil(8 * down)
        };
        for (at, tables) in parts {
            let own = self.components[*at];
            let pair = (
                self.dc.get(usize::from(tables >> 4))?.as_ref()?,
                self.ac.get(usize::from(tables & 15))?.as_ref()?,
            );
            let times = if parts.len() == 1 {
                1
            } else {
                own.across * own.down
            };
            blocks.extend((0..times).map(|_| pair));
        }
        let mut done = 0;
        while done < units {
            if self.restart > 0 && done > 0 && done.is_multiple_of(self.restart) && !bits.restart()
            {
                break;
            }
            if blocks.iter().any(|(dc, ac)| block(bits, dc, ac).is_none()) {
                break;
            }
            done += 1;
        }
        Some(f64::from(done) / f64::from(units.max(1)))
    }

    /// True if the scans of a progressive picture, or of one whose components have scans of their own, tell everything.
    pub(super) fn is_complete(&self) -> bool {
        if !self.sequential && !self.progressive {
            return true;
        }
        let grays = self.components.iter().all(|own| own.known[0] == 0);
        // Colors may have no more than their mean in each block.
        let details = |own: &Component| own.known[1..].iter().all(|bit| *bit == 0);
        grays && self.components.first().is_none_or(details)
    }
}

/// Goes over the codes of a block.
fn block(bits: &mut Bits<'_, impl BufRead>, dc: &Codes, ac: &Codes) -> Option<()> {
    let length = bits.symbol(dc)?;
    bits.skip(length & 15)?;
    let mut at = 1;
    while at < 64 {
        let symbol = bits.symbol(ac)?;
        let (zeros, length) = (symbol >> 4, symbol & 15);
        if length == 0 {
            if zeros < 15 {
                break;
            }
            at += 16;
            continue;
        }
        at += usize::from(zeros) + 1;
        bits.skip(length)?;
    }
    Some(())
}

/// The bits of coded data, up to a mark.
struct Bits<'f, F> {
    file: &'f mut F,
    held: u64,
    count: u8,
    /// Bytes taken out of the file.
    read: u64,
    /// A mark comes next.
    ended: bool,
    /// Its first byte was taken, since it stood at the end of a buffer.
    behind_ff: bool,
}

impl<'f, F: BufRead> Bits<'f, F> {
    fn new(file: &'f mut F) -> Self {
        Self {
            file,
            held: 0,
            count: 0,
            read: 0,
            ended: false,
            behind_ff: false,
        }
    }

    /// Holds as many bits as there are, at least 16 if there are so many.
    #[inline]
    fn fill(&mut self) {
        while self.count <= 48 && !self.ended {
            let Ok(buffer) = self.file.fill_buf() else {
                self.ended = true;
                return;
            };
            let (byte, used) = match *buffer {
                [0xff, 0, ..] => (0xff, 2),
                [0xff] => {
                    self.file.consume(1);
                    self.read += 1;
                    match self
                        .file
                        .fill_buf()
                        .ok()
                        .and_then(|next| next.first().copied())
                    {
                        Some(0) => (0xff, 1),
                        _ => {
                            self.ended = true;
                            self.behind_ff = true;
                            return;
                        }
                    }
                }
                [0xff, ..] | [] => {
                    self.ended = true;
                    return;
                }
                [byte, ..] => (byte, 1),
            };
            self.file.consume(used);
            self.read += used as u64;
            self.held = self.held << 8 | u64::from(byte);
            self.count += 8;
        }
    }

    #[inline]
    fn symbol(&mut self, codes: &Codes) -> Option<u8> {
        if self.count < 16 {
            self.fill();
        }
        // Behind the end there are ones, as they fill the last byte.
        let next = |length: u8| -> u32 {
            let mask = (1_u64 << length) - 1;
            let bits = if self.count >= length {
                self.held >> (self.count - length)
            } else {
                let lacking = length - self.count;
                self.held << lacking | ((1 << lacking) - 1)
            };
            (bits & mask) as u32
        };
        let (length, symbol) = codes.short[next(SHORT) as usize];
        if length > 0 {
            self.count = self.count.checked_sub(length)?;
            return Some(symbol);
        }
        for length in SHORT + 1..=16 {
            let code = next(length) as i32;
            if code <= codes.largest[usize::from(length)] {
                self.count = self.count.checked_sub(length)?;
                let at = code + codes.offset[usize::from(length)];
                return codes.symbols.get(usize::try_from(at).ok()?).copied();
            }
        }
        None
    }

    #[inline]
    fn skip(&mut self, length: u8) -> Option<()> {
        if self.count < length {
            self.fill();
        }
        self.count = self.count.checked_sub(length)?;
        Some(())
    }

    /// Goes behind a restart mark; false if there is none.
    fn restart(&mut self) -> bool {
        self.count = 0;
        self.held = 0;
        while !self.ended {
            self.fill();
            self.count = 0;
        }
        loop {
            let Ok(buffer) = self.file.fill_buf() else {
                return false;
            };
            let is_mark = match buffer.first() {
                Some(0xff) => false,
                Some(0xd0..=0xd7) if self.behind_ff => true,
                _ => return false,
            };
            self.behind_ff = true;
            self.file.consume(1);
            self.read += 1;
            if is_mark {
                self.ended = false;
                self.behind_ff = false;
                return true;
            }
        }
    }
}
