# Rendered by clanback: SSH on vault.
let
  inherit (import ../variables.nix) publicFile publicText;
in
{
  # clan.nix:12: instances.sshd
  services.openssh = {
    enable = true;
    settings.PasswordAuthentication = false;
    settings.HostCertificate = "${publicFile "per-machine-vault-openssh-cert_ssh.id_ed25519-cert.pub" "vault" "per-machine/vault/openssh-cert/ssh.id_ed25519-cert.pub"}";
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
    publicKey = publicText "vault" "per-machine/vault/openssh/ssh.id_ed25519.pub";
  };

  programs.ssh.knownHosts.ssh-ca = {
    certAuthority = true;
    extraHostNames = [ "*.clan" ];
    publicKey = publicText "vault" "shared/openssh-ca/id_ed25519.pub";
  };
}
