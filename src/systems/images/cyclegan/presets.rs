//! Named settings.

use serde_json::{Value, json};

use crate::systems::Preset;

/// The preset that the window offers first.
pub(super) const QUICK: &str = "Quick";

/// The presets; the first is the default.
pub(super) fn presets() -> Vec<Preset> {
    vec![
        Preset::new(
            "Official",
            "The official code's settings, for images of 256 × 256 pixels and a large GPU.",
            json!({}),
        ),
        Preset::new(
            QUICK,
            "Small networks with skip connections, for images of 128 × 96 pixels: details stay from the start, and within minutes on two CPU cores day becomes night.",
            small(16, 4, 3000),
        ),
        Preset::new(
            "Good",
            "Larger networks than Quick, trained for longer: skies and facades come out clean, after about a quarter of an hour on two CPU cores. Wants a few hundred images.",
            small(24, 6, 6000),
        ),
        Preset::new(
            "Paper, 128",
            "The paper's networks for images of 128 × 128 pixels.",
            json!({"load_size": 143, "crop_size": 128, "blocks": 6}),
        ),
    ]
}

/// Networks with skip connections for images of 128 × 96 pixels.
fn small(filters: u32, blocks: u32, steps: u32) -> Value {
    json!({
        "load_size": 136, "load_height": 102, "crop_size": 128, "crop_height": 96,
        "generator_filters": filters, "blocks": blocks, "upsampling": "resize", "skips": true,
        "discriminator_filters": 32, "discriminator_layers": 2,
        "max_steps": steps, "measure_every": 0,
    })
}
