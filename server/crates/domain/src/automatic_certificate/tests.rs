//! When a certificate is tried for, and again.

use super::*;

const NOW: Timestamp = Timestamp(1_574_390_400_000);
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

fn minutes(failures: u32, kind: FailureKind, retry_after: Option<u64>, jitter: u8) -> i64 {
    let asked = retry_after.map(Duration::from_secs);
    (next_try(NOW, failures, kind, asked, jitter).0 - NOW.0) / MINUTE_MS
}

fn valid_for(ms: i64) -> Certificate {
    Certificate {
        subject: String::new(),
        issuer: String::new(),
        names: Vec::new(),
        not_before: NOW,
        not_after: NOW.plus_ms(ms),
        fingerprint: String::new(),
    }
}

#[test]
fn rests_double_from_a_quarter_of_an_hour_to_a_day() {
    let rests: Vec<i64> =
        [1, 2, 3, 7, 8, 1000].map(|count| minutes(count, FailureKind::Challenge, None, 0)).into();
    assert_eq!(rests, [15, 30, 60, 960, 1440, 1440]);
    assert_eq!(minutes(2, FailureKind::Challenge, None, 255), 37);
}

#[test]
fn an_authority_that_asks_for_a_longer_rest_gets_it() {
    assert_eq!(minutes(1, FailureKind::RateLimited, None, 0), 60);
    assert_eq!(minutes(1, FailureKind::RateLimited, Some(7200), 0), 120);
    assert_eq!(minutes(3, FailureKind::Unreachable, Some(60), 0), 60);
    assert_eq!(minutes(1, FailureKind::RateLimited, Some(u64::MAX), 0), 7 * 24 * 60);
}

#[test]
fn a_certificate_is_renewed_with_a_third_of_its_life_left_at_most() {
    let lead = Duration::from_hours(30 * 24);
    assert_eq!(renew_at(&valid_for(365 * DAY_MS), lead, NOW), NOW.plus_ms(335 * DAY_MS));
    assert_eq!(renew_at(&valid_for(6 * DAY_MS), lead, NOW), NOW.plus_ms(4 * DAY_MS));
    // To a clock that is five days ahead it would be time already.
    let ahead = NOW.plus_ms(5 * DAY_MS);
    assert_eq!(renew_at(&valid_for(6 * DAY_MS), lead, ahead), ahead.plus_ms(DAY_MS));
}

#[test]
fn a_name_with_a_star_gets_none_by_itself() {
    assert_eq!(check_automatic("shop.example.com"), None);
    assert!(check_automatic("*.example.com").is_some());
}

#[test]
fn what_another_server_says_is_kept_short_and_on_one_line() {
    let failed = FailedTry::new(FailureKind::Refused, &"a\nb".repeat(1000), NOW);
    assert_eq!(failed.detail.chars().count(), DETAIL_MAX);
    assert!(failed.detail.starts_with("a ba b"));
}

#[test]
fn nobody_asks_again_while_an_authority_wants_to_be_left_alone() {
    let mut automatic = AutomaticCertificate::new(NOW);
    assert!(!automatic.must_wait(NOW) && !automatic.is_under_way(NOW));
    automatic.next_at = NOW.plus_ms(1);
    automatic.last_failure = Some(FailedTry::new(FailureKind::Challenge, "", NOW));
    assert!(!automatic.must_wait(NOW));
    automatic.last_failure = Some(FailedTry::new(FailureKind::RateLimited, "", NOW));
    assert!(automatic.must_wait(NOW) && !automatic.must_wait(NOW.plus_ms(1)));
    automatic.claimed_until = Some(NOW.plus_ms(1));
    assert!(automatic.is_under_way(NOW) && !automatic.is_under_way(NOW.plus_ms(1)));
}
