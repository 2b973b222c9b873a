//! What a page is made of.

use serde::Serialize;

use crate::draw::Picture;

/// A part of a page with a heading.
#[derive(Debug, Clone, Serialize)]
pub(in crate::report) struct Section {
    /// Where links lead to.
    pub(in crate::report) id: &'static str,
    /// Its heading.
    pub(in crate::report) title: String,
    /// What it is made of.
    pub(in crate::report) blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub(in crate::report) enum Block {
    /// A heading within the section.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A paragraph that a reader must see.
    Notice(Notice),
    /// A table.
    Table(Table),
    /// Figures in two columns.
    Figures(Vec<Drawn>),
    /// A figure as wide as the page.
    Wide(Drawn),
    /// Pictures in a row that breaks, each above its caption.
    Gallery(Vec<Pixels>),
    /// What colors in pictures mean.
    Legend(Vec<LegendEntry>),
    /// Text for a file or a shell, with what it is.
    Code {
        /// Above it.
        title: String,
        /// As it is.
        text: String,
    },
}

impl Block {
    /// A warning.
    pub(in crate::report) fn warning(text: impl Into<String>) -> Self {
        Self::Notice(Notice {
            title: String::new(),
            lines: vec![text.into()],
        })
    }
}

/// Something that a reader must see.
#[derive(Debug, Clone, Serialize)]
pub(in crate::report) struct Notice {
    /// What it is about; may be empty.
    pub(in crate::report) title: String,
    /// One sentence each.
    pub(in crate::report) lines: Vec<String>,
}

/// A vector figure.
#[derive(Debug, Clone, Serialize)]
pub(in crate::report) struct Drawn {
    /// An SVG element.
    pub(in crate::report) svg: String,
    /// Its name.
    pub(in crate::report) caption: String,
    /// What its marks mean; may be empty.
    pub(in crate::report) note: String,
}

impl Drawn {
    /// A picture without its margins.
    pub(in crate::report) fn of(picture: &Picture, caption: impl Into<String>) -> Self {
        Self {
            svg: picture.inline_svg(),
            caption: caption.into(),
            note: String::new(),
        }
    }

    /// With what its marks mean.
    pub(in crate::report) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// A picture of pixels.
#[derive(Debug, Clone, Serialize)]
pub(in crate::report) struct Pixels {
    /// A `data:` address.
    pub(in crate::report) source: String,
    /// In pixels.
    pub(in crate::report) width: u32,
    /// In pixels.
    pub(in crate::report) height: u32,
    /// What it shows.
    pub(in crate::report) alt: String,
}

/// A color and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct LegendEntry {
    /// What it means.
    pub(in crate::report) name: String,
    /// As `#804080`.
    pub(in crate::report) color: String,
}

/// A table.
#[derive(Debug, Clone, Default, Serialize)]
pub(in crate::report) struct Table {
    /// Above it; may be empty.
    pub(in crate::report) caption: String,
    /// The head.
    pub(in crate::report) columns: Vec<Column>,
    /// The body.
    pub(in crate::report) rows: Vec<TableRow>,
    /// Below it; may be empty.
    pub(in crate::report) note: String,
}

/// The head of a column.
#[derive(Debug, Clone, Serialize)]
pub(in crate::report) struct Column {
    /// Its name.
    pub(in crate::report) title: String,
    /// Below it: which way is better, the key; may be empty.
    pub(in crate::report) note: String,
    /// How its cells stand.
    pub(in crate::report) align: Align,
}

/// How cells stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::report) enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

impl Column {
    /// Of text.
    pub(in crate::report) fn text(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            note: String::new(),
            align: Align::Left,
        }
    }

    /// Of numbers.
    pub(in crate::report) fn number(title: impl Into<String>) -> Self {
        Self {
            align: Align::Right,
            ..Self::text(title)
        }
    }

    /// With a note below its name.
    pub(in crate::report) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// A row of a table.
#[derive(Debug, Clone, Default, Serialize)]
pub(in crate::report) struct TableRow {
    /// Its cells.
    pub(in crate::report) cells: Vec<Cell>,
    /// True if it stands out from the others as the best.
    pub(in crate::report) best: bool,
}

impl TableRow {
    /// A row of texts.
    pub(in crate::report) fn of(cells: impl IntoIterator<Item = Cell>) -> Self {
        Self {
            cells: cells.into_iter().collect(),
            best: false,
        }
    }
}

/// A cell of a table.
#[derive(Debug, Clone, Default, Serialize)]
pub(in crate::report) struct Cell {
    /// What it says.
    pub(in crate::report) text: String,
    /// Behind it, paler: a deviation, a default.
    pub(in crate::report) note: String,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Cell {
    /// With something paler behind it.
    pub(in crate::report) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}
