# Rendered by clanback: SSH on vault.
{ pkgs, ... }:
{
  # clan.nix:12: instances.sshd
  services.openssh = {
    enable = true;
    settings.PasswordAuthentication = false;
    settings.HostCertificate = "${pkgs.writeText "per-machine-vault-openssh-cert_ssh.id_ed25519-cert.pub" "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEexampleEXAMPLEexampleEXAMPLEexample ssh.id_ed25519-cert.pub\n"}";
    hostKeys = [
      {
        path = "/run/secrets/vars/per-machine/vault/openssh/ssh.id_ed25519";
        type = "ed25519";
      }
    ];
  };

  programs.ssh.knownHosts.clan-sshd-self-ed25519 = {
    hostNames = [
      "localhost"
      "vault"
      "vault.clan"
    ];
    publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEexampleEXAMPLEexampleEXAMPLEexample ssh.id_ed25519.pub\n";
  };

  programs.ssh.knownHosts.ssh-ca = {
    certAuthority = true;
    extraHostNames = [ "*.clan" ];
    publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEexampleEXAMPLEexampleEXAMPLEexample id_ed25519.pub\n";
  };
}
