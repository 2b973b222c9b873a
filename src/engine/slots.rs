//! The queue: how many runs train at a time, first come first served.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossbeam_channel::{Receiver, Sender, bounded};

/// The machine in parts: as many as all numbers up to 16 divide.
const WHOLE: u32 = 720_720;

/// Hands out the right to train on a share of the machine.
#[derive(Debug)]
pub(super) struct Slots(Mutex<Queue>);

#[derive(Debug)]
struct Queue {
    free: u32,
    waiting: VecDeque<Waiting>,
    next: u64,
}

#[derive(Debug)]
struct Waiting {
    number: u64,
    size: u32,
    granted: Sender<()>,
}

/// The right to train, given back when dropped.
#[derive(Debug)]
pub(super) struct Slot {
    size: u32,
    slots: Arc<Slots>,
}

/// A place in the queue, given up when dropped.
#[derive(Debug)]
pub(super) struct Ticket {
    number: u64,
    size: u32,
    granted: Receiver<()>,
    slots: Arc<Slots>,
}

impl Slots {
    /// A machine that nobody uses.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Queue {
            free: WHOLE,
            waiting: VecDeque::new(),
            next: 0,
        })))
    }

    /// Joins the queue for one of `beside` equal shares of the machine. Nobody overtakes: who needs more than is free waits for it first.
    pub(super) fn queue(self: &Arc<Self>, beside: usize) -> Ticket {
        let (granted, receiver) = bounded(1);
        let beside = u32::try_from(beside).unwrap_or(u32::MAX).clamp(1, WHOLE);
        let size = WHOLE / beside;
        let mut queue = self.lock();
        let number = queue.next;
        queue.next += 1;
        queue.waiting.push_back(Waiting {
            number,
            size,
            granted,
        });
        queue.hand_out();
        Ticket {
            number,
            size,
            granted: receiver,
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
        while let Some(first) = self.waiting.pop_front_if(|first| first.size <= self.free) {
            if first.granted.try_send(()).is_ok() {
                self.free -= first.size;
            }
        }
    }

    fn give_back(&mut self, size: u32) {
        self.free += size;
        self.hand_out();
    }
}

impl Ticket {
    /// Yields once, when it is this one's turn: then call [`Self::take`].
    pub(super) fn granted(&self) -> &Receiver<()> {
        &self.granted
    }

    /// After [`Self::granted`] has yielded.
    pub(super) fn take(self) -> Slot {
        Slot {
            size: self.size,
            slots: Arc::clone(&self.slots),
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut queue = self.slots.lock();
        queue.waiting.retain(|own| own.number != self.number);
        if self.granted.try_recv().is_ok() {
            queue.give_back(self.size);
        } else {
            // Others may have waited behind it.
            queue.hand_out();
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.slots.lock().give_back(self.size);
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
        let slots = Slots::new();
        let first = slots.queue(1);
        let (second, third, fourth) = (slots.queue(1), slots.queue(1), slots.queue(1));
        assert!(is_granted(&first));
        let slot = first.take();
        assert!(!is_granted(&second));
        drop(second);
        drop(slot);
        // Granted but given up unread: goes to the next.
        drop(third);
        assert!(is_granted(&fourth));
        drop(fourth.take());
        assert!(is_granted(&slots.queue(1)));
    }

    #[test]
    fn small_shares_run_side_by_side_and_nobody_overtakes_who_needs_all() {
        let slots = Slots::new();
        let thirds: Vec<Ticket> = (0..4).map(|_| slots.queue(3)).collect();
        assert_eq!(
            thirds.iter().map(is_granted).collect::<Vec<_>>(),
            [true, true, true, false]
        );
        let whole = slots.queue(1);
        let mut own: Vec<Slot> = thirds.into_iter().take(3).map(Ticket::take).collect();
        // The fourth third gave up; the whole machine has to be free for the next.
        own.pop();
        let later = slots.queue(3);
        assert!(!is_granted(&whole) && !is_granted(&later));
        own.clear();
        assert!(is_granted(&whole) && !is_granted(&later));
        drop(whole.take());
        assert!(is_granted(&later));
        // Who gives up lets those behind go on.
        let (half, all, more) = (slots.queue(2), slots.queue(1), slots.queue(6));
        assert!(is_granted(&half) && !is_granted(&all) && !is_granted(&more));
        drop(all);
        assert!(is_granted(&more));
    }
}
