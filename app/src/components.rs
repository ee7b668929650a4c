//! What pages are made of. Each file is one component, or the few that only make sense together.

pub mod badges;
pub mod button;
pub mod chart;
pub mod code;
pub mod copy_button;
pub mod dialog;
pub mod difference;
pub mod empty_state;
pub mod error_view;
pub mod form;
pub mod form_field;
pub mod icon;
pub mod loaded;
pub mod loaded_both;
pub mod menu;
pub mod method_badge;
pub mod name_values;
pub mod page_header;
pub mod pagination;
pub mod refreshed;
pub mod revision_select;
pub mod scripted;
pub mod search_box;
pub mod secret_field;
pub mod skeleton;
pub mod table;
pub mod tabs;
pub mod time;
pub mod toasts;

pub use badges::{Badge, EnvironmentBadge, EnvironmentBadges, Tone};
pub use button::{Button, LinkButton, SubmitButton, Variant};
pub use code::CodeBlock;
pub use copy_button::{CopyButton, Copyable};
pub use dialog::{ConfirmDialog, Dialog, DialogActions};
pub use empty_state::{EmptyState, NoMatch};
pub use error_view::{ErrorNotice, ErrorView};
pub use form::{FormState, PostForm, use_form};
pub use form_field::{
    Checkbox, Choice, FormActions, FormSection, RadioGroup, Select, TextArea, TextField,
};
pub use icon::{Glyph, Icon};
pub use loaded::Loaded;
pub use loaded_both::LoadedBoth;
pub use menu::{Menu, MenuLink};
pub use name_values::{NameValue, NameValues};
pub use page_header::{Crumb, PageHeader};
pub use pagination::Pagination;
pub use refreshed::{Age, Refreshed};
pub use search_box::SearchBox;
pub use secret_field::SecretField;
pub use skeleton::{FormSkeleton, TableSkeleton, TextSkeleton};
pub use table::{DataTable, HeaderCell, SortHeader, use_page_query};
pub use tabs::{Tab, Tabs};
pub use time::Time;
pub use toasts::ToastRegion;
