//! Names of users, items, rows and columns.

/// External ids in order of first appearance, and titles where a file gives them.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    ids: Vec<Box<str>>,
    titles: Vec<Option<Box<str>>>,
}

impl Labels {
    /// Labels without titles.
    #[must_use]
    pub fn new(ids: Vec<Box<str>>) -> Self {
        Self {
            titles: Vec::new(),
            ids,
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The id as it stands in the file.
    #[must_use]
    pub fn id(&self, index: usize) -> &str {
        &self.ids[index]
    }

    /// The title, where one is known.
    #[must_use]
    pub fn title(&self, index: usize) -> Option<&str> {
        self.titles.get(index)?.as_deref()
    }

    /// The title, or else the id.
    #[must_use]
    pub fn display(&self, index: usize) -> &str {
        self.title(index).unwrap_or_else(|| self.id(index))
    }

    /// The index of an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<usize> {
        self.ids.iter().position(|own| &**own == id)
    }

    /// Sets the title of one label.
    pub fn set_title(&mut self, index: usize, title: &str) {
        self.titles.resize(self.ids.len(), None);
        self.titles[index] = Some(title.into());
    }
}
