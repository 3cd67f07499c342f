//! Sends requests by rtnetlink(7), and reads the kernel's answers.

use std::collections::BTreeMap;
use std::os::fd::AsRawFd;

use anyhow::{Context, Result, bail};
use libc::{RTM_NEWADDR, RTM_NEWLINK};
use netlink_packet_core::{
    NLM_F_DUMP, NLM_F_REQUEST, NetlinkBuffer, NetlinkHeader, NetlinkMessage,
    NetlinkPayload,
};
use netlink_packet_route::RouteNetlinkMessage::{self, NewAddress, NewLink};
use netlink_sys::{Socket, protocols::NETLINK_ROUTE};

use super::attributes;

/// Size of one part of an answer, as netlink(7) recommends.
const PART: usize = 8192;

/// Types of messages that end an answer (linux/netlink.h).
const ERROR_OR_DONE: [u16; 2] = [2, 3];

/// A netlink socket. It belongs to the network namespace in which it was
/// opened, and keeps that namespace alive: nobody may hold it longer than one
/// look.
pub struct Netlink {
    socket: Socket,
}

impl Netlink {
    /// Opens a socket in the caller's network namespace.
    pub fn open() -> Result<Self> {
        let socket =
            Socket::new(NETLINK_ROUTE).context("socket(NETLINK_ROUTE)")?;
        Ok(Self { socket })
    }

    /// Returns the cookie of the socket's network namespace, which the kernel
    /// never reuses (`SO_NETNS_COOKIE`, since Linux 5.14); 0 on an older
    /// kernel.
    pub fn cookie(&self) -> u64 {
        let mut cookie = 0u64;
        let mut size = size_of_val(&cookie) as libc::socklen_t;
        // SAFETY: the pointers are to a u64 and its size, alive in the call.
        let result = unsafe {
            libc::getsockopt(
                self.socket.as_raw_fd(),
                libc::SOL_SOCKET,
                libc::SO_NETNS_COOKIE,
                (&raw mut cookie).cast(),
                &raw mut size,
            )
        };
        if result == 0 { cookie } else { 0 }
    }

    /// Asks about one object.
    pub fn ask(&self, question: RouteNetlinkMessage) -> Result<Answer> {
        self.send(question, 0)?;
        let mut answer = Answer::default();
        self.receive(&mut answer)?;
        Ok(answer)
    }

    /// Asks about all objects.
    pub fn ask_all(&self, question: RouteNetlinkMessage) -> Result<Answer> {
        self.send(question, NLM_F_DUMP)?;
        let mut answer = Answer::default();
        while !self.receive(&mut answer)? {}
        Ok(answer)
    }

    fn send(&self, question: RouteNetlinkMessage, flags: u16) -> Result<()> {
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | flags;
        let mut request =
            NetlinkMessage::new(header, NetlinkPayload::from(question));
        request.finalize();
        let mut bytes = vec![0; request.buffer_len()];
        request.serialize(&mut bytes);
        self.socket.send(&bytes, 0).context("send(netlink)")?;
        Ok(())
    }

    /// Receives one part. Returns whether it was the last.
    fn receive(&self, answer: &mut Answer) -> Result<bool> {
        let mut part = Vec::with_capacity(PART);
        self.socket.recv(&mut part, 0).context("recv(netlink)")?;
        let mut rest = part.as_slice();
        let mut last = false;
        while !rest.is_empty() {
            let message =
                NetlinkBuffer::new_checked(rest).context("netlink")?;
            let length = message.length() as usize;
            last |= ERROR_OR_DONE.contains(&message.message_type());
            answer.messages.push(rest[..length].to_vec());
            rest = rest.get((length + 3) & !3..).unwrap_or_default();
        }
        Ok(last)
    }
}

/// Messages of an answer, as the kernel sent them.
#[derive(Default)]
pub struct Answer {
    messages: Vec<Vec<u8>>,
}

impl Answer {
    /// Parses all messages.
    pub fn understood(self) -> Result<Vec<RouteNetlinkMessage>> {
        let all = self.messages.iter().map(|message| understand(message));
        all.filter_map(Result::transpose).collect()
    }
}

/// Parses a message. Returns `None` for one that only ends an answer.
fn understand(message: &[u8]) -> Result<Option<RouteNetlinkMessage>> {
    let buffer = NetlinkBuffer::new_checked(message).context("netlink")?;
    let message = match buffer.message_type() {
        RTM_NEWLINK => NewLink(attributes::link(buffer.payload())?),
        RTM_NEWADDR => NewAddress(attributes::address(buffer.payload())?),
        _ => return understand_others(message),
    };
    Ok(Some(message))
}

fn understand_others(message: &[u8]) -> Result<Option<RouteNetlinkMessage>> {
    let message = NetlinkMessage::<RouteNetlinkMessage>::deserialize(message)
        .context("a netlink message")?;
    match message.payload {
        NetlinkPayload::InnerMessage(message) => Ok(Some(message)),
        NetlinkPayload::Error(error) => bail!("netlink: {error}"),
        _ => Ok(None),
    }
}

/// Parsed messages of the last two looks. The kernel mostly repeats its
/// messages, and parsing them again would be half of the work.
pub struct Memory<T> {
    before: BTreeMap<Vec<u8>, Vec<T>>,
    now: BTreeMap<Vec<u8>, Vec<T>>,
}

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self {
            before: BTreeMap::new(),
            now: BTreeMap::new(),
        }
    }
}

impl<T: Clone> Memory<T> {
    /// Returns the content of an answer's messages, converted by `mean`. Parses
    /// only messages that are new.
    pub fn recall(
        &mut self,
        answer: Answer,
        mean: impl Fn(RouteNetlinkMessage) -> Option<T>,
    ) -> Result<Vec<T>> {
        let mut all = Vec::new();
        for message in answer.messages {
            if !self.now.contains_key(&message) {
                let known = match self.before.remove(&message) {
                    Some(known) => known,
                    None => understand(&message)?
                        .and_then(&mean)
                        .into_iter()
                        .collect(),
                };
                self.now.insert(message.clone(), known);
            }
            all.extend_from_slice(&self.now[&message]);
        }
        Ok(all)
    }

    /// Begins a look: forgets messages that the last look did not contain.
    pub fn begin_look(&mut self) {
        self.before = std::mem::take(&mut self.now);
    }
}
