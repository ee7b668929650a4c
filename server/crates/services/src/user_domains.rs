//! Custom domains: names of a provider's own for one environment of a group, and their certificates.

mod waiting;

use crate::{
    Caller, Inner, Noun, ServiceError,
    api_groups::{lock_own, own as own_group},
    audit::Write,
    certificates,
    dns::Proof,
    error::of,
    random,
    vault::Place,
};
use domain::{
    AcmeState, ApiGroup, ApiGroupId, AutomaticCertificate, DomainCheck, DomainError, DomainState,
    Environment, ErrorKind, GroupDomains, NewCertificate, NewUserDomain, Role, Timestamp,
    UserDomain, UserDomainId, UserDomainPatch, UserDomainView, Validity,
    user_domain::{
        DOMAINS_PER_GROUP, check_not_own, check_wire_name, cname, normalize, not_a_name,
    },
};
use store::{Connection, user_domains::SealedCertificate};

/// The table that private keys lie in: part of what they are sealed to.
const TABLE: &str = "user_domains";

/// Functions about the domains of the caller's groups. Each change of a verified domain is in force when it returns, if a
/// gateway runs in this process and the environment is live.
pub struct UserDomains<'a> {
    pub(crate) services: &'a Inner,
}

impl UserDomains<'_> {
    /// The domains of a group.
    ///
    /// # Errors
    /// `NotFound` for the group.
    pub async fn list(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
    ) -> Result<GroupDomains, ServiceError> {
        let reader = self.services.store.read();
        let group = own_group(&reader, caller, group).await?;
        let own = &self.services.addresses.domain;
        let now = self.services.clock.now();
        let mut automatic = store::automatic_certificates::of_group(&reader, &group.id).await?;
        let live = store::deployments::list(&reader, &group.id).await?;
        let is_live = |at| live.iter().any(|live| live.deployment.environment == at);
        let view = |domain: UserDomain| {
            let automatic = automatic.remove(&domain.id);
            UserDomainView {
                cname: cname(&domain, group.region, own),
                validity: validity(&domain, automatic.as_ref(), now),
                is_live: is_live(domain.environment),
                automatic,
                domain,
            }
        };
        let domains = store::user_domains::list(&reader, &group.id).await?;
        let host = |at: Environment| (at, at.host(&group.id, group.region, own));
        Ok(GroupDomains {
            domains: domains.into_iter().map(view).collect(),
            check: self.services.domains.check,
            may_confirm: self.may_confirm(caller),
            https: self.services.domains.https,
            hosts: Environment::ALL.map(host).to_vec(),
            acme: match &self.services.domains.acme {
                Some(acme) => AcmeState::On { authority: acme.host().to_owned() },
                None => AcmeState::Off,
            },
        })
    }

    /// Adds a domain. It is not served before it is verified.
    ///
    /// # Errors
    /// `NotFound` for the group; `Invalid` on `domain`; `Conflict` on `domain` when the group has it, on nothing when there
    /// are [`DOMAINS_PER_GROUP`] already.
    pub async fn create(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        new: NewUserDomain,
    ) -> Result<UserDomain, ServiceError> {
        let name = self.wire_name(&new)?;
        let (write, group) = self.lock(caller, group).await?;
        let there = store::user_domains::list(&write.tx, &group.id).await?;
        if there.len() as u64 >= DOMAINS_PER_GROUP {
            return Err(too_many());
        }
        let domain = UserDomain {
            id: UserDomainId::from_random(random::bytes()?),
            api_group_id: group.id,
            domain: name,
            environment: new.environment,
            state: DomainState::Pending,
            token: hex::encode(random::bytes::<16>()?),
            certificate: None,
            redirect_http: false,
            refusal: None,
            created_at: write.at,
        };
        store::user_domains::insert(&write.tx, &domain).await.map_err(of(Noun::ApiGroup))?;
        finish(write, "create", &domain).await?;
        Ok(domain)
    }

    /// Looks whether a domain is the provider's, as the settings say: at its records, or by taking the caller's word.
    ///
    /// # Errors
    /// `NotFound` for the group or the domain; `Conflict` on `domain` when there is no proof, the caller may not say so, or
    /// the domain is verified for another group; `Unavailable` when no name server answers.
    pub async fn verify(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        id: &UserDomainId,
    ) -> Result<UserDomain, ServiceError> {
        let reader = self.services.store.read();
        let owner = own_group(&reader, caller, group).await?;
        let asked = one(&reader, group, id).await?;
        // Name servers are asked before anything is locked.
        let proof = match &self.services.domains.dns {
            Some(dns) if self.services.domains.check == DomainCheck::Dns => {
                let leads_to = cname(&asked, owner.region, &self.services.addresses.domain);
                dns.prove(&asked, &leads_to).await?
            }
            _ if self.may_confirm(caller) => Proof::Found,
            _ => return Err(for_operators(&asked)),
        };
        let (write, domain) = self.lock_one(caller, group, id).await?;
        let state = match proof {
            Proof::Found => DomainState::Verified,
            // What was verified stays so: records may go once they were seen.
            Proof::Missing(_) if domain.state == DomainState::Verified => DomainState::Verified,
            Proof::Missing(_) => DomainState::Invalid,
        };
        self.set_state(write, &domain, state).await?;
        match proof {
            Proof::Found => Ok(UserDomain { state, refusal: None, ..domain }),
            Proof::Missing(why) => Err(ServiceError::Conflict(why)),
        }
    }

    /// Says for the operator, at the command line, that a domain is its provider's.
    ///
    /// # Errors
    /// `NotFound` when no group has it (or `group` has not); `Conflict` when several groups claim it and `group` does not say
    /// which, or it is verified for another.
    pub async fn confirm_by_operator(
        &self,
        name: &str,
        group: Option<&ApiGroupId>,
    ) -> Result<UserDomain, ServiceError> {
        let name = wire(&normalize(name)).map_err(|wrong| vec![wrong])?;
        let write = self.services.write_as(None).await?;
        let mut found = store::user_domains::named(&write.tx, &name).await?;
        found.retain(|domain| group.is_none_or(|group| domain.api_group_id == *group));
        if found.len() > 1 {
            return Err(ServiceError::conflict(
                ErrorKind::State,
                "group",
                "several groups claim this domain: say which",
                "多个分组添加了该域名，请指定分组",
            ));
        }
        let domain = found.pop().ok_or(ServiceError::NotFound { what: Noun::UserDomain })?;
        let locked = store::api_groups::lock(&write.tx, &domain.api_group_id).await?;
        locked.ok_or(ServiceError::NotFound { what: Noun::ApiGroup })?;
        self.set_state(write, &domain, DomainState::Verified).await?;
        Ok(UserDomain { state: DomainState::Verified, refusal: None, ..domain })
    }

    /// Changes the environment that a domain leads to, and whether plain HTTP is redirected.
    ///
    /// # Errors
    /// `NotFound` for the group or the domain; `Invalid` on `redirectHttp` when there is no certificate to redirect to.
    pub async fn update(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        id: &UserDomainId,
        patch: UserDomainPatch,
    ) -> Result<UserDomain, ServiceError> {
        let (write, before) = self.lock_one(caller, group, id).await?;
        if patch.redirect_http && before.certificate.is_none() {
            return Err(ServiceError::invalid(
                ErrorKind::State,
                "redirectHttp",
                "only with a certificate: upload one first",
                "请先上传证书",
            ));
        }
        let updated = store::user_domains::update(&write.tx, id, &patch).await;
        updated.map_err(of(Noun::UserDomain))?;
        if before.environment != patch.environment {
            tell(&write, &before);
        }
        let UserDomainPatch { environment, redirect_http } = patch;
        let after = UserDomain { environment, redirect_http, ..before };
        finish(write, "update", &after).await?;
        Ok(after)
    }

    /// Puts a certificate in the place of the one that there is; calls go on meanwhile. From then on none comes by itself.
    ///
    /// # Errors
    /// `NotFound` for the group or the domain; `Invalid` on `certificate` and `privateKey`.
    pub async fn set_certificate(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        id: &UserDomainId,
        new: NewCertificate,
    ) -> Result<UserDomain, ServiceError> {
        let (write, before) = self.lock_one(caller, group, id).await?;
        let certificate = certificates::inspect(&new, &before.domain, write.at)?;
        let sealed = SealedCertificate {
            certificate: certificate.clone(),
            chain: new.chain.trim().to_owned(),
            private_key: self.services.vault.seal(place(id), &new.private_key)?,
        };
        let set = store::user_domains::set_certificate(&write.tx, id, &sealed).await;
        set.map_err(of(Noun::UserDomain))?;
        store::automatic_certificates::delete(&write.tx, id).await?;
        let after = UserDomain { certificate: Some(certificate), ..before };
        finish(write, "set_certificate", &after).await?;
        Ok(after)
    }

    /// Takes the certificate away, and has none come by itself: the domain is served by plain HTTP only.
    ///
    /// # Errors
    /// `NotFound` for the group or the domain.
    pub async fn remove_certificate(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        id: &UserDomainId,
    ) -> Result<UserDomain, ServiceError> {
        let (write, before) = self.lock_one(caller, group, id).await?;
        let removed = store::user_domains::remove_certificate(&write.tx, id).await;
        removed.map_err(of(Noun::UserDomain))?;
        store::automatic_certificates::delete(&write.tx, id).await?;
        let after = UserDomain { certificate: None, redirect_http: false, ..before };
        finish(write, "remove_certificate", &after).await?;
        Ok(after)
    }

    /// Removes a domain. Calls to it are answered as calls to any unknown name from then on.
    ///
    /// # Errors
    /// `NotFound` for the group or the domain.
    pub async fn delete(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        id: &UserDomainId,
    ) -> Result<(), ServiceError> {
        let (write, gone) = self.lock_one(caller, group, id).await?;
        store::user_domains::delete(&write.tx, id).await.map_err(of(Noun::UserDomain))?;
        finish(write, "delete", &gone).await
    }

    /// Whether the caller's word is enough.
    fn may_confirm(&self, caller: &Caller) -> bool {
        match self.services.domains.check {
            DomainCheck::Dns => false,
            DomainCheck::Operator => caller.account.role == Role::Operator,
            DomainCheck::Provider => true,
        }
    }

    /// The name that is typed, as it is on the wire.
    fn wire_name(&self, new: &NewUserDomain) -> Result<String, ServiceError> {
        new.validate()?;
        let name = wire(&normalize(&new.domain)).map_err(|wrong| vec![wrong])?;
        match check_not_own(&name, &self.services.addresses.domain) {
            Some(wrong) => Err(ServiceError::Invalid(vec![wrong])),
            None => Ok(name),
        }
    }

    async fn set_state(
        &self,
        write: Write<'_>,
        domain: &UserDomain,
        state: DomainState,
    ) -> Result<(), ServiceError> {
        let set = store::user_domains::set_state(&write.tx, domain, state).await;
        set.map_err(of(Noun::UserDomain))?;
        let after = UserDomain { state, refusal: None, ..domain.clone() };
        finish(write, "verify", &after).await?;
        // Its certificate may have waited for this.
        if let Some(acme) = &self.services.domains.acme {
            acme.wake();
        }
        Ok(())
    }

    /// Begins to change the domains of one of the caller's groups.
    async fn lock(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
    ) -> Result<(Write<'_>, ApiGroup), ServiceError> {
        let write = self.services.write(caller).await?;
        let group = lock_own(&write, caller, group).await?;
        Ok((write, group))
    }

    /// Begins to change a domain of one of the caller's groups.
    pub(crate) async fn lock_one(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        id: &UserDomainId,
    ) -> Result<(Write<'_>, UserDomain), ServiceError> {
        let (write, group) = self.lock(caller, group).await?;
        let domain = one(&write.tx, &group.id, id).await?;
        Ok((write, domain))
    }
}

