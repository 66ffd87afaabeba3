"""The tutorial on this computer: machines made of processes, with real sshd and borg (ADR 10)."""
