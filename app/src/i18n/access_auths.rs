//! Texts of access authorization.

use domain::{AccessAuthType, text::DESCRIPTION_MAX};

/// Texts of access authorization.
pub struct AccessAuths {
    pub title: &'static str,
    pub create: &'static str,
    pub create_title: &'static str,
    pub edit_title: &'static str,
    pub search: &'static str,
    pub caller: &'static str,
    pub own: &'static str,
    pub own_none: &'static str,
    /// What a caller of this kind is named by.
    pub named_by: fn(AccessAuthType) -> &'static str,
    pub named_by_rule: fn(AccessAuthType) -> &'static str,
    pub description_rule: fn() -> String,
    pub user_type: &'static str,
    pub user_type_of: fn(AccessAuthType) -> &'static str,
    pub user_type_help: fn(AccessAuthType) -> &'static str,
    pub bound_groups: &'static str,
    pub create_and_bind: &'static str,
    pub creating: &'static str,
    pub created: &'static str,
    pub saved: &'static str,
    pub deleted: &'static str,
    pub empty_title: &'static str,
    pub empty: &'static str,
    pub bind: &'static str,
    /// Access key ID: what a screen reader says of the actions of a row.
    pub bind_named: fn(&str) -> String,
    pub edit_named: fn(&str) -> String,
    pub delete_named: fn(&str) -> String,
    /// Access key ID.
    pub delete_question: fn(&str) -> String,
    pub delete_consequences: &'static str,
    pub delete_loses: &'static str,
    pub delete_confirm: &'static str,
    /// Access key ID.
    pub bind_title: fn(&str) -> String,
    pub section_basic: &'static str,
    pub choose_groups: &'static str,
    pub bind_help: &'static str,
    pub nothing_bindable: &'static str,
}

/// English.
pub const EN: AccessAuths = AccessAuths {
    title: "Access authorization",
    create: "Create authorization",
    create_title: "Create authorization",
    edit_title: "Edit authorization",
    search: "Search by user identifier or description",
    caller: "User identifier",
    own: "Your own keys",
    own_none: "None of these: another account's, named below",
    named_by: |kind| match kind {
        AccessAuthType::SubscriptionKey => "Subscription ID",
        AccessAuthType::AccessKey => "Access key ID",
        AccessAuthType::PlatformKey => "AccessKey",
        AccessAuthType::Account => "E-mail address",
    },
    named_by_rule: |kind| match kind {
        AccessAuthType::SubscriptionKey => {
            "sk- and 12 letters a–z or digits. The caller sees it on the page of the subscription key."
        }
        AccessAuthType::AccessKey => {
            "12 digits 0–9 a–f. The caller sees it on the page of the access key."
        }
        AccessAuthType::PlatformKey => {
            "32 digits 0–9 A–F. The caller sees it on the page of platform keys."
        }
        AccessAuthType::Account => "The address that the caller signs in with.",
    },
    description_rule: || format!("At most {DESCRIPTION_MAX} characters."),
    user_type: "Authorization type",
    user_type_of: |kind| match kind {
        AccessAuthType::SubscriptionKey => "Subscription key",
        AccessAuthType::AccessKey => "Access key",
        AccessAuthType::PlatformKey => "Platform key",
        AccessAuthType::Account => "Account",
    },
    user_type_help: |kind| match kind {
        AccessAuthType::SubscriptionKey => {
            "Calls carry the key in a header and need no signature. Where a call has one, it decides, whatever else the call has."
        }
        AccessAuthType::AccessKey => {
            "Calls are signed with the access key of a caller, by an SDK or a signing library."
        }
        AccessAuthType::PlatformKey => {
            "Calls are signed with one AccessKey and SecretKey of an account."
        }
        AccessAuthType::Account => {
            "Calls are signed with any enabled platform key of the account, those that it makes later included."
        }
    },
    bound_groups: "Authorized API groups",
    create_and_bind: "Create, then bind",
    creating: "Creating…",
    created: "The authorization was created. Choose what may be called.",
    saved: "The authorization was saved.",
    deleted: "The authorization was deleted.",
    empty_title: "Nobody is authorized yet",
    empty: "API groups that ask who calls can be called by authorized callers only. A caller gives you the ID of a key; you authorize it here and bind it to groups and environments.",
    bind: "Bind",
    bind_named: |key| format!("Bind {key}"),
    edit_named: |key| format!("Edit {key}"),
    delete_named: |key| format!("Delete {key}"),
    delete_question: |key| format!("Delete the authorization of {key}?"),
    delete_consequences: "Calls by this authorization are refused from that moment on. The key itself stays.",
    delete_loses: "It loses:",
    delete_confirm: "Delete authorization",
    bind_title: |key| format!("What {key} may call"),
    section_basic: "Authorization",
    choose_groups: "API groups by environment",
    bind_help: "Groups with access authorization are listed once they were published. A change is in force as soon as it is saved.",
    nothing_bindable: "None of your API groups can be bound yet: publish one with access authorization.",
};

