//! The dialogs over the list of platform keys, by `?dialog=`: create, the new SecretKey, enable, disable, delete.

use crate::{
    components::{
        ConfirmDialog, Copyable, Dialog, DialogActions, LinkButton, Loaded, NameValue, NameValues,
        PostForm, SubmitButton, TextArea, TextSkeleton, Variant, use_form,
    },
    contexts::{use_data, use_texts},
    pages::authorized_groups::KeyUsageView,
    paths,
    server_fns::{
        authorized_groups::get_key_usage,
        platform_keys::{
            CreatePlatformKey, DeletePlatformKey, SetPlatformKeyEnabled, reveal_platform_key,
        },
    },
};
use domain::{KeyId, KeyUsage, PlatformKeyId, RevealedPlatformKey};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The parameters that open a dialog.
const OPENED_BY: [(&str, Option<&str>); 2] = [("dialog", None), ("id", None)];

/// Shows the dialog that the URL asks for, for the key that it names.
#[component]
pub(super) fn KeyDialogs() -> impl IntoView {
    let params = use_query_map();
    let asked = Memo::new(move |_| {
        params.with(|params| {
            (params.get("dialog").unwrap_or_default(), params.get("id").unwrap_or_default())
        })
    });
    move || {
        let (dialog, id) = asked.get();
        let close_href =
            paths::with_query(paths::PLATFORM_KEYS, &params.get_untracked(), &OPENED_BY);
        match (dialog.as_str(), id.parse::<PlatformKeyId>().ok()) {
            ("create", _) => view! { <CreateDialog close_href/> }.into_any(),
            ("created", Some(id)) => view! { <CreatedDialog id close_href/> }.into_any(),
            ("enable", Some(id)) => view! { <EnableDialog id close_href/> }.into_any(),
            ("disable", Some(id)) => view! { <DisableDialog id close_href/> }.into_any(),
            ("delete", Some(id)) => view! { <DeleteDialog id close_href/> }.into_any(),
            _ => ().into_any(),
        }
    }
}

/// Makes a key pair; its SecretKey is shown next.
#[component]
fn CreateDialog(close_href: String) -> impl IntoView {
    let texts = use_texts();
    let t = texts.platform_keys;
    let form = use_form::<CreatePlatformKey>();
    let go = format!("{}?dialog=created&id={{id}}", paths::PLATFORM_KEYS);
    view! {
        <Dialog title=t.create close_href=close_href.clone()>
            <PostForm form go class="stack">
                <p class="text-muted">{(t.limit)()}</p>
                <TextArea
                    label=texts.common.description
                    name="description"
                    rule=(t.description_rule)()
                />
                <DialogActions close_href>
                    <SubmitButton label=t.create busy=t.creating/>
                </DialogActions>
            </PostForm>
        </Dialog>
    }
}

/// Shows the SecretKey of a key that was made some minutes ago at the most.
#[component]
fn CreatedDialog(id: PlatformKeyId, close_href: String) -> impl IntoView {
    let t = use_texts().platform_keys;
    let pair = use_data(move || id.clone(), reveal_platform_key);
    let close = close_href.clone();
    view! {
        <Dialog title=t.created_title close_href>
            <Loaded data=pair skeleton=|| view! { <TextSkeleton/> } let:pair>
                <div class="stack">
                    <Pair pair/>
                    <div class="form-actions">
                        <LinkButton href=close.clone() variant=Variant::Primary>{t.done}</LinkButton>
                    </div>
                </div>
            </Loaded>
        </Dialog>
    }
}

#[component]
fn Pair(pair: Option<RevealedPlatformKey>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.platform_keys;
    let copy = |what: &str| format!("{} {what}", texts.common.copy);
    let Some(pair) = pair else {
        return view! { <p class="notice notice-info">{(t.created_no_more)()}</p> }.into_any();
    };
    view! {
        <p class="notice notice-warning">{(t.created)()}</p>
        <NameValues>
            <NameValue name=t.access_key>
                <Copyable text=pair.id.to_string() label=copy(t.access_key)/>
            </NameValue>
            <NameValue name=t.secret_key>
                <Copyable text=pair.secret_key label=copy(t.secret_key)/>
            </NameValue>
        </NameValues>
    }
    .into_any()
}

#[component]
fn EnableDialog(id: PlatformKeyId, close_href: String) -> impl IntoView {
    let t = use_texts().platform_keys;
    let form = use_form::<SetPlatformKeyEnabled>();
    view! {
        <ConfirmDialog
            title=(t.enable_question)(id.as_str())
            form
            confirm=t.enable
            close_href
            notice=t.enabled_done
            danger=false
        >
            <input type="hidden" name="id" value=id.to_string()/>
            <input type="hidden" name="enabled" value="true"/>
            <p>{t.enable_consequences}</p>
        </ConfirmDialog>
    }
}

#[component]
fn DisableDialog(id: PlatformKeyId, close_href: String) -> impl IntoView {
    let t = use_texts().platform_keys;
    let form = use_form::<SetPlatformKeyEnabled>();
    view! {
        <ConfirmDialog
            title=(t.disable_question)(id.as_str())
            form
            confirm=t.disable
            close_href
            notice=t.disabled_done
        >
            <input type="hidden" name="id" value=id.to_string()/>
            <input type="hidden" name="enabled" value="false"/>
            <p>{t.disable_consequences}</p>
        </ConfirmDialog>
    }
}

#[component]
fn DeleteDialog(id: PlatformKeyId, close_href: String) -> impl IntoView {
    let asked = KeyId::from(id.clone());
    let usage = use_data(move || asked.clone(), get_key_usage);
    view! {
        <Loaded data=usage skeleton=|| () let:usage>
            <ConfirmDelete id=id.clone() usage close_href=close_href.clone()/>
        </Loaded>
    }
}

#[component]
fn ConfirmDelete(id: PlatformKeyId, usage: KeyUsage, close_href: String) -> impl IntoView {
    let t = use_texts().platform_keys;
    let form = use_form::<DeletePlatformKey>();
    let type_name = (!usage.bound.is_empty()).then(|| id.to_string());
    view! {
        <ConfirmDialog
            title=(t.delete_question)(id.as_str())
            form
            confirm=t.delete_confirm
            close_href
            notice=t.deleted
            nostrip:type_name=type_name
        >
            <input type="hidden" name="id" value=id.to_string()/>
            <p>{t.delete_consequences}</p>
            <KeyUsageView usage/>
        </ConfirmDialog>
    }
}
