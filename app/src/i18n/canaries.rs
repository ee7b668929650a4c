//! Texts of canaries.

use domain::{CanarySettings, CountedBy};

/// Texts of canaries.
pub struct Canaries {
    /// The badge.
    pub canary: &'static str,
    pub traffic: &'static str,
    pub all_traffic: &'static str,
    pub as_canary: &'static str,
    pub traffic_rule: &'static str,
    pub share: &'static str,
    pub share_rule: &'static str,
    pub counted_by: &'static str,
    pub counted_by_rule: &'static str,
    pub by: fn(CountedBy) -> &'static str,
    pub header_name: &'static str,
    pub header_name_rule: &'static str,
    pub header_value: &'static str,
    pub header_value_rule: &'static str,
    /// Which calls it gets.
    pub calls: fn(&CanarySettings) -> String,
    /// Environment, version that is live, version.
    pub beside: fn(&str, &str, &str) -> String,
    /// Environment.
    pub button: fn(&str) -> String,
    /// Version, which calls.
    pub runs: fn(&str, &str) -> String,
    pub stop_too: &'static str,
    pub stop_too_rule: &'static str,
    /// Environment, version, which calls, milliseconds.
    pub started_in: fn(&str, &str, &str, u64) -> String,
    /// Environment, version, which calls.
    pub started: fn(&str, &str, &str) -> String,
    pub change: &'static str,
    /// Environment.
    pub change_named: fn(&str) -> String,
    pub change_button: &'static str,
    pub changing: &'static str,
    /// Environment.
    pub changed: fn(&str) -> String,
    pub promote: &'static str,
    /// Environment.
    pub promote_named: fn(&str) -> String,
    /// Environment, version.
    pub promote_question: fn(&str, &str) -> String,
    /// Environment, version that is live, version.
    pub promote_consequences: fn(&str, &str, &str) -> String,
    /// Version.
    pub promote_confirm: fn(&str) -> String,
    /// Environment, version.
    pub promoted: fn(&str, &str) -> String,
    pub stop: &'static str,
    /// Environment.
    pub stop_named: fn(&str) -> String,
    /// Environment.
    pub stop_question: fn(&str) -> String,
    /// Version that is live.
    pub stop_consequences: fn(&str) -> String,
    pub stop_confirm: &'static str,
    /// Environment.
    pub stopped: fn(&str) -> String,
    /// Version.
    pub offline_too: fn(&str) -> String,
    /// Environment.
    pub compared: fn(&str) -> String,
    /// Since when, which calls.
    pub compared_rule: fn(&str, &str) -> String,
    pub side: &'static str,
    pub live: &'static str,
    pub share_of_calls: &'static str,
}

/// English.
pub const EN: Canaries = Canaries {
    canary: "Canary",
    traffic: "Traffic",
    all_traffic: "All of the traffic",
    as_canary: "Canary",
    traffic_rule: "A canary runs beside what is live, for some of its calls, until it is promoted or stopped. Both have the same callers, limits and policies.",
    share: "Share of the calls, in %",
    share_rule: "0 to 100, with at most one decimal.",
    counted_by: "Counted by",
    counted_by_rule: "A client, or a key, always meets the same side; a share that grows only adds more of them.",
    by: |by| match by {
        CountedBy::ClientAddress => "Client address",
        CountedBy::CallerKey => "Caller's key",
        CountedBy::Call => "Each call anew, at random",
    },
    header_name: "Calls with the header",
    header_name_rule: "Calls with this header go to the canary, whatever the share.",
    header_value: "Value of the header",
    header_value_rule: "Empty: any value.",
    calls: |settings| {
        let share = settings.share;
        let by = match settings.counted_by {
            CountedBy::ClientAddress => "by client address",
            CountedBy::CallerKey => "by caller's key",
            CountedBy::Call => "at random",
        };
        match (&settings.header, share.per_mille()) {
            (None, _) => format!("{share} % of the calls, {by}"),
            (Some(header), 0) => format!("calls with {header}"),
            (Some(header), _) => {
                format!("{share} % of the calls, {by}, and calls with {header}")
            }
        }
    },
    beside: |environment, live, version| {
        format!(
            "{environment} goes on running {live}. {version} will run beside it at once, for the calls of the canary."
        )
    },
    button: |environment| format!("Start the canary in {environment}"),
    runs: |version, calls| {
        format!("A canary runs here: {version}, for {calls}. It goes on beside what you publish.")
    },
    stop_too: "Stop the canary",
    stop_too_rule: "Otherwise it goes on.",
    started_in: |environment, version, calls, ms| {
        format!("{environment} runs {version} as a canary, for {calls}, in force in {ms} ms.")
    },
    started: |environment, version, calls| {
        format!("{environment} runs {version} as a canary, for {calls}.")
    },
    change: "Change",
    change_named: |environment| format!("Change the canary of {environment}"),
    change_button: "Save",
    changing: "Saving…",
    changed: |environment| format!("The canary of {environment} was changed."),
    promote: "Promote",
    promote_named: |environment| format!("Promote the canary of {environment}"),
    promote_question: |environment, version| {
        format!("Promote {version} to all of the traffic of {environment}?")
    },
    promote_consequences: |environment, live, version| {
        format!(
            "{environment} runs {live}. It will run {version} at once, for all calls, with the canary's backend. It can be switched back."
        )
    },
    promote_confirm: |version| format!("Promote {version}"),
    promoted: |environment, version| format!("{environment} runs {version}."),
    stop: "Stop canary",
    stop_named: |environment| format!("Stop the canary of {environment}"),
    stop_question: |environment| format!("Stop the canary of {environment}?"),
    stop_consequences: |live| {
        format!("All calls meet {live} at once. What the canary ran can be published again.")
    },
    stop_confirm: "Stop canary",
    stopped: |environment| format!("The canary of {environment} was stopped."),
    offline_too: |version| format!("Its canary, {version}, is stopped too."),
    compared: |environment| format!("Canary of {environment}"),
    compared_rule: |since, calls| {
        format!(
            "Both sides since {since} UTC (at most the last 48 hours). The canary gets {calls}."
        )
    },
    side: "Side",
    live: "Live",
    share_of_calls: "Share",
};

