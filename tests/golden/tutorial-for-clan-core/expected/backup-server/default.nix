# Rendered by clanback: machine backup-server, to be imported by its NixOS configuration.
{
  imports = [
    ../options.nix
    # NixOS reads modules level by level, and clan-core imports services below a machine's own modules: only so do lists come
    # out in its order.
    {
      imports = [
        {
          imports = [
            {
              imports = [
                ./borgbackup.nix
                ./sshd.nix
                ./users.nix
                ./secrets.nix
                ../secret-files.nix
              ];
            }
          ];
        }
      ];
    }
  ];

  clan.core.settings.machine.name = "backup-server";
  clan.core.networking.targetHost = "root@192.0.2.12";
}
