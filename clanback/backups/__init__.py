"""The operator's side of backups: machines asked over ssh, and repositories reached when the machine itself is gone.

Machines that clanback rendered speak a protocol of JSON lines (`protocol`, docs/reference/machine-protocol.md); others follow
clan-core's contract of three commands alone (`contract`), and do what can be done with these.
"""
