//! The example of `paifang demo`: the PetStore of the tutorial, with a backend, a key, and an hour of traffic.

mod backend;
mod caller;
mod history;
mod random;

pub(crate) use backend::PetBackend;
pub(crate) use caller::DemoCaller;

use domain::{
    AccessAuthType, ApiGroup, AuthType, BackendService, DeploymentId, Environment, GroupSettings,
    NewAccessAuth, NewAccessKey, NewApiGroup, NewBackendSignature, NewPublish, NewRateLimitPolicy,
    NewRevision, NewSubscriptionKey, PageQuery, RateLimits, Region, RevealedAccessKey,
    RevisionNumber, Role, Secret, TimeUnit,
};
use random::Random;
use services::{Caller, ServiceError, Services};

/// The tutorial's own definition.
const DOCUMENT: &str = include_str!("../demo/petstore-swagger2.yaml");
/// The account that owns everything.
const EMAIL: &str = "demo@example.com";

/// What was made.
pub(crate) struct Filled {
    /// The account's e-mail address.
    pub(crate) email: &'static str,
    /// Its password.
    pub(crate) password: Secret,
    /// The group whose calls are signed.
    pub(crate) signed: ApiGroup,
    /// The group that anybody may call.
    pub(crate) open: ApiGroup,
    /// The group whose calls are signed too, on both ways, and limited.
    pub(crate) guarded: ApiGroup,
    /// The key that may call the two whose calls are signed.
    pub(crate) key: RevealedAccessKey,
    /// How many calls were recorded for the last hour.
    pub(crate) recorded: u64,
}

/// Fills an empty installation. Publishes forward to `backend`, which must be there already.
///
/// # Errors
/// When a service refuses.
pub(crate) async fn fill(
    services: &Services,
    backend: &PetBackend,
) -> Result<Filled, ServiceError> {
    let password = Random::password();
    let account =
        services.accounts().create_by_operator(EMAIL, password.clone(), Role::Operator).await?;
    let filling = Filling { services, backend, caller: Caller::new(account) };

    let signed = filling.group(petstore()).await?;
    filling.improve(&signed).await?;
    let open = filling.group(open_pets()).await?;
    let guarded = filling.group(partner_pets()).await?;
    filling.guard(&guarded).await?;
    let key = filling.authorize(&[&signed, &guarded]).await?;

    let mut random = Random::from_system();
    let mut recorded = 0;
    for group in [&signed, &open, &guarded] {
        recorded += history::record(services, &filling.caller, group, &mut random).await?;
    }
    Ok(Filled { email: EMAIL, password, signed, open, guarded, key, recorded })
}

fn petstore() -> NewApiGroup {
    NewApiGroup {
        region: Region::default(),
        name: "PetStore".to_owned(),
        description: "Pets to buy and sell: the example of the tutorial".to_owned(),
        settings: GroupSettings {
            prefix: "petstore".to_owned(),
            auth_type: AuthType::Signature,
            ..GroupSettings::default()
        },
        jwt_secret: None,
    }
}

fn open_pets() -> NewApiGroup {
    NewApiGroup {
        region: Region::default(),
        name: "OpenPets".to_owned(),
        description: "The same pets for everybody, without a key".to_owned(),
        settings: GroupSettings {
            prefix: "openpets".to_owned(),
            auth_type: AuthType::None,
            strip_prefix: true,
            ..GroupSettings::default()
        },
        jwt_secret: None,
    }
}

fn partner_pets() -> NewApiGroup {
    NewApiGroup {
        region: Region::default(),
        name: "PartnerPets".to_owned(),
        description: "The same pets for the trade: limited, and signed again for the backend"
            .to_owned(),
        settings: GroupSettings {
            prefix: "partnerpets".to_owned(),
            auth_type: AuthType::Signature,
            ..GroupSettings::default()
        },
        jwt_secret: None,
    }
}

/// Limits that nobody who tries the example meets.
fn generous() -> NewRateLimitPolicy {
    NewRateLimitPolicy {
        name: "partners".to_owned(),
        description: "What the pet shop's machines can take".to_owned(),
        limits: RateLimits {
            unit: TimeUnit::Second,
            group: 200_000,
            access_key: Some(100_000),
            api: None,
            address: None,
        },
    }
}

/// What every step needs.
struct Filling<'a> {
    services: &'a Services,
    backend: &'a PetBackend,
    caller: Caller,
}

