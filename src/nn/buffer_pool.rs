//! Memory that is used again: of tensors that a backward pass is done with, for the next layers of the same size, and of kernels.
//!
//! A training step needs the same buffers as the one before. Given back to the system and asked for again, each of their pages would be
//! mapped and cleared anew: a quarter of the time of a large step.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::{Deref, DerefMut, Range};
use std::sync::{Mutex, PoisonError};

use burn::backend::flex::FlexTensor;
use rustc_hash::FxHashMap;

/// Values below which a buffer isn't worth keeping.
const SMALL: usize = 1 << 12;
/// Values that a thread keeps at most: 512 MB.
const KEPT: usize = 1 << 27;
/// Requests after which a buffer that served none of them is given up: those of a few training steps.
const IDLE: u64 = 1 << 13;

/// The buffers of one thread.
#[derive(Debug, Default)]
struct Pool {
    /// The ones that were given back first lie in front, each with the number of requests before that.
    buffers: VecDeque<(u64, Vec<f32>)>,
    /// Values in `buffers`.
    values: usize,
    /// Of each length, buffers that were handed out and for which none has come back yet. More than these are never needed at once, and
    /// are not kept: a step gives back tensors of burn's own ops, too.
    missing: FxHashMap<usize, usize>,
    requests: u64,
}

impl Pool {
    fn take(&mut self, len: usize) -> Option<Vec<f32>> {
        if len < SMALL {
            return None;
        }
        self.requests += 1;
        *self.missing.entry(len).or_default() += 1;
        let mut buffers = self.buffers.iter();
        let at = buffers.rposition(|(_, buffer)| buffer.len() == len)?;
        self.values -= len;
        self.buffers.remove(at).map(|(_, buffer)| buffer)
    }

    fn wants(&self, len: usize) -> bool {
        len >= SMALL && self.missing.get(&len).is_some_and(|missing| *missing > 0)
    }

    fn put(&mut self, buffer: Vec<f32>) {
        if let Some(missing) = self.missing.get_mut(&buffer.len()) {
            *missing = missing.saturating_sub(1);
        }
        self.values += buffer.len();
        self.buffers.push_back((self.requests, buffer));
        let oldest = self.requests.saturating_sub(IDLE);
        while self.values > KEPT || self.buffers.front().is_some_and(|(at, _)| *at < oldest) {
            let Some((_, buffer)) = self.buffers.pop_front() else {
                break;
            };
            self.values -= buffer.len();
        }
    }
}

thread_local! {
    /// Of one thread, so that what a run has used goes with it.
    static POOL: RefCell<Pool> = RefCell::default();
}

/// Gives up the buffers that this thread and the pool of threads keep, and the scratch buffers of kernels.
pub(crate) fn release_buffers() {
    POOL.take();
    rayon::broadcast(|_| drop(POOL.take()));
    let scratch = std::mem::take(&mut *SCRATCH.lock().unwrap_or_else(PoisonError::into_inner));
    drop(scratch);
}

/// A buffer to be overwritten: it holds anything.
pub(crate) fn buffer(len: usize) -> Vec<f32> {
    let kept = POOL.with_borrow_mut(|pool| pool.take(len));
    kept.unwrap_or_else(|| vec![0.0; len])
}

/// Keeps the memory of a tensor that nobody else holds, if buffers of its size are asked for.
pub(crate) fn give_back(tensor: FlexTensor) {
    let len = tensor.layout().num_elements();
    if !POOL.with_borrow(|pool| pool.wants(len)) {
        return;
    }
    let whole = tensor.is_unique() && tensor.as_slice::<f32>().is_some_and(|all| all.len() == len);
    if !whole || tensor.storage::<f32>().len() != len {
        return;
    }
    if let Ok(buffer) = tensor.into_data().try_into_vec::<f32>() {
        POOL.with_borrow_mut(|pool| pool.put(buffer));
    }
}

/// Scratch buffers of all threads, the oldest first: a kernel of about the same size takes them.
static SCRATCH: Mutex<Vec<Vec<f32>>> = Mutex::new(Vec::new());
/// Values kept in all scratch buffers together.
const SCRATCH_KEPT: usize = 1 << 25;
/// Values of a cache line, on whose borders buffers begin.
const LINE: usize = 16;

/// A buffer for a kernel, on any thread: it holds what the last user left.
pub(crate) struct Scratch {
    buffer: Vec<f32>,
    range: Range<usize>,
}

impl Scratch {
    pub(crate) fn new(len: usize) -> Self {
        let needed = len + LINE;
        let mut pool = SCRATCH.lock().unwrap_or_else(PoisonError::into_inner);
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

    pub(crate) fn zeros(len: usize) -> Self {
        let mut scratch = Self::new(len);
        scratch.fill(0.0);
        scratch
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        let mut pool = SCRATCH.lock().unwrap_or_else(PoisonError::into_inner);
        pool.push(buffer);
        // The oldest go first.
        let mut total: usize = pool.iter().map(Vec::len).sum();
        while total > SCRATCH_KEPT {
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

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::TensorData;

    fn tensor(len: usize) -> FlexTensor {
        FlexTensor::from_data(TensorData::new(vec![1.0f32; len], [len]))
    }

    fn address(buffer: &[f32]) -> usize {
        buffer.as_ptr().addr()
    }

    #[test]
    fn memory_comes_back_for_the_same_size_alone() {
        let len = SMALL + 1;
        drop(buffer(len));
        let first = tensor(len);
        let at = address(first.storage::<f32>());
        give_back(first);
        let other_size = buffer(len + 1);
        assert_ne!(address(&other_size), at);
        let [again, other] = [(); 2].map(|()| buffer(len));
        assert_eq!(address(&again), at);
        assert_ne!(address(&other), at, "given once");
    }

    #[test]
    fn memory_that_others_hold_stays_theirs() {
        let len = SMALL + 2;
        drop(buffer(len));
        let first = tensor(len);
        let other = first.clone();
        give_back(first);
        assert!(buffer(len).iter().all(|value| *value == 0.0));
        assert!(other.storage::<f32>().iter().all(|value| *value == 1.0));
    }

    fn kept() -> usize {
        POOL.with_borrow(|pool| {
            let buffers = pool.buffers.iter();
            assert_eq!(
                pool.values,
                buffers.map(|(_, own)| own.len()).sum::<usize>()
            );
            pool.buffers.len()
        })
    }

    #[test]
    fn no_more_is_kept_than_was_asked_for_and_nothing_that_is_asked_for_no_more() {
        let len = SMALL + 3;
        for _ in 0..3 {
            drop([buffer(len), buffer(len)]);
            for _ in 0..5 {
                give_back(tensor(len));
            }
            assert_eq!(kept(), 2);
        }
        for _ in 0..=IDLE {
            give_back(tensor(len + 1));
            drop(buffer(len + 1));
        }
        drop(buffer(len + 1));
        give_back(tensor(len + 1));
        assert_eq!(kept(), 1, "of the size that is in use");
    }

    #[test]
    fn no_more_is_kept_than_the_limit() {
        let len = KEPT / 4;
        let wanted: Vec<Vec<f32>> = (0..6).map(|_| buffer(len)).collect();
        drop(wanted);
        for _ in 0..6 {
            give_back(tensor(len));
        }
        assert_eq!(kept(), 4);
    }
}
