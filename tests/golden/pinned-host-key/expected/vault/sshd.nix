# Rendered by clanback: SSH on vault.
{ pkgs, ... }:
{
  # clan.nix:12: instances.sshd
  services.openssh = {
    enable = true;
    settings.PasswordAuthentication = false;
    settings.HostCertificate = "${pkgs.writeText "per-machine-vault-openssh-cert_ssh.id_ed25519-cert.pub" "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIJXVcZDWua/3W+sYbOWT/VYdnA0gx5BTctlw8uUgpBzfAAAAIP3s/s67mg1adtD+lUdcqmWFxOFuQXTE2T0TBsXsJ/7YAAAAAAAAAAAAAAACAAAADGhvc3QgZWQyNTUxOQAAABcAAAAKdmF1bHQuY2xhbgAAAAV2YXVsdAAAAABrBAkAAAAAAH3C3VAAAAAAAAAAAAAAAAAAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIIaR6/igpBL67d8Kz3RV/5REG0NuItKilJ+c+p3aGauKAAAAUwAAAAtzc2gtZWQyNTUxOQAAAECIRb2IGa2x5nJ9N87uUZddefyiXFMWwfkWaOB3ibyT8ejD61pvR9f8bk+yJch3oD0dWuYTf09xbpG8mhHyiMAD vault\n"}";
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
    publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP3s/s67mg1adtD+lUdcqmWFxOFuQXTE2T0TBsXsJ/7Y vault\n";
  };

  programs.ssh.knownHosts.ssh-ca = {
    certAuthority = true;
    extraHostNames = [ "*.clan" ];
    publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIaR6/igpBL67d8Kz3RV/5REG0NuItKilJ+c+p3aGauK ca\n";
  };
}
