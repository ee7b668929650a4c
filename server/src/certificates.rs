//! Has certificates come and be renewed that are to come by themselves.

use services::Services;
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Time between two looks at what is due; also that of other nodes.
const PERIOD: Duration = Duration::from_secs(10);
/// Rest after the database failed.
const REST: Duration = Duration::from_secs(60);

/// Works until `stopping`, and then leaves off where it is: what it was at is free again some minutes later.
pub(crate) async fn renew(services: Services, stopping: CancellationToken) {
    let working = async {
        loop {
            if let Err(error) = services.automatic_certificates().work().await {
                tracing::warn!(%error, "certificates cannot be looked after");
                sleep(REST).await;
            }
            // Whichever comes first.
            let automatic = services.automatic_certificates();
            tokio::select! {
                () = automatic.woken() => {}
                () = sleep(PERIOD) => {}
            }
        }
    };
    stopping.run_until_cancelled(working).await;
}
