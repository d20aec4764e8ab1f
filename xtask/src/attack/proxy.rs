//! Something between the program and a registry on loopback that lets one request meet a fault. It speaks just enough HTTP/1.1: one
//! request a connection, with a length.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection is closed before anything got through.
    Refused,
    /// It got through, and the answer is lost.
    AnswerLost,
    /// Half of the answer arrives.
    Truncated,
    /// It is answered with this status, and did not get through.
    Status(u16),
    /// 429 with a `Retry-After` of a second.
    Later,
    /// 200 with a page for people, and it did not get through.
    Page,
    /// 200 with nothing.
    Empty,
    /// 200 and then bytes that do not end.
    Endless,
    /// The answer comes byte by byte.
    Dripping,
}

impl Fault {
    /// All of them.
    pub(crate) const ALL: [Self; 12] = [
        Self::Refused,
        Self::AnswerLost,
        Self::Truncated,
        Self::Status(500),
        Self::Status(502),
        Self::Status(503),
        Self::Status(408),
        Self::Later,
        Self::Page,
        Self::Empty,
        Self::Endless,
        Self::Dripping,
    ];

    /// Whether it is plain bad weather: whoever asks once more gets through.
    pub(crate) fn is_gone_a_moment_later(self) -> bool {
        !matches!(self, Self::Page | Self::Empty | Self::Endless)
    }
}

/// What it saw and does.
#[derive(Default)]
struct State {
    /// The request that meets the fault, counted from 0.
    plan: Option<(usize, Fault)>,
    /// First lines of the requests so far.
    seen: Vec<String>,
}

/// A running proxy. It ends with the process that runs it, or when this is dropped.
pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    is_over: Arc<AtomicBool>,
}

impl Proxy {
    /// Stand before this address.
    pub(crate) fn before(registry: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let proxy = Self { address, state: Arc::default(), is_over: Arc::default() };
        let (state, is_over) = (Arc::clone(&proxy.state), Arc::clone(&proxy.is_over));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                let state = Arc::clone(&state);
                // A connection that breaks is what this is for.
                thread::spawn(move || serve(client, registry, address, &state).ok());
            }
        });
        Ok(proxy)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on: count requests anew, and let the one with this number meet this fault.
    pub(crate) fn plan(&self, plan: Option<(usize, Fault)>) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State { plan, seen: Vec::new() };
    }

    /// First lines of the requests since the last plan.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).seen.clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Wakes the listener, which sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

/// A request or an answer: its first line, its other headers, its body.
struct Message {
    first: String,
    headers: Vec<String>,
    body: Vec<u8>,
}

impl Message {
    /// None: the connection was closed before one came.
    fn read(stream: &TcpStream, ends_with_connection: bool) -> io::Result<Option<Self>> {
        let mut reader = BufReader::new(stream);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let header = |name: &str| {
            lines.iter().filter_map(|line| line.split_once(':')).find(|(it, _)| it.eq_ignore_ascii_case(name))
        };
        let length = header("content-length").and_then(|(_, length)| length.trim().parse().ok());
        let mut body = Vec::new();
        match length {
            Some(length) => reader.take(length).read_to_end(&mut body)?,
            None if ends_with_connection => reader.read_to_end(&mut body)?,
            None => 0,
        };
        lines.retain(|line| {
            let name = line.split_once(':').map_or("", |(name, _)| name).to_ascii_lowercase();
            name != "content-length" && name != "connection" && name != "transfer-encoding"
        });
        let first = if lines.is_empty() { String::new() } else { lines.remove(0) };
        Ok(Some(Self { first, headers: lines, body }))
    }

    fn bytes(&self) -> Vec<u8> {
        let length = self.body.len();
        let mut bytes = format!("{}\r\n", self.first).into_bytes();
        for header in &self.headers {
            bytes.extend(format!("{header}\r\n").bytes());
        }
        bytes.extend(format!("connection: close\r\ncontent-length: {length}\r\n\r\n").bytes());
        bytes.extend(&self.body);
        bytes
    }
}

fn serve(mut client: TcpStream, registry: SocketAddr, ours: SocketAddr, state: &Mutex<State>) -> io::Result<()> {
    client.set_read_timeout(Some(Duration::from_secs(30)))?;
    let Some(request) = Message::read(&client, false)? else { return Ok(()) };
    let fault = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let number = state.seen.len();
        state.seen.push(request.first.clone());
        state.plan.filter(|(at, _)| *at == number).map(|(_, fault)| fault)
    };
    let answer = |status: &str, headers: &str, body: &str| {
        let length = body.len();
        format!("HTTP/1.1 {status}\r\n{headers}connection: close\r\ncontent-length: {length}\r\n\r\n{body}")
            .into_bytes()
    };
    match fault {
        Some(Fault::Refused) => return Ok(()),
        Some(Fault::Status(status)) => return client.write_all(&answer(&format!("{status} Weather"), "", "weather")),
        Some(Fault::Later) => return client.write_all(&answer("429 Too Many", "retry-after: 1\r\n", "later")),
        Some(Fault::Page) => {
            return client.write_all(&answer("200 OK", "content-type: text/html\r\n", "<html>Back soon</html>"));
        }
        Some(Fault::Empty) => return client.write_all(&answer("200 OK", "", "")),
        Some(Fault::Endless) => return endless(&mut client),
        Some(Fault::AnswerLost | Fault::Truncated | Fault::Dripping) | None => {}
    }
    let bytes = forward(&request, registry, ours)?;
    match fault {
        Some(Fault::AnswerLost) => Ok(()),
        Some(Fault::Truncated) => client.write_all(&bytes[..bytes.len().saturating_sub(5)]),
        Some(Fault::Dripping) => bytes.iter().try_for_each(|byte| {
            thread::sleep(Duration::from_millis(2));
            client.write_all(&[*byte])
        }),
        _ => client.write_all(&bytes),
    }
}

/// What the registry says, as if it were here: addresses in its answers become ours.
fn forward(request: &Message, registry: SocketAddr, ours: SocketAddr) -> io::Result<Vec<u8>> {
    let mut upstream = TcpStream::connect(registry)?;
    upstream.write_all(&request.bytes())?;
    let Some(mut answer) = Message::read(&upstream, true)? else { return Ok(Vec::new()) };
    if request.first.contains("config.json") {
        let text = String::from_utf8_lossy(&answer.body).replace(&registry.to_string(), &ours.to_string());
        answer.body = text.into_bytes();
    }
    Ok(answer.bytes())
}

/// At most 2 GiB: whoever reads more than that reads all there is.
fn endless(client: &mut TcpStream) -> io::Result<()> {
    client.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")?;
    let block = vec![b'{'; 1 << 20];
    for _ in 0..2048 {
        client.write_all(&block)?;
    }
    Ok(())
}
