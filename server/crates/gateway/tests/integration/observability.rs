//! What the gateway tells: figures for Prometheus, a line a call, the trace that a call belongs to.

use super::{
    hostile::{assert_counted, metric},
    jwt::issuer::Signer,
    support::{GROUP, ONLINE, TEST, World, address, echoed_headers, petstore, snapshot},
};
use domain::{BackendService, Environment, PublishedDeployment};
use gateway::{AccessLog, GatewaySettings, TraceExport};
use http::{Method, Request, StatusCode};
use serde_json::Value;
use std::{
    collections::HashSet,
    io::{self, Write},
    sync::{Arc, Mutex},
};
use testkit::{Behaviour, MockBackend, TestResponse, client::raw};

/// Lines that a test reads.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    /// Takes the first line, when it is whole.
    fn line(&self) -> Option<Vec<u8>> {
        let mut written = self.0.lock().unwrap();
        let end = written.iter().position(|byte| *byte == b'\n')?;
        Some(written.drain(..=end).collect())
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) struct Logged {
    pub(crate) world: World,
    log: AccessLog,
    written: Written,
}

impl Logged {
    async fn start() -> Self {
        Self::with(|backend| {
            petstore(Environment::Online, BackendService::Single { address: address(backend) })
        })
        .await
    }

    pub(crate) async fn with(deployment: impl FnOnce(&MockBackend) -> PublishedDeployment) -> Self {
        let written = Written::default();
        let log = AccessLog::start(written.clone()).unwrap();
        let settings =
            GatewaySettings { access_log: Some(log.clone()), ..GatewaySettings::default() };
        let world = World::with(settings, |backend| vec![deployment(backend)]).await;
        Self { world, log, written }
    }

    /// The next line.
    pub(crate) async fn line(&self) -> Value {
        loop {
            self.log.flush();
            if let Some(line) = self.written.line() {
                return serde_json::from_slice(&line).unwrap();
            }
            tokio::task::yield_now().await;
        }
    }

    async fn get(&self, traceparent: &[&str]) -> (TestResponse, Value) {
        let mut request = Request::get("/petstore/pets").header("host", ONLINE);
        for value in traceparent {
            request = request.header("traceparent", *value);
        }
        let response =
            self.world.client.send(request.header("tracestate", "a=1").body("").unwrap()).await;
        (response, self.line().await)
    }
}

#[tokio::test]
async fn a_call_is_one_line_in_the_originals_field_names() {
    let logged = Logged::start().await;
    let request = Request::post("/petstore/pets?secret=1")
        .header("host", ONLINE)
        .header("user-agent", "Go-http-client/1.1")
        .header("referer", "http://example.com/")
        .header("x-forwarded-for", "58.20.88.53");
    let response = logged.world.client.send(request.body("twelve bytes").unwrap()).await;
    let line = logged.line().await;
    let text = |name: &str| line[name].as_str().unwrap().to_owned();
    for (name, value) in [
        ("api_name", "create"),
        ("api_version", "0.0.1"),
        ("host", ONLINE),
        ("ip", "127.0.0.1"),
        ("method", "POST"),
        ("path", "/petstore/pets"),
        ("pin", "-"),
        ("referer", "http://example.com/"),
        ("req_id", response.header("x-jdcloud-request-id")),
        ("request_content_length", "12"),
        ("response_content_length", &response.body.len().to_string()),
        ("response_content_type", "application/json"),
        ("response_status", "200"),
        ("scheme", "http"),
        ("service_prod", "apim"),
        ("upstream_host", &logged.world.backend.address().to_string()),
        ("user_agent", "Go-http-client/1.1"),
        ("uuid", "-"),
        ("x_forwarded_for", "58.20.88.53"),
    ] {
        assert_eq!(text(name), value, "{name}");
    }
    assert!(
        text("proxy_time").parse::<f64>().is_ok()
            && text("upstream_response_time").parse::<f64>().is_ok()
    );
    assert!(line["time"].as_i64().unwrap() > 1_700_000_000_000);
    let original = r#"{"api_name":"-","api_version":"0.1.5","host":"x6jge78e6jen.cn-north-1.jdcloud-api.net","ip":"58.20.88.53","method":"GET","pin":"jdcloud-api-test","proxy_time":"0.001","referer":"-","req_id":"bica6hafvkui1vgb5o9gjo9ebahkt01a","request_content_length":"281","response_content_length":"1209","response_content_type":"application/json; charset=utf-8","response_status":"200","scheme":"http","service_prod":"apim","time":1553507141239,"upstream_host":"-","upstream_response_time":"0","user_agent":"Go-http-client/1.1","uuid":"-","x_forwarded_for":"58.20.88.53"}"#;
    let original: Value = serde_json::from_str(original).unwrap();
    let names = |line: &Value| line.as_object().unwrap().keys().cloned().collect::<HashSet<_>>();
    let more: HashSet<_> = names(&line).difference(&names(&original)).cloned().collect();
    assert_eq!(more, HashSet::from(["trace_id", "path", "cache"].map(str::to_owned)));
    assert!(names(&original).is_subset(&names(&line)));
}

