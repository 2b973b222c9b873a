//! Which values of pictures of more than 8 bits are black and white.
//!
//! Cameras, microscopes and scanners write 10 or 12 bits into 16: scaled by 65,535 they are black. The range is looked for in a sample of the
//! training images of each domain, and holds for all of its images.

use image::DynamicImage;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::fetch::half_of;
use super::{Domain, Picture, decode};
use crate::data::load::counted;
use crate::data::{DataError, Monitor};

/// Images that are looked into.
const LOOKED_INTO: usize = 48;
/// Values of each that are looked at.
const PER_IMAGE: usize = 20_000;
/// The largest value of 16 bits.
const FULL: f32 = 65_535.0;
/// Values beyond this share at either end may be faulty pixels.
const ODD: f64 = 0.001;

/// The values of a picture that become black and white; beyond them it is clipped.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ValueRange {
    /// Black.
    pub low: f32,
    /// White.
    pub high: f32,
}

// Both are finite.
impl Eq for ValueRange {}

impl ValueRange {
    /// A value as one of 8 bits.
    pub(super) fn byte(self, value: f32) -> u8 {
        let share = (value - self.low) / (self.high - self.low);
        // What is no number is black.
        (share * 255.0).round().clamp(0.0, 255.0) as u8
    }
}

/// `data.range`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Wanted {
    /// Looked for.
    Auto,
    /// All that 16 bits hold; 0 to 1 of floats.
    Full,
    Given(ValueRange),
}

impl Wanted {
    /// `auto`, `full`, or two numbers.
    pub(super) fn parse(text: Option<&str>) -> Result<Self, DataError> {
        let text = text.unwrap_or("auto").trim();
        match text {
            "auto" => return Ok(Self::Auto),
            "full" => return Ok(Self::Full),
            _ => {}
        }
        let numbers: Vec<f32> = text
            .split([',', ' ', ';', '[', ']'])
            .filter(|part| !part.is_empty())
            .map_while(|part| part.parse().ok())
            .collect();
        match numbers.as_slice() {
            &[low, high] if low.is_finite() && high.is_finite() && low < high => {
                Ok(Self::Given(ValueRange { low, high }))
            }
            _ => Err(DataError::Config {
                key: "range",
                problem: format!(
                    "is \"{text}\", but must be \"auto\", \"full\", or the values of black and of white, such as [0, 4095]"
                ),
            }),
        }
    }
}

/// What a sample of images holds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Seen {
    least: f32,
    most: f32,
    /// Without the odd ones.
    dark: f32,
    bright: f32,
    is_float: bool,
}

/// Decides on the range of a domain, gives it to its images, and returns what is to be said.
pub(super) fn decide(
    domain: &mut Domain,
    wanted: Wanted,
    monitor: &Monitor,
) -> Result<Option<String>, DataError> {
    let deep = |pictures: &[Picture]| -> Vec<Picture> {
        let deep = pictures.iter().filter(|picture| picture.is_deep);
        deep.cloned().collect()
    };
    let (train, test) = (deep(&domain.train), deep(&domain.test));
    let looked = if train.is_empty() { &test } else { &train };
    if looked.is_empty() {
        return Ok(None);
    }
    let step = looked.len().div_ceil(LOOKED_INTO);
    let sample: Vec<&Picture> = looked.iter().step_by(step).collect();
    let (seen, brightest) = look(&sample, monitor)?.unzip();
    let range = match wanted {
        Wanted::Full => None,
        Wanted::Given(range) => Some(range),
        Wanted::Auto => seen.and_then(fitting),
    };
    domain.range = range;
    for picture in domain.train.iter_mut().chain(&mut domain.test) {
        picture.range = range.filter(|_| picture.is_deep);
    }
    let Some(seen) = seen else { return Ok(None) };
    let all = domain.train.len() + domain.test.len();
    let count = train.len() + test.len();
    Ok(range.map(|range| {
        let (kind, of) = if seen.is_float {
            ("float or signed", String::new())
        } else {
            ("16-bit", format!(" of {}", number(FULL)))
        };
        let which = if count == all {
            format!("{kind} images hold values")
        } else {
            format!("{count} of {all} images are {kind} and hold values")
        };
        let how = if wanted == Wanted::Auto {
            "stretched over the range from black to white, in training and test alike; if that is wrong set data.range to \"full\" or to two numbers"
        } else {
            "black and white by data.range"
        };
        let black = nearly_black(&brightest.unwrap_or_default(), range);
        format!(
            "{}: {which} from {} to {}{of} ({} looked into): {} to {} are {how}{black}",
            domain.name,
            number(seen.least),
            number(seen.most),
            counted(sample.len(), "image was", "images were"),
            number(range.low),
            number(range.high)
        )
    }))
}

