"""What all stores share. The contract is in `interfaces`; the stores are `memory` and, with all SQL, `sqlite`."""
