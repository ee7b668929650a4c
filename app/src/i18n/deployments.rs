//! Texts of deployments, publish, history.

mod history;
mod publish;

use super::number;
pub use {history::History, publish::Publish};

/// Texts of deployments, publish, history.
pub struct Deployments {
    pub title: &'static str,
    pub version: &'static str,
    pub access_path: &'static str,
    pub backend: &'static str,
    pub backend_mock: &'static str,
    pub published_at: &'static str,
    pub calls_24h: &'static str,
    pub publish: &'static str,
    /// Environment.
    pub publish_to: fn(&str) -> String,
    pub switch: &'static str,
    /// Environment.
    pub switch_named: fn(&str) -> String,
    pub offline: &'static str,
    /// Environment.
    pub offline_named: fn(&str) -> String,
    pub history: &'static str,
    /// Environment.
    pub history_of: fn(&str) -> String,
    pub manage_apis: &'static str,
    /// Version.
    pub changed_since: fn(&str) -> String,
    pub empty_title: &'static str,
    pub empty: &'static str,
    /// Environment.
    pub offline_question: fn(&str) -> String,
    pub offline_consequences: &'static str,
    pub calls: fn(u64) -> String,
    pub offline_confirm: &'static str,
    pub going_offline: &'static str,
    /// Environment.
    pub offline_done: fn(&str) -> String,
    pub publishing: Publish,
    pub past: History,
}

/// English.
pub const EN: Deployments = Deployments {
    title: "Deployments",
    version: "Version",
    access_path: "Access path",
    backend: "Backend address",
    backend_mock: "Mock",
    published_at: "Published at",
    calls_24h: "Calls 24 h",
    publish: "Publish",
    publish_to: |environment| format!("Publish to {environment}"),
    switch: "Switch",
    switch_named: |environment| format!("Switch the version of {environment}"),
    offline: "Take offline",
    offline_named: |environment| format!("Take {environment} offline"),
    history: "History",
    history_of: |environment| format!("History of {environment}"),
    manage_apis: "Manage APIs",
    changed_since: |version| format!("differs from what version {version} has now"),
    empty_title: "Nothing is published yet",
    empty: "A deployment is a version that runs in an environment. Publish one to test first, then to pre-launch and online.",
    offline_question: |environment| format!("Take {environment} offline?"),
    offline_consequences: "What is published there is no longer served from that moment on. It can be published or switched to again.",
    calls: |calls| match calls {
        0 => "It served no calls in the last 24 hours.".to_owned(),
        1 => "It served 1 call in the last 24 hours.".to_owned(),
        calls => format!("It served {} calls in the last 24 hours.", number(calls)),
    },
    offline_confirm: "Take offline",
    going_offline: "Taking offline…",
    offline_done: |environment| format!("The environment {environment} is offline."),
    publishing: publish::EN,
    past: history::EN,
};

/// Chinese.
pub const ZH: Deployments = Deployments {
    title: "部署列表",
    version: "版本号",
    access_path: "访问路径",
    backend: "后端服务地址",
    backend_mock: "Mock后端",
    published_at: "发布日期",
    calls_24h: "24小时调用",
    publish: "发布",
    publish_to: |environment| format!("发布到{environment}"),
    switch: "切换版本",
    switch_named: |environment| format!("切换{environment}环境的版本"),
    offline: "下线",
    offline_named: |environment| format!("下线{environment}环境"),
    history: "发布历史",
    history_of: |environment| format!("{environment}环境的发布历史"),
    manage_apis: "管理API",
    changed_since: |version| format!("与版本 {version} 的当前内容不同"),
    empty_title: "当前无部署数据",
    empty: "部署是运行在某个环境中的版本。建议先发布到测试环境，再发布到预发和线上环境。",
    offline_question: |environment| format!("确定要下线当前{environment}环境？"),
    offline_consequences: "下线后该环境里所发布的内容将不再提供服务，实时生效。之后可以重新发布或切换。",
    calls: |calls| match calls {
        0 => "最近24小时没有调用。".to_owned(),
        calls => format!("最近24小时共服务 {} 次调用。", number(calls)),
    },
    offline_confirm: "下线",
    going_offline: "正在下线…",
    offline_done: |environment| format!("{environment}环境已下线。"),
    publishing: publish::ZH,
    past: history::ZH,
};