impl Filling<'_> {
    /// A group with the tutorial's APIs, published everywhere.
    async fn group(&self, new: NewApiGroup) -> Result<ApiGroup, ServiceError> {
        let group = self.services.api_groups().create(&self.caller, new).await?;
        let (apis, first) = (self.services.apis(), RevisionNumber::FIRST);
        apis.import(&self.caller, &group.id, first, DOCUMENT).await?;
        for environment in Environment::ALL {
            self.publish(&group, first, environment, "First release").await?;
        }
        Ok(group)
    }

    /// A second revision, which runs in the test environment: so there is a difference to look at, and something to
    /// switch back to.
    async fn improve(&self, group: &ApiGroup) -> Result<(), ServiceError> {
        let revisions = self.services.revisions();
        let number = revisions.suggest_next(&self.caller, &group.id).await?;
        let note = "Better descriptions".to_owned();
        let new = NewRevision { number, based_on: RevisionNumber::FIRST, note };
        revisions.create(&self.caller, &group.id, new).await?;
        let apis = self.services.apis();
        let page = apis.list(&self.caller, &group.id, number, PageQuery::default()).await?;
        for api in page.rows {
            let mut definition = api.definition;
            if definition.name == "getPetInfo" {
                definition.description = "Price and type of one pet".to_owned();
                apis.update(&self.caller, &group.id, number, &api.id, definition).await?;
            }
        }
        self.publish(group, number, Environment::Test, "To be looked at before it goes on").await
    }

    /// Traffic control and a backend signature, in all environments.
    async fn guard(&self, group: &ApiGroup) -> Result<(), ServiceError> {
        let ids = self.deployments(group).await?;
        let limits = self.services.rate_limit_policies();
        let policy = limits.create(&self.caller, group.region, generous()).await?;
        limits.bind(&self.caller, &policy.id, &ids).await?;

        let why = "Signs what PartnerPets forwards".to_owned();
        let key = self.services.platform_keys().create(&self.caller, why).await?;
        let new = NewBackendSignature {
            access_key: key.id.to_string(),
            description: "The pet shop's backend".to_owned(),
        };
        let signatures = self.services.backend_signatures();
        let signature = signatures.create(&self.caller, new).await?;
        signatures.bind(&self.caller, &signature.id, &ids).await?;
        Ok(())
    }

    async fn deployments(&self, group: &ApiGroup) -> Result<Vec<DeploymentId>, ServiceError> {
        let deployments = self.services.deployments().list(&self.caller, &group.id).await?;
        Ok(deployments.into_iter().map(|view| view.deployment.id).collect())
    }

    /// An access key and a subscription key, authorized for the groups in all environments.
    async fn authorize(&self, groups: &[&ApiGroup]) -> Result<RevealedAccessKey, ServiceError> {
        let (keys, auths) = (self.services.access_keys(), self.services.access_auths());
        let new = NewAccessKey {
            name: "petshop_app".to_owned(),
            description: "The pet shop's app".to_owned(),
        };
        let key = keys.create(&self.caller, new).await?;
        let new = NewSubscriptionKey {
            name: "petshopscreen".to_owned(),
            description: "The screen in the pet shop's window".to_owned(),
        };
        let subscription_key = self.services.subscription_keys().create(&self.caller, new).await?;
        let mut ids = Vec::new();
        for group in groups {
            ids.extend(self.deployments(group).await?);
        }
        for (r#type, access_key, description) in [
            (
                AccessAuthType::AccessKey,
                key.id.as_str(),
                "The pet shop's app may call PetStore and PartnerPets",
            ),
            (
                AccessAuthType::SubscriptionKey,
                subscription_key.id.as_str(),
                "The pet shop's screen may call PetStore and PartnerPets",
            ),
        ] {
            let (access_key, description) = (access_key.to_owned(), description.to_owned());
            let new = NewAccessAuth { r#type, access_key, description };
            let auth = auths.create(&self.caller, new).await?;
            auths.bind(&self.caller, &auth.id, &ids).await?;
        }
        keys.reveal(&self.caller, &key.id).await
    }

    async fn publish(
        &self,
        group: &ApiGroup,
        revision: RevisionNumber,
        environment: Environment,
        why: &str,
    ) -> Result<(), ServiceError> {
        let publish = NewPublish {
            revision,
            environment,
            backend: BackendService::Single { address: self.backend.address() },
            description: why.to_owned(),
            canary: None,
            stop_canary: false,
        };
        self.services.deployments().publish(&self.caller, &group.id, publish).await?;
        Ok(())
    }
}
