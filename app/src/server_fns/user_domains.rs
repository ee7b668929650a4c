//! Custom domains of a group.

use crate::{
    error::AppError,
    forms::user_domains::{CertificateForm, DomainForm, NewDomainForm},
};
use domain::{ApiGroupId, GroupDomains, UserDomain, UserDomainId};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// The domains of a group, and how they are verified.
#[server(prefix = "/console")]
pub async fn list_user_domains(group: ApiGroupId) -> Result<GroupDomains, AppError> {
    Ok(services()?.user_domains().list(&caller().await?, &group).await?)
}

/// Adds a domain.
#[server(prefix = "/console")]
pub async fn create_user_domain(
    group: ApiGroupId,
    form: NewDomainForm,
) -> Result<UserDomain, AppError> {
    let (services, caller) = (services()?, caller().await?);
    Ok(services.user_domains().create(&caller, &group, form.parse()?).await?)
}

/// Looks whether a domain is the provider's.
#[server(prefix = "/console")]
pub async fn verify_user_domain(
    group: ApiGroupId,
    domain: UserDomainId,
) -> Result<UserDomain, AppError> {
    Ok(services()?.user_domains().verify(&caller().await?, &group, &domain).await?)
}

/// Changes where a domain leads to, and whether plain HTTP is redirected.
#[server(prefix = "/console")]
pub async fn update_user_domain(
    group: ApiGroupId,
    domain: UserDomainId,
    form: DomainForm,
) -> Result<UserDomain, AppError> {
    let (services, caller) = (services()?, caller().await?);
    Ok(services.user_domains().update(&caller, &group, &domain, form.parse()?).await?)
}

/// Puts a certificate in the place of the one that there is.
#[server(prefix = "/console")]
pub async fn set_domain_certificate(
    group: ApiGroupId,
    domain: UserDomainId,
    form: CertificateForm,
) -> Result<UserDomain, AppError> {
    let (services, caller) = (services()?, caller().await?);
    Ok(services.user_domains().set_certificate(&caller, &group, &domain, form.parse()?).await?)
}

/// Takes the certificate away.
#[server(prefix = "/console")]
pub async fn remove_domain_certificate(
    group: ApiGroupId,
    domain: UserDomainId,
) -> Result<UserDomain, AppError> {
    Ok(services()?.user_domains().remove_certificate(&caller().await?, &group, &domain).await?)
}

/// Removes a domain.
#[server(prefix = "/console")]
pub async fn delete_user_domain(group: ApiGroupId, domain: UserDomainId) -> Result<(), AppError> {
    Ok(services()?.user_domains().delete(&caller().await?, &group, &domain).await?)
}

/// Has a domain's certificate come by itself.
#[server(prefix = "/console")]
pub async fn choose_automatic_certificate(
    group: ApiGroupId,
    domain: UserDomainId,
) -> Result<UserDomain, AppError> {
    let (services, caller) = (services()?, caller().await?);
    Ok(services.automatic_certificates().choose(&caller, &group, &domain).await?)
}

/// Has it tried now.
#[server(prefix = "/console")]
pub async fn try_automatic_certificate(
    group: ApiGroupId,
    domain: UserDomainId,
) -> Result<UserDomain, AppError> {
    let (services, caller) = (services()?, caller().await?);
    Ok(services.automatic_certificates().try_now(&caller, &group, &domain).await?)
}
