//! What an answer says about being kept: whether it may, and for how long.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use std::time::{Duration, SystemTime};

/// How long an answer may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Freshness {
    /// How old it was when it came.
    pub(crate) age: Duration,
    /// How long it may be used from then on.
    pub(crate) lifetime: Duration,
}

impl Freshness {
    /// Of an answer; `None` when it must not be kept. It is kept for `seconds` at most; requests are told apart by the
    /// headers `in_key`, by which the answer may vary.
    pub(crate) fn of(
        status: StatusCode,
        headers: &HeaderMap,
        (seconds, in_key): (u32, &[HeaderName]),
    ) -> Option<Self> {
        let is_good = status == StatusCode::OK
            && !headers.contains_key(header::SET_COOKIE)
            && !headers.contains_key(header::CONTENT_RANGE)
            && !headers.contains_key(header::TRAILER);
        if !is_good || !varies_only_by(headers, in_key) {
            return None;
        }
        let told = Told::read(headers)?;
        let age = seconds_of(headers.get(header::AGE)).unwrap_or_default();
        let told = told.max_age.or_else(|| until(headers)).unwrap_or(Duration::MAX);
        let most = Duration::from_secs(seconds.min(domain::cache::SECONDS_MAX).into());
        let lifetime = told.saturating_sub(age).min(most);
        (!lifetime.is_zero()).then_some(Self { age, lifetime })
    }
}

/// Whether requests that are told apart by these headers are all that the answer tells apart. The coding that a caller takes
/// is always part of the key.
fn varies_only_by(headers: &HeaderMap, in_key: &[HeaderName]) -> bool {
    headers.get_all(header::VARY).iter().all(|value| {
        value.to_str().is_ok_and(|names| {
            let mut names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
            names.all(|name| {
                let is = |known: &HeaderName| name.eq_ignore_ascii_case(known.as_str());
                is(&header::ACCEPT_ENCODING) || in_key.iter().any(is)
            })
        })
    })
}

/// What `Cache-Control` says, as far as it concerns a cache that callers share.
struct Told {
    max_age: Option<Duration>,
}

impl Told {
    /// `None` when the answer must not be kept, or not be used without asking again.
    fn read(headers: &HeaderMap) -> Option<Self> {
        let (mut own, mut shared) = (None, None);
        for value in headers.get_all(header::CACHE_CONTROL) {
            // What cannot be read may forbid it.
            for directive in value.to_str().ok()?.split(',') {
                let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
                let argument = argument.trim().trim_matches('"');
                let seconds = || Some(Duration::from_secs(argument.parse().unwrap_or(0)));
                match name.trim().to_ascii_lowercase().as_str() {
                    "no-store" | "no-cache" | "private" => return None,
                    "max-age" => own = seconds(),
                    "s-maxage" => shared = seconds(),
                    _ => {}
                }
            }
        }
        Some(Self { max_age: shared.or(own) })
    }
}

/// How long `Expires` says, by the answer's own clock where it has one. A moment that cannot be read is past.
fn until(headers: &HeaderMap) -> Option<Duration> {
    let date = |value: &HeaderValue| httpdate::parse_http_date(value.to_str().ok()?).ok();
    let expires = headers.get(header::EXPIRES)?;
    let now = headers.get(header::DATE).and_then(date).unwrap_or_else(SystemTime::now);
    let left = date(expires).and_then(|expires| expires.duration_since(now).ok());
    Some(left.unwrap_or_default())
}

fn seconds_of(value: Option<&HeaderValue>) -> Option<Duration> {
    value?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(status: u16, headers: &[(&'static str, &str)]) -> Option<u64> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        let in_key = [HeaderName::from_static("x-tenant")];
        let status = StatusCode::from_u16(status).unwrap();
        Freshness::of(status, &map, (60, &in_key)).map(|freshness| freshness.lifetime.as_secs())
    }

    #[test]
    fn an_answer_is_kept_for_as_long_as_both_sides_say() {
        for (told, seconds) in [
            ("public", Some(60)),
            ("max-age=10", Some(10)),
            ("max-age=600", Some(60)),
            ("max-age=600, s-maxage=\"20\"", Some(20)),
            ("S-MaxAge=600, Max-Age=0", Some(60)),
            ("max-age=0", None),
            ("max-age=soon", None),
            ("no-store", None),
            ("No-Cache", None),
            ("private, max-age=10", None),
            ("private=\"set-cookie\"", None),
        ] {
            assert_eq!(kept(200, &[("cache-control", told)]), seconds, "{told}");
        }
        assert_eq!(kept(200, &[]), Some(60));
        let (maxed, no) = (("cache-control", "max-age=10"), ("cache-control", "no-store"));
        assert_eq!(kept(200, &[maxed, no]), None);
        assert_eq!(kept(200, &[maxed, ("age", "4")]), Some(6));
        assert_eq!(kept(200, &[maxed, ("age", "10")]), None);
    }

    #[test]
    fn an_end_that_the_answer_names_counts_where_there_is_no_age() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        let expires = |text| ("expires", text);
        assert_eq!(kept(200, &[date, expires("Sun, 06 Nov 1994 08:50:07 GMT")]), Some(30));
        assert_eq!(kept(200, &[date, expires("Sun, 06 Nov 1994 08:49:37 GMT")]), None);
        assert_eq!(kept(200, &[date, expires("0")]), None);
        let aged = ("cache-control", "max-age=10");
        assert_eq!(kept(200, &[date, expires("0"), aged]), Some(10));
    }

    #[test]
    fn answers_for_one_caller_and_parts_are_not_kept() {
        assert_eq!(kept(200, &[("set-cookie", "a=b")]), None);
        assert_eq!(kept(200, &[("content-range", "bytes 0-1/2")]), None);
        for status in [201, 204, 206, 301, 304, 404, 500] {
            assert_eq!(kept(status, &[]), None, "{status}");
        }
    }

    #[test]
    fn an_answer_may_vary_by_what_is_in_the_key() {
        for (vary, seconds) in [
            ("Accept-Encoding", Some(60)),
            ("accept-encoding, X-Tenant", Some(60)),
            ("Origin", None),
            ("Accept-Encoding, Accept-Language", None),
            ("*", None),
        ] {
            assert_eq!(kept(200, &[("vary", vary)]), seconds, "{vary}");
        }
    }
}
