//! Names of pairs and masks as people have them.

use super::*;
use crate::data::images::affixes;

/// Which belongs to which, by name.
fn pairs(
    own: &[&str],
    others: &[&str],
    patterns: &str,
    purpose: Purpose,
) -> (Vec<(String, String)>, Matched) {
    let own: Vec<&Path> = own.iter().map(Path::new).collect();
    let others: Vec<&Path> = others.iter().map(Path::new).collect();
    let patterns = if patterns.is_empty() {
        Vec::new()
    } else {
        affixes::parse(patterns).unwrap()
    };
    let matched = matched(&own, &others, &patterns, purpose);
    let text = |path: &Path| path.display().to_string();
    let found = matched.partner.iter().enumerate();
    let found = found.filter_map(|(at, other)| Some((text(own[at]), text(others[(*other)?]))));
    (found.collect(), matched)
}

#[test]
fn accents_and_case_are_no_difference_but_are_said() {
    // é in one and in two code points.
    let (found, matched) = pairs(
        &["caf\u{e9}", "B1", "x"],
        &["b1", "cafe\u{301}", "x"],
        "",
        Purpose::Pairs,
    );
    assert_eq!(found.len(), 3);
    assert_eq!(matched.partner, [Some(1), Some(0), Some(2)]);
    assert_eq!(
        matched.said,
        [(How::Accents, 1, (0, 1)), (How::Case, 1, (1, 0))]
    );
    // Two that differ in case alone are not told apart by guessing.
    let (found, _) = pairs(&["A", "a"], &["á", "A", "b"], "", Purpose::Pairs);
    assert_eq!(found, [("A".to_owned(), "A".to_owned())]);
    let (found, _) = pairs(&["C"], &["c", "ç"], "", Purpose::Pairs);
    assert_eq!(found.len(), 1);
}

#[test]
fn what_repeats_is_taken_off_and_the_labels_are_preferred_as_masks() {
    let own: Vec<String> = (0..4)
        .map(|n| format!("city/c_{n}_19_leftImg8bit"))
        .collect();
    let kinds = ["gtFine_color", "gtFine_instanceIds", "gtFine_labelIds"];
    let others: Vec<String> = (0..4)
        .flat_map(|n| kinds.map(|kind| format!("city/c_{n}_19_{kind}")))
        .collect();
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let (found, matched) = pairs(&own, &others, "", Purpose::Masks);
    assert_eq!(found.len(), 4);
    assert!(
        found.iter().all(|(_, mask)| mask.ends_with("labelIds")),
        "{found:?}"
    );
    let [(How::Repeating(pattern, also), 4, _)] = matched.said.as_slice() else {
        panic!("{:?}", matched.said);
    };
    assert_eq!(pattern[0].to_string(), "*_leftimg8bit");
    assert_eq!(pattern[1].to_string(), "*_gtfine_labelids");
    assert_eq!(also.len(), 2);
    let (found, _) = pairs(&own, &others, "", Purpose::Pairs);
    assert!(
        found.iter().all(|(_, picture)| picture.ends_with("color")),
        "{found:?}"
    );
    let (found, matched) = pairs(
        &own,
        &others,
        "*_leftImg8bit|*_gtFine_instanceIds",
        Purpose::Masks,
    );
    assert!(
        found.iter().all(|(_, mask)| mask.ends_with("instanceIds")),
        "{found:?}"
    );
    assert!(matches!(matched.said[0], (How::Given(_), 4, _)));
}

#[test]
fn beginnings_repeat_too_and_what_does_not_repeat_matches_nothing() {
    for (own, others) in [
        (
            ["img_1", "img_2", "img_10"],
            ["mask_10", "mask_1", "mask_2"],
        ),
        (
            ["rgb001", "rgb002", "rgb003"],
            ["depth003", "depth002", "depth001"],
        ),
        (["1a", "2a", "3a"], ["1b", "2b", "3b"]),
        (
            ["in_1_x", "in_2_x", "in_3_x"],
            ["out_1_y", "out_3_y", "out_2_y"],
        ),
        (["1", "2", "3"], ["1_L", "2_L", "3_L"]),
    ] {
        let (found, _) = pairs(&own, &others, "", Purpose::Pairs);
        assert_eq!(found.len(), 3, "{own:?} {others:?} {found:?}");
        let digits = |text: &str| {
            text.chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
        };
        assert!(
            found.iter().all(|(a, b)| digits(a) == digits(b)),
            "{found:?}"
        );
    }
    let numbered = pairs(
        &["day_1", "day_2"],
        &["night_1", "night_2"],
        "",
        Purpose::Pairs,
    );
    assert_eq!(numbered.0, [], "the first of each need not be a pair");
    let [first, second] = numbered.1.unsure.expect("a pattern to propose");
    assert_eq!(format!("{first}|{second}"), "day_*|night_*");
    let (found, _) = pairs(
        &["cat", "dog", "hen"],
        &["tree", "rose"],
        "",
        Purpose::Pairs,
    );
    assert_eq!(found, []);
}

#[test]
fn the_same_names_in_other_folders_match_where_they_are_the_only_ones() {
    let (found, matched) = pairs(&["day/1", "day/2"], &["1", "2"], "", Purpose::Masks);
    assert_eq!(found.len(), 2);
    assert_eq!(matched.said[0].0, How::Folders);
    let (found, _) = pairs(&["x/1", "y/1"], &["1"], "", Purpose::Masks);
    assert_eq!(found, []);
}
