//! The overview's numbers.

use crate::error::AppError;
use domain::{ApiGroupSummary, Page};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the overview shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewNumbers {
    /// The region's groups, last changed first; at most ten, and how many there are.
    pub groups: Page<ApiGroupSummary>,
    /// Calls of all the region's groups in the last 24 hours.
    pub calls_24h: u64,
    /// Groups of all regions.
    pub groups_total: u64,
    /// Access keys.
    pub access_keys: u64,
    /// Access authorizations.
    pub access_auths: u64,
}

/// What the overview shows of a region, and of the account.
#[server(prefix = "/console")]
pub async fn overview(region: domain::Region) -> Result<OverviewNumbers, AppError> {
    use super::context::{caller, services};
    use domain::{PageQuery, Region};
    let (services, caller) = (services()?, caller().await?);
    let newest = PageQuery { sort: "updatedAt".into(), descending: true, ..PageQuery::new(1, 10) };
    let mut groups_total = 0;
    for each in Region::ALL {
        groups_total +=
            services.api_groups().list(&caller, each, PageQuery::new(1, 10)).await?.total;
    }
    Ok(OverviewNumbers {
        groups: services.api_groups().list(&caller, region, newest).await?,
        calls_24h: services.api_groups().calls_in_region(&caller, region).await?,
        groups_total,
        access_keys: services.access_keys().list(&caller, PageQuery::new(1, 10)).await?.total,
        access_auths: services.access_auths().list(&caller, PageQuery::new(1, 10)).await?.total,
    })
}
