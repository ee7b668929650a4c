//! Texts of registering, signing in and the account page.

use domain::account::PASSWORD_MIN;

/// Texts of registering, signing in and the account page.
pub struct Accounts {
    pub tagline: &'static str,
    pub sign_in: &'static str,
    pub sign_in_title: &'static str,
    pub signing_in: &'static str,
    pub register: &'static str,
    pub register_title: &'static str,
    pub registering: &'static str,
    pub no_account: &'static str,
    pub have_account: &'static str,
    pub email: &'static str,
    pub password: &'static str,
    pub password_rule: fn() -> String,
    pub refused: &'static str,
    pub first_is_operator: &'static str,
    pub registered: &'static str,
    pub account_title: &'static str,
    pub role: &'static str,
    pub role_member: &'static str,
    pub role_operator: &'static str,
    pub password_title: &'static str,
    pub password_help: &'static str,
    pub old_password: &'static str,
    pub new_password: &'static str,
    pub change_password: &'static str,
    pub password_changed: &'static str,
}

/// English.
pub const EN: Accounts = Accounts {
    tagline: "Publish, protect and watch your APIs.",
    sign_in: "Sign in",
    sign_in_title: "Sign in to Paifang",
    signing_in: "Signing in…",
    register: "Register",
    register_title: "Create your account",
    registering: "Creating the account…",
    no_account: "No account yet?",
    have_account: "Registered already?",
    email: "E-mail",
    password: "Password",
    password_rule: || {
        format!(
            "At least {PASSWORD_MIN} characters; a short sentence is easy to remember and hard to guess."
        )
    },
    refused: "E-mail and password do not match, or the account is locked.",
    first_is_operator: "The first account of a fresh installation becomes its operator.",
    registered: "Welcome to Paifang.",
    account_title: "Account",
    role: "Role",
    role_member: "Member",
    role_operator: "Operator",
    password_title: "Change password",
    password_help: "All other sessions of this account are signed out.",
    old_password: "Current password",
    new_password: "New password",
    change_password: "Change password",
    password_changed: "The password was changed. Other sessions are signed out.",
};

/// Chinese.
pub const ZH: Accounts = Accounts {
    tagline: "发布、保护并监控您的API。",
    sign_in: "登录",
    sign_in_title: "登录牌坊",
    signing_in: "正在登录…",
    register: "注册",
    register_title: "注册账户",
    registering: "正在注册…",
    no_account: "还没有账户？",
    have_account: "已有账户？",
    email: "邮箱",
    password: "密码",
    password_rule: || format!("至少{PASSWORD_MIN}个字符；一句简短的话既好记又难猜。"),
    refused: "邮箱与密码不匹配，或账户已被锁定。",
    first_is_operator: "全新安装后的第一个账户将成为运维管理员。",
    registered: "欢迎使用牌坊。",
    account_title: "账户",
    role: "角色",
    role_member: "成员",
    role_operator: "运维管理员",
    password_title: "修改密码",
    password_help: "修改后，该账户的其他会话将全部退出登录。",
    old_password: "当前密码",
    new_password: "新密码",
    change_password: "修改密码",
    password_changed: "密码已修改，其他会话已退出登录。",
};
