//! Domains of all groups that wait for an operator's word.

use crate::error::AppError;
use domain::{UserDomain, UserDomainId, WaitingDomains};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// The domains that are not verified, and how they are here.
#[server(prefix = "/console")]
pub async fn list_waiting_domains() -> Result<WaitingDomains, AppError> {
    Ok(services()?.user_domains().waiting(&caller().await?).await?)
}

/// Says that a domain is its provider's.
#[server(prefix = "/console")]
pub async fn confirm_waiting_domain(domain: UserDomainId) -> Result<UserDomain, AppError> {
    Ok(services()?.user_domains().confirm(&caller().await?, &domain).await?)
}

/// Says that a domain is not its provider's, and why.
#[server(prefix = "/console")]
pub async fn refuse_waiting_domain(
    domain: UserDomainId,
    reason: String,
) -> Result<UserDomain, AppError> {
    Ok(services()?.user_domains().refuse(&caller().await?, &domain, &reason).await?)
}