#[tokio::test]
async fn the_line_of_a_call_with_a_token_says_whom_it_is_about_and_has_nothing_else_of_it() {
    let signer = Signer::ed_dsa();
    let logged =
        Logged::with(|backend| super::jwt::deployment(backend, signer.keys(), |_| {})).await;
    let token = signer.token(&super::jwt::claims());
    assert_eq!(super::jwt::call_with(&logged.world, &token).await.status, StatusCode::OK);
    let line = logged.line().await;
    assert_eq!((&line["subject"], &line["pin"]), (&"ada".into(), &"-".into()));
    assert!(token.split('.').all(|part| !line.to_string().contains(part)));
    logged.world.client.get(ONLINE, "/petstore/pets").await;
    assert_eq!(logged.line().await.get("subject"), None);
}

#[tokio::test]
async fn refused_and_broken_calls_have_their_line_too() {
    let logged = Logged::start().await;
    logged.world.client.get("nowhere.example", "/").await;
    let line = logged.line().await;
    assert_eq!(
        (&line["response_status"], &line["host"]),
        (&"404".into(), &"nowhere.example".into())
    );
    assert_eq!((&line["api_name"], &line["upstream_host"]), (&"-".into(), &"-".into()));
    logged.world.client.get(ONLINE, "/petstore/nothing").await;
    let line = logged.line().await;
    assert_eq!((&line["response_status"], &line["api_version"]), (&"404".into(), &"0.0.1".into()));
    logged.world.backend.behave(Behaviour::DieMidBody);
    let get = format!("GET /petstore/pets HTTP/1.1\r\nhost: {ONLINE}\r\n\r\n");
    raw(logged.world.address(), get).await;
    let line = logged.line().await;
    assert_eq!(
        (&line["response_status"], &line["response_content_length"]),
        (&"200".into(), &"4".into())
    );
}

#[tokio::test]
async fn a_call_belongs_to_the_trace_that_its_caller_names() {
    let logged = Logged::start().await;
    let sent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let (response, line) = logged.get(&[sent]).await;
    let forwarded = echoed_headers(&response);
    assert_eq!(
        (&forwarded["traceparent"], &forwarded["tracestate"]),
        (&sent.parse().unwrap(), &"a=1".parse().unwrap())
    );
    assert_eq!(line["trace_id"], "0af7651916cd43dd8448eb211c80319c");
}

