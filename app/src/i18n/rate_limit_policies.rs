//! Texts of traffic control.

use domain::TimeUnit;

/// Texts of traffic control.
pub struct RateLimitPolicies {
    pub title: &'static str,
    pub create_title: &'static str,
    pub edit_title: &'static str,
    pub empty_title: &'static str,
    pub empty: &'static str,
    pub unit: &'static str,
    pub unit_label: &'static str,
    pub unit_of: fn(TimeUnit) -> &'static str,
    pub unit_rule: &'static str,
    pub group: &'static str,
    pub group_rule: &'static str,
    pub access_key: &'static str,
    pub access_key_rule: &'static str,
    pub api: &'static str,
    pub api_rule: &'static str,
    pub address: &'static str,
    pub address_rule: &'static str,
    /// Calls, unit.
    pub times: fn(&str, TimeUnit) -> String,
    pub no_limit: &'static str,
    /// Policy name.
    pub delete_question: fn(&str) -> String,
    /// Policy name.
    pub bind_title: fn(&str) -> String,
}

/// English.
pub const EN: RateLimitPolicies = RateLimitPolicies {
    title: "Traffic control",
    create_title: "Create traffic control policy",
    edit_title: "Edit traffic control policy",
    empty_title: "No traffic control policy yet",
    empty: "A policy says how many calls may pass in a second, a minute, an hour or a day: of a group, of each access key, of each API, from each client address. Bound to groups and environments, it counts each of them on its own; further calls get 429.",
    unit: "Unit",
    unit_label: "Unit of time",
    unit_of: |unit| match unit {
        TimeUnit::Second => "second",
        TimeUnit::Minute => "minute",
        TimeUnit::Hour => "hour",
        TimeUnit::Day => "day",
    },
    unit_rule: "In no span of this length, wherever it begins, do more calls pass than the limits say.",
    group: "Limit per API group",
    group_rule: "Calls of a group in an environment. A whole number from 1 to 999,999,999.",
    access_key: "Limit per access key",
    access_key_rule: "Calls signed with one key, not more than the limit of the group.",
    api: "Limit per API",
    api_rule: "Calls of one API, not more than the limit of the group.",
    address: "Limit per client address",
    address_rule: "Calls from one IP address (IPv6: one /64 network), not more than the limit of the group.",
    times: |calls, unit| match unit {
        TimeUnit::Second => format!("{calls} per second"),
        TimeUnit::Minute => format!("{calls} per minute"),
        TimeUnit::Hour => format!("{calls} per hour"),
        TimeUnit::Day => format!("{calls} per day"),
    },
    no_limit: "No limit of its own",
    delete_question: |name| format!("Delete the traffic control policy {name}?"),
    bind_title: |name| format!("Traffic control policy {name}"),
};

/// Chinese.
pub const ZH: RateLimitPolicies = RateLimitPolicies {
    title: "流控策略",
    create_title: "创建流控策略",
    edit_title: "编辑流控策略",
    empty_title: "当前无流控数据",
    empty: "流控策略规定每秒、每分钟、每小时或每天允许的调用次数：可按API分组、单个Access Key、单个API和单个客户端地址限制。绑定到分组与环境后分别计数，超出的调用返回429。",
    unit: "单位",
    unit_label: "单位时间",
    unit_of: |unit| match unit {
        TimeUnit::Second => "秒",
        TimeUnit::Minute => "分钟",
        TimeUnit::Hour => "小时",
        TimeUnit::Day => "天",
    },
    unit_rule: "在任意起点的一个单位时间内，通过的调用都不超过限制次数。",
    group: "API分组次数限制",
    group_rule: "一个分组在一个环境中的调用次数。请输入1至999,999,999的整数。",
    access_key: "单Access Key次数限制",
    access_key_rule: "同一密钥签名的调用次数（不超过API分组次数限制值）。",
    api: "API流量限制",
    api_rule: "单个API的调用次数（不超过API分组次数限制值）。",
    address: "单客户端地址次数限制",
    address_rule: "来自同一IP地址的调用次数，IPv6按/64网段计（不超过API分组次数限制值）。",
    times: |calls, unit| match unit {
        TimeUnit::Second => format!("{calls} 次/秒"),
        TimeUnit::Minute => format!("{calls} 次/分钟"),
        TimeUnit::Hour => format!("{calls} 次/小时"),
        TimeUnit::Day => format!("{calls} 次/天"),
    },
    no_limit: "不单独限制",
    delete_question: |name| format!("确定删除流控策略：{name}？"),
    bind_title: |name| format!("流控策略：{name}"),
};
