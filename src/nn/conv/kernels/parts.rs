//! One slice whose parts are written by several threads.

use std::marker::PhantomData;
use std::ops::Range;

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
