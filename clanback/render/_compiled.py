"""Code of `templates/*.j2`, compiled by Jinja2. Made by `scripts/compile_templates.py`; do not edit."""
# mypy: ignore-errors
# fmt: off
from clanback.render.runtime import TemplateRuntimeError, Undefined, environment, internalcode, missing


def template_borgbackup_create_sh(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '# Variables set by the module: jobs.\n# Starts every job, one after the other: a job waits for the one before it. One that cannot start does not keep back the rest.\nfailed=()\nfor job in "${jobs[@]}"; do\n  if ! systemctl start "borgbackup-job-$job.service"; then\n    failed+=("$job")\n  fi\ndone\nif ((${#failed[@]} > 0)); then\n  echo "could not start: ${failed[*]}" >&2\n  exit 1\nfi\n'


def template_borgbackup_folders_sh(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '# Variables set by the module: folders.\n# Part of the job itself, before borg: reports folders that are missing, and stops if there is nothing to save.\npresent=0\nfor folder in "${folders[@]}"; do\n  if [[ -e $folder ]]; then\n    present=$((present + 1))\n  else\n    echo "<4>$folder does not exist on this machine and is not in this archive" >&2\n  fi\ndone\nif ((present == 0)); then\n  echo "<3>none of the folders exists: nothing is saved" >&2\n  exit 1\nfi\n'


def template_borgbackup_hooks_compat_sh(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '# Variables set by the module: phase (pre or post), hooks (state to command).\n# Runs all hooks of the phase, in the order of the states\' names, and fails if one failed, as clan-core does.\nfailed=()\nmapfile -t states < <(printf \'%s\\n\' "${!hooks[@]}" | sort)\nfor state in "${states[@]}"; do\n  if [[ -n $state ]]; then\n    echo "running the $phase-backup hook of $state"\n    if ! "/run/current-system/sw/bin/${hooks[$state]}"; then\n      failed+=("$state")\n    fi\n  fi\ndone\nif ((${#failed[@]} > 0)); then\n  echo "$phase-backup hooks failed: ${failed[*]}" >&2\n  exit 1\nfi\n'


def template_borgbackup_list_sh(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '# Variables set by the module: jobs, repositories (job to repository).\n# Prints all archives as JSON: [{"name": "<job>::<repository>::<archive>"}]. A repository that cannot be read does not hide\n# the others, but makes the exit status 1.\nstatus=0\nfound=""\nfor job in "${jobs[@]}"; do\n  if archives=$("/run/current-system/sw/bin/borg-job-$job" list --lock-wait 120 --json); then\n    # shellcheck disable=SC2016 # $prefix is a variable of jq\n    found+=$(jq --arg prefix "$job::${repositories[$job]}::" \'[.archives[] | {name: ($prefix + .name)}]\' <<<"$archives")\n  else\n    echo "cannot list the archives of $job in ${repositories[$job]}" >&2\n    status=1\n  fi\ndone\njq --slurp \'add // []\' <<<"$found"\nexit "$status"\n'


def template_borgbackup_lock_sh(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '# Variables set by the module: lock (a file).\n# Takes the lock of this machine\'s backups and leaves a process behind that holds it until systemd stops this unit.\nexec 9>"$lock"\nif ! flock --nonblock 9; then\n  echo "waiting for another backup or restore of this machine to finish"\n  flock 9\nfi\nsleep infinity &\n'


def template_borgbackup_post_sh(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '# Variables set by the module: none.\n# Runs what borgbackup-pre, or a restore, noted to be run afterwards, the last note first, also after a failure. A hook that fails is\n# reported, but does not make the archive a bad one.\nexport PATH="$PATH:/run/wrappers/bin:/run/current-system/sw/bin"\nbegun="/run/clanback/begun"\n[[ -d $begun ]] || exit 0\nmapfile -t notes < <(find "$begun" -type f | sort --reverse)\nfor note in "${notes[@]}"; do\n  { read -r state && read -r command; } <"$note" || command=""\n  if [[ -n $command ]]; then\n    echo "running $command"\n    if ! "/run/current-system/sw/bin/$command"; then\n      echo "<3>the ${command%"-$state"} hook of $state failed" >&2\n    fi\n  fi\n  rm -f "$note"\ndone\n'


def template_borgbackup_pre_sh(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '# Variables set by the module: undo (the script that runs what is noted), states (names of clan.core.state, in order), preBackup and\n# postBackup (state to command).\n# Runs the pre-backup hooks, one after the other, and notes each state before its hook starts, so that the post-backup hooks of\n# exactly these run, whatever happens in between. Notes that are there already were left by a job or restore that was killed together\n# with what should have undone it.\nexport PATH="$PATH:/run/wrappers/bin:/run/current-system/sw/bin"\nbegun="/run/clanback/begun"\nmkdir -p "$begun"\nif [[ -n $(ls -A "$begun") ]]; then\n  echo "<4>an earlier backup or restore was killed: its last hooks run now" >&2\n  "$undo"\nfi\nnumber=1000\nfor state in "${states[@]}"; do\n  number=$((number + 1))\n  printf \'%s\\n%s\\n\' "$state" "${postBackup[$state]-}" >"$begun/$number"\n  command="${preBackup[$state]-}"\n  if [[ -n $command ]]; then\n    echo "running $command"\n    if ! "/run/current-system/sw/bin/$command"; then\n      echo "<3>the pre-backup hook of $state failed: nothing is saved" >&2\n      exit 1\n    fi\n  fi\ndone\n'


def template_borgbackup_restore_sh(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '# Variables set by the module: repositories (job to repository), known (the folders of all state), lock (a file).\n# Environment: NAME, an archive as borgbackup-list prints it; FOLDERS, the folders to restore, separated by colons.\n# Never restores everything because nothing was asked for.\nNAME=${NAME-}\njob=${NAME%%::*}\narchive=${NAME##*::}\nrepository=${NAME#"$job"::}\nrepository=${repository%"::$archive"}\nif [[ -z $job || -z ${repositories[$job]-} || $NAME != "$job::$repository::$archive" || -z $archive ]]; then\n  echo "NAME=\'$NAME\' is no archive of this machine: borgbackup-list prints their names" >&2\n  exit 1\nfi\n\n# A folder may contain colons itself: at each place the longest folder that is known here is taken, else all up to the colon.\nselected=()\nrest=${FOLDERS-}\nwhile [[ -n $rest ]]; do\n  folder=${rest%%:*}\n  for candidate in "${known[@]}"; do\n    if [[ $rest == "$candidate" || $rest == "$candidate":* ]] && ((${#candidate} > ${#folder})); then\n      folder=$candidate\n    fi\n  done\n  rest=${rest#"$folder"}\n  rest=${rest#:}\n  if [[ -n $folder ]]; then\n    selected+=("pp:${folder#/}")\n  fi\ndone\nif ((${#selected[@]} == 0)); then\n  echo "no folder to restore: set FOLDERS" >&2\n  exit 1\nfi\n\nexec 9>"$lock"\nif ! flock --nonblock 9; then\n  echo "waiting for a running backup of this machine to finish" >&2\n  flock 9\nfi\ncd /\nsource="$repository::$archive"\nif [[ $repository == "${repositories[$job]}" ]]; then\n  source="::$archive"\nfi\necho "restoring ${selected[*]#pp:} from $NAME"\n"/run/current-system/sw/bin/borg-job-$job" extract --sparse --lock-wait 600 "$source" "${selected[@]}" 9>&-\n'


def template_borgbackup_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_compat = resolve('compat')
    l_0_hooks_compat_script = resolve('hooks_compat_script')
    l_0_lock_script = resolve('lock_script')
    l_0_pre_script = resolve('pre_script')
    l_0_post_script = resolve('post_script')
    l_0_folders_script = resolve('folders_script')
    l_0_create_script = resolve('create_script')
    l_0_list_script = resolve('list_script')
    l_0_restore_script = resolve('restore_script')
    try:
        t_1 = environment.filters['lines']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'lines' found.")
    pass
    yield '# Rendered by clanback: how the jobs of a machine run, and the commands that work on their archives. The same for all machines:\n# what differs from one to the other is in <machine>/borgbackup.nix.\n{\n  config,\n  lib,\n  pkgs,\n  ...\n}:\nlet\n  inherit (lib) mkOption types;\n  inherit (config.clanback) jobs;\n\n  # All state that NixOS knows of on this machine, also what is declared elsewhere than in the clan.\n  state = lib.attrValues config.clan.core.state;\n  written = lib.unique (lib.concatMap (entry: entry.folders) state);\n\n'
    if (undefined(name='compat') if l_0_compat is missing else l_0_compat):
        pass
        yield '  active = config.clan.core.state != { };\n  folders = written;\n'
    else:
        pass
        yield '  active = folders != [ ];\n  named = lib.unique (map tidy written);\n  tidy =\n    folder:\n    lib.optionalString (lib.hasPrefix "/" folder) "/"\n    + lib.concatStringsSep "/" (\n      lib.filter (part: part != "" && part != ".") (lib.splitString "/" folder)\n    );\n  isBelow =\n    inner: outer:\n    inner != outer && lib.hasPrefix (if outer == "/" then "/" else "${outer}/") inner;\n  # A folder below another one would be stored twice.\n  folders = lib.filter (folder: !lib.any (isBelow folder) named) named;\n'
    yield '\n'
    if (not (undefined(name='compat') if l_0_compat is missing else l_0_compat)):
        pass
        yield '  # Held while a job runs with its hooks, and while something is restored: no hook runs while another job reads.\n'
    else:
        pass
        yield '  # Held while something is restored.\n'
    yield '  lock = "/run/lock/clanback-borgbackup";\n\n  commandsOf =\n    option:\n    lib.listToAttrs (\n      map (entry: lib.nameValuePair entry.name entry.${option}) (\n        lib.filter (entry: entry.${option} != null) state\n      )\n    );\n\n  # A script that begins with shell variables.\n  scriptText = variables: text: lib.toShellVars variables + "\\n" + text;\n\n'
    if (undefined(name='compat') if l_0_compat is missing else l_0_compat):
        pass
        yield '  hooksScript =\n    phase: option:\n    pkgs.writeShellScript "borgbackup-${phase}-hooks" (\n      scriptText\n        {\n          inherit phase;\n          hooks = commandsOf option;\n        }\n        \'\'\n'
        yield str(environment.finalize(t_1((undefined(name='hooks_compat_script') if l_0_hooks_compat_script is missing else l_0_hooks_compat_script), 10)))
        yield "\n        ''\n    );\n"
    else:
        pass
        yield '  lockScript = pkgs.writeShellScript "borgbackup-lock" (\n    scriptText { inherit lock; } \'\'\n      PATH=${pkgs.coreutils}/bin:${pkgs.util-linux}/bin\n'
        yield str(environment.finalize(t_1((undefined(name='lock_script') if l_0_lock_script is missing else l_0_lock_script), 6)))
        yield '\n    \'\'\n  );\n\n  preScript = pkgs.writeShellScript "borgbackup-pre" (\n    scriptText\n      {\n        undo = "${postScript}";\n        states = map (entry: entry.name) state;\n        preBackup = commandsOf "preBackupCommand";\n        postBackup = commandsOf "postBackupCommand";\n      }\n      \'\'\n'
        yield str(environment.finalize(t_1((undefined(name='pre_script') if l_0_pre_script is missing else l_0_pre_script), 8)))
        yield '\n      \'\'\n  );\n\n  postScript = pkgs.writeShellScript "borgbackup-post" \'\'\n'
        yield str(environment.finalize(t_1((undefined(name='post_script') if l_0_post_script is missing else l_0_post_script), 4)))
        yield "\n  '';\n\n  # Runs inside the job, just before borg.\n  reportMissingFolders = scriptText { inherit folders; } ''\n"
        yield str(environment.finalize(t_1((undefined(name='folders_script') if l_0_folders_script is missing else l_0_folders_script), 4)))
        yield "\n  '';\n"
    yield '\n  repositories = lib.mapAttrs (_: job: job.repo) jobs;\n\n  job =\n    { config, ... }:\n    {\n      options = {\n        repo = mkOption {\n          type = types.str;\n          description = "The repository.";\n        };\n        rsh = mkOption {\n          type = types.str;\n          description = "How Borg reaches it (BORG_RSH).";\n        };\n        passphraseFile = mkOption {\n          type = types.str;\n          description = "Where the passphrase lies on this machine.";\n        };\n        exclude = mkOption {\n          type = types.listOf types.str;\n          default = [ ];\n          description = "Patterns of what is not saved.";\n        };\n        compression = mkOption {\n          type = types.str;\n          default = "auto,zstd";\n          description = "How archives are compressed.";\n        };\n        archiveBaseName = mkOption {\n          type = types.str;\n          description = "What the names of archives begin with.";\n        };\n        startAt = mkOption {\n          type = types.str;\n          description = "When the job starts, in systemd\'s words.";\n        };\n        startDelay = mkOption {\n          type = types.ints.unsigned;\n          default = 0;\n          description = "By how many seconds at most it starts later: each machine always at its own moment.";\n        };\n        prune = {\n          keep = mkOption {\n            type = types.attrsOf (types.either types.int types.str);\n            default = { };\n            description = "How many archives are kept; nothing is pruned if this is empty.";\n          };\n          prefix = mkOption {\n            type = types.str;\n            default = config.archiveBaseName;\n            description = "What the names of the archives that may be pruned begin with.";\n          };\n        };\n      };\n    };\nin\n{\n  imports = [ ./clanback-machine.nix ];\n\n  options.clanback.jobs = mkOption {\n    type = types.attrsOf (types.submodule job);\n    default = { };\n    description = "Jobs that save the state of this machine.";\n  };\n\n  config = lib.mkMerge [\n    (lib.mkIf active {\n      services.borgbackup.jobs = lib.mapAttrs (_: job: {\n        paths = folders;\n        inherit (job)\n          archiveBaseName\n          compression\n          exclude\n          prune\n          repo\n          startAt\n          ;\n        environment = {\n          BORG_RSH = job.rsh;\n          BORG_RELOCATED_REPO_ACCESS_IS_OK = "yes";\n        };\n        encryption = {\n          mode = "repokey";\n          passCommand = "cat ${job.passphraseFile}";\n        };\n        persistentTimer = true;\n'
    if (not (undefined(name='compat') if l_0_compat is missing else l_0_compat)):
        pass
        yield '        # Borg warns of folders that are missing and of files that change while they are read; the rest is saved.\n        failOnWarnings = false;\n        # Whoever lists archives, or restores, locks the repository for a moment.\n        extraArgs = "--lock-wait 600";\n        preHook = reportMissingFolders;\n'
    yield '      }) jobs;\n\n'
    if (undefined(name='compat') if l_0_compat is missing else l_0_compat):
        pass
        yield '      # Hooks run as root, outside of the job\'s read-only view of the system.\n      systemd.services = lib.mapAttrs\' (\n        name: _:\n        lib.nameValuePair "borgbackup-job-${name}" {\n          serviceConfig = {\n            ExecStartPre = [ "+${hooksScript "pre" "preBackupCommand"}" ];\n            ExecStopPost = [ "+${hooksScript "post" "postBackupCommand"}" ];\n            TimeoutStartSec = "infinity";\n            TimeoutStopSec = "infinity";\n          };\n        }\n      ) jobs;\n\n'
    else:
        pass
        yield '      # The clients of a server do not all start at once.\n      systemd.timers = lib.mapAttrs\' (\n        name: job:\n        lib.nameValuePair "borgbackup-job-${name}" {\n          timerConfig = {\n            RandomizedDelaySec = job.startDelay;\n            FixedRandomDelay = true;\n          };\n        }\n      ) (lib.filterAttrs (_: job: job.startDelay > 0) jobs);\n\n      # Hooks run as root, outside of the job\'s read-only view of the system. The lock belongs to a service of its own, which\n      # systemd stops when the job with all its hooks is over, whatever became of it.\n      systemd.services = lib.mkMerge (\n        map (job: {\n          "borgbackup-lock-${job}" = {\n            description = "Lock of this machine\'s backups, held for the job ${job}";\n            unitConfig.StopWhenUnneeded = true;\n            serviceConfig = {\n              Type = "forking";\n              ExecStart = "${lockScript}";\n              TimeoutStartSec = "infinity";\n            };\n          };\n          "borgbackup-job-${job}" = {\n            requires = [ "borgbackup-lock-${job}.service" ];\n            after = [ "borgbackup-lock-${job}.service" ];\n            serviceConfig = {\n              ExecStartPre = [ "+${preScript}" ];\n              ExecStopPost = [ "+${postScript}" ];\n              TimeoutStartSec = "infinity";\n              TimeoutStopSec = "infinity";\n            };\n          };\n        }) (lib.attrNames jobs)\n      );\n\n'
    yield '      environment.systemPackages = [\n        (pkgs.writeShellApplication {\n          name = "borgbackup-create";\n          runtimeInputs = [ config.systemd.package ];\n          text = scriptText { jobs = lib.attrNames jobs; } \'\'\n'
    yield str(environment.finalize(t_1((undefined(name='create_script') if l_0_create_script is missing else l_0_create_script), 12)))
    yield '\n          \'\';\n        })\n        (pkgs.writeShellApplication {\n          name = "borgbackup-list";\n          runtimeInputs = [ pkgs.jq ];\n          text =\n            scriptText\n              {\n                inherit repositories;\n                jobs = lib.attrNames jobs;\n              }\n              \'\'\n'
    yield str(environment.finalize(t_1((undefined(name='list_script') if l_0_list_script is missing else l_0_list_script), 16)))
    yield '\n              \'\';\n        })\n        (pkgs.writeShellApplication {\n          name = "borgbackup-restore";\n          runtimeInputs = [ pkgs.util-linux ];\n          text =\n            scriptText\n              {\n                inherit lock repositories;\n'
    if (undefined(name='compat') if l_0_compat is missing else l_0_compat):
        pass
        yield '                known = written;\n'
    else:
        pass
        yield '                # As they are written, too: that is how `clan backups restore` names them.\n                known = lib.unique (written ++ named);\n'
    yield "              }\n              ''\n"
    yield str(environment.finalize(t_1((undefined(name='restore_script') if l_0_restore_script is missing else l_0_restore_script), 16)))
    yield '\n              \'\';\n        })\n      ];\n\n      clan.core.backups.providers.borgbackup = {\n        create = "borgbackup-create";\n        list = "borgbackup-list";\n        restore = "borgbackup-restore";\n      };\n    })\n'
    if (not (undefined(name='compat') if l_0_compat is missing else l_0_compat)):
        pass
        yield '    {\n      warnings = lib.optional (!active)\n        "nothing is backed up on ${config.networking.hostName}: clan.core.state names no folder";\n    }\n'
    yield '  ];\n}\n'


def template_clanback_machine_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_timestamp = resolve('timestamp')
    l_0_version = resolve('version')
    l_0_program = resolve('program')
    try:
        t_1 = environment.filters['nix']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'nix' found.")
    try:
        t_2 = environment.filters['path']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'path' found.")
    pass
    yield "# Rendered by clanback: `clanback-machine`, which tells what becomes of this machine's backups, restores and verifies. The same for\n# all machines; `clanback backups` speaks to it.\n{\n  config,\n  lib,\n  pkgs,\n  ...\n}:\nlet\n  inherit (lib) mkOption types;\n  inherit (config.services) borgbackup;\n\n  jobs = lib.filterAttrs (name: _: borgbackup.jobs ? ${name}) (config.clanback.jobs or { });\n\n  # What the names of complete archives end with.\n  time = "
    yield str(environment.finalize(t_1((undefined(name='timestamp') if l_0_timestamp is missing else l_0_timestamp))))
    yield ';\n\n  settings = pkgs.writeText "clanback-machine.json" (\n    builtins.toJSON {\n      version = '
    yield str(environment.finalize(t_1((undefined(name='version') if l_0_version is missing else l_0_version))))
    yield ';\n      machine = config.networking.hostName;\n      lock = "/run/lock/clanback-borgbackup";\n      run = "/run/clanback";\n      keep = "/var/lib/clanback";\n      bin = "/run/current-system/sw/bin";\n      borg = "${borgbackup.package}/bin/borg";\n      jobs = lib.mapAttrs (name: job: {\n        inherit (job) repo rsh startAt;\n        inherit (borgbackup.jobs.${name}) paths;\n        archives = job.archiveBaseName + time;\n      }) jobs;\n      states = lib.mapAttrs\' (\n        _: state:\n        lib.nameValuePair state.name {\n          inherit (state) folders preRestoreCommand postRestoreCommand;\n        }\n      ) config.clan.core.state;\n      repositories = lib.mapAttrs (client: repository: {\n        inherit (repository)\n          group\n          path\n          quota\n          user\n          ;\n        appendOnly = repository.authorizedKeys == [ ];\n        inherit (config.clanback.pruning.${client} or {\n          keep = { };\n          archives = "";\n        }) archives keep;\n      }) borgbackup.repos;\n    }\n  );\nin\n{\n  options.clanback.pruning = mkOption {\n    type = types.attrsOf (\n      types.submodule {\n        options = {\n          archives = mkOption {\n            type = types.str;\n            description = "What the names of the archives that may be pruned look like.";\n          };\n          keep = mkOption {\n            type = types.attrsOf (types.either types.int types.str);\n            description = "How many of them are kept.";\n          };\n        };\n      }\n    );\n    default = { };\n    description = "Clients that may not prune their repositories here, and what is kept when it is done for them.";\n  };\n\n  config.environment.systemPackages = [\n    (pkgs.writeShellApplication {\n      name = "clanback-machine";\n      runtimeInputs = [\n        config.systemd.package\n        pkgs.python3\n      ];\n      text = \'\'\n        exec python3 -I -B ${'
    yield str(environment.finalize(t_2((undefined(name='program') if l_0_program is missing else l_0_program))))
    yield '} ${settings} "$@"\n      \'\';\n    })\n  ];\n}\n'


def template_default_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_machines = resolve('machines')
    try:
        t_1 = environment.filters['name']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'name' found.")
    try:
        t_2 = environment.filters['path']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'path' found.")
    pass
    yield '# Rendered by clanback; changes made here are noticed and kept from being overwritten. See MANIFEST.json.\n{\n'
    for l_1_m in (undefined(name='machines') if l_0_machines is missing else l_0_machines):
        _loop_vars = {}
        pass
        yield '  '
        yield str(environment.finalize(t_1(environment.getattr(l_1_m, 'name'))))
        yield ' = '
        yield str(environment.finalize(t_2(environment.getattr(l_1_m, 'path'))))
        yield ';\n'
    l_1_m = missing
    yield '}\n'


def template_machine_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_machine = resolve('machine')
    l_0_arguments = resolve('arguments')
    l_0_module = resolve('module')
    try:
        t_1 = environment.filters['comment']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'comment' found.")
    pass
    yield '# Rendered by clanback: the rest of what the clan says about '
    yield str(environment.finalize(t_1((undefined(name='machine') if l_0_machine is missing else l_0_machine))))
    yield '.\n'
    if (undefined(name='arguments') if l_0_arguments is missing else l_0_arguments):
        pass
        yield '# These modules take '
        yield str(environment.finalize(t_1((undefined(name='arguments') if l_0_arguments is missing else l_0_arguments))))
        yield ' from `specialArgs` of the system.\n'
    yield str(environment.finalize((undefined(name='module') if l_0_module is missing else l_0_module)))
    yield '\n'


def template_machine___main___py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""`clanback-machine SETTINGS COMMAND`: what a machine says about its backups and does with them, as lines of JSON.\n\nThe request is a JSON object on standard input, the answers are on standard output; docs/reference/machine-protocol.md lists both.\n"""\n\nfrom __future__ import annotations\n\nimport signal\nimport sys\nimport traceback\n\nfrom answers import Answers, Refused\nfrom archives import list_archives\nfrom creating import create\nfrom request import read_request\nfrom restoring import restore\nfrom server import prune\nfrom settings import read_settings\nfrom status import status\nfrom verifying import verify\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from collections.abc import Callable\n\n    from request import Request\n    from settings import Settings\n\nCOMMANDS: dict[str, Callable[[Settings, Request, Answers], bool]] = {\n    "create": create,\n    "list": list_archives,\n    "prune": prune,\n    "restore": restore,\n    "status": status,\n    "verify": verify,\n}\n\n\ndef main(arguments: list[str]) -> int:\n    """Answer one request."""\n    if len(arguments) != 2 or arguments[1] not in COMMANDS:\n        print(f"usage: clanback-machine {\'|\'.join(COMMANDS)} < request.json", file=sys.stderr)\n        return 2\n    command = arguments[1]\n    answers = Answers(sys.stdout.fileno())\n    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was begun is brought to its end\n    try:\n        settings = read_settings(arguments[0])\n        good = COMMANDS[command](settings, read_request(command, sys.stdin.buffer), answers)\n        code = 0 if good else 1\n    except Refused as refusal:\n        answers.say("error", **refusal.facts())\n        code = refusal.exit_status\n    except OSError as error:\n        answers.say("error", code="system", message=str(error), help="look at the machine", job=None)\n        code = 1\n    except KeyboardInterrupt:\n        code = 130\n    except Exception as error:\n        answers.say("error", **_fault(error))\n        code = 1\n    answers.say("end", command=command, exit=code)\n    return code\n\n\ndef _fault(error: Exception) -> dict[str, str | None]:\n    """A mistake of this program, as an answer: what and where, in one sentence."""\n    frame = traceback.extract_tb(error.__traceback__)[-1]\n    place = f"{frame.filename.rpartition(\'/\')[2]}, line {frame.lineno}"\n    return {\n        "code": "internal",\n        "message": f"clanback-machine has a fault: {type(error).__name__} in {frame.name} ({place}): {error}",\n        "help": "please report it; another command, or another job, may still work",\n        "job": None,\n    }\n\n\nif __name__ == "__main__":\n    sys.exit(main(sys.argv[1:]))\n'


def template_machine_answers_py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""Answers: lines of JSON on standard output, and refusals."""\n\nfrom __future__ import annotations\n\nimport json\nimport os\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from typing import Any\n\nFORMAT = 1\n\n\nclass Refused(Exception):\n    """What was asked for cannot be done. `code` says why in a word that programs may rely on."""\n\n    def __init__(self, code: str, message: str, *, help: str = "", job: str | None = None, exit_status: int = 1) -> None:\n        super().__init__(message)\n        self.code, self.message, self.help, self.job, self.exit_status = code, message, help, job, exit_status\n\n    def facts(self) -> dict[str, Any]:\n        """As an answer says it."""\n        return {"code": self.code, "message": self.message, "help": self.help, "job": self.job}\n\n\nclass Answers:\n    """Writes answers to a descriptor. Once nobody reads any more, they are dropped: work that has begun is still finished.\n\n    Names of files are as Python\'s `surrogateescape` reads them: a byte that is not UTF-8 becomes one of \\\\udc80 to \\\\udcff.\n    """\n\n    def __init__(self, descriptor: int) -> None:\n        self.descriptor = descriptor\n        self.heard = True\n\n    def say(self, kind: str, **facts: Any) -> None:\n        """Write one answer."""\n        line = (json.dumps({"format_version": FORMAT, "type": kind, **facts}) + "\\n").encode("ascii")\n        while line and self.heard:\n            try:\n                line = line[os.write(self.descriptor, line) :]\n            except OSError:\n                self.heard = False\n'


def template_machine_archives_py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""The archives of jobs."""\n\nfrom __future__ import annotations\n\nimport re\nfrom datetime import UTC, datetime, timedelta\nfrom fnmatch import fnmatchcase\n\nfrom answers import Refused\nfrom borg import Borg\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from typing import Any\n\n    from answers import Answers\n    from request import Request\n    from settings import Job, Settings\n\nCLOCKS_MAY_DIFFER = timedelta(minutes=5)\n\n_INCOMPLETE = re.compile(r"(\\.failed|\\.checkpoint(\\.\\d+)?)$")\n\n\ndef list_archives(settings: Settings, request: Request, answers: Answers) -> bool:\n    """Say all archives, the oldest first; of the newest `sizes` of each job also how large they are."""\n    good = True\n    for job in settings.chosen(request["jobs"]):\n        try:\n            found = archives_of(settings, job)\n            sizes = sizes_of(settings, job, request["sizes"])[0] if request["sizes"] else {}\n        except Refused as refusal:\n            answers.say("error", **refusal.facts())\n            good = False\n            continue\n        for archive in found:\n            answers.say("archive", **archive, **sizes.get(archive["id"], NO_SIZES))\n    return good\n\n\nNO_SIZES: dict[str, Any] = {"files": None, "size": None, "compressed": None, "added": None, "end": None}\n\n\ndef archives_of(settings: Settings, job: Job) -> list[dict[str, Any]]:\n    """All archives in the repository of a job."""\n    said = Borg(settings, job).json("list")\n    try:\n        return [_archive(job, str(each["name"]), str(each["id"]), str(each["start"])) for each in said["archives"]]\n    except (KeyError, TypeError, ValueError):\n        raise Refused("borg", "borg list printed something that is not understood", job=job.name) from None\n\n\ndef _archive(job: Job, name: str, identity: str, start: str) -> dict[str, Any]:\n    return {\n        "name": f"{job.name}::{job.repo}::{name}",\n        "job": job.name,\n        "repository": job.repo,\n        "archive": name,\n        "id": identity,\n        "start": aware(start),\n        "complete": _INCOMPLETE.search(name) is None,\n        "own": is_own(job, name),\n    }\n\n\ndef is_own(job: Job, archive: str) -> bool:\n    """Whether an archive is one that the job made to its end."""\n    return fnmatchcase(archive, job.archives)\n\n\ndef sizes_of(\n    settings: Settings, job: Job, newest: int, *, archive: str | None = None\n) -> tuple[dict[str, dict[str, Any]], int | None]:\n    """Archive id to sizes in bytes, of the newest archives or of one; and what the whole repository takes up."""\n    which = [f"::{archive}"] if archive is not None else ["--last", str(newest)]\n    said = Borg(settings, job).json("info", *which)\n    sizes = {}\n    for each in said["archives"]:\n        stats = each["stats"]\n        sizes[each["id"]] = {\n            "files": stats["nfiles"],\n            "size": stats["original_size"],\n            "compressed": stats["compressed_size"],\n            "added": stats["deduplicated_size"],\n            "end": aware(each["end"]),\n        }\n    return sizes, said.get("cache", {}).get("stats", {}).get("unique_csize")\n\n\ndef aware(time: str) -> str:\n    """A time as Borg writes it, which is this machine\'s, with its distance to UTC."""\n    return datetime.fromisoformat(time).astimezone().isoformat()\n\n\ndef newest_of(found: list[dict[str, Any]]) -> dict[str, Any] | None:\n    """The newest archive that the job made to its end. One that is dated after now counts only where there is no other: else it\n    would stay the newest for as long as the clock was wrong when it was made."""\n    own = [archive for archive in found if archive["own"]]\n    return next((archive for archive in reversed(own) if not is_ahead(archive)), own[-1] if own else None)\n\n\ndef is_ahead(archive: dict[str, Any]) -> bool:\n    """Whether an archive is dated after now; clocks may differ a little where a server makes them."""\n    return datetime.fromisoformat(archive["start"]) > datetime.now(UTC) + CLOCKS_MAY_DIFFER\n\n\ndef split_name(settings: Settings, name: str) -> tuple[Job, str, str]:\n    """Job, repository and archive of a name as lists print it: `<job>::<repository>::<archive>`."""\n    job, _, rest = name.partition("::")\n    repository, _, archive = rest.rpartition("::")\n    if job not in settings.jobs or not repository or not archive:\n        raise Refused(\n            "no-such-archive",\n            f"{name!r} is no archive of this machine",\n            help="`list` prints their names; this machine has the jobs " + (", ".join(sorted(settings.jobs)) or "of nobody"),\n            exit_status=2,\n        )\n    return settings.jobs[job], repository, archive\n'


def template_machine_borg_py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""Running Borg: its results told apart, its complaints read."""\n\nfrom __future__ import annotations\n\nimport json\nimport os\nimport shlex\nimport subprocess\nimport tempfile\nimport threading\nfrom dataclasses import dataclass, field\n\nfrom answers import Refused\nfrom complaints import sentences\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from collections.abc import Callable, Iterable, Iterator\n    from typing import IO, Any\n\n    from settings import Job, Settings\n\nLOCK_WAIT = "120"\n"""Seconds; Borg looks again ten times in that time."""\n\nCODES = {\n    "LockTimeout": "locked",\n    "LockError": "locked",\n    "LockFailed": "locked",\n    "LockErrorT": "locked",\n    "PassphraseWrong": "passphrase",\n    "PasscommandFailure": "passphrase",\n    "PasswordRetriesExceeded": "passphrase",\n    "NoPassphraseFailure": "passphrase",\n    "ConnectionClosed": "connection",\n    "ConnectionClosedWithHint": "connection",\n    "Repository.DoesNotExist": "no-repository",\n    "Repository.InvalidRepository": "no-repository",\n    "Repository.PathPermissionDenied": "refused-by-server",\n    "PathNotAllowed": "refused-by-server",\n    "Archive.DoesNotExist": "no-such-archive",\n    "Repository.StorageQuotaExceeded": "quota",\n    "Repository.InsufficientFreeSpaceError": "disk-full",\n    "Cache.RepositoryAccessAborted": "relocated",\n    "Cache.RepositoryIDNotUnique": "relocated",\n    "Cache.RepositoryReplay": "replayed",\n    "Cache.EncryptionMethodMismatch": "replayed",\n}\n"""Borg\'s names for what went wrong, and ours."""\n\nPHRASES = (\n    ("host key verification failed", "host-key"),\n    ("remote host identification has changed", "host-key"),\n    ("no space left on device", "disk-full"),\n    ("permission denied (publickey", "refused-by-server"),\n    ("could not resolve hostname", "connection"),\n    ("connection refused", "connection"),\n    ("connection timed out", "connection"),\n    ("no route to host", "connection"),\n    ("storage quota", "quota"),\n    ("authentication did not verify", "unauthenticated"),\n    (": cd: /", "no-repository"),\n    ("is not a valid repository", "no-repository"),\n    ("path not allowed", "refused-by-server"),\n    ("data integrity error", "damaged"),\n    ("inconsistency detected", "damaged"),\n    ("integrity error", "damaged"),\n    ("failed to create/acquire the lock", "locked"),\n)\n"""What to look for in texts without such a name."""\n\nHELP = {\n    "locked": "somebody else uses the repository: `clanback-machine status` on the server says who holds its lock and whether it "\n    "is still alive. Only if nobody is, `borg break-lock` there frees it",\n    "passphrase": "the passphrase on this machine is not the repository\'s: see `clanback vars check`",\n    "connection": "the server cannot be reached, or ended the connection: its log says why (journalctl -u sshd)",\n    "host-key": "who answered is not the server that is pinned: render and deploy again if the server\'s host key was replaced",\n    "no-repository": "no backup was made yet, or the repository was moved",\n    "refused-by-server": "the server does not know this machine\'s key, or not for this repository: deploy the server again",\n    "no-such-archive": "`borgbackup-list` prints the archives there are",\n    "quota": "the repository is as large as it may be: raise `quota` or keep less",\n    "disk-full": "free space where the repository, or what is restored, lies",\n    "relocated": "the repository is not where it was: if that is right, allow it with BORG_RELOCATED_REPO_ACCESS_IS_OK=yes",\n    "replayed": "the repository is older than what this machine saw last: somebody put back a copy. Find out who before going on",\n    "unauthenticated": "a Borg before 1.2.5 made it, or somebody else: see `borg upgrade --archives-tam` in Borg\'s manual",\n    "damaged": "run `clanback backups verify`; borg check says what is damaged",\n}\n\n\n@dataclass\nclass Result:\n    """How a run of Borg ended. `outcome` is `good`, `warnings` or `failed`."""\n\n    status: int\n    complaints: list[str] = field(default_factory=list)\n    code: str = "borg"\n    heard: bool = False\n    """Whether Borg itself said anything: not ssh, not a shell that finds no Borg, not a Python that cannot begin."""\n\n    @property\n    def outcome(self) -> str:\n        """Borg ends with 1, or in its modern way with 100 to 127, when it warns; then it also says of what."""\n        if self.status == 0:\n            return "good"\n        return "warnings" if self.heard and (self.status == 1 or 100 <= self.status <= 127) else "failed"\n\n    def add(self, heard: Iterable[str]) -> None:\n        """Take in what ssh said: why it failed, which Borg may not have passed on, or else a banner, which is no warning."""\n        lines = [line for line in map(str.strip, heard) if line and not line.startswith("{")]\n        bare = [complaint.removeprefix("Remote: ").strip() for complaint in self.complaints]\n        if self.outcome != "failed":\n            self.complaints = [told for told, words in zip(self.complaints, bare, strict=True) if words not in lines]\n            return\n        self.complaints[:0] = new = [line for line in lines if line not in bare]\n        for line in new:\n            self.learn(_code({"message": line}))\n\n    def learn(self, code: str) -> None:\n        """Remember what went wrong: why a connection was closed says more than that it was."""\n        if code and (code != "connection" or self.code == "borg"):\n            self.code = code\n\n    @property\n    def message(self) -> str:\n        """What Borg complained of."""\n        if self.status < 0:\n            return f"borg was killed by signal {-self.status}"\n        said = sentences(line for text in self.complaints for line in text.splitlines())\n        return "\\n".join(said[-20:]) or f"borg ended with exit status {self.status}"\n\n\n_OVERHEARD = \'heard=$1; shift; { "$@" 2>&1 >&3 3>&- | tee -a -- "$heard" >&2 3>&-; } 3>&1\'\n\n\ndef overheard(rsh: str, file: str) -> str:\n    """A way to the repository that keeps what ssh says in a file: Borg drops it where it first sees the connection closed."""\n    try:\n        return shlex.join(["sh", "-c", _OVERHEARD, "sh", file, *shlex.split(rsh)])\n    except ValueError:  # Borg will say what is wrong with it\n        return rsh\n\n\ndef environment(settings: Settings) -> dict[str, str]:\n    """The environment of Borg and of hooks."""\n    path = os.environ.get("PATH", "")\n    return {**os.environ, "PATH": f"{path}:/run/wrappers/bin:{settings.bin}", "BORG_DISPLAY_PASSPHRASE": "no"}\n\n\nclass Borg:\n    """Borg on the repository of one job, through the wrapper that NixOS makes for it.\n\n    `held` are descriptors that Borg holds open as long as it runs.\n    """\n\n    def __init__(self, settings: Settings, job: Job, repository: str | None = None) -> None:\n        self.settings, self.job = settings, job\n        self.place = "" if repository in (None, job.repo) else repository\n        self.result = Result(0)\n        self.held: tuple[int, ...] = ()\n\n    def archive(self, name: str) -> str:\n        """How Borg wants an archive to be named."""\n        return f"{self.place}::{name}"\n\n    def lines(\n        self,\n        command: str,\n        *arguments: str,\n        progress: Callable[[dict[str, Any]], None] | None = None,\n        cwd: str = "/",\n    ) -> Iterator[str]:\n        """What a command prints, piece by piece; afterwards `result` says how it ended."""\n        with tempfile.NamedTemporaryFile("r", prefix="clanback-ssh-", errors="surrogateescape") as heard:\n            yield from self._lines(heard, command, arguments, progress, cwd)\n\n    def _lines(\n        self,\n        heard: IO[str],\n        command: str,\n        arguments: tuple[str, ...],\n        progress: Callable[[dict[str, Any]], None] | None,\n        cwd: str,\n    ) -> Iterator[str]:\n        call = [self.settings.command(f"borg-job-{self.job.name}"), command, "--log-json", "--lock-wait", LOCK_WAIT]\n        call += ["--rsh", overheard(self.job.rsh, heard.name)] if self.job.rsh else []\n        if progress is not None:\n            call.append("--progress")\n        call += arguments\n        self.result = Result(0)\n        try:\n            process = subprocess.Popen(\n                call,\n                cwd=cwd,\n                env=environment(self.settings),\n                stdin=subprocess.DEVNULL,\n                stdout=subprocess.PIPE,\n                stderr=subprocess.PIPE,\n                pass_fds=self.held,\n            )\n        except OSError as error:\n            self.result = Result(128, [f"{call[0]}: {error.strerror}"], "no-borg")\n            return\n        listener = threading.Thread(target=listen, args=(self.result, process.stderr, progress))\n        listener.start()\n        try:\n            assert process.stdout is not None\n            rest = b""\n            while chunk := os.read(process.stdout.fileno(), 1 << 16):\n                *whole, rest = (rest + chunk).split(b"\\n")\n                for line in whole:\n                    yield line.decode("utf-8", "surrogateescape")\n            if rest:\n                yield rest.decode("utf-8", "surrogateescape")\n        except GeneratorExit:\n            process.terminate()\n            raise\n        finally:\n            if process.stdout is not None:\n                process.stdout.close()\n            listener.join()\n            self.result.status = process.wait()\n            self.result.add(heard)\n            if self.result.status == 127 and not self.result.heard:\n                self.result.code = "no-borg"\n\n    def run(self, command: str, *arguments: str, progress: Callable[[dict[str, Any]], None] | None = None, cwd: str = "/") -> str:\n        """Run a command to its end; what it prints."""\n        return "\\n".join(self.lines(command, *arguments, progress=progress, cwd=cwd))\n\n    def json(self, command: str, *arguments: str) -> dict[str, Any]:\n        """The JSON that a command prints. Raises Refused if it fails."""\n        text = self.run(command, "--json", *arguments)\n        if self.result.outcome == "failed":\n            raise self.refusal()\n        try:\n            said = json.loads(text)\n        except ValueError:\n            said = None\n        if not isinstance(said, dict):\n            raise Refused("borg", f"borg {command} printed something that is no JSON object", job=self.job.name)\n        return said\n\n    def refusal(self) -> Refused:\n        """The error that a failed run is."""\n        return Refused(self.result.code, self.result.message, help=HELP.get(self.result.code, ""), job=self.job.name)\n\n\ndef listen(\n    result: Result,\n    stream: Iterable[bytes],\n    progress: Callable[[dict[str, Any]], None] | None,\n    told: list[str] | None = None,\n) -> None:\n    """Read what Borg says on standard error: complaints into the result, progress to whoever wants it, the rest into `told`."""\n    for line in stream:\n        text = line.decode("utf-8", "surrogateescape").rstrip("\\n")\n        try:\n            said = json.loads(text)\n        except ValueError:\n            said = None\n        if isinstance(said, dict):\n            result.heard = True\n        else:  # ssh, a shell, a traceback\n            said = {"type": "log_message", "levelname": "ERROR", "message": text}\n        kind = said.get("type")\n        if kind == "log_message" and said.get("levelname") in {"WARNING", "ERROR", "CRITICAL"}:\n            result.complaints.append(str(said.get("message", "")))\n            result.learn(_code(said))\n        elif kind == "log_message" and told is not None:\n            told.append(str(said.get("message", "")))\n        elif kind == "progress_percent" and progress is not None:\n            progress(said)\n\n\ndef _code(said: dict[str, Any]) -> str:\n    known = CODES.get(str(said.get("msgid", "")), "")\n    text = str(said.get("message", "")).lower()\n    for phrase, code in PHRASES:\n        if phrase in text:\n            return code\n    return known\n'


def template_machine_complaints_py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""What Borg complains of, without the way through its code that it prints along."""\n\nfrom __future__ import annotations\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from collections.abc import Iterable\n\n_TRACEBACK = "Traceback (most recent call last):"\n_IGNORED = "Exception ignored in: "\n_BETWEEN = ("During handling of the above exception", "The above exception was the direct cause")\n_COMPUTER = ("Platform: ", "Linux: ", "Unknown Linux", "Borg: ", "PID: ", "sys.argv: ", "SSH_ORIGINAL_COMMAND: ")\n"""What Borg says of the computer that it failed on."""\n_EMPTY = {"Local Exception", "Remote Exception", "Remote Exception (see remote log for the traceback)"}\n"""Sentences that tell nothing: the exception is what happened."""\n\n\ndef sentences(lines: Iterable[str], *, exceptions: bool = False) -> list[str]:\n    """The lines that say what is wrong.\n\n    Of a traceback only its exception is left: with `exceptions`, or where nothing else tells.\n    """\n    kept: list[str] = []\n    exception, inside, ignored = "", False, False\n    for line in lines:\n        plain = line\n        for origin in ("Remote: ", "Borg server: "):\n            plain = plain.removeprefix(origin)\n        if plain.startswith(_TRACEBACK):\n            inside = True\n        elif plain.startswith(_IGNORED):  # Python, which tells that it does not matter\n            ignored = True\n        elif inside:\n            if plain.strip() and not plain.startswith((" ", *_BETWEEN)):\n                inside = False\n                if not ignored:\n                    exception = plain\n                    kept += [plain] if exceptions and plain not in kept else []\n                ignored = False\n        elif exception and plain.startswith((*_COMPUTER, *_BETWEEN)):\n            continue\n        elif plain.strip() and plain.strip() not in _EMPTY:\n            kept.append(line)\n    return kept or ([exception] if exception else [])\n'


def template_machine_creating_py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""Starting jobs."""\n\nfrom __future__ import annotations\n\nimport time\n\nimport units\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from answers import Answers\n    from request import Request\n    from settings import Job, Settings\n\nPATIENCE = 1.0\n"""Seconds between two looks at a job that runs."""\n\n\ndef create(settings: Settings, request: Request, answers: Answers) -> bool:\n    """Start jobs; with `wait` also say how each ended. One that cannot start does not keep back the others."""\n    good = True\n    started: list[tuple[Job, str | None]] = []\n    for job in settings.chosen(request["jobs"]):\n        before = units.run_of(job)\n        done = units.call("start", "--no-block", f"{job.unit}.service")\n        if done.returncode == 0:\n            answers.say("started", job=job.name)\n            running = before["state"] in {"running", "waiting"}\n            started.append((job, None if running else before["invocation"]))\n        else:\n            good = False\n            answers.say("error", code="not-started", message=done.stderr.strip(), help="", job=job.name)\n    if request["wait"]:\n        for job, earlier in started:\n            good = _await(job, earlier, answers) and good\n    return good\n\n\ndef _await(job: Job, earlier: str | None, answers: Answers) -> bool:\n    """Wait for a job to end, saying when its state changes. `earlier` is the run before the one that was asked for."""\n    said = ""\n    while True:\n        run = units.run_of(job)\n        if run["state"] not in {"running", "waiting"}:\n            break\n        if run["state"] != said:\n            said = run["state"]\n            answers.say("state", job=job.name, state=said)\n        time.sleep(PATIENCE)\n    if run["invocation"] is None or run["invocation"] == earlier:\n        answers.say(\n            "error", code="not-started", message="systemd did not start it", help=f"journalctl -u {job.unit}", job=job.name\n        )\n        return False\n    answers.say("finished", job=job.name, **run)\n    return bool(run["result"] == "success")\n'


def template_machine_entries_py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""What an archive holds."""\n\nfrom __future__ import annotations\n\nimport ast\nfrom dataclasses import dataclass\n\nfrom answers import Refused\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from collections.abc import Iterator\n\n    from borg import Borg\n\n_FIELDS = "{type} {mode} {uid} {gid} {size} {mtime:%s.%f} {health}{TAB}{bpath!a}{TAB}{source!a}{TAB}{user!a}{TAB}{group!a}"\n\n\n@dataclass(frozen=True)\nclass Entry:\n    """One file, folder, link or device. `path` has no slash in front; `mode` is as ls prints it.\n\n    `source` is what a symbolic link holds, or for a further name of a file the first one; `mtime` is in seconds, six digits\n    behind the point; `hash` is SHA-256, if it was asked for and this is a file\'s first name.\n    """\n\n    kind: str\n    mode: str\n    uid: int\n    gid: int\n    size: int\n    mtime: str\n    path: str\n    source: str\n    user: str\n    group: str\n    hash: str\n    broken: bool = False\n    """Whether a repair put zeros in place of content that was lost."""\n\n\ndef entries_of(borg: Borg, archive: str, paths: list[str], *, hashes: bool = False) -> Iterator[Entry]:\n    """What an archive holds below some paths, or all. `borg.result` says afterwards whether that is everything.\n\n    Borg prints no byte of a name that is not UTF-8, except in Python\'s literals, so it is asked for these.\n    """\n    patterns = [f"pp:{path.lstrip(\'/\')}" for path in paths]\n    fields = _FIELDS + ("{TAB}{sha256}{NL}" if hashes else "{TAB}{NL}")\n    understood = True\n    for line in borg.lines("list", "--format", fields, borg.archive(archive), *patterns):\n        try:\n            entry = _entry(line)\n        except (ValueError, SyntaxError):  # a Borg that was killed ends in the middle of a line\n            understood = False\n            continue\n        yield entry\n    if not understood and borg.result.outcome != "failed":\n        raise Refused("borg", f"borg lists {archive} in a way that is not understood", job=borg.job.name)\n\n\ndef _entry(line: str) -> Entry:\n    front, path, source, user, group, digest = line.split("\\t")\n    kind, mode, uid, gid, size, mtime, health = front.split(" ")\n    return Entry(\n        kind,\n        mode,\n        int(uid),\n        int(gid),\n        int(size),\n        mtime,\n        ast.literal_eval(path),\n        ast.literal_eval(source),\n        str(ast.literal_eval(user)),  # a number where the name was not known\n        str(ast.literal_eval(group)),\n        digest,\n        health == "broken",\n    )\n'


def template_machine_hooks_py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""The lock of this machine\'s backups, and hooks that are undone whatever happens, also when this program is killed."""\n\nfrom __future__ import annotations\n\nimport contextlib\nimport fcntl\nimport os\nimport signal\nimport subprocess\nimport tempfile\n\nfrom answers import Refused\nfrom borg import environment\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from collections.abc import Callable, Iterator, Sequence\n    from typing import NoReturn\n\n    from answers import Answers\n    from settings import Settings, State\n\nLAST = 4096\n"""How many bytes of what a hook printed are told, from its end."""\n\n\n@contextlib.contextmanager\ndef machine_lock(settings: Settings, answers: Answers, *, wait: bool) -> Iterator[int]:\n    """Hold the lock that every job with its hooks holds while it runs."""\n    os.makedirs(os.path.dirname(settings.lock), exist_ok=True)\n    descriptor = os.open(settings.lock, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)\n    try:\n        try:\n            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)\n        except BlockingIOError:\n            if not wait:\n                raise Refused(\n                    "busy", "another backup or restore of this machine is running", help="wait for it, or ask with `wait`"\n                ) from None\n            answers.say("waiting", message="another backup or restore of this machine is running")\n            fcntl.flock(descriptor, fcntl.LOCK_EX)\n        yield descriptor\n    finally:\n        os.close(descriptor)\n\n\nclass Begun:\n    """Notes of what has to run after a restore or backup: a file for each state that was begun, with its name and a command.\n\n    Jobs make and read the same notes (borgbackup-pre, borgbackup-post); the machine\'s lock keeps them apart. They lie where they\n    do not survive a restart, as the services that hooks stopped do not stay stopped either.\n    """\n\n    def __init__(self, settings: Settings, answers: Answers) -> None:\n        self.settings, self.answers = settings, answers\n        self.folder = os.path.join(settings.run, "begun")\n\n    def note(self, state: State) -> None:\n        """Remember a state, before its hook begins."""\n        os.makedirs(self.folder, exist_ok=True)\n        place = os.path.join(self.folder, str(1001 + len(self.noted())))\n        with open(place, "x", encoding="utf-8") as file:\n            file.write(f"{state.name}\\n{state.after_restore or \'\'}\\n")\n\n    def noted(self) -> list[str]:\n        """The notes, in the order they were made."""\n        return sorted(os.listdir(self.folder)) if os.path.isdir(self.folder) else []\n\n    def undo(self) -> bool:\n        """Run what is noted, the last state first; whether all went well."""\n        good = True\n        for note in reversed(self.noted()):\n            place = os.path.join(self.folder, note)\n            with open(place, encoding="utf-8") as file:\n                state, command, *_ = [*file.read().split("\\n"), "", ""]\n            if command:\n                good = run_hook(self.settings, self.answers, state, command) and good\n            os.unlink(place)\n        return good\n\n    def states(self) -> list[str]:\n        """The states that are noted."""\n        found = []\n        for note in self.noted():\n            with contextlib.suppress(OSError), open(os.path.join(self.folder, note), encoding="utf-8") as file:\n                found.append(file.readline().rstrip("\\n"))\n        return found\n\n\ndef run_hook(settings: Settings, answers: Answers, state: str, command: str) -> bool:\n    """Run a hook and say what it printed last."""\n    with tempfile.TemporaryFile() as output:  # not a pipe: nobody may read it any more, and the hook must go on\n        try:\n            call = [settings.command(command)]\n            status = subprocess.run(\n                call, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False, env=environment(settings), cwd="/"\n            ).returncode\n        except OSError as error:\n            status = 127\n            output.write(f"{command}: {error.strerror}".encode())\n        output.seek(max(0, output.seek(0, os.SEEK_END) - LAST))\n        printed = output.read().decode("utf-8", "replace")\n    answers.say("hook", state=state, phase=command.removesuffix(f"-{state}"), ok=status == 0, exit_status=status, output=printed)\n    return status == 0\n\n\n@contextlib.contextmanager\ndef around(settings: Settings, answers: Answers, states: Sequence[State]) -> Iterator[tuple[int, ...]]:\n    """Run the hooks before, then what stands inside, then the hooks after of exactly those states that were begun.\n\n    A process of its own waits for this one to end, in whatever way, and runs the hooks after: also after kill -9, and after the\n    connection through which the request came was lost. It holds the machine\'s lock for as long. Programs that are given the\n    descriptors that this yields are waited for too. If both are killed, the next restore or job begins with what is still noted.\n    """\n    begun = Begun(settings, answers)\n    if begun.noted():\n        answers.say("leftover", message="an earlier backup or restore was killed: its last hooks run now")\n        begun.undo()\n    if not any(state.before_restore or state.after_restore for state in states):\n        yield ()\n        return\n    with afterwards(begun.undo, lambda: bool(begun.noted())) as (watched, undone):\n        for state in states:\n            begun.note(state)\n            if state.before_restore and not run_hook(settings, answers, state.name, state.before_restore):\n                raise Refused(\n                    "hook",\n                    f"the pre-restore hook of {state.name} failed: nothing was restored",\n                    help="mend it, or restore into another folder, which runs no hooks",\n                )\n        yield (watched,)\n    if not undone:\n        answers.say("warning", message="a post-restore hook failed; what was restored is complete")\n\n\n@contextlib.contextmanager\ndef afterwards(action: Callable[[], bool], needed: Callable[[], bool]) -> Iterator[tuple[int, list[bool]]]:\n    """Have another process do `action` once this one, and whoever was given the descriptor, is over with what stands inside.\n\n    The list holds an element afterwards if the action went well. If that process was killed and the action still is `needed`,\n    this one does it.\n    """\n    reading, writing = os.pipe()  # closed in programs that are started, unless it is passed on\n    guard = os.fork()\n    if not guard:\n        _guard(reading, writing, action)\n    os.close(reading)\n    well: list[bool] = []\n    try:\n        yield writing, well\n    finally:\n        os.close(writing)\n        _, status = os.waitpid(guard, 0)\n        if status == 0 or (needed() and action()):\n            well.append(True)\n\n\ndef _guard(reading: int, writing: int, action: Callable[[], bool]) -> NoReturn:\n    status = 1\n    try:\n        os.setsid()\n        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):\n            signal.signal(number, signal.SIG_IGN)\n        os.close(writing)\n        while os.read(reading, 1):\n            pass\n        status = 0 if action() else 1\n    finally:\n        os._exit(status)\n'


def template_machine_request_py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""Requests: one JSON object, its keys and types checked."""\n\nfrom __future__ import annotations\n\nimport json\nimport re\n\nfrom answers import Refused\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from typing import Any, BinaryIO\n\n    Request = dict[str, Any]\n\nSTRING, FLAG, NUMBER, STRINGS = "a string", "true or false", "a number that is not negative", "a list of strings"\nKEEP = "an object of how many archives are kept: within, secondly, minutely, hourly, daily, weekly, monthly, yearly"\nONE_OF_CHECKS = \'"repository", "archives", "data" or "none"\'\n\nSHAPES: dict[str, dict[str, tuple[str, Any]]] = {\n    "create": {"jobs": (STRINGS, None), "wait": (FLAG, False)},\n    "list": {"jobs": (STRINGS, None), "sizes": (NUMBER, 0)},\n    "prune": {\n        "client": (STRING, None),\n        "passphrase": (STRING, None),\n        "dry_run": (FLAG, False),\n        "accept": (STRINGS, []),\n        "keep": (KEEP, {}),\n    },\n    "restore": {\n        "archive": (STRING, None),\n        "states": (STRINGS, None),\n        "paths": (STRINGS, None),\n        "target": (STRING, "/"),\n        "hooks": (FLAG, True),\n        "dry_run": (FLAG, False),\n        "wait": (FLAG, True),\n    },\n    "status": {"jobs": (STRINGS, None), "archives": (FLAG, True), "sizes": (FLAG, False)},\n    "verify": {\n        "jobs": (STRINGS, None),\n        "check": (ONE_OF_CHECKS, "repository"),\n        "extract": (FLAG, True),\n        "paths": (STRINGS, None),\n        "scratch": (STRING, "/var/tmp"),\n        "wait": (FLAG, True),\n    },\n}\n"""What each command may be asked: key to (type, default)."""\n\n\ndef _fits(kind: str, value: object) -> bool:\n    if kind == STRINGS:\n        return isinstance(value, list) and all(isinstance(item, str) and "\\0" not in item for item in value)\n    if kind == FLAG:\n        return isinstance(value, bool)\n    if kind == NUMBER:\n        return isinstance(value, int) and not isinstance(value, bool) and value >= 0\n    if kind == KEEP:\n        return isinstance(value, dict) and all(_keeps(name, number) for name, number in value.items())\n    if kind == ONE_OF_CHECKS:\n        return value in {"repository", "archives", "data", "none"}\n    if kind == STRING:\n        return isinstance(value, str) and "\\0" not in value\n    raise AssertionError(kind)\n\n\ndef _keeps(name: str, number: object) -> bool:\n    if name == "within":\n        return isinstance(number, str) and re.fullmatch(r"[1-9][0-9]{0,5}[Hdwmy]", number) is not None\n    intervals = {"secondly", "minutely", "hourly", "daily", "weekly", "monthly", "yearly"}\n    return name in intervals and isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 1_000_000\n\n\ndef read_request(command: str, stream: BinaryIO) -> Request:\n    """The request for a command, complete with defaults. Nothing at all is an empty request; null is the same as left out."""\n    text = stream.read()\n    try:\n        said = json.loads(text) if text.strip() else {}\n    except (ValueError, RecursionError) as error:\n        raise _wrong(f"the request is not JSON: {error}") from None\n    if not isinstance(said, dict):\n        raise _wrong("the request is not a JSON object")\n    shape = SHAPES[command]\n    request: Request = {}\n    for key in said:\n        if key not in shape and key != "format_version":\n            raise _wrong(f"{command} knows no {json.dumps(key)}: it knows {\', \'.join(sorted(shape))}")\n    if said.get("format_version", 1) != 1:\n        raise _wrong("this machine speaks format_version 1")\n    for key, (kind, default) in shape.items():\n        value = said.get(key)\n        if value is not None and not _fits(kind, value):\n            raise _wrong(f"{key} has to be {kind}")\n        request[key] = default if value is None else value\n    return request\n\n\ndef _wrong(message: str) -> Refused:\n    return Refused("request", message, help="docs/reference/machine-protocol.md lists what may be asked", exit_status=2)\n'


def template_machine_restoring_py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""Restoring: what was asked for and nothing else, with the hooks of the states it belongs to."""\n\nfrom __future__ import annotations\n\nimport contextlib\nimport json\nimport os\nimport signal\nfrom dataclasses import dataclass, field\nfrom datetime import UTC, datetime\n\nimport hooks\nfrom answers import Refused\nfrom archives import split_name\nfrom borg import Borg\nfrom entries import entries_of\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from collections.abc import Iterator\n    from typing import Any\n\n    from answers import Answers\n    from request import Request\n    from settings import Settings, State\n\nKINDS = {"-": "file", "d": "folder", "l": "link"}\n\nLONGEST = 1 << 20\n"""Bytes of paths in one request: Linux lets no program have more than two million bytes of arguments."""\n\n\n@dataclass\nclass Found:\n    """What an archive holds of what was asked for."""\n\n    entries: int = 0\n    size: int = 0\n    missing: set[str] = field(default_factory=set)\n\n\ndef restore(settings: Settings, request: Request, answers: Answers) -> bool:\n    """Restore paths of an archive below `target`."""\n    job, repository, archive = split_name(settings, request["archive"] or "")\n    states = _states(settings, request)\n    paths = _paths(request, states)\n    target = request["target"]\n    if not os.path.isabs(target):\n        raise _wrong(f"target has to begin with a slash: {target!r}")\n    with hooks.machine_lock(settings, answers, wait=request["wait"]):\n        borg = Borg(settings, job, repository)\n        found = _look(borg, archive, paths, target, answers if request["dry_run"] else None)\n        for path in sorted(found.missing):\n            answers.say("missing", path=path, message="is not in this archive")\n        if found.entries == 0:\n            raise Refused(\n                "not-in-archive",\n                f"nothing of what was asked for is in {archive}",\n                help="choose another archive, or paths it holds",\n                job=job.name,\n            )\n        answers.say("restoring", archive=request["archive"], entries=found.entries, size=found.size, target=target)\n        if request["dry_run"]:\n            return not found.missing\n        return _restore(settings, request, answers, borg, archive, sorted(set(paths) - found.missing)) and not found.missing\n\n\ndef _restore(settings: Settings, request: Request, answers: Answers, borg: Borg, archive: str, paths: list[str]) -> bool:\n    target = request["target"]\n    touched = _touched(settings, request, paths) if target == "/" and request["hooks"] else []\n    begun = datetime.now(UTC).isoformat()\n    facts = {"archive": request["archive"], "paths": paths, "target": target, "started": begun}\n    os.makedirs(target, exist_ok=True)\n    for number in (signal.SIGHUP, signal.SIGPIPE):  # a lost connection does not leave half a restore\n        signal.signal(number, signal.SIG_IGN)\n    _record(settings, {**facts, "result": "running", "message": "", "finished": None})\n    outcome, message = "failed", "ended before it was complete"\n    try:\n        with hooks.around(settings, answers, touched) as borg.held:\n            borg.run(\n                "extract",\n                "--sparse",\n                borg.archive(archive),\n                *(f"pp:{path.lstrip(\'/\')}" for path in paths),\n                progress=lambda said: _progress(answers, said),\n                cwd=target,\n            )\n            outcome, message = borg.result.outcome, "" if borg.result.outcome == "good" else borg.result.message\n            if outcome == "failed":\n                raise borg.refusal()\n    except Refused as refusal:\n        message = refusal.message\n        raise\n    finally:\n        _record(settings, {**facts, "result": outcome, "message": message, "finished": datetime.now(UTC).isoformat()})\n    answers.say("restored", job=borg.job.name, outcome=outcome, message=message)\n    return outcome == "good"\n\n\ndef _states(settings: Settings, request: Request) -> list[State]:\n    """The states that were asked for by name."""\n    chosen = []\n    for name in request["states"] or ():\n        if name not in settings.states:\n            raise Refused(\n                "no-such-state",\n                f"this machine has no state {name}",\n                help=f"its states: {\', \'.join(sorted(settings.states)) or \'none\'}",\n                exit_status=2,\n            )\n        chosen.append(settings.states[name])\n    return chosen\n\n\ndef _paths(request: Request, states: list[State]) -> list[str]:\n    """What to restore: paths that were named, or else the folders of the states. Never everything because nothing was named."""\n    paths = request["paths"] if request["paths"] is not None else [folder for state in states for folder in state.folders]\n    if not paths:\n        advice = "name paths, or states that have folders"\n        raise Refused("nothing-asked", "no path and no state to restore", help=advice, exit_status=2)\n    for path in paths:\n        if not path.startswith("/") or ".." in path.split("/"):\n            raise _wrong(f"a path begins with a slash and holds no `..`: {path!r}")\n        if _plain(path) == "/":\n            raise _wrong("`/` is everything: name what lies in it")\n    if sum(len(os.fsencode(path)) + 16 for path in paths) > LONGEST:\n        raise _wrong("too many paths at once: name the folders that hold them")\n    return list(dict.fromkeys(_plain(path) for path in paths))\n\n\ndef _plain(path: str) -> str:\n    return "/" + "/".join(part for part in path.split("/") if part not in {"", "."})\n\n\ndef _touched(settings: Settings, request: Request, paths: list[str]) -> list[State]:\n    """The states whose hooks run: those asked for by name; for mere paths, those whose folders they lie in or hold."""\n    if request["states"]:\n        return [settings.states[name] for name in sorted(set(request["states"]))]\n    return [\n        state\n        for _, state in sorted(settings.states.items())\n        if any(_overlap(_plain(folder), path) for folder in state.folders for path in paths)\n    ]\n\n\ndef _overlap(one: str, other: str) -> bool:\n    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")\n\n\ndef _look(borg: Borg, archive: str, paths: list[str], target: str, answers: Answers | None) -> Found:\n    found = Found(missing=set(paths))\n    for entry in entries_of(borg, archive, paths):\n        found.entries += 1\n        found.size += entry.size\n        if found.missing:\n            found.missing -= set(_above(f"/{entry.path}"))\n        if answers is not None:\n            place = os.path.join(target, entry.path)\n            answers.say(\n                "entry",\n                path=f"/{entry.path}",\n                what=KINDS.get(entry.kind, "other"),\n                mode=entry.mode,\n                size=entry.size,\n                time=datetime.fromtimestamp(float(entry.mtime), UTC).isoformat(),\n                exists=os.path.lexists(place),\n            )\n    if borg.result.outcome == "failed":\n        raise borg.refusal()\n    return found\n\n\ndef _above(path: str) -> Iterator[str]:\n    while path != "/":\n        yield path\n        path = os.path.dirname(path)\n\n\ndef _progress(answers: Answers, said: dict[str, Any]) -> None:\n    if said.get("msgid") == "extract" and said.get("total"):\n        info = said.get("info") or [""]\n        answers.say("progress", done=said.get("current"), total=said["total"], path=f"/{info[0]}")\n\n\ndef _record(settings: Settings, facts: dict[str, Any]) -> None:\n    """Keep what became of the last restore for `status`: who asked may not be connected any more."""\n    with contextlib.suppress(OSError):\n        os.makedirs(settings.run, exist_ok=True)\n        fresh = os.path.join(settings.run, f"restore.json.{os.getpid()}")\n        with open(fresh, "w", encoding="ascii", opener=_private) as file:\n            json.dump(facts, file)\n        os.replace(fresh, os.path.join(settings.run, "restore.json"))\n\n\ndef _private(path: str, flags: int) -> int:\n    return os.open(path, flags, 0o600)\n\n\ndef last_restore(settings: Settings) -> dict[str, Any] | None:\n    """What became of the last restore since the machine was started."""\n    try:\n        with open(os.path.join(settings.run, "restore.json"), encoding="ascii") as file:\n            said = json.load(file)\n    except (OSError, ValueError):\n        return None\n    return said if isinstance(said, dict) else None\n\n\ndef _wrong(message: str) -> Refused:\n    return Refused("request", message, help="docs/reference/machine-protocol.md lists what may be asked", exit_status=2)\n'


def template_machine_server_py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""Repositories that this machine keeps for others: how they are, and pruning them where their clients may not."""\n\nfrom __future__ import annotations\n\nimport contextlib\nimport fcntl\nimport grp\nimport json\nimport os\nimport pwd\nimport re\nimport shutil\nimport socket\nimport subprocess\nimport tempfile\nfrom datetime import UTC, datetime, timedelta\nfrom fnmatch import fnmatchcase\n\nfrom answers import Refused\nfrom archives import aware, is_ahead\nfrom borg import HELP, LOCK_WAIT, Result, listen\nfrom hooks import afterwards\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from collections.abc import Iterator, Mapping\n    from typing import Any\n\n    from answers import Answers\n    from request import Request\n    from settings import Repository, Settings\n\n_HOLDER = re.compile(r"(?P<host>.*)\\.(?P<pid>\\d+)-(?P<thread>[0-9a-f]+)")\n_FATE = re.compile(r"(Would prune|Keeping archive).*\\[([0-9a-f]{64})\\]")\n\nArchives = dict[str, dict[str, str]]\n"""Archive id to name and start."""\n\n\ndef repository_facts(repository: Repository) -> dict[str, Any]:\n    """What can be seen of a repository without its passphrase."""\n    facts: dict[str, Any] = {\n        "client": repository.client,\n        "path": repository.path,\n        "append_only": repository.append_only,\n        "quota": repository.quota,\n        "exists": os.path.isfile(os.path.join(repository.path, "config")),\n        "size": None,\n        "free": None,\n        "last_write": None,\n        "locks": [],\n    }\n    if not os.path.isdir(repository.path):\n        return facts\n    size, last = 0, 0.0\n    for folder, _, files in os.walk(os.path.join(repository.path, "data")):\n        for name in files:\n            with contextlib.suppress(OSError):\n                found = os.lstat(os.path.join(folder, name))\n                size += found.st_size\n                last = max(last, found.st_mtime)\n    facts["size"] = size\n    facts["free"] = shutil.disk_usage(repository.path).free\n    facts["last_write"] = datetime.fromtimestamp(last, UTC).isoformat(timespec="seconds") if last else None\n    facts["locks"] = locks_of(repository.path)\n    return facts\n\n\ndef locks_of(path: str) -> list[dict[str, Any]]:\n    """Who holds a repository\'s lock, since when, and whether that process is still there (None: it is on another machine)."""\n    place = os.path.join(path, "lock.exclusive")\n    found = []\n    with contextlib.suppress(OSError):\n        for name in sorted(os.listdir(place)):\n            match = _HOLDER.fullmatch(name)\n            if match is None:\n                continue\n            since = datetime.fromtimestamp(os.lstat(os.path.join(place, name)).st_mtime, UTC).isoformat(timespec="seconds")\n            host, pid = match["host"], int(match["pid"])\n            found.append({"host": host, "pid": pid, "since": since, "alive": _is_alive(host, pid)})\n    return found\n\n\ndef _is_alive(host: str, pid: int) -> bool | None:\n    if host.split("@")[0] not in {socket.gethostname(), socket.getfqdn()}:\n        return None\n    try:\n        with open(f"/proc/{pid}/cmdline", "rb") as file:\n            return b"borg" in file.read()\n    except OSError:\n        return False\n\n\nclass Keeper:\n    """Borg on a repository of this machine, with a passphrase that lies nowhere but in memory and in a pipe."""\n\n    def __init__(self, settings: Settings, repository: Repository, passphrase: str) -> None:\n        self.settings, self.repository, self.passphrase = settings, repository, passphrase\n        self.base = os.path.join(settings.keep, "borg", repository.client)\n        self.held: tuple[int, ...] = ()\n        """Descriptors that Borg holds open as long as it runs: whoever waits for this program\'s end waits for Borg\'s, too."""\n\n    def run(self, command: str, *arguments: str, said: list[str] | None = None) -> str:\n        """Run a command; what it prints, and into `said` what it tells. Raises Refused if it fails."""\n        os.makedirs(self.base, mode=0o700, exist_ok=True)\n        reading, writing = os.pipe()\n        os.write(writing, self.passphrase.encode("utf-8", "surrogateescape") + b"\\n")\n        os.close(writing)\n        environment = {\n            **{name: value for name, value in os.environ.items() if not name.startswith("BORG_")},\n            "BORG_REPO": self.repository.path,\n            "BORG_BASE_DIR": self.base,\n            "BORG_PASSPHRASE_FD": str(reading),\n            "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",\n            "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "no",\n        }\n        call = [self.settings.borg, command, "--log-json", "--lock-wait", LOCK_WAIT, *arguments]\n        try:\n            with tempfile.TemporaryFile() as complaints:\n                process = subprocess.run(\n                    call,\n                    stdin=subprocess.DEVNULL,\n                    stdout=subprocess.PIPE,\n                    stderr=complaints,\n                    env=environment,\n                    pass_fds=[reading, *self.held],\n                    check=False,\n                )\n                complaints.seek(0)\n                result = Result(process.returncode)\n                listen(result, complaints, None, said)\n        finally:\n            os.close(reading)\n        if result.outcome == "failed":\n            raise Refused(result.code, result.message, help=HELP.get(result.code, ""))\n        return process.stdout.decode("utf-8", "surrogateescape")\n\n    def fates(self, *arguments: str) -> tuple[set[str], set[str]]:\n        """The ids of the archives that a prune would remove, and of those that it would keep."""\n        told: list[str] = []\n        self.run("prune", "--dry-run", "--list", *arguments, said=told)\n        fates = {match[2]: match[1] for line in told if (match := _FATE.match(line))}\n        going = {identity for identity, fate in fates.items() if fate == "Would prune"}\n        return going, set(fates) - going\n\n    def archives(self) -> Archives:\n        """All archives: id to name and start."""\n        said = json.loads(self.run("list", "--json"))\n        return {each["id"]: {"name": each["name"], "start": aware(each["start"])} for each in said["archives"]}\n\n\ndef prune(settings: Settings, request: Request, answers: Answers) -> bool:\n    """Prune the repository of a client that may only add to it, unless history was tampered with."""\n    repository = settings.repositories.get(request["client"] or "")\n    if repository is None:\n        raise Refused(\n            "no-such-repository",\n            f"this machine keeps no repository for {request[\'client\']!r}",\n            help=f"it keeps those of {\', \'.join(sorted(settings.repositories)) or \'nobody\'}",\n            exit_status=2,\n        )\n    if not repository.append_only:\n        raise Refused("prunes-itself", f"{repository.client} prunes its repository itself", help="set append_only = true first")\n    if not request["passphrase"]:\n        raise Refused("request", "the passphrase of the repository is needed", exit_status=2)\n    keeper = Keeper(settings, repository, request["passphrase"])\n    with _closed(keeper, answers):\n        before = keeper.archives()\n        found = _suspicious(_recorded(keeper), before, set(request["accept"]))\n        for fault in found:\n            answers.say("suspicious", client=repository.client, **fault)\n        if found:\n            raise Refused(\n                "history-changed",\n                f"{len(found)} archives in {repository.path} are not as they were: nothing was pruned and no space freed",\n                help="whoever has the key of this client may have done it: docs/how-to/append-only.md says how to get them back. "\n                "`accept` takes the ids of those that are as they should be",\n            )\n        chosen, going = _chosen(keeper, request["keep"] or repository.keep, before)\n        if not request["dry_run"]:\n            _record(keeper, before, going)\n            keeper.run("prune", *chosen)\n            after = keeper.archives()\n            going = set(before) - set(after)\n            keeper.run("compact")\n            _record(keeper, after, set())\n    for identity, facts in before.items():\n        answers.say("archive", client=repository.client, id=identity, kept=identity not in going, **facts)\n    answers.say(\n        "pruned",\n        client=repository.client,\n        kept=len(before) - len(going),\n        pruned=len(going),\n        dry_run=request["dry_run"],\n    )\n    return True\n\n\ndef _suspicious(recorded: Archives, found: Archives, accepted: set[str]) -> list[dict[str, str]]:\n    """Archives that were there at the last prune and are gone; and such as could push good ones out of what is kept.\n\n    Only this machine prunes, so nothing may be missing. Archives have the time at which they were begun: one from the future, or\n    one that is new and yet older than what was there before, was made to look older or newer than it is.\n    """\n    faults = []\n    starts = [datetime.fromisoformat(facts["start"]) for facts in recorded.values() if not is_ahead(facts)]\n    latest = max(starts, default=None)\n    for identity, facts in {**recorded, **found}.items():\n        start, why = datetime.fromisoformat(facts["start"]), ""\n        if identity not in found:\n            why = "it was there and is gone"\n        elif identity not in recorded and start > datetime.now(UTC) + timedelta(days=1):\n            why = "it says that it was made in the future"\n        elif identity not in recorded and latest is not None and start < latest - timedelta(days=1):\n            why = "it is new and says that it is older than archives that were there before"\n        if why and identity not in accepted:\n            faults.append({"id": identity, **facts, "why": why})\n    return faults\n\n\ndef _chosen(keeper: Keeper, keep: Mapping[str, Any], archives: Archives) -> tuple[list[str], set[str]]:\n    """The arguments of a prune, and the ids of what it removes: never the newest complete archive, however old it is."""\n    pattern = keeper.repository.archives\n    arguments = [*(f"--keep-{name}={number}" for name, number in sorted(keep.items())), "--glob-archives", pattern]\n    going, staying = keeper.fates(*arguments)\n    own = {identity: facts for identity, facts in archives.items() if fnmatchcase(facts["name"], pattern)}\n    newest = next((identity for identity, facts in reversed(own.items()) if not is_ahead(facts)), next(reversed(own), None))\n    # What stays because of its age alone may be too old a second later.\n    if newest is not None and (newest in going or not any(number for name, number in keep.items() if name != "within")):\n        arguments.append("--keep-last=1")\n        going, staying = keeper.fates(*arguments)\n    if (newest is not None and newest not in staying) or going & (set(archives) - set(own)):\n        raise Refused(\n            "history-changed",\n            f"the newest archive of {keeper.repository.client} that is not dated after now would not stay: nothing was pruned",\n            help="archives that a wrong clock dated in the future push out good ones: remove those with `borg delete`",\n        )\n    return arguments, going\n\n\ndef _file(keeper: Keeper) -> str:\n    return os.path.join(keeper.settings.keep, "archives", f"{keeper.repository.client}.json")\n\n\ndef _recorded(keeper: Keeper) -> Archives:\n    """The archives that were there after the last prune, without those that it may have removed before it was killed."""\n    try:\n        with open(_file(keeper), encoding="ascii") as file:\n            said = json.load(file)\n    except FileNotFoundError:\n        return {}\n    return {identity: facts for identity, facts in said["archives"].items() if identity not in said["going"]}\n\n\ndef _record(keeper: Keeper, archives: Archives, going: set[str]) -> None:\n    place = _file(keeper)\n    os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)\n    with open(f"{place}.new", "w", encoding="ascii") as file:\n        json.dump({"format_version": 1, "archives": archives, "going": sorted(going)}, file)\n        file.flush()\n        os.fsync(file.fileno())\n    os.replace(f"{place}.new", place)\n\n\n@contextlib.contextmanager\ndef _closed(keeper: Keeper, answers: Answers) -> Iterator[None]:\n    """Keep the client out while archives are looked at and space is freed: else it could delete in between.\n\n    The folder of the repository belongs to root for that time, so that the user that serves the client cannot enter it. A client\n    that comes meanwhile is refused, and its job fails without harm. A process of its own opens it again, also after kill -9.\n    """\n    repository = keeper.repository\n    if not os.path.isfile(os.path.join(repository.path, "config")):\n        raise Refused("no-repository", f"{repository.path} holds no repository", help=HELP["no-repository"])\n    user, group = _owner(repository)\n\n    def reopen() -> bool:\n        for folder, _, files in os.walk(repository.path, topdown=False):\n            for name in (*files, ""):\n                os.chown(os.path.join(folder, name), user, group, follow_symlinks=False)\n        return True\n\n    with _alone(keeper), afterwards(reopen, lambda: True) as (watched, reopened):\n        keeper.held = (watched,)\n        close = f"chmod 0700 {_word(repository.path)} && chown 0:0 {_word(repository.path)}"\n        keeper.run("with-lock", repository.path, "sh", "-c", close)  # not while the client is at work\n        yield\n    if not reopened:\n        answers.say("warning", message=f"{repository.path} could not be given back to {repository.user}")\n\n\n@contextlib.contextmanager\ndef _alone(keeper: Keeper) -> Iterator[None]:\n    """One prune of a repository at a time: the end of one would open it while another looks. The process that opens it again\n    holds the lock, too."""\n    os.makedirs(keeper.base, mode=0o700, exist_ok=True)\n    descriptor = os.open(os.path.join(keeper.base, "prune.lock"), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)\n    try:\n        try:\n            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)\n        except BlockingIOError:\n            raise Refused("busy", f"{keeper.repository.path} is being pruned", help="wait until that is done") from None\n        yield\n    finally:\n        os.close(descriptor)\n\n\ndef _owner(repository: Repository) -> tuple[int, int]:\n    """The user and group that serve the client; a folder that belongs to root was left closed by a kill of both processes."""\n    facts = os.stat(repository.path)\n    try:\n        return pwd.getpwnam(repository.user).pw_uid, grp.getgrnam(repository.group).gr_gid\n    except KeyError:\n        return facts.st_uid, facts.st_gid\n\n\ndef _word(text: str) -> str:\n    return "\'" + text.replace("\'", "\'\\\\\'\'") + "\'"\n'


def template_machine_settings_py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""What NixOS knows of this machine\'s backups: jobs, states, repositories kept for others."""\n\nfrom __future__ import annotations\n\nimport json\nimport os\nfrom dataclasses import dataclass\n\nfrom answers import Refused\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from collections.abc import Mapping\n    from typing import Any\n\n\n@dataclass(frozen=True)\nclass Job:\n    """One Borg job. `rsh` is its way to the repository, `archives` the pattern that names of its complete archives match."""\n\n    name: str\n    repo: str\n    rsh: str\n    archives: str\n    paths: tuple[str, ...]\n    start_at: str\n\n    @property\n    def unit(self) -> str:\n        """Its service."""\n        return f"borgbackup-job-{self.name}"\n\n\n@dataclass(frozen=True)\nclass State:\n    """One entry of clan.core.state: its folders and the commands before and after a restore, if it has any."""\n\n    name: str\n    folders: tuple[str, ...]\n    before_restore: str | None\n    after_restore: str | None\n\n\n@dataclass(frozen=True)\nclass Repository:\n    """A repository kept for a client.\n\n    Where its client may only add to it, a prune on this machine keeps what `keep` says of the archives that match `archives`.\n    """\n\n    client: str\n    path: str\n    user: str\n    group: str\n    append_only: bool\n    quota: str | None\n    keep: Mapping[str, Any]\n    archives: str\n\n\n@dataclass(frozen=True)\nclass Settings:\n    """Everything. `bin` is where commands are, `keep` is for what is remembered, `run` for what a restart ends."""\n\n    machine: str\n    version: str\n    jobs: Mapping[str, Job]\n    states: Mapping[str, State]\n    repositories: Mapping[str, Repository]\n    lock: str\n    run: str\n    keep: str\n    bin: str\n    borg: str\n\n    def command(self, name: str) -> str:\n        """A command of the system, with its full path."""\n        return os.path.join(self.bin, name)\n\n    def chosen(self, names: list[str] | None) -> list[Job]:\n        """The jobs of these names, or all."""\n        unknown = sorted(set(names or ()) - set(self.jobs))\n        if unknown:\n            raise Refused(\n                "no-such-job",\n                f"this machine has no job {unknown[0]}",\n                help=f"its jobs: {\', \'.join(sorted(self.jobs)) or \'none\'}",\n                exit_status=2,\n            )\n        return [job for name, job in sorted(self.jobs.items()) if names is None or name in names]\n\n\ndef read_settings(path: str) -> Settings:\n    """The settings in a file that NixOS made."""\n    with open(path, encoding="utf-8") as file:\n        said = json.load(file)\n    return Settings(\n        machine=said["machine"],\n        version=said["version"],\n        jobs={\n            name: Job(name, job["repo"], job["rsh"], job["archives"], tuple(job["paths"]), job["startAt"])\n            for name, job in said["jobs"].items()\n        },\n        states={\n            name: State(name, tuple(state["folders"]), state["preRestoreCommand"], state["postRestoreCommand"])\n            for name, state in said["states"].items()\n        },\n        repositories={\n            client: Repository(\n                client,\n                kept["path"],\n                kept["user"],\n                kept["group"],\n                kept["appendOnly"],\n                kept["quota"],\n                kept["keep"],\n                kept["archives"],\n            )\n            for client, kept in said["repositories"].items()\n        },\n        lock=said["lock"],\n        run=said["run"],\n        keep=said["keep"],\n        bin=said["bin"],\n        borg=said["borg"],\n    )\n'


def template_machine_status_py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""How this machine\'s backups are."""\n\nfrom __future__ import annotations\n\nimport fcntl\nimport os\nimport subprocess\nfrom datetime import UTC, datetime\n\nimport units\nfrom answers import Refused\nfrom archives import NO_SIZES, archives_of, is_ahead, newest_of, sizes_of\nfrom hooks import Begun\nfrom restoring import last_restore\nfrom server import repository_facts\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from typing import Any\n\n    from answers import Answers\n    from request import Request\n    from settings import Job, Settings\n\n\ndef status(settings: Settings, request: Request, answers: Answers) -> bool:\n    """Say how the machine, each of its jobs and each repository that it keeps for others is."""\n    chosen = settings.chosen(request["jobs"])\n    answers.say(\n        "machine",\n        name=settings.machine,\n        version=settings.version,\n        borg=_borg_version(settings),\n        now=datetime.now(UTC).isoformat(timespec="seconds"),\n        locked=(locked := _is_locked(settings)),\n        leftover=[] if locked else Begun(settings, answers).states(),\n        restore=last_restore(settings),\n        states={name: list(state.folders) for name, state in sorted(settings.states.items())},\n    )\n    good = True\n    for job in chosen:\n        facts = _job(settings, job, request)\n        good = good and facts["error"] is None\n        answers.say("job", **facts)\n    if request["jobs"] is None:\n        for _, repository in sorted(settings.repositories.items()):\n            answers.say("repository", **repository_facts(repository))\n    return good\n\n\ndef _job(settings: Settings, job: Job, request: Request) -> dict[str, Any]:\n    facts: dict[str, Any] = {\n        "job": job.name,\n        "repository": job.repo,\n        "start_at": job.start_at,\n        "paths": list(job.paths),\n        "missing_paths": [path for path in job.paths if not os.path.lexists(path)],\n        "run": units.run_of(job),\n        "newest": None,\n        "archives": None,\n        "incomplete": None,\n        "ahead": None,\n        "repository_size": None,\n        "error": None,\n    }\n    if not request["archives"]:\n        return facts\n    try:\n        found = archives_of(settings, job)\n        newest = newest_of(found)\n        facts["archives"] = sum(archive["own"] for archive in found)\n        facts["incomplete"] = [archive["name"] for archive in found if not archive["complete"]]\n        facts["ahead"] = [archive["name"] for archive in found if archive["own"] and is_ahead(archive)]\n        if newest is not None:\n            sizes, total = sizes_of(settings, job, 1, archive=newest["archive"]) if request["sizes"] else ({}, None)\n            facts["newest"] = {**newest, **sizes.get(newest["id"], NO_SIZES)}\n            facts["repository_size"] = total\n    except Refused as refusal:\n        facts["error"] = refusal.facts()\n    return facts\n\n\ndef _borg_version(settings: Settings) -> str | None:\n    try:\n        done = subprocess.run([settings.borg, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)\n    except OSError:\n        return None\n    return done.stdout.strip().removeprefix("borg ") or None\n\n\ndef _is_locked(settings: Settings) -> bool:\n    """Whether a job or a restore of this machine runs now."""\n    try:\n        descriptor = os.open(settings.lock, os.O_RDONLY | os.O_CLOEXEC)\n    except FileNotFoundError:\n        return False\n    try:\n        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)\n    except BlockingIOError:\n        return True\n    finally:\n        os.close(descriptor)\n    return False\n'


def template_machine_units_py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""What systemd knows of jobs."""\n\nfrom __future__ import annotations\n\nimport os\nimport subprocess\nfrom datetime import UTC, datetime\n\nfrom complaints import sentences\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from typing import Any\n\n    from settings import Job\n\n_SERVICE = (\n    "LoadState",\n    "ActiveState",\n    "InvocationID",\n    "Job",\n    "Result",\n    "ExecMainCode",\n    "ExecMainStatus",\n    "ExecMainStartTimestamp",\n    "ExecMainExitTimestamp",\n    "InactiveEnterTimestamp",\n    "InactiveExitTimestamp",\n)\n_TIMER = ("LoadState", "ActiveState", "NextElapseUSecRealtime", "LastTriggerUSec")\n\n\nLAST = 20\n"""How many lines of a run\'s journal are told."""\n\n\ndef call(*arguments: str) -> subprocess.CompletedProcess[str]:\n    """Run systemctl; times come in UTC and in English."""\n    environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C"}\n    return subprocess.run(\n        ["systemctl", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env=environment\n    )\n\n\ndef _properties(unit: str, names: tuple[str, ...]) -> dict[str, str]:\n    done = call("show", unit, *(f"--property={name}" for name in names))\n    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)\n\n\ndef moment(text: str) -> str | None:\n    """A time as systemctl prints it (`Wed 2026-11-25 10:14:50 UTC`), in ISO 8601; None where there is none."""\n    words = text.split()\n    if len(words) < 3:\n        return None\n    try:\n        return datetime.strptime(f"{words[1]} {words[2].split(\'.\')[0]}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).isoformat()\n    except ValueError:\n        return None\n\n\ndef run_of(job: Job) -> dict[str, Any]:\n    """The last run of a job, and the next.\n\n    `state` is `running`, `waiting` (for the lock of this machine, or hooks run), `failed`, `idle` or `unknown`.\n    """\n    service = _properties(f"{job.unit}.service", _SERVICE)\n    timer = _properties(f"{job.unit}.timer", _TIMER)\n    active = service.get("ActiveState", "")\n    queued = service.get("Job", "0") not in {"", "0"}\n    started = moment(service.get("InactiveExitTimestamp", ""))\n    over = started is not None and active in {"inactive", "failed"}\n    killed = service.get("ExecMainCode") in {"2", "3"}  # CLD_KILLED, CLD_DUMPED\n    number = int(service.get("ExecMainStatus") or 0)\n    state = "waiting" if queued and active in {"inactive", "failed"} else _STATES.get(active, "unknown")\n    return {\n        "state": state if service.get("LoadState") == "loaded" else "unknown",\n        "result": service.get("Result") if over else None,\n        "exit_status": number if over and not killed else None,\n        "signal": number if over and killed else None,\n        "started": started,\n        "finished": moment(service.get("InactiveEnterTimestamp", "")) if over else None,\n        "next": moment(timer.get("NextElapseUSecRealtime", "")),\n        "timer": timer.get("ActiveState") == "active",\n        "invocation": (invocation := service.get("InvocationID") or None),\n        **_journal(job, invocation if over else None, service.get("Result") == "success"),\n    }\n\n\ndef _journal(job: Job, invocation: str | None, well: bool) -> dict[str, Any]:\n    """What a run printed last if it failed or Borg warned: NixOS\' job tells that it ignores a warning."""\n    if invocation is None:\n        return {"warned": None, "log": []}\n    call = ["journalctl", "--quiet", "--output=cat", "--no-pager", "--lines=1000", "-u", f"{job.unit}.service"]\n    call.append(f"_SYSTEMD_INVOCATION_ID={invocation}")\n    try:\n        done = subprocess.run(call, stdin=subprocess.DEVNULL, capture_output=True, check=False)\n    except OSError:\n        return {"warned": None, "log": []}\n    lines = done.stdout.decode("utf-8", "replace").splitlines()\n    warned = any(line.startswith("ignoring warning return value") for line in lines)\n    return {"warned": warned, "log": [] if well and not warned else sentences(lines, exceptions=True)[-LAST:]}\n\n\n_STATES = {"active": "running", "activating": "waiting", "deactivating": "running", "failed": "failed", "inactive": "idle"}\n'


def template_machine_verifying_py(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"""A drill: the repository checked, the newest archive of each job extracted to a scratch place and compared."""\n\nfrom __future__ import annotations\n\nimport grp\nimport hashlib\nimport os\nimport pwd\nimport shutil\nimport stat\nimport tempfile\nimport time\nfrom dataclasses import dataclass, field\nfrom datetime import datetime\n\nimport hooks\nfrom answers import Refused\nfrom archives import archives_of, newest_of\nfrom borg import Borg\nfrom entries import entries_of\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from collections.abc import Iterator\n    from typing import Any\n\n    from answers import Answers\n    from entries import Entry\n    from request import Request\n    from settings import Job, Settings\n\nCHECKS = {"repository": ["--repository-only"], "archives": ["--last", "1"], "data": ["--last", "1", "--verify-data"]}\nMOST = 1000\n"""How many differences of one archive are said one by one."""\n\n\nPREFIX = "clanback-verify-"\n\n\n@dataclass\nclass Counts:\n    """What was compared."""\n\n    files: int = 0\n    folders: int = 0\n    links: int = 0\n    others: int = 0\n    bytes: int = 0\n    on_machine: int = 0\n    changed_since: int = 0\n    gone_since: int = 0\n    differences: int = 0\n    first_names: dict[str, str] = field(default_factory=dict)\n\n\ndef verify(settings: Settings, request: Request, answers: Answers) -> bool:\n    """Check and compare. True if all is as it should be."""\n    good = True\n    for job in settings.chosen(request["jobs"]):\n        with hooks.machine_lock(settings, answers, wait=request["wait"]):  # a job would find the repository locked\n            try:\n                good = _verify(settings, job, request, answers) and good\n            except Refused as refusal:\n                answers.say("error", **refusal.facts())\n                good = False\n    return good\n\n\ndef _verify(settings: Settings, job: Job, request: Request, answers: Answers) -> bool:\n    good = True\n    borg = Borg(settings, job)\n    if request["check"] != "none":\n        begun = time.monotonic()\n        borg.run("check", *CHECKS[request["check"]])\n        good = borg.result.outcome == "good"\n        if not good and borg.result.code not in {"borg", "damaged"}:\n            raise borg.refusal()\n        answers.say(\n            "check",\n            job=job.name,\n            what=request["check"],\n            ok=good,\n            message="" if good else borg.result.message,\n            seconds=round(time.monotonic() - begun, 3),\n        )\n    if not request["extract"]:\n        return good\n    newest = newest_of(archives_of(settings, job))\n    if newest is None:\n        raise Refused("no-archive", f"job {job.name} has made no complete archive yet", help="start it", job=job.name)\n    return _compare(settings, job, newest, request, answers) and good\n\n\ndef _compare(settings: Settings, job: Job, newest: dict[str, Any], request: Request, answers: Answers) -> bool:\n    begun = time.monotonic()\n    borg, archive, paths = Borg(settings, job), newest["archive"], request["paths"] or []\n    sizes = [entry.size for entry in entries_of(borg, archive, paths)]\n    if borg.result.outcome == "failed":\n        raise borg.refusal()\n    if not sizes:\n        raise Refused("not-in-archive", f"nothing of that is in {archive}", help="name paths that it holds", job=job.name)\n    needed = sum(sizes)\n    try:\n        _clear_leftovers(request["scratch"])\n        scratch = tempfile.mkdtemp(prefix=PREFIX, dir=request["scratch"])\n    except OSError as error:\n        advice = "name a folder that is there"\n        raise Refused("scratch", f"{request[\'scratch\']}: {error.strerror}", help=advice, job=job.name) from None\n    try:\n        free = shutil.disk_usage(scratch).free\n        if needed > free * 0.9:\n            raise Refused(\n                "disk-full",\n                f"{archive} needs {needed} bytes, and {request[\'scratch\']} has {free}",\n                help="name a `scratch` with more room, or `paths` to compare only a part",\n                job=job.name,\n            )\n        patterns = [f"pp:{path.lstrip(\'/\')}" for path in paths]\n        borg.run("extract", "--sparse", "--noflags", borg.archive(archive), *patterns, cwd=scratch)\n        if borg.result.outcome == "failed":\n            raise borg.refusal()\n        if borg.result.outcome == "warnings":\n            answers.say("warning", job=job.name, message=borg.result.message)\n        counts = _differences(borg, newest, paths, scratch, answers)\n    finally:\n        _remove(scratch)\n    answers.say(\n        "verified",\n        job=job.name,\n        archive=newest["name"],\n        start=newest["start"],\n        files=counts.files,\n        folders=counts.folders,\n        links=counts.links,\n        others=counts.others,\n        bytes=counts.bytes,\n        compared_with_machine=counts.on_machine,\n        changed_since=counts.changed_since,\n        gone_since=counts.gone_since,\n        differences=counts.differences,\n        seconds=round(time.monotonic() - begun, 3),\n    )\n    return counts.differences == 0\n\n\ndef _differences(borg: Borg, newest: dict[str, Any], paths: list[str], scratch: str, answers: Answers) -> Counts:\n    counts = Counts()\n    start = datetime.fromisoformat(newest["start"]).timestamp()\n    for entry in entries_of(borg, newest["archive"], paths, hashes=True):\n        extracted = os.path.join(scratch, entry.path)\n        for against, what, expected, found in _judged(entry, extracted, scratch, start, counts):\n            counts.differences += 1\n            if counts.differences <= MOST:\n                answers.say(\n                    "difference",\n                    job=borg.job.name,\n                    archive=newest["name"],\n                    path=f"/{entry.path}",\n                    against=against,\n                    what=what,\n                    expected=expected,\n                    found=found,\n                )\n    if borg.result.outcome == "failed":\n        raise borg.refusal()\n    return counts\n\n\nDifference = tuple[str, str, object, object]\n\n\ndef _judged(entry: Entry, extracted: str, scratch: str, start: float, counts: Counts) -> Iterator[Difference]:\n    try:\n        facts = os.lstat(extracted)\n    except OSError as error:\n        yield "archive", "missing", "extracted", error.strerror\n        return\n    kind = {"-": "files", "d": "folders", "l": "links"}.get(entry.kind, "others")\n    setattr(counts, kind, getattr(counts, kind) + 1)\n    if entry.broken:\n        yield "archive", "content", "as it was saved", "zeros: a repair of the repository found a piece of it lost"\n    further = entry.mode.startswith("h")\n    digest = _hash(extracted) if stat.S_ISREG(facts.st_mode) else ""\n    if not further:\n        counts.bytes += entry.size if entry.kind == "-" else 0\n    expected = _expected(entry)\n    found = _found(facts, extracted)\n    for what, value in expected.items():\n        if value != found[what] and not (what == "time" and _same_time(entry.mtime, facts.st_mtime_ns)):\n            yield "archive", what, value, found[what]\n    if entry.kind == "-" and not further and digest != entry.hash:\n        yield "archive", "hash", entry.hash, digest\n    if further and not os.path.samefile(extracted, os.path.join(scratch, entry.source)):\n        yield "archive", "hard link", f"/{entry.source}", "a file of its own"\n    yield from _against_machine(entry, facts, extracted, digest, start, counts)\n\n\ndef _expected(entry: Entry) -> dict[str, object]:\n    facts: dict[str, object] = {\n        "mode": entry.mode if not entry.mode.startswith("h") else f"-{entry.mode[1:]}",\n        "owner": _number(pwd.getpwnam, entry.user, entry.uid),\n        "group": _number(grp.getgrnam, entry.group, entry.gid),\n    }\n    if entry.kind == "-" and not entry.mode.startswith("h"):\n        facts["size"] = entry.size\n    if entry.kind != "d":  # a folder\'s time changes with what lies in it\n        facts["time"] = entry.mtime\n    if entry.kind == "l":\n        facts["link"] = entry.source\n    return facts\n\n\ndef _same_time(said: str, nanoseconds: int) -> bool:\n    """Borg computes the microseconds that it lists from a floating point number."""\n    seconds, micro = said.split(".")\n    return abs(int(seconds) * 1_000_000 + int(micro) - nanoseconds // 1000) <= 2\n\n\ndef _number(known: Any, name: str, number: int) -> int:\n    """The number a name has on this machine, else the one that was saved: as Borg restores it."""\n    try:\n        return int(known(name)[2]) if name else number\n    except KeyError:\n        return number\n\n\ndef _found(facts: os.stat_result, path: str) -> dict[str, object]:\n    seconds, rest = divmod(facts.st_mtime_ns, 1_000_000_000)\n    return {\n        "mode": stat.filemode(facts.st_mode),\n        "owner": facts.st_uid,\n        "group": facts.st_gid,\n        "size": facts.st_size,\n        "time": f"{seconds}.{rest // 1000:06}",\n        "link": os.readlink(path) if stat.S_ISLNK(facts.st_mode) else None,\n    }\n\n\ndef _against_machine(\n    entry: Entry, extracted: os.stat_result, copy: str, digest: str, start: float, counts: Counts\n) -> Iterator[Difference]:\n    """Compare with what is on the machine now, unless that changed since the archive was begun.\n\n    A file whose time of modification is the saved one has to have the saved content. Mode, owner and attributes may be changed\n    without a trace in that time, so they are compared only where the inode was not touched either.\n    """\n    live = f"/{entry.path}"\n    try:\n        facts = os.lstat(live)\n    except OSError:\n        counts.gone_since += 1\n        return\n    same_kind = stat.S_IFMT(facts.st_mode) == stat.S_IFMT(extracted.st_mode)\n    untouched = facts.st_ctime <= start\n    content = stat.S_ISREG(facts.st_mode) and same_kind and facts.st_mtime_ns == extracted.st_mtime_ns\n    if not (untouched or content):\n        counts.changed_since += 1\n        return\n    counts.on_machine += 1\n    if content and (now := _hash(live)) != digest:\n        yield "machine", "hash", now, digest\n    if untouched:\n        one, other = _found(facts, live), _found(extracted, copy)\n        for what in ("mode", "owner", "group", "link", *(["size", "time"] if entry.kind == "-" else [])):\n            if one[what] != other[what]:\n                yield "machine", what, one[what], other[what]\n        if (on_machine := _attributes(live)) != (saved := _attributes(copy)):\n            yield "machine", "extended attributes", on_machine, saved\n\n\ndef _attributes(path: str) -> dict[str, str]:\n    """Extended attributes, access control lists among them, that a backup keeps."""\n    try:\n        names = os.listxattr(path, follow_symlinks=False)\n        kept = sorted(name for name in names if name != "security.selinux")\n        return {name: os.getxattr(path, name, follow_symlinks=False).hex() for name in kept}\n    except OSError:\n        return {}\n\n\ndef _hash(path: str) -> str:\n    try:\n        with open(path, "rb") as file:\n            return hashlib.file_digest(file, "sha256").hexdigest()\n    except OSError as error:\n        return f"unreadable: {error.strerror}"\n\n\ndef _remove(folder: str) -> None:\n    """Remove a scratch folder, whatever the modes of what lies in it."""\n    shutil.rmtree(folder, ignore_errors=True)\n    if os.path.lexists(folder):\n        for place, _, _ in os.walk(folder):\n            os.chmod(place, 0o700)\n        shutil.rmtree(folder, ignore_errors=True)\n\n\ndef _clear_leftovers(folder: str) -> None:\n    """Remove what killed drills left; the machine\'s lock keeps others away."""\n    with os.scandir(folder) as found:\n        for item in found:\n            facts = item.stat(follow_symlinks=False)\n            if item.name.startswith(PREFIX) and stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid():\n                _remove(item.path)\n'


def template_machine_borgbackup_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_machine = resolve('machine')
    l_0_values = resolve('values')
    l_0_shared = resolve('shared')
    l_0_jobs = resolve('jobs')
    l_0_known_hosts = resolve('known_hosts')
    l_0_repos = resolve('repos')
    l_0_ssh_server = resolve('ssh_server')
    l_0_client = resolve('client')
    try:
        t_1 = environment.filters['comment']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'comment' found.")
    try:
        t_2 = environment.filters['name']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'name' found.")
    try:
        t_3 = environment.filters['nix']
    except KeyError:
        @internalcode
        def t_3(*unused):
            raise TemplateRuntimeError("No filter named 'nix' found.")
    try:
        t_4 = environment.filters['path']
    except KeyError:
        @internalcode
        def t_4(*unused):
            raise TemplateRuntimeError("No filter named 'path' found.")
    pass
    yield '# Rendered by clanback: what Borg does on '
    yield str(environment.finalize(t_1((undefined(name='machine') if l_0_machine is missing else l_0_machine))))
    yield '.\n'
    if environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'names'):
        pass
        yield 'let\n  inherit (import ../variables.nix) '
        yield str(environment.finalize(environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'names')))
        yield ';\nin\n'
    yield '{\n'
    if ((undefined(name='shared') if l_0_shared is missing else l_0_shared) != None):
        pass
        yield '  imports = [ '
        yield str(environment.finalize(t_4((undefined(name='shared') if l_0_shared is missing else l_0_shared))))
        yield ' ];\n'
    for l_1_job in (undefined(name='jobs') if l_0_jobs is missing else l_0_jobs):
        l_1_compat = resolve('compat')
        _loop_vars = {}
        pass
        yield '\n  # '
        yield str(environment.finalize(t_1(environment.getattr(l_1_job, 'origin'))))
        yield '\n  clanback.jobs.'
        yield str(environment.finalize(t_2(environment.getattr(l_1_job, 'name'))))
        yield ' = {\n    repo = '
        yield str(environment.finalize(t_3(environment.getattr(l_1_job, 'repo'))))
        yield ';\n    rsh = '
        yield str(environment.finalize(t_3(environment.getattr(l_1_job, 'rsh'))))
        yield ';\n    passphraseFile = '
        yield str(environment.finalize(t_3(environment.getattr(l_1_job, 'passphrase_file'))))
        yield ';\n    exclude = '
        yield str(environment.finalize(t_3(environment.getattr(l_1_job, 'exclude'), 4)))
        yield ';\n    compression = '
        yield str(environment.finalize(t_3(environment.getattr(l_1_job, 'compression'))))
        yield ';\n    archiveBaseName = '
        yield str(environment.finalize(t_3(environment.getattr(l_1_job, 'archive_base_name'))))
        yield ';\n    startAt = '
        yield str(environment.finalize(t_3(environment.getattr(l_1_job, 'start_at'))))
        yield ';\n'
        if environment.getattr(l_1_job, 'start_delay_seconds'):
            pass
            yield '    startDelay = '
            yield str(environment.finalize(t_3(environment.getattr(l_1_job, 'start_delay_seconds'))))
            yield ';\n'
        yield '    prune.keep = '
        yield str(environment.finalize(t_3(environment.getattr(l_1_job, 'keep'), 4)))
        yield ';\n'
        if (not (undefined(name='compat') if l_1_compat is missing else l_1_compat)):
            pass
            yield '    prune.prefix = '
            yield str(environment.finalize(t_3(environment.getattr(l_1_job, 'prune_prefix'))))
            yield ';\n'
        yield '  };\n'
    l_1_job = l_1_compat = missing
    if ((undefined(name='known_hosts') if l_0_known_hosts is missing else l_0_known_hosts) != None):
        pass
        yield '\n  # Host keys of the servers, as they lie in vars/: no trust on first use.\n  environment.etc."clanback/known_hosts".text = '
        yield str(environment.finalize((undefined(name='known_hosts') if l_0_known_hosts is missing else l_0_known_hosts)))
        yield ';\n'
    for l_1_repo in (undefined(name='repos') if l_0_repos is missing else l_0_repos):
        _loop_vars = {}
        pass
        yield '\n  # '
        yield str(environment.finalize(t_1(environment.getattr(l_1_repo, 'origin'))))
        yield '\n  services.borgbackup.repos.'
        yield str(environment.finalize(t_2(environment.getattr(l_1_repo, 'client'))))
        yield ' = {\n    path = '
        yield str(environment.finalize(t_3(environment.getattr(l_1_repo, 'path'))))
        yield ';\n'
        if environment.getattr(l_1_repo, 'append_only'):
            pass
            yield '    authorizedKeysAppendOnly = '
            yield str(environment.finalize(t_3(environment.getattr(l_1_repo, 'authorized_keys'), 4)))
            yield ';\n'
        else:
            pass
            yield '    authorizedKeys = '
            yield str(environment.finalize(t_3(environment.getattr(l_1_repo, 'authorized_keys'), 4)))
            yield ';\n'
        if environment.getattr(l_1_repo, 'quota'):
            pass
            yield '    quota = '
            yield str(environment.finalize(t_3(environment.getattr(l_1_repo, 'quota'))))
            yield ';\n'
        yield '  };\n'
        if (environment.getattr(l_1_repo, 'keep') != None):
            pass
            yield '\n  # The client may not prune this repository itself.\n  clanback.pruning.'
            yield str(environment.finalize(t_2(environment.getattr(l_1_repo, 'client'))))
            yield ' = {\n    archives = '
            yield str(environment.finalize(t_3(environment.getattr(l_1_repo, 'archives'))))
            yield ';\n    keep = '
            yield str(environment.finalize(t_3(environment.getattr(l_1_repo, 'keep'), 4)))
            yield ';\n  };\n'
    l_1_repo = missing
    if (undefined(name='ssh_server') if l_0_ssh_server is missing else l_0_ssh_server):
        pass
        if ((undefined(name='client') if l_0_client is missing else l_0_client) or (undefined(name='repos') if l_0_repos is missing else l_0_repos)):
            pass
            yield '\n'
        yield "  # Borg's clients come in over SSH, and clan-core's service has it on all its machines.\n  services.openssh.enable = true;\n"
    yield '}\n'


def template_machine_default_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_machine = resolve('machine')
    l_0_standalone = resolve('standalone')
    l_0_options = resolve('options')
    l_0_own = resolve('own')
    l_0_compat = resolve('compat')
    l_0_services = resolve('services')
    l_0_target_host = resolve('target_host')
    try:
        t_1 = environment.filters['comment']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'comment' found.")
    try:
        t_2 = environment.filters['nix']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'nix' found.")
    try:
        t_3 = environment.filters['path']
    except KeyError:
        @internalcode
        def t_3(*unused):
            raise TemplateRuntimeError("No filter named 'path' found.")
    pass
    yield '# Rendered by clanback: machine '
    yield str(environment.finalize(t_1((undefined(name='machine') if l_0_machine is missing else l_0_machine))))
    yield ', to be imported by its NixOS configuration.\n{\n  imports = [\n'
    if (undefined(name='standalone') if l_0_standalone is missing else l_0_standalone):
        pass
        yield '    '
        yield str(environment.finalize(t_3((undefined(name='options') if l_0_options is missing else l_0_options))))
        yield '\n'
    for l_1_file in (undefined(name='own') if l_0_own is missing else l_0_own):
        _loop_vars = {}
        pass
        yield '    '
        yield str(environment.finalize(t_3(l_1_file)))
        yield '\n'
    l_1_file = missing
    if ((undefined(name='compat') if l_0_compat is missing else l_0_compat) and (undefined(name='services') if l_0_services is missing else l_0_services)):
        pass
        yield "    # NixOS reads modules level by level, and clan-core imports services below a machine's own modules: only so do lists come\n    # out in its order.\n    {\n      imports = [\n        {\n          imports = [\n            {\n              imports = [\n"
        for l_1_file in (undefined(name='services') if l_0_services is missing else l_0_services):
            _loop_vars = {}
            pass
            yield '                '
            yield str(environment.finalize(t_3(l_1_file)))
            yield '\n'
        l_1_file = missing
        yield '              ];\n            }\n          ];\n        }\n      ];\n    }\n'
    else:
        pass
        for l_1_file in (undefined(name='services') if l_0_services is missing else l_0_services):
            _loop_vars = {}
            pass
            yield '    '
            yield str(environment.finalize(t_3(l_1_file)))
            yield '\n'
        l_1_file = missing
    yield '  ];\n'
    if (undefined(name='standalone') if l_0_standalone is missing else l_0_standalone):
        pass
        yield '\n  clan.core.settings.machine.name = '
        yield str(environment.finalize(t_2((undefined(name='machine') if l_0_machine is missing else l_0_machine))))
        yield ';\n'
        if ((undefined(name='target_host') if l_0_target_host is missing else l_0_target_host) != None):
            pass
            yield '  clan.core.networking.targetHost = '
            yield str(environment.finalize(t_2((undefined(name='target_host') if l_0_target_host is missing else l_0_target_host))))
            yield ';\n'
    yield '}\n'


def template_options_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_root = resolve('root')
    try:
        t_1 = environment.filters['path']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'path' found.")
    pass
    yield '# Rendered by clanback: the options of clan-core that the modules beside it, and modules written for clan-core, rely on.\n# Rendering with --no-standalone leaves this file out, for systems that import clan-core itself.\n{\n  config,\n  lib,\n  pkgs,\n  ...\n}:\nlet\n  inherit (lib) mkOption types;\n\n  inherit (config.clan.core.settings) directory;\n  machine = config.clan.core.settings.machine.name;\n\n  script =\n    description:\n    mkOption {\n      type = types.nullOr types.lines;\n      default = null;\n      inherit description;\n    };\n\n  command =\n    prefix: state: script:\n    mkOption {\n      type = types.nullOr types.str;\n      default = if script == null then null else "${prefix}-${state.name}";\n      readOnly = true;\n      description = "The command in the system\'s path that runs the ${prefix} script of this state.";\n    };\n\n  state =\n    { config, name, ... }:\n    {\n      # Options of other tools are carried along.\n      freeformType = types.attrsOf types.anything;\n      options = {\n        name = mkOption {\n          type = types.strMatching "[a-zA-Z0-9_-]+";\n          default = name;\n          description = "Name of the state.";\n        };\n        folders = mkOption {\n          type = types.listOf types.str;\n          description = "The folders the state lies in.";\n        };\n        preBackupScript = script "Runs as root before a backup: dump a database, stop a service.";\n        postBackupScript = script "Runs as root after a backup, whether it succeeded or not.";\n        preRestoreScript = script "Runs as root before a restore.";\n        postRestoreScript = script "Runs as root after a restore, whether it succeeded or not.";\n        preBackupCommand = command "pre-backup" config config.preBackupScript;\n        postBackupCommand = command "post-backup" config config.postBackupScript;\n        preRestoreCommand = command "pre-restore" config config.preRestoreScript;\n        postRestoreCommand = command "post-restore" config config.postRestoreScript;\n      };\n    };\n\n  provider =\n    { name, ... }:\n    {\n      options = {\n        name = mkOption {\n          type = types.str;\n          default = name;\n          description = "Name of the backup provider.";\n        };\n        create = mkOption {\n          type = types.str;\n          description = "Command that starts a backup.";\n        };\n        list = mkOption {\n          type = types.str;\n          description = "Command that prints all backups as JSON.";\n        };\n        restore = mkOption {\n          type = types.str;\n          description = "Command that restores the folders in FOLDERS from the backup in NAME.";\n        };\n      };\n    };\n\n  generator =\n    { config, name, ... }:\n    let\n      generator = config;\n      placement = if generator.share then "shared" else "per-machine/${machine}";\n\n      file =\n        { config, name, ... }:\n        let\n          place = "${placement}/${generator.name}/${name}";\n          value = directory + "/vars/${place}/value";\n          missing = throw "vars/${place}/value is not there: run clanback vars generate ${machine}";\n        in\n        {\n          freeformType = types.attrsOf types.anything;\n          options = {\n            name = mkOption {\n              type = types.str;\n              default = name;\n              description = "Name of the file.";\n            };\n            secret = mkOption {\n              type = types.bool;\n              default = true;\n              description = "Whether nobody but the machine may know it.";\n            };\n            deploy = mkOption {\n              type = types.bool;\n              default = true;\n              description = "Whether the machine gets it.";\n            };\n            neededFor = mkOption {\n              type = types.enum [\n                "partitioning"\n                "activation"\n                "users"\n                "services"\n              ];\n              default = "services";\n              description = "When the machine needs it.";\n            };\n            owner = mkOption {\n              type = types.str;\n              default = "root";\n              description = "Owner of the file on the machine.";\n            };\n            group = mkOption {\n              type = types.str;\n              default = "root";\n              description = "Group of the file on the machine.";\n            };\n            mode = mkOption {\n              type = types.str;\n              default = "0400";\n              description = "Mode of the file on the machine.";\n            };\n            path = mkOption {\n              type = types.str;\n              default =\n                if config.secret then\n                  "/run/secrets${lib.optionalString (config.neededFor == "users") "-for-users"}/vars/${place}"\n                else if builtins.pathExists value then\n                  "${builtins.path {\n                    name = lib.replaceStrings [ "/" ] [ "-" ] "${placement}/${generator.name}" + "_${name}";\n                    path = value;\n                  }}"\n                else\n                  missing;\n              description = "Where the file lies on the machine.";\n            };\n            value = mkOption {\n              type = types.str;\n              default =\n                if config.secret then\n                  throw "${generator.name}/${name} is a secret: only its path may be used"\n                else if builtins.pathExists value then\n                  builtins.readFile value\n                else\n                  missing;\n              description = "The text of a public value.";\n            };\n          };\n        };\n    in\n    {\n      freeformType = types.attrsOf types.anything;\n      options = {\n        name = mkOption {\n          type = types.str;\n          default = name;\n          description = "Name of the generator.";\n        };\n        share = mkOption {\n          type = types.bool;\n          default = false;\n          description = "Whether all machines have the same values.";\n        };\n        dependencies = mkOption {\n          type = types.listOf types.str;\n          default = [ ];\n          description = "Generators whose files this one reads.";\n        };\n        prompts = mkOption {\n          type = types.attrsOf types.anything;\n          default = { };\n          description = "What a person is asked for.";\n        };\n        files = mkOption {\n          type = types.attrsOf (types.submodule file);\n          default = { };\n          description = "The files it makes.";\n        };\n      };\n    };\n\n  # The commands of a state, for the system\'s path.\n  commands =\n    state:\n    lib.concatMap\n      (\n        phase:\n        lib.optional (state."${phase}Command" != null) (\n          pkgs.writeShellScriptBin state."${phase}Command" \'\'\n            set -eu -o pipefail\n            ${state."${phase}Script"}\n          \'\'\n        )\n      )\n      [\n        "preBackup"\n        "postBackup"\n        "preRestore"\n        "postRestore"\n      ];\nin\n{\n  options.clan.core = {\n    state = mkOption {\n      type = types.attrsOf (types.submodule state);\n      default = { };\n      description = "What is worth keeping on this machine.";\n    };\n    backups.providers = mkOption {\n      type = types.attrsOf (types.submodule provider);\n      default = { };\n      description = "The ways in which state is backed up.";\n    };\n    vars.generators = mkOption {\n      type = types.attrsOf (types.submodule generator);\n      default = { };\n      description = "Keys, passphrases and passwords of this machine.";\n    };\n    settings = {\n      directory = mkOption {\n        type = types.path;\n        default = '
    yield str(environment.finalize(t_1((undefined(name='root') if l_0_root is missing else l_0_root))))
    yield ';\n        description = "The repository of the clan.";\n      };\n      machine.name = mkOption {\n        type = types.str;\n        description = "Name of this machine in the clan.";\n      };\n    };\n    networking.targetHost = mkOption {\n      type = types.nullOr types.str;\n      default = null;\n      description = "How this machine is reached over SSH.";\n    };\n    postgresql = mkOption {\n      type = types.attrsOf types.anything;\n      default = { };\n      description = "Known to clan-core only; nothing comes of it here.";\n    };\n  };\n\n  config = {\n    networking.hostName = lib.mkDefault machine;\n    environment.systemPackages = lib.concatMap commands (lib.attrValues config.clan.core.state);\n    warnings = lib.optional (config.clan.core.postgresql.enable or (config.clan.core.postgresql != { }))\n      "clan.core.postgresql is part of clan-core: without it no dump of the databases is made or saved.";\n  };\n}\n'


def template_secret_files_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_way = resolve('way')
    l_0_store = resolve('store')
    l_0_install_script = resolve('install_script')
    try:
        t_1 = environment.filters['lines']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'lines' found.")
    try:
        t_2 = environment.filters['nix']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'nix' found.")
    pass
    if ((undefined(name='way') if l_0_way is missing else l_0_way) == 'upload'):
        pass
        yield '# Rendered by clanback: lays down the secrets that `clanback vars upload` brings to a machine. The same for all machines.\n'
    elif ((undefined(name='way') if l_0_way is missing else l_0_way) == 'agenix'):
        pass
        yield '# Rendered by clanback: the secrets of a machine as options of agenix, whose module has to be imported. The same for all machines.\n'
    else:
        pass
        yield '# Rendered by clanback: the secrets of a machine as options of sops-nix, whose module has to be imported. The same for all machines.\n'
    yield '{\n  config,\n  lib,\n'
    if ((undefined(name='way') if l_0_way is missing else l_0_way) == 'upload'):
        pass
        yield '  pkgs,\n'
    yield '  ...\n}:\nlet\n  machine = config.clan.core.settings.machine.name;\n'
    if ((undefined(name='way') if l_0_way is missing else l_0_way) != 'upload'):
        pass
        yield '  inherit (config.clan.core.settings) directory;\n'
    yield '\n  # Every secret this machine gets, with its place among all secrets.\n  secrets = lib.concatMap (\n    generator:\n    map\n      (file: {\n        inherit (file)\n          group\n          mode\n          neededFor\n          owner\n          path\n          ;\n        place = "${\n          if generator.share then "shared" else "per-machine/${machine}"\n        }/${generator.name}/${file.name}";\n'
    if ((undefined(name='way') if l_0_way is missing else l_0_way) == 'agenix'):
        pass
        yield '        inherit (file) name;\n'
    yield '      })\n      (lib.filter (file: file.secret && file.deploy) (lib.attrValues generator.files))\n  ) (lib.attrValues config.clan.core.vars.generators);\n\n  # What `clanback vars upload` brought.\n  store = '
    yield str(environment.finalize(t_2((undefined(name='store') if l_0_store is missing else l_0_store))))
    yield ';\n'
    if ((undefined(name='way') if l_0_way is missing else l_0_way) == 'upload'):
        pass
        yield '\n  forUsers = lib.filter (file: file.neededFor == "users") secrets;\n  forServices = lib.filter (file: file.neededFor != "users") secrets;\n\n  install =\n    name: root: files:\n    pkgs.writeShellScript name (\n      lib.toShellVars {\n        inherit machine root store;\n        sources = map (file: file.place) files;\n        targets = map (file: file.path) files;\n        owners = map (file: file.owner) files;\n        groups = map (file: file.group) files;\n        modes = map (file: file.mode) files;\n      }\n      + "\\n"\n      + \'\'\n        PATH=${pkgs.coreutils}/bin:${pkgs.util-linux}/bin:${pkgs.findutils}/bin\n'
        yield str(environment.finalize(t_1((undefined(name='install_script') if l_0_install_script is missing else l_0_install_script), 8)))
        yield '\n      \'\'\n    );\n  installForUsers = install "clanback-secrets-for-users" "/run/secrets-for-users" forUsers;\n  installForServices = install "clanback-secrets" "/run/secrets" forServices;\n\n  # Then users are not made by an activation script but by a unit.\n  usersByUnit =\n    (config.systemd.sysusers.enable or false) || (config.services.userborn.enable or false);\n'
    elif ((undefined(name='way') if l_0_way is missing else l_0_way) == 'agenix'):
        pass
        yield '\n  encrypted =\n    secret:\n    let\n      file = directory + "/secrets/clan-vars/${secret.place}/${secret.name}.age";\n    in\n    if builtins.pathExists file then\n      file\n    else\n      throw "secrets/clan-vars/${secret.place} is not there: run clanback vars generate ${machine}";\n'
    else:
        pass
        yield '\n  encrypted =\n    secret:\n    let\n      file = directory + "/vars/${secret.place}/secret";\n    in\n    if builtins.pathExists file then\n      file\n    else\n      throw "vars/${secret.place}/secret is not there: run clanback vars generate ${machine}, or fix instead of generate where secrets/ has it";\n'
    yield 'in\n{\n'
    if ((undefined(name='way') if l_0_way is missing else l_0_way) == 'upload'):
        pass
        yield '  config = lib.mkIf (secrets != [ ]) {\n    assertions = [\n      {\n        assertion = (config.sops.secrets or { }) == { };\n        message = "sops-nix owns /run/secrets on ${machine}: render with --secrets sops-nix, or take its secrets out";\n      }\n    ];\n\n    # Passwords have to be there before users are made, the rest after, since it belongs to them.\n    system.activationScripts = {\n      clanbackSecrets = {\n        text = "${installForServices}";\n        deps = [\n          "groups"\n          "users"\n        ];\n      };\n      users = lib.mkIf (forUsers != [ ] && !usersByUnit) {\n        deps = [ "clanbackSecretsForUsers" ];\n      };\n      clanbackSecretsForUsers = lib.mkIf (forUsers != [ ] && !usersByUnit) {\n        text = "${installForUsers}";\n        deps = [ "specialfs" ];\n      };\n    };\n    systemd.services = lib.mkIf (forUsers != [ ] && usersByUnit) {\n      clanback-secrets-for-users = {\n        description = "Secrets that users need";\n        wantedBy = [\n          "systemd-sysusers.service"\n          "userborn.service"\n        ];\n        before = [\n          "systemd-sysusers.service"\n          "userborn.service"\n        ];\n        unitConfig = {\n          DefaultDependencies = false;\n          RequiresMountsFor = "/var/lib/clanback";\n        };\n        serviceConfig = {\n          Type = "oneshot";\n          ExecStart = "${installForUsers}";\n          RemainAfterExit = true;\n        };\n      };\n    };\n\n    # What `clanback vars upload` calls when the files have arrived.\n    environment.systemPackages = [\n      (pkgs.writeShellScriptBin "clanback-secrets" \'\'\n        status=0\n        ${lib.optionalString (forUsers != [ ]) "${installForUsers} || status=1"}\n        ${installForServices} || status=1\n        exit $status\n      \'\')\n    ];\n  };\n'
    elif ((undefined(name='way') if l_0_way is missing else l_0_way) == 'agenix'):
        pass
        yield '  config = lib.mkIf (secrets != [ ]) {\n    # The machine\'s own age key, the only thing that `clanback vars upload` brings.\n    age.identityPaths = [ "${store}/age-key.txt" ];\n    age.secrets = lib.listToAttrs (\n      map (\n        secret:\n        lib.nameValuePair (lib.replaceStrings [ "/" ] [ "-" ] secret.place) {\n          file = encrypted secret;\n          inherit (secret)\n            group\n            mode\n            owner\n            path\n            ;\n        }\n      ) secrets\n    );\n  };\n'
    else:
        pass
        yield '  config = lib.mkIf (secrets != [ ]) {\n    # The machine\'s own age key, the only thing that `clanback vars upload` brings.\n    sops.age.keyFile = "${store}/age-key.txt";\n    # By default sops-nix tries the host keys of sshd, which are among these very secrets.\n    sops.age.sshKeyPaths = lib.mkDefault [ ];\n    sops.gnupg.sshKeyPaths = lib.mkDefault [ ];\n    sops.secrets = lib.listToAttrs (\n      map (\n        secret:\n        lib.nameValuePair "vars/${secret.place}" (\n          {\n            format = "binary";\n            sopsFile = encrypted secret;\n            neededForUsers = secret.neededFor == "users";\n            inherit (secret) path;\n          }\n          // lib.optionalAttrs (secret.neededFor != "users") { inherit (secret) group mode owner; }\n        )\n      ) secrets\n    );\n  };\n'
    yield '}\n'


def template_secrets_install_sh(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '# Variables set by the module: machine, root (where the files go, below /run), store (what `clanback vars upload` brought),\n# and in step with each other the arrays sources, targets, owners, groups, modes.\n# Lays each secret down whole, and takes away what is no longer declared. A missing one does not keep out the others.\numask 077\nmkdir -p "$root"\nif ! mountpoint --quiet "$root"; then\n  # Unlike /run itself, a ramfs is never swapped to disk. Where there is none (in containers), /run has to do.\n  mount -t ramfs -o nodev,nosuid,noexec none "$root" 2>/dev/null || true\nfi\nchmod 0751 "$root"\nfailed=0\ndeclare -A wanted\nfor number in "${!sources[@]}"; do\n  target="${targets[number]}"\n  wanted[$target]=1\n  if [[ ! -f $store/${sources[number]} ]]; then\n    echo "$target is missing: run clanback vars upload $machine" >&2\n    failed=1\n    continue\n  fi\n  folder="${target%/*}"\n  (umask 026 && mkdir -p "$folder")\n  fresh="$folder/.clanback-fresh"\n  cat <"$store/${sources[number]}" >"$fresh"\n  if ! chown -- "${owners[number]}:${groups[number]}" "$fresh"; then\n    echo "$target belongs to root: ${owners[number]}:${groups[number]} is not known here" >&2\n    failed=1\n  fi\n  chmod -- "${modes[number]}" "$fresh"\n  mv --force --no-target-directory "$fresh" "$target"\ndone\nif [[ -d $root/vars ]]; then\n  while IFS= read -r -d "" file; do\n    [[ -n ${wanted[$file]-} ]] || rm --force -- "$file"\n  done < <(find "$root/vars" -type f -print0)\nfi\nexit "$failed"\n'


def template_secrets_receive_sh(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '# Run on a machine by `clanback vars upload`, with the folder that keeps its secrets as the only argument.\n# Takes a tar archive from standard input and puts it in the place of the secrets before it, in one step: whoever looks, also after a\n# crash or a dropped connection, sees the old ones or the new ones, whole.\nset -eu\numask 077\nbase=$1\nmkdir -p "$base"\nchmod 0700 "$base"\nnew=$(mktemp -d "$base/tree.XXXXXX")\ntrap \'rm -rf "$new" "$base/next.$$"\' EXIT\ntrap \'exit 1\' HUP INT TERM\ntar -x -f - --no-same-owner -C "$new"\nif ! [ -f "$new/COMPLETE" ]; then\n  echo "the secrets did not arrive whole; the old ones are still in place" >&2\n  exit 1\nfi\nsync\nln -s "${new##*/}" "$base/next.$$"\nmv -f -T "$base/next.$$" "$base/current"\ntrap - EXIT\nsync\nfor old in "$base"/tree.*; do\n  if [ "$old" != "$new" ]; then rm -rf "$old"; fi\ndone\necho arrived\nif [ -x /run/current-system/sw/bin/clanback-secrets ]; then\n  exec /run/current-system/sw/bin/clanback-secrets\nfi\n'


def template_secrets_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_machine = resolve('machine')
    l_0_generators = resolve('generators')
    try:
        t_1 = environment.filters['comment']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'comment' found.")
    try:
        t_2 = environment.filters['nix']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'nix' found.")
    pass
    yield '# Rendered by clanback: the variables that '
    yield str(environment.finalize(t_1((undefined(name='machine') if l_0_machine is missing else l_0_machine))))
    yield ' needs. Names and owners only; no secret is in here.\n{\n  clan.core.vars.generators = '
    yield str(environment.finalize(t_2((undefined(name='generators') if l_0_generators is missing else l_0_generators), 2)))
    yield ';\n}\n'


def template_sshd_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_machine = resolve('machine')
    l_0_needs_pkgs = resolve('needs_pkgs')
    l_0_values = resolve('values')
    l_0_origin = resolve('origin')
    l_0_server = resolve('server')
    l_0_password_authentication = resolve('password_authentication')
    l_0_certificate = resolve('certificate')
    l_0_host_keys = resolve('host_keys')
    l_0_root_keys = resolve('root_keys')
    l_0_known_hosts = resolve('known_hosts')
    try:
        t_1 = environment.filters['comment']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'comment' found.")
    try:
        t_2 = environment.filters['name']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'name' found.")
    try:
        t_3 = environment.filters['nix']
    except KeyError:
        @internalcode
        def t_3(*unused):
            raise TemplateRuntimeError("No filter named 'nix' found.")
    pass
    yield '# Rendered by clanback: SSH on '
    yield str(environment.finalize(t_1((undefined(name='machine') if l_0_machine is missing else l_0_machine))))
    yield '.\n'
    if (undefined(name='needs_pkgs') if l_0_needs_pkgs is missing else l_0_needs_pkgs):
        pass
        yield '{ pkgs, ... }:\n'
    if environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'names'):
        pass
        yield 'let\n  inherit (import ../variables.nix) '
        yield str(environment.finalize(environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'names')))
        yield ';\nin\n'
    yield '{\n'
    if (undefined(name='origin') if l_0_origin is missing else l_0_origin):
        pass
        yield '  # '
        yield str(environment.finalize(t_1((undefined(name='origin') if l_0_origin is missing else l_0_origin))))
        yield '\n'
    if (undefined(name='server') if l_0_server is missing else l_0_server):
        pass
        yield '  services.openssh = {\n    enable = true;\n    settings.PasswordAuthentication = '
        yield str(environment.finalize(t_3((undefined(name='password_authentication') if l_0_password_authentication is missing else l_0_password_authentication))))
        yield ';\n'
        if ((undefined(name='certificate') if l_0_certificate is missing else l_0_certificate) != None):
            pass
            yield '    settings.HostCertificate = '
            yield str(environment.finalize((undefined(name='certificate') if l_0_certificate is missing else l_0_certificate)))
            yield ';\n'
        yield '    hostKeys = '
        yield str(environment.finalize(t_3((undefined(name='host_keys') if l_0_host_keys is missing else l_0_host_keys), 4)))
        yield ';\n  };\n'
    if (undefined(name='root_keys') if l_0_root_keys is missing else l_0_root_keys):
        pass
        yield '\n  users.users.root.openssh.authorizedKeys.keys = '
        yield str(environment.finalize(t_3((undefined(name='root_keys') if l_0_root_keys is missing else l_0_root_keys), 2)))
        yield ';\n'
    for l_1_host in (undefined(name='known_hosts') if l_0_known_hosts is missing else l_0_known_hosts):
        _loop_vars = {}
        pass
        yield '\n  programs.ssh.knownHosts.'
        yield str(environment.finalize(t_2(environment.getattr(l_1_host, 'name'))))
        yield ' = '
        yield str(environment.finalize(t_3(environment.getattr(l_1_host, 'settings'), 2)))
        yield ';\n'
    l_1_host = missing
    yield '}\n'


def template_state_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_machine = resolve('machine')
    l_0_module = resolve('module')
    try:
        t_1 = environment.filters['comment']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'comment' found.")
    pass
    yield '# Rendered by clanback: what is worth keeping on '
    yield str(environment.finalize(t_1((undefined(name='machine') if l_0_machine is missing else l_0_machine))))
    yield '.\n'
    yield str(environment.finalize((undefined(name='module') if l_0_module is missing else l_0_module)))
    yield '\n'


def template_tmpfiles_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_machine = resolve('machine')
    l_0_module = resolve('module')
    try:
        t_1 = environment.filters['comment']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'comment' found.")
    pass
    yield '# Rendered by clanback: folders that are to exist on '
    yield str(environment.finalize(t_1((undefined(name='machine') if l_0_machine is missing else l_0_machine))))
    yield '.\n'
    yield str(environment.finalize((undefined(name='module') if l_0_module is missing else l_0_module)))
    yield '\n'


def template_users_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_machine = resolve('machine')
    l_0_values = resolve('values')
    l_0_mutable_users = resolve('mutable_users')
    l_0_users = resolve('users')
    try:
        t_1 = environment.filters['comment']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'comment' found.")
    try:
        t_2 = environment.filters['name']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'name' found.")
    try:
        t_3 = environment.filters['nix']
    except KeyError:
        @internalcode
        def t_3(*unused):
            raise TemplateRuntimeError("No filter named 'nix' found.")
    pass
    yield '# Rendered by clanback: user accounts of '
    yield str(environment.finalize(t_1((undefined(name='machine') if l_0_machine is missing else l_0_machine))))
    yield '.\n'
    if environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'names'):
        pass
        yield 'let\n  inherit (import ../variables.nix) '
        yield str(environment.finalize(environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'names')))
        yield ';\nin\n'
    yield '{\n'
    if ((undefined(name='mutable_users') if l_0_mutable_users is missing else l_0_mutable_users) != None):
        pass
        yield '  users.mutableUsers = '
        yield str(environment.finalize(t_3((undefined(name='mutable_users') if l_0_mutable_users is missing else l_0_mutable_users))))
        yield ';\n'
    for l_1_user in (undefined(name='users') if l_0_users is missing else l_0_users):
        _loop_vars = {}
        pass
        yield '\n'
        if environment.getattr(l_1_user, 'origin'):
            pass
            yield '  # '
            yield str(environment.finalize(t_1(environment.getattr(l_1_user, 'origin'))))
            yield '\n'
        yield '  users.users.'
        yield str(environment.finalize(t_2(environment.getattr(l_1_user, 'name'))))
        yield ' = '
        yield str(environment.finalize(t_3(environment.getattr(l_1_user, 'settings'), 2)))
        yield ';\n'
    l_1_user = missing
    yield '}\n'


def template_variables_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_folder = resolve('folder')
    try:
        t_1 = environment.filters['path']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'path' found.")
    pass
    yield '# Rendered by clanback: public values that were not in vars/ when this was rendered, read when Nix evaluates.\n# Rendering again once they are there makes literals of them.\nrec {\n  # The place of a value, with the command that makes it where it is missing.\n  publicPath =\n    machine: key:\n    let\n      file = '
    yield str(environment.finalize(t_1((undefined(name='folder') if l_0_folder is missing else l_0_folder))))
    yield ' + "/${key}/value";\n    in\n    if builtins.pathExists file then\n      file\n    else\n      throw "vars/${key}/value is not there: run clanback vars generate ${machine}";\n\n  # Its text.\n  publicText = machine: key: builtins.readFile (publicPath machine key);\n\n  # Its text without line ends.\n  publicLine = machine: key: builtins.replaceStrings [ "\\n" ] [ "" ] (publicText machine key);\n\n  # Its place in the Nix store, under a name.\n  publicFile =\n    name: machine: key:\n    builtins.path {\n      inherit name;\n      path = publicPath machine key;\n    };\n}\n'


TEMPLATES = {
    'borgbackup-create.sh': template_borgbackup_create_sh,
    'borgbackup-folders.sh': template_borgbackup_folders_sh,
    'borgbackup-hooks.compat.sh': template_borgbackup_hooks_compat_sh,
    'borgbackup-list.sh': template_borgbackup_list_sh,
    'borgbackup-lock.sh': template_borgbackup_lock_sh,
    'borgbackup-post.sh': template_borgbackup_post_sh,
    'borgbackup-pre.sh': template_borgbackup_pre_sh,
    'borgbackup-restore.sh': template_borgbackup_restore_sh,
    'borgbackup.nix': template_borgbackup_nix,
    'clanback-machine.nix': template_clanback_machine_nix,
    'default.nix': template_default_nix,
    'machine.nix': template_machine_nix,
    'machine/__main__.py': template_machine___main___py,
    'machine/answers.py': template_machine_answers_py,
    'machine/archives.py': template_machine_archives_py,
    'machine/borg.py': template_machine_borg_py,
    'machine/complaints.py': template_machine_complaints_py,
    'machine/creating.py': template_machine_creating_py,
    'machine/entries.py': template_machine_entries_py,
    'machine/hooks.py': template_machine_hooks_py,
    'machine/request.py': template_machine_request_py,
    'machine/restoring.py': template_machine_restoring_py,
    'machine/server.py': template_machine_server_py,
    'machine/settings.py': template_machine_settings_py,
    'machine/status.py': template_machine_status_py,
    'machine/units.py': template_machine_units_py,
    'machine/verifying.py': template_machine_verifying_py,
    'machine_borgbackup.nix': template_machine_borgbackup_nix,
    'machine_default.nix': template_machine_default_nix,
    'options.nix': template_options_nix,
    'secret-files.nix': template_secret_files_nix,
    'secrets-install.sh': template_secrets_install_sh,
    'secrets-receive.sh': template_secrets_receive_sh,
    'secrets.nix': template_secrets_nix,
    'sshd.nix': template_sshd_nix,
    'state.nix': template_state_nix,
    'tmpfiles.nix': template_tmpfiles_nix,
    'users.nix': template_users_nix,
    'variables.nix': template_variables_nix,
}
