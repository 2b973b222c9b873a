//! egui's style, made from the tokens.

use eframe::egui::style::{HandleShape, ScrollStyle, Selection, Spacing, WidgetVisuals, Widgets};
use eframe::egui::{Color32, CornerRadius, Margin, Shadow, Stroke, Style, Visuals, vec2};

use super::fonts;
use crate::draw::{Theme, Tokens};

pub(super) fn style(tokens: &Tokens) -> Style {
    let mut style = Style {
        text_styles: fonts::text_styles(),
        spacing: spacing(tokens),
        visuals: visuals(tokens),
        animation_time: 0.08,
        ..Style::default()
    };
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.35;
    style
}

fn spacing(tokens: &Tokens) -> Spacing {
    let space = tokens.space;
    Spacing {
        item_spacing: vec2(space.s, space.xs),
        window_margin: Margin::same(margin(space.l)),
        menu_margin: Margin::same(margin(space.xs)),
        button_padding: vec2(space.s, space.xs - 1.0),
        interact_size: vec2(tokens.size.control, tokens.size.control),
        indent: space.m,
        slider_width: 96.0,
        slider_rail_height: space.xs,
        combo_width: 96.0,
        icon_width: 14.0,
        icon_width_inner: 8.0,
        icon_spacing: 6.0,
        tooltip_width: tokens.size.measure,
        menu_width: 280.0,
        menu_spacing: space.hair,
        combo_height: 320.0,
        scroll: ScrollStyle {
            bar_width: 8.0,
            handle_min_length: space.xl,
            bar_inner_margin: space.hair,
            bar_outer_margin: space.hair,
            floating_width: space.xs,
            foreground_color: false,
            dormant_handle_opacity: 0.0,
            active_handle_opacity: 0.7,
            interact_handle_opacity: 1.0,
            active_background_opacity: 0.0,
            interact_background_opacity: 0.0,
            ..ScrollStyle::floating()
        },
        ..Spacing::default()
    }
}

fn visuals(tokens: &Tokens) -> Visuals {
    let base = match tokens.theme {
        Theme::Dark => Visuals::dark(),
        Theme::Light => Visuals::light(),
    };
    let large = CornerRadius::same(tokens.radius.large);
    Visuals {
        widgets: widgets(tokens),
        selection: Selection {
            bg_fill: tokens.selected,
            stroke: Stroke::new(tokens.size.hairline, tokens.text),
        },
        weak_text_color: Some(tokens.text_tertiary),
        hyperlink_color: tokens.accent_text,
        faint_bg_color: tokens.stripe,
        extreme_bg_color: tokens.canvas,
        text_edit_bg_color: Some(tokens.raised),
        code_bg_color: tokens.raised,
        warn_fg_color: tokens.warning,
        error_fg_color: tokens.error,
        window_corner_radius: large,
        menu_corner_radius: CornerRadius::same(tokens.radius.large - 2),
        window_fill: tokens.overlay,
        window_stroke: Stroke::new(tokens.size.hairline, tokens.border_strong),
        window_shadow: shadow(tokens, 16, 32),
        popup_shadow: shadow(tokens, 6, 16),
        panel_fill: tokens.surface,
        window_highlight_topmost: false,
        indent_has_left_vline: false,
        slider_trailing_fill: true,
        handle_shape: HandleShape::Circle,
        striped: false,
        disabled_alpha: 0.6,
        ..base
    }
}

fn widgets(tokens: &Tokens) -> Widgets {
    let line = tokens.size.hairline;
    let state = |fill: Color32, outline: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(line, outline),
        corner_radius: CornerRadius::same(tokens.radius.medium),
        fg_stroke: Stroke::new(line, text),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: state(tokens.surface, tokens.border, tokens.text),
        inactive: state(tokens.raised, tokens.border, tokens.text),
        hovered: state(tokens.hovered, tokens.border_strong, tokens.text),
        active: state(tokens.pressed, tokens.accent, tokens.text),
        open: state(tokens.pressed, tokens.border_strong, tokens.text),
    }
}

fn shadow(tokens: &Tokens, down: i8, blur: u8) -> Shadow {
    Shadow {
        offset: [0, down],
        blur,
        spread: 0,
        color: tokens.shadow,
    }
}

/// Tokens are small whole numbers, so nothing is cut off.
fn margin(points: f32) -> i8 {
    points as i8
}
