//! Why the server closes a WebSocket.

/// Why the server closes a WebSocket.
#[derive(Clone, Copy, Debug)]
pub(super) enum Closing {
    /// The server is stopping.
    Stopping,
    /// A message is larger than the server takes.
    TooLarge,
    /// A message is none of the protocol.
    Invalid,
    /// An operation comes before the initialisation.
    Unauthorized,
    /// The client speaks another protocol.
    Subprotocol,
    /// The client does not say in time that it begins.
    Uninitialised,
    /// An operation has the id of one that is under way.
    Duplicate,
    /// The client says once more that it begins.
    Reinitialised,
}

impl Closing {
    /// All there are, in their order.
    pub(super) const ALL: [Self; 8] = [
        Self::Stopping,
        Self::TooLarge,
        Self::Invalid,
        Self::Unauthorized,
        Self::Subprotocol,
        Self::Uninitialised,
        Self::Duplicate,
        Self::Reinitialised,
    ];

    /// The code that the client is told.
    pub(super) fn code(self) -> u16 {
        match self {
            Self::Stopping => 1001,
            Self::TooLarge => 1009,
            Self::Invalid => 4400,
            Self::Unauthorized => 4401,
            Self::Subprotocol => 4406,
            Self::Uninitialised => 4408,
            Self::Duplicate => 4409,
            Self::Reinitialised => 4429,
        }
    }
}
