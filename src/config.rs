//! One configuration: flags over `RELATA_*` over `relata.toml` over defaults.
