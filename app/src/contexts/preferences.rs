//! How a person likes the console: language, theme, region, navigation. Kept in cookies, so that they hold before signing in
//! and without JavaScript.

use crate::i18n::{Locale, Texts};
use domain::Region;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the operating system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// `system`, `light`, `dark`: the value of the cookie and of `data-theme`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl FromStr for Theme {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text).ok_or(())
    }
}

/// A preference that can be set; the name of its cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// `en`, `zh`.
    Language,
    /// `system`, `light`, `dark`.
    Theme,
    /// The id of a region.
    Region,
    /// `wide`, `narrow`.
    Navigation,
}

impl Preference {
    /// The cookie that keeps it.
    #[must_use]
    pub fn cookie(self) -> &'static str {
        match self {
            Self::Language => "paifang_language",
            Self::Theme => "paifang_theme",
            Self::Region => "paifang_region",
            Self::Navigation => "paifang_navigation",
        }
    }

    /// The form's value of it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Language => "language",
            Self::Theme => "theme",
            Self::Region => "region",
            Self::Navigation => "navigation",
        }
    }

    /// Whether `value` is one of its values.
    #[must_use]
    pub fn accepts(self, value: &str) -> bool {
        match self {
            Self::Language => Locale::from_str(value).is_ok(),
            Self::Theme => Theme::from_str(value).is_ok(),
            Self::Region => Region::from_str(value).is_ok(),
            Self::Navigation => matches!(value, "wide" | "narrow"),
        }
    }
}

/// How a person likes the console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Language of all texts.
    pub locale: Locale,
    /// Light or dark.
    pub theme: Theme,
    /// The region whose groups are shown.
    pub region: Region,
    /// Whether the navigation shows icons only.
    pub narrow_navigation: bool,
}

impl Preferences {
    /// What the headers `Cookie` and `Accept-Language` ask for; a cookie goes before the browser's language.
    #[must_use]
    pub fn from_headers(cookies: &str, accept_language: &str) -> Self {
        let cookie = |preference: Preference| {
            cookies.split(';').find_map(|pair| {
                let (name, value) = pair.trim().split_once('=')?;
                (name == preference.cookie()).then_some(value)
            })
        };
        fn parse<T: FromStr>(value: Option<&str>) -> Option<T> {
            value.and_then(|value| value.parse().ok())
        }
        Self {
            locale: parse(cookie(Preference::Language))
                .unwrap_or_else(|| Locale::preferred(accept_language)),
            theme: parse(cookie(Preference::Theme)).unwrap_or_default(),
            region: parse(cookie(Preference::Region)).unwrap_or_default(),
            narrow_navigation: cookie(Preference::Navigation) == Some("narrow"),
        }
    }
}

/// The preferences of this page.
#[must_use]
pub fn use_preferences() -> Preferences {
    use_context().unwrap_or_default()
}

/// The region whose groups are shown.
#[must_use]
pub fn use_region() -> Region {
    use_preferences().region
}

/// All texts in the language of this page; in server functions too.
#[must_use]
pub fn use_texts() -> &'static Texts {
    use_preferences().locale.texts()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_goes_before_the_browsers_language() {
        let preferences =
            Preferences::from_headers("a=b; paifang_language=en; paifang_theme=dark", "zh-CN");
        assert_eq!((preferences.locale, preferences.theme), (Locale::En, Theme::Dark));
        assert_eq!(Preferences::from_headers("", "zh-CN,en;q=0.5").locale, Locale::Zh);
    }

    #[test]
    fn a_broken_cookie_counts_as_none() {
        let preferences = Preferences::from_headers("paifang_theme=pink; paifang_region=moon", "");
        assert_eq!(preferences, Preferences::default());
    }
}
