//! What several models would recommend to the same user: side by side, with what they share and what was held out marked.

mod entry;

use std::collections::BTreeMap;
use std::sync::Arc;

use eframe::egui::{
    Align, Align2, Layout, Role, ScrollArea, Sense, TextStyle, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};
use egui_material_icons::icons::ICON_PERSON_SEARCH;
use serde::{Deserialize, Serialize};

use super::names::{item_name, rating_decimals, user_name};
use super::people::{Order, People};
use super::profile::CachedByKey;
use super::view::make_predictor;
use crate::data::{Dataset, RatingsData};
use crate::draw::chart::Style;
use crate::draw::predictions::{ListedItem, ListedModel, SameUserFigure};
use crate::systems::RatingPredictor;
use crate::ui::figure::{ask, figure_file, figure_menu};
use crate::ui::results::ResultRun;
use crate::ui::state::{Latest, LatestState};
use crate::ui::theme::{title, tokens};
use crate::ui::widgets::{EmptyState, Severity, caption, elide_middle, message};
use entry::Entry;

/// Runs that are shown, at most.
pub const MOST_RUNS: usize = 6;
/// Recommendations of each.
const TOP: usize = 10;
/// Least width of a list.
const LEAST_WIDTH: f32 = 190.0;

/// A run that predicts ratings, with what tells it apart from the others.
#[derive(Clone)]
pub struct RatingRun<'a> {
    /// The run.
    pub run: ResultRun<'a>,
    /// What tells it apart.
    pub caption: String,
}

/// What persists.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptUser {
    order: Order,
}

/// The best items of a user that they have not rated in training, best first, with their predicted ratings.
type Top = Vec<(usize, f32)>;

/// What several models would recommend to the same user.
#[derive(Default)]
pub struct SameUser {
    /// What is chosen; kept over a restart.
    pub kept: KeptUser,
    people: People,
    models: BTreeMap<String, Model>,
    /// The item under the pointer in the frame before: it stands out in all lists.
    pointed: Option<usize>,
    pointing: Option<usize>,
}

/// The model of a run, and what it recommends.
#[derive(Default)]
struct Model {
    /// With the weights of the checkpoint at a step.
    predictor: Latest<u64, Arc<dyn RatingPredictor>>,
    top: CachedByKey<Top>,
}

/// What a model recommends, as far as it is known.
enum List {
    Waiting(&'static str),
    Failed(String),
    Ready(Top),
}

fn top(data: &RatingsData, predictor: &dyn RatingPredictor, user: usize) -> Top {
    let mut known: Vec<u32> = Vec::new();
    if user < data.train.users() {
        known.extend_from_slice(data.train.by_user().row(user).0);
    }
    known.sort_unstable();
    predictor.top(user, &known, TOP)
}

/// What a user gave an item in the held-out ratings.
fn held_out(data: &RatingsData, user: usize, item: usize) -> Option<f32> {
    if user >= data.test.users() {
        return None;
    }
    let (items, ratings) = data.test.by_user().row(user);
    let at = items.iter().position(|own| *own as usize == item)?;
    ratings.get(at).copied()
}

impl SameUser {
    /// True if a model is loaded.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.models
            .values()
            .any(|model| model.predictor.is_reading())
    }

