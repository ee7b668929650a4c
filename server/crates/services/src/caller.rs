//! Who is calling: the first argument of every service function.

use domain::{Account, AccountId};

/// A signed-in person, or the owner of the platform key that a request was signed with.
///
/// Whoever makes one has checked who it is: the console by its session, the management API by its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account, as it was read for this request.
    pub account: Account,
}

impl Caller {
    /// A caller whose identity was checked.
    #[must_use]
    pub fn new(account: Account) -> Self {
        Self { account }
    }

    /// The account's id.
    #[must_use]
    pub fn id(&self) -> &AccountId {
        &self.account.id
    }
}
