//! What every page can ask for: who is signed in and what they prefer, toasts, and the signal that data has changed.

pub mod flash;
pub mod page_data;
pub mod preferences;
pub mod refresh;
pub mod toasts;

pub use flash::{Flash, FormFlash};
pub use page_data::{PageData, Viewer, use_viewer};
pub use preferences::{Preferences, Theme, use_preferences, use_region, use_texts};
pub use refresh::{Refresh, use_data, use_refresh};
pub use toasts::{Toasts, use_toasts};
