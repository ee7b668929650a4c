//! Pages of accounts: register, sign in, one's own account.

mod detail;
mod register;
mod sign_in;

pub use {detail::AccountPage, register::RegisterPage, sign_in::SignInPage};
