//! Several backends behind one deployment, compiled: who of them is open for a call, and how calls to them ended.

use super::{
    Upstream,
    balance::{Balancer, Share},
    budget::RetryBudget,
    check::TargetCheck,
    health::{self, TargetState},
};
use domain::{
    BackendAddress, BalancedBackend, CallLimits, PassiveCheck, TargetHealth, TargetStatus,
};
use http::request;
use std::{fmt, net::IpAddr, sync::Arc, time::Instant};

/// Several backends, or one with limits of its own.
#[derive(Debug)]
pub(crate) struct Cluster {
    members: Arc<Members>,
    /// What may be tried again, of the whole deployment.
    pub(super) budget: Arc<RetryBudget>,
    /// How long, and how often; how often is always said.
    pub(super) limits: CallLimits,
    /// Whether 502, 503 and 504 are a reason to try again.
    pub(super) retry_statuses: bool,
}

/// Those that get calls.
#[derive(Debug)]
pub(crate) struct Members {
    targets: Box<[Member]>,
    balancer: Balancer,
    passive: Option<PassiveCheck>,
    /// Calls under way to one of them.
    max_calls: u32,
}

/// One that gets calls.
#[derive(Debug)]
pub(crate) struct Member {
    /// Where it is.
    pub(crate) upstream: Arc<Upstream>,
    /// Its share; at least 1.
    pub(crate) weight: u32,
    /// How it does.
    pub(crate) state: Arc<TargetState>,
    /// What asks it regularly.
    pub(crate) check: Option<Arc<TargetCheck>>,
}

impl Member {
    fn is_well(&self, now_ms: u64) -> bool {
        !self.state.is_ejected(now_ms) && !self.is_unwell()
    }

    fn is_unwell(&self) -> bool {
        self.check.as_ref().is_some_and(|check| check.is_unwell())
    }
}

impl Cluster {
    /// Compiles what is said of a backend; `targets` are those of its addresses that have a weight.
    ///
    /// # Errors
    /// In words for a person, when calls cannot be told apart as it is said.
    pub(crate) fn new(
        balanced: &BalancedBackend,
        targets: Vec<Member>,
        budget: Arc<RetryBudget>,
    ) -> Result<Self, String> {
        let names: Vec<String> =
            targets.iter().map(|target| target.upstream.address().to_string()).collect();
        let shares = names.iter().zip(&targets);
        let shares: Vec<Share<'_>> =
            shares.map(|(name, target)| Share { name, weight: target.weight }).collect();
        let members = Members {
            balancer: Balancer::new(&balanced.balancing, &shares)?,
            targets: targets.into(),
            passive: balanced.passive,
            max_calls: balanced.max_calls.map_or(u32::MAX, std::num::NonZero::get),
        };
        let retries = balanced.limits.retries.unwrap_or_else(|| balanced.default_retries());
        Ok(Self {
            budget,
            limits: CallLimits { retries: Some(retries), ..balanced.limits },
            retry_statuses: balanced.retry_statuses,
            members: Arc::new(members),
        })
    }

    /// Whether there is anything to be told of how its targets do.
    pub(crate) fn is_watched(&self) -> bool {
        let members = &self.members.targets;
        members.len() > 1 || members.iter().any(|member| member.check.is_some())
    }

    /// What a call is told apart by.
    pub(super) fn key(&self, client: IpAddr, head: &request::Parts) -> u64 {
        self.members.balancer.key(client, head)
    }

    /// Begins a call to one that is open for it, if it can be to one that it was not `tried` at. `None` when all have as
    /// many calls as they may.
    pub(super) fn begin(&self, key: u64, tried: u32, now: Instant) -> Option<Ticket> {
        let members = &self.members;
        let mut open = members.open(tried, health::ms(now));
        loop {
            let load = |target: usize| {
                members
                    .targets
                    .get(target)
                    .map_or((u32::MAX, 1), |it| (it.state.calls(), it.weight))
            };
            let target = members.balancer.choose(key, (open, tried != 0), load)?;
            let member = members.targets.get(target)?;
            if member.state.begin(members.max_calls) {
                return Some(Ticket { members: Arc::clone(members), target });
            }
            open &= !(1 << target);
            if open == 0 {
                return None;
            }
        }
    }

