//! What stands around a page.

mod frame;
mod plain;
mod preference_form;
mod side_nav;
mod top_bar;

pub use frame::{Frame, FramedPage};
pub use plain::PlainFrame;
