"""What TLS shows before it encrypts: the client's hello, the server's, and up to TLS 1.2 the certificate."""
