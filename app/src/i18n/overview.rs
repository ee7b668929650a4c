//! Texts of the overview.

use super::number;

/// Texts of the overview.
pub struct Overview {
    pub title: &'static str,
    pub api_groups: &'static str,
    pub access_keys: &'static str,
    pub access_auths: &'static str,
    pub calls: &'static str,
    /// Region.
    pub calls_help: fn(&str) -> String,
    /// Region.
    pub in_region: fn(&str) -> String,
    /// Region, groups in all regions.
    pub in_region_of_all: fn(&str, u64) -> String,
    pub all_regions: &'static str,
    pub recent: &'static str,
    pub all_groups: &'static str,
    pub first_steps: &'static str,
    pub first_steps_help: &'static str,
    pub done: &'static str,
    pub step_group: &'static str,
    pub step_group_help: &'static str,
    pub step_apis: &'static str,
    pub step_apis_help: &'static str,
    pub step_publish: &'static str,
    pub step_publish_help: &'static str,
    pub step_key: &'static str,
    pub step_key_help: &'static str,
    pub step_auth: &'static str,
    pub step_auth_help: &'static str,
}

/// English.
pub const EN: Overview = Overview {
    title: "Overview",
    api_groups: "API groups",
    access_keys: "Access keys",
    access_auths: "Authorizations",
    calls: "Calls",
    calls_help: |region| format!("last 24 hours, in {region}"),
    in_region: |region| format!("in {region}"),
    in_region_of_all: |region, all| format!("in {region}; {} in all regions", number(all)),
    all_regions: "for all regions",
    recent: "Recently changed groups",
    all_groups: "All API groups",
    first_steps: "From nothing to a signed call",
    first_steps_help: "Five steps, in this order. Each opens the page where it is done.",
    done: "Done",
    step_group: "Create an API group",
    step_group_help: "A group has a name, a path prefix and a host name of its own.",
    step_apis: "Add its APIs",
    step_apis_help: "By the form, or by importing a Swagger 2.0 document.",
    step_publish: "Publish it",
    step_publish_help: "To test first; the gateway serves it at once.",
    step_key: "Create an access key",
    step_key_help: "Callers sign with an APIKey and an APISecret.",
    step_auth: "Authorize the key",
    step_auth_help: "Name the key and bind it to the groups that it may call.",
};

/// Chinese.
pub const ZH: Overview = Overview {
    title: "概览",
    api_groups: "API分组",
    access_keys: "访问密钥",
    access_auths: "访问授权",
    calls: "调用次数",
    calls_help: |region| format!("最近24小时，{region}"),
    in_region: |region| region.to_owned(),
    in_region_of_all: |region, all| format!("{region}，全部地域共{}个", number(all)),
    all_regions: "全部地域通用",
    recent: "最近更改的分组",
    all_groups: "全部API分组",
    first_steps: "从零到一次签名调用",
    first_steps_help: "依次完成以下五步，每一步都可直接打开相应页面。",
    done: "已完成",
    step_group: "创建API分组",
    step_group_help: "分组有名称、路径前缀和专属域名。",
    step_apis: "添加API",
    step_apis_help: "使用表单新建，或导入Swagger 2.0文档。",
    step_publish: "发布",
    step_publish_help: "先发布到测试环境，网关立即生效。",
    step_key: "创建访问密钥",
    step_key_help: "调用者使用APIKey和APISecret签名。",
    step_auth: "授权密钥",
    step_auth_help: "填写密钥ID，并绑定其可调用的分组。",
};
