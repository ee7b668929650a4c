//! The console's icons: one set (Lucide, ISC licence), inlined, 16 px.

use leptos::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Activity,
    Alert,
    Api,
    Book,
    Check,
    ChevronDown,
    ChevronLeft,
    ChevronRight,
    Clock,
    Close,
    Copy,
    Download,
    Edit,
    Eye,
    EyeOff,
    Flask,
    Funnel,
    Gauge,
    Globe,
    Group,
    Info,
    Key,
    Language,
    Lock,
    Map,
    Menu,
    More,
    Narrow,
    Overview,
    Plus,
    Refresh,
    Rocket,
    Search,
    Shield,
    SignOut,
    Signature,
    SortDown,
    SortUp,
    Sun,
    Trash,
    Unlock,
    Upload,
    User,
    Warning,
    Wide,
}

impl Glyph {
    /// What is inside the `<svg>`, for a box of 24 by 24.
    #[expect(clippy::too_many_lines, reason = "a table: one line for each icon")]
    fn shapes(self) -> &'static str {
        match self {
            Self::Activity => r#"<path d="M22 12h-4l-3 9L9 3l-3 9H2"/>"#,
            Self::Alert => r#"<circle cx="12" cy="12" r="10"/><path d="M12 8v4M12 16h.01"/>"#,
            Self::Api => r#"<path d="m18 16 4-4-4-4M6 8l-4 4 4 4M14.5 4l-5 16"/>"#,
            Self::Book => {
                r#"<path d="M4 19.5v-15A2.5 2.5 0 0 1 6.5 2H20v20H6.5a2.5 2.5 0 0 1 0-5H20"/>"#
            }
            Self::Check => r#"<path d="M20 6 9 17l-5-5"/>"#,
            Self::ChevronDown => r#"<path d="m6 9 6 6 6-6"/>"#,
            Self::ChevronLeft => r#"<path d="m15 18-6-6 6-6"/>"#,
            Self::ChevronRight => r#"<path d="m9 18 6-6-6-6"/>"#,
            Self::Clock => r#"<circle cx="12" cy="12" r="10"/><path d="M12 6v6l4 2"/>"#,
            Self::Close => r#"<path d="M18 6 6 18M6 6l12 12"/>"#,
            Self::Copy => {
                r#"<rect width="14" height="14" x="8" y="8" rx="2"/><path d="M4 16a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2"/>"#
            }
            Self::Download => {
                r#"<path d="M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4M7 10l5 5 5-5M12 15V3"/>"#
            }
            Self::Edit => {
                r#"<path d="M17 3a2.85 2.83 0 1 1 4 4L7.5 20.5 2 22l1.5-5.5ZM15 5l4 4"/>"#
            }
            Self::Eye => {
                r#"<path d="M2 12s3-7 10-7 10 7 10 7-3 7-10 7-10-7-10-7Z"/><circle cx="12" cy="12" r="3"/>"#
            }
            Self::EyeOff => {
                r#"<path d="M9.9 4.2A9 9 0 0 1 12 4c7 0 10 7 10 7a13 13 0 0 1-1.7 2.7M6.6 6.6A13.5 13.5 0 0 0 2 11s3 7 10 7a9.7 9.7 0 0 0 5.4-1.6M2 2l20 20M9.9 9.9a3 3 0 1 0 4.2 4.2"/>"#
            }
            Self::Flask => {
                r#"<path d="M10 2v7.5L4.7 19a2 2 0 0 0 1.8 3h11a2 2 0 0 0 1.8-3L14 9.5V2M8.5 2h7M7 16h10"/>"#
            }
            Self::Funnel => r#"<path d="M22 3H2l8 9.5V19l4 2v-8.5Z"/>"#,
            Self::Gauge => r#"<path d="m12 14 4-4M3.3 19a10 10 0 1 1 17.4 0"/>"#,
            Self::Globe => {
                r#"<circle cx="12" cy="12" r="10"/><path d="M12 2a14.5 14.5 0 0 0 0 20 14.5 14.5 0 0 0 0-20M2 12h20"/>"#
            }
            Self::Group => r#"<path d="m12 2 9 5-9 5-9-5ZM3 12l9 5 9-5M3 17l9 5 9-5"/>"#,
            Self::Info => r#"<circle cx="12" cy="12" r="10"/><path d="M12 16v-4M12 8h.01"/>"#,
            Self::Key => {
                r#"<circle cx="7.5" cy="15.5" r="5.5"/><path d="m21 2-9.6 9.6M15.5 7.5l3 3L22 7l-3-3"/>"#
            }
            Self::Language => {
                r#"<path d="m5 8 6 6M4 14l6-6 2-3M2 5h12M7 2h1M22 22l-5-10-5 10M14 18h6"/>"#
            }
            Self::Lock => {
                r#"<rect width="18" height="11" x="3" y="11" rx="2"/><path d="M7 11V7a5 5 0 0 1 10 0v4"/>"#
            }
            Self::Map => {
                r#"<path d="M20 10c0 6-8 12-8 12s-8-6-8-12a8 8 0 0 1 16 0Z"/><circle cx="12" cy="10" r="3"/>"#
            }
            Self::Menu => r#"<path d="M4 6h16M4 12h16M4 18h16"/>"#,
            Self::More => {
                r#"<circle cx="12" cy="12" r="1"/><circle cx="19" cy="12" r="1"/><circle cx="5" cy="12" r="1"/>"#
            }
            Self::Narrow => {
                r#"<rect width="18" height="18" x="3" y="3" rx="2"/><path d="M9 3v18M16 15l-3-3 3-3"/>"#
            }
            Self::Overview => {
                r#"<rect width="7" height="9" x="3" y="3" rx="1"/><rect width="7" height="5" x="14" y="3" rx="1"/><rect width="7" height="9" x="14" y="12" rx="1"/><rect width="7" height="5" x="3" y="16" rx="1"/>"#
            }
            Self::Plus => r#"<path d="M5 12h14M12 5v14"/>"#,
            Self::Refresh => {
                r#"<path d="M3 12a9 9 0 0 1 9-9 9.8 9.8 0 0 1 6.7 2.7L21 8M21 3v5h-5M21 12a9 9 0 0 1-9 9 9.8 9.8 0 0 1-6.7-2.7L3 16M8 16H3v5"/>"#
            }
            Self::Rocket => {
                r#"<path d="M4.5 16.5c-1.5 1.3-2 5-2 5s3.7-.5 5-2c.7-.8.7-2.1-.1-2.9a2.2 2.2 0 0 0-2.9-.1ZM12 15l-3-3a22 22 0 0 1 2-4A12.9 12.9 0 0 1 22 2c0 2.7-.8 7.5-6 11a22 22 0 0 1-4 2M9 12H4s.6-3 2-4c1.6-1.1 5 0 5 0M12 15v5s3-.6 4-2c1.1-1.6 0-5 0-5"/>"#
            }
            Self::Search => r#"<circle cx="11" cy="11" r="8"/><path d="m21 21-4.3-4.3"/>"#,
            Self::Shield => {
                r#"<path d="M20 13c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9V5c3 0 6-1 8-3 2 2 5 3 8 3ZM9 12l2 2 4-4"/>"#
            }
            Self::SignOut => {
                r#"<path d="M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4M16 17l5-5-5-5M21 12H9"/>"#
            }
            Self::Signature => {
                r#"<path d="m21 17-2.2-2.1a1.9 1.9 0 0 0-2.6 0L14 17l-1.9-1.9a2 2 0 0 0-2.8 0L3 21M3 15.5c2.3-3.4 6.5-10 8.5-10 1.2 0 1.8.9 1.5 2.5-.5 2.7-3.4 6-6 6-1.8 0-2.6-1-2.2-2.5"/>"#
            }
            Self::SortDown => r#"<path d="M12 5v14M19 12l-7 7-7-7"/>"#,
            Self::SortUp => r#"<path d="M12 19V5M5 12l7-7 7 7"/>"#,
            Self::Sun => {
                r#"<circle cx="12" cy="12" r="4"/><path d="M12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M6.3 17.7l-1.4 1.4M19.1 4.9l-1.4 1.4"/>"#
            }
            Self::Trash => {
                r#"<path d="M3 6h18M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2M10 11v6M14 11v6"/>"#
            }
            Self::Unlock => {
                r#"<rect width="18" height="11" x="3" y="11" rx="2"/><path d="M7 11V7a5 5 0 0 1 9.9-1"/>"#
            }
            Self::Upload => {
                r#"<path d="M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4M17 8l-5-5-5 5M12 3v12"/>"#
            }
            Self::User => {
                r#"<path d="M19 21v-2a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4v2"/><circle cx="12" cy="7" r="4"/>"#
            }
            Self::Warning => {
                r#"<path d="m21.7 18-8-14a2 2 0 0 0-3.5 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.7-3M12 9v4M12 17h.01"/>"#
            }
            Self::Wide => {
                r#"<rect width="18" height="18" x="3" y="3" rx="2"/><path d="M9 3v18M14 9l3 3-3 3"/>"#
            }
        }
    }
}

/// An icon; decoration only, so the word always stands beside it or in a label.
#[component]
pub fn Icon(
    /// Which one.
    glyph: Glyph,
    /// More classes.
    #[prop(optional, into)]
    class: String,
) -> impl IntoView {
    view! {
        <svg class=format!("icon {class}") viewBox="0 0 24 24" aria-hidden="true" inner_html=glyph.shapes()></svg>
    }
}