    /// The target that a call was begun with.
    pub(super) fn upstream(&self, ticket: &Ticket) -> Option<&Arc<Upstream>> {
        self.members.targets.get(ticket.target).map(|member| &member.upstream)
    }

    /// How its targets do now.
    pub(crate) fn health(&self, now: Instant) -> impl Iterator<Item = TargetStatus> {
        let now_ms = health::ms(now);
        self.members.targets.iter().map(move |member| TargetStatus {
            address: member.upstream.address().clone(),
            health: match (member.state.is_ejected(now_ms), member.is_unwell()) {
                (_, true) => TargetHealth::Unhealthy,
                (true, false) => TargetHealth::Ejected,
                (false, false) => TargetHealth::Healthy,
            },
            calls: member.state.calls(),
        })
    }

    /// What of its targets outlives a publish.
    pub(crate) fn kept(&self) -> impl Iterator<Item = (&BackendAddress, &Member)> {
        self.members.targets.iter().map(|member| (member.upstream.address(), member))
    }

    /// What is paid for retries with.
    pub(crate) fn budget(&self) -> &Arc<RetryBudget> {
        &self.budget
    }
}

impl Members {
    /// Those that a call may go to: the well ones that it was not tried at; where there is none, others that it was not tried
    /// at; and at last all. Where nobody is well, an answer that may come is better than none at all.
    fn open(&self, tried: u32, now_ms: u64) -> u32 {
        let all = u32::MAX.checked_shr(u32::BITS - self.count()).unwrap_or(0);
        let well = self.targets.iter().enumerate().filter(|(_, target)| target.is_well(now_ms));
        let well = well.fold(0, |set, (target, _)| set | 1 << target);
        let sets = [well & !tried, all & !tried, well];
        sets.into_iter().find(|set| *set != 0).unwrap_or(all)
    }

    #[expect(clippy::cast_possible_truncation, reason = "there are at most 32")]
    fn count(&self) -> u32 {
        self.targets.len() as u32
    }

    /// Whether one more may be left out: never more than half of them are.
    fn may_eject(&self, now_ms: u64) -> bool {
        let ejected = self.targets.iter().filter(|target| target.state.is_ejected(now_ms)).count();
        (ejected + 1) * 2 <= self.targets.len()
    }
}

/// A call under way to one target; ends when it is dropped.
pub(crate) struct Ticket {
    members: Arc<Members>,
    target: usize,
}

impl Ticket {
    /// Which it is among the others, as a set of one.
    pub(super) fn bit(&self) -> u32 {
        1 << self.target
    }

    /// It was answered.
    pub(super) fn succeeded(&self, now: Instant) {
        if let (Some(passive), Some(member)) = (&self.members.passive, self.member()) {
            member.state.succeeded(passive, health::ms(now));
        }
    }

    /// It failed. Tells whether the target is left out for that from now on.
    pub(super) fn failed(&self, now: Instant) -> bool {
        let (Some(passive), Some(member)) = (&self.members.passive, self.member()) else {
            return false;
        };
        let now_ms = health::ms(now);
        let is_ejected = member.state.failed(passive, now_ms, || self.members.may_eject(now_ms));
        if is_ejected {
            tracing::warn!(target = %member.upstream.address(), "a backend fails and is left out for a while");
        }
        is_ejected
    }

    fn member(&self) -> Option<&Member> {
        self.members.targets.get(self.target)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(member) = self.member() {
            member.state.end();
        }
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket").field("target", &self.target).finish_non_exhaustive()
    }
}
