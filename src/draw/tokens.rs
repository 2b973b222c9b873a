//! The design tokens.

use ecolor::Color32;

use crate::record::Status;

/// Light text on dark, or dark text on light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Light text on near-black.
    Dark,
    /// Dark text on near-white.
    Light,
}

/// Colors by role, and the measures that both themes share.
#[derive(Debug)]
pub struct Tokens {
    /// Which theme this is.
    pub theme: Theme,

    /// Behind everything: bars, gaps between tiles.
    pub canvas: Color32,
    /// Side panels and tiles.
    pub surface: Color32,
    /// Inputs, buttons, cards: what stands on a surface.
    pub raised: Color32,
    /// Menus, dialogs, tooltips.
    pub overlay: Color32,
    /// Under the pointer.
    pub hovered: Color32,
    /// Pressed, or an open menu's button.
    pub pressed: Color32,
    /// A selected row.
    pub selected: Color32,
    /// Every other row of a table.
    pub stripe: Color32,
    /// Lines that divide.
    pub border: Color32,
    /// Outlines of inputs, and of what is under the pointer.
    pub border_strong: Color32,
    /// Grid lines of plots.
    pub grid: Color32,
    /// Shadow of menus and dialogs.
    pub shadow: Color32,

    /// Text that is read first.
    pub text: Color32,
    /// Labels and explanations.
    pub text_secondary: Color32,
    /// Units, hints, captions: still readable (WCAG AA).
    pub text_tertiary: Color32,
    /// Controls that cannot be used now.
    pub text_disabled: Color32,

    /// The one thing to do next: fill of the primary button, selection, focus.
    pub accent: Color32,
    /// The same under the pointer.
    pub accent_hovered: Color32,
    /// Text on `accent`.
    pub on_accent: Color32,
    /// Links and accented text on surfaces.
    pub accent_text: Color32,

    /// Went well.
    pub success: Color32,
    /// A person should look.
    pub warning: Color32,
    /// Failed, or cannot be.
    pub error: Color32,
    /// Behind a message about an error.
    pub error_surface: Color32,
    /// Behind a message with a warning.
    pub warning_surface: Color32,
    /// Over.
    pub neutral: Color32,

    /// Cells of a matrix that have no value: of no map's colors.
    pub missing: Color32,

    /// Runs and other categories, told apart by color-blind people too (after Okabe and Ito 2008, tuned to the surface).
    pub categorical: [Color32; 8],

    /// Distances, on a grid of 4.
    pub space: Space,
    /// Corner radii.
    pub radius: Radii,
    /// Sizes of things.
    pub size: Sizes,
}

/// Distances in points, on a grid of 4 (`hair` is half a step, for what belongs together).
#[derive(Debug, Clone, Copy)]
pub struct Space {
    /// 2
    pub hair: f32,
    /// 4
    pub xs: f32,
    /// 8
    pub s: f32,
    /// 12
    pub m: f32,
    /// 16
    pub l: f32,
    /// 24
    pub xl: f32,
    /// 40
    pub xxl: f32,
}

/// Corner radii in points.
#[derive(Debug, Clone, Copy)]
pub struct Radii {
    /// Check boxes, chips, color swatches.
    pub small: u8,
    /// Buttons, inputs, rows.
    pub medium: u8,
    /// Menus, dialogs, cards.
    pub large: u8,
}

/// Sizes in points.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Height of a button or input in a panel.
    pub control: f32,
    /// Height of a button in the top bar.
    pub control_large: f32,
    /// Height of a row in a list or table.
    pub row: f32,
    /// Height of the top bar.
    pub top_bar: f32,
    /// Height of the status bar.
    pub status_bar: f32,
    /// Height of a tile's tabs.
    pub tab_bar: f32,
    /// An icon beside body text.
    pub icon: f32,
    /// The icon of an empty state.
    pub icon_large: f32,
    /// The status mark.
    pub mark: f32,
    /// A dividing line.
    pub hairline: f32,
    /// A curve.
    pub line: f32,
    /// Height of a run in the list.
    pub run_row: f32,
    /// Least width of a side panel.
    pub panel_min: f32,
    /// Largest width of a side panel.
    pub panel_max: f32,
    /// Width of the panel with the runs.
    pub runs_panel: f32,
    /// Width of the panel with the parameters.
    pub parameters_panel: f32,
    /// Width of the command palette and of dialogs.
    pub dialog: f32,
    /// Longest line of explanatory text.
    pub measure: f32,
    /// Width of the bar beside a matrix that shows clusters, and its cluster's number.
    pub cluster_bar: f32,
    /// Width of the bar beside a matrix that shows true classes.
    pub class_bar: f32,
    /// Room for numbers of rows beside a matrix.
    pub gutter: f32,
    /// Room for names of rows beside a matrix.
    pub name_gutter: f32,
    /// Width of the panel beside a matrix.
    pub matrix_panel: f32,
    /// Height of a small curve.
    pub sparkline: f32,
    /// Width of a list of pictures.
    pub picture_list: f32,
    /// Height of a picture with its name in a list.
    pub picture_row: f32,
}

