//! Requests made to cost, over every transport: each is refused with a code and few bytes, and the
//! server answers the next one.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/demo.rs"]
mod demo;
#[path = "common/hostile.rs"]
mod hostile;
#[path = "common/listening.rs"]
mod listening;
#[path = "common/socket.rs"]
mod socket;
#[path = "common/transports.rs"]
mod transports;

use relata::server::Settings;

use self::transports::Transport;

/// The largest answer.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

#[test]
fn hostile_requests_are_refused_over_every_transport() {
    let settings = Settings::new(2 << 20, std::env::temp_dir());
    let address = listening::serve(demo::api(), settings);
    let mut faults = Vec::new();
    for transport in Transport::ALL {
        for request in hostile::requests() {
            let (errors, bytes) = transport.errors(address, &request.body);
            let code = errors[0]["extensions"]["code"].as_str().unwrap_or("no error");
            if code != request.code || bytes > ANSWER_BYTES_MAX {
                let errors = errors.to_string();
                let name = &request.name;
                faults.push(format!("{transport:?} {name}: {bytes} bytes, {errors:.300}"));
            }
        }
        let (errors, _) = transport.errors(address, r#"{"query":"{ __typename }"}"#);
        assert!(errors.get(0).is_none(), "{transport:?} {errors}");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
