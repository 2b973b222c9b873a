//! The page about one user: what they rated, what they would like, and what is similar to an item.

use std::sync::Arc;

use eframe::egui::{Align, Layout, RichText, Ui, UiBuilder, vec2};
use egui_material_icons::icons::{
    ICON_CLOSE, ICON_CONTENT_COPY, ICON_DOWNLOAD, ICON_PERSON_SEARCH, ICON_RECOMMEND, ICON_REPLAY,
};
use serde::{Deserialize, Serialize};

use super::names::{drawn_item_name, rating_decimals, user_name};
use super::people::People;
use super::profile::{CachedByKey, Profile, Rated, recommendations_csv, similar};
use super::tables::{Items, sort_rated};
use super::{PredictorState, RatingsInput, RatingsRequest, Settings};
use crate::data::RatingsData;
use crate::draw::format;
use crate::systems::RatingPredictor;
use crate::ui::save::{Content, SaveFile};
use crate::ui::theme::title;
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    EmptyState, IconButton, Severity, caption, elided_label, failed, message, primary_button,
    section_header, section_header_with, segmented, waiting,
};

type Similar = Option<Vec<(usize, f32)>>;

/// Contents of the tables of a narrow pane.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Table {
    #[default]
    Recommended,
    Rated,
    Similar,
}

/// The page about one user.
#[derive(Default)]
pub(super) struct RecommendPage {
    people: People,
    /// The item whose similar items are shown.
    item: Option<usize>,
    profile: CachedByKey<Profile>,
    similar: CachedByKey<Similar>,
}