/// Chinese.
pub const ZH: AccessAuths = AccessAuths {
    title: "访问授权",
    create: "创建授权",
    create_title: "创建授权",
    edit_title: "编辑授权",
    search: "请输入用户标识或描述",
    caller: "用户标识",
    own: "自有密钥",
    own_none: "不选：在下方输入平台用户的标识",
    named_by: |kind| match kind {
        AccessAuthType::SubscriptionKey => "订阅ID",
        AccessAuthType::AccessKey => "访问密钥ID",
        AccessAuthType::PlatformKey => "Access Key",
        AccessAuthType::Account => "账号邮箱",
    },
    named_by_rule: |kind| match kind {
        AccessAuthType::SubscriptionKey => {
            "以sk-开头，后接12位小写字母或数字，调用者可在订阅密钥详情中查看。"
        }
        AccessAuthType::AccessKey => {
            "请输入API调用者的访问密钥ID：12位数字或a-f字母，调用者可在密钥详情中查看。"
        }
        AccessAuthType::PlatformKey => "32位数字或A-F字母，调用者可在平台密钥页面查看。",
        AccessAuthType::Account => "调用者登录控制台所用的邮箱。",
    },
    description_rule: || format!("不超过{DESCRIPTION_MAX}个字符。"),
    user_type: "授权类型",
    user_type_of: |kind| match kind {
        AccessAuthType::SubscriptionKey => "订阅密钥",
        AccessAuthType::AccessKey => "API网关签名",
        AccessAuthType::PlatformKey => "平台用户签名",
        AccessAuthType::Account => "基于用户授权",
    },
    user_type_help: |kind| match kind {
        AccessAuthType::SubscriptionKey => {
            "该模式下网关不强制要求签名。用户可直接调用API，密钥将在header中传递；也可通过SDK调用。调用携带订阅密钥时，优先校验订阅密钥。"
        }
        AccessAuthType::AccessKey => "该模式下用户需使用API网关签名密钥（访问密钥）来实现SDK调用。",
        AccessAuthType::PlatformKey => {
            "该模式下用户需使用账号的某个平台密钥（Access Key）对调用签名。"
        }
        AccessAuthType::Account => "授权该用户创建的全部有效平台密钥，包括之后新建的密钥。",
    },
    bound_groups: "授权API分组",
    create_and_bind: "创建并绑定",
    creating: "正在创建…",
    created: "授权创建成功！请选择可以调用的分组。",
    saved: "授权修改成功！",
    deleted: "授权已删除。",
    empty_title: "当前无访问授权",
    empty: "开启访问授权的API分组只能由已授权的用户调用。请向调用者索取密钥ID，在此授权并绑定到分组与环境。",
    bind: "绑定",
    bind_named: |key| format!("绑定{key}"),
    edit_named: |key| format!("编辑{key}"),
    delete_named: |key| format!("删除{key}"),
    delete_question: |key| format!("确定删除授权用户：{key}？"),
    delete_consequences: "删除后，依据该授权的调用将立即被拒绝。密钥本身不受影响。",
    delete_loses: "将失去以下授权：",
    delete_confirm: "删除授权",
    bind_title: |key| format!("绑定：{key}"),
    section_basic: "授权信息",
    choose_groups: "选择API分组",
    bind_help: "只有已发布到环境中，并且访问授权方式设定为“开启访问授权”的API分组，才会在列表中展示。保存后立即生效。",
    nothing_bindable: "您还没有可绑定的API分组：请先发布一个开启访问授权的分组。",
};
