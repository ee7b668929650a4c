//! A console for a test, and a browser that asks it.

use app::server_fns::accounts::SignIn;
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
    response::Response,
};
use domain::{Account, NewAccount, Secret};
use http_body_util::BodyExt;
use leptos::prelude::LeptosOptions;
use server_fn::ServerFn;
use services::{GatewayAddresses, Services, ServicesSettings, VaultKey};
use std::{net::Ipv4Addr, sync::Arc};
use store::Store;
use testkit::database::TestDatabase;
use tower::ServiceExt;
use tower_sessions::{MemoryStore, SessionManagerLayer};

pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A console over an empty database, and a browser's cookies.
pub(crate) struct Browser {
    router: Router,
    cookies: Vec<(String, String)>,
    pub(crate) services: Services,
    _database: Arc<TestDatabase>,
}

/// An answer, read to its end.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) location: String,
    pub(crate) body: String,
}

impl Browser {
    pub(crate) async fn start() -> Self {
        let database = TestDatabase::sqlite();
        let store = Store::connect(database.url()).await.unwrap();
        store.migrate().await.unwrap();
        let addresses = GatewayAddresses { domain: "localhost".into(), bases: Vec::new() };
        let settings = ServicesSettings::new(vec![VaultKey::from_bytes([7; 32])], addresses);
        let services = Services::open(settings, store).await.unwrap();
        let options = LeptosOptions::builder().output_name("paifang").build();
        let bundle = app::Bundle { js: "a.js".into(), wasm: "a.wasm".into(), css: "a.css".into() };
        let router = app::router(services.clone(), Some(bundle), options)
            .layer(SessionManagerLayer::new(MemoryStore::default()).with_secure(false));
        Self { router, cookies: Vec::new(), services, _database: Arc::new(database) }
    }

    /// The same, with an account that is signed in.
    pub(crate) async fn signed_in() -> Self {
        let mut browser = Self::start().await;
        browser.account().await;
        browser.sign_in().await;
        browser
    }

    /// Another browser at the same console, that nobody has signed in with.
    pub(crate) fn elsewhere(&self) -> Self {
        Self {
            router: self.router.clone(),
            cookies: Vec::new(),
            services: self.services.clone(),
            _database: Arc::clone(&self._database),
        }
    }

    pub(crate) async fn sign_in(&mut self) {
        let page = self.submit::<SignIn>("/sign-in", &credentials(PASSWORD)).await;
        assert_eq!(page.location, "/", "{}", page.body);
    }

    /// Makes the account, without signing in.
    pub(crate) async fn account(&self) -> Account {
        let new = NewAccount { email: EMAIL.into(), password: Secret::new(PASSWORD) };
        self.services.accounts().register(new, Ipv4Addr::LOCALHOST.into()).await.unwrap()
    }

    /// Opens a page.
    pub(crate) async fn open(&mut self, path: &str) -> Page {
        let request = Request::get(path).header(header::ACCEPT, "text/html");
        self.send(request, Body::empty()).await
    }

    /// Opens a page with another header.
    pub(crate) async fn open_with(&mut self, path: &str, name: &str, value: &str) -> Page {
        let request = Request::get(path).header(header::ACCEPT, "text/html").header(name, value);
        self.send(request, Body::empty()).await
    }

    /// Sends a form of the page `from` as a browser without JavaScript does.
    pub(crate) async fn submit<F: ServerFn>(
        &mut self,
        from: &str,
        fields: &[(&str, &str)],
    ) -> Page {
        let request = Request::post(F::PATH)
            .header(header::ACCEPT, "text/html,application/xhtml+xml")
            .header(header::REFERER, format!("http://localhost{from}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, Body::from(encoded(fields))).await
    }

    /// Calls a server function as the console's own code does.
    pub(crate) async fn call(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = Request::post(path)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(encoded(fields))).await
    }

    pub(crate) async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Page {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request
            .header(header::HOST, "localhost")
            .header(header::COOKIE, cookies.join("; "))
            .body(body)
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        self.keep_cookies(&response);
        let status = response.status();
        let location = response.headers().get(header::LOCATION);
        let location = location.map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Page { status, location, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn keep_cookies(&mut self, response: &Response) {
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

impl Page {
    /// The page says `text`, whatever the markup around it.
    pub(crate) fn says(&self, text: &str) -> bool {
        self.body.contains(text)
    }
}

pub(crate) fn credentials(password: &str) -> [(&str, &str); 3] {
    [("form[email]", EMAIL), ("form[password]", password), ("__go", "/")]
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", app::paths::encode(name), app::paths::encode(value)))
        .collect();
    pairs.join("&")
}
