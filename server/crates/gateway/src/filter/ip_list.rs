//! IP list: whether calls from the client's address may pass.

use crate::{context::RequestContext, ip_set::IpSet, refusal::Refusal};
use domain::{IpAction, IpRules};

/// Which addresses may call, prepared.
#[derive(Debug)]
pub(crate) struct IpList {
    action: IpAction,
    listed: IpSet,
}

impl IpList {
    pub(crate) fn new(rules: &IpRules) -> Self {
        Self { action: rules.action, listed: IpSet::new(&rules.ranges) }
    }

    fn admits(&self, address: std::net::IpAddr) -> bool {
        self.listed.contains(address) == (self.action == IpAction::Allow)
    }
}

/// Lets the call pass, or not.
///
/// # Errors
/// When the address may not call.
pub(crate) fn check(context: &RequestContext<'_>, list: Option<&IpList>) -> Result<(), Refusal> {
    match list {
        Some(list) if !list.admits(context.client) => Err(Refusal::AddressNotAllowed),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allow_list_admits_what_it_names_and_a_deny_list_all_else() {
        let list =
            |action| IpList::new(&IpRules { action, ranges: vec!["10.0.0.0/8".parse().unwrap()] });
        let (inside, outside) = ("10.1.2.3".parse().unwrap(), "::1".parse().unwrap());
        let (allow, deny) = (list(IpAction::Allow), list(IpAction::Deny));
        assert!(allow.admits(inside) && !allow.admits(outside));
        assert!(!deny.admits(inside) && deny.admits(outside));
    }
}
