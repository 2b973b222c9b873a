//! Ratings that can be read, but look odd.

use rustc_hash::FxHashMap;

use super::Sparse;

/// Values of which there may be so many different ones on a scale.
const SCALE: usize = 120;

/// What looks odd about ratings as a whole.
pub(crate) fn oddities(ratings: &Sparse) -> Vec<String> {
    let all = ratings.values().len();
    if all < 8 {
        return Vec::new();
    }
    let mut notices = Vec::new();
    let mut counts: FxHashMap<u32, usize> = FxHashMap::default();
    for value in ratings.values() {
        // 0 and -0 are the same.
        *counts.entry((value + 0.0).to_bits()).or_default() += 1;
        if counts.len() > SCALE {
            break;
        }
    }
    if counts.len() <= SCALE {
        let mut scale: Vec<(f32, usize)> = counts
            .into_iter()
            .map(|(bits, count)| (f32::from_bits(bits), count))
            .collect();
        scale.sort_by(|a, b| a.0.total_cmp(&b.0));
        notices.extend(zeros(&scale, all));
        notices.extend(minus_one(&scale, all));
        notices.extend(two_scales(&scale, all));
    }
    notices.extend(one_user(ratings, all));
    notices
}

fn percent(part: usize, all: usize) -> String {
    format!("{:.0} %", part as f64 / all as f64 * 100.0)
}

/// Many zeros under a scale that begins at 1: people were there, but did not rate.
fn zeros(scale: &[(f32, usize)], all: usize) -> Option<String> {
    let (zeros, others) = match scale {
        [(0.0, count), others @ ..] => (*count, others),
        _ => return None,
    };
    let (least, most) = (others.first()?.0, others.last()?.0);
    let is_scale = least >= 1.0 && most <= 100.0 && others.len() > 2;
    (is_scale && zeros * 20 >= all).then(|| {
        format!(
            "{} of the ratings are 0, below a scale from {least} to {most}: if 0 means that there is no rating, as in Book-Crossing, set data.missing_words = [\"0\"]",
            percent(zeros, all)
        )
    })
}

/// -1 as the only negative number: there is none.
fn minus_one(scale: &[(f32, usize)], all: usize) -> Option<String> {
    let (count, others) = match scale {
        [(-1.0, count), others @ ..] => (*count, others),
        _ => return None,
    };
    let (least, most) = (others.first()?.0, others.last()?.0);
    // A vote down and up is -1 and 1.
    (least >= 0.0 && most > 1.0 && others.len() > 2).then(|| {
        format!(
            "{} of the ratings are -1, below a scale from {least} to {most}: if -1 means that there is no rating, set data.missing_words = [\"-1\"]",
            percent(count, all)
        )
    })
}

/// Values to 5 or 10, then a gap, then values such as 20 to 100.
fn two_scales(scale: &[(f32, usize)], all: usize) -> Option<String> {
    let at = (1..scale.len()).find(|&at| {
        let (below, above) = (scale[at - 1].0, scale[at].0);
        below > 0.0 && below <= 10.0 && above >= below * 2.0 && above >= 10.0
    })?;
    let (low, high) = scale.split_at(at);
    let in_high: usize = high.iter().map(|(_, count)| count).sum();
    let enough = in_high * 20 >= all && (all - in_high) * 20 >= all;
    let most = high.last()?.0;
    (enough && low.len() > 1 && high.len() > 1 && most <= 100.0).then(|| {
        format!(
            "{} of the ratings lie between {} and {most}, the others between {} and {}: perhaps these are two scales",
            percent(in_high, all),
            high[0].0,
            low[0].0,
            low[low.len() - 1].0,
        )
    })
}

/// One user with half of the ratings is often none.
fn one_user(ratings: &Sparse, all: usize) -> Option<String> {
    let most = ratings
        .offsets()
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .max()?;
    (ratings.rows() > 3 && most * 2 >= all).then(|| {
        format!(
            "one user has {} of all ratings: perhaps it stands for people without a name",
            percent(most, all)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(users: &[&[f32]]) -> Vec<String> {
        let mut offsets = vec![0];
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for user in users {
            columns.extend(0..user.len() as u32);
            values.extend_from_slice(user);
            offsets.push(values.len());
        }
        oddities(&Sparse::from_parts(100, offsets, columns, values))
    }

    #[test]
    fn what_looks_odd_is_said() {
        let zeros = of(&[&[0.0, 5.0, 8.0], &[0.0, 10.0, 1.0], &[7.0, 0.0, 3.0]]);
        assert!(
            zeros[0].starts_with("33 % of the ratings are 0"),
            "{zeros:?}"
        );
        let scales = of(&[&[1.0, 5.0, 80.0], &[3.0, 100.0, 4.0], &[2.0, 60.0]]);
        assert!(
            scales[0].contains("38 % of the ratings lie between 60 and 100"),
            "{scales:?}"
        );
        let user = of(&[&[1.0; 8], &[2.0, 3.0], &[4.0], &[5.0]]);
        assert!(user[0].starts_with("one user has 67 %"), "{user:?}");
        let minus = of(&[&[-1.0, 5.0, 8.0], &[-1.0, 10.0, 1.0], &[7.0, 2.0, 3.0]]);
        assert!(
            minus[0].starts_with("22 % of the ratings are -1, below a scale from 1 to 10"),
            "{minus:?}"
        );
        assert!(of(&[&[-1.0, 1.0, 1.0], &[-1.0, 1.0, 1.0], &[1.0, -1.0, 1.0]]).is_empty());
        assert!(of(&[&[-2.0, -1.0, 1.0], &[-1.0, 2.0, 1.0], &[1.0, -1.0, 0.0]]).is_empty());
        // Zeros of a scale with halves, and a plain scale.
        assert!(of(&[&[0.0, 0.5, 1.0], &[1.5, 2.0, 0.0], &[3.0, 4.0, 5.0]]).is_empty());
        assert!(of(&[&[1.0, 2.0, 3.0], &[4.0, 5.0, 3.0], &[3.0, 4.0, 5.0]]).is_empty());
        assert!(of(&[&[10.0, 20.0, 30.0], &[40.0, 50.0, 3.0], &[30.0, 40.0, 50.0]]).is_empty());
    }
}
