//! Memory of tensors that a backward pass is done with, for the next layers of the same size.
//!
//! A training step needs the same buffers as the one before. Given back to the system and asked for again, each of their pages would be
//! mapped and cleared anew: a quarter of the time of a large step.

use std::cell::RefCell;

use burn::backend::flex::FlexTensor;

/// Values below which a buffer isn't worth keeping.
const SMALL: usize = 1 << 12;
/// Values that a thread keeps at most: 512 MB.
const KEPT: usize = 1 << 27;

thread_local! {
    /// The oldest first. Of one thread, so that what a run has used goes with it.
    static BUFFERS: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

/// A buffer to be overwritten: it holds anything.
pub(crate) fn buffer(len: usize) -> Vec<f32> {
    let kept = BUFFERS.with_borrow_mut(|buffers| {
        let at = buffers.iter().rposition(|buffer| buffer.len() == len)?;
        Some(buffers.remove(at))
    });
    kept.unwrap_or_else(|| vec![0.0; len])
}

/// Keeps the memory of a tensor that nobody else holds.
pub(crate) fn give_back(tensor: FlexTensor) {
    let len = tensor.layout().num_elements();
    let whole = tensor.is_unique() && tensor.as_slice::<f32>().is_some_and(|all| all.len() == len);
    if len < SMALL || !whole || tensor.storage::<f32>().len() != len {
        return;
    }
    let Ok(buffer) = tensor.into_data().try_into_vec::<f32>() else {
        return;
    };
    BUFFERS.with_borrow_mut(|buffers| {
        buffers.push(buffer);
        let mut total: usize = buffers.iter().map(Vec::len).sum();
        while total > KEPT {
            total -= buffers.remove(0).len();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::TensorData;

    fn tensor(len: usize) -> FlexTensor {
        FlexTensor::from_data(TensorData::new(vec![1.0f32; len], [len]))
    }

    #[test]
    fn memory_comes_back_for_the_same_size_alone() {
        let len = SMALL + 1;
        let first = tensor(len);
        let address = first.storage::<f32>().as_ptr();
        give_back(first);
        let other_size = buffer(len + 1);
        assert_ne!(other_size.as_ptr(), address);
        let [again, other] = [(); 2].map(|()| buffer(len));
        assert_eq!(again.as_ptr(), address);
        assert_ne!(other.as_ptr(), address, "given once");
    }

    #[test]
    fn memory_that_others_hold_stays_theirs() {
        let len = SMALL + 2;
        let first = tensor(len);
        let other = first.clone();
        give_back(first);
        assert!(buffer(len).iter().all(|value| *value == 0.0));
        assert!(other.storage::<f32>().iter().all(|value| *value == 1.0));
    }

    #[test]
    fn no_more_is_kept_than_the_limit() {
        let len = KEPT / 4;
        for _ in 0..6 {
            give_back(tensor(len));
        }
        assert_eq!(BUFFERS.with_borrow(Vec::len), 4);
    }
}
