//! The page on which a person tries their own ratings.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{
    Align, Label, Layout, Rect, ScrollArea, TextEdit, Ui, UiBuilder, WidgetInfo, vec2,
};
use egui_material_icons::icons::{
    ICON_CLOSE, ICON_CONTENT_COPY, ICON_DOWNLOAD, ICON_FILE_OPEN, ICON_SEARCH, ICON_STAR,
};

use super::names::{drawn_item_name, rating_decimals};
use super::own_ratings::{Answer, Answers, File, Given, open, search};
use super::profile::recommendations_csv;
use super::stars::Stars;
use super::tables::Items;
use super::{RatingsInput, RatingsRequest, Settings, recommend};
use crate::data::RatingsData;
use crate::ui::jobs::Job;
use crate::ui::save::{Content, SaveFile};
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    EmptyState, IconButton, Severity, caption, message, quiet_button, section_header_with,
    segmented,
};

/// Remarks about a file that are shown.
const MOST_REMARKS: usize = 100;

/// The page on which a person tries their own ratings.
#[derive(Default)]
pub(super) struct OwnPage {
    given: Given,
    search: String,
    /// What was searched for, in which data, and what was found.
    found: Option<(String, Arc<RatingsData>, Vec<u32>)>,
    /// A file that is to be read.
    chosen: Option<PathBuf>,
    reading: Option<Job<Result<File, String>>>,
    /// The file that was read last, or why it could not be.
    file: Option<Result<File, String>>,
    answers: Answers,
}

impl OwnPage {
    /// Reads a file of ratings, once the data is there.
    pub(super) fn open(&mut self, path: PathBuf) {
        self.chosen = Some(path);
    }

    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        input: &RatingsInput<'_>,
        settings: &mut Settings,
        requests: &mut Vec<RatingsRequest>,
    ) {
        let Some((data, predictor)) = recommend::model(ui, input, requests) else {
            return;
        };
        self.read(ui, data);
        let tokens = tokens(ui.ctx());
        let whole = ui.available_rect_before_wrap();
        let gap = tokens.space.xl;
        let width = ((whole.width() - gap) * 0.48).max(0.0);
        let left = Rect::from_min_size(whole.min, vec2(width, whole.height()));
        let right = whole.with_min_x(left.right() + gap);
        let builder = |rect| UiBuilder::new().max_rect(rect);
        self.given_ui(
            &mut ui.new_child(builder(left).id_salt("given")),
            data,
            requests,
        );
        let ui_right = &mut ui.new_child(builder(right).id_salt("answer"));
        if self.given.is_empty() {
            let text = "Search for items on the left and give them stars, or open a file with an item and a rating on each line. What you would like follows at once; nothing is trained.";
            EmptyState::new(ICON_STAR, "Rate something", text).show(ui_right);
        } else {
            match self
                .answers
                .get(ui_right.ctx(), &self.given, data, predictor)
            {
                None => {
                    caption(ui_right, "Predicting…");
                }
                Some(Err(why)) => {
                    message(ui_right, Severity::Error, why, |_| ());
                }
                Some(Ok(answer)) => {
                    answer_ui(ui_right, input.run, data, answer, settings, requests);
                }
            }
        }
        ui.advance_cursor_after_rect(whole);
    }

    /// Takes a file in that was chosen.
    fn read(&mut self, ui: &Ui, data: &Arc<RatingsData>) {
        if let Some(path) = self.chosen.take() {
            match open(ui.ctx(), path, data) {
                Ok(job) => self.reading = Some(job),
                Err(error) => self.file = Some(Err(error.to_string())),
            }
        }
        if let Some(read) = self.reading.as_ref().and_then(Job::poll) {
            self.reading = None;
            let file = read
                .map_err(|error| error.to_string())
                .and_then(|read| read);
            if let Ok(file) = &file {
                for (id, rating) in &file.ratings {
                    self.given.set(id, *rating);
                }
            }
            self.file = Some(file);
        }
    }

    fn given_ui(
        &mut self,
        ui: &mut Ui,
        data: &Arc<RatingsData>,
        requests: &mut Vec<RatingsRequest>,
    ) {
        let tokens = tokens(ui.ctx());
        let text = self.search.clone();
        let edit = TextEdit::singleline(&mut self.search)
            .hint_text("Search items")
            .prefix(
                ICON_SEARCH
                    .rich_text()
                    .size(tokens.size.icon)
                    .color(tokens.text_tertiary),
            )
            .desired_width(f32::INFINITY)
            .min_size(vec2(0.0, tokens.size.control));
        ui.add(edit).widget_info(|| {
            let mut info = WidgetInfo::text_edit(true, "", &text, "Search items");
            info.label = Some("Search items".to_owned());
            info
        });
        ui.add_space(tokens.space.xs);
        ui.horizontal(|ui| {
            let open = IconButton::new(ICON_FILE_OPEN, "Open a file of my ratings…");
            if ui.add(open).clicked() {
                requests.push(RatingsRequest::ChooseOwnRatings);
            }
            if !self.given.is_empty() && quiet_button(ui, "Clear my ratings").clicked() {
                self.given.clear();
                self.file = None;
            }
            if self.reading.is_some() {
                ui.spinner();
            }
        });
        self.file_ui(ui);
        let (known, others) = self.given.known(data);
        let searched = self.search.trim().to_owned();
        let items: Vec<u32> = if searched.is_empty() {
            known.iter().map(|(item, _)| *item).collect()
        } else {
            self.found(data, searched)
        };
        let words = match (self.search.trim().is_empty(), items.len()) {
            (true, 0) => "No ratings yet".to_owned(),
            (true, 1) => "1 rating of yours".to_owned(),
            (true, count) => format!("{count} ratings of yours"),
            (false, 0) => "No item matches".to_owned(),
            (false, _) => "The items that match best".to_owned(),
        };
        caption(ui, words);
        if others > 0 {
            caption(
                ui,
                format!("{others} of your ratings are of items that this run does not know"),
            );
        }
        let stars = Stars {
            scale: data.scale,
            halves: rating_decimals(data) > 0,
        };
        let area = ScrollArea::vertical()
            .id_salt("own ratings")
            .auto_shrink(false);
        area.show_rows(ui, tokens.size.control, items.len(), |ui, range| {
            for &item in &items[range] {
                self.item_ui(ui, data, item, stars);
            }
        });
    }

    /// A title, its stars, and a way to take them back.
    fn item_ui(&mut self, ui: &mut Ui, data: &RatingsData, item: u32, stars: Stars) {
        let id = data.items.id(item as usize);
        let name = drawn_item_name(ui, &data.items, item as usize);
        let rating = self.given.of(id);
        let size = vec2(ui.available_width(), tokens(ui.ctx()).size.control);
        let row = Layout::right_to_left(Align::Center);
        ui.push_id(item, |ui| {
            ui.allocate_ui_with_layout(size, row, |ui| {
                let words = format!("Take back the rating of {name}");
                let remove = IconButton::new(ICON_CLOSE, &words);
                if ui.add_enabled(rating.is_some(), remove).clicked() {
                    self.given.remove(id);
                }
                // Title and stars stand from the left within what is laid out from the right.
                let given = ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let room = ui.available_width() - stars.width(ui);
                    let title = vec2(room.max(0.0), ui.available_height());
                    let start = Layout::left_to_right(Align::Center);
                    ui.allocate_ui_with_layout(title, start, |ui| {
                        ui.set_min_width(title.x);
                        ui.add(Label::new(&*name).truncate());
                    });
                    stars.ui(ui, &name, rating)
                });
                if let Some(rating) = given.inner {
                    self.given.set(id, rating);
                }
            });
        });
    }

    fn found(&mut self, data: &Arc<RatingsData>, text: String) -> Vec<u32> {
        if let Some((own, of, found)) = &self.found
            && *own == text
            && Arc::ptr_eq(of, data)
        {
            return found.clone();
        }
        let found = search(data, &text);
        self.found = Some((text, Arc::clone(data), found.clone()));
        found
    }

    /// What became of the file that was opened.
    fn file_ui(&self, ui: &mut Ui) {
        match &self.file {
            None => {}
            Some(Err(why)) => {
                message(ui, Severity::Error, why, |_| ());
            }
            Some(Ok(file)) => {
                let count = file.ratings.len();
                caption(ui, format!("{count} ratings from {}", file.name));
                if file.remarks.is_empty() {
                    return;
                }
                let area = ScrollArea::vertical().id_salt("remarks").max_height(120.0);
                area.show(ui, |ui| {
                    for remark in file.remarks.iter().take(MOST_REMARKS) {
                        caption(ui, remark);
                    }
                    if file.remarks.len() > MOST_REMARKS {
                        let more = file.remarks.len() - MOST_REMARKS;
                        caption(ui, format!("and {more} more lines that are not used"));
                    }
                });
            }
        }
    }
}

