//! How backends do: the gateway of this process says so when it is asked.

use domain::{ApiGroupId, Environment, TargetStatus};
use std::sync::OnceLock;

/// What is asked for the backends of a group in an environment.
type Ask = dyn Fn(&ApiGroupId, Environment) -> Vec<TargetStatus> + Send + Sync;

/// The gateway of this process, as far as it knows how backends do.
#[derive(Default)]
pub struct Targets {
    ask: OnceLock<Box<Ask>>,
}

impl Targets {
    /// From now on `ask` tells how the backends of a group in an environment do. The first one stays.
    pub fn told_by(
        &self,
        ask: impl Fn(&ApiGroupId, Environment) -> Vec<TargetStatus> + Send + Sync + 'static,
    ) {
        self.ask.get_or_init(|| Box::new(ask));
    }

    /// How they do; nothing where no gateway runs here.
    pub(crate) fn of(&self, group: &ApiGroupId, environment: Environment) -> Vec<TargetStatus> {
        self.ask.get().map(|ask| ask(group, environment)).unwrap_or_default()
    }
}
