//! Texts of IP policies.

use super::number;
use domain::IpAction;

/// Texts of IP policies.
pub struct IpPolicies {
    pub title: &'static str,
    pub create_title: &'static str,
    pub edit_title: &'static str,
    pub empty_title: &'static str,
    pub empty: &'static str,
    pub action: &'static str,
    pub action_of: fn(IpAction) -> &'static str,
    pub action_help: fn(IpAction) -> &'static str,
    pub ranges: &'static str,
    pub ranges_rule: &'static str,
    /// How many more than are shown.
    pub more: fn(u64) -> String,
    /// Policy name.
    pub delete_question: fn(&str) -> String,
    /// Policy name.
    pub bind_title: fn(&str) -> String,
}

/// English.
pub const EN: IpPolicies = IpPolicies {
    title: "IP policies",
    create_title: "Create IP policy",
    edit_title: "Edit IP policy",
    empty_title: "No IP policy yet",
    empty: "A policy lists IP addresses and networks that alone may call, or that may not. Bound to groups and environments, it acts at once; calls from elsewhere get 403.",
    action: "Action",
    action_of: |action| match action {
        IpAction::Allow => "Allow",
        IpAction::Deny => "Deny",
    },
    action_help: |action| match action {
        IpAction::Allow => "Only the listed addresses may call; all others get 403.",
        IpAction::Deny => "The listed addresses get 403; all others may call.",
    },
    ranges: "IP addresses and networks",
    ranges_rule: "One a line, at most 500: 192.0.2.7, 192.0.2.0/24, 2001:db8::/32.",
    more: |count| format!("+{}", number(count)),
    delete_question: |name| format!("Delete the IP policy {name}?"),
    bind_title: |name| format!("IP policy {name}"),
};

/// Chinese.
pub const ZH: IpPolicies = IpPolicies {
    title: "IP访问控制策略",
    create_title: "新建IP访问控制策略",
    edit_title: "编辑IP访问控制策略",
    empty_title: "当前无IP访问控制策略",
    empty: "策略列出允许或拒绝访问的IP地址和IP段。绑定到分组与环境后实时生效，被拒绝的调用返回403。",
    action: "动作",
    action_of: |action| match action {
        IpAction::Allow => "允许",
        IpAction::Deny => "拒绝",
    },
    action_help: |action| match action {
        IpAction::Allow => "只有列出的IP可以访问，其他IP均返回403。",
        IpAction::Deny => "列出的IP返回403，其他IP均可以访问。",
    },
    ranges: "IP地址和IP段",
    ranges_rule: "每行一个，最多500个，例如 192.0.2.7、192.0.2.0/24、2001:db8::/32。",
    more: |count| format!("+{}", number(count)),
    delete_question: |name| format!("确定删除IP访问控制策略：{name}？"),
    bind_title: |name| format!("IP访问控制策略：{name}"),
};
