//! How an API's answers are kept, prepared.

use domain::CacheSettings;
use http::HeaderName;

/// What of a cache's settings is looked at by each call, prepared.
#[derive(Debug)]
pub(crate) struct CachePolicy {
    pub(crate) seconds: u32,
    /// Empty for all.
    pub(crate) query: Box<[Box<str>]>,
    pub(crate) headers: Box<[HeaderName]>,
    pub(crate) shared: bool,
}

impl CachePolicy {
    /// Prepares the settings.
    ///
    /// # Errors
    /// In words for a person, when a header's name is none.
    pub(crate) fn compile(settings: &CacheSettings) -> Result<Self, String> {
        let header = |name: &String| {
            HeaderName::try_from(name.as_str())
                .map_err(|wrong| format!("{name:?} is no name of a header: {wrong}"))
        };
        Ok(Self {
            seconds: settings.seconds,
            query: settings.query.iter().map(|name| name.as_str().into()).collect(),
            headers: settings.headers.iter().map(header).collect::<Result<_, _>>()?,
            shared: settings.shared,
        })
    }
}
