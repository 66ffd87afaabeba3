# Rendered by clanback: SSH on laptop.
let
  inherit (import ../variables.nix) publicFile publicText;
in
{
  # clan.nix:12: instances.sshd
  services.openssh = {
    enable = true;
    settings.PasswordAuthentication = false;
    settings.HostCertificate = "${publicFile "per-machine-laptop-openssh-cert_ssh.id_ed25519-cert.pub" "laptop" "per-machine/laptop/openssh-cert/ssh.id_ed25519-cert.pub"}";
    hostKeys = [
      {
        path = "/run/secrets/vars/per-machine/laptop/openssh/ssh.id_ed25519";
        type = "ed25519";
      }
    ];
  };

  programs.ssh.knownHosts.clan-sshd-self-ed25519 = {
    hostNames = [
      "localhost"
      "laptop"
      "laptop.clan"
    ];
    publicKey = publicText "laptop" "per-machine/laptop/openssh/ssh.id_ed25519.pub";
  };

  programs.ssh.knownHosts.ssh-ca = {
    certAuthority = true;
    extraHostNames = [ "*.clan" ];
    publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIaR6/igpBL67d8Kz3RV/5REG0NuItKilJ+c+p3aGauK ca\n";
  };
}
