//! What the names of folders say: for training or for testing, and of which domain.

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Set {
    Train,
    Test,
    /// Stands in for a test set where there is none.
    Validation,
}

/// What the name of a folder says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said<'n> {
    pub(super) set: Set,
    /// `A` of `trainA`, `horse` of `train_horse` and `horse-train`; empty if it is of both.
    pub(super) domain: &'n str,
}

/// Longer ones before those that they begin with.
const WORDS: [(&str, Set); 11] = [
    ("training", Set::Train),
    ("train", Set::Train),
    ("testing", Set::Test),
    ("tests", Set::Test),
    ("test", Set::Test),
    ("validation", Set::Validation),
    ("valid", Set::Validation),
    ("val", Set::Validation),
    ("evaluation", Set::Validation),
    ("eval", Set::Validation),
    ("dev", Set::Validation),
];
const SEPARATORS: [char; 4] = ['_', '-', '.', ' '];

/// Reads `trainA`, `train_A`, `A_train`, `test-horse`, `val`; `None` if the name says nothing of that.
pub(super) fn read(name: &str) -> Option<Said<'_>> {
    WORDS.iter().find_map(|&(word, set)| {
        let begins = name.get(..word.len());
        let ends = name.len().checked_sub(word.len());
        let domain = if begins.is_some_and(|own| own.eq_ignore_ascii_case(word)) {
            let rest = &name[word.len()..];
            let domain = rest.trim_start_matches(SEPARATORS);
            // `trainer` and `testimony` are words of their own.
            (rest.is_empty() || rest.len() > domain.len() || is_letter(rest)).then_some(domain)?
        } else if let Some(at) = ends
            && name
                .get(at..)
                .is_some_and(|own| own.eq_ignore_ascii_case(word))
        {
            let rest = &name[..at];
            let domain = rest.trim_end_matches(SEPARATORS);
            (rest.len() > domain.len() || is_letter(rest)).then_some(domain)?
        } else {
            return None;
        };
        Some(Said { set, domain })
    })
}

/// True for a folder that holds out all of its pictures: `test`, `val`.
pub(super) fn is_held_out(name: &str) -> bool {
    read(name).is_some_and(|said| said.domain.is_empty() && said.set != Set::Train)
}

/// True for the name of a folder of annotations: `gtFine`, `labels`, `SegmentationClass`.
pub(super) fn is_of_annotations(name: &str) -> bool {
    let lower = name.to_lowercase();
    let begins = [
        "gt",
        "label",
        "annot",
        "mask",
        "segmentation",
        "groundtruth",
        "ground_truth",
    ];
    begins.iter().any(|begin| lower.starts_with(begin))
}

fn is_letter(text: &str) -> bool {
    matches!(
        text,
        "A" | "B" | "a" | "b" | "X" | "Y" | "x" | "y" | "1" | "2"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_annotations_are_known_by_their_names() {
        for name in [
            "gtFine",
            "Labels",
            "SegmentationClass",
            "annotations",
            "masks_a",
        ] {
            assert!(is_of_annotations(name), "{name}");
        }
        for name in ["leftImg8bit", "day", "photos", "A", "JPEGImages"] {
            assert!(!is_of_annotations(name), "{name}");
        }
    }

    #[test]
    fn the_ways_people_name_sets_are_read() {
        for (name, set, domain) in [
            ("trainA", Set::Train, "A"),
            ("TRAIN_b", Set::Train, "b"),
            ("train-horse", Set::Train, "horse"),
            ("zebra_test", Set::Test, "zebra"),
            ("Atrain", Set::Train, "A"),
            ("train_label", Set::Train, "label"),
            ("validationB", Set::Validation, "B"),
            ("val", Set::Validation, ""),
            ("Testing", Set::Test, ""),
        ] {
            assert_eq!(read(name), Some(Said { set, domain }), "{name}");
        }
        for name in [
            "trainer",
            "testimony",
            "horse",
            "contest",
            "developers",
            "é",
            "A",
        ] {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
