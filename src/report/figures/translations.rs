//! Translated pictures: those of one run with their way back, and the same picture through several runs.

use std::collections::BTreeSet;

use super::images::{drawing, photograph};
use crate::data::Monitor;
use crate::draw::format;
use crate::record::translations::Side;
use crate::record::{ArtifactKind, TranslatedPicture, Translations, View};
use crate::report::ReportError;
use crate::report::comparison::Comparison;
use crate::report::document::{Block, LegendEntry, Pixels};
use crate::report::material::{ReportedRun, SHARE};

/// Pictures of a domain that are shown of one run, and of several.
const PICTURES: (usize, usize) = (3, 2);
/// Pixels of the longer side of a picture of one run, and of one of several.
const PIXELS: (u32, u32) = (384, 256);
/// Runs side by side.
const MOST: usize = 12;
/// Snapshots of a run that are shown.
const SNAPSHOTS: usize = 6;

/// The translations of the runs that have some.
pub(in crate::report) fn translations(
    comparison: &Comparison<'_>,
    monitor: &Monitor,
) -> Result<Vec<Block>, ReportError> {
    let mut problems = Vec::new();
    let mut found: Vec<(String, &ReportedRun, Translations, u64)> = Vec::new();
    for group in &comparison.groups {
        for run in group.runs.iter().map(|run| &comparison.runs[*run]) {
            let Some(snapshot) = run.newest(&ArtifactKind::TRANSLATIONS) else {
                continue;
            };
            if monitor.is_canceled() {
                return Err(ReportError::Canceled);
            }
            if found.len() == MOST {
                continue;
            }
            monitor.advance(SHARE);
            match Translations::read_png(&run.artifact(&snapshot.file)) {
                Ok(own) => {
                    let name = comparison.name(group);
                    let name = match group.runs.len() {
                        1 => name,
                        _ => format!("{name}, seed {}", run.row.summary.seed),
                    };
                    found.push((name, run, own, snapshot.step));
                }
                Err(error) => problems.push(format!("{}: {error}", run.name())),
            }
        }
    }
    let mut blocks = match &found[..] {
        [] => Vec::new(),
        [(_, run, own, step)] => of_one(run, own, *step, &mut problems),
        _ => of_several(&found),
    };
    blocks.extend(problems.into_iter().map(Block::warning));
    if !blocks.is_empty() {
        blocks.insert(0, Block::Heading("Translations".to_owned()));
    }
    Ok(blocks)
}

/// Each picture in a row with what became of it; then one picture through the training.
fn of_one(
    run: &ReportedRun,
    own: &Translations,
    step: u64,
    problems: &mut Vec<String>,
) -> Vec<Block> {
    let mut blocks = vec![Block::Text(format!(
        "Test pictures as of step {}.",
        format::count(step)
    ))];
    let mut shown = Vec::new();
    for side in [Side::A, Side::B] {
        let pictures = own.pictures.iter().filter(|own| own.side == side);
        for picture in pictures.take(PICTURES.0) {
            shown.push(picture);
            // One that changes nothing if all is well says little on paper.
            let views = picture.views().filter(|view| *view != View::Identity);
            let row = views.filter_map(|view| {
                let image = picture.view(view)?;
                let alt = format!("{}, {}", view_name(view, side), picture.name);
                let alt = if view == View::Real {
                    alt
                } else {
                    view_name(view, side).to_owned()
                };
                Some(pixels(view, image, PIXELS.0, alt))
            });
            blocks.push(Block::Gallery(row.collect()));
        }
    }
    let legend = legend(own, &shown);
    if !legend.is_empty() {
        blocks.push(Block::Legend(legend));
    }
    blocks.extend(through_training(run, problems));
    blocks
}

/// The classes that stand in these pictures, in their order.
fn legend(own: &Translations, shown: &[&TranslatedPicture]) -> Vec<LegendEntry> {
    let views = [View::Parsing, View::Mask];
    let images = shown
        .iter()
        .flat_map(|picture| views.iter().filter_map(|view| picture.view(*view)));
    let seen: BTreeSet<[u8; 3]> = images.flat_map(|own| own.pixels().map(|at| at.0)).collect();
    let shown = own.classes.iter().filter(|(_, color)| seen.contains(color));
    shown
        .map(|(name, [r, g, b])| LegendEntry {
            name: name.clone(),
            color: format!("#{r:02x}{g:02x}{b:02x}"),
        })
        .collect()
}

