//! The backend in the publish dialog.

use super::{
    balanced_fields::{HealthSection, LimitSection, TargetFields},
    choices::Choices,
    preview::Chosen,
    publish::Earlier,
};
use crate::{
    components::{
        Choice, Glyph, Icon, RadioGroup, TextField, form::FormContext, scripted::use_scripted,
    },
    contexts::use_texts,
    forms::{balanced::BalancedForm, deployments::PublishForm},
    server_fns::deployments::Publish,
};
use domain::{BackendAddress, DomainError, Environment};
use leptos::{
    form::FromFormData,
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, FormData, HtmlFormElement},
};

/// Mock, an address, or several: at first what the environment has now; what was typed stays when another environment is
/// chosen.
#[component]
pub(super) fn BackendFields(
    choices: StoredValue<Choices>,
    chosen: Chosen,
    earlier: Earlier,
) -> impl IntoView {
    let typed = RwSignal::new(None::<PublishForm>);
    // What was chosen or typed goes before what runs there; neither rebuilds the fields.
    let frame = NodeRef::<html::Div>::new();
    let hear = move || {
        if let Some(form) = frame.try_get_untracked().flatten().and_then(|frame| read(&frame)) {
            chosen.backend.set(form.service(&mut Vec::new()));
            typed.set(Some(form));
        }
    };
    let fields = move || {
        let environment = chosen.environment.get();
        let first =
            typed.get_untracked().unwrap_or_else(|| at_first(choices, environment, earlier));
        chosen.backend.set(first.service(&mut Vec::new()));
        view! { <Fields first/> }
    };
    view! {
        <div
            class="stack"
            node_ref=frame
            on:input=move |_| hear()
            on:change=move |_| hear()
            // A row that is removed says nothing itself; it is gone once its button has done its work. The dialog may be,
            // too: then there is no frame any more.
            on:click=move |_| request_animation_frame(hear)
        >
            {fields}
        </div>
    }
}

/// The form that this stands in, as it is filled in now.
fn read(frame: &Element) -> Option<PublishForm> {
    let form = frame.closest("form").ok()??.dyn_into::<HtmlFormElement>().ok()?;
    let data = FormData::new_with_form(&form).ok()?;
    Publish::from_form_data(&data).ok().map(|publish| publish.form)
}

/// What was typed before the page was rendered, and else the backend that the environment has now.
fn at_first(
    choices: StoredValue<Choices>,
    environment: Environment,
    earlier: Earlier,
) -> PublishForm {
    let mut first = choices.with_value(|choices| {
        let running = choices.running(environment).map(|view| &view.deployment.backend);
        PublishForm::of_backend(running)
    });
    if let Some(kind) = earlier.get("form[backend]") {
        first.backend = kind;
    }
    if let Some(address) = earlier.get("form[backend_url]") {
        first.backend_url = address;
    }
    if let Some(more) = BalancedForm::typed(|name| earlier.get(&format!("form[more]{name}"))) {
        first.more = more;
    }
    first
}

#[component]
fn Fields(first: PublishForm) -> impl IntoView {
    let texts = use_texts();
    let (words, backends) = (&texts.deployments.publishing, texts.backends);
    let scripted = use_scripted();
    let PublishForm { backend: first_kind, backend_url, more, .. } = first;
    let kind = RwSignal::new(first_kind.clone());
    let is = move |wanted: &str| kind.with(|kind| kind == wanted);
    let hidden_unless = move |wanted: &'static str| move || scripted.get() && !is(wanted);
    let notice = move || {
        is("mock").then(|| {
            view! {
                <p class="notice notice-warning notice-line">
                    <Icon glyph=Glyph::Warning/> <span>{words.mock_notice}</span>
                </p>
            }
        })
    };
    // Open where something is said that would be overlooked otherwise.
    let is_said = more != BalancedForm { targets: more.targets.clone(), ..BalancedForm::default() };
    let form = expect_context::<FormContext>();
    let is_open = move || is_said || form.violations.with(|violations| !violations.is_empty());
    view! {
        <RadioGroup
            label=words.backend
            name="form[backend]"
            value=first_kind
            choices=vec![
                Choice::new("unique", words.backend_single),
                Choice::new("balanced", backends.several),
                Choice::new("mock", words.backend_mock),
            ]
            rule=words.backend_help
            inline=true
            on_change=move |value| kind.set(value)
        />
        {notice}
        <div hidden=hidden_unless("unique")>
            <TextField
                label=words.backend_url
                name="form[backend_url]"
                field="backendUrl"
                value=backend_url
                rule=words.backend_url_rule
                required=true
                placeholder="http://10.0.0.7:9000"
                mono=true
                check=check_address
            />
        </div>
        <div class="stack" hidden=hidden_unless("balanced")><TargetFields initial=more.clone()/></div>
        <details class="unfold" open=is_open hidden=move || scripted.get() && is("mock")>
            <summary>{backends.advanced}</summary>
            <div class="stack unfolded">
                <LimitSection initial=more.clone()/>
                <div class="stack" hidden=hidden_unless("balanced")><HealthSection initial=more/></div>
            </div>
        </details>
    }
}

fn check_address(text: &str) -> Option<DomainError> {
    text.parse::<BackendAddress>().err()
}
