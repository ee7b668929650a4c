//! The backend behind the example: a small shop with its pets in memory, on a port of its own.

use bytes::Bytes;
use domain::BackendAddress;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::net::{TcpListener, TcpStream};

/// Largest pet, in bytes.
const BODY_MAX: usize = 64 * 1024;
/// Most pets; then the oldest is sold.
const PETS_MAX: usize = 10_000;

/// The running backend.
pub(crate) struct PetBackend {
    address: SocketAddr,
}

/// A shop's pets by their number.
type Pets = Arc<Mutex<BTreeMap<u64, Value>>>;

impl PetBackend {
    /// Opens the shop. It is open as long as the process runs.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub(crate) async fn start(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let pets: Pets = Arc::new(Mutex::new(first_pets()));
        tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((stream, _gateway)) => {
                        tokio::spawn(serve(stream, Arc::clone(&pets)));
                    }
                    // Out of file descriptors, as a rule.
                    Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
                }
            }
        });
        Ok(Self { address })
    }

    /// Where the gateway forwards to.
    pub(crate) fn address(&self) -> BackendAddress {
        // An address with a port is a backend address; there is no other way to be here.
        format!("http://{}", self.address)
            .parse()
            .unwrap_or_else(|_| unreachable!("{}", self.address))
    }
}

fn first_pets() -> BTreeMap<u64, Value> {
    let kinds = ["cat", "dog", "rabbit", "parrot", "tortoise", "goldfish"];
    (1_u64..)
        .zip(kinds)
        .map(|(id, kind)| (id, json!({ "id": id, "type": kind, "price": id * 25 })))
        .collect()
}

async fn serve(stream: TcpStream, pets: Pets) {
    let service = service_fn(move |request| {
        let pets = Arc::clone(&pets);
        async move { Ok::<_, Infallible>(answer(request, &pets).await) }
    });
    let mut http = http1::Builder::new();
    // A connection that breaks is the gateway's to notice.
    let _ended =
        http.timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, pets: &Pets) -> Response<Full<Bytes>> {
    let path = request.uri().path().to_owned();
    let path = path.strip_prefix("/petstore").unwrap_or(&path);
    match (request.method(), path.strip_prefix("/pets/"), path) {
        (&Method::GET, Some(id), _) => pet(id, pets),
        (&Method::POST, None, "/pets") => create(request, pets).await,
        (&Method::GET, None, "/function_test") => {
            // Something that takes its time.
            tokio::time::sleep(Duration::from_millis(25)).await;
            reply(
                StatusCode::OK,
                &json!({ "statusCode": 200, "headers": {}, "body": "hello from the pet shop" }),
            )
        }
        _ => {
            reply(StatusCode::NOT_FOUND, &json!({ "message": "the pet shop has no such counter" }))
        }
    }
}

fn pet(id: &str, pets: &Pets) -> Response<Full<Bytes>> {
    let pets = pets.lock().unwrap_or_else(PoisonError::into_inner);
    match id.parse().ok().and_then(|id: u64| pets.get(&id)) {
        Some(pet) => reply(StatusCode::OK, pet),
        None => {
            reply(StatusCode::NOT_FOUND, &json!({ "message": format!("there is no pet {id}") }))
        }
    }
}

async fn create(request: Request<Incoming>, pets: &Pets) -> Response<Full<Bytes>> {
    let body = Limited::new(request.into_body(), BODY_MAX).collect().await;
    let given = body.ok().and_then(|body| serde_json::from_slice::<Value>(&body.to_bytes()).ok());
    let Some(Value::Object(mut pet)) = given else {
        let message =
            json!({ "message": "a pet is a JSON object like {\"type\": \"cat\", \"price\": 12}" });
        return reply(StatusCode::BAD_REQUEST, &message);
    };
    let mut pets = pets.lock().unwrap_or_else(PoisonError::into_inner);
    let next = pets.keys().next_back().map_or(1, |last| last.saturating_add(1));
    let id = pet.get("id").and_then(Value::as_u64).unwrap_or(next);
    pet.insert("id".to_owned(), Value::from(id));
    let pet = Value::Object(pet);
    pets.insert(id, pet.clone());
    if pets.len() > PETS_MAX {
        pets.pop_first();
    }
    reply(StatusCode::OK, &json!({ "message": "welcome", "pet": pet }))
}

fn reply(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = status;
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
