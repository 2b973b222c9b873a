//! Draws that the inventions share.

use super::super::Dice;

pub(super) fn between(dice: &mut Dice, low: f32, high: f32) -> f32 {
    low + (high - low) * dice.share() as f32
}

pub(super) fn chance(dice: &mut Dice, share: f32) -> bool {
    (dice.share() as f32) < share
}

pub(super) fn one_of<'a, T>(dice: &mut Dice, from: &'a [T]) -> &'a T {
    dice.pick(from)
}
