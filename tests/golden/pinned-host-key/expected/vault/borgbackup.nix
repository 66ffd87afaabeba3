# Rendered by clanback: what Borg does on vault.
{
  imports = [ ../clanback-machine.nix ];

  # clan.nix:10: instances.borgbackup.roles.server, client laptop
  services.borgbackup.repos.laptop = {
    path = "/var/lib/borgbackup/laptop";
    authorizedKeys = [
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF7sDcQZqoM3v3JfAm/anHjByxxkLur/nW4REvN3g+lC borgbackup.ssh.pub\n"
    ];
  };
}
