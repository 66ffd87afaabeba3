# Rendered by clanback: what Borg does on shelf.
{
  imports = [ ../borgbackup.nix ];

  # clan.nix:8: instances.borgbackup.roles.client of shelf
  clanback.jobs.disk = {
    repo = "/mnt/disk/backups";
    rsh = "ssh -i /run/secrets/vars/per-machine/shelf/borgbackup/borgbackup.ssh -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=Yes -o PasswordAuthentication=no";
    passphraseFile = "/run/secrets/vars/per-machine/shelf/borgbackup/borgbackup.repokey";
    exclude = [ ];
    compression = "auto,zstd";
    archiveBaseName = "shelf-disk";
    startAt = "*-*-* 01:00:00";
    startDelay = 1800;
    prune.keep = {
      within = "1d";
      daily = 7;
      weekly = 4;
      monthly = 0;
    };
    prune.prefix = "shelf-disk-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]";
  };

  # Borg's clients come in over SSH, and clan-core's service has it on all its machines.
  services.openssh.enable = true;
}
