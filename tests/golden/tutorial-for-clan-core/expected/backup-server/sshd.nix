# Rendered by clanback: SSH on backup-server.
let
  inherit (import ../variables.nix) publicFile publicText;
in
{
  # clan.nix:43: instances.sshd
  services.openssh = {
    enable = true;
    settings.PasswordAuthentication = false;
    settings.HostCertificate = "${publicFile "per-machine-backup-server-openssh-cert_ssh.id_ed25519-cert.pub" "backup-server" "per-machine/backup-server/openssh-cert/ssh.id_ed25519-cert.pub"}";
    hostKeys = [
      {
        path = "/run/secrets/vars/per-machine/backup-server/openssh/ssh.id_ed25519";
        type = "ed25519";
      }
    ];
  };

  users.users.root.openssh.authorizedKeys.keys = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII7WClcNwMDEijSsxnKWtR+fz0Y+YjjZYrFlWMZEQeSU admin@example"
  ];

  programs.ssh.knownHosts.clan-sshd-self-ed25519 = {
    hostNames = [
      "localhost"
      "backup-server"
      "backup-server.backup.example"
    ];
    publicKey = publicText "backup-server" "per-machine/backup-server/openssh/ssh.id_ed25519.pub";
  };

  programs.ssh.knownHosts.ssh-ca = {
    certAuthority = true;
    extraHostNames = [ "*.backup.example" ];
    publicKey = publicText "backup-server" "shared/openssh-ca/id_ed25519.pub";
  };
}
