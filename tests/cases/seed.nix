{
  # No two clans of one owner may share this name.
  meta.name = "MY-BACKUP-CLAN";
  meta.domain = "mybackupclan.lol";

  inventory.machines = {
    alice-laptop = {
      deploy.targetHost = "root@192.168.56.101"; # the laptop's address
      tags = [ ];
    };
    backup-server = {
      deploy.targetHost = "root@192.168.56.104"; # the server's address
      tags = [ ];
    };

  };

  # What runs where.
  inventory.instances = {
    borgbackup = {
      roles.client.machines."alice-laptop" = { };
      roles.server.machines."backup-server" = {
        settings.address = "192.168.56.104"; # where clients find the server
        settings.directory = "/var/lib/borgbackup";
      };
    };

    user-alice = {
      module.name = "users";
      roles.default.machines."alice-laptop" = { };
      roles.default.settings = {
        user = "alice";
        openssh.authorizedKeys.keys = [ "PASTE_YOUR_KEY_HERE" ];
      };
    };

    # SSH servers whose host keys survive a new installation.
    sshd = {
      roles.server.tags.all = { };
      roles.server.settings.authorizedKeys = {
        # Whoever holds this key is root on every machine.
        "admin-machine-1" = "PASTE_YOUR_KEY_HERE";
      };
    };

    # A password for root, everywhere.
    user-root = {
      module = {
        name = "users";
      };
      roles.default.tags.all = { };
      roles.default.settings = {
        user = "root";
        prompt = true;
      };
    };
  };

  # NixOS configuration of single machines.
  machines = {
    alice-laptop =
      { ... }:
      {
        # Two folders that have to exist.
        systemd.tmpfiles.rules = [
          "d /home/alice/documents 0755 alice users -"
          "d /home/alice/pictures 0755 alice users -"
        ];
        clan.core.state."my-documents" = {
          folders = [
            "/home/alice/documents"
            "/home/alice/pictures"
          ];
        };
      };

  };
}