fn answer_ui(
    ui: &mut Ui,
    run: &str,
    data: &RatingsData,
    answer: &Answer,
    settings: &mut Settings,
    requests: &mut Vec<RatingsRequest>,
) {
    let Some(method) = &answer.method else {
        let text = "This model cannot predict for someone who was not there in training.";
        message(ui, Severity::Info, text, |_| ());
        return;
    };
    let top = &answer.top[..answer.top.len().min(settings.count)];
    section_header_with(ui, "You would like", |ui| {
        let export = IconButton::new(ICON_DOWNLOAD, "Export my recommendations…");
        if ui.add(export).clicked() {
            let content = Content::text(recommendations_csv(data, top));
            let name = format!("{run}-my-recommendations.csv");
            requests.push(RatingsRequest::Save(SaveFile::new(name, content)));
        }
        let copy = IconButton::new(ICON_CONTENT_COPY, "Copy my recommendations");
        if ui.add(copy).clicked() {
            requests.push(RatingsRequest::Copy(recommendations_csv(data, top)));
        }
        let counts = [(10, "10"), (20, "20"), (50, "50"), (200, "200")];
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            segmented(ui, &mut settings.count, &counts);
        });
    });
    let mut words = format!("From {method}.");
    if !answer.left_out.is_empty() {
        let names: Vec<&str> = answer
            .left_out
            .iter()
            .map(|item| data.items.display(*item as usize))
            .collect();
        words = format!(
            "{words} Not used, as nobody rated them in training: {}.",
            names.join(", ")
        );
    }
    caption(ui, words);
    let items = Items {
        data,
        decimals: rating_decimals(data),
        chosen: None,
    };
    items.recommended(ui, top);
}
