//! One order: from the wish for a certificate to the certificate.

use super::{Acme, http::Http};
use crate::ServiceError;
use domain::{Challenge, ChallengeKind, FailureKind, Secret};
use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Error, Identifier, NewOrder, Order, OrderStatus,
    RetryPolicy,
};
use std::time::Duration;

/// How long an authority may take to look at a domain, and to issue a certificate.
const LOOK_LIMIT: Duration = Duration::from_secs(90);
const ISSUE_LIMIT: Duration = Duration::from_secs(60);
const FIRST_POLL: Duration = Duration::from_millis(500);
/// Time for a challenge's answer to reach all nodes.
const SPREAD: Duration = Duration::from_secs(1);

/// A certificate that was issued, in PEM.
pub(crate) struct Issued {
    /// The chain.
    pub(crate) chain: String,
    /// The private key of its first.
    pub(crate) private_key: Secret,
}

/// Why there is none.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What went wrong.
    pub(crate) kind: FailureKind,
    /// The same in the words of who said so.
    pub(crate) detail: String,
    /// How long the authority wants to be left alone.
    pub(crate) retry_after: Option<Duration>,
}

impl Failure {
    /// One of which no authority has said anything.
    pub(crate) fn of(kind: FailureKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), retry_after: None }
    }
}