/// What is said of images that are as good as black in this range, as those from 0 to 1 among others from 0 to 255.
fn nearly_black(brightest: &[f32], range: ValueRange) -> String {
    /// Of the range.
    const LITTLE: f32 = 0.01;
    let limit = range.low + LITTLE * (range.high - range.low);
    let black = brightest.iter().filter(|most| **most < limit);
    match (black.clone().copied().reduce(f32::max), black.count()) {
        (Some(most), count) => format!(
            "; {} nothing above {} and will be black: images of one folder should be of one scale",
            counted(count, "of these holds", "of these hold"),
            number(most)
        ),
        (None, _) => String::new(),
    }
}

/// `4,095`, `0.25`.
fn number(value: f32) -> String {
    if value.fract() != 0.0 || value.abs() >= 1e9 {
        return format!("{value}");
    }
    let digits = counted(value.abs() as usize, "", "");
    format!(
        "{}{}",
        if value < 0.0 { "-" } else { "" },
        digits.trim_end()
    )
}

/// What the images hold together, and the largest value of each.
fn look(sample: &[&Picture], monitor: &Monitor) -> Result<Option<(Seen, Vec<f32>)>, DataError> {
    let looks: Vec<Option<Look>> = sample
        .par_iter()
        .map(|picture| {
            super::load::stop_if_canceled(monitor)?;
            // What cannot be decoded is said by those who need it.
            Ok(decode::read_deep(&picture.path)
                .ok()
                .and_then(|image| look_at(image, picture)))
        })
        .collect::<Result<_, DataError>>()?;
    let (mut values, mut brightest) = (Vec::new(), Vec::new());
    let (mut least, mut most, mut is_float) = (f32::INFINITY, f32::NEG_INFINITY, false);
    for (low, high, some, float) in looks.into_iter().flatten() {
        (least, most) = (least.min(low), most.max(high));
        is_float |= float;
        brightest.push(high);
        values.extend(some);
    }
    if values.is_empty() || least > most {
        return Ok(None);
    }
    values.sort_by(f32::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    let seen = Seen {
        least,
        most,
        dark: at(ODD),
        bright: at(1.0 - ODD),
        is_float,
    };
    Ok(Some((seen, brightest)))
}

/// The least and the largest value of an image, some of them, and whether they are floats.
type Look = (f32, f32, Vec<f32>, bool);

fn look_at(image: DynamicImage, picture: &Picture) -> Option<Look> {
    let image = half_of(image, picture.half);
    let is_float = matches!(
        image,
        DynamicImage::ImageRgb32F(_) | DynamicImage::ImageRgba32F(_)
    );
    let values: Vec<f32> = match image {
        DynamicImage::ImageLuma16(image) => image.iter().map(|&value| f32::from(value)).collect(),
        DynamicImage::ImageRgb16(image) => image.iter().map(|&value| f32::from(value)).collect(),
        image if is_float => image.into_rgb32f().into_raw(),
        image => {
            let image = image.into_rgb16();
            image.iter().map(|&value| f32::from(value)).collect()
        }
    };
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let step = values.len().div_ceil(PER_IMAGE).max(1);
    let (least, most) = (finite().reduce(f32::min)?, finite().reduce(f32::max)?);
    // A step that no width of an image is a multiple of.
    let some = finite().step_by(step | 1).collect();
    Some((least, most, some, is_float))
}

/// The range for what was seen; `None` if the full one will do.
fn fitting(seen: Seen) -> Option<ValueRange> {
    let Seen {
        least,
        most,
        dark,
        bright,
        is_float,
    } = seen;
    if least >= most {
        return None;
    }
    // A few faulty pixels far above all others do not count.
    let top = if bright > dark && 4.0 * (bright - dark) < most - dark {
        bright
    } else {
        most
    };
    let bottom = if 4.0 * (top - dark) < top - least {
        dark
    } else {
        least
    };
    if is_float {
        if least >= 0.0 && most <= 1.0 && top > 0.25 {
            return None;
        }
        let is_bytes = least >= 0.0 && most <= 255.0 && top > 64.0;
        let high = if is_bytes { 255.0 } else { top };
        let low = if bottom >= 0.0 && bottom < high / 4.0 {
            0.0
        } else {
            bottom
        };
        return (low < high).then_some(ValueRange { low, high });
    }
    // Values in a narrow band, far from black.
    if bottom > top / 4.0 && top - bottom < FULL / 4.0 && top - bottom < top / 2.0 {
        return Some(ValueRange {
            low: bottom,
            high: top,
        });
    }
    if top > FULL / 2.0 {
        return None;
    }
    // All that so many bits hold.
    let bits = (1..16).find(|&bits| top <= ((1_u32 << bits) - 1) as f32)?;
    Some(ValueRange {
        low: 0.0,
        high: ((1_u32 << bits) - 1) as f32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(least: f32, dark: f32, bright: f32, most: f32) -> Option<(f32, f32)> {
        let seen = Seen {
            least,
            most,
            dark,
            bright,
            is_float: false,
        };
        fitting(seen).map(|range| (range.low, range.high))
    }

    fn of_floats(least: f32, most: f32) -> Option<(f32, f32)> {
        let seen = Seen {
            least,
            most,
            dark: least,
            bright: most,
            is_float: true,
        };
        fitting(seen).map(|range| (range.low, range.high))
    }

    #[test]
    fn the_range_is_that_of_the_bits_that_are_used() {
        assert_eq!(of(0.0, 3.0, 4000.0, 4080.0), Some((0.0, 4095.0)));
        assert_eq!(of(0.0, 3.0, 900.0, 1023.0), Some((0.0, 1023.0)));
        assert_eq!(of(0.0, 3.0, 200.0, 255.0), Some((0.0, 255.0)));
        assert_eq!(of(0.0, 3.0, 60_000.0, 65_535.0), None);
        // One hot pixel.
        assert_eq!(of(0.0, 3.0, 4000.0, 65_535.0), Some((0.0, 4095.0)));
        // Densities of a scanner, shifted by 2^15.
        assert_eq!(
            of(31_768.0, 31_768.0, 36_000.0, 36_000.0),
            Some((31_768.0, 36_000.0))
        );
        assert_eq!(of(7.0, 7.0, 7.0, 7.0), None);
    }

    #[test]
    fn floats_from_0_to_1_are_as_they_are() {
        assert_eq!(of_floats(0.0, 1.0), None);
        assert_eq!(of_floats(0.0, 0.01), Some((0.0, 0.01)));
        assert_eq!(of_floats(0.0, 255.0), Some((0.0, 255.0)));
        assert_eq!(of_floats(-1.0, 1.0), Some((-1.0, 1.0)));
        assert_eq!(of_floats(0.0, 3.0e4), Some((0.0, 3.0e4)));
    }

    #[test]
    fn images_of_another_scale_are_named() {
        let range = ValueRange {
            low: 0.0,
            high: 255.0,
        };
        assert_eq!(nearly_black(&[255.0, 3.0, 200.0], range), "");
        assert_eq!(
            nearly_black(&[255.0, 1.0, 0.5], range),
            "; 2 of these hold nothing above 1 and will be black: images of one folder should be of one scale"
        );
    }

    #[test]
    fn a_range_is_a_word_or_two_numbers() {
        let given = |text| Wanted::parse(Some(text)).ok();
        assert_eq!(Wanted::parse(None).ok(), Some(Wanted::Auto));
        assert_eq!(given("full"), Some(Wanted::Full));
        let range = ValueRange {
            low: -10.0,
            high: 4095.0,
        };
        assert_eq!(given("-10, 4095"), Some(Wanted::Given(range)));
        for text in ["0", "5, 5", "9, 1", "0, x", "0, 1, 2", "inf, 1", "wide"] {
            assert!(given(text).is_none(), "{text}");
        }
    }

    #[test]
    fn values_become_bytes() {
        let range = ValueRange {
            low: 0.0,
            high: 4095.0,
        };
        assert_eq!(
            [0.0, 2047.5, 4095.0, 9000.0, -5.0, f32::NAN].map(|value| range.byte(value)),
            [0, 128, 255, 255, 0, 0]
        );
    }
}
