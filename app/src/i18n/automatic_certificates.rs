//! Texts of certificates that come by themselves, and of the files that others are read from.

use domain::FailureKind;

/// Texts of certificates that come by themselves.
pub struct AutomaticCertificates {
    pub title: &'static str,
    pub off: &'static str,
    pub not_for_wildcards: &'static str,
    /// The authority's host name.
    pub help: fn(&str) -> String,
    pub choose: &'static str,
    pub choosing: &'static str,
    pub chosen: &'static str,
    pub is_chosen: &'static str,
    pub under_way: &'static str,
    pub waits_for_verification: &'static str,
    pub waits_for_publish: &'static str,
    pub waits: &'static str,
    pub renewed_by_itself: &'static str,
    pub next_renewal: &'static str,
    pub failed: fn(FailureKind) -> &'static str,
    pub answer: &'static str,
    pub tried_last: &'static str,
    pub tried_next: &'static str,
    pub failures: &'static str,
    pub try_now: &'static str,
    pub trying: &'static str,
    pub tried: &'static str,
    pub upload: &'static str,
    pub upload_instead: &'static str,
    pub row_waits: &'static str,
    pub row_failed: &'static str,
    pub row_renewed: &'static str,
    pub chain_file: &'static str,
    pub key_file: &'static str,
    pub file_help: &'static str,
    pub file_too_large: &'static str,
    pub file_unreadable: &'static str,
}

/// English.
pub const EN: AutomaticCertificates = AutomaticCertificates {
    title: "Automatic (ACME)",
    off: "Certificates can also come and be renewed by themselves. No authority is set on this installation: an operator sets acme.directory and acme.agree-terms.",
    not_for_wildcards: "For a name with * none comes by itself: authorities give these by DNS records only. Upload one.",
    help: |authority| {
        format!(
            "A certificate comes from {authority} by itself, and is renewed before its end. The domain must lead here, and something must be published to its environment."
        )
    },
    choose: "Get a certificate automatically",
    choosing: "Asking…",
    chosen: "The certificate comes by itself from now on.",
    is_chosen: "The certificate of this domain comes by itself.",
    under_way: "It is being tried right now; this can take some minutes.",
    waits_for_verification: "It waits until the domain is verified.",
    waits_for_publish: "It waits until something is published to the environment that the domain leads to.",
    waits: "It is tried within some seconds.",
    renewed_by_itself: "It is renewed by itself.",
    next_renewal: "Next renewal",
    failed: |kind| match kind {
        FailureKind::Unreachable => {
            "The last try failed: the authority's server could not be reached."
        }
        FailureKind::Challenge => {
            "The last try failed: the authority looked at the domain and did not find this installation there. Check that the domain leads here."
        }
        FailureKind::Refused => "The last try failed: the authority refused.",
        FailureKind::RateLimited => "The last try failed: the authority was asked too often.",
        FailureKind::Timeout => "The last try failed: it was not done in time.",
        FailureKind::Unusable => {
            "The last try failed: what was issued cannot be used for this domain."
        }
    },
    answer: "Answer",
    tried_last: "Last try",
    tried_next: "Next try",
    failures: "Failed tries",
    try_now: "Try now",
    trying: "Trying…",
    tried: "It is tried now. Look again in a minute.",
    upload: "Upload a certificate",
    upload_instead: "Upload one instead",
    row_waits: "a certificate is on its way",
    row_failed: "no certificate could be got",
    row_renewed: "renewed by itself",
    chain_file: "Certificate file",
    key_file: "Key file",
    file_help: "A .pem file; its content is put into the box below.",
    file_too_large: "The file is larger than 64 KiB.",
    file_unreadable: "The file could not be read.",
};

/// Chinese.
pub const ZH: AutomaticCertificates = AutomaticCertificates {
    title: "自动签发（ACME）",
    off: "证书也可以自动签发并续期。本系统未设置签发机构，请系统管理员设置 acme.directory 和 acme.agree-terms。",
    not_for_wildcards: "通配符域名只能通过DNS记录验证签发，请上传证书。",
    help: |authority| {
        format!(
            "证书由{authority}自动签发，并在到期前自动续期。域名须已解析到本系统，且所选环境已发布。"
        )
    },
    choose: "自动签发证书",
    choosing: "正在提交…",
    chosen: "已开启证书自动签发。",
    is_chosen: "该域名的证书自动签发。",
    under_way: "正在申请证书，可能需要几分钟。",
    waits_for_verification: "等待域名验证通过。",
    waits_for_publish: "等待域名所指向的环境发布。",
    waits: "将在数秒内申请。",
    renewed_by_itself: "证书将自动续期。",
    next_renewal: "下次续期",
    failed: |kind| match kind {
        FailureKind::Unreachable => "上次申请失败：无法连接签发机构的服务器。",
        FailureKind::Challenge => {
            "上次申请失败：签发机构访问该域名时未找到本系统，请检查域名解析。"
        }
        FailureKind::Refused => "上次申请失败：签发机构拒绝了申请。",
        FailureKind::RateLimited => "上次申请失败：申请过于频繁。",
        FailureKind::Timeout => "上次申请失败：未能及时完成。",
        FailureKind::Unusable => "上次申请失败：签发的证书不适用于该域名。",
    },
    answer: "返回信息",
    tried_last: "上次申请",
    tried_next: "下次申请",
    failures: "失败次数",
    try_now: "立即申请",
    trying: "正在提交…",
    tried: "正在申请，请稍后查看。",
    upload: "上传证书",
    upload_instead: "改为上传证书",
    row_waits: "证书申请中",
    row_failed: "证书申请失败",
    row_renewed: "自动续期",
    chain_file: "证书文件",
    key_file: "私钥文件",
    file_help: "选择.pem文件，内容会填入下方文本框。",
    file_too_large: "文件大小超过64K。",
    file_unreadable: "无法读取文件。",
};