/// Why an order does not go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Step {
    /// The authority refused, or cannot be reached.
    #[error(transparent)]
    Acme(#[from] Error),
    /// The authority looked at the domain and did not find the answer.
    #[error("{0}")]
    Challenge(String),
    /// Something of ours failed.
    #[error(transparent)]
    Ours(#[from] ServiceError),
}

/// What [`Step::Acme`] is called where the authority does not know the account (any more).
const NO_ACCOUNT: &str = "accountDoesNotExist";
const BAD_NONCE: &str = "badNonce";
const RATE_LIMITED: &str = "rateLimited";

impl Step {
    /// Whether the authority does not know the account (any more).
    pub(crate) fn is_unknown_account(&self) -> bool {
        self.is(NO_ACCOUNT)
    }

    /// Whether the same can be tried again at once: the authority has forgotten a number that it gave.
    pub(crate) fn is_bad_nonce(&self) -> bool {
        self.is(BAD_NONCE)
    }

    fn is(&self, word: &str) -> bool {
        let Self::Acme(Error::Api(problem)) = self else { return false };
        self::word(problem.r#type.as_deref()) == word
    }

    /// As a failure to be kept.
    ///
    /// # Errors
    /// What is ours: it says nothing about the domain.
    pub(crate) fn into_failure(self, http: &Http) -> Result<Failure, ServiceError> {
        let (kind, detail) = match &self {
            Self::Acme(error) => (kind_of(error), told(error)),
            Self::Challenge(detail) => (FailureKind::Challenge, detail.clone()),
            Self::Ours(error) => return Err(error.clone()),
        };
        Ok(Failure { kind, detail, retry_after: http.retry_after() })
    }
}

/// `urn:ietf:params:acme:error:dns` → `dns`.
fn word(r#type: Option<&str>) -> &str {
    r#type.and_then(|urn| urn.rsplit(':').next()).unwrap_or_default()
}

fn kind_of(error: &Error) -> FailureKind {
    match error {
        Error::Api(problem) if word(problem.r#type.as_deref()) == RATE_LIMITED => {
            FailureKind::RateLimited
        }
        Error::Timeout(_) => FailureKind::Timeout,
        Error::Http(_) | Error::InvalidUri(_) | Error::Json(_) | Error::Other(_) => {
            FailureKind::Unreachable
        }
        _ => FailureKind::Refused,
    }
}

/// An error with its causes.
fn told(error: &Error) -> String {
    if let Error::Api(problem) = error {
        return told_problem(problem);
    }
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

fn told_problem(problem: &instant_acme::Problem) -> String {
    let word = word(problem.r#type.as_deref());
    let mut text = match &problem.detail {
        Some(detail) => format!("{detail} ({word})"),
        None => word.to_owned(),
    };
    for sub in &problem.subproblems {
        text = format!("{text}; {sub}");
    }
    text
}

impl Acme {
    /// Orders a certificate for `domain`. `publish` has the gateways answer a challenge; it comes back when they do.
    ///
    /// # Errors
    /// The step at which it does not go on.
    pub(crate) async fn order<P, F>(
        &self,
        account: &Account,
        domain: &str,
        publish: P,
    ) -> Result<Issued, Step>
    where
        P: Fn(Challenge) -> F,
        F: Future<Output = Result<(), ServiceError>>,
    {
        let names = [Identifier::Dns(domain.to_owned())];
        let mut order = account.new_order(&NewOrder::new(&names)).await?;
        self.answer(&mut order, publish).await?;
        let policy = RetryPolicy::new().initial_delay(FIRST_POLL).backoff(1.5);
        match order.poll_ready(&policy.timeout(LOOK_LIMIT)).await {
            Ok(OrderStatus::Ready) => {}
            Ok(_) => return Err(Step::Challenge(found_instead(&mut order).await)),
            // The order says that it failed, its authorization why.
            Err(Error::Api(problem)) => {
                let found = found_instead(&mut order).await;
                let found = if found.is_empty() { told_problem(&problem) } else { found };
                return Err(Step::Challenge(found));
            }
            Err(error) => return Err(error.into()),
        }
        let private_key = Secret::new(order.finalize().await?);
        let chain = order.poll_certificate(&policy.timeout(ISSUE_LIMIT)).await?;
        Ok(Issued { chain, private_key })
    }

    /// Answers the challenges of an order, and has them looked at. What was proved a while ago need not be proved again.
    async fn answer<P, F>(&self, order: &mut Order, publish: P) -> Result<(), Step>
    where
        P: Fn(Challenge) -> F,
        F: Future<Output = Result<(), ServiceError>>,
    {
        let kind = self.settings().challenge;
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            if authorization.status != AuthorizationStatus::Pending {
                continue;
            }
            let wanted = match kind {
                ChallengeKind::Http01 => ChallengeType::Http01,
                ChallengeKind::TlsAlpn01 => ChallengeType::TlsAlpn01,
            };
            let mut challenge =
                authorization.challenge(wanted).ok_or(Error::Unsupported(kind.as_str()))?;
            let key_authorization = challenge.key_authorization().as_str().to_owned();
            publish(Challenge { kind, token: challenge.token.clone(), key_authorization }).await?;
            tokio::time::sleep(SPREAD).await;
            challenge.set_ready().await?;
        }
        Ok(())
    }
}

/// What the authority found in the place of the answer; empty when it does not say.
async fn found_instead(order: &mut Order) -> String {
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        let Ok(state) = authorization.refresh().await else { continue };
        let problem = state.challenges.iter().find_map(|challenge| challenge.error.as_ref());
        if let Some(problem) = problem {
            return told_problem(problem);
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(word: &str, detail: Option<&str>) -> Step {
        Step::Acme(Error::Api(instant_acme::Problem {
            r#type: Some(format!("urn:ietf:params:acme:error:{word}")),
            detail: detail.map(ToOwned::to_owned),
            status: Some(400),
            subproblems: Vec::new(),
        }))
    }

    fn kept(step: Step) -> (FailureKind, String) {
        let authority = testkit::Authority::new();
        let http = Http::new(authority.pem()).unwrap();
        let failure = step.into_failure(&http).unwrap();
        (failure.kind, failure.detail)
    }

    #[test]
    fn what_the_authority_says_is_kept_in_its_words() {
        let limited = kept(refused("rateLimited", Some("too many certificates")));
        assert_eq!(
            limited,
            (FailureKind::RateLimited, "too many certificates (rateLimited)".to_owned())
        );
        assert_eq!(kept(refused("caa", None)), (FailureKind::Refused, "caa".to_owned()));
        let looked = Step::Challenge("nobody is there (connection)".to_owned());
        assert_eq!(
            kept(looked),
            (FailureKind::Challenge, "nobody is there (connection)".to_owned())
        );
        let gone = Step::Acme(Error::Other("connection refused".into()));
        assert_eq!(kept(gone).0, FailureKind::Unreachable);
        assert_eq!(kept(Step::Acme(Error::Timeout(None))).0, FailureKind::Timeout);
    }

    #[test]
    fn a_forgotten_number_and_a_forgotten_account_are_told_from_other_refusals() {
        assert!(refused("badNonce", None).is_bad_nonce());
        assert!(refused("accountDoesNotExist", None).is_unknown_account());
        let other = refused("unauthorized", None);
        assert!(!other.is_bad_nonce() && !other.is_unknown_account());
    }

    #[test]
    fn what_is_ours_says_nothing_about_the_domain() {
        let authority = testkit::Authority::new();
        let http = Http::new(authority.pem()).unwrap();
        let ours = ServiceError::Unavailable { reference: "x".to_owned() };
        assert_eq!(Step::Ours(ours.clone()).into_failure(&http).unwrap_err(), ours);
    }
}
