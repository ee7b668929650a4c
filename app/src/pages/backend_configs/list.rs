//! The rules of each environment in their order, the default backend last.

use crate::{
    components::{
        ConfirmDialog, DataTable, EnvironmentBadge, Glyph, HeaderCell, Icon, LinkButton, Loaded,
        PostForm, TableSkeleton, use_form,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    pages::{api_groups::group_frame::use_group, deployments::BackendShown},
    paths,
    server_fns::backend_configs::{DeleteRoute, MoveRoute, list_routes},
};
use domain::{ApiGroupId, BackendConfig, BackendConfigId, EnvironmentRoutes, SimpleParameter};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// The rules of the group, and the dialog over them: `?dialog=delete&route=`.
#[component]
pub fn RouteListPage() -> impl IntoView {
    let group = use_group();
    let routes = use_data(
        move || group.id.get(),
        |group| async move {
            let group = group.ok_or(AppError::NotFound)?;
            Ok((group.clone(), list_routes(group).await?))
        },
    );
    view! {
        <Loaded data=routes skeleton=|| view! { <TableSkeleton/> } let:read>
            <Routes id=read.0 routes=read.1/>
        </Loaded>
    }
}

#[component]
fn Routes(id: ApiGroupId, routes: Vec<EnvironmentRoutes>) -> impl IntoView {
    let words = use_texts().backend_configs;
    let form = use_form::<MoveRoute>();
    let rules = routes.iter().flat_map(|routes| routes.rules.clone()).collect();
    let dialog = view! { <DeleteDialog id=id.clone() rules/> };
    let group = id.to_string();
    let sections =
        routes.into_iter().map(move |routes| view! { <EnvironmentSection id=id.clone() routes/> });
    view! {
        <p class="page-help">{words.help}</p>
        <PostForm form notice=words.moved class="stack">
            <input type="hidden" name="group" value=group/>
            {sections.collect_view()}
        </PostForm>
        {dialog}
    }
}

#[component]
fn EnvironmentSection(id: ApiGroupId, routes: EnvironmentRoutes) -> impl IntoView {
    let texts = use_texts();
    let words = texts.backend_configs;
    let EnvironmentRoutes { environment, rules, default_backend, apis_with_own_backend } = routes;
    let name = (texts.common.environment)(environment);
    let create = paths::new_route(&id, environment);
    let head = move || {
        view! {
            <HeaderCell label=words.order/>
            <HeaderCell label=words.conditions/>
            <HeaderCell label=words.backend/>
            <HeaderCell label=texts.common.description/>
            <HeaderCell label=texts.common.actions/>
        }
    };
    let last = rules.len();
    let rows = rules.into_iter().enumerate().map(move |(index, rule)| {
        view! { <RuleRow id=id.clone() rule first=index == 0 last=index + 1 == last/> }
    });
    let note = match (&default_backend, apis_with_own_backend) {
        (None, _) => Some(words.offline.to_owned()),
        (Some(_), 0) => None,
        (Some(_), count) => Some((words.own_backend)(count)),
    };
    let default = match default_backend {
        Some(backend) => view! { <BackendShown backend/> }.into_any(),
        None => view! { <span class="text-muted">{texts.common.none}</span> }.into_any(),
    };
    view! {
        <section class="card card-flush" id=environment.as_str()>
            <header class="card-header">
                <h2 class="card-title"><EnvironmentBadge environment/></h2>
                <LinkButton href=create glyph=Glyph::Plus label=(words.create_in)(name)>{words.create}</LinkButton>
            </header>
            <DataTable label=name head>
                {rows.collect_view()}
                <tr>
                    <th scope="row">{words.default}</th>
                    <td class="text-muted">{words.default_help}</td>
                    <td class="cell-backend">{default}</td>
                    <td></td>
                    <td></td>
                </tr>
            </DataTable>
            {note.map(|note| view! { <p class="card-foot">{note}</p> })}
        </section>
    }
}

#[component]
fn RuleRow(id: ApiGroupId, rule: BackendConfig, first: bool, last: bool) -> impl IntoView {
    let texts = use_texts();
    let words = texts.backend_configs;
    let place = rule.sort;
    let query = use_query_map().get_untracked();
    let path = use_location().pathname.get_untracked();
    let delete = [("dialog", Some("delete")), ("route", Some(rule.id.as_str()))];
    let delete = paths::with_query(&path, &query, &delete);
    let conditions = view! {
        <Conditions kind=words.query parameters=rule.query_params equals="="/>
        <Conditions kind=words.header parameters=rule.header_params equals=": "/>
    };
    view! {
        <tr class="row-top">
            <th scope="row">
                <span class="row-actions">
                    <span class="tabular-nums">{place}</span>
                    <MoveButton name="form[up]" rule=rule.id.clone() glyph=Glyph::SortUp label=(words.up_named)(place) disabled=first/>
                    <MoveButton name="form[down]" rule=rule.id.clone() glyph=Glyph::SortDown label=(words.down_named)(place) disabled=last/>
                </span>
            </th>
            <td><ul class="condition-list">{conditions}</ul></td>
            <td class="cell-backend"><BackendShown backend=rule.backend/></td>
            <td class="cell-text">{rule.description}</td>
            <td class="cell-actions">
                <div class="row-actions">
                    <a class="row-action" href=paths::route(&id, &rule.id) aria-label=(words.edit_named)(place)>
                        {texts.common.edit}
                    </a>
                    <a class="row-action" href=delete aria-label=(words.delete_named)(place)>{texts.common.delete}</a>
                </div>
            </td>
        </tr>
    }
}

/// Sends the form with the rule that it moves.
#[component]
fn MoveButton(
    name: &'static str,
    rule: BackendConfigId,
    glyph: Glyph,
    label: String,
    /// There is no place to move to.
    disabled: bool,
) -> impl IntoView {
    let title = label.clone();
    view! {
        <button
            type="submit"
            class="icon-button"
            name=name
            value=rule.to_string()
            aria-label=label
            title=title
            disabled=disabled
        >
            <Icon glyph/>
        </button>
    }
}

/// The conditions of one kind, a line each.
#[component]
fn Conditions(
    kind: &'static str,
    parameters: Vec<SimpleParameter>,
    equals: &'static str,
) -> impl IntoView {
    let lines = parameters.into_iter().map(|SimpleParameter { name, value }| {
        view! {
            <li>
                <span class="text-muted">{kind}</span> " "
                <span class="font-mono">{name}{equals}{value}</span>
            </li>
        }
    });
    lines.collect_view()
}

#[component]
fn DeleteDialog(id: ApiGroupId, rules: Vec<BackendConfig>) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let delete = query.get("dialog").as_deref() == Some("delete");
            query.get("route").filter(|_| delete)?.parse::<BackendConfigId>().ok()
        })
    });
    move || {
        let asked = asked.get()?;
        let rule = rules.iter().find(|rule| rule.id == asked)?.clone();
        Some(view! { <ConfirmDelete id=id.clone() rule/> })
    }
}

#[component]
fn ConfirmDelete(id: ApiGroupId, rule: BackendConfig) -> impl IntoView {
    let texts = use_texts();
    let words = texts.backend_configs;
    let form = use_form::<DeleteRoute>();
    let query = use_query_map().get_untracked();
    let path = use_location().pathname.get_untracked();
    let close_href = paths::with_query(&path, &query, &[("dialog", None), ("route", None)]);
    let name = (texts.common.environment)(rule.environment);
    view! {
        <ConfirmDialog
            title=(words.delete_question)(rule.sort, name)
            form
            confirm=words.delete_confirm
            close_href
            notice=words.deleted
        >
            <input type="hidden" name="group" value=id.to_string()/>
            <input type="hidden" name="route" value=rule.id.to_string()/>
            <p>{words.delete_consequences}</p>
        </ConfirmDialog>
    }
}
