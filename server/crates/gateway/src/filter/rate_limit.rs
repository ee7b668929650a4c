//! Traffic control: whether a call passes the limits of the policy that is bound to its deployment, and the gateway's own
//! ceiling.

use crate::{
    context::RequestContext,
    limiter::{Counted, Limit, Limiter, Standing, Taken, local::LocalLimiter},
    refusal::Refusal,
    snapshot::Deployment,
};
use domain::TimeUnit;
use smallvec::SmallVec;
use std::time::Instant;

/// The unit of the gateway's own ceiling.
pub(crate) const CEILING_UNIT: TimeUnit = TimeUnit::Second;

/// What the gateway limits calls with.
#[derive(Debug)]
pub(crate) struct RateLimiting {
    limiter: LocalLimiter,
    /// For every deployment, whether a policy is bound or not.
    ceiling: Option<Limit>,
    /// When its clock began.
    began: Instant,
}

impl RateLimiting {
    /// With a ceiling of calls per second, 0 for none, and memory for as many addresses.
    pub(crate) fn new(ceiling: u32, addresses: usize) -> Self {
        let ceiling = (ceiling > 0).then(|| Limit::new(CEILING_UNIT, ceiling));
        Self { limiter: LocalLimiter::new(addresses), ceiling, began: Instant::now() }
    }
}

/// Whose calls a limit is for, as the message names it. The first two are the original's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// All calls of the group.
    Group,
    /// The calls of one access key.
    AccessKey,
    /// The calls of one API.
    Api,
    /// The calls from one address.
    Address,
}

impl Role {
    fn as_str(self) -> &'static str {
        match self {
            Self::Group => "api",
            Self::AccessKey => "ak",
            Self::Api => "app",
            Self::Address => "ip",
        }
    }
}

/// A limit that a call must pass.
struct Wanted<'a> {
    role: Role,
    unit: TimeUnit,
    counted: Counted<'a>,
    limit: Limit,
}

/// Counts the call, unless one of its limits refuses it; then none has counted it. Where a policy is bound, the answer's
/// headers will say where the tightest of its limits stands.
///
/// # Errors
/// When a limit refuses it.
pub(crate) fn check(
    context: &mut RequestContext<'_>,
    deployment: &Deployment,
    api: usize,
) -> Result<(), Refusal> {
    let limiting = &context.gateway.rate_limiting;
    let has_policy = deployment.rate_policy.is_some();
    if !has_policy && limiting.ceiling.is_none() {
        return Ok(());
    }
    // Not when the call began: its body may have taken its time.
    let now = u64::try_from(limiting.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
    let mut wanted = of_policy(context, deployment, api);
    let told = wanted.len();
    wanted.extend(limiting.ceiling.map(|limit| Wanted {
        role: Role::Group,
        unit: CEILING_UNIT,
        counted: Counted::All(&deployment.ceiling),
        limit,
    }));
    let mut taken: SmallVec<[Taken; 5]> = SmallVec::new();
    for one in &wanted {
        match limiting.limiter.take(one.counted, one.limit, now) {
            Ok(place) => taken.push(place),
            Err(standing) => {
                for (earlier, place) in wanted.iter().zip(taken) {
                    limiting.limiter.give_back(earlier.counted, place);
                }
                context.standing = Some(standing);
                return Err(refusal(one, standing));
            }
        }
    }
    let standings = taken.iter().take(told).map(|place| place.standing);
    context.standing = standings.min_by_key(|standing| standing.remaining);
    Ok(())
}

/// The limits of the policy, those that fewest calls share first: so a call that one of them refuses has not been in the
/// way of others.
fn of_policy<'a>(
    context: &RequestContext<'_>,
    deployment: &'a Deployment,
    api: usize,
) -> SmallVec<[Wanted<'a>; 5]> {
    let mut wanted = SmallVec::new();
    let Some(policy) = &deployment.rate_policy else { return wanted };
    let mut add = |role, counted, limit| {
        wanted.push(Wanted { role, unit: policy.unit, counted, limit });
    };
    if let (Some(limit), Some(key)) = (policy.access_key, &context.caller) {
        add(Role::AccessKey, Counted::Caller(&policy.scope, key.number), limit);
    }
    if let Some(limit) = policy.address {
        add(Role::Address, Counted::Address(&policy.scope, context.client), limit);
    }
    if let (Some(limit), Some(scope)) = (policy.api, policy.api_scopes.get(api)) {
        add(Role::Api, Counted::All(scope), limit);
    }
    add(Role::Group, Counted::All(&policy.scope), policy.group);
    wanted
}

fn refusal(by: &Wanted<'_>, standing: Standing) -> Refusal {
    Refusal::RateLimited {
        message: format!("{} rate limit exceeded, role:{}", by.unit, by.role.as_str()),
        retry_after_seconds: standing.reset_seconds,
    }
}
