//! What is asked of registries in bad weather: each fault at each read, over a raw connection.

use std::{
    io::ErrorKind,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use stationmaster_adapters::registry::{CargoRegistry, RegistryTarget};
use stationmaster_core::model::Observed;
use stationmaster_engine::ports::{PortError, Registry};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::Hours;

const LINE: &str =
    "{\"name\":\"sm-base\",\"vers\":\"1.0.0\",\"deps\":[],\"cksum\":\"ab\",\"features\":{},\"yanked\":false}\n";

/// What a server does to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Status(u16),
    /// 503, with this for `Retry-After`.
    Later(&'static str),
    /// The connection ends without a word.
    Closed,
    /// It ends within the body.
    Cut,
    /// A page of somebody on the way.
    Page,
    /// To itself.
    RedirectLoop,
    /// Nothing comes.
    Silence,
    /// A byte now and then, for ever.
    Dripping,
    /// More than there is memory, as fast as it goes.
    Endless,
}

/// Gone the second time that something is asked, if it is to pass.
const PASSING: [Fault; 13] = [
    Fault::Status(500),
    Fault::Status(502),
    Fault::Status(503),
    Fault::Status(504),
    Fault::Status(408),
    Fault::Status(429),
    Fault::Later("7"),
    Fault::Closed,
    Fault::Cut,
    Fault::Page,
    Fault::RedirectLoop,
    Fault::Silence,
    Fault::Dripping,
];

/// A registry that does this to the first requests whose path has this in it. Says how often it was asked for that.
async fn faulty(path: &'static str, fault: Fault, times: usize) -> (CargoRegistry, Hours, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let asked = Arc::new(AtomicUsize::new(0));
    let (count, home) = (Arc::clone(&asked), origin.clone());
    tokio::spawn(async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else { return };
            let (count, home) = (Arc::clone(&count), home.clone());
            tokio::spawn(async move { serve(stream, &home, path, fault, times, &count).await });
        }
    });
    let hours = Hours::new();
    let target = RegistryTarget::StandIn(format!("sparse+{origin}/index/"));
    (CargoRegistry::new(target, None).with_patience(hours.patience()), hours, asked)
}

async fn serve(mut stream: TcpStream, home: &str, path: &str, fault: Fault, times: usize, count: &AtomicUsize) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let asked = request.split(' ').nth(1).unwrap_or_default();
    let body = match asked {
        "/index/config.json" => format!("{{\"dl\":\"{home}\",\"api\":\"{home}\"}}"),
        "/index/sm/-b/sm-base" => LINE.to_owned(),
        _ => "{\"users\":[{\"id\":1,\"login\":\"alice\"}]}".to_owned(),
    };
    // What a redirect leads to is not counted.
    let is_it = asked.contains(path) && !asked.contains("?again");
    let meets = asked.contains("?again") || is_it && count.fetch_add(1, Ordering::SeqCst) < times;
    if meets {
        spoil(&mut stream, asked, fault, &body).await;
    } else {
        say(&mut stream, "200 OK", "", &body).await;
    }
}

async fn say(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let reply = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}");
    let _ = stream.write_all(reply.as_bytes()).await;
}

