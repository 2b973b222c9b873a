//! Labels beside lines that don't cover each other.

/// Moves labels of one `height`, wanted at `centers`, apart and into `low..=high`, keeping their order. Returns the new
/// center of each; `None` for those that don't fit, which are the ones furthest from `keep`.
#[must_use]
pub fn spread(centers: &[f32], height: f32, low: f32, high: f32, keep: f32) -> Vec<Option<f32>> {
    let mut order: Vec<usize> = (0..centers.len()).collect();
    let room = ((high - low) / height).floor().max(0.0) as usize;
    if order.len() > room {
        order.sort_by(|a, b| {
            (centers[*a] - keep)
                .abs()
                .total_cmp(&(centers[*b] - keep).abs())
        });
        order.truncate(room);
    }
    order.sort_by(|a, b| centers[*a].total_cmp(&centers[*b]));

    let mut placed = vec![None; centers.len()];
    let mut next = low + height / 2.0;
    for &label in &order {
        let center = centers[label].max(next);
        placed[label] = Some(center);
        next = center + height;
    }
    let mut next = high - height / 2.0;
    for &label in order.iter().rev() {
        let center = placed[label].map_or(next, |center: f32| center.min(next));
        placed[label] = Some(center);
        next = center - height;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_with_room_stay_where_their_lines_are() {
        assert_eq!(
            spread(&[50.0, 20.0], 10.0, 0.0, 100.0, 0.0),
            [Some(50.0), Some(20.0)]
        );
    }

    #[test]
    fn labels_at_the_same_height_move_apart() {
        assert_eq!(
            spread(&[50.0, 50.0], 10.0, 0.0, 100.0, 0.0),
            [Some(50.0), Some(60.0)]
        );
    }

    #[test]
    fn labels_at_the_edge_move_inside() {
        assert_eq!(
            spread(&[99.0, 98.0], 10.0, 0.0, 100.0, 0.0),
            [Some(95.0), Some(85.0)]
        );
    }

    #[test]
    fn the_labels_nearest_to_the_pointer_stay_when_there_is_no_room_for_all() {
        assert_eq!(
            spread(&[1.0, 10.0, 20.0], 10.0, 0.0, 20.0, 20.0),
            [None, Some(5.0), Some(15.0)]
        );
        assert_eq!(spread(&[1.0, 2.0], 10.0, 0.0, 5.0, 0.0), [None, None]);
    }

    proptest! {
        #[test]
        fn no_two_labels_overlap_and_all_stay_inside(centers in prop::collection::vec(-50.0..150.0_f32, 0..20)) {
            let mut placed: Vec<f32> = spread(&centers, 10.0, 0.0, 100.0, 50.0).into_iter().flatten().collect();
            placed.sort_by(f32::total_cmp);
            prop_assert_eq!(placed.len(), centers.len().min(10));
            for pair in placed.windows(2) {
                prop_assert!(pair[1] - pair[0] >= 10.0 - 1e-3);
            }
            for center in placed {
                prop_assert!((5.0 - 1e-3..=95.0 + 1e-3).contains(&center));
            }
        }
    }
}
