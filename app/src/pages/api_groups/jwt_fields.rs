//! The fields that say whose tokens a group accepts.

use crate::{
    components::{
        Checkbox, Choice, FieldColumn, FieldRows, FieldRowsWords, FormSection, RadioGroup,
        TextArea, TextField, form::FormContext, scripted::use_scripted,
    },
    contexts::use_texts,
    forms::api_groups::{ClaimRow, JwtForm},
};
use domain::{
    DomainError, JwksUrl, PublicKey,
    jwt::{check_issuer, check_secret, parse_leeway},
};
use leptos::prelude::*;

/// The section. With JavaScript it is there while tokens are chosen, and of the keys the fields of the chosen kind.
#[component]
pub(super) fn JwtSection(
    /// What the fields hold at first.
    initial: JwtForm,
    /// Whether the group has a secret already, which an empty field keeps.
    has_secret: bool,
    /// Whether tokens are chosen.
    chosen: Signal<bool>,
) -> impl IntoView {
    let words = use_texts().jwt;
    let scripted = use_scripted();
    view! {
        <div hidden=move || scripted.get() && !chosen.get()>
            <FormSection title=words.section>
                <p class="card-help">{words.section_help}</p>
                <TextField
                    label=words.issuer
                    name="form[jwt][issuer]"
                    field="jwtIssuer"
                    value=initial.issuer.clone()
                    rule=words.issuer_rule
                    required=true
                    placeholder="https://login.example.com/"
                    mono=true
                    check=check_issuer
                />
                <Keys initial=initial.clone() has_secret/>
                <TextArea
                    label=words.audiences
                    name="form[jwt][audiences]"
                    field="jwtAudiences"
                    value=initial.audiences
                    rule=words.audiences_rule
                    rows=2
                    mono=true
                />
                <TextField
                    label=words.scopes
                    name="form[jwt][scopes]"
                    field="jwtScopes"
                    value=initial.scopes
                    rule=words.scopes_rule
                    mono=true
                />
                <TextField
                    label=words.leeway
                    name="form[jwt][leeway]"
                    field="jwtLeeway"
                    value=initial.leeway
                    rule=words.leeway_rule
                    check=check_leeway
                />
                <Claims rows=initial.claims/>
                <Checkbox
                    label=words.forward_token
                    name="form[jwt][forward_token]"
                    checked=initial.forward_token == "true"
                    rule=words.forward_token_rule
                />
            </FormSection>
        </div>
    }
}

#[component]
fn Keys(initial: JwtForm, has_secret: bool) -> impl IntoView {
    let words = use_texts().jwt;
    let scripted = use_scripted();
    let typed = expect_context::<FormContext>().typed("form[jwt][keys]");
    let kind = RwSignal::new(typed.unwrap_or_else(|| initial.keys.clone()));
    let is_other =
        move |name: &'static str| move || scripted.get() && kind.with(|kind| kind != name);
    view! {
        <RadioGroup
            label=words.keys
            name="form[jwt][keys]"
            field="jwtKeys"
            value=initial.keys
            choices=vec![
                Choice::new("jwks", words.keys_jwks).help(words.keys_jwks_help),
                Choice::new("public_key", words.keys_public).help(words.keys_public_help),
                Choice::new("shared_secret", words.keys_secret).help(words.keys_secret_help),
            ]
            on_change=move |value| kind.set(value)
        />
        <div hidden=is_other("jwks")>
            <TextField
                label=words.jwks_url
                name="form[jwt][jwks_url]"
                field="jwksUrl"
                value=initial.jwks_url
                rule=words.jwks_url_rule
                required=true
                placeholder="https://login.example.com/.well-known/jwks.json"
                mono=true
                check=check_url
            />
        </div>
        <div hidden=is_other("public_key")>
            <TextArea
                label=words.public_key
                name="form[jwt][public_key]"
                field="jwtPublicKey"
                value=initial.public_key
                rule=words.public_key_rule
                required=true
                rows=6
                mono=true
                check=check_key
            />
        </div>
        <div hidden=is_other("shared_secret")>
            <TextField
                label=words.secret
                name="form[jwt][secret]"
                field="jwtSecret"
                kind="password"
                autocomplete="new-password"
                rule=if has_secret { words.secret_kept_rule } else { words.secret_rule }
                required=!has_secret
                check=check_secret
            />
        </div>
    }
}

#[component]
fn Claims(rows: Vec<ClaimRow>) -> impl IntoView {
    let words = use_texts().jwt;
    let columns =
        vec![FieldColumn::text("claim", words.claim), FieldColumn::text("header", words.header)];
    let texts = FieldRowsWords {
        label: words.claims,
        add: words.add_claim,
        remove: words.remove_claim,
        field: words.claim_field,
    };
    let rows = rows.into_iter().map(|row| vec![row.claim, row.header]);
    view! {
        <FieldRows
            name="form[jwt][claims]"
            field="jwtClaims"
            words=texts
            columns
            rows=rows.collect()
            rule=words.claims_rule
        />
    }
}

fn check_url(text: &str) -> Option<DomainError> {
    text.parse::<JwksUrl>().err()
}

fn check_key(text: &str) -> Option<DomainError> {
    text.parse::<PublicKey>().err()
}

fn check_leeway(text: &str) -> Option<DomainError> {
    parse_leeway(text.trim()).err()
}
