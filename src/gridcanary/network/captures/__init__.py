"""Capture files: frames with time and link type out of pcap and pcapng, plain, gzip or zstd."""
