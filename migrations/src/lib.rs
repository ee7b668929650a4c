#![doc = include_str!("../README.md")]
#![expect(
    elided_lifetimes_in_paths,
    reason = "`MigrationTrait::up` is declared so, and an implementation must be alike"
)]

use sea_orm_migration::prelude::*;

mod m20261122_000001_accounts;
mod m20261122_000002_api_groups;
mod m20261122_000003_deployments;
mod m20261122_000004_access;
mod m20261122_000005_traffic;
mod m20261122_000006_changes;
mod m20261122_000007_rate_limit_policies;
mod m20261122_000008_ip_policies;
mod m20261122_000009_subscription_keys;
mod m20261122_000011_backend_signatures;
mod m20261122_000012_backend_configs;
mod m20261122_000013_jwt;
mod m20261122_000014_answers;
mod m20261122_000016_user_domains;
mod m20261122_000017_switches;
mod m20261122_000018_validation;
mod m20261122_000019_automatic_certificates;
mod m20261122_000020_canaries;

/// All migrations, in their order.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_accounts::Migration),
            Box::new(m20261122_000002_api_groups::Migration),
            Box::new(m20261122_000003_deployments::Migration),
            Box::new(m20261122_000004_access::Migration),
            Box::new(m20261122_000005_traffic::Migration),
            Box::new(m20261122_000006_changes::Migration),
            Box::new(m20261122_000007_rate_limit_policies::Migration),
            Box::new(m20261122_000008_ip_policies::Migration),
            Box::new(m20261122_000009_subscription_keys::Migration),
            Box::new(m20261122_000011_backend_signatures::Migration),
            Box::new(m20261122_000012_backend_configs::Migration),
            Box::new(m20261122_000013_jwt::Migration),
            Box::new(m20261122_000014_answers::Migration),
            Box::new(m20261122_000016_user_domains::Migration),
            Box::new(m20261122_000017_switches::Migration),
            Box::new(m20261122_000018_validation::Migration),
            Box::new(m20261122_000019_automatic_certificates::Migration),
            Box::new(m20261122_000020_canaries::Migration),
        ]
    }
}
