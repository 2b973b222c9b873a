//! The part of the data form for images: folders, test set, masks and classes.

use std::path::PathBuf;

use eframe::egui::{ComboBox, DragValue, Response, Ui};
use serde::{Deserialize, Serialize};

use super::DataFormRequest;
use super::rows::{Rows, number_ui};
use crate::data::images::{Domain, ImageDomains, Layout, Side};
use crate::data::{DataConfig, DataKind};
use crate::draw::format;
use crate::ui::forms::editors::chevron;
use crate::ui::state::Found;
use crate::ui::theme::tokens;
use crate::ui::widgets::caption;

/// The test share that counts where none is given, as in the reader of images.
const TEST_SHARE: f32 = 0.1;

/// Folders, test set, masks and classes of the next run that translates images.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImagesForm {
    /// The folder of both domains, or of domain A.
    pub path: Option<PathBuf>,
    /// The folder of domain B, if `path` is domain A.
    pub path_b: Option<PathBuf>,
    /// How the files lie; found out if absent.
    pub layout: Option<Layout>,
    /// Share of images that are held out where no folder is a test set; a tenth if absent.
    pub test_fraction: Option<f32>,
    /// The folder of the masks of domain A; looked for if absent.
    pub masks_a: Option<PathBuf>,
    /// The folder of the masks of domain B; looked for if absent.
    pub masks_b: Option<PathBuf>,
    /// The table of classes; looked for if absent.
    pub classes: Option<PathBuf>,
    /// Whether `path` was seen to hold one domain alone: a folder for B is then wanted.
    pub lone: bool,
}

const LAYOUTS: [Option<Layout>; 4] = [
    None,
    Some(Layout::TrainTest),
    Some(Layout::Folders),
    Some(Layout::SideBySide),
];

fn layout_label(layout: Option<Layout>) -> &'static str {
    match layout {
        None => "Automatic",
        Some(Layout::TrainTest) => "trainA, trainB",
        Some(Layout::Folders) => "A folder each",
        Some(Layout::SideBySide) => "Side by side",
    }
}

fn layout_help(layout: Option<Layout>) -> &'static str {
    match layout {
        None => "By the names of the folders and the shapes of the images",
        Some(Layout::TrainTest) => "trainA and trainB, perhaps testA and testB",
        Some(Layout::Folders) => "One folder for each domain, perhaps with train and test in each",
        Some(Layout::SideBySide) => "Each image holds A in its left half and B in its right half",
    }
}

impl ImagesForm {
    /// The form of a config file's `[data]` table.
    pub(super) fn of(config: &DataConfig) -> Self {
        Self {
            path: Some(config.path.clone()).filter(|path| !path.as_os_str().is_empty()),
            path_b: config.path_b.clone(),
            layout: config.layout,
            test_fraction: config.test_fraction,
            masks_a: config.masks_a.clone(),
            masks_b: config.masks_b.clone(),
            classes: config.classes.clone(),
            lone: config.path_b.is_some(),
        }
    }

    /// The `[data]` table that the form stands for.
    pub(super) fn config(&self) -> DataConfig {
        DataConfig {
            kind: DataKind::Images,
            path: self.path.clone().unwrap_or_default(),
            path_b: self.path_b.clone(),
            layout: self.layout,
            test_fraction: self.test_fraction,
            masks_a: self.masks_a.clone(),
            masks_b: self.masks_b.clone(),
            classes: self.classes.clone(),
            ..DataConfig::default()
        }
    }

    /// Takes folders that were opened: both domains, or one of which the other is here already or still to come. Settings that belonged
    /// to other folders go.
    pub fn take(&mut self, found: &Found) {
        let lone = found.path_b.is_some() || found.lone;
        let partner = self.lone && self.path_b.is_none() && self.path != Some(found.path.clone());
        if lone && found.path_b.is_none() && self.path.is_some() && partner {
            self.path_b = Some(found.path.clone());
            return;
        }
        *self = Self {
            path: Some(found.path.clone()),
            path_b: found.path_b.clone(),
            test_fraction: self.test_fraction,
            lone,
            ..Self::default()
        };
    }

