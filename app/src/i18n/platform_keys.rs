//! Texts of platform keys.

use domain::platform_key::{DESCRIPTION_MAX, KEYS_PER_ACCOUNT, SECRET_SHOWN_FOR_MS};

/// Texts of platform keys.
pub struct PlatformKeys {
    pub title: &'static str,
    pub create: &'static str,
    pub search: &'static str,
    pub access_key: &'static str,
    pub secret_key: &'static str,
    pub state: &'static str,
    pub enabled: &'static str,
    pub disabled: &'static str,
    pub limit: fn() -> String,
    pub description_rule: fn() -> String,
    pub creating: &'static str,
    pub created_title: &'static str,
    pub created: fn() -> String,
    pub created_no_more: fn() -> String,
    pub done: &'static str,
    pub deleted: &'static str,
    pub empty_title: &'static str,
    pub empty: &'static str,
    pub give: &'static str,
    pub enable: &'static str,
    pub disable: &'static str,
    /// What a screen reader says of the actions of a row.
    pub enable_named: fn(&str) -> String,
    pub disable_named: fn(&str) -> String,
    pub delete_named: fn(&str) -> String,
    /// AccessKey.
    pub enable_question: fn(&str) -> String,
    pub enable_consequences: &'static str,
    pub enabled_done: &'static str,
    pub disable_question: fn(&str) -> String,
    pub disable_consequences: &'static str,
    pub disabled_done: &'static str,
    pub delete_question: fn(&str) -> String,
    pub delete_consequences: &'static str,
    pub delete_confirm: &'static str,
}

/// How long a SecretKey is shown, in minutes.
const MINUTES: i64 = SECRET_SHOWN_FOR_MS / 60_000;

/// English.
pub const EN: PlatformKeys = PlatformKeys {
    title: "Platform keys",
    create: "Create platform key",
    search: "Search by AccessKey or description",
    access_key: "AccessKey",
    secret_key: "SecretKey",
    state: "State",
    enabled: "Enabled",
    disabled: "Disabled",
    limit: || format!("An account has at most {KEYS_PER_ACCOUNT} platform keys."),
    description_rule: || format!("At most {DESCRIPTION_MAX} characters."),
    creating: "Creating…",
    created_title: "Keep the SecretKey now",
    created: || {
        format!(
            "It is shown for {MINUTES} minutes after the key was made, and never again. Copy it to where your calls are signed."
        )
    },
    created_no_more: || {
        format!(
            "The SecretKey was shown for {MINUTES} minutes after the key was made and cannot be shown any more. If it is lost, make another key."
        )
    },
    done: "Done",
    deleted: "The platform key was deleted.",
    empty_title: "No platform keys yet",
    empty: "AccessKey and SecretKey sign calls as your account: of API groups whose providers let your account call, and of the management API.",
    give: "Give a provider the AccessKey of one key, or your account's e-mail address for all of them, to be authorized.",
    enable: "Enable",
    disable: "Disable",
    enable_named: |key| format!("Enable {key}"),
    disable_named: |key| format!("Disable {key}"),
    delete_named: |key| format!("Delete {key}"),
    enable_question: |key| format!("Enable the platform key {key}?"),
    enable_consequences: "Calls signed with it are accepted again at once, wherever it is authorized.",
    enabled_done: "The platform key was enabled.",
    disable_question: |key| format!("Disable the platform key {key}?"),
    disable_consequences: "Calls signed with it are refused at once. Its authorizations stay; it can be enabled again.",
    disabled_done: "The platform key was disabled.",
    delete_question: |key| format!("Delete the platform key {key}?"),
    delete_consequences: "Calls signed with it fail at once, and the authorizations that providers gave it are deleted. This cannot be undone.",
    delete_confirm: "Delete platform key",
};

/// Chinese.
pub const ZH: PlatformKeys = PlatformKeys {
    title: "平台密钥",
    create: "创建平台密钥",
    search: "请输入Access Key或描述",
    access_key: "Access Key",
    secret_key: "Access Key Secret",
    state: "状态",
    enabled: "启用",
    disabled: "禁用",
    limit: || format!("注意：每个用户最多{KEYS_PER_ACCOUNT}个平台密钥。"),
    description_rule: || format!("不超过{DESCRIPTION_MAX}个字。"),
    creating: "正在创建…",
    created_title: "请立即保存Access Key Secret",
    created: || {
        format!("仅在创建后{MINUTES}分钟内显示，之后无法再次查看。请复制到对调用签名的程序中。")
    },
    created_no_more: || {
        format!(
            "Access Key Secret仅在创建后{MINUTES}分钟内显示，现已无法查看。如已遗失，请创建新的密钥。"
        )
    },
    done: "完成",
    deleted: "平台密钥已删除。",
    empty_title: "当前无平台密钥",
    empty: "Access Key与Access Key Secret以您的账号身份对调用签名：可调用授权给您账号的API分组，以及管理API。",
    give: "请将某个密钥的Access Key提供给API提供者以获得授权；或提供账号邮箱，授权您的全部平台密钥。",
    enable: "启用",
    disable: "禁用",
    enable_named: |key| format!("启用{key}"),
    disable_named: |key| format!("禁用{key}"),
    delete_named: |key| format!("删除{key}"),
    enable_question: |key| format!("确认启用平台密钥：{key}？"),
    enable_consequences: "启用后，使用该密钥签名的调用在已获授权的分组中立即恢复。",
    enabled_done: "平台密钥已启用。",
    disable_question: |key| format!("确认禁用平台密钥：{key}？"),
    disable_consequences: "禁用后，使用该密钥签名的调用将立即被拒绝。对它的授权不受影响，可随时重新启用。",
    disabled_done: "平台密钥已禁用。",
    delete_question: |key| format!("确认要删除平台密钥：{key}？"),
    delete_consequences: "删除后，使用该密钥签名的调用将立即失败，各API提供者对它的授权也将同时删除，且无法恢复。",
    delete_confirm: "删除平台密钥",
};
