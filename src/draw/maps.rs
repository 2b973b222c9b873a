//! Color maps for matrices.

use ecolor::Color32;

/// For amounts: monotone in lightness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sequential {
    /// Dark blue over green to yellow.
    #[default]
    Viridis,
    /// Black over magenta to pale yellow.
    Magma,
    /// Black to white, even to the eye.
    Gray,
}

/// For differences around a middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Diverging {
    /// Blue below, red above.
    #[default]
    BlueRed,
}

impl Sequential {
    /// The color of `amount`, 0 to 1; outside it is clamped.
    #[must_use]
    pub fn color(self, amount: f32) -> Color32 {
        let amount = unit(amount);
        match self {
            Self::Viridis => convert(colorous::VIRIDIS.eval_continuous(f64::from(amount))),
            Self::Magma => convert(colorous::MAGMA.eval_continuous(f64::from(amount))),
            // sRGB's curve is close to that of the eye.
            Self::Gray => Color32::from_gray((255.0 * amount).round() as u8),
        }
    }
}

impl Diverging {
    /// The color of `difference`, −1 to 1; outside it is clamped.
    #[must_use]
    pub fn color(self, difference: f32) -> Color32 {
        let Self::BlueRed = self;
        // colorous runs from red to blue.
        let amount = unit(0.5 - 0.5 * difference);
        convert(colorous::RED_BLUE.eval_continuous(f64::from(amount)))
    }
}

/// Clamps to 0 … 1; NaN becomes 0.
fn unit(value: f32) -> f32 {
    if value.is_nan() {
        0.0
    } else {
        value.clamp(0.0, 1.0)
    }
}

fn convert(color: colorous::Color) -> Color32 {
    Color32::from_rgb(color.r, color.g, color.b)
}

#[cfg(test)]
mod tests {
    use super::{Diverging, Sequential};
    use ecolor::Color32;

    #[test]
    fn ends_and_middle_are_the_published_colors() {
        // matplotlib's viridis ends at #440154 and #fde725.
        assert_eq!(
            Sequential::Viridis.color(0.0),
            Color32::from_rgb(0x44, 0x01, 0x54)
        );
        assert_eq!(
            Sequential::Viridis.color(2.0),
            Color32::from_rgb(0xfd, 0xe7, 0x25)
        );
        let (low, high) = (
            Diverging::BlueRed.color(-1.0),
            Diverging::BlueRed.color(1.0),
        );
        assert!(low.b() > low.r() && high.r() > high.b());
    }

    #[test]
    fn nan_has_a_color() {
        assert_eq!(
            Sequential::Magma.color(f32::NAN),
            Sequential::Magma.color(0.0)
        );
    }
}