    /// The name of the folder of domain A, while that of domain B is still to be chosen.
    #[must_use]
    pub fn without_b(&self) -> Option<String> {
        let path = self.path.as_ref()?;
        let name = path.file_name().unwrap_or(path.as_os_str());
        (self.lone && self.path_b.is_none()).then(|| name.to_string_lossy().into_owned())
    }

    /// What is still to be chosen, as (key of the `[data]` table, problem).
    pub(super) fn missing_choice(&self) -> Option<(String, String)> {
        self.without_b().map(|_| {
            let problem = "Choose the folder of domain B";
            ("path_b".to_owned(), problem.to_owned())
        })
    }

    pub(super) fn wrong(&self) -> Option<(String, String)> {
        let wrong = |key: &str, problem: &str| Some((key.to_owned(), problem.to_owned()));
        let share = self.test_fraction.unwrap_or(TEST_SHARE);
        if self.path_b.is_some() && self.path_b == self.path {
            return wrong("path_b", "This is the folder of domain A; choose another");
        }
        if self.path_b.is_some()
            && matches!(self.layout, Some(Layout::TrainTest | Layout::SideBySide))
        {
            return wrong(
                "layout",
                "must be found out or a folder each, with a folder for B",
            );
        }
        if self.layout == Some(Layout::SideBySide) && self.masks_b.is_some() {
            return wrong("masks_b", "Masks of images side by side lie in one folder");
        }
        (!(share > 0.0 && share < 1.0))
            .then(|| {
                wrong(
                    "test_fraction",
                    "must be between 0 and 100 %, both excluded",
                )
            })
            .flatten()
    }

    /// Shows the rows.
    pub(super) fn rows_ui(
        &mut self,
        ui: &mut Ui,
        rows: &Rows<'_>,
        found: Option<&ImageDomains>,
    ) -> Option<DataFormRequest> {
        let mut request = None;
        let mut ask = |asked: bool, wanted| {
            if asked {
                request = Some(wanted);
            }
        };
        let alone = self.lone || self.path_b.is_some();
        let name = if alone { "Folder A" } else { "Folder" };
        let help = "A folder with trainA and trainB, one with a folder for each domain, images side by side, or domain A alone";
        let asked = rows.file(ui, "path", name, help, &mut self.path, false);
        ask(asked, DataFormRequest::ChooseImages);
        if alone {
            let help = "The folder of the images of domain B";
            let asked = rows.file(ui, "path_b", "Folder B", help, &mut self.path_b, true);
            ask(asked, DataFormRequest::ChooseImagesB);
        }
        if let Some(found) = found {
            found_ui(ui, found);
        }
        let help = layout_help(self.layout);
        rows.row(ui, "layout", "Layout", help, |ui, label, width| {
            layout_ui(ui, &mut self.layout, label, width);
        });
        let help = "Held out to measure and to show with, drawn from the seed, where no folder is a test set";
        rows.row(
            ui,
            "test_fraction",
            "Test share",
            help,
            |ui, label, width| {
                share_ui(ui, &mut self.test_fraction, label, width);
            },
        );
        let masks = |side| found.map(|found| found.domain(side).masks());
        let help = "Masks of domain A, with the names of their images: class numbers, a palette or colors; looked for in a folder that is called as that of the images with _labels behind";
        let path = &mut self.masks_a;
        let asked = rows.found(ui, "masks_a", ("Masks A", help), path, masks(Side::A));
        ask(asked, DataFormRequest::ChooseMasksA);
        let help = "Masks of domain B, as those of A";
        let path = &mut self.masks_b;
        let asked = rows.found(ui, "masks_b", ("Masks B", help), path, masks(Side::B));
        ask(asked, DataFormRequest::ChooseMasksB);
        let help = "A table of the classes in masks, with the columns id, name, color and ignore; classes.csv is looked for beside the images";
        let classes = found.map(|found| found.classes.as_ref().map_or(0, |table| table.len()));
        let path = &mut self.classes;
        let asked = rows.found(ui, "classes", ("Classes", help), path, classes);
        ask(asked, DataFormRequest::ChooseClasses);
        request
    }
}

