//! Texts of a group's domains.

/// Texts of a group's domains.
pub struct Domains {
    pub title: &'static str,
    pub generated: &'static str,
    pub generated_help: &'static str,
    pub domain: &'static str,
    pub custom: &'static str,
    pub custom_help: &'static str,
    pub record: &'static str,
    pub custom_limits: &'static str,
}

/// English.
pub const EN: Domains = Domains {
    title: "Domains",
    generated: "Second-level domains",
    generated_help: "Made with the group, one for each environment; they never change.",
    domain: "Domain",
    custom: "Custom domains",
    custom_help: "Calls are served at the second-level domains above; a domain of your own cannot be bound here yet. What you can prepare at your domain's provider is a CNAME record that leads to the domain of the online environment:",
    record: "CNAME record",
    custom_limits: "A custom domain serves the online environment. The record alone is not enough: until the domain is bound to the group, the gateway does not know which group it stands for, and answers calls to it with 404.",
};

/// Chinese.
pub const ZH: Domains = Domains {
    title: "自定义域名",
    generated: "二级域名",
    generated_help: "创建分组时自动生成，每个环境一个，一直不变。",
    domain: "域名",
    custom: "自定义域名",
    custom_help: "目前通过上述二级域名提供服务，暂不能在此绑定自定义域名。您可以先在域名提供商处添加CNAME解析，指向线上环境的二级域名：",
    record: "CNAME解析",
    custom_limits: "自定义域名服务于线上环境。仅添加解析还不够：域名绑定到分组之前，网关无法识别该域名属于哪个分组，调用会返回404。",
};
