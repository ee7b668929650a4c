//! Texts of the import of a document.

use crate::i18n::number;

/// Texts of the import of a document.
pub struct Import {
    pub title: &'static str,
    /// Version.
    pub in_version: fn(&str) -> String,
    pub help: &'static str,
    pub file: &'static str,
    pub file_help: &'static str,
    pub file_too_large: &'static str,
    pub file_unreadable: &'static str,
    pub document: &'static str,
    pub document_help: &'static str,
    pub sample: &'static str,
    pub show_plan: &'static str,
    pub reading: &'static str,
    pub plan_title: &'static str,
    pub plan_help: &'static str,
    /// Added, changed, unchanged, refused.
    pub counts: fn(usize, usize, usize, usize) -> String,
    pub outcome: &'static str,
    pub api: &'static str,
    pub details: &'static str,
    pub line: &'static str,
    pub added: &'static str,
    pub changed: &'static str,
    pub unchanged: &'static str,
    pub refused: &'static str,
    pub import: fn(usize) -> String,
    pub importing: &'static str,
    pub nothing: &'static str,
    pub change_document: &'static str,
    /// With `{count}` and `{revision}` for how many and the version.
    pub done: &'static str,
}

/// English.
pub const EN: Import = Import {
    title: "Import APIs",
    in_version: |version| format!("into version {version}"),
    help: "A Swagger 2.0 document, in YAML or JSON, of at most 2 MB. What it would do is shown before it is done.",
    file: "File",
    file_help: "Its content is put into the box below; nothing is sent before you go on.",
    file_too_large: "The file is larger than 2 MB.",
    file_unreadable: "The file could not be read.",
    document: "Document",
    document_help: "Paste the document here, or choose a file above.",
    sample: "Use the PetStore sample",
    show_plan: "Show what it would do",
    reading: "Reading…",
    plan_title: "What the import would do",
    plan_help: "Nothing has been changed yet. Refused operations are left out; all others are imported together.",
    counts: |added, changed, unchanged, refused| {
        format!("{added} added, {changed} changed, {unchanged} unchanged, {refused} refused")
    },
    outcome: "Outcome",
    api: "API",
    details: "Details",
    line: "Line",
    added: "added",
    changed: "changed",
    unchanged: "unchanged",
    refused: "refused",
    import: |count| match count {
        1 => "Import 1 API".to_owned(),
        count => format!("Import {} APIs", number(count as u64)),
    },
    importing: "Importing…",
    nothing: "There is nothing to import.",
    change_document: "Change the document",
    done: "Imported into version {revision}: {count}.",
};

/// Chinese.
pub const ZH: Import = Import {
    title: "导入API",
    in_version: |version| format!("导入到版本 {version}"),
    help: "导入文件需要符合Swagger 2.0规范，YAML或JSON格式，大小限制2M。导入前会先显示导入结果预览。",
    file: "选择文件",
    file_help: "文件内容会填入下方文本框，继续之前不会发送。",
    file_too_large: "文件大小超过2M。",
    file_unreadable: "无法读取文件。",
    document: "文档内容",
    document_help: "在此粘贴文档内容，或在上方选择文件。",
    sample: "使用PetStore示例",
    show_plan: "预览导入结果",
    reading: "正在读取…",
    plan_title: "导入结果预览",
    plan_help: "尚未做任何更改。不能导入的操作会被跳过，其余将一起导入。",
    counts: |added, changed, unchanged, refused| {
        format!("新增 {added}，修改 {changed}，无变化 {unchanged}，不能导入 {refused}")
    },
    outcome: "结果",
    api: "API",
    details: "说明",
    line: "行号",
    added: "新增",
    changed: "修改",
    unchanged: "无变化",
    refused: "不能导入",
    import: |count| format!("导入 {} 个API", number(count as u64)),
    importing: "正在导入…",
    nothing: "没有可导入的内容。",
    change_document: "修改文档",
    done: "已导入版本 {revision}：{count} 个API。",
};
