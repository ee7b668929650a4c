//! Texts of validation: whether calls fit the definition of their API.

/// Texts of validation.
pub struct Validation {
    pub name: &'static str,
    pub rule: &'static str,
    pub off: &'static str,
    pub off_help: &'static str,
    pub log: &'static str,
    pub log_help: &'static str,
    pub refuse: &'static str,
    pub refuse_help: &'static str,
    /// The column of the parameters' table.
    pub value_rules: &'static str,
    pub value_rules_help: &'static str,
}

impl Validation {
    /// The name of what is done with calls that do not fit.
    #[must_use]
    pub fn mode(&self, mode: domain::Validation) -> &'static str {
        match mode {
            domain::Validation::Off => self.off,
            domain::Validation::Log => self.log,
            domain::Validation::Refuse => self.refuse,
        }
    }
}

/// English.
pub const EN: Validation = Validation {
    name: "Request validation",
    rule: "Whether calls have the parameters that their API defines, with values of their types, and JSON bodies that fit the request body format. Mocks check them too.",
    off: "Off",
    off_help: "Calls are forwarded as they come.",
    log: "Log only",
    log_help: "Calls that do not fit are forwarded all the same. The access log says what is wrong with them, and /metrics counts them.",
    refuse: "Refuse",
    refuse_help: "Calls that do not fit get 400 with the parameter, or the place in the body, and the rule. Bodies are read whole before they are forwarded.",
    value_rules: "Rules",
    value_rules_help: "Rules of a value are JSON Schema, for example {\"minimum\": 1, \"maximum\": 100}, {\"enum\": [\"cat\", \"dog\"]} or {\"pattern\": \"^[A-Z]{2}$\"}. Types and rules are checked where the group validates requests.",
};

/// Chinese.
pub const ZH: Validation = Validation {
    name: "请求校验",
    rule: "检查请求是否具有API定义的参数、参数值是否符合类型，以及JSON请求体是否符合请求体格式。Mock同样校验。",
    off: "不校验",
    off_help: "请求按原样转发。",
    log: "仅记录",
    log_help: "不符合定义的请求仍会转发，访问日志记录原因，/metrics统计次数。",
    refuse: "拒绝",
    refuse_help: "不符合定义的请求返回400，并指明参数或请求体中的位置及规则。请求体将完整读取后再转发。",
    value_rules: "取值规则",
    value_rules_help: "取值规则使用JSON Schema，例如 {\"minimum\": 1, \"maximum\": 100}、{\"enum\": [\"cat\", \"dog\"]} 或 {\"pattern\": \"^[A-Z]{2}$\"}。分组开启请求校验后，将校验参数的类型和取值规则。",
};
