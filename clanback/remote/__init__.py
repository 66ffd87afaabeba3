"""Machines reached over the system's OpenSSH: where they are, how to call `ssh`, which host key they must show (ADR 8)."""
