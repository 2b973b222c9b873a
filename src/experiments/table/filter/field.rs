//! What a key of a filter speaks of.

/// What a key speaks of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Field {
    /// Something that every run has.
    Own(Own),
    /// Parameters: the first that a run has.
    Parameters(Vec<ParameterOf>),
    /// Measures, by name: the first that a run has.
    Measures(Vec<String>),
}

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ParameterOf {
    /// The system, where it is that of one alone.
    pub(super) system: Option<&'static str>,
    pub(super) key: String,
}

/// Something that every run has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Own {
    Name,
    Id,
    System,
    Status,
    Seed,
    Sweep,
    Tag,
    Note,
    Pinned,
    Data,
    Device,
    Created,
    Seconds,
    Step,
    Epoch,
}

impl Own {
    /// The keys, the first of each as it is offered.
    pub(super) const KEYS: [(&'static str, Self); 20] = [
        ("name", Self::Name),
        ("system", Self::System),
        ("status", Self::Status),
        ("tag", Self::Tag),
        ("note", Self::Note),
        ("pinned", Self::Pinned),
        ("seed", Self::Seed),
        ("sweep", Self::Sweep),
        ("data", Self::Data),
        ("device", Self::Device),
        ("created", Self::Created),
        ("seconds", Self::Seconds),
        ("step", Self::Step),
        ("epoch", Self::Epoch),
        ("id", Self::Id),
        ("tags", Self::Tag),
        ("notes", Self::Note),
        ("time", Self::Seconds),
        ("steps", Self::Step),
        ("run", Self::Name),
    ];

    /// How many of the keys are offered.
    pub(super) const OFFERED: usize = 15;

    /// The meaning, for a list of what can be typed.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::Name => "the name of the run",
            Self::Id => "the name of its folder",
            Self::System => "what was trained",
            Self::Status => "how it stands",
            Self::Seed => "the seed of its random numbers",
            Self::Sweep => "the sweep that it belongs to",
            Self::Tag => "a tag",
            Self::Note => "a text in its note",
            Self::Pinned => "true or false",
            Self::Data => "the file or folder that it learned from",
            Self::Device => "where it trained",
            Self::Created => "when it was created: 2026-11-22",
            Self::Seconds => "how long it trained: 90, 5m, 2h",
            Self::Step => "updates of the weights",
            Self::Epoch => "passes over the data",
        }
    }

    /// True if it is a number.
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Seed | Self::Seconds | Self::Step | Self::Epoch)
    }
}