#[tokio::test]
async fn a_call_without_a_valid_trace_begins_one_where_calls_are_written_down() {
    let logged = Logged::start().await;
    let mut ids = HashSet::new();
    let bad = "00-00000000000000000000000000000000-b7ad6b7169203331-01";
    for sent in [&[][..], &[bad], &["nonsense"]] {
        let (response, line) = logged.get(sent).await;
        let forwarded = echoed_headers(&response);
        let made = forwarded["traceparent"].to_str().unwrap();
        let parts: Vec<_> = made.split('-').map(str::len).collect();
        assert_eq!(parts, [2, 32, 16, 2], "{made}");
        assert_eq!(line["trace_id"], made[3..35]);
        assert!(!forwarded.contains_key("tracestate"));
        ids.insert(made.to_owned());
    }
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn without_an_access_log_a_trace_passes_as_it_is_and_none_is_made() {
    let world = World::start().await;
    let forwarded = echoed_headers(&world.client.get(ONLINE, "/petstore/pets").await);
    assert!(!forwarded.contains_key("traceparent"));
    let request = Request::get("/petstore/pets").header("host", ONLINE).header("traceparent", "x");
    let forwarded = echoed_headers(&world.client.send(request.body("").unwrap()).await);
    assert_eq!(forwarded["traceparent"], "x");
}

/// The spans that a collector got, once there are so many.
async fn spans(export: &TraceExport, collector: &MockBackend) -> Vec<Value> {
    let export = export.clone();
    tokio::task::spawn_blocking(move || export.flush()).await.unwrap();
    let sent = collector.last().unwrap();
    assert_eq!((sent.method.as_str(), sent.target.as_str()), ("POST", "/v1/traces"));
    assert_eq!(sent.header("content-type"), ["application/json"]);
    let message: Value = serde_json::from_slice(&sent.body).unwrap();
    message["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().clone()
}

async fn exporting(percent: u8) -> (World, TraceExport, MockBackend) {
    let collector = MockBackend::start().await;
    let export = TraceExport::start(collector.url().parse().unwrap(), percent).unwrap();
    let settings =
        GatewaySettings { trace_export: Some(export.clone()), ..GatewaySettings::default() };
    let world = World::with(settings, |backend| {
        let address = address(backend);
        vec![petstore(Environment::Online, BackendService::Single { address })]
    })
    .await;
    (world, export, collector)
}

#[tokio::test]
async fn a_call_is_exported_as_a_span_between_its_callers_and_its_backends() {
    let (world, export, collector) = exporting(0).await;
    let sent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = Request::get("/petstore/pets?secret=1").header("host", ONLINE);
    let request = request.header("traceparent", sent).header("tracestate", "a=1");
    let response = world.client.send(request.body("").unwrap()).await;
    let forwarded = echoed_headers(&response);
    let told = forwarded["traceparent"].to_str().unwrap().to_owned();
    // Another call, of a trace that its beginner does not sample.
    let request = Request::get("/petstore/pets").header("host", ONLINE);
    let unsampled = request.header("traceparent", sent.replace("-01", "-00"));
    world.client.send(unsampled.body("").unwrap()).await;

    let spans = spans(&export, &collector).await;
    assert_eq!(spans.len(), 1, "{spans:?}");
    let span = &spans[0];
    assert_eq!(
        (&span["traceId"], &span["parentSpanId"]),
        (&sent[3..35].into(), &sent[36..52].into())
    );
    assert_eq!(told, format!("00-{}-{}-01", &sent[3..35], span["spanId"].as_str().unwrap()));
    assert_eq!(forwarded["tracestate"], "a=1");
    assert_eq!((&span["name"], &span["kind"]), (&"GET list".into(), &2.into()));
    let time = |name: &str| span[name].as_str().unwrap().parse::<u128>().unwrap();
    assert!(time("startTimeUnixNano") < time("endTimeUnixNano"));
    let text = span.to_string();
    assert!(!text.contains("secret"), "{text}");
    for attribute in [
        r#"{"key":"http.response.status_code","value":{"intValue":"200"}}"#,
        r#"{"key":"url.path","value":{"stringValue":"/petstore/pets"}}"#,
        &format!(r#"{{"key":"paifang.group","value":{{"stringValue":"{GROUP}"}}}}"#),
    ] {
        assert!(text.contains(attribute), "{attribute} is not in {text}");
    }
    assert_eq!(export.dropped(), 0);
}

#[tokio::test]
async fn a_collector_that_is_down_costs_spans_and_no_call() {
    let (world, export, collector) = exporting(100).await;
    collector.behave(Behaviour::Answer { status: 503, headers: Vec::new(), body: "".into() });
    for _ in 0..3 {
        assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 200);
    }
    assert_eq!(spans(&export, &collector).await.len(), 3);
    assert_eq!(export.dropped(), 3);
    assert_eq!(metric(&world, "paifang_spans_dropped_total"), 3);
    drop(collector);
    world.client.get(ONLINE, "/petstore/pets").await;
    let flushing = export.clone();
    tokio::task::spawn_blocking(move || flushing.flush()).await.unwrap();
    assert_eq!(export.dropped(), 4);
}

#[tokio::test]
async fn every_answer_tells_its_id_and_how_long_it_took() {
    let world = World::start().await;
    let response = world.client.get(ONLINE, "/petstore/pets").await;
    assert_eq!(response.header("x-jdcloud-request-id").len(), 32);
    for name in ["x-jdcloud-upstream-latency", "x-jdcloud-proxy-latency"] {
        assert!(response.header(name).parse::<u64>().is_ok(), "{name}");
    }
    let refused = world.client.get(ONLINE, "/nothing").await;
    assert_eq!(refused.header("x-jdcloud-request-id").len(), 32);
    assert_eq!(refused.header("x-jdcloud-upstream-latency"), "");
}

#[tokio::test]
async fn calls_are_counted_by_group_environment_and_class() {
    let world = World::with(GatewaySettings::default(), |backend| {
        let service = || BackendService::Single { address: address(backend) };
        vec![petstore(Environment::Online, service()), petstore(Environment::Test, service())]
    })
    .await;
    let class = |environment: &str, class: &str| {
        format!(
            r#"paifang_requests_total{{group="{GROUP}",environment="{environment}",class="{class}"}}"#
        )
    };
    for _ in 0..3 {
        world.client.get(ONLINE, "/petstore/pets").await;
    }
    world.client.get(TEST, "/petstore/nothing").await;
    world.backend.behave(Behaviour::Answer { status: 302, headers: Vec::new(), body: "".into() });
    world.client.get(TEST, "/petstore/pets").await;
    world.backend.behave(Behaviour::Answer { status: 503, headers: Vec::new(), body: "".into() });
    world.client.get(TEST, "/petstore/pets").await;
    // What was fetched for the monitoring page stays counted here, and nothing is counted twice.
    for round in 0..3 {
        assert_eq!(metric(&world, &class("online", "2xx")), 3, "{round}");
        for (name, count) in [("4xx", 1), ("3xx", 1), ("5xx", 1)] {
            assert_eq!(metric(&world, &class("test", name)), count, "{name} {round}");
        }
        assert_eq!(metric(&world, "paifang_request_duration_seconds_count"), 6);
        assert_eq!(metric(&world, r#"paifang_request_duration_seconds_bucket{le="+Inf"}"#), 6);
        assert!(round > 0 || !world.gateway.drain_traffic().is_empty());
    }
    world.backend.behave(Behaviour::Echo);
    world.client.get(ONLINE, "/petstore/pets").await;
    assert_eq!(metric(&world, &class("online", "2xx")), 4);
}

#[tokio::test]
async fn nothing_that_a_caller_sends_becomes_a_label() {
    let world = World::start().await;
    let before = samples(&world.gateway.metrics());
    for n in 0..200 {
        world.client.get(&format!("evil-{n}.example"), &format!("/{n}")).await;
        world.client.get(ONLINE, &format!("/petstore/none-{n}")).await;
        let method = Method::from_bytes(format!("M{n}").as_bytes()).unwrap();
        world.client.request(method, ONLINE, "/petstore/pets").await;
    }
    raw(world.address(), "nonsense\r\n\r\n").await;
    let metrics = world.gateway.metrics();
    // One more: the class of what this group refused; and what it took and gave.
    assert_eq!(samples(&metrics).len(), before.len() + 3, "{metrics}");
    assert!(!metrics.contains("evil"));
    assert_eq!(metric(&world, "paifang_unmatched_requests_total"), 200);
    assert_eq!(metric(&world, r#"paifang_refusals_total{reason="NOT_FOUND"}"#), 600);
    assert_counted(&world, r#"paifang_connections_closed_total{why="unreadable"}"#, 1).await;
}

#[tokio::test]
async fn what_is_published_no_more_is_counted_no_more() {
    let world = World::start().await;
    world.client.get(ONLINE, "/petstore/pets").await;
    assert!(world.gateway.metrics().contains(GROUP));
    assert_eq!(world.gateway.drain_traffic().len(), 1);
    world.gateway.replace(snapshot(Vec::new()));
    assert!(!world.gateway.metrics().contains(GROUP));
}

/// The names and labels of all samples, in a text that is checked for its form.
fn samples(metrics: &str) -> HashSet<String> {
    let mut families = HashSet::new();
    let mut found = HashSet::new();
    for line in metrics.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.splitn(3, ' ');
            let (kind, name) = (words.next().unwrap(), words.next().unwrap());
            assert!(matches!(kind, "HELP" | "TYPE"), "{line}");
            assert_eq!(
                kind == "HELP",
                families.insert(name.to_owned()),
                "a family is told once: {line}"
            );
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
        let name = sample.split('{').next().unwrap();
        let is_known = families.iter().any(|family| name.starts_with(family.as_str()));
        assert!(is_known, "{line}");
        assert!(found.insert(sample.to_owned()), "{line} is there twice");
    }
    found
}
