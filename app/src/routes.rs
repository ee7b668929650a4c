//! The whole site on one page.

use crate::{
    components::{ErrorView, ToastRegion},
    contexts::{PageData, Refresh, Toasts, use_texts},
    layout::{Frame, PlainFrame},
    pages::{
        access_auths::{AccessAuthDetailPage, AccessAuthListPage},
        access_keys::{AccessKeyDetailPage, AccessKeyListPage},
        accounts::{AccountPage, RegisterPage, SignInPage},
        api_groups::{
            ApiGroupDetailPage, ApiGroupFrame, ApiGroupListPage, EditApiGroupPage, NewApiGroupPage,
        },
        apis::{ApiListPage, EditApiPage, ImportPage, NewApiPage},
        authorized_groups::AuthorizedGroupListPage,
        backend_configs::{EditRoutePage, NewRoutePage, RouteListPage},
        backend_signatures::{BackendSignatureDetailPage, BackendSignatureListPage},
        deployments::{DeploymentListPage, HistoryPage},
        ip_policies::{IpPolicyDetailPage, IpPolicyListPage},
        monitoring::MonitoringPage,
        not_found::NotFoundPage,
        overview::OverviewPage,
        platform_keys::PlatformKeyListPage,
        rate_limit_policies::{RateLimitPolicyDetailPage, RateLimitPolicyListPage},
        revisions::{ComparePage, RevisionListPage},
        search::SearchPage,
        subscription_keys::{SubscriptionKeyDetailPage, SubscriptionKeyListPage},
        user_domains::UserDomainListPage,
        waiting_domains::WaitingDomainListPage,
    },
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

/// The console.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    PageData::provide();
    Refresh::provide();
    Toasts::provide();
    // Says that the page reacts; tests wait for it, and what needs JavaScript is shown from then on.
    Effect::new(|_| {
        if let Some(body) = document().body() {
            _ = body.set_attribute("data-hydrated", "");
        }
    });
    let failure = use_context::<PageData>().and_then(|data| data.failure);
    view! {
        // For what has no name of its own, such as an object that is not there.
        <Title text=use_texts().common.product/>
        <Router>
            {match failure {
                Some(error) => view! { <PlainFrame><ErrorView error/></PlainFrame> }.into_any(),
                None => view! { <Site/> }.into_any(),
            }}
            <ToastRegion/>
        </Router>
    }
}

// Every route is rendered whole (`SsrMode::Async`): complete pages without JavaScript, and their status can still be set.
#[component]
fn Site() -> impl IntoView {
    view! {
        <Routes fallback=NotFoundPage>
            <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
            <Route path=path!("/register") view=RegisterPage ssr=SsrMode::Async/>
            <ParentRoute path=path!("") view=Frame ssr=SsrMode::Async>
                <Route path=path!("") view=OverviewPage ssr=SsrMode::Async/>
                <Route path=path!("search") view=SearchPage ssr=SsrMode::Async/>
                <Route path=path!("account") view=AccountPage ssr=SsrMode::Async/>
                <Route path=path!("groups") view=ApiGroupListPage ssr=SsrMode::Async/>
                <Route path=path!("groups/new") view=NewApiGroupPage ssr=SsrMode::Async/>
                <Route path=path!("groups/:id/edit") view=EditApiGroupPage ssr=SsrMode::Async/>
                <GroupRoutes/>
                <Route path=path!("access-keys") view=AccessKeyListPage ssr=SsrMode::Async/>
                <Route path=path!("access-keys/:id") view=AccessKeyDetailPage ssr=SsrMode::Async/>
                <Route path=path!("subscription-keys") view=SubscriptionKeyListPage ssr=SsrMode::Async/>
                <Route path=path!("subscription-keys/:id") view=SubscriptionKeyDetailPage ssr=SsrMode::Async/>
                <Route path=path!("platform-keys") view=PlatformKeyListPage ssr=SsrMode::Async/>
                <Route path=path!("access-auths") view=AccessAuthListPage ssr=SsrMode::Async/>
                <Route path=path!("access-auths/:id") view=AccessAuthDetailPage ssr=SsrMode::Async/>
                <Route path=path!("rate-limit-policies") view=RateLimitPolicyListPage ssr=SsrMode::Async/>
                <Route path=path!("rate-limit-policies/:id") view=RateLimitPolicyDetailPage ssr=SsrMode::Async/>
                <Route path=path!("ip-policies") view=IpPolicyListPage ssr=SsrMode::Async/>
                <Route path=path!("ip-policies/:id") view=IpPolicyDetailPage ssr=SsrMode::Async/>
                <Route path=path!("backend-signatures") view=BackendSignatureListPage ssr=SsrMode::Async/>
                <Route path=path!("backend-signatures/:id") view=BackendSignatureDetailPage ssr=SsrMode::Async/>
                <Route path=path!("operator/domains") view=WaitingDomainListPage ssr=SsrMode::Async/>
                <Route path=path!("authorized-groups") view=AuthorizedGroupListPage ssr=SsrMode::Async/>
            </ParentRoute>
        </Routes>
    }
}

/// The pages of one group, under its header and tabs.
#[component(transparent)]
fn GroupRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("groups/:id") view=ApiGroupFrame ssr=SsrMode::Async>
            <Route path=path!("") view=ApiGroupDetailPage ssr=SsrMode::Async/>
            <Route path=path!("apis") view=ApiListPage ssr=SsrMode::Async/>
            <Route path=path!("apis/new") view=NewApiPage ssr=SsrMode::Async/>
            <Route path=path!("apis/:api") view=EditApiPage ssr=SsrMode::Async/>
            <Route path=path!("import") view=ImportPage ssr=SsrMode::Async/>
            <Route path=path!("revisions") view=RevisionListPage ssr=SsrMode::Async/>
            <Route path=path!("compare") view=ComparePage ssr=SsrMode::Async/>
            <Route path=path!("deployments") view=DeploymentListPage ssr=SsrMode::Async/>
            <Route path=path!("history/:environment") view=HistoryPage ssr=SsrMode::Async/>
            <Route path=path!("routes") view=RouteListPage ssr=SsrMode::Async/>
            <Route path=path!("routes/new") view=NewRoutePage ssr=SsrMode::Async/>
            <Route path=path!("routes/:route") view=EditRoutePage ssr=SsrMode::Async/>
            <Route path=path!("domains") view=UserDomainListPage ssr=SsrMode::Async/>
            <Route path=path!("monitoring") view=MonitoringPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}
