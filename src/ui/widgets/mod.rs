//! Small parts that every view is made of.

mod buttons;
mod dialog;
mod elided;
mod empty;
mod header;
mod marked;
mod menu;
mod message;
mod segmented;
mod status;
mod table;
mod toggle;
mod toolbar;
mod viewport;
mod waiting;

pub use buttons::{IconButton, primary_button, quiet_button};
pub use dialog::dialog;
pub use elided::{can_draw, elide_middle, elided_label};
pub use empty::{EmptyAction, EmptyState, centered};
pub use header::{caption, section_header, section_header_with};
pub use marked::marked;
pub use menu::{Menu, menu_entry, outline_boxes};
pub use message::{Severity, message};
pub use segmented::segmented;
pub use status::{status_label, status_mark};
pub use table::key_values;
pub use toggle::toggle;
pub use toolbar::{Keep, Toolbar, toolbar, toolbar_of};
pub use viewport::{Fit, Placed, STEP, Viewport, zoom_buttons};
pub use waiting::{Figure, failed, figures, waiting};
