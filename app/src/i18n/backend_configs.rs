//! Texts of dynamic routing.

use domain::{backend_config::PARAMETERS_MAX, text::DESCRIPTION_MAX};

/// Texts of dynamic routing.
pub struct BackendConfigs {
    pub help: &'static str,
    pub create: &'static str,
    /// Environment.
    pub create_in: fn(&str) -> String,
    /// Environment.
    pub create_title: fn(&str) -> String,
    /// Place, environment.
    pub edit_title: fn(u32, &str) -> String,
    pub order: &'static str,
    pub conditions: &'static str,
    pub backend: &'static str,
    pub and: &'static str,
    pub default: &'static str,
    pub default_help: &'static str,
    pub offline: &'static str,
    /// How many APIs have a backend of their own.
    pub own_backend: fn(u64) -> String,
    pub up: &'static str,
    pub down: &'static str,
    /// Place.
    pub up_named: fn(u32) -> String,
    pub down_named: fn(u32) -> String,
    pub edit_named: fn(u32) -> String,
    pub delete_named: fn(u32) -> String,
    pub moved: &'static str,
    pub created: &'static str,
    pub saved: &'static str,
    pub deleted: &'static str,
    /// Place, environment.
    pub delete_question: fn(u32, &str) -> String,
    pub delete_consequences: &'static str,
    pub delete_confirm: &'static str,
    pub section_conditions: &'static str,
    pub section_backend: &'static str,
    pub conditions_help: fn() -> String,
    pub location: &'static str,
    pub header: &'static str,
    pub query: &'static str,
    pub name: &'static str,
    pub value: &'static str,
    /// Row, column: the name of a field in the table.
    pub condition_field: fn(usize, &str) -> String,
    pub add_condition: &'static str,
    /// Row.
    pub remove_condition: fn(usize) -> String,
    pub in_force: &'static str,
    pub backend_rule: &'static str,
    pub description_rule: fn() -> String,
}

/// English.
pub const EN: BackendConfigs = BackendConfigs {
    help: "Requests with certain header and query parameters go to another backend. The first rule that fits decides; when none does, the default backend is asked. Rules act at once, in their environment only, and stay when another version is published.",
    create: "Create rule",
    create_in: |environment| format!("Create rule for {environment}"),
    create_title: |environment| format!("Create rule for {environment}"),
    edit_title: |place, environment| format!("Edit rule {place} of {environment}"),
    order: "Order",
    conditions: "Conditions",
    backend: "Backend",
    and: "and",
    default: "Default",
    default_help: "All other requests. Chosen when the environment is published.",
    offline: "Nothing is published here yet: the rules act from the first publish on.",
    own_backend: |count| match count {
        1 => "1 API has a backend of its own: no rule touches it.".to_owned(),
        _ => format!("{count} APIs have a backend of their own: no rule touches them."),
    },
    up: "Move up",
    down: "Move down",
    up_named: |place| format!("Move rule {place} up"),
    down_named: |place| format!("Move rule {place} down"),
    edit_named: |place| format!("Edit rule {place}"),
    delete_named: |place| format!("Delete rule {place}"),
    moved: "The new order is in force.",
    created: "The rule was created and is in force.",
    saved: "The rule was saved and is in force.",
    deleted: "The rule was deleted.",
    delete_question: |place, environment| format!("Delete rule {place} of {environment}?"),
    delete_consequences: "From that moment on its requests go where the next fitting rule says, or to the default backend.",
    delete_confirm: "Delete rule",
    section_conditions: "When a request has all of these",
    section_backend: "it goes to",
    conditions_help: || {
        format!(
            "Values must be equal; a query parameter is compared as it reads decoded, header names in any case. At most {PARAMETERS_MAX} header and query parameters together. Rows without a name and value are left out."
        )
    },
    location: "Location",
    header: "Header",
    query: "Query",
    name: "Name",
    value: "Value",
    condition_field: |row, column| format!("{column} of condition {row}"),
    add_condition: "Add condition",
    remove_condition: |row| format!("Remove condition {row}"),
    in_force: "In force as soon as it is saved, if the environment is published.",
    backend_rule: "The path stays as it is.",
    description_rule: || format!("At most {DESCRIPTION_MAX} characters."),
};

/// Chinese.
pub const ZH: BackendConfigs = BackendConfigs {
    help: "带有指定Header参数和Query参数的请求将转发到其他后端服务。按规则的先后顺序匹配，以第一条匹配的规则为准；均不匹配时使用默认后端。规则仅在所属环境生效，保存后立即生效，发布其他版本后仍然保留。",
    create: "创建规则",
    create_in: |environment| format!("创建{environment}环境规则"),
    create_title: |environment| format!("创建{environment}环境规则"),
    edit_title: |place, environment| format!("编辑{environment}环境规则{place}"),
    order: "顺序",
    conditions: "匹配条件",
    backend: "后端服务",
    and: "且",
    default: "默认",
    default_help: "其他所有请求，在发布该环境时选择。",
    offline: "该环境尚未发布：规则将在首次发布后生效。",
    own_backend: |count| format!("有{count}个API单独配置了后端服务，不受规则影响。"),
    up: "上移",
    down: "下移",
    up_named: |place| format!("上移规则{place}"),
    down_named: |place| format!("下移规则{place}"),
    edit_named: |place| format!("编辑规则{place}"),
    delete_named: |place| format!("删除规则{place}"),
    moved: "顺序已调整并生效。",
    created: "规则创建成功！已生效。",
    saved: "规则修改成功！已生效。",
    deleted: "规则已删除。",
    delete_question: |place, environment| format!("确定删除{environment}环境规则{place}？"),
    delete_consequences: "删除后，匹配该规则的请求将按后续匹配的规则转发，或转发到默认后端。",
    delete_confirm: "删除规则",
    section_conditions: "请求同时满足以下条件时",
    section_backend: "转发到",
    conditions_help: || {
        format!(
            "按值相等匹配；Query参数按解码后的值比较，Header名称不区分大小写。每条规则中Query参数和Header参数的总数不能超过{PARAMETERS_MAX}个。名称和参数值都为空的行将被忽略。"
        )
    },
    location: "参数位置",
    header: "Header",
    query: "Query",
    name: "名称",
    value: "参数值",
    condition_field: |row, column| format!("条件{row}的{column}"),
    add_condition: "添加条件",
    remove_condition: |row| format!("删除条件{row}"),
    in_force: "环境已发布时，保存后立即生效。",
    backend_rule: "请求路径保持不变。",
    description_rule: || format!("不超过{DESCRIPTION_MAX}个字符。"),
};
