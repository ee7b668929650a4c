//! Texts of APIs: list, form, import.

mod form;
mod import;
mod mapping;

pub use form::Form;
pub use import::Import;
pub use mapping::Mapping;

/// Texts of APIs: list, form, import.
pub struct Apis {
    pub title: &'static str,
    pub search: &'static str,
    pub create: &'static str,
    pub import: &'static str,
    pub version: &'static str,
    pub show_version: &'static str,
    /// Version, environments it runs in.
    pub version_live: fn(&str, &str) -> String,
    pub api: &'static str,
    pub request_path: &'static str,
    pub method: &'static str,
    pub backend_type: &'static str,
    pub backend_deployment: &'static str,
    pub backend_mock: &'static str,
    pub prefix_match: &'static str,
    pub edit_named: fn(&str) -> String,
    pub view: &'static str,
    pub view_named: fn(&str) -> String,
    pub delete_named: fn(&str) -> String,
    /// Version.
    pub empty_title: fn(&str) -> String,
    pub empty: &'static str,
    /// Version, environments.
    pub read_only: fn(&str, &str) -> String,
    pub read_only_help: &'static str,
    /// Version.
    pub make_version: fn(&str) -> String,
    /// Version.
    pub made_version: fn(&str) -> String,
    pub deployments: &'static str,
    pub takes_effect: &'static str,
    /// API.
    pub delete_question: fn(&str) -> String,
    /// Version.
    pub delete_consequences: fn(&str) -> String,
    pub delete_confirm: &'static str,
    pub deleted: &'static str,
    pub form: Form,
    pub mapping: Mapping,
    pub plan: Import,
}

/// English.
pub const EN: Apis = Apis {
    title: "APIs",
    search: "Search by name, path or description",
    create: "Create API",
    import: "Import APIs",
    version: "Version",
    show_version: "Show",
    version_live: |version, environments| format!("{version} – live in {environments}"),
    api: "API",
    request_path: "Request path",
    method: "Method",
    backend_type: "Backend type",
    backend_deployment: "Given at publish",
    backend_mock: "Mock",
    prefix_match: "and everything below",
    edit_named: |name| format!("Edit {name}"),
    view: "View",
    view_named: |name| format!("View {name}"),
    delete_named: |name| format!("Delete {name}"),
    empty_title: |version| format!("No APIs in version {version} yet"),
    empty: "An API is one method and path, with its parameters, its bodies and where it is forwarded to. Describe one with the form, or import a Swagger 2.0 document; the import page has a sample.",
    read_only: |version, environments| {
        format!("Version {version} is live in {environments} and therefore read-only.")
    },
    read_only_help: "Take it offline, or make a new version from it and change that one.",
    make_version: |version| format!("Make version {version}"),
    made_version: |version| format!("Version {version} was made. It can be edited."),
    deployments: "Go to deployments",
    takes_effect: "Changes take effect with the next publish.",
    delete_question: |name| format!("Delete the API {name}?"),
    delete_consequences: |version| {
        format!(
            "It is deleted from version {version} only. What is live goes on serving it until the next publish."
        )
    },
    delete_confirm: "Delete API",
    deleted: "The API was deleted.",
    form: form::EN,
    mapping: mapping::EN,
    plan: import::EN,
};

/// Chinese.
pub const ZH: Apis = Apis {
    title: "API列表",
    search: "请输入API名称、路径或描述",
    create: "新建API",
    import: "导入API",
    version: "版本号",
    show_version: "查看",
    version_live: |version, environments| format!("{version} – 已发布到{environments}"),
    api: "API",
    request_path: "请求路径",
    method: "请求类型",
    backend_type: "后端类型",
    backend_deployment: "发布时配置",
    backend_mock: "Mock",
    prefix_match: "及其下所有路径",
    edit_named: |name| format!("编辑{name}"),
    view: "查看",
    view_named: |name| format!("查看{name}"),
    delete_named: |name| format!("删除{name}"),
    empty_title: |version| format!("版本 {version} 当前无API数据"),
    empty: "API由请求方法与路径、参数、请求体与响应体以及后端服务组成。可用表单新建，也可导入Swagger 2.0文件；导入页面提供示例。",
    read_only: |version, environments| {
        format!("版本 {version} 已发布到{environments}环境，无法操作发布中的API。")
    },
    read_only_help: "请先下线，或者新建版本修订再进行操作。",
    make_version: |version| format!("新建修订 {version}"),
    made_version: |version| format!("已新建版本修订 {version}，可以编辑。"),
    deployments: "前往部署列表",
    takes_effect: "发布后，API组配置方能生效。",
    delete_question: |name| format!("确定删除API：{name}？"),
    delete_consequences: |version| {
        format!("仅从版本 {version} 中删除。已发布的内容在下次发布前保持不变。")
    },
    delete_confirm: "删除API",
    deleted: "API已删除。",
    form: form::ZH,
    mapping: mapping::ZH,
    plan: import::ZH,
};
