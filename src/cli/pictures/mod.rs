//! Pictures of runs, as PNG.

mod axes;
mod blocks;
mod colors;
mod curves;
mod popularity;
mod predicted;
mod recommendations;
mod sheet;
mod translations;

pub(crate) use blocks::blocks;
pub(crate) use curves::{CurvePanel, curves};
pub(crate) use popularity::{PopularityLine, popularity};
pub(crate) use predicted::predicted_against_true;
pub(crate) use recommendations::{Recommendations, recommendations};
pub(crate) use translations::{TranslationGrid, translations};

/// Space left and right of everything, in points.
const MARGIN: f64 = 32.0;
/// Width and height of every picture, in points; two pixels each.
const SIZE: (u32, u32) = (860, 500);

/// One test pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Prediction {
    pub(crate) user: usize,
    pub(crate) item: usize,
    pub(crate) rating: f32,
    pub(crate) predicted: f32,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::{Cells, MatrixData, Sparse};
    use crate::record::Event;
    use crate::record::{CoClusters, Side};
    use crate::runs::RunState;

    fn state() -> RunState {
        let mut state = RunState::default();
        for epoch in 1..=60_u32 {
            let time = f64::from(epoch);
            for (name, floor) in [
                ("train/rmse", 0.8),
                ("validation/rmse", 0.88),
                ("test/rmse", 0.9),
            ] {
                let value = if epoch == 30 {
                    f64::NAN
                } else {
                    floor + 0.6 / time
                };
                state.apply(&Event::Scalar {
                    name: name.to_owned(),
                    step: u64::from(epoch),
                    epoch: time,
                    seconds: time * 0.1,
                    value,
                });
            }
        }
        state
    }

    fn predictions() -> Vec<Prediction> {
        (0..4000_usize)
            .map(|index| {
                let rating = (1 + index % 5) as f32;
                let error = ((index * 7919) % 1000) as f32 / 500.0 - 1.0;
                Prediction {
                    user: index % 100,
                    item: (index * index) % 200,
                    rating,
                    predicted: (0.6 * rating + 1.4 + error).clamp(1.0, 5.0),
                }
            })
            .collect()
    }

    /// Three by two blocks, a fifth of the cells there.
    fn planted_blocks() -> (MatrixData, CoClusters) {
        let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for row in 0..300_u32 {
            for column in (0..200_u32).filter(|column| (row * 7919 + column * 31) % 5 == 0) {
                columns.push(column);
                values.push((1 + (row % 3 + column % 2) % 4) as f32);
            }
            offsets.push(columns.len());
        }
        let cells = Sparse::from_parts(200, offsets, columns, values);
        let matrix = MatrixData {
            absent_is_missing: true,
            ..MatrixData::of(Cells::Sparse(Arc::new(cells)))
        };
        let side = |count: u16, clusters: u16| Side {
            clusters: usize::from(clusters),
            of: (0..count).map(|row| Some(row % clusters)).collect(),
            posterior: Vec::new(),
        };
        let clusters = CoClusters {
            rows: side(300, 3),
            columns: side(200, 2),
        };
        (matrix, clusters)
    }

    /// Every picture is drawn, at two pixels a point, with something drawn on it. `ATELIER_PICTURES` names a folder to keep them in.
    #[test]
    fn every_picture_is_drawn() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = std::env::var_os("ATELIER_PICTURES")
            .map_or_else(|| temporary.path().to_owned(), std::path::PathBuf::from);
        let state = state();
        let panels = [
            "AutoRec, user-based",
            "AutoRec, item-based",
            "Matrix factorization",
        ]
        .map(|name| CurvePanel {
            name,
            state: &state,
        });
        let references = [("Global mean".to_owned(), 1.12), ("Bias".to_owned(), 0.94)];
        curves(&folder.join("curves.png"), &panels, &references).unwrap();
        predicted_against_true(&folder.join("predicted.png"), "AutoRec", &predictions()).unwrap();
        let lines = ["AutoRec, item-based", "Matrix factorization"].map(|name| PopularityLine {
            name: name.to_owned(),
            predictions: predictions(),
        });
        let counts: Vec<usize> = (0..200).map(|item| 1 + 4000 / (item + 10)).collect();
        popularity(&folder.join("popularity.png"), &lines, &counts).unwrap();
        let (matrix, clusters) = planted_blocks();
        blocks(&folder.join("blocks.png"), "DeepCC", &matrix, &clusters).unwrap();
        let rows = |value: f32| -> Vec<(String, f32)> {
            (0..11)
                .map(|row| {
                    (
                        format!("The {row}th of many long titles of films, part two (1999)"),
                        value,
                    )
                })
                .collect()
        };
        let content = Recommendations {
            user: "user 42",
            name: "AutoRec, item-based",
            rated: rows(5.0),
            rated_total: 57,
            liked: rows(4.31),
            scale: (1.0, 5.0),
        };
        recommendations(&folder.join("recommendations.png"), &content).unwrap();
        let cell =
            image::RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8 * 4, y as u8 * 5, 90]));
        let grid = TranslationGrid {
            title: "Streets",
            note: "Three of them.",
            headings: ["By day", "At night", "Truly at night"]
                .map(str::to_owned)
                .to_vec(),
            rows: vec![vec![Some(&cell), Some(&cell), None]; 3],
        };
        let path = folder.join("translations.png");
        translations(&path, &grid).unwrap();
        let picture = image::open(path).unwrap().to_rgb8();
        assert_eq!(picture.width(), SIZE.0 * 2);
        // The first cell is drawn, the last is not.
        let background = *picture.get_pixel(0, 0);
        assert_ne!(*picture.get_pixel(MARGIN as u32 * 2 + 20, 200), background);
        assert_eq!(
            *picture.get_pixel(SIZE.0 * 2 - MARGIN as u32 * 2 - 20, 200),
            background
        );
        for name in [
            "blocks",
            "curves",
            "predicted",
            "popularity",
            "recommendations",
        ] {
            let picture = image::open(folder.join(format!("{name}.png")))
                .unwrap()
                .to_rgb8();
            assert_eq!(picture.dimensions(), (SIZE.0 * 2, SIZE.1 * 2));
            let background = *picture.get_pixel(0, 0);
            let inked = picture
                .pixels()
                .filter(|pixel| **pixel != background)
                .count();
            assert!(inked > 10_000, "{name}: {inked} pixels");
        }
    }

    #[test]
    fn nothing_to_draw_is_no_error_and_no_picture() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("empty.png");
        curves(&path, &[], &[]).unwrap();
        predicted_against_true(&path, "", &[]).unwrap();
        popularity(&path, &[], &[]).unwrap();
        let grid = TranslationGrid {
            title: "",
            note: "",
            headings: Vec::new(),
            rows: Vec::new(),
        };
        translations(&path, &grid).unwrap();
        assert!(!path.exists());
    }
}
