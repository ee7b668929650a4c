//! The form of an IP policy: create and edit.

use crate::{
    components::{
        Choice, DialogActions, NameValue, NameValues, PostForm, RadioGroup, SubmitButton, TextArea,
        TextField, use_form,
    },
    contexts::{use_region, use_texts},
    forms::ip_policies::IpPolicyForm,
    pages::policies::check_description,
    server_fns::ip_policies::{CreateIpPolicy, UpdateIpPolicy},
};
use domain::{
    DomainError, IpAction, IpPolicy, Region, ip_policy::parse_ranges, policy::check_policy_name,
};
use leptos::prelude::*;

/// Makes a policy in the region of the top bar; binding it is next.
#[component]
pub(super) fn CreatePolicyForm(close_href: String) -> impl IntoView {
    let t = use_texts().policies;
    let region = use_region();
    let form = use_form::<CreateIpPolicy>().check(|input| input.form.parse().map(|_| ()));
    view! {
        <PostForm form go="/ip-policies/{id}" notice=t.created class="stack">
            <input type="hidden" name="region" value=region.as_str()/>
            <Fields form=IpPolicyForm::default() region/>
            <DialogActions close_href>
                <SubmitButton label=t.create_and_bind busy=t.creating/>
            </DialogActions>
        </PostForm>
    }
}

/// Changes a policy; its region stays.
#[component]
pub(super) fn EditPolicyForm(policy: IpPolicy, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let form = use_form::<UpdateIpPolicy>().check(|input| input.form.parse().map(|_| ()));
    view! {
        <PostForm form go=close_href.clone() notice=texts.policies.saved class="stack">
            <input type="hidden" name="id" value=policy.id.to_string()/>
            <Fields form=IpPolicyForm::from(&policy) region=policy.region/>
            <DialogActions close_href>
                <SubmitButton label=texts.common.save busy=texts.common.saving/>
            </DialogActions>
        </PostForm>
    }
}

#[component]
fn Fields(form: IpPolicyForm, region: Region) -> impl IntoView {
    let texts = use_texts();
    let (t, shared, common) = (texts.ip_policies, texts.policies, texts.common);
    let actions = IpAction::ALL.map(|action| {
        Choice::new(action.as_str(), (t.action_of)(action)).help((t.action_help)(action))
    });
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
        <RadioGroup
            label=t.action
            name="form[action]"
            value=form.action
            choices=actions.to_vec()
        />
        <TextArea
            label=t.ranges
            name="form[ranges]"
            value=form.ranges
            rule=t.ranges_rule
            required=true
            mono=true
            rows=6
            check=check_ranges
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

/// The rule of the list that `text` breaks; that it must not be empty, the form knows.
fn check_ranges(text: &str) -> Option<DomainError> {
    parse_ranges(text).err()
}
