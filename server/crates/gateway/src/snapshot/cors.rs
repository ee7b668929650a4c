//! Which pages of other origins may call a group, prepared: the values of the answer's headers are made once.

use domain::{
    AllowedOrigin, CorsSettings, Method,
    cors::{ANY, ENTRIES_MAX},
};
use http::HeaderValue;

/// Which pages may call, and what browsers are told of it.
#[derive(Debug)]
pub(crate) struct Cors {
    origins: Box<[AllowedOrigin]>,
    /// Any origin, and nothing in the answer depends on which one it is.
    is_any: bool,
    /// Methods that may be used; `None`: those of the path.
    pub(crate) methods: Option<HeaderValue>,
    /// Headers that may be sent.
    pub(crate) headers: Asked,
    /// Headers that may be read; `None`: none but those that every page may.
    pub(crate) exposed_headers: Option<HeaderValue>,
    /// Whether cookies and the like may be sent along.
    pub(crate) credentials: bool,
    /// How long this may be remembered, in seconds.
    pub(crate) max_age: HeaderValue,
}

/// Headers that a page may send.
#[derive(Debug)]
pub(crate) enum Asked {
    /// None but those that every page may.
    None,
    /// Whatever it asks for.
    Any,
    /// These.
    These(HeaderValue),
}

impl Cors {
    /// Prepares the settings.
    ///
    /// # Errors
    /// In words for a person, when a name cannot stand in a header.
    pub(crate) fn compile(settings: &CorsSettings) -> Result<Self, String> {
        let any = |names: &[String]| names.iter().any(|name| name == ANY);
        Ok(Self {
            is_any: settings.origins.contains(&AllowedOrigin::Any) && !settings.credentials,
            origins: settings.origins.iter().take(ENTRIES_MAX).cloned().collect(),
            methods: list(settings.methods.iter().map(|method| method.as_str()))?,
            headers: match list(settings.headers.iter().map(String::as_str))? {
                _ if any(&settings.headers) => Asked::Any,
                Some(names) => Asked::These(names),
                None => Asked::None,
            },
            exposed_headers: list(settings.exposed_headers.iter().map(String::as_str))?,
            credentials: settings.credentials,
            max_age: settings.max_age.into(),
        })
    }

    /// Whether its answers are the same for every origin.
    pub(crate) fn is_same_for_all(&self) -> bool {
        self.is_any
    }

    /// What the answer says of a page's origin (`None`: the call names none); `None` when that page may not read it.
    pub(crate) fn allowed(&self, origin: Option<&HeaderValue>) -> Option<HeaderValue> {
        if self.is_any {
            return Some(HeaderValue::from_static(ANY));
        }
        let origin = origin?;
        let text = origin.to_str().ok()?;
        self.origins.iter().any(|allowed| allowed.allows(text)).then(|| origin.clone())
    }
}

/// Methods, as a value of `Access-Control-Allow-Methods`.
pub(crate) fn methods(of: impl Iterator<Item = Method>) -> Option<HeaderValue> {
    list(of.map(Method::as_str)).ok().flatten()
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> Result<Option<HeaderValue>, String> {
    let names = names.collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        return Ok(None);
    }
    let value = HeaderValue::try_from(names);
    value.map(Some).map_err(|wrong| format!("a name of CORS cannot stand in a header: {wrong}"))
}
