# Rendered by clanback: lays down the secrets that `clanback vars upload` brings to a machine. The same for all machines.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  machine = config.clan.core.settings.machine.name;

  # Every secret this machine gets, with its place among all secrets.
  secrets = lib.concatMap (
    generator:
    map
      (file: {
        inherit (file)
          group
          mode
          neededFor
          owner
          path
          ;
        place = "${
          if generator.share then "shared" else "per-machine/${machine}"
        }/${generator.name}/${file.name}";
      })
      (lib.filter (file: file.secret && file.deploy) (lib.attrValues generator.files))
  ) (lib.attrValues config.clan.core.vars.generators);

  # What `clanback vars upload` brought.
  store = "/var/lib/clanback/secrets/current";

  forUsers = lib.filter (file: file.neededFor == "users") secrets;
  forServices = lib.filter (file: file.neededFor != "users") secrets;

  install =
    name: root: files:
    pkgs.writeShellScript name (
      lib.toShellVars {
        inherit machine root store;
        sources = map (file: file.place) files;
        targets = map (file: file.path) files;
        owners = map (file: file.owner) files;
        groups = map (file: file.group) files;
        modes = map (file: file.mode) files;
      }
      + "\n"
      + ''
        PATH=${pkgs.coreutils}/bin:${pkgs.util-linux}/bin:${pkgs.findutils}/bin
        # Variables set by the module: machine, root (where the files go, below /run), store (what `clanback vars upload` brought),
        # and in step with each other the arrays sources, targets, owners, groups, modes.
        # Lays each secret down whole, and takes away what is no longer declared. A missing one does not keep out the others.
        umask 077
        mkdir -p "$root"
        if ! mountpoint --quiet "$root"; then
          # Unlike /run itself, a ramfs is never swapped to disk. Where there is none (in containers), /run has to do.
          mount -t ramfs -o nodev,nosuid,noexec none "$root" 2>/dev/null || true
        fi
        chmod 0751 "$root"
        failed=0
        declare -A wanted
        for number in "''${!sources[@]}"; do
          target="''${targets[number]}"
          wanted[$target]=1
          if [[ ! -f $store/''${sources[number]} ]]; then
            echo "$target is missing: run clanback vars upload $machine" >&2
            failed=1
            continue
          fi
          folder="''${target%/*}"
          (umask 026 && mkdir -p "$folder")
          fresh="$folder/.clanback-fresh"
          cat <"$store/''${sources[number]}" >"$fresh"
          if ! chown -- "''${owners[number]}:''${groups[number]}" "$fresh"; then
            echo "$target belongs to root: ''${owners[number]}:''${groups[number]} is not known here" >&2
            failed=1
          fi
          chmod -- "''${modes[number]}" "$fresh"
          mv --force --no-target-directory "$fresh" "$target"
        done
        if [[ -d $root/vars ]]; then
          while IFS= read -r -d "" file; do
            [[ -n ''${wanted[$file]-} ]] || rm --force -- "$file"
          done < <(find "$root/vars" -type f -print0)
        fi
        exit "$failed"
      ''
    );
  installForUsers = install "clanback-secrets-for-users" "/run/secrets-for-users" forUsers;
  installForServices = install "clanback-secrets" "/run/secrets" forServices;

  # Then users are not made by an activation script but by a unit.
  usersByUnit =
    (config.systemd.sysusers.enable or false) || (config.services.userborn.enable or false);
in
{
  config = lib.mkIf (secrets != [ ]) {
    assertions = [
      {
        assertion = (config.sops.secrets or { }) == { };
        message = "sops-nix owns /run/secrets on ${machine}: render with --secrets sops-nix, or take its secrets out";
      }
    ];

    # Passwords have to be there before users are made, the rest after, since it belongs to them.
    system.activationScripts = {
      clanbackSecrets = {
        text = "${installForServices}";
        deps = [
          "groups"
          "users"
        ];
      };
      users = lib.mkIf (forUsers != [ ] && !usersByUnit) {
        deps = [ "clanbackSecretsForUsers" ];
      };
      clanbackSecretsForUsers = lib.mkIf (forUsers != [ ] && !usersByUnit) {
        text = "${installForUsers}";
        deps = [ "specialfs" ];
      };
    };
    systemd.services = lib.mkIf (forUsers != [ ] && usersByUnit) {
      clanback-secrets-for-users = {
        description = "Secrets that users need";
        wantedBy = [
          "systemd-sysusers.service"
          "userborn.service"
        ];
        before = [
          "systemd-sysusers.service"
          "userborn.service"
        ];
        unitConfig = {
          DefaultDependencies = false;
          RequiresMountsFor = "/var/lib/clanback";
        };
        serviceConfig = {
          Type = "oneshot";
          ExecStart = "${installForUsers}";
          RemainAfterExit = true;
        };
      };
    };

    # What `clanback vars upload` calls when the files have arrived.
    environment.systemPackages = [
      (pkgs.writeShellScriptBin "clanback-secrets" ''
        status=0
        ${lib.optionalString (forUsers != [ ]) "${installForUsers} || status=1"}
        ${installForServices} || status=1
        exit $status
      '')
    ];
  };
}
