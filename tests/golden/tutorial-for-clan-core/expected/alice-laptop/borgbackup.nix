# Rendered by clanback: what Borg does on alice-laptop.
{
  imports = [ ../borgbackup.nix ];

  # clan.nix:22: instances.borgbackup.roles.client of alice-laptop
  clanback.jobs.backup-server = {
    repo = "borg@192.0.2.12:.";
    rsh = "ssh -i /run/secrets/vars/per-machine/alice-laptop/borgbackup/borgbackup.ssh -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=Yes";
    passphraseFile = "/run/secrets/vars/per-machine/alice-laptop/borgbackup/borgbackup.repokey";
    exclude = [ ];
    compression = "auto,zstd";
    archiveBaseName = "alice-laptop-backup-server";
    startAt = "*-*-* 01:00:00";
    prune.keep = {
      within = "1d";
      daily = 7;
      weekly = 4;
      monthly = 0;
    };
  };
}
