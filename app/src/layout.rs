//! What stands around a page.

mod frame;
mod plain;
mod preference_form;
mod side_nav;
mod top_bar;
mod top_search;

pub use frame::{Frame, FramedPage};
pub use plain::PlainFrame;