/// Records what was done, tells the gateways where the domain is served, and writes all of it.
async fn finish(write: Write<'_>, verb: &str, domain: &UserDomain) -> Result<(), ServiceError> {
    tell(&write, domain);
    write.record(verb, Noun::UserDomain, &domain.id).await?;
    write.commit().await?;
    Ok(())
}

/// Tells the gateways where the domain is served.
pub(crate) fn tell(write: &Write<'_>, domain: &UserDomain) {
    if domain.state == DomainState::Verified {
        write.changed([(domain.api_group_id.clone(), domain.environment)]);
    }
}

async fn one(
    conn: &impl Connection,
    group: &ApiGroupId,
    id: &UserDomainId,
) -> Result<UserDomain, ServiceError> {
    let domain = store::user_domains::get(conn, group, id).await?;
    domain.ok_or(ServiceError::NotFound { what: Noun::UserDomain })
}

/// How a domain's certificate stands. One that comes by itself is renewed in time, unless that failed.
fn validity(
    domain: &UserDomain,
    automatic: Option<&AutomaticCertificate>,
    now: Timestamp,
) -> Option<Validity> {
    let validity = domain.certificate.as_ref()?.validity(now);
    let is_renewed = automatic.is_some_and(|automatic| automatic.failures == 0);
    Some(if is_renewed && validity == Validity::ExpiresSoon { Validity::Valid } else { validity })
}

