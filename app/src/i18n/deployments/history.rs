//! Texts of an environment's history.

use domain::ReleaseAction;

/// Texts of an environment's history.
pub struct History {
    /// Environment.
    pub title: fn(&str) -> String,
    pub at: &'static str,
    /// Who.
    pub done_by: fn(&str) -> String,
    pub action: &'static str,
    pub action_name: fn(ReleaseAction) -> &'static str,
    pub version: &'static str,
    pub backend: &'static str,
    pub note: &'static str,
    pub changes: &'static str,
    pub live: &'static str,
    /// Version, when it had been published: what a switch or taking offline was about.
    pub switched_to: fn(&str, &str) -> String,
    pub took_offline: fn(&str, &str) -> String,
    /// Version that was never published here.
    pub switched_to_draft: fn(&str) -> String,
    pub switch: &'static str,
    /// Version, when.
    pub switch_named: fn(&str, &str) -> String,
    /// Environment, version.
    pub switch_question: fn(&str, &str) -> String,
    /// When, backend.
    pub switch_consequences: fn(&str, &str) -> String,
    pub at_once: &'static str,
    /// Version.
    pub switch_confirm: fn(&str) -> String,
    pub empty_title: &'static str,
    pub empty: &'static str,
    pub back: &'static str,
}

/// English.
pub const EN: History = History {
    title: |environment| format!("History of {environment}"),
    at: "When",
    done_by: |who| format!("by {who}"),
    action: "Action",
    action_name: |action| match action {
        ReleaseAction::Publish => "published",
        ReleaseAction::Switch => "switched",
        ReleaseAction::Offline => "taken offline",
        ReleaseAction::Canary => "canary started",
        ReleaseAction::CanaryChange => "canary changed",
        ReleaseAction::Promote => "canary promoted",
        ReleaseAction::CanaryStop => "canary stopped",
    },
    version: "Version",
    backend: "Backend",
    note: "Note",
    changes: "What changed",
    live: "runs now",
    switched_to: |version, at| format!("Switched back to {version}, published at {at}."),
    took_offline: |version, at| format!("Took {version} offline, published at {at}."),
    switched_to_draft: |version| {
        format!("Switched to {version}, which was not published here before.")
    },
    switch: "Switch to this",
    switch_named: |version, at| format!("Switch to {version} of {at}"),
    switch_question: |environment, version| format!("Switch {environment} to {version}?"),
    switch_consequences: |at, backend| {
        format!("It runs again just as it was published at {at}, with the backend {backend}.")
    },
    at_once: "This takes effect at once.",
    switch_confirm: |version| format!("Switch to {version}"),
    empty_title: "Nothing was ever published here",
    empty: "Every publish, switch and taking offline is kept here, with what changed by it. Any earlier publish can be switched back to.",
    back: "Back to deployments",
};

/// Chinese.
pub const ZH: History = History {
    title: |environment| format!("{environment}环境的发布历史"),
    at: "时间",
    done_by: |who| format!("操作人：{who}"),
    action: "操作类型",
    action_name: |action| match action {
        ReleaseAction::Publish => "发布",
        ReleaseAction::Switch => "切换",
        ReleaseAction::Offline => "下线",
        ReleaseAction::Canary => "开始灰度",
        ReleaseAction::CanaryChange => "调整灰度",
        ReleaseAction::Promote => "全量发布",
        ReleaseAction::CanaryStop => "停止灰度",
    },
    version: "版本号",
    backend: "后端服务地址",
    note: "备注",
    changes: "内容变化",
    live: "当前运行",
    switched_to: |version, at| format!("切换回 {at} 发布的 {version}。"),
    took_offline: |version, at| format!("下线 {at} 发布的 {version}。"),
    switched_to_draft: |version| format!("切换到 {version}，该版本此前未在此发布。"),
    switch: "切换到此",
    switch_named: |version, at| format!("切换到 {at} 的 {version}"),
    switch_question: |environment, version| format!("将{environment}环境切换到 {version}？"),
    switch_consequences: |at, backend| format!("恢复为 {at} 发布的内容，后端服务为 {backend}。"),
    at_once: "切换是实时生效的。",
    switch_confirm: |version| format!("切换到 {version}"),
    empty_title: "当前无发布历史",
    empty: "每次发布、切换和下线都会记录在此，并列出其内容变化；可以切换回任一次发布。",
    back: "返回部署列表",
};
