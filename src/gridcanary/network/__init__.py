"""Mining seen on the wire: captures, flow logs and DNS, and the hash rate that shares tell."""
