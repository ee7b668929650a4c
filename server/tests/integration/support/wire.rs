//! The wire to a database, which can be cut and mended.

use std::{net::SocketAddr, sync::Arc};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// Forwards connections to a database, unless it is cut.
pub(crate) struct Wire {
    address: SocketAddr,
    whole: Arc<watch::Sender<bool>>,
}

impl Wire {
    /// Lays one to `database`.
    pub(crate) async fn to(database: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let whole = Arc::new(watch::Sender::new(true));
        let state = Arc::clone(&whole);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // Dropped when it is cut: the client sees its connection closed.
                if *state.borrow() {
                    tokio::spawn(forward(client, database, state.subscribe()));
                }
            }
        });
        Self { address, whole }
    }

    /// `url` with this wire in the database's place.
    pub(crate) fn instead_of(&self, database: SocketAddr, url: &str) -> String {
        url.replace(&database.to_string(), &self.address.to_string())
    }

    /// Breaks all connections; new ones are closed at once.
    pub(crate) fn cut(&self) {
        self.whole.send_replace(false);
    }

    /// Forwards again.
    pub(crate) fn mend(&self) {
        self.whole.send_replace(true);
    }
}

async fn forward(mut client: TcpStream, database: SocketAddr, mut whole: watch::Receiver<bool>) {
    let Ok(mut server) = TcpStream::connect(database).await else { return };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = whole.wait_for(|whole| !whole) => {}
    }
}
