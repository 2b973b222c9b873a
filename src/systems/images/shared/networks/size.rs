//! Sizes that a network takes.

use crate::nn::conv::ShapeError;

/// True if both sides, in pixels, are multiples of `multiple` and at least `least`, itself a multiple.
///
/// # Errors
/// If not, with sizes that are.
pub fn check_multiple(
    width: usize,
    height: usize,
    multiple: usize,
    least: usize,
) -> Result<(), ShapeError> {
    let fits = |size: usize| size >= least && size.is_multiple_of(multiple);
    if fits(width) && fits(height) {
        return Ok(());
    }
    let below = |size: usize| (size / multiple * multiple).max(least);
    let above = |size: usize| size.div_ceil(multiple).saturating_mul(multiple).max(least);
    Err(ShapeError::Multiple {
        width,
        height,
        multiple,
        least,
        below: [below(width), below(height)],
        above: [above(width), above(height)],
    })
}
