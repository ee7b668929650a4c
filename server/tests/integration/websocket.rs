//! WebSocket through the whole server, by the gateway's port and by the console's.

use crate::support::TestServer;
use domain::BackendService;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{accept_async, client_async, tungstenite::Message};

#[tokio::test]
async fn a_websocket_passes_at_either_port() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut socket = accept_async(stream).await.unwrap();
            while let Some(Ok(message)) = socket.next().await {
                if message.is_text() {
                    socket.send(message).await.unwrap();
                }
            }
        }
    });
    let server = TestServer::start().await;
    let group = server.petstore(domain::AuthType::None).await;
    server.publish(&group, BackendService::Single { address }).await;
    let url = format!("ws://{}/petstore/pets/1", server.host(&group));
    for port in [server.gateway(), server.console()] {
        let stream = TcpStream::connect(port).await.unwrap();
        let (mut client, _) = client_async(&url, stream).await.unwrap();
        client.send("hello".into()).await.unwrap();
        assert_eq!(client.next().await.unwrap().unwrap(), Message::from("hello"));
        client.close(None).await.unwrap();
    }
}