async fn spoil(stream: &mut TcpStream, asked: &str, fault: Fault, body: &str) {
    const OPEN: &[u8] = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
    match fault {
        Fault::Status(status) => say(stream, &format!("{status} Trouble"), "", "trouble").await,
        Fault::Later(when) => say(stream, "503 Trouble", &format!("retry-after: {when}\r\n"), "").await,
        Fault::Closed => {}
        Fault::Cut => {
            let (half, length) = (&body[..body.len() / 2], body.len());
            let _ =
                stream.write_all(format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{half}").as_bytes()).await;
        }
        Fault::Page => say(stream, "200 OK", "content-type: text/html\r\n", "<html>Welcome to this hotel</html>").await,
        Fault::RedirectLoop => {
            let path = asked.trim_end_matches("?again");
            say(stream, "302 Found", &format!("location: {path}?again\r\n"), "").await;
        }
        Fault::Silence => tokio::time::sleep(Duration::from_secs(30)).await,
        Fault::Dripping => {
            let _ = stream.write_all(OPEN).await;
            while stream.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Fault::Endless => {
            let _ = stream.write_all(OPEN).await;
            let piece = vec![b' '; 1 << 16];
            loop {
                match stream.write_all(&piece).await {
                    Ok(()) => {}
                    Err(error) => return assert_ne!(error.kind(), ErrorKind::OutOfMemory),
                }
            }
        }
    }
}

/// Everything that is read of a registry.
async fn all(registry: &CargoRegistry) -> Result<(), String> {
    match &registry.index(&["sm-base".to_owned()]).await["sm-base"] {
        Observed::Known(versions) if versions.len() == 1 => {}
        Observed::Known(versions) => panic!("what was not seen is not absent: {versions:?}"),
        Observed::Unknown(why) => return Err(why.clone()),
    }
    match registry.owners("sm-base").await {
        Ok(owners) => assert!(owners.contains("alice"), "{owners:?}"),
        Err(PortError::Failed { why, .. }) => return Err(why),
        Err(other) => panic!("{other:?}"),
    }
    Ok(())
}

const READS: [&str; 3] = ["config.json", "sm/-b/sm-base", "/owners"];

#[tokio::test(flavor = "multi_thread")]
async fn every_read_gets_through_weather_that_is_gone_the_next_time_and_says_that_it_asks_again() {
    for path in READS {
        for fault in PASSING {
            let (registry, hours, asked) = faulty(path, fault, 1).await;
            assert_eq!(all(&registry).await, Ok(()), "{fault:?} at {path}");
            assert_eq!(asked.load(Ordering::SeqCst), 2, "{fault:?} at {path}");
            let again = hours.again.lock().expect("lock").clone();
            assert_eq!(again.len(), 1, "{fault:?} at {path}: {again:?}");
            assert!(!again[0].why.is_empty() && again[0].whom.starts_with("the "), "{again:?}");
            if let Fault::Later(seconds) = fault {
                assert_eq!(hours.passed().as_secs().to_string(), seconds, "at {path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn weather_that_lasts_is_not_waited_out_and_what_was_not_read_is_unknown() {
    for path in READS {
        for fault in [Fault::Status(503), Fault::Closed, Fault::Page] {
            let (registry, hours, asked) = faulty(path, fault, usize::MAX).await;
            let why = all(&registry).await.expect_err("nothing was read");
            assert!(why.contains("asked 6 times in"), "{fault:?} at {path}: {why}");
            assert_eq!(asked.load(Ordering::SeqCst), 6, "{fault:?} at {path}");
            assert!(hours.passed().as_secs() < 120);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_not_asked_again() {
    for path in READS {
        for status in [400, 403, 418, 501] {
            let (registry, hours, asked) = faulty(path, Fault::Status(status), usize::MAX).await;
            let why = all(&registry).await.expect_err("refused");
            assert!(why.contains(&status.to_string()), "{status} at {path}: {why}");
            assert_eq!((asked.load(Ordering::SeqCst), hours.passed().as_secs()), (1, 0), "{status} at {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_wants_a_long_pause_is_left_alone() {
    let (registry, _hours, asked) = faulty("config.json", Fault::Later("900"), usize::MAX).await;
    let why = all(&registry).await.expect_err("not now");
    assert!(why.contains("left alone for 900 s"), "{why}");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_not_read_to_its_end() {
    for path in ["config.json", "/owners"] {
        let (registry, _hours, asked) = faulty(path, Fault::Endless, usize::MAX).await;
        let why = all(&registry).await.expect_err("too much");
        assert!(why.contains("more than 1 MB"), "{path}: {why}");
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}
