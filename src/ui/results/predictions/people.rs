//! The list of users: searched, sorted, one of them chosen.

use std::sync::Arc;

use eframe::egui::{
    Align2, Key, Role, ScrollArea, Sense, TextEdit, TextStyle, Ui, WidgetInfo, pos2, vec2,
};
use egui_material_icons::icons::ICON_SEARCH;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use serde::{Deserialize, Serialize};

use super::names::{natural_order, user_name};
use crate::data::RatingsData;
use crate::draw::format;
use crate::ui::jobs::Job;
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, elide_middle, segmented};

/// Up to this many users the search is done within a frame; it takes about a millisecond for ten thousand.
const AT_ONCE: usize = 20_000;

/// The order of the list while nothing is searched for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    /// By id, numbers by their value.
    #[default]
    #[serde(alias = "file")]
    Id,
    /// Most ratings first.
    Activity,
}

/// The list of users.
#[derive(Default)]
pub(super) struct People {
    search: String,
    chosen: Option<usize>,
    list: Option<List>,
    job: Option<(ListKey, Job<Vec<u32>>)>,
}

/// The input of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ListKey {
    search: String,
    order: Order,
}

/// The users that fit, in order.
struct List {
    key: ListKey,
    data: Arc<RatingsData>,
    users: Vec<u32>,
}

impl People {
    /// The chosen user, if the data has them.
    pub(super) fn chosen(&self, data: &RatingsData) -> Option<usize> {
        self.chosen.filter(|user| *user < data.users.len())
    }

    /// Shows search box, order and list; fills `ui`.
    pub(super) fn ui(&mut self, ui: &mut Ui, data: &Arc<RatingsData>, order: &mut Order) {
        let tokens = tokens(ui.ctx());
        self.refresh(ui, data, *order);
        let search = ui.add(
            TextEdit::singleline(&mut self.search)
                .hint_text("Search users")
                .prefix(
                    ICON_SEARCH
                        .rich_text()
                        .size(tokens.size.icon)
                        .color(tokens.text_tertiary),
                )
                .desired_width(f32::INFINITY)
                .min_size(vec2(0.0, tokens.size.control))
                .align(Align2::LEFT_CENTER),
        );
        search.widget_info(|| {
            let mut info = WidgetInfo::text_edit(true, "", &self.search, "Search users");
            info.label = Some("Search users".to_owned());
            info
        });
        if search.changed() {
            self.refresh(ui, data, *order);
        }
        let users = self.list.as_ref().map_or(&[][..], |list| &list.users);
        // Enter takes the best hit.
        if search.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            self.chosen = users.first().map(|user| *user as usize).or(self.chosen);
        }
        ui.add_space(tokens.space.xs);
        ui.horizontal(|ui| {
            let options = [(Order::Id, "By id"), (Order::Activity, "By ratings")];
            segmented(ui, order, &options);
        });
        caption(
            ui,
            match users.len() {
                0 => "No user matches".to_owned(),
                1 => "1 user".to_owned(),
                n => format!("{} users", format::count(n as u64)),
            },
        );
        let row_height = tokens.size.control;
        ui.spacing_mut().item_spacing.y = 0.0;
        let area = ScrollArea::vertical().id_salt("users").auto_shrink(false);
        let mut chosen = self.chosen;
        area.show_rows(ui, row_height, users.len(), |ui, range| {
            for &user in &users[range] {
                let user = user as usize;
                if user_row(ui, data, user, self.chosen == Some(user)) {
                    chosen = Some(user);
                }
            }
        });
        self.chosen = chosen;
    }

    /// Makes the list anew where the search, the order or the data changed; a long one on a thread of its own.
    fn refresh(&mut self, ui: &Ui, data: &Arc<RatingsData>, order: Order) {
        let key = ListKey {
            search: self.search.trim().to_owned(),
            order,
        };
        if let Some((made, job)) = &self.job
            && let Some(users) = job.poll()
        {
            self.list = Some(List {
                key: made.clone(),
                data: Arc::clone(data),
                // A panic leaves an empty list, and the log says where.
                users: users.unwrap_or_default(),
            });
            self.job = None;
        }
        let fits = |own: &ListKey| *own == key;
        let current = self
            .list
            .as_ref()
            .is_some_and(|list| fits(&list.key) && Arc::ptr_eq(&list.data, data));
        if current || self.job.as_ref().is_some_and(|(own, _)| fits(own)) {
            return;
        }
        if self
            .list
            .as_ref()
            .is_some_and(|list| !Arc::ptr_eq(&list.data, data))
        {
            self.list = None;
            self.chosen = None;
        }
        let work = {
            let (data, key) = (Arc::clone(data), key.clone());
            move || find(&data, &key)
        };
        if data.users.len() > AT_ONCE
            && let Ok(job) = Job::spawn("find users", ui.ctx(), {
                let work = work.clone();
                move |_| work()
            })
        {
            self.job = Some((key, job));
            return;
        }
        self.job = None;
        self.list = Some(List {
            key,
            data: Arc::clone(data),
            users: work(),
        });
    }
}