/// What was found: as many lines as there are domains.
fn found_ui(ui: &mut Ui, found: &ImageDomains) {
    let tokens = tokens(ui.ctx());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(tokens.size.icon - tokens.space.hair);
        let count = |domain: &Domain| {
            let (train, test) = (domain.train.len(), domain.test.len());
            format!(
                "{} + {}",
                format::count(train as u64),
                format::count(test as u64)
            )
        };
        let mut text = format!("A {}, B {}", count(&found.a), count(&found.b));
        if !found.left_out.is_empty() {
            let left_out = format::count(found.left_out.len() as u64);
            text += &format!(", {left_out} left out");
        }
        caption(ui, text).on_hover_text("Images to train + images to test of each domain");
    });
}

fn layout_ui(ui: &mut Ui, layout: &mut Option<Layout>, label: &Response, width: f32) {
    let response = ComboBox::from_id_salt("layout")
        .width(width)
        .truncate()
        .icon(chevron)
        .selected_text(layout_label(*layout))
        .show_ui(ui, |ui| {
            for option in LAYOUTS {
                ui.selectable_value(layout, option, layout_label(option))
                    .on_hover_text(layout_help(option));
            }
        });
    response.response.labelled_by(label.id);
}

/// A share in percent; what is the default anyway is not written down.
fn share_ui(ui: &mut Ui, share: &mut Option<f32>, label: &Response, width: f32) {
    let mut percent = share.unwrap_or(TEST_SHARE) * 100.0;
    let before = percent;
    let field = DragValue::new(&mut percent)
        .speed(0.5)
        .range(0.1..=99.9)
        .max_decimals(2)
        .suffix(" %");
    number_ui(ui, field, label, width);
    if percent.to_bits() != before.to_bits() {
        *share = Some(percent / 100.0);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn folder(name: &str, lone: bool) -> Found {
        Found {
            path: PathBuf::from(name),
            images: true,
            lone,
            ..Found::default()
        }
    }

    #[test]
    fn a_form_gives_back_the_config_it_was_made_of() {
        let both = DataConfig {
            kind: DataKind::Images,
            path: PathBuf::from("street"),
            test_fraction: Some(0.25),
            layout: Some(Layout::TrainTest),
            ..DataConfig::default()
        };
        let each = DataConfig {
            kind: DataKind::Images,
            path: PathBuf::from("day"),
            path_b: Some(PathBuf::from("night")),
            masks_a: Some(PathBuf::from("day_masks")),
            masks_b: Some(PathBuf::from("night_masks")),
            classes: Some(PathBuf::from("classes.csv")),
            ..DataConfig::default()
        };
        for config in [both, each] {
            assert_eq!(ImagesForm::of(&config).config(), config);
        }
    }

    #[test]
    fn a_second_folder_of_one_domain_becomes_domain_b() {
        let mut form = ImagesForm::default();
        form.take(&folder("day", true));
        assert_eq!(
            form.missing_choice().map(|(key, _)| key),
            Some("path_b".to_owned())
        );
        form.take(&folder("night", true));
        assert_eq!(form.missing_choice(), None);
        assert_eq!(form.path.as_deref(), Some(Path::new("day")));
        assert_eq!(form.path_b.as_deref(), Some(Path::new("night")));
        // A third begins anew, and a folder of both needs no other.
        form.take(&folder("horses", true));
        assert_eq!(
            (form.path.as_deref(), form.path_b.as_deref()),
            (Some(Path::new("horses")), None)
        );
        form.take(&folder("street", false));
        assert_eq!(form.path.as_deref(), Some(Path::new("street")));
        assert_eq!(
            (form.path_b.as_deref(), form.missing_choice()),
            (None, None)
        );
    }

    #[test]
    fn what_does_not_fit_together_is_told_beside_its_row() {
        let day = Some(PathBuf::from("day"));
        let same = ImagesForm {
            path: day.clone(),
            path_b: day.clone(),
            lone: true,
            ..ImagesForm::default()
        };
        let wide = ImagesForm {
            path: day.clone(),
            layout: Some(Layout::SideBySide),
            masks_b: day.clone(),
            ..ImagesForm::default()
        };
        let all = ImagesForm {
            path: day,
            test_fraction: Some(1.0),
            ..ImagesForm::default()
        };
        for (form, key) in [(same, "path_b"), (wide, "masks_b"), (all, "test_fraction")] {
            assert_eq!(form.wrong().map(|(key, _)| key), Some(key.to_owned()));
        }
    }
}
