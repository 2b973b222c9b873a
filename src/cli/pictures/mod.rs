//! Pictures of runs.

mod curves;
mod recommendations;
mod settings;

pub(crate) use curves::{CurvePanel, curves};
pub(crate) use recommendations::{Recommendations, recommendations};
pub(crate) use settings::settings;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::{Cells, MatrixData, Sparse};
    use crate::record::Event;
    use crate::record::{CoClusters, Side};
    use crate::report::blocks;
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

    /// Every picture is drawn, at two pixels a point. `ATELIER_PICTURES` names a folder to keep them in.
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
        let curves = curves(&panels, &references).unwrap();
        let lines = curves.svg();
        // Three panels of three curves, each in two parts around the value that is not a number.
        let count = |text: &str| lines.lines().filter(|line| line.contains(text)).count();
        assert_eq!(count("stroke-width=\"1.75\""), 3 * 3 * 2);
        assert_eq!((count(">Bias 0.9400<"), count(">test 0.9100<")), (1, 3));
        let (matrix, clusters) = planted_blocks();
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
        for (name, picture) in [
            ("curves", curves),
            ("blocks", blocks("DeepCC", &matrix, &clusters)),
            ("recommendations", recommendations(&content)),
        ] {
            let path = folder.join(format!("{name}.png"));
            picture.save(&path).unwrap();
            let picture = image::open(path).unwrap().to_rgb8();
            assert!(picture.width() > 1600 && picture.height() > 900);
            let background = *picture.get_pixel(0, 0);
            let inked = picture
                .pixels()
                .filter(|pixel| **pixel != background)
                .count();
            assert!(inked > 10_000, "{name}: {inked} pixels");
        }
    }

    #[test]
    fn without_runs_there_is_no_picture_of_curves() {
        assert!(curves(&[], &[]).is_none());
    }
}
