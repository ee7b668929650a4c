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
    pub apis: &'static str,
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
    apis: "APIs",
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
    apis: "API",
};
