//! Backends: where they are, and the way of one request to one of them and back.

mod again;
mod balance;
mod budget;
mod check;
mod cluster;
mod connection;
mod deadline;
mod dial;
mod download;
mod health;
mod http2;
mod patience;
mod pool;
mod sending;
mod stream;
mod upload;

pub(crate) use budget::RetryBudget;
pub(crate) use check::{RunningChecks, TargetCheck};
pub(crate) use cluster::{Cluster, Member, Ticket};
pub(crate) use connection::UpstreamConnection;
pub(crate) use dial::{Dialer, Versions};
pub(crate) use download::{Download, Source};
pub(crate) use health::{TargetState, ms};
pub(crate) use patience::Patience;
pub(crate) use pool::Pool;
pub(crate) use sending::{Destination, Sending};
pub(crate) use stream::Stream;
pub(crate) use upload::{Progress, Upload};

use crate::{gateway::Shared, hash::FastHash, refusal::Refusal, worker::Worker};
use connection::Failure;
use domain::BackendAddress;
use http::{HeaderValue, Request, Response};
use hyper::body::Incoming;
use rustls::pki_types::ServerName;
use sending::{Try, Unanswered};
use std::{
    hash::{BuildHasher, Hash, Hasher},
    sync::Arc,
};

/// A backend's address, prepared for use. Two of the same address are equal, so that connections outlive publishes.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    address: BackendAddress,
    authority: HeaderValue,
    /// For an HTTPS backend: what its certificate must be made out to.
    server_name: Option<ServerName<'static>>,
    hash: u64,
}

impl Upstream {
    /// Prepares an address.
    ///
    /// # Errors
    /// In words for a person, when no request can be sent there.
    pub(crate) fn new(address: &BackendAddress) -> Result<Self, String> {
        let authority = HeaderValue::try_from(address.authority())
            .map_err(|_not_ascii| format!("{address} cannot be named in a request"))?;
        let server_name = if address.is_https() {
            let name = ServerName::try_from(address.host().to_owned()).map_err(|_no_name| {
                format!("no certificate can be made out to {}", address.host())
            })?;
            Some(name)
        } else {
            None
        };
        Ok(Self {
            hash: FastHash.hash_one(address),
            address: address.clone(),
            authority,
            server_name,
        })
    }

    /// Whether calls to it may share an HTTP/2 connection.
    pub(crate) fn may_share(&self) -> bool {
        self.server_name.is_some() || self.address.is_h2c()
    }

    /// Where it is.
    pub(crate) fn address(&self) -> &BackendAddress {
        &self.address
    }

    /// The value of `Host` in requests to it.
    pub(crate) fn authority(&self) -> &HeaderValue {
        &self.authority
    }
}

impl PartialEq for Upstream {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.address == other.address
    }
}
impl Eq for Upstream {}

impl Hash for Upstream {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// A backend's answer, its body still on the connection.
pub(crate) struct Sent {
    /// The answer.
    pub(crate) response: Response<Incoming>,
    /// The connection that its body comes by.
    pub(crate) connection: Box<UpstreamConnection>,
}

impl Shared {
    /// Sends a request on a kept connection or a new one. When a kept one turns out to be dead before the backend
    /// answered a byte, and the request can safely be sent again, it is. `spare` is that request once more, where somebody
    /// has one already.
    ///
    /// # Errors
    /// When there is no answer.
    async fn try_send(
        &self,
        worker: &Arc<Worker>,
        Try { upstream, patience, progress }: Try<'_>,
        mut request: Request<Upload>,
        spare: &mut Option<Request<Upload>>,
    ) -> Result<Sent, Unanswered> {
        let mut may_use_kept = true;
        loop {
            let kept = if may_use_kept { worker.pool.take(upstream) } else { None };
            let is_kept = kept.is_some();
            let mut connection = match kept {
                Some(connection) => connection,
                None => {
                    let limit = patience.left_to_connect();
                    match self.dialer.dial(upstream, Versions::Any, limit).await {
                        Ok(connection) => {
                            worker.share(upstream, &connection);
                            connection
                        }
                        Err(refusal) => return Err(Unanswered::unsent(refusal, request)),
                    }
                }
            };
            let again = if is_kept && spare.is_none() { connection.note(&request) } else { None };
            let failure = match connection.exchange(request, progress, patience).await {
                Ok(response) => return Ok(Sent { response, connection }),
                Err(failure) => failure,
            };
            request = match failure {
                // Not a byte of it was sent: any other kept connection may do.
                Failure::Unsent(unsent) if is_kept => {
                    // One that is shared is not taken out by being used.
                    may_use_kept = connection.sender().is_none();
                    *unsent
                }
                Failure::Closed { answered: false, .. } if is_kept => {
                    let again = again.and_then(|again| connection.noted(again));
                    let spare = || spare.as_ref().and_then(replayable);
                    let Some(again) = again.or_else(spare) else {
                        return Err(Unanswered::of(failure, progress));
                    };
                    may_use_kept = false;
                    again
                }
                failure => return Err(Unanswered::of(failure, progress)),
            };
        }
    }
}

impl Unanswered {
    /// No connection: not a byte of this request was sent.
    fn unsent(refusal: Refusal, request: Request<Upload>) -> Self {
        Self { refusal, unsent: Some(Box::new(request)), may_repeat: true }
    }

    fn of(failure: Failure, progress: Option<&Progress>) -> Self {
        let closed = matches!(failure, Failure::Closed { answered: false, .. });
        let (refusal, unsent) = failure.into_refusal(progress);
        // Where the caller is to blame, another backend is of no use.
        Self { may_repeat: closed && refusal.upstream_cause().is_some(), refusal, unsent }
    }
}

/// The request once more, where sending it twice does no harm and its body is at hand.
fn replayable(request: &Request<Upload>) -> Option<Request<Upload>> {
    let body =
        if request.method().is_idempotent() { request.body().replay()? } else { return None };
    let mut again = Request::new(body);
    *again.method_mut() = request.method().clone();
    *again.uri_mut() = request.uri().clone();
    *again.headers_mut() = request.headers().clone();
    Some(again)
}
