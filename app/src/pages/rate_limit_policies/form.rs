//! The form of a rate limit policy: create and edit.

use crate::{
    components::{
        Choice, DialogActions, NameValue, NameValues, PostForm, Select, SubmitButton, TextArea,
        TextField, use_form,
    },
    contexts::{use_region, use_texts},
    forms::rate_limit_policies::RateLimitPolicyForm,
    pages::policies::check_description,
    server_fns::rate_limit_policies::{CreateRateLimitPolicy, UpdateRateLimitPolicy},
};
use domain::{
    DomainError, RateLimitPolicy, Region, TimeUnit, policy::check_policy_name,
    rate_limit_policy::parse_limit,
};
use leptos::prelude::*;

/// Makes a policy in the region of the top bar; binding it is next.
#[component]
pub(super) fn CreatePolicyForm(close_href: String) -> impl IntoView {
    let t = use_texts().policies;
    let region = use_region();
    let form = use_form::<CreateRateLimitPolicy>().check(|input| input.form.parse().map(|_| ()));
    view! {
        <PostForm form go="/rate-limit-policies/{id}" notice=t.created class="stack">
            <input type="hidden" name="region" value=region.as_str()/>
            <Fields form=RateLimitPolicyForm::default() region/>
            <DialogActions close_href>
                <SubmitButton label=t.create_and_bind busy=t.creating/>
            </DialogActions>
        </PostForm>
    }
}

/// Changes a policy; its region stays.
#[component]
pub(super) fn EditPolicyForm(policy: RateLimitPolicy, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let form = use_form::<UpdateRateLimitPolicy>().check(|input| input.form.parse().map(|_| ()));
    view! {
        <PostForm form go=close_href.clone() notice=texts.policies.saved class="stack">
            <input type="hidden" name="id" value=policy.id.to_string()/>
            <Fields form=RateLimitPolicyForm::from(&policy) region=policy.region/>
            <DialogActions close_href>
                <SubmitButton label=texts.common.save busy=texts.common.saving/>
            </DialogActions>
        </PostForm>
    }
}

#[component]
fn Fields(form: RateLimitPolicyForm, region: Region) -> impl IntoView {
    let texts = use_texts();
    let (t, shared, common) = (texts.rate_limit_policies, texts.policies, texts.common);
    let units = TimeUnit::ALL.map(|unit| Choice::new(unit.as_str(), (t.unit_of)(unit)));
    view! {
        <NameValues>
            <NameValue name=common.region_label>
                {(common.region)(region)}
                <p class="field-rule">{shared.region_rule}</p>
            </NameValue>
        </NameValues>
        <TextField
            label=common.name
            name="form[name]"
            field="policyName"
            value=form.name
            rule=shared.name_rule
            required=true
            check=check_policy_name
        />
        <Select
            label=t.unit_label
            name="form[unit]"
            field="timeUnit"
            value=form.unit
            choices=units.to_vec()
            rule=t.unit_rule
        />
        <TextField
            label=t.group
            name="form[group]"
            field="apiLimitCount"
            value=form.group
            rule=t.group_rule
            required=true
            check=check_limit
        />
        <TextField
            label=t.access_key
            name="form[access_key]"
            field="userLimitCount"
            value=form.access_key
            rule=t.access_key_rule
            check=check_limit
        />
        <TextField
            label=t.api
            name="form[api]"
            field="appLimitCount"
            value=form.api
            rule=t.api_rule
            check=check_limit
        />
        <TextField
            label=t.address
            name="form[address]"
            field="addressLimitCount"
            value=form.address
            rule=t.address_rule
            check=check_limit
        />
        <TextArea
            label=common.description
            name="form[description]"
            value=form.description
            rule=(shared.description_rule)()
            check=check_description
            rows=2
        />
    }
}

/// The rule of a number that `text` breaks; whether it may be left out, the form knows.
fn check_limit(text: &str) -> Option<DomainError> {
    if text.trim().is_empty() { None } else { parse_limit("", text).err() }
}
