//! Texts of the dialogs that publish and switch, and of what they say afterwards.

/// Texts of the dialogs that publish and switch, and of what they say afterwards.
pub struct Publish {
    /// Group.
    pub title: fn(&str) -> String,
    pub environment: &'static str,
    pub version: &'static str,
    pub note: &'static str,
    pub backend: &'static str,
    pub backend_mock: &'static str,
    pub backend_single: &'static str,
    pub backend_help: &'static str,
    pub backend_url: &'static str,
    pub backend_url_rule: &'static str,
    pub mock_notice: &'static str,
    /// Environment, version now, version then.
    pub replaces: fn(&str, &str, &str) -> String,
    /// Environment, version.
    pub first: fn(&str, &str) -> String,
    /// Environment, version.
    pub again: fn(&str, &str) -> String,
    /// Group.
    pub confirm: fn(&str) -> String,
    pub what_changes: &'static str,
    pub nothing_changes: &'static str,
    pub description_rule: &'static str,
    pub update: &'static str,
    /// Environment.
    pub button: fn(&str) -> String,
    pub busy: &'static str,
    pub no_apis: &'static str,
    /// Group.
    pub done_title: fn(&str) -> String,
    /// Environment, version, milliseconds.
    pub live_in: fn(&str, &str, u64) -> String,
    /// Environment, version.
    pub live: fn(&str, &str) -> String,
    pub address: &'static str,
    pub try_it: &'static str,
    pub try_mock: &'static str,
    pub try_signed: &'static str,
    pub authorize: &'static str,
    pub switching: &'static str,
    /// Version.
    pub switch_back: fn(&str) -> String,
    /// Environment, version.
    pub switched: fn(&str, &str) -> String,
    /// Environment.
    pub switch_title: fn(&str) -> String,
    /// Environment.
    pub switch_help: fn(&str) -> String,
    pub switch_choices: &'static str,
    /// Environment, version now, version then, when that was published.
    pub switch_replaces: fn(&str, &str, &str, &str) -> String,
    /// Environment, version, when it was published.
    pub switch_first: fn(&str, &str, &str) -> String,
    pub switch_nothing_changes: &'static str,
    /// Version.
    pub switch_button: fn(&str) -> String,
    /// Environment.
    pub no_other: fn(&str) -> String,
    pub see_history: &'static str,
}

/// English.
pub const EN: Publish = Publish {
    title: |group| format!("Publish {group}"),
    environment: "Environment",
    version: "Version",
    note: "Note of the version",
    backend: "Backend service",
    backend_mock: "Mock",
    backend_single: "Single backend",
    backend_help: "APIs that have a backend of their own keep it.",
    backend_url: "Backend address",
    backend_url_rule: "http(s)://host[:port], or h2c://host[:port] for HTTP/2 without TLS (gRPC); without a path.",
    mock_notice: "With a mock no call reaches a backend: the gateway answers with samples made from the response formats, to anybody, and checks no signature.",
    replaces: |environment, now, then| {
        format!("{environment} runs {now}. It will run {then} at once.")
    },
    first: |environment, version| {
        format!("Nothing runs in {environment}. It will run {version} at once.")
    },
    again: |environment, version| {
        format!(
            "{environment} runs {version} already. It will be published again, at once, with what the version and the group have now."
        )
    },
    confirm: |group| {
        format!("You are about to publish the API group {group}. It takes effect directly.")
    },
    what_changes: "What changes",
    nothing_changes: "The APIs and settings are the same as what runs there.",
    description_rule: "At most 180 characters.",
    update: "Show what changes",
    button: |environment| format!("Publish to {environment}"),
    busy: "Publishing…",
    no_apis: "This version has no APIs yet, so it cannot be published.",
    done_title: |group| format!("{group} is published"),
    live_in: |environment, version, ms| format!("{environment} runs {version}, live in {ms} ms."),
    live: |environment, version| format!("{environment} runs {version}."),
    address: "Address",
    try_it: "Try it",
    try_mock: "The answer is a sample; no backend is called.",
    try_signed: "This group asks who calls: as it stands, the line above is answered with 401. Authorize a key, then call with a client that signs, or with a subscription key in its header.",
    authorize: "Authorize a key",
    switching: "Switching…",
    switch_back: |version| format!("Switch back to {version}"),
    switched: |environment, version| format!("{environment} runs {version}."),
    switch_title: |environment| format!("Switch {environment}"),
    switch_help: |environment| {
        format!(
            "Choose what {environment} will run again: as it was published, with its backend. What was never published there is published first."
        )
    },
    switch_choices: "Published earlier",
    switch_replaces: |environment, now, then, at| {
        format!("{environment} runs {now}. It will run {then} as published at {at}, at once.")
    },
    switch_first: |environment, then, at| {
        format!("Nothing runs in {environment}. It will run {then} as published at {at}, at once.")
    },
    switch_nothing_changes: "The APIs, settings and backend are the same as what runs there.",
    switch_button: |version| format!("Switch to {version}"),
    no_other: |environment| {
        format!(
            "Nothing else was published to {environment} yet, so there is nothing to switch back to."
        )
    },
    see_history: "History",
};

