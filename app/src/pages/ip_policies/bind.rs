//! Binds an IP policy to deployments, with the transfer list.

use crate::{
    components::{PostForm, use_form},
    contexts::use_texts,
    pages::policies::{NothingBindable, PolicyTransfer},
    paths,
    server_fns::ip_policies::BindIpPolicy,
};
use domain::{IpPolicyId, PolicyTarget};
use leptos::prelude::*;

/// Binds a policy to deployments of the signed-in account's groups.
#[component]
pub(super) fn BindForm(
    id: IpPolicyId,
    /// What can be bound and is not.
    available: Vec<PolicyTarget>,
    /// What is bound.
    bound: Vec<PolicyTarget>,
) -> impl IntoView {
    let texts = use_texts();
    if available.is_empty() && bound.is_empty() {
        return view! { <NothingBindable/> }.into_any();
    }
    let form = use_form::<BindIpPolicy>();
    let page = paths::ip_policy(&id);
    view! {
        <section class="card">
            <h2 class="card-title">{texts.policies.choose_groups}</h2>
            <p class="card-help">{texts.policies.bind_help}</p>
            <PostForm form go=page notice=texts.transfer.saved guard=true class="stack">
                <input type="hidden" name="id" value=id.to_string()/>
                <PolicyTransfer available bound/>
            </PostForm>
        </section>
    }
    .into_any()
}
