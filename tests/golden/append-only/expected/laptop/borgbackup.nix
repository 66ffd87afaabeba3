# Rendered by clanback: what Borg does on laptop.
let
  inherit (import ../variables.nix) publicLine;
in
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
    startDelay = 600;
    prune.keep = { };
    prune.prefix = "laptop-vault-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]";
  };

  # Host keys of the servers, as they lie in vars/: no trust on first use.
  environment.etc."clanback/known_hosts".text = "vault.clan " + publicLine "vault" "per-machine/vault/openssh/ssh.id_ed25519.pub" + "\n";
}