    /// Shows the runs, which learned from `data`; unless it `is_divided_alike`, it is divided as for the first of them.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        runs: &[RatingRun<'_>],
        data: &Arc<RatingsData>,
        is_divided_alike: bool,
    ) {
        let tokens = tokens(ui.ctx());
        let ids: Vec<&str> = runs.iter().map(|own| own.run.id).collect();
        self.models.retain(|id, _| ids.contains(&id.as_str()));
        let whole = ui.available_rect_before_wrap();
        let width = (whole.width() * 0.2).clamp(150.0_f32.min(whole.width() / 2.0), 240.0);
        let (left, right) = whole.split_left_right_at_x(whole.left() + width);
        let list = &mut ui.new_child(UiBuilder::new().max_rect(left));
        self.people.ui(list, data, &mut self.kept.order);
        ui.painter().vline(
            left.right() + tokens.space.m,
            whole.y_range(),
            (tokens.size.hairline, tokens.border),
        );
        let right = right.with_min_x(left.right() + tokens.space.xl);
        let mut child = ui.new_child(UiBuilder::new().max_rect(right));
        match self.people.chosen(data) {
            Some(user) => self.user_ui(&mut child, runs, data, (user, is_divided_alike)),
            None => {
                let text =
                    "Pick a user on the left to see what each model would recommend to them.";
                EmptyState::new(ICON_PERSON_SEARCH, "Pick a user", text).show(&mut child);
            }
        }
        ui.advance_cursor_after_rect(whole);
    }

    /// The predictor of a run, once it is loaded.
    fn model(
        &mut self,
        ui: &Ui,
        run: &ResultRun<'_>,
        data: &Arc<RatingsData>,
    ) -> Result<Option<Arc<dyn RatingPredictor>>, String> {
        let model = self.models.entry(run.id.to_owned()).or_default();
        model.predictor.poll();
        let (Some(step), Some(system)) = (run.state.checkpoint, run.system) else {
            return Err("It recommends after its first checkpoint.".to_owned());
        };
        // A run that writes checkpoints faster than they are read is read one after the other.
        if !model.predictor.is_reading() {
            let (path, parameters) = (run.path.to_owned(), run.parameters.clone());
            let data = Dataset::Ratings(Arc::clone(data));
            model.predictor.want(ui.ctx(), step, true, move |monitor| {
                make_predictor(system, &path, &parameters, &data, monitor)
            });
        }
        match model.predictor.state() {
            LatestState::Ready(predictor) => Ok(Some(Arc::clone(predictor))),
            LatestState::Failed(why) => Err(why.to_owned()),
            LatestState::Reading(_) | LatestState::Absent => Ok(None),
        }
    }

    fn list(&mut self, ui: &Ui, run: &ResultRun<'_>, data: &Arc<RatingsData>, user: usize) -> List {
        let predictor = match self.model(ui, run, data) {
            Ok(Some(predictor)) => predictor,
            Ok(None) => return List::Waiting("Loading the model…"),
            Err(why) => return List::Failed(why),
        };
        let Some(model) = self.models.get_mut(run.id) else {
            return List::Waiting("Loading the model…");
        };
        match model.top.get(ui.ctx(), data, &predictor, user, top) {
            Some(Ok(top)) => List::Ready(top.clone()),
            Some(Err(why)) => List::Failed(why.clone()),
            None => List::Waiting("Predicting…"),
        }
    }

    fn user_ui(
        &mut self,
        ui: &mut Ui,
        runs: &[RatingRun<'_>],
        data: &Arc<RatingsData>,
        (user, is_divided_alike): (usize, bool),
    ) {
        let tokens = tokens(ui.ctx());
        let lists: Vec<List> = runs
            .iter()
            .map(|own| self.list(ui, &own.run, data, user))
            .collect();
        let ready: Vec<&Top> = lists
            .iter()
            .filter_map(|list| match list {
                List::Ready(top) => Some(top),
                _ => None,
            })
            .collect();
        let shared = |item: usize| {
            let has = |top: &&&Top| top.iter().any(|(own, _)| *own == item);
            ready.iter().filter(has).count()
        };
        ui.horizontal(|ui| {
            ui.label(title(user_name(&data.users, user)));
            let held = if user < data.test.users() {
                data.test.by_user().row(user).0.len()
            } else {
                0
            };
            caption(ui, format!("{held} held-out ratings"));
            let side = Layout::right_to_left(Align::Center);
            ui.with_layout(side, |ui| {
                if let Some(format) = figure_menu(ui, "Save these recommendations") {
                    let figure = SameUserFigure {
                        user: user_name(&data.users, user).into_owned(),
                        lists: listed(runs, &lists, data, user),
                        decimals: rating_decimals(data),
                        is_divided_alike,
                    };
                    let name = format!("recommendations-{}", data.users.display(user));
                    let name = name.replace(['/', '\\'], "-");
                    let picture = figure.picture(&Style::print());
                    ask(ui.ctx(), figure_file(&name, format, picture));
                }
            });
        });
        let held = if is_divided_alike {
            "a star is a held-out rating, which no model has seen"
        } else {
            "a star is a rating that was held out from the first model; the others were trained on another part of the data"
        };
        caption(
            ui,
            format!("The bar says how many of the models recommend an item; {held}."),
        );
        ui.add_space(tokens.space.s);
        let gap = tokens.space.l;
        let count = runs.len().max(1) as f32;
        let width = ((ui.available_width() - gap * (count - 1.0)) / count).max(LEAST_WIDTH);
        let mut pointing = None;
        ScrollArea::both().auto_shrink(false).show(ui, |ui| {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = gap;
                for (own, list) in runs.iter().zip(&lists) {
                    ui.vertical(|ui| {
                        ui.set_width(width);
                        ui.spacing_mut().item_spacing.y = 0.0;
                        head_ui(ui, own);
                        match list {
                            List::Waiting(what) => {
                                caption(ui, *what);
                            }
                            List::Failed(why) => {
                                message(ui, Severity::Warning, why, |_| ());
                            }
                            List::Ready(top) => {
                                let hits = top.iter();
                                let hits =
                                    hits.filter(|(item, _)| held_out(data, user, *item).is_some());
                                caption(ui, format!("{} of {} held out", hits.count(), top.len()));
                                for (rank, (item, prediction)) in top.iter().enumerate() {
                                    let entry = Entry {
                                        data,
                                        rank: rank + 1,
                                        item: *item,
                                        prediction: *prediction,
                                        held_out: held_out(data, user, *item),
                                        shared: (shared(*item), ready.len()),
                                        pointed: self.pointed == Some(*item),
                                    };
                                    if entry.ui(ui) {
                                        pointing = Some(*item);
                                    }
                                }
                            }
                        }
                    });
                }
            });
        });
        self.pointing = pointing;
        if self.pointed != self.pointing {
            self.pointed = self.pointing;
            ui.ctx().request_repaint();
        }
    }
}