/// Chinese.
pub const ZH: Canaries = Canaries {
    canary: "灰度",
    traffic: "流量",
    all_traffic: "全部流量",
    as_canary: "灰度发布",
    traffic_rule: "灰度版本与正式版本同时运行，只承接部分调用，直到全量发布或停止。两者的访问授权、限流和其他策略相同。",
    share: "调用比例（%）",
    share_rule: "0到100，最多一位小数。",
    counted_by: "划分依据",
    counted_by_rule: "同一客户端或同一密钥总是进入同一版本；调大比例只会新增，不会移出。",
    by: |by| match by {
        CountedBy::ClientAddress => "客户端地址",
        CountedBy::CallerKey => "调用方密钥",
        CountedBy::Call => "每次调用随机",
    },
    header_name: "携带该Header的调用",
    header_name_rule: "携带该Header的调用一律进入灰度版本，不受比例限制。",
    header_value: "Header的值",
    header_value_rule: "留空表示任意值。",
    calls: |settings| {
        let share = settings.share;
        let by = match settings.counted_by {
            CountedBy::ClientAddress => "按客户端地址",
            CountedBy::CallerKey => "按调用方密钥",
            CountedBy::Call => "随机",
        };
        match (&settings.header, share.per_mille()) {
            (None, _) => format!("{share}% 的调用（{by}）"),
            (Some(header), 0) => format!("携带 {header} 的调用"),
            (Some(header), _) => format!("{share}% 的调用（{by}）以及携带 {header} 的调用"),
        }
    },
    beside: |environment, live, version| {
        format!("{environment}环境继续运行 {live}，{version} 将作为灰度版本同时运行，直接生效。")
    },
    button: |environment| format!("灰度发布到{environment}"),
    runs: |version, calls| {
        format!("该环境正在运行灰度版本 {version}，承接{calls}。发布后灰度版本继续运行。")
    },
    stop_too: "同时停止灰度",
    stop_too_rule: "不勾选则灰度版本继续运行。",
    started_in: |environment, version, calls, ms| {
        format!("{environment}环境的灰度版本 {version} 已开始承接{calls}，{ms} 毫秒内生效。")
    },
    started: |environment, version, calls| {
        format!("{environment}环境的灰度版本 {version} 已开始承接{calls}。")
    },
    change: "调整",
    change_named: |environment| format!("调整{environment}环境的灰度"),
    change_button: "保存",
    changing: "正在保存…",
    changed: |environment| format!("{environment}环境的灰度已调整。"),
    promote: "全量发布",
    promote_named: |environment| format!("全量发布{environment}环境的灰度版本"),
    promote_question: |environment, version| format!("将 {version} 全量发布到{environment}环境？"),
    promote_consequences: |environment, live, version| {
        format!(
            "{environment}环境当前版本：{live}。全量发布后所有调用直接进入 {version}，使用灰度版本的后端服务；之后可以切换回来。"
        )
    },
    promote_confirm: |version| format!("全量发布 {version}"),
    promoted: |environment, version| format!("{environment}环境正在运行 {version}。"),
    stop: "停止灰度",
    stop_named: |environment| format!("停止{environment}环境的灰度"),
    stop_question: |environment| format!("停止{environment}环境的灰度？"),
    stop_consequences: |live| {
        format!("停止后所有调用直接进入 {live}。灰度版本的内容之后可以重新发布。")
    },
    stop_confirm: "停止灰度",
    stopped: |environment| format!("{environment}环境的灰度已停止。"),
    offline_too: |version| format!("灰度版本 {version} 将同时停止。"),
    compared: |environment| format!("{environment}环境的灰度对比"),
    compared_rule: |since, calls| {
        format!("两个版本自 {since} UTC 起的数据（最多最近48小时）。灰度版本承接{calls}。")
    },
    side: "版本类型",
    live: "正式",
    share_of_calls: "占比",
};