/// A name in any script as it is on the wire.
fn wire(name: &str) -> Result<String, DomainError> {
    // `*` is no letter of a name.
    let (star, labels) = name.strip_prefix("*.").map_or(("", name), |labels| ("*.", labels));
    let ascii = idna::domain_to_ascii(labels).map_err(|_unfit| not_a_name())?;
    let wire = format!("{star}{ascii}");
    check_wire_name(&wire).map_or(Ok(wire), Err)
}

/// Where the private key of a domain lies.
pub(crate) fn place(id: &UserDomainId) -> Place<'_> {
    Place { table: TABLE, row: id.as_str() }
}

fn too_many() -> ServiceError {
    ServiceError::conflict(
        ErrorKind::Range,
        "",
        format!("a group has at most {DOMAINS_PER_GROUP} domains"),
        format!("每个分组最多绑定{DOMAINS_PER_GROUP}个域名"),
    )
}

fn for_operators(domain: &UserDomain) -> ServiceError {
    let (name, group) = (&domain.domain, &domain.api_group_id);
    ServiceError::conflict(
        ErrorKind::State,
        "domain",
        format!(
            "operators confirm domains here: paifang domain confirm --name {name} --group {group}"
        ),
        format!("域名由系统管理员确认：paifang domain confirm --name {name} --group {group}"),
    )
}
