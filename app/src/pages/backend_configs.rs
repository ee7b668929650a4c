//! Dynamic routing: the rules of a group's environments.

mod form;
mod list;

pub use {
    form::{EditRoutePage, NewRoutePage},
    list::RouteListPage,
};
