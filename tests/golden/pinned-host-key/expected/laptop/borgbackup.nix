# Rendered by clanback: what Borg does on laptop.
{
  imports = [ ../borgbackup.nix ];

  # clan.nix:9: instances.borgbackup.roles.client of laptop
  clanback.jobs.vault = {
    repo = "borg@vault:.";
    rsh = "ssh -i /run/secrets/vars/per-machine/laptop/borgbackup/borgbackup.ssh -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/etc/clanback/known_hosts -o HostKeyAlias=vault.clan -o IdentitiesOnly=Yes";
    passphraseFile = "/run/secrets/vars/per-machine/laptop/borgbackup/borgbackup.repokey";
    exclude = [ ];
    compression = "auto,zstd";
    archiveBaseName = "laptop-vault";
    startAt = "*-*-* 01:00:00";
    startDelay = 1800;
    prune.keep = {
      within = "1d";
      daily = 7;
      weekly = 4;
      monthly = 0;
    };
    prune.prefix = "laptop-vault-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]";
  };

  # Host keys of the servers, as they lie in vars/: no trust on first use.
  environment.etc."clanback/known_hosts".text = "vault.clan ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP3s/s67mg1adtD+lUdcqmWFxOFuQXTE2T0TBsXsJ/7Y vault\n";
}
