//! Pages of API groups: the list, the form, and the frame around the pages of one group.

mod answer_fields;
mod delete;
mod detail;
mod form;
pub(crate) mod group_frame;
mod jwt_details;
mod jwt_fields;
mod list;
mod validation_field;

pub use {
    detail::ApiGroupDetailPage,
    form::{EditApiGroupPage, NewApiGroupPage},
    group_frame::ApiGroupFrame,
    list::ApiGroupListPage,
};
