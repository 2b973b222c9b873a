//! Measures of colors.

use ecolor::Color32;

use super::Tokens;

/// Contrast ratio of two opaque colors, 1 to 21. WCAG 2.2, "contrast ratio".
#[must_use]
pub fn contrast(a: Color32, b: Color32) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The one of the colors of text and of surfaces that stands out more from `ground`.
#[must_use]
pub fn contrasting(ground: Color32, tokens: &Tokens) -> Color32 {
    let (one, other) = (tokens.text, tokens.surface);
    if contrast(one, ground) >= contrast(other, ground) {
        one
    } else {
        other
    }
}

/// WCAG 2.2, "relative luminance".
fn luminance(color: Color32) -> f32 {
    let linear = |channel: u8| {
        let channel = f32::from(channel) / 255.0;
        if channel <= 0.04045 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
}

#[cfg(test)]
mod tests {
    use super::contrast;
    use ecolor::Color32;

    #[test]
    fn contrast_agrees_with_published_figures() {
        assert!((contrast(Color32::WHITE, Color32::BLACK) - 21.0).abs() < 1e-3);
        // #767676 on white: the lightest gray that passes AA, 4.54 by WebAIM's checker.
        assert!((contrast(Color32::from_gray(0x76), Color32::WHITE) - 4.54).abs() < 0.01);
    }
}
