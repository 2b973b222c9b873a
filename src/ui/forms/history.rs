//! Undo and redo.

/// Most steps kept.
const DEPTH: usize = 200;

/// States before and after the present one.
#[derive(Debug, Clone)]
pub(super) struct History<T> {
    past: Vec<T>,
    future: Vec<T>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self {
            past: Vec::new(),
            future: Vec::new(),
        }
    }
}

impl<T> History<T> {
    /// Notes the state that an edit is about to replace; what was undone can no longer be redone.
    pub(super) fn record(&mut self, before: T) {
        if self.past.len() == DEPTH {
            self.past.remove(0);
        }
        self.past.push(before);
        self.future.clear();
    }

    /// Trades the present state for the one before it.
    pub(super) fn undo(&mut self, present: &mut T) -> bool {
        Self::step(&mut self.past, &mut self.future, present)
    }

    /// Trades the present state for the one that was undone last.
    pub(super) fn redo(&mut self, present: &mut T) -> bool {
        Self::step(&mut self.future, &mut self.past, present)
    }

    pub(super) fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub(super) fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    fn step(from: &mut Vec<T>, to: &mut Vec<T>, present: &mut T) -> bool {
        let Some(state) = from.pop() else {
            return false;
        };
        to.push(std::mem::replace(present, state));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undo_and_redo_walk_the_states_in_order() {
        let mut history = History::default();
        let mut present = 0;
        for next in 1..=3 {
            history.record(present);
            present = next;
        }
        assert!(history.undo(&mut present) && history.undo(&mut present));
        assert_eq!(present, 1);
        assert!(history.redo(&mut present));
        assert_eq!(present, 2);
        history.record(present);
        present = 9;
        assert!(
            !history.redo(&mut present),
            "a new edit ends the redo chain"
        );
        assert!(history.undo(&mut present));
        assert_eq!(present, 2);
    }

    #[test]
    fn the_oldest_states_are_forgotten_first() {
        let mut history = History::default();
        for state in 0..DEPTH + 5 {
            history.record(state);
        }
        let mut present = DEPTH + 5;
        while history.undo(&mut present) {}
        assert_eq!(present, 5);
    }
}
