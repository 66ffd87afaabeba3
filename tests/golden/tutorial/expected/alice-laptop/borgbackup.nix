# Rendered by clanback: what Borg does on alice-laptop.
let
  inherit (import ../variables.nix) publicLine;
in
{
  imports = [ ../borgbackup.nix ];

  # clan.nix:22: instances.borgbackup.roles.client of alice-laptop
  clanback.jobs.backup-server = {
    repo = "borg@192.0.2.12:.";
    rsh = "ssh -i /run/secrets/vars/per-machine/alice-laptop/borgbackup/borgbackup.ssh -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/etc/clanback/known_hosts -o HostKeyAlias=backup-server.backup.example -o IdentitiesOnly=Yes";
    passphraseFile = "/run/secrets/vars/per-machine/alice-laptop/borgbackup/borgbackup.repokey";
    exclude = [ ];
    compression = "auto,zstd";
    archiveBaseName = "alice-laptop-backup-server";
    startAt = "*-*-* 01:00:00";
    startDelay = 1800;
    prune.keep = {
      within = "1d";
      daily = 7;
      weekly = 4;
      monthly = 0;
    };
    prune.prefix = "alice-laptop-backup-server-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]";
  };

  # Host keys of the servers, as they lie in vars/: no trust on first use.
  environment.etc."clanback/known_hosts".text = "backup-server.backup.example " + publicLine "backup-server" "per-machine/backup-server/openssh/ssh.id_ed25519.pub" + "\n";
}
