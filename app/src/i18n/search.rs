//! Texts of the search over everything.

/// Texts of the search over everything.
pub struct Search {
    pub title: &'static str,
    pub label: &'static str,
    pub placeholder: &'static str,
    pub empty_title: &'static str,
    pub empty: &'static str,
    pub nothing_title: &'static str,
    pub nothing: &'static str,
    pub api_groups: &'static str,
    pub apis: &'static str,
    pub rate_limit_policies: &'static str,
    pub ip_policies: &'static str,
    pub access_auths: &'static str,
    pub backend_signatures: &'static str,
    pub access_keys: &'static str,
    pub subscription_keys: &'static str,
    pub platform_keys: &'static str,
}

/// English.
pub const EN: Search = Search {
    title: "Search everything",
    label: "Search groups, APIs, policies and keys",
    placeholder: "Search everything",
    empty_title: "What are you looking for?",
    empty: "Groups of all regions, the APIs of their latest versions, policies, authorizations and keys are found by name, ID, path or description.",
    nothing_title: "Nothing found",
    nothing: "Nothing of yours has this in its name, ID, path or description.",
    api_groups: "API groups",
    apis: "APIs",
    rate_limit_policies: "Traffic control",
    ip_policies: "IP policies",
    access_auths: "Access authorization",
    backend_signatures: "Backend signature",
    access_keys: "Access keys",
    subscription_keys: "Subscription keys",
    platform_keys: "Platform keys",
};

/// Chinese.
pub const ZH: Search = Search {
    title: "全局搜索",
    label: "搜索分组、API、策略和密钥",
    placeholder: "全局搜索",
    empty_title: "您要找什么？",
    empty: "按名称、ID、路径或描述查找：所有地域的分组、各分组最新版本的API、策略、授权和密钥。",
    nothing_title: "没有找到",
    nothing: "您的资源中没有名称、ID、路径或描述包含此内容的。",
    api_groups: "API分组",
    apis: "API",
    rate_limit_policies: "流量控制",
    ip_policies: "IP访问控制策略",
    access_auths: "访问授权",
    backend_signatures: "后端签名",
    access_keys: "访问密钥",
    subscription_keys: "订阅密钥",
    platform_keys: "平台密钥",
};
