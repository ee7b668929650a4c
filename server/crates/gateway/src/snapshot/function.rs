//! An API's function, compiled: what is posted to, and what the event is made with.

use domain::{ApiBackend, ApiDefinition, path::Segment};
use http::Uri;

/// An API's function.
#[derive(Debug)]
pub(crate) struct FunctionTarget {
    /// Path and query that events are posted to.
    pub(crate) uri: Uri,
    /// The names of path parameters, each with the number of its segment of the request's path.
    pub(crate) parameters: Box<[(Box<str>, usize)]>,
}

impl FunctionTarget {
    /// The function of an API below a group's prefix of `prefix` segments; `None` when it has another backend.
    ///
    /// # Errors
    /// In words for a person, when nothing can be posted there.
    pub(crate) fn of(definition: &ApiDefinition, prefix: usize) -> Result<Option<Self>, String> {
        let ApiBackend::Function { url } = &definition.backend else { return Ok(None) };
        let uri = url.target().parse::<Uri>();
        let uri = uri.map_err(|wrong| format!("nothing can be posted to {url}: {wrong}"))?;
        let segments = definition.path.segments().iter().enumerate();
        let parameters = segments.filter_map(|(index, segment)| match segment {
            Segment::Parameter(name) => Some((name.as_str().into(), prefix + index)),
            Segment::Literal(_) => None,
        });
        Ok(Some(Self { uri, parameters: parameters.collect() }))
    }
}
