//! Drafts against the APIs that are there.

use super::*;

#[test]
fn importing_the_same_document_again_changes_nothing() {
    let first = plan(drafts(PETSTORE), &[]);
    assert_eq!(first.plan.counts(), (3, 0, 0, 0));
    let there: Vec<Api> =
        first.writes.into_iter().zip(1..).map(|(write, n)| api(n, write.definition)).collect();
    let again = plan(drafts(PETSTORE), &there);
    assert_eq!(again.plan.counts(), (0, 0, 3, 0));
    assert!(again.writes.is_empty());
}

#[test]
fn a_changed_api_keeps_its_id_its_backend_and_its_match() {
    let mut before = drafts(PETSTORE).remove(0).outcome.unwrap();
    before.description = "before".into();
    before.match_type = MatchType::Prefix;
    before.backend = ApiBackend::Mock;
    let there = [api(7, before)];
    let planned = plan(drafts(PETSTORE), &there);
    assert_eq!(planned.plan.counts(), (2, 1, 0, 0));
    let ImportOutcome::Changed { definition, fields, line } = &planned.plan.outcomes[0] else {
        panic!()
    };
    assert_eq!((fields.len(), fields[0].field.as_str(), *line), (1, "description", 9));
    assert_eq!(
        (definition.match_type, &definition.backend),
        (MatchType::Prefix, &ApiBackend::Mock)
    );
    assert_eq!(planned.writes[0].replaces.as_ref(), Some(&there[0].id));
}

#[test]
fn an_api_that_moved_is_found_by_its_name() {
    let mut before = drafts(PETSTORE).remove(0).outcome.unwrap();
    before.path = "/animals/{petId}".parse().unwrap();
    let planned = plan(drafts(PETSTORE), &[api(1, before)]);
    assert_eq!(planned.plan.counts(), (2, 1, 0, 0));
}

#[test]
fn two_apis_may_swap_their_names() {
    let document = |a: &str, b: &str| {
        swagger(&format!(
            "paths: {{/a: {{get: {{operationId: {a}}}}}, /b: {{get: {{operationId: {b}}}}}}}"
        ))
    };
    let there: Vec<Api> = drafts(&document("one", "two"))
        .into_iter()
        .zip(1..)
        .map(|(draft, n)| api(n, draft.outcome.unwrap()))
        .collect();
    assert_eq!(plan(drafts(&document("two", "one")), &there).plan.counts(), (0, 2, 0, 0));
}

#[test]
fn a_name_that_an_untouched_api_has_is_refused_and_so_is_what_follows_from_it() {
    let of = |paths: &str| swagger(&format!("paths: {{{paths}}}"));
    let there: Vec<Api> = drafts(&of(
        "/a: {get: {operationId: a}}, /b: {get: {operationId: b}}, /c: {get: {operationId: c}}",
    ))
    .into_iter()
    .zip(1..)
    .map(|(draft, n)| api(n, draft.outcome.unwrap()))
    .collect();
    // b wants to be called a, which stays; so b stays too, and c cannot be called b.
    let planned =
        plan(drafts(&of("/b: {get: {operationId: a}}, /c: {get: {operationId: b}}")), &there);
    assert_eq!(planned.plan.counts(), (0, 0, 0, 2));
    let ImportOutcome::Refused(refused) = &planned.plan.outcomes[0] else { panic!() };
    assert_eq!(refused.route, "GET /b");
    assert!(refused.reason.starts_with("the name \"a\" belongs to GET /a"), "{}", refused.reason);
}