/// What is drawn of the models that recommend by now.
fn listed(
    runs: &[RatingRun<'_>],
    lists: &[List],
    data: &RatingsData,
    user: usize,
) -> Vec<ListedModel> {
    let models = runs.iter().zip(lists).filter_map(|(own, list)| {
        let List::Ready(top) = list else {
            return None;
        };
        let items = top.iter().map(|(item, predicted)| ListedItem {
            item: *item,
            name: item_name(&data.items, *item).into_owned(),
            predicted: *predicted,
            held_out: held_out(data, user, *item),
        });
        Some(ListedModel {
            name: own.caption.clone(),
            items: items.collect(),
        })
    });
    models.collect()
}

fn head_ui(ui: &mut Ui, own: &RatingRun<'_>) {
    let tokens = tokens(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(
        vec2(ui.available_width(), tokens.size.control),
        Sense::hover(),
    );
    let radius = tokens.size.mark * 0.4;
    let center = pos2(rect.left() + radius, rect.center().y);
    ui.painter().circle_filled(center, radius, own.run.color);
    let font = TextStyle::Name(crate::ui::theme::EMPHASIS.into()).resolve(ui.style());
    let left = rect.left() + tokens.size.mark + tokens.space.xs;
    let text = elide_middle(ui, &own.caption, &font, rect.right() - left);
    let at = pos2(left, rect.center().y);
    ui.painter()
        .text(at, Align2::LEFT_CENTER, text, font, tokens.text);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &own.caption));
    response.on_hover_text(own.run.name);
}

#[cfg(test)]
mod tests {
    use super::super::profile::tests::Descending;
    use super::*;

    #[test]
    fn held_out_items_are_recommended_and_known_ones_are_not() {
        let train = [(0, 0, 4.0), (0, 2, 2.0), (1, 1, 3.0)];
        let data = RatingsData::from_triplets(2, 5, &train, &[(0, 3, 5.0)]);
        let items: Vec<usize> = top(&data, &Descending { items: 5 }, 0)
            .into_iter()
            .map(|(item, _)| item)
            .collect();
        assert_eq!(items, [1, 3, 4]);
        assert_eq!(held_out(&data, 0, 3), Some(5.0));
        assert_eq!(held_out(&data, 0, 1), None);
        assert_eq!(held_out(&data, 7, 3), None);
    }
}