/// The first picture of the first domain as it was translated at several steps.
fn through_training(run: &ReportedRun, problems: &mut Vec<String>) -> Vec<Block> {
    let all: Vec<_> = run
        .snapshots
        .iter()
        .filter(|own| {
            own.kind == ArtifactKind::TRANSLATIONS && own.file != crate::record::TEST_PICTURES
        })
        .collect();
    if all.len() < 3 {
        return Vec::new();
    }
    let count = all.len().min(SNAPSHOTS);
    let mut row = Vec::new();
    for at in (0..count).map(|at| at * (all.len() - 1) / (count - 1)) {
        let snapshot = all[at];
        match Translations::read_png(&run.artifact(&snapshot.file)) {
            Ok(own) => {
                if let Some(picture) = own.pictures.first()
                    && let Some(image) = picture.view(View::Fake)
                {
                    let alt = format!("Step {}", format::count(snapshot.step));
                    row.push(pixels(View::Fake, image, PIXELS.1, alt));
                }
            }
            Err(error) => problems.push(error.to_string()),
        }
    }
    vec![
        Block::Text("The first of them in the course of training.".to_owned()),
        Block::Gallery(row),
    ]
}

/// The same picture through the runs.
fn of_several(found: &[(String, &ReportedRun, Translations, u64)]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for side in [Side::A, Side::B] {
        let mut names: Vec<&str> = Vec::new();
        for picture in found.iter().flat_map(|(_, _, own, _)| &own.pictures) {
            if picture.side == side && !names.contains(&picture.name.as_str()) {
                names.push(&picture.name);
            }
        }
        for name in names.into_iter().take(PICTURES.1) {
            let pictures: Vec<_> = found
                .iter()
                .filter_map(|(run, _, own, _)| {
                    let mut pictures = own.pictures.iter();
                    let picture = pictures.find(|own| own.side == side && own.name == name)?;
                    Some((run, picture))
                })
                .collect();
            let mut row: Vec<Pixels> = Vec::new();
            let real = pictures.iter().find_map(|(_, own)| own.view(View::Real));
            if let Some(image) = real {
                let alt = format!("{}, {name}", view_name(View::Real, side));
                row.push(pixels(View::Real, image, PIXELS.1, alt));
            }
            row.extend(pictures.iter().filter_map(|(run, own)| {
                let image = own.view(View::Fake)?;
                Some(pixels(View::Fake, image, PIXELS.1, (*run).clone()))
            }));
            blocks.push(Block::Gallery(row));
        }
    }
    blocks
}

fn pixels(view: View, image: &image::RgbImage, most: u32, alt: String) -> Pixels {
    match view {
        View::Parsing | View::Mask => drawing(image, most, alt),
        _ => photograph(image, most, alt),
    }
}

/// What a cell shows, in a few words.
fn view_name(view: View, side: Side) -> &'static str {
    match (view, side) {
        (View::Real, Side::A) => "A",
        (View::Real, Side::B) => "B",
        (View::Fake, Side::A) => "A → B",
        (View::Fake, Side::B) => "B → A",
        (View::Reconstruction, Side::A) => "A → B → A",
        (View::Reconstruction, Side::B) => "B → A → B",
        (View::Identity, _) => "Identity",
        (View::Parsing, _) => "Classes as the model sees them",
        (View::Mask, _) => "True classes",
        (View::Target, _) => "The true picture",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_legend_names_the_classes_that_are_seen() {
        let mut picture = TranslatedPicture::new(Side::A, "a.png");
        let mask = image::RgbImage::from_fn(4, 1, |x, _| match x {
            0 => image::Rgb([0, 0, 142]),
            _ => image::Rgb([128, 64, 128]),
        });
        picture.set(View::Mask, mask);
        let own = Translations {
            classes: vec![
                ("road".to_owned(), [128, 64, 128]),
                ("sky".to_owned(), [70, 130, 180]),
                ("car".to_owned(), [0, 0, 142]),
            ],
            pictures: vec![picture],
            ..Translations::default()
        };
        let shown: Vec<_> = own.pictures.iter().collect();
        let entries = legend(&own, &shown);
        let told: Vec<_> = entries
            .iter()
            .map(|own| (own.name.as_str(), own.color.as_str()))
            .collect();
        assert_eq!(told, [("road", "#804080"), ("car", "#00008e")]);
        assert!(legend(&own, &[]).is_empty());
    }
}
