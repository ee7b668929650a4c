//! Texts of the operators' page of domains that wait to be confirmed.

use domain::user_domain::REFUSAL_MAX;

/// Texts of the operators' page of domains.
pub struct WaitingDomains {
    pub title: &'static str,
    pub help: &'static str,
    pub by_dns: &'static str,
    pub by_provider: &'static str,
    pub empty_title: &'static str,
    pub empty: &'static str,
    pub group: &'static str,
    pub owner: &'static str,
    pub since: &'static str,
    pub confirm: &'static str,
    /// Name.
    pub confirm_named: fn(&str) -> String,
    pub confirm_question: fn(&str) -> String,
    /// Owner, group.
    pub confirm_consequences: fn(&str, &str) -> String,
    pub confirmed: &'static str,
    pub refuse: &'static str,
    /// Name.
    pub refuse_named: fn(&str) -> String,
    pub refuse_title: fn(&str) -> String,
    pub refuse_help: &'static str,
    pub reason: &'static str,
    pub reason_rule: fn() -> String,
    pub refused: &'static str,
    /// The reason.
    pub refused_because: fn(&str) -> String,
}

/// English.
pub const EN: WaitingDomains = WaitingDomains {
    title: "Domains to confirm",
    help: "Custom domains of all groups that are not verified, those that nobody has looked at first. Confirm one only when you know that it belongs to the account: calls to it are served by its group from then on.",
    by_dns: "On this installation domains are verified by their own records (gateway.domain-check is dns). Confirm one here only where that is not possible.",
    by_provider: "On this installation whoever a group belongs to verifies its domains (gateway.domain-check is provider).",
    empty_title: "No domain waits",
    empty: "Domains that providers add are listed here until they are verified.",
    group: "API group",
    owner: "Account",
    since: "Waits since",
    confirm: "Confirm",
    confirm_named: |name| format!("Confirm {name}"),
    confirm_question: |name| format!("Confirm {name}?"),
    confirm_consequences: |owner, group| {
        format!("Calls to this domain are served by the group {group} of {owner} from then on.")
    },
    confirmed: "The domain is verified and served.",
    refuse: "Refuse",
    refuse_named: |name| format!("Refuse {name}"),
    refuse_title: |name| format!("Refuse {name}"),
    refuse_help: "The provider is shown the reason. You can confirm the domain later.",
    reason: "Reason",
    reason_rule: || format!("At most {REFUSAL_MAX} characters."),
    refused: "The domain was refused.",
    refused_because: |reason| format!("Refused by an operator: {reason}"),
};

/// Chinese.
pub const ZH: WaitingDomains = WaitingDomains {
    title: "域名审核",
    help: "所有分组中尚未验证的自定义域名，未处理的排在前面。请在确认域名属于该账号后再通过：通过后，对该域名的调用将由其分组提供服务。",
    by_dns: "本系统的域名通过解析记录验证（gateway.domain-check 为 dns），仅在无法解析验证时在此确认。",
    by_provider: "本系统的域名由分组所有者自行验证（gateway.domain-check 为 provider）。",
    empty_title: "暂无待审核域名",
    empty: "用户添加的自定义域名在验证通过之前会显示在这里。",
    group: "API分组",
    owner: "账号",
    since: "提交时间",
    confirm: "通过",
    confirm_named: |name| format!("通过{name}"),
    confirm_question: |name| format!("确定通过{name}？"),
    confirm_consequences: |owner, group| {
        format!("通过后，对该域名的调用将由{owner}的分组{group}提供服务。")
    },
    confirmed: "域名已验证通过并开始提供服务。",
    refuse: "拒绝",
    refuse_named: |name| format!("拒绝{name}"),
    refuse_title: |name| format!("拒绝{name}"),
    refuse_help: "原因会显示给域名的添加者，之后仍可通过该域名。",
    reason: "原因",
    reason_rule: || format!("不超过{REFUSAL_MAX}个字符。"),
    refused: "已拒绝该域名。",
    refused_because: |reason| format!("系统管理员已拒绝：{reason}"),
};
