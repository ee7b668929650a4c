//! The backend in the publish dialog.

use super::{choices::Choices, preview::Chosen, publish::Earlier};
use crate::{
    components::{Choice, Glyph, Icon, RadioGroup, TextField, scripted::use_scripted},
    contexts::use_texts,
};
use domain::{BackendAddress, BackendService, DomainError, Environment};
use leptos::prelude::*;

/// What the fields say; nothing while that is no address.
fn service(kind: &str, address: &str) -> Option<BackendService> {
    if kind == "mock" {
        return Some(BackendService::Mock);
    }
    address.parse().ok().map(|address| BackendService::Single { address })
}

/// Mock or an address: at first what the environment has now; what was typed stays when another environment is chosen.
#[component]
pub(super) fn BackendFields(
    choices: StoredValue<Choices>,
    chosen: Chosen,
    earlier: Earlier,
) -> impl IntoView {
    let kind = RwSignal::new(earlier.get("form[backend]"));
    let address = RwSignal::new(earlier.get("form[backend_url]"));
    move || {
        let current = current(choices, chosen.environment.get());
        // What was chosen or typed goes before what runs there; neither rebuilds the fields.
        let first_kind = kind.get_untracked().unwrap_or_else(|| current.0.clone());
        let first_address = address.get_untracked().unwrap_or(current.1);
        chosen.backend.set(service(&first_kind, &first_address));
        let first = StoredValue::new((first_kind.clone(), first_address.clone()));
        let tell = move || {
            let (first_kind, first_address) = first.get_value();
            let kind = kind.get_untracked().unwrap_or(first_kind);
            let address = address.get_untracked().unwrap_or(first_address);
            chosen.backend.set(service(&kind, &address));
        };
        view! { <Fields kind address first_kind first_address tell=Callback::new(move |()| tell())/> }
    }
}

/// Kind and address of the backend that the environment has now.
fn current(choices: StoredValue<Choices>, environment: Environment) -> (String, String) {
    choices.with_value(|choices| {
        match choices.running(environment).map(|view| &view.deployment.backend) {
            Some(BackendService::Mock) => ("mock".to_owned(), String::new()),
            Some(BackendService::Single { address }) => ("unique".to_owned(), address.to_string()),
            None => ("unique".to_owned(), String::new()),
        }
    })
}

#[component]
fn Fields(
    kind: RwSignal<Option<String>>,
    address: RwSignal<Option<String>>,
    first_kind: String,
    first_address: String,
    /// Tells the dialog what was chosen or typed.
    tell: Callback<()>,
) -> impl IntoView {
    let words = &use_texts().deployments.publishing;
    let scripted = use_scripted();
    let first = first_kind.clone();
    let mock = Memo::new(move |_| kind.get().unwrap_or_else(|| first.clone()) == "mock");
    let notice = move || {
        mock.get().then(|| {
            view! {
                <p class="notice notice-warning notice-line">
                    <Icon glyph=Glyph::Warning/> <span>{words.mock_notice}</span>
                </p>
            }
        })
    };
    view! {
        <RadioGroup
            label=words.backend
            name="form[backend]"
            value=first_kind
            choices=vec![
                Choice::new("unique", words.backend_single),
                Choice::new("mock", words.backend_mock),
            ]
            rule=words.backend_help
            inline=true
            on_change=move |value| {
                kind.set(Some(value));
                tell.run(());
            }
        />
        {notice}
        <div hidden=move || scripted.get() && mock.get()>
            <TextField
                label=words.backend_url
                name="form[backend_url]"
                field="backendUrl"
                value=first_address
                rule=words.backend_url_rule
                required=true
                placeholder="http://10.0.0.7:9000"
                mono=true
                check=check_address
                on_input=move |text| {
                    address.set(Some(text));
                    tell.run(());
                }
            />
        </div>
    }
}

fn check_address(text: &str) -> Option<DomainError> {
    text.parse::<BackendAddress>().err()
}
