//! Figures for a paper: a part as SVG or PNG, on white.

use crate::draw::Picture;
use crate::ui::app::Action;
use crate::ui::figure::figure_file;

pub(super) use crate::ui::figure::{FigureFormat as Format, figure_menu as save_menu};

/// Lets a person choose where to save a figure.
pub(super) fn save_picture(name: &str, format: Format, picture: Picture) -> Action {
    Action::Save(figure_file(name, format, picture))
}
