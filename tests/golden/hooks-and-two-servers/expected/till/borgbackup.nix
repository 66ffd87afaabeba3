# Rendered by clanback: what Borg does on till.
{
  imports = [ ../borgbackup.nix ];

  # clan.nix:17: instances.borgbackup.roles.client of till
  clanback.jobs.attic = {
    repo = "borg@[fd00::7]:.";
    rsh = "ssh -i /run/secrets/vars/per-machine/till/borgbackup/borgbackup.ssh -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=Yes";
    passphraseFile = "/run/secrets/vars/per-machine/till/borgbackup/borgbackup.repokey";
    exclude = [ "*.tmp" ];
    compression = "auto,zstd";
    archiveBaseName = "till-attic";
    startAt = "*-*-* 01:00:00";
    startDelay = 1800;
    prune.keep = {
      within = "1d";
      daily = 7;
      weekly = 4;
      monthly = 0;
    };
    prune.prefix = "till-attic-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]";
  };

  # clan.nix:17: instances.borgbackup.roles.client of till
  clanback.jobs.box = {
    repo = "u1@u1.your-storagebox.de:/./till";
    rsh = "ssh -p 23 -i /run/secrets/box";
    passphraseFile = "/run/secrets/vars/per-machine/till/borgbackup/borgbackup.repokey";
    exclude = [ "*.tmp" ];
    compression = "auto,zstd";
    archiveBaseName = "till-box";
    startAt = "*-*-* 01:00:00";
    startDelay = 1800;
    prune.keep = {
      within = "1d";
      daily = 7;
      weekly = 4;
      monthly = 0;
    };
    prune.prefix = "till-box-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]";
  };

  # clan.nix:17: instances.borgbackup.roles.client of till
  clanback.jobs.cellar = {
    repo = "borg@cellar:.";
    rsh = "ssh -i /run/secrets/vars/per-machine/till/borgbackup/borgbackup.ssh -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=Yes";
    passphraseFile = "/run/secrets/vars/per-machine/till/borgbackup/borgbackup.repokey";
    exclude = [ "*.tmp" ];
    compression = "auto,zstd";
    archiveBaseName = "till-cellar";
    startAt = "*-*-* 01:00:00";
    startDelay = 1800;
    prune.keep = {
      within = "1d";
      daily = 7;
      weekly = 4;
      monthly = 0;
    };
    prune.prefix = "till-cellar-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]";
  };

  # Borg's clients come in over SSH, and clan-core's service has it on all its machines.
  services.openssh.enable = true;
}