impl Tokens {
    /// The color of the run with this number; repeats after eight.
    #[must_use]
    pub fn category(&self, index: usize) -> Color32 {
        self.categorical[index % self.categorical.len()]
    }

    /// The color of a status; its shape is `widgets::status_mark`'s business.
    #[must_use]
    pub fn status(&self, status: Status) -> Color32 {
        match status {
            Status::Queued | Status::Stopped => self.neutral,
            Status::Running => self.accent_text,
            Status::Paused | Status::Interrupted => self.warning,
            Status::Finished => self.success,
            Status::Failed => self.error,
        }
    }
}

const SPACE: Space = Space {
    hair: 2.0,
    xs: 4.0,
    s: 8.0,
    m: 12.0,
    l: 16.0,
    xl: 24.0,
    xxl: 40.0,
};

const RADII: Radii = Radii {
    small: 3,
    medium: 5,
    large: 8,
};

const SIZES: Sizes = Sizes {
    control: 24.0,
    control_large: 28.0,
    row: 28.0,
    top_bar: 40.0,
    status_bar: 24.0,
    tab_bar: 30.0,
    icon: 16.0,
    icon_large: 36.0,
    mark: 10.0,
    hairline: 1.0,
    line: 1.5,
    run_row: 48.0,
    panel_min: 168.0,
    panel_max: 480.0,
    runs_panel: 180.0,
    parameters_panel: 228.0,
    dialog: 560.0,
    measure: 360.0,
    cluster_bar: 14.0,
    class_bar: 6.0,
    gutter: 36.0,
    name_gutter: 96.0,
    matrix_panel: 292.0,
    sparkline: 36.0,
    picture_list: 144.0,
    picture_row: 40.0,
};

const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// Light text on near-black grays.
pub const DARK: Tokens = Tokens {
    theme: Theme::Dark,
    canvas: rgb(0x0f_1012),
    surface: rgb(0x16_1719),
    raised: rgb(0x20_2225),
    overlay: rgb(0x1d_1f22),
    hovered: rgb(0x2a_2c30),
    pressed: rgb(0x33_363b),
    selected: rgb(0x23_2b3d),
    stripe: rgb(0x1a_1b1e),
    border: rgb(0x26_282b),
    border_strong: rgb(0x3c_3f45),
    grid: rgb(0x24_2629),
    shadow: Color32::from_rgba_premultiplied(0, 0, 0, 120),
    text: rgb(0xea_ebed),
    text_secondary: rgb(0xb0_b4ba),
    text_tertiary: rgb(0x8f_949c),
    text_disabled: rgb(0x5c_6067),
    accent: rgb(0x3f_6ad8),
    accent_hovered: rgb(0x47_71dc),
    on_accent: rgb(0xff_ffff),
    accent_text: rgb(0x8a_aefc),
    success: rgb(0x4c_b782),
    warning: rgb(0xe0_a33e),
    error: rgb(0xf2_7a72),
    error_surface: rgb(0x2e_1c1c),
    warning_surface: rgb(0x2c_2417),
    neutral: rgb(0x96_9ba3),
    missing: rgb(0x35_3c48),
    categorical: [
        rgb(0x4a_9fe0),
        rgb(0xe6_9f00),
        rgb(0x1f_b28a),
        rgb(0xe8_6d2c),
        rgb(0xd5_8ab5),
        rgb(0xf0_e04e),
        rgb(0x8c_cdf5),
        rgb(0xc4_c8ce),
    ],
    space: SPACE,
    radius: RADII,
    size: SIZES,
};