impl RecommendPage {
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        input: &RatingsInput<'_>,
        settings: &mut Settings,
        requests: &mut Vec<RatingsRequest>,
    ) {
        let Some((data, predictor)) = model(ui, input, requests) else {
            return;
        };
        let tokens = tokens(ui.ctx());
        let whole = ui.available_rect_before_wrap();
        let width = (whole.width() * 0.26).clamp(168.0_f32.min(whole.width() / 2.0), 280.0);
        let (left, right) = whole.split_left_right_at_x(whole.left() + width);
        let list = &mut ui.new_child(UiBuilder::new().max_rect(left));
        self.people.ui(list, data, &mut settings.order);
        ui.painter().vline(
            left.right() + tokens.space.m,
            whole.y_range(),
            (tokens.size.hairline, tokens.border),
        );
        let right = right.with_min_x(left.right() + tokens.space.xl);
        let mut child = ui.new_child(UiBuilder::new().max_rect(right));
        match self.people.chosen(data) {
            Some(user) => {
                let shown = (data, predictor, user);
                self.user_ui(&mut child, input.run, shown, settings, requests);
            }
            None => {
                let text = "Pick a user on the left to see what they rated, what they would like, and similar items.";
                EmptyState::new(ICON_PERSON_SEARCH, "Pick a user", text).show(&mut child);
            }
        }
        ui.advance_cursor_after_rect(whole);
    }

    fn user_ui(
        &mut self,
        ui: &mut Ui,
        run: &str,
        (data, predictor, user): (&Arc<RatingsData>, &Arc<dyn RatingPredictor>, usize),
        settings: &mut Settings,
        requests: &mut Vec<RatingsRequest>,
    ) {
        let tokens = tokens(ui.ctx());
        let sort = settings.sort;
        let profile = match self
            .profile
            .get(ui.ctx(), data, predictor, user, Profile::of)
        {
            Some(Ok(profile)) => profile,
            Some(Err(why)) => {
                message(ui, Severity::Error, why, |_| ());
                return;
            }
            None => {
                caption(ui, "Predicting…");
                return;
            }
        };
        let mut rated: Vec<Rated> = profile.rated.clone();
        sort_rated(&mut rated, sort, data);
        let top: Vec<(usize, f32)> = profile.top.iter().take(settings.count).copied().collect();

        ui.horizontal(|ui| {
            ui.label(title(user_name(&data.users, user)));
            let tests = rated.iter().filter(|rated| rated.test).count();
            caption(ui, ratings_text(rated.len() - tests, tests));
        });
        ui.add_space(tokens.space.xs);

        if self.item.is_some_and(|item| item >= data.items.len()) {
            self.item = None;
        }
        let room = ui.available_width();
        let panes = if room >= 3.0 * 320.0 {
            3
        } else if room >= 2.0 * 320.0 {
            2
        } else {
            1
        };
        let shown = match (panes, self.item) {
            (1, None) => vec![narrow_tab(
                ui,
                settings,
                &[Table::Recommended, Table::Rated],
            )],
            (1, Some(_)) => {
                vec![narrow_tab(
                    ui,
                    settings,
                    &[Table::Recommended, Table::Rated, Table::Similar],
                )]
            }
            // Two panes have no room for a third table: what is similar stands in for what was rated.
            (2, Some(_)) => vec![Table::Recommended, Table::Similar],
            (_, Some(_)) => vec![Table::Recommended, Table::Rated, Table::Similar],
            (_, None) => vec![Table::Recommended, Table::Rated],
        };
        let gap = tokens.space.xl;
        let whole = ui.available_rect_before_wrap();
        let width = (whole.width() - gap * (shown.len() - 1) as f32) / shown.len() as f32;
        let name = format!("{run}-{}-recommendations.csv", data.users.id(user));
        for (index, table) in shown.into_iter().enumerate() {
            let corner = whole.min + vec2(index as f32 * (width + gap), 0.0);
            let rect = eframe::egui::Rect::from_min_size(corner, vec2(width, whole.height()));
            let ui = &mut ui.new_child(UiBuilder::new().max_rect(rect).id_salt(index));
            match table {
                Table::Recommended => {
                    self.recommended_ui(ui, data, &top, &name, settings, requests);
                }
                // One table in a tab needs no second title.
                Table::Rated => self.rated_ui(ui, data, &rated, panes > 1, settings),
                Table::Similar => self.similar_ui(ui, data, predictor, settings),
            }
        }
        ui.advance_cursor_after_rect(whole);
    }

    fn recommended_ui(
        &mut self,
        ui: &mut Ui,
        data: &RatingsData,
        top: &[(usize, f32)],
        file: &str,
        settings: &mut Settings,
        requests: &mut Vec<RatingsRequest>,
    ) {
        section_header_with(ui, "Would like", |ui| {
            let export = IconButton::new(ICON_DOWNLOAD, "Export recommendations…");
            if ui.add(export).clicked() {
                let content = Content::text(recommendations_csv(data, top));
                requests.push(RatingsRequest::Save(SaveFile::new(file, content)));
            }
            let copy = IconButton::new(ICON_CONTENT_COPY, "Copy recommendations");
            if ui.add(copy).clicked() {
                requests.push(RatingsRequest::Copy(recommendations_csv(data, top)));
            }
            let counts = [(10, "10"), (20, "20"), (50, "50"), (200, "200")];
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                segmented(ui, &mut settings.count, &counts);
            });
        });
        if top.is_empty() {
            caption(ui, "This user has rated every item.");
            return;
        }
        let clicked = self.items(data).recommended(ui, top);
        self.choose(clicked, settings);
    }

    fn rated_ui(
        &mut self,
        ui: &mut Ui,
        data: &RatingsData,
        rated: &[Rated],
        titled: bool,
        settings: &mut Settings,
    ) {
        if titled {
            section_header(ui, "Rated");
        }
        if rated.is_empty() {
            caption(
                ui,
                "This user has no ratings: the predictions are the model's guess for anyone.",
            );
            return;
        }
        let clicked = self.items(data).rated(ui, rated, &mut settings.sort);
        self.choose(clicked, settings);
    }

    fn similar_ui(
        &mut self,
        ui: &mut Ui,
        data: &Arc<RatingsData>,
        predictor: &Arc<dyn RatingPredictor>,
        settings: &mut Settings,
    ) {
        let Some(item) = self.item else {
            return;
        };
        let closed = section_header_with(ui, "Similar items", |ui| {
            ui.add(IconButton::new(ICON_CLOSE, "Close similar items"))
                .clicked()
        });
        let width = ui.available_width();
        let text = format!("to {}", drawn_item_name(ui, &data.items, item));
        elided_label(ui, &text, width);
        match self.similar.get(ui.ctx(), data, predictor, item, similar) {
            None => {
                caption(ui, "Looking for similar items…");
            }
            Some(Err(why)) => {
                message(ui, Severity::Error, why, |_| ());
            }
            Some(Ok(None)) => {
                let text = "This model has no representation of items to compare.";
                ui.label(RichText::new(text).color(tokens(ui.ctx()).text_secondary));
            }
            Some(Ok(Some(nearest))) => {
                let items = Items {
                    data,
                    decimals: 0,
                    chosen: None,
                };
                let clicked = items.similar(ui, nearest);
                self.choose(clicked, settings);
            }
        }
        if closed {
            self.item = None;
        }
    }

    fn items<'a>(&self, data: &'a RatingsData) -> Items<'a> {
        Items {
            data,
            decimals: rating_decimals(data),
            chosen: self.item,
        }
    }

    fn choose(&mut self, clicked: Option<usize>, settings: &mut Settings) {
        if clicked.is_some() {
            self.item = clicked;
            settings.table = Table::Similar;
        }
    }
}