/// The users that fit a search, best first; all of them in the order asked for if nothing is searched for.
fn find(data: &RatingsData, key: &ListKey) -> Vec<u32> {
    let users = 0..data.users.len() as u32;
    if key.search.is_empty() {
        let mut users: Vec<u32> = users.collect();
        match key.order {
            Order::Activity => {
                users.sort_by_key(|&user| std::cmp::Reverse(activity(data, user as usize)));
            }
            Order::Id => users.sort_by(|&a, &b| {
                natural_order(data.users.id(a as usize), data.users.id(b as usize))
            }),
        }
        return users;
    }
    let pattern = Pattern::parse(&key.search, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut found: Vec<(u32, usize, u32)> = users
        .filter_map(|user| {
            let name = user_name(&data.users, user as usize);
            let score = pattern.score(Utf32Str::new(&name, &mut buffer), &mut matcher)?;
            Some((score, name.len(), user))
        })
        .collect();
    // The shorter of two names that fit equally well is nearer: 42 before 421.
    found.sort_by_key(|&(score, length, user)| (std::cmp::Reverse(score), length, user));
    found.into_iter().map(|(.., user)| user).collect()
}

fn activity(data: &RatingsData, user: usize) -> usize {
    data.train.by_user().row(user).0.len()
}

/// A name with the number of ratings at the right. True if it was clicked.
fn user_row(ui: &mut Ui, data: &RatingsData, user: usize, chosen: bool) -> bool {
    let tokens = tokens(ui.ctx());
    let size = vec2(ui.available_width(), tokens.size.control);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = user_name(&data.users, user);
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, &*name));
    let fill = match (chosen, response.hovered() || response.has_focus()) {
        (true, _) => Some(tokens.selected),
        (false, true) => Some(tokens.hovered),
        _ => None,
    };
    let painter = ui.painter();
    if let Some(fill) = fill {
        painter.rect_filled(rect, tokens.radius.medium, fill);
    }
    let inner = rect.shrink2(vec2(tokens.space.s, 0.0));
    let count = painter.text(
        pos2(inner.right(), inner.center().y),
        Align2::RIGHT_CENTER,
        format::count(activity(data, user) as u64),
        TextStyle::Small.resolve(ui.style()),
        tokens.text_tertiary,
    );
    let font = TextStyle::Body.resolve(ui.style());
    let shown = elide_middle(
        ui,
        &name,
        &font,
        count.left() - tokens.space.s - inner.left(),
    );
    painter.text(
        pos2(inner.left(), inner.center().y),
        Align2::LEFT_CENTER,
        &shown,
        font,
        tokens.text,
    );
    let clicked = response.clicked();
    if shown != name {
        response.on_hover_text(name);
    }
    clicked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Labels;

    fn data(names: &[&str]) -> RatingsData {
        let train: Vec<(u32, u32, f32)> = (0..names.len() as u32)
            .flat_map(|user| (0..=user % 3).map(move |item| (user, item, 3.0)))
            .collect();
        let mut data = RatingsData::from_triplets(names.len(), 3, &train, &[]);
        data.users = Labels::new(names);
        data
    }

    fn search(data: &RatingsData, search: &str) -> Vec<u32> {
        find(
            data,
            &ListKey {
                search: search.to_owned(),
                order: Order::Id,
            },
        )
    }

    #[test]
    fn the_exact_number_comes_first() {
        let data = data(&["421", "142", "42", "7"]);
        assert_eq!(search(&data, "42")[0], 2);
        assert_eq!(search(&data, "42").len(), 3);
        assert_eq!(search(&data, "user 7"), [3]);
        assert!(search(&data, "zzz").is_empty());
    }

    #[test]
    fn names_are_found_by_parts_and_without_accents() {
        let data = data(&["Zoë Ångström", "Jean Luc", "ann"]);
        assert_eq!(search(&data, "zoe"), [0]);
        assert_eq!(search(&data, "jluc"), [1]);
    }

    #[test]
    fn without_a_search_the_order_is_by_id_or_by_activity() {
        let numbers = data(&["196", "22", "7", "244"]);
        assert_eq!(search(&numbers, ""), [2, 1, 0, 3]);
        let data = data(&["a", "b", "c", "d"]);
        assert_eq!(search(&data, ""), [0, 1, 2, 3]);
        let key = ListKey {
            search: String::new(),
            order: Order::Activity,
        };
        assert_eq!(find(&data, &key), [2, 1, 0, 3], "3, 2, 1 and 1 ratings");
    }
}
