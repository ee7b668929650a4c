//! What a page is rendered with, read before it is rendered; and who may see which page.

use super::{is_server_function, plain_forms::take_flash, preferences};
use crate::{
    contexts::{PageData, Preferences, Viewer},
    error::AppError,
    paths,
    server_fns::context::signed_in,
};
use axum::{
    extract::{Request, State},
    http::Uri,
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use services::Services;
use tower_sessions::Session;

/// Gives pages their [`PageData`]. Without an account there is only signing in and registering; with one, neither.
pub(super) async fn load(
    State(services): State<Services>,
    mut request: Request,
    next: Next,
) -> Response {
    if is_server_function(request.uri().path()) {
        return next.run(request).await;
    }
    let preferences = preferences(request.headers());
    let session = request.extensions().get::<Session>().cloned();
    let data = read(&services, session, preferences).await;
    let data = data.unwrap_or_else(|failure| PageData {
        preferences,
        failure: Some(failure),
        ..PageData::default()
    });
    let uri = request.uri().clone();
    if let Some(elsewhere) = redirect(&services, &uri, &data).await {
        return Redirect::to(&elsewhere).into_response();
    }
    request.extensions_mut().insert(data);
    next.run(request).await
}

async fn read(
    services: &Services,
    session: Option<Session>,
    preferences: Preferences,
) -> Result<PageData, AppError> {
    let mut data = PageData { preferences, ..PageData::default() };
    if let Some(session) = session {
        let account = signed_in(services, &session).await?;
        data.viewer = account.map(|account| Viewer { email: account.email, role: account.role });
        data.flash = take_flash(&session).await?;
    }
    Ok(data)
}

async fn redirect(services: &Services, uri: &Uri, data: &PageData) -> Option<String> {
    let path = uri.path();
    let public = matches!(path, paths::SIGN_IN | paths::REGISTER);
    if data.failure.is_some() || public != data.viewer.is_some() {
        return None;
    }
    if public {
        return Some(paths::OVERVIEW.to_owned());
    }
    // A fresh installation begins with its operator's registration.
    if services.accounts().count().await.is_ok_and(|count| count == 0) {
        return Some(paths::REGISTER.to_owned());
    }
    let here = uri.path_and_query().map_or(path, |here| here.as_str());
    Some(match here {
        paths::OVERVIEW => paths::SIGN_IN.to_owned(),
        here => paths::sign_in_and_return(here),
    })
}
