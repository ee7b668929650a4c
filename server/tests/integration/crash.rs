//! Power cuts: whatever is interrupted, the last committed publish is what is served afterwards.

use crate::support::{Backend, config_in, get, online, petstore, registered};
use domain::{ApiGroup, AuthType, BackendService, Environment, PageQuery, Region, Secret};
use services::{Caller, Services};
use std::{
    env,
    io::{BufRead, BufReader, Lines},
    net::{IpAddr, Ipv4Addr},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

/// Tells [`publisher`] where to work, and what to publish.
const FOLDER: &str = "TEST_CRASH_FOLDER";
const ADDRESSES: &str = "TEST_CRASH_BACKENDS";

/// Not a test but the process that the test below kills: it publishes for ever, and says each publish that returned.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by the other test, as a process of its own"]
#[expect(clippy::print_stdout, reason = "how the other test learns of each publish")]
async fn publisher() {
    let (Some(folder), Some(addresses)) = (env::var_os(FOLDER), env::var_os(ADDRESSES)) else {
        return;
    };
    let running = server::run(&config_in(Path::new(&folder))).await.unwrap();
    let services = running.services();
    let caller = registered(services).await;
    let group = petstore(services, &caller, AuthType::None).await;
    let backends: Vec<BackendService> =
        addresses.to_str().unwrap().split(',').map(to_backend).collect();
    for number in 0_usize.. {
        let publish = online(backends[number % 2].clone(), &number.to_string());
        services.deployments().publish(&caller, &group.id, publish).await.unwrap();
        println!("published {number}");
    }
}

fn to_backend(address: &str) -> BackendService {
    BackendService::Single { address: address.parse().unwrap() }
}

/// A process that runs [`publisher`].
struct Publisher {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Publisher {
    fn start(folder: &Path, backends: &[Backend; 2]) -> Self {
        let addresses = backends.each_ref().map(|backend| match backend.service() {
            BackendService::Single { address } => address.to_string(),
            other => unreachable!("{other:?} is not one backend"),
        });
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "crash::publisher", "--ignored", "--nocapture"])
            .env(FOLDER, folder)
            .env(ADDRESSES, addresses.join(","))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The number of the next publish that it says, if it says one more.
    fn next(&mut self) -> Option<usize> {
        self.lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_before, number) = line.split_once("published ")?;
            number.trim().parse().ok()
        })
    }

    /// SIGKILL; the number of the last publish that it said.
    fn kill_after(mut self, publishes: usize) -> usize {
        let mut last = 0;
        for _ in 0..publishes {
            last = self.next().expect("it ended by itself");
        }
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        // What it had said before the signal came.
        while let Some(number) = self.next() {
            last = number;
        }
        last
    }
}

async fn the_account(services: &Services) -> Caller {
    let (email, password) = ("ada@example.com", Secret::new("correct horse battery"));
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    Caller::new(services.accounts().sign_in(email, password, here).await.unwrap())
}

async fn the_group(services: &Services, caller: &Caller) -> ApiGroup {
    let groups = services.api_groups().list(caller, Region::CnNorth1, PageQuery::default()).await;
    groups.unwrap().rows.remove(0).group
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_serves_the_last_committed_publish_when_it_starts_again() {
    let backends = [Backend::start("even").await, Backend::start("odd").await];
    for publishes in [1, 4, 9] {
        let folder = tempfile::tempdir().unwrap();
        let publisher = Publisher::start(folder.path(), &backends);
        let said =
            tokio::task::spawn_blocking(move || publisher.kill_after(publishes)).await.unwrap();

        let running = server::run(&config_in(folder.path())).await.unwrap();
        let services = running.services();
        let caller = the_account(services).await;
        let group = the_group(services, &caller).await;
        let deployments = services.deployments();
        let live = deployments.list(&caller, &group.id).await.unwrap().remove(0).deployment;
        let history = deployments
            .history(&caller, &group.id, Environment::Online, PageQuery::default())
            .await
            .unwrap();

        // The one that was said last, or the next, which was committed and not said any more.
        let number: usize = live.description.parse().unwrap();
        assert!((said..=said + 1).contains(&number), "{said} was said, {number} is live");
        assert_eq!(history.rows[0].description, live.description);
        assert!(history.rows[0].live);
        assert_eq!(history.total, u64::try_from(number).unwrap() + 1, "a publish is missing");
        let host = Environment::Online.host(&group.id, group.region, "localhost");
        let answer = get(running.gateway_addr(), &host, "/petstore/pets/1").await;
        assert_eq!(answer.json()["backend"], ["even", "odd"][number % 2]);
        running.shutdown().await;
    }
}
