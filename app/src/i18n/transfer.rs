//! Texts of the transfer list, which binds something to deployments.

use super::number;

/// Texts of the transfer list.
pub struct Transfer {
    pub without_script: &'static str,
    pub can_be_bound: &'static str,
    pub bound: &'static str,
    pub search_groups: &'static str,
    pub select_all: &'static str,
    /// Chosen of all.
    pub chosen: fn(usize, usize) -> String,
    pub to_bound: &'static str,
    pub to_unbound: &'static str,
    pub column_empty: &'static str,
    pub column_no_match: &'static str,
    pub to_groups: &'static str,
    pub offline: &'static str,
    /// Added, taken away.
    pub pending: fn(usize, usize) -> String,
    pub undo: &'static str,
    pub saved: &'static str,
    /// How many more than are shown.
    pub more: fn(u64) -> String,
}

/// English.
pub const EN: Transfer = Transfer {
    without_script: "Ticked entries are bound when you save.",
    can_be_bound: "Can be bound",
    bound: "Bound",
    search_groups: "Search by group name or ID",
    select_all: "Select all",
    chosen: |chosen, all| format!("{chosen} of {all} selected"),
    to_bound: "Bind the selected",
    to_unbound: "Unbind the selected",
    column_empty: "Nothing here",
    column_no_match: "Nothing matches",
    to_groups: "Go to API groups",
    offline: "offline",
    pending: |added, removed| format!("Not saved yet: {added} to bind, {removed} to unbind"),
    undo: "Undo",
    saved: "The bindings were saved and are in force.",
    more: |count| format!("+{}", number(count)),
};

/// Chinese.
pub const ZH: Transfer = Transfer {
    without_script: "保存后，勾选的分组将被绑定。",
    can_be_bound: "可绑定",
    bound: "已绑定",
    search_groups: "请输入API分组ID或名称",
    select_all: "全选",
    chosen: |chosen, all| format!("已选 {chosen} 项，共 {all} 项"),
    to_bound: "绑定所选",
    to_unbound: "解绑所选",
    column_empty: "无数据",
    column_no_match: "无相关数据",
    to_groups: "前往API分组管理",
    offline: "已下线",
    pending: |added, removed| format!("尚未保存：新增绑定 {added} 项，解除绑定 {removed} 项"),
    undo: "撤销",
    saved: "绑定成功！已生效。",
    more: |count| format!("+{}", number(count)),
};
