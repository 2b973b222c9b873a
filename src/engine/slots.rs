//! The queue: how many runs train at a time, first come first served.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossbeam_channel::{Receiver, Sender, bounded};

/// Hands out the right to train.
#[derive(Debug)]
pub(super) struct Slots(Mutex<Queue>);

#[derive(Debug)]
struct Queue {
    free: usize,
    waiting: VecDeque<(u64, Sender<()>)>,
    next: u64,
}

/// The right to train, given back when dropped.
#[derive(Debug)]
pub(super) struct Slot(Arc<Slots>);

/// A place in the queue, given up when dropped.
#[derive(Debug)]
pub(super) struct Ticket {
    number: u64,
    granted: Receiver<()>,
    slots: Arc<Slots>,
}

impl Slots {
    /// For `count` runs at a time.
    pub(super) fn new(count: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Queue {
            free: count.max(1),
            waiting: VecDeque::new(),
            next: 0,
        })))
    }

    /// Joins the queue.
    pub(super) fn queue(self: &Arc<Self>) -> Ticket {
        let (sender, granted) = bounded(1);
        let mut queue = self.lock();
        let number = queue.next;
        queue.next += 1;
        queue.waiting.push_back((number, sender));
        queue.hand_out();
        Ticket {
            number,
            granted,
            slots: Arc::clone(self),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Every change of the queue is whole, whatever panicked while it was locked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn hand_out(&mut self) {
        while self.free > 0
            && let Some((_, first)) = self.waiting.pop_front()
        {
            if first.try_send(()).is_ok() {
                self.free -= 1;
            }
        }
    }
}

impl Ticket {
    /// Yields once, when it is this one's turn: then call [`Self::take`].
    pub(super) fn granted(&self) -> &Receiver<()> {
        &self.granted
    }

    /// After [`Self::granted`] has yielded.
    pub(super) fn take(self) -> Slot {
        Slot(Arc::clone(&self.slots))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut queue = self.slots.lock();
        queue.waiting.retain(|(number, _)| *number != self.number);
        if self.granted.try_recv().is_ok() {
            queue.free += 1;
            queue.hand_out();
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut queue = self.0.lock();
        queue.free += 1;
        queue.hand_out();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_granted(ticket: &Ticket) -> bool {
        ticket.granted().try_recv().is_ok()
    }

    #[test]
    fn slots_go_round_in_order_and_a_given_up_place_is_passed_on() {
        let slots = Slots::new(1);
        let first = slots.queue();
        let (second, third, fourth) = (slots.queue(), slots.queue(), slots.queue());
        assert!(is_granted(&first));
        let slot = first.take();
        assert!(!is_granted(&second));
        drop(second);
        drop(slot);
        // Granted but given up unread: goes to the next.
        drop(third);
        assert!(is_granted(&fourth));
        drop(fourth.take());
        assert!(is_granted(&slots.queue()));
    }
}
