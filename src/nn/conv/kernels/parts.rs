//! Memory that kernels share: parts of one slice for several threads, and scratch buffers that are used again.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut, Range};
use std::sync::{Mutex, PoisonError};

/// One slice whose parts are written by several threads.
pub(super) struct Parts<'a> {
    start: *mut f32,
    len: usize,
    borrowed: PhantomData<&'a mut [f32]>,
}

// SAFETY: `Parts` stands for a `&mut [f32]`, which may go to another thread.
unsafe impl Send for Parts<'_> {}
// SAFETY: a shared `Parts` gives access through `part` alone, whose callers take care that no two parts overlap.
unsafe impl Sync for Parts<'_> {}

impl<'a> Parts<'a> {
    pub(super) fn new(slice: &'a mut [f32]) -> Self {
        Self {
            start: slice.as_mut_ptr(),
            len: slice.len(),
            borrowed: PhantomData,
        }
    }

    /// A part of the slice.
    ///
    /// # Safety
    ///
    /// No other part that overlaps this one may be alive.
    #[inline(always)]
    #[expect(clippy::mut_from_ref, reason = "the caller keeps parts apart")]
    pub(super) unsafe fn part(&self, range: Range<usize>) -> &mut [f32] {
        assert!(range.start <= range.end && range.end <= self.len);
        // SAFETY: the range lies in the slice that `self` borrows mutably, and the caller has no other part that overlaps.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(range.start), range.len()) }
    }
}

/// Buffers given back; the next layer of about the same size takes them.
static POOL: Mutex<Vec<Vec<f32>>> = Mutex::new(Vec::new());
/// Values kept in all buffers together.
const KEPT: usize = 1 << 25;
/// Values of a cache line, on whose borders buffers begin.
const LINE: usize = 16;

/// A buffer of values that hold what the last user left.
pub(super) struct Scratch {
    buffer: Vec<f32>,
    range: Range<usize>,
}

impl Scratch {
    pub(super) fn new(len: usize) -> Self {
        let needed = len + LINE;
        let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = (0..pool.len())
            .filter(|&index| (needed..=2 * needed).contains(&pool[index].len()))
            .min_by_key(|&index| pool[index].len());
        let kept = fitting.map(|index| pool.swap_remove(index));
        drop(pool);
        let buffer = kept.unwrap_or_else(|| vec![0.0; needed]);
        let start = buffer
            .as_ptr()
            .align_offset(size_of::<f32>() * LINE)
            .min(LINE);
        Self {
            buffer,
            range: start..start + len,
        }
    }

    pub(super) fn zeros(len: usize) -> Self {
        let mut scratch = Self::new(len);
        scratch.fill(0.0);
        scratch
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        pool.push(buffer);
        // The oldest go first.
        let mut total: usize = pool.iter().map(Vec::len).sum();
        while total > KEPT {
            total -= pool.remove(0).len();
        }
    }
}

impl Deref for Scratch {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        &self.buffer[self.range.clone()]
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.buffer[self.range.clone()]
    }
}