/// The data and the model of a run, or else what is missing: that is shown, and what helps is asked for.
pub(super) fn model<'a>(
    ui: &mut Ui,
    input: &RatingsInput<'a>,
    requests: &mut Vec<RatingsRequest>,
) -> Option<(&'a Arc<RatingsData>, &'a Arc<dyn RatingPredictor>)> {
    let Some(data) = input.data else {
        let text = "Recommendations need the data that the run was trained on. Open it, and they appear here.";
        EmptyState::new(ICON_RECOMMEND, "The run's data is not open", text).show(ui);
        return None;
    };
    match input.predictor {
        PredictorState::Ready(predictor) => return Some((data, predictor)),
        PredictorState::None(why) => {
            EmptyState::new(ICON_RECOMMEND, "No recommendations yet", why).show(ui);
        }
        PredictorState::NotLoaded => requests.push(RatingsRequest::LoadPredictor),
        PredictorState::Loading(monitor) => {
            if waiting(ui, "Loading the model…", monitor.fraction()) {
                requests.push(RatingsRequest::CancelPredictor);
            }
        }
        PredictorState::Failed(why) => {
            failed(ui, "The model cannot be loaded", why, |ui| {
                if primary_button(ui, Some(ICON_REPLAY), "Try again").clicked() {
                    requests.push(RatingsRequest::LoadPredictor);
                }
            });
        }
    }
    None
}

/// Tabs of a pane with room for one table.
fn narrow_tab(ui: &mut Ui, settings: &mut Settings, tables: &[Table]) -> Table {
    if !tables.contains(&settings.table) {
        settings.table = Table::Recommended;
    }
    let options: Vec<(Table, &str)> = tables
        .iter()
        .map(|table| match table {
            Table::Recommended => (Table::Recommended, "Would like"),
            Table::Rated => (Table::Rated, "Rated"),
            Table::Similar => (Table::Similar, "Similar"),
        })
        .collect();
    segmented(ui, &mut settings.table, &options);
    settings.table
}

/// `131 ratings`, `131 ratings and 11 test ratings`.
fn ratings_text(train: usize, test: usize) -> String {
    let count = |n: usize, what: &str| {
        let s = if n == 1 { "" } else { "s" };
        format!("{} {what}{s}", format::count(n as u64))
    };
    match test {
        0 => count(train, "rating"),
        _ => format!("{}, {}", count(train, "rating"), count(test, "test rating")),
    }
}
