//! Numbers such as 99 that stand for a missing value.

use rustc_hash::FxHashSet;

/// Numbers that people write where nothing is known.
const NUMBERS: [f32; 8] = [
    99.0, -99.0, 999.0, -999.0, 9999.0, -9999.0, 99_999.0, -99_999.0,
];

/// A number that stands for a missing value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sentinel {
    pub number: f32,
    /// Nothing else comes near it, and it comes often; else it only looks odd.
    pub sure: bool,
    /// Times among the values that were looked at.
    times: usize,
    least: f32,
    most: f32,
}

impl Sentinel {
    pub(crate) fn notice(&self) -> String {
        let Self {
            number,
            times,
            least,
            most,
            ..
        } = self;
        if self.sure {
            format!(
                "{number} was read as missing, since all other values lie between {least} and {most}; if it is a value, set data.missing_words = [\"NA\"]"
            )
        } else {
            format!(
                "{number} stands {times} times where the other values lie between {least} and {most}; if it means missing, set data.missing_words = [\"{number}\"]"
            )
        }
    }
}

/// A number far outside the scale of the others, if there is one.
pub(crate) fn sentinel(values: &[f32]) -> Option<Sentinel> {
    let number = *NUMBERS.iter().find(|number| values.contains(number))?;
    let (mut least, mut most, mut times) = (f32::INFINITY, f32::NEG_INFINITY, 0);
    let mut others = FxHashSet::default();
    for &value in values.iter().filter(|value| value.is_finite()) {
        if value == number {
            times += 1;
        } else {
            (least, most) = (least.min(value), most.max(value));
            others.insert(value.to_bits());
        }
    }
    let reach = least.abs().max(most.abs());
    let far = number.abs() > reach * 4.0;
    let outside = number < least || number > most;
    if others.len() < 3 || !outside || number.abs() <= reach * 2.0 || times < 2 {
        return None;
    }
    Some(Sentinel {
        number,
        sure: far && times * 50 >= values.len(),
        times,
        least,
        most,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_outside_an_evident_scale_is_missing() {
        let mut values = vec![-9.5, 0.25, 8.0, 3.0, 99.0, 99.0, 1.0];
        let found = sentinel(&values).expect("99");
        assert!(found.sure && found.number == 99.0);
        assert!(found.notice().contains("between -9.5 and 8"));
        // Near enough to the others to be one of them.
        values.push(80.0);
        assert_eq!(sentinel(&values), None);
        // Once may be a slip; a scale of two values is none.
        assert_eq!(sentinel(&[1.0, 2.0, 3.0, 99.0]), None);
        assert_eq!(sentinel(&[1.0, 2.0, 99.0, 99.0]), None);
        // Seldom, or not so far away: said, but read.
        let mut seldom = [1.0, 2.0, 3.0].repeat(100);
        seldom.extend([999.0, 999.0]);
        assert!(!sentinel(&seldom).expect("999").sure);
        let near = [40.0, 1.0, 2.0, 3.0, 99.0, 99.0];
        assert!(!sentinel(&near).expect("99").sure);
    }
}
