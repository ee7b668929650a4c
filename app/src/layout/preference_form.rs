//! Menus that set a preference: a form whose buttons are the choices, so they work without JavaScript.

use crate::{
    components::{Glyph, Icon, Menu, PostForm, use_form},
    contexts::{Theme, preferences::Preference, use_preferences, use_texts},
    i18n::Locale,
    paths,
    server_fns::preferences::SetPreference,
};
use domain::Region;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// One choice of a menu: its value, its name, whether it is the present one.
type Entry = (&'static str, &'static str, bool);

#[component]
fn PreferenceMenu(
    preference: Preference,
    /// What is chosen: "Language".
    label: &'static str,
    glyph: Glyph,
    /// The present choice, beside the icon.
    #[prop(optional, into)]
    text: String,
    entries: Vec<Entry>,
    /// Where to go afterwards; the same page by default.
    #[prop(optional, into)]
    go: String,
) -> impl IntoView {
    let form = use_form::<SetPreference>();
    let entries = entries.into_iter().map(|(value, name, current)| {
        view! {
            <button
                type="submit"
                class="menu-item"
                name="value"
                value=value
                aria-current=current.then_some("true")
            >
                <span class="menu-check">{current.then(|| view! { <Icon glyph=Glyph::Check/> })}</span>
                {name}
            </button>
        }
    });
    let entries = entries.collect_view();
    view! {
        <Menu label glyph text>
            <PostForm form go reload=true>
                <input type="hidden" name="preference" value=preference.as_str()/>
                {entries}
            </PostForm>
        </Menu>
    }
}

/// English or Chinese.
#[component]
pub(super) fn LanguageMenu() -> impl IntoView {
    let (texts, present) = (use_texts(), use_preferences().locale);
    let entries = Locale::ALL.map(|locale| (locale.as_str(), locale.name(), locale == present));
    view! {
        <PreferenceMenu
            preference=Preference::Language
            label=texts.common.language
            glyph=Glyph::Language
            entries=entries.to_vec()
        />
    }
}

/// Light, dark, as the system has it.
#[component]
pub(super) fn ThemeMenu() -> impl IntoView {
    let (texts, present) = (use_texts(), use_preferences().theme);
    let name = |theme| match theme {
        Theme::System => texts.common.theme_system,
        Theme::Light => texts.common.theme_light,
        Theme::Dark => texts.common.theme_dark,
    };
    let entries = Theme::ALL.map(|theme| (theme.as_str(), name(theme), theme == present));
    view! {
        <PreferenceMenu
            preference=Preference::Theme
            label=texts.common.theme
            glyph=Glyph::Sun
            entries=entries.to_vec()
        />
    }
}

/// The region whose groups are shown. What the page is about may live in one region: another one leads to the list there.
#[component]
pub(super) fn RegionMenu() -> impl IntoView {
    let (texts, present) = (use_texts(), use_preferences().region);
    let name = texts.common.region;
    let path = use_location().pathname;
    let go = Memo::new(move |_| path.with(|path| paths::list_of_region(path).unwrap_or_default()));
    move || {
        let entries = Region::ALL.map(|region| (region.as_str(), name(region), region == present));
        view! {
            <PreferenceMenu
                preference=Preference::Region
                label=texts.common.region_label
                glyph=Glyph::Map
                text=name(present)
                entries=entries.to_vec()
                go=go.get()
            />
        }
    }
}

/// Makes the navigation narrow or wide.
#[component]
pub(super) fn NavigationSwitch() -> impl IntoView {
    let (texts, narrow) = (use_texts(), use_preferences().narrow_navigation);
    let (label, glyph, value) = if narrow {
        (texts.common.widen_navigation, Glyph::Wide, "wide")
    } else {
        (texts.common.narrow_navigation, Glyph::Narrow, "narrow")
    };
    let form = use_form::<SetPreference>();
    view! {
        <PostForm form reload=true class="nav-switch">
            <input type="hidden" name="preference" value=Preference::Navigation.as_str()/>
            <button type="submit" class="nav-link" name="value" value=value title=label aria-label=label>
                <Icon glyph/>
                <span class="nav-text">{label}</span>
            </button>
        </PostForm>
    }
}
