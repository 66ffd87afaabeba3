{
  meta.name = "home";
  inventory.machines = {
    laptop = { };
    vault = { };
  };
  inventory.instances = {
    borgbackup = {
      roles.client.machines.laptop = { };
      roles.server.machines.vault = { };
    };
    sshd.roles.server.tags.all = { };
  };
  machines.laptop.clan.core.state.home.folders = [ "/home" ];
}
