# Two machines: a laptop that is backed up, and a server that keeps the backups.
{
  # The name must differ from that of every other clan you use; the domain is what the machines are called under.
  meta.name = "my-backup-clan";
  meta.domain = "backup.example";

  # The machines, and how to reach them as root.
  inventory.machines = {
    alice-laptop = {
      deploy.targetHost = "root@192.0.2.11"; # the laptop's address
      tags = [ ];
    };
    backup-server = {
      deploy.targetHost = "root@192.0.2.12"; # the server's address
      tags = [ ];
    };
  };

  inventory.instances = {
    # Who sends backups to whom: every client to every server.
    borgbackup = {
      roles.client.machines."alice-laptop" = { };
      roles.server.machines."backup-server" = {
        settings.address = "192.0.2.12"; # where clients find the server
        settings.directory = "/var/lib/borgbackup"; # one repository per client below this folder
      };
    };

    # Alice may log in to her laptop, with a password that is generated and with this key.
    user-alice = {
      module.name = "users";
      roles.default.machines."alice-laptop" = { };
      roles.default.settings = {
        user = "alice";
        openssh.authorizedKeys.keys = [
          "KEY"
        ];
      };
    };

    # SSH servers with host keys that survive a new installation. "tags.all" means all machines,
    # so whoever has this key is root on all of them.
    sshd = {
      roles.server.tags.all = { };
      roles.server.settings.authorizedKeys = {
        "admin-machine-1" =
          "KEY";
      };
    };

    # A password for root on every machine.
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

  # NixOS configuration of single machines; machines/<name>/configuration.nix is imported too.
  machines = {
    alice-laptop =
      { ... }:
      {
        # Two folders of Alice's that must exist ...
        systemd.tmpfiles.rules = [
          "d /home/alice/documents 0755 alice users -"
          "d /home/alice/pictures 0755 alice users -"
        ];
        # ... and that matter: this is what gets backed up.
        clan.core.state."my-documents" = {
          folders = [
            "/home/alice/documents"
            "/home/alice/pictures"
          ];
        };
      };
  };
}