/// Chinese.
pub const ZH: Publish = Publish {
    title: |group| format!("发布 {group}"),
    environment: "发布为",
    version: "发布版本",
    note: "修订备注",
    backend: "后端服务",
    backend_mock: "Mock后端",
    backend_single: "唯一后端",
    backend_help: "在API中自定义了后端服务的API将单独生效。",
    backend_url: "后端服务地址",
    backend_url_rule: "格式：http(s)://host[:port]；不使用TLS的HTTP/2（gRPC）为h2c://host[:port]。后端服务地址指API网关调用底层服务时的域名或者IP，不包含Path。",
    mock_notice: "注意：如果您设置了使用Mock，实际请求则不会调用到后端服务，网关将返回由返回格式生成的示例，且不校验授权与签名，请仔细确认。",
    replaces: |environment, now, then| {
        format!("{environment}环境当前版本：{now}，即将发布版本：{then}。发布后将直接生效。")
    },
    first: |environment, version| {
        format!("{environment}环境当前没有发布，即将发布版本：{version}。发布后将直接生效。")
    },
    again: |environment, version| {
        format!(
            "{environment}环境当前版本已是 {version}，将以该版本和分组的当前内容重新发布，直接生效。"
        )
    },
    confirm: |group| format!("您将发布 API分组：{group} 的版本，版本发布后将直接生效，请您确认。"),
    what_changes: "内容变化",
    nothing_changes: "API与分组设置同当前运行的内容相同。",
    description_rule: "不能超过180个字符。",
    update: "查看内容变化",
    button: |environment| format!("发布到{environment}"),
    busy: "正在发布…",
    no_apis: "该版本当前无API，不能发布。",
    done_title: |group| format!("{group} 发布成功"),
    live_in: |environment, version, ms| {
        format!("{environment}环境正在运行 {version}，{ms} 毫秒内生效。")
    },
    live: |environment, version| format!("{environment}环境正在运行 {version}。"),
    address: "访问路径",
    try_it: "试一试",
    try_mock: "返回的是示例，不会调用后端服务。",
    try_signed: "该分组已开启访问授权，直接执行上面的命令会返回401。请先授权密钥，再使用支持签名的客户端调用，或在header中携带订阅密钥。",
    authorize: "访问授权",
    switching: "正在切换…",
    switch_back: |version| format!("切换回 {version}"),
    switched: |environment, version| format!("{environment}环境正在运行 {version}。"),
    switch_title: |environment| format!("切换版本：{environment}"),
    switch_help: |environment| {
        format!(
            "选择{environment}环境要恢复运行的版本，按发布时的内容和后端服务生效。未在该环境发布过的版本请先发布。"
        )
    },
    switch_choices: "曾发布的版本",
    switch_replaces: |environment, now, then, at| {
        format!(
            "{environment}环境当前版本：{now}，即将切换到 {at} 发布的 {then}。切换是实时生效的。"
        )
    },
    switch_first: |environment, then, at| {
        format!("{environment}环境当前没有发布，即将切换到 {at} 发布的 {then}。切换是实时生效的。")
    },
    switch_nothing_changes: "API、分组设置和后端服务同当前运行的内容相同。",
    switch_button: |version| format!("切换到 {version}"),
    no_other: |environment| format!("{environment}环境没有发布过其他内容，无可切换的版本。"),
    see_history: "发布历史",
};