/// Dark text on near-white grays.
pub const LIGHT: Tokens = Tokens {
    theme: Theme::Light,
    canvas: rgb(0xf2_f3f4),
    surface: rgb(0xfd_fdfd),
    raised: rgb(0xf4_f5f6),
    overlay: rgb(0xff_ffff),
    hovered: rgb(0xe9_ebed),
    pressed: rgb(0xdf_e1e5),
    selected: rgb(0xe4_ebfb),
    stripe: rgb(0xf7_f8f9),
    border: rgb(0xe2_e4e7),
    border_strong: rgb(0xc3_c7cd),
    grid: rgb(0xe9_eaec),
    shadow: Color32::from_rgba_premultiplied(0, 0, 0, 36),
    text: rgb(0x1a_1c1f),
    text_secondary: rgb(0x4b_5058),
    text_tertiary: rgb(0x65_6a73),
    text_disabled: rgb(0xa4_a9b1),
    accent: rgb(0x2f_5fd0),
    accent_hovered: rgb(0x27_54bd),
    on_accent: rgb(0xff_ffff),
    accent_text: rgb(0x27_54bd),
    success: rgb(0x16_7448),
    warning: rgb(0x8f_5b00),
    error: rgb(0xc0_3228),
    error_surface: rgb(0xfd_eeec),
    warning_surface: rgb(0xfc_f4e2),
    neutral: rgb(0x65_6a73),
    missing: rgb(0xe3_e7ee),
    categorical: [
        rgb(0x00_72b2),
        rgb(0xbf_7f00),
        rgb(0x00_8a65),
        rgb(0xcb_4f00),
        rgb(0xb3_5b8f),
        rgb(0x85_7800),
        rgb(0x35_91cc),
        rgb(0x3a_3e44),
    ],
    space: SPACE,
    radius: RADII,
    size: SIZES,
};

#[cfg(test)]
mod tests {
    use super::{DARK, LIGHT, Tokens};
    use crate::draw::contrast;

    /// WCAG 2.2, 1.4.3 (AA, text of normal size) and 1.4.11 (graphics).
    const TEXT: f32 = 4.5;
    const GRAPHICS: f32 = 3.0;

    fn surfaces(tokens: &Tokens) -> [(&'static str, ecolor::Color32); 7] {
        [
            ("canvas", tokens.canvas),
            ("surface", tokens.surface),
            ("raised", tokens.raised),
            ("overlay", tokens.overlay),
            ("hovered", tokens.hovered),
            ("selected", tokens.selected),
            ("stripe", tokens.stripe),
        ]
    }

    #[test]
    fn text_on_every_surface_meets_wcag_aa() {
        for tokens in [&DARK, &LIGHT] {
            let texts = [
                ("text", tokens.text),
                ("text_secondary", tokens.text_secondary),
                ("text_tertiary", tokens.text_tertiary),
                ("accent_text", tokens.accent_text),
                ("success", tokens.success),
                ("warning", tokens.warning),
                ("error", tokens.error),
            ];
            for (surface_name, surface) in surfaces(tokens) {
                for (text_name, text) in texts {
                    let ratio = contrast(text, surface);
                    assert!(
                        ratio >= TEXT,
                        "{:?}: {text_name} on {surface_name} has {ratio:.2}",
                        tokens.theme
                    );
                }
            }
            for (name, text, surface) in [
                ("on_accent", tokens.on_accent, tokens.accent),
                (
                    "on_accent, hovered",
                    tokens.on_accent,
                    tokens.accent_hovered,
                ),
                ("error message", tokens.text, tokens.error_surface),
                ("error title", tokens.error, tokens.error_surface),
                ("warning message", tokens.text, tokens.warning_surface),
                ("warning title", tokens.warning, tokens.warning_surface),
            ] {
                let ratio = contrast(text, surface);
                assert!(ratio >= TEXT, "{:?}: {name} has {ratio:.2}", tokens.theme);
            }
        }
    }

    #[test]
    fn run_colors_stand_out_from_the_surface_and_from_each_other() {
        for tokens in [&DARK, &LIGHT] {
            for (index, color) in tokens.categorical.iter().enumerate() {
                let ratio = contrast(*color, tokens.surface);
                assert!(
                    ratio >= GRAPHICS,
                    "{:?}: color {index} has {ratio:.2}",
                    tokens.theme
                );
                for other in &tokens.categorical[..index] {
                    assert_ne!(color, other);
                }
            }
        }
    }
}
