//! The top bar: search, region, language, theme, account. The breadcrumbs that stand in it belong to the page's header.

use super::{
    preference_form::{LanguageMenu, RegionMenu, ThemeMenu},
    side_nav::NavDrawer,
    top_search::TopSearch,
};
use crate::{
    components::{Glyph, Icon, Menu, MenuLink, PostForm, use_form},
    contexts::{use_texts, use_viewer},
    paths,
    server_fns::accounts::SignOut,
};
use leptos::prelude::*;

/// The bar over the content.
#[component]
pub(super) fn TopBar() -> impl IntoView {
    view! {
        <header class="top-bar">
            <NavDrawer/>
            <div class="top-menus">
                <TopSearch/>
                <RegionMenu/>
                <LanguageMenu/>
                <ThemeMenu/>
                <AccountMenu/>
            </div>
        </header>
    }
}

#[component]
fn AccountMenu() -> impl IntoView {
    let texts = use_texts();
    let email = use_viewer().map(|viewer| viewer.email).unwrap_or_default();
    let form = use_form::<SignOut>();
    view! {
        <Menu label=texts.common.account_menu glyph=Glyph::User>
            <p class="menu-heading">{email}</p>
            <MenuLink href=paths::ACCOUNT glyph=Glyph::Lock>{texts.common.account_settings}</MenuLink>
            <PostForm form go=paths::SIGN_IN reload=true>
                <button type="submit" class="menu-item">
                    <Icon glyph=Glyph::SignOut/>
                    {texts.common.sign_out}
                </button>
            </PostForm>
        </Menu>
    }
}
