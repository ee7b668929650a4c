//! What the gateway served.

use crate::error::AppError;
use domain::{ApiGroupId, MonitorQuery, MonitorReport};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{caller, services};

/// What a group served over a range of time that ends now.
#[server(name = ReadMonitorReport, prefix = "/console")]
pub async fn monitor_report(
    group: ApiGroupId,
    query: MonitorQuery,
) -> Result<MonitorReport, AppError> {
    Ok(services()?.monitoring().report(&caller().await?, &group, query).await?)
}
