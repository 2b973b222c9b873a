//! The typeface and the text styles.

use std::collections::BTreeMap;
use std::sync::Arc;

use eframe::egui::{FontData, FontDefinitions, FontFamily, FontId, TextStyle};

/// Name of the text style for what stands out in a row.
pub const EMPHASIS: &str = "Emphasis";
/// Name of the text style of titles.
pub const TITLE: &str = "Title";
/// Name of the text style of a number that a view is about.
pub const FIGURE: &str = "Figure";

const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/InterTabular-Regular.otf");
const MEDIUM: &[u8] = include_bytes!("../../../assets/fonts/InterTabular-Medium.otf");
const SEMIBOLD: &[u8] = include_bytes!("../../../assets/fonts/InterTabular-SemiBold.otf");

/// Inter in three weights, each with the icons behind it; Hack for fixed width.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let icons = egui_material_icons::font_insert();
    for (name, bytes) in [
        ("Inter", REGULAR),
        ("Inter Medium", MEDIUM),
        ("Inter SemiBold", SEMIBOLD),
    ] {
        fonts
            .font_data
            .insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    fonts
        .font_data
        .insert(icons.name.clone(), Arc::new(icons.data));

    let family = |first: &str| {
        vec![
            first.to_owned(),
            icons.name.clone(),
            "egui-icons".to_owned(),
        ]
    };
    fonts.families = BTreeMap::from([
        (FontFamily::Proportional, family("Inter")),
        (medium(), family("Inter Medium")),
        (semibold(), family("Inter SemiBold")),
        (
            FontFamily::Monospace,
            vec!["Hack".to_owned(), "Inter".to_owned(), icons.name.clone()],
        ),
        (
            FontFamily::Name(egui_material_icons::FONT_FAMILY.into()),
            vec![icons.name.clone()],
        ),
    ]);
    fonts
}

/// The text styles of both themes.
pub(super) fn text_styles() -> BTreeMap<TextStyle, FontId> {
    BTreeMap::from([
        (
            TextStyle::Small,
            FontId::new(11.5, FontFamily::Proportional),
        ),
        (TextStyle::Body, FontId::new(13.0, FontFamily::Proportional)),
        (
            TextStyle::Button,
            FontId::new(13.0, FontFamily::Proportional),
        ),
        (
            TextStyle::Monospace,
            FontId::new(12.0, FontFamily::Monospace),
        ),
        (TextStyle::Heading, FontId::new(13.0, semibold())),
        (named(EMPHASIS), FontId::new(13.0, medium())),
        (named(TITLE), FontId::new(17.0, semibold())),
        (named(FIGURE), FontId::new(20.0, semibold())),
    ])
}

pub(super) fn named(name: &str) -> TextStyle {
    TextStyle::Name(name.into())
}

fn medium() -> FontFamily {
    FontFamily::Name("Inter Medium".into())
}

fn semibold() -> FontFamily {
    FontFamily::Name("Inter SemiBold".into())
}
