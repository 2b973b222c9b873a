//! A system's requirements on images.

/// A system's requirements on images; decides which are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageNeeds {
    /// True if each image of A needs its partner in B, as in pix2pix.
    pub paired: bool,
    /// Which domains need masks.
    pub masks: MaskNeed,
    /// The least width and height of an image, in pixels.
    pub least: u32,
}

impl Default for ImageNeeds {
    fn default() -> Self {
        Self {
            paired: false,
            masks: MaskNeed::None,
            least: 16,
        }
    }
}

/// Which domains need a mask for each image. Elsewhere masks are used where they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MaskNeed {
    /// None.
    #[default]
    None,
    /// Domain A.
    InA,
    /// Both.
    InBoth,
}
