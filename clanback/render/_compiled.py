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
    yield '# Variables set by the module: job, postBackup (state to command).\n# Runs the post-backup hooks of the states that borgbackup-pre noted, the last one first, also after a failure. A hook that\n# fails is reported, but does not make the archive a bad one.\nexport PATH="$PATH:/run/wrappers/bin:/run/current-system/sw/bin"\nbegun="/run/clanback/$job"\n[[ -d $begun ]] || exit 0\nmapfile -t notes < <(find "$begun" -type f | sort --reverse)\nfor note in "${notes[@]}"; do\n  state=$(<"$note")\n  command="${postBackup[$state]-}"\n  if [[ -n $command ]]; then\n    echo "running the post-backup hook of $state"\n    if ! "/run/current-system/sw/bin/$command"; then\n      echo "<3>the post-backup hook of $state failed" >&2\n    fi\n  fi\n  rm -f "$note"\ndone\n'


def template_borgbackup_pre_sh(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '# Variables set by the module: job, states (names of clan.core.state, in order), preBackup (state to command).\n# Runs the pre-backup hooks, one after the other, and notes each state before its hook starts, so that borgbackup-post runs\n# the post-backup hooks of exactly these, whatever happens in between.\nexport PATH="$PATH:/run/wrappers/bin:/run/current-system/sw/bin"\nbegun="/run/clanback/$job"\nmkdir -p "$begun"\nrm -f "$begun"/*\nnumber=1000\nfor state in "${states[@]}"; do\n  number=$((number + 1))\n  printf \'%s\\n\' "$state" >"$begun/$number"\n  command="${preBackup[$state]-}"\n  if [[ -n $command ]]; then\n    echo "running the pre-backup hook of $state"\n    if ! "/run/current-system/sw/bin/$command"; then\n      echo "<3>the pre-backup hook of $state failed: nothing is saved" >&2\n      exit 1\n    fi\n  fi\ndone\n'


def template_borgbackup_restore_sh(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '# Variables set by the module: repositories (job to repository), known (the folders of all state), lock (a file).\n# Environment: NAME, an archive as borgbackup-list prints it; FOLDERS, the folders to restore, separated by colons.\n# Never restores everything because nothing was asked for.\nNAME=${NAME-}\njob=${NAME%%::*}\narchive=${NAME##*::}\nrepository=${NAME#"$job"::}\nrepository=${repository%"::$archive"}\nif [[ -z $job || -z ${repositories[$job]-} || $NAME != "$job::$repository::$archive" || -z $archive ]]; then\n  echo "NAME=\'$NAME\' is no archive of this machine: borgbackup-list prints their names" >&2\n  exit 1\nfi\n\n# A folder may contain colons itself: at each place the longest folder that is known here is taken, else all up to the colon.\nselected=()\nrest=${FOLDERS-}\nwhile [[ -n $rest ]]; do\n  folder=${rest%%:*}\n  for candidate in "${known[@]}"; do\n    if [[ $rest == "$candidate" || $rest == "$candidate":* ]] && ((${#candidate} > ${#folder})); then\n      folder=$candidate\n    fi\n  done\n  rest=${rest#"$folder"}\n  rest=${rest#:}\n  if [[ -n $folder ]]; then\n    selected+=("pp:${folder#/}")\n  fi\ndone\nif ((${#selected[@]} == 0)); then\n  echo "no folder to restore: set FOLDERS" >&2\n  exit 1\nfi\n\nexec 9>"$lock"\nif ! flock --nonblock 9; then\n  echo "waiting for a running backup of this machine to finish" >&2\n  flock 9\nfi\ncd /\nsource="$repository::$archive"\nif [[ $repository == "${repositories[$job]}" ]]; then\n  source="::$archive"\nfi\necho "restoring ${selected[*]#pp:} from $NAME"\n"/run/current-system/sw/bin/borg-job-$job" extract --lock-wait 600 "$source" "${selected[@]}" 9>&-\n'


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
        yield '\n    \'\'\n  );\n\n  preScript =\n    job:\n    pkgs.writeShellScript "borgbackup-pre" (\n      scriptText\n        {\n          inherit job;\n          states = map (entry: entry.name) state;\n          preBackup = commandsOf "preBackupCommand";\n        }\n        \'\'\n'
        yield str(environment.finalize(t_1((undefined(name='pre_script') if l_0_pre_script is missing else l_0_pre_script), 10)))
        yield '\n        \'\'\n    );\n\n  postScript =\n    job:\n    pkgs.writeShellScript "borgbackup-post" (\n      scriptText\n        {\n          inherit job;\n          postBackup = commandsOf "postBackupCommand";\n        }\n        \'\'\n'
        yield str(environment.finalize(t_1((undefined(name='post_script') if l_0_post_script is missing else l_0_post_script), 10)))
        yield "\n        ''\n    );\n\n  # Runs inside the job, just before borg.\n  reportMissingFolders = scriptText { inherit folders; } ''\n"
        yield str(environment.finalize(t_1((undefined(name='folders_script') if l_0_folders_script is missing else l_0_folders_script), 4)))
        yield "\n  '';\n"
    yield '\n  repositories = lib.mapAttrs (_: job: job.repo) jobs;\n\n  job =\n    { config, ... }:\n    {\n      options = {\n        repo = mkOption {\n          type = types.str;\n          description = "The repository.";\n        };\n        rsh = mkOption {\n          type = types.str;\n          description = "How Borg reaches it (BORG_RSH).";\n        };\n        passphraseFile = mkOption {\n          type = types.str;\n          description = "Where the passphrase lies on this machine.";\n        };\n        exclude = mkOption {\n          type = types.listOf types.str;\n          default = [ ];\n          description = "Patterns of what is not saved.";\n        };\n        compression = mkOption {\n          type = types.str;\n          default = "auto,zstd";\n          description = "How archives are compressed.";\n        };\n        archiveBaseName = mkOption {\n          type = types.str;\n          description = "What the names of archives begin with.";\n        };\n        startAt = mkOption {\n          type = types.str;\n          description = "When the job starts, in systemd\'s words.";\n        };\n        startDelay = mkOption {\n          type = types.ints.unsigned;\n          default = 0;\n          description = "By how many seconds at most it starts later: each machine always at its own moment.";\n        };\n        prune = {\n          keep = mkOption {\n            type = types.attrsOf (types.either types.int types.str);\n            default = { };\n            description = "How many archives are kept; nothing is pruned if this is empty.";\n          };\n          prefix = mkOption {\n            type = types.str;\n            default = config.archiveBaseName;\n            description = "What the names of the archives that may be pruned begin with.";\n          };\n        };\n      };\n    };\nin\n{\n  options.clanback.jobs = mkOption {\n    type = types.attrsOf (types.submodule job);\n    default = { };\n    description = "Jobs that save the state of this machine.";\n  };\n\n  config = lib.mkMerge [\n    (lib.mkIf active {\n      services.borgbackup.jobs = lib.mapAttrs (_: job: {\n        paths = folders;\n        inherit (job)\n          archiveBaseName\n          compression\n          exclude\n          prune\n          repo\n          startAt\n          ;\n        environment = {\n          BORG_RSH = job.rsh;\n          BORG_RELOCATED_REPO_ACCESS_IS_OK = "yes";\n        };\n        encryption = {\n          mode = "repokey";\n          passCommand = "cat ${job.passphraseFile}";\n        };\n        persistentTimer = true;\n'
    if (not (undefined(name='compat') if l_0_compat is missing else l_0_compat)):
        pass
        yield '        # Borg warns of folders that are missing and of files that change while they are read; the rest is saved.\n        failOnWarnings = false;\n        preHook = reportMissingFolders;\n'
    yield '      }) jobs;\n\n'
    if (undefined(name='compat') if l_0_compat is missing else l_0_compat):
        pass
        yield '      # Hooks run as root, outside of the job\'s read-only view of the system.\n      systemd.services = lib.mapAttrs\' (\n        name: _:\n        lib.nameValuePair "borgbackup-job-${name}" {\n          serviceConfig = {\n            ExecStartPre = [ "+${hooksScript "pre" "preBackupCommand"}" ];\n            ExecStopPost = [ "+${hooksScript "post" "postBackupCommand"}" ];\n            TimeoutStartSec = "infinity";\n            TimeoutStopSec = "infinity";\n          };\n        }\n      ) jobs;\n\n'
    else:
        pass
        yield '      # The clients of a server do not all start at once.\n      systemd.timers = lib.mapAttrs\' (\n        name: job:\n        lib.nameValuePair "borgbackup-job-${name}" {\n          timerConfig = {\n            RandomizedDelaySec = job.startDelay;\n            FixedRandomDelay = true;\n          };\n        }\n      ) (lib.filterAttrs (_: job: job.startDelay > 0) jobs);\n\n      # Hooks run as root, outside of the job\'s read-only view of the system. The lock belongs to a service of its own, which\n      # systemd stops when the job with all its hooks is over, whatever became of it.\n      systemd.services = lib.mkMerge (\n        map (job: {\n          "borgbackup-lock-${job}" = {\n            description = "Lock of this machine\'s backups, held for the job ${job}";\n            unitConfig.StopWhenUnneeded = true;\n            serviceConfig = {\n              Type = "forking";\n              ExecStart = "${lockScript}";\n              TimeoutStartSec = "infinity";\n            };\n          };\n          "borgbackup-job-${job}" = {\n            requires = [ "borgbackup-lock-${job}.service" ];\n            after = [ "borgbackup-lock-${job}.service" ];\n            serviceConfig = {\n              ExecStartPre = [ "+${preScript job}" ];\n              ExecStopPost = [ "+${postScript job}" ];\n              TimeoutStartSec = "infinity";\n              TimeoutStopSec = "infinity";\n            };\n          };\n        }) (lib.attrNames jobs)\n      );\n\n'
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


def template_machine_borgbackup_nix(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_machine = resolve('machine')
    l_0_values = resolve('values')
    l_0_client = resolve('client')
    l_0_jobs = resolve('jobs')
    l_0_known_hosts = resolve('known_hosts')
    l_0_repos = resolve('repos')
    l_0_ssh_server = resolve('ssh_server')
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
    yield '# Rendered by clanback: what Borg does on '
    yield str(environment.finalize(t_1((undefined(name='machine') if l_0_machine is missing else l_0_machine))))
    yield '.\n'
    if environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'names'):
        pass
        yield 'let\n  inherit (import ../variables.nix) '
        yield str(environment.finalize(environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'names')))
        yield ';\nin\n'
    yield '{\n'
    if (undefined(name='client') if l_0_client is missing else l_0_client):
        pass
        yield '  imports = [ ../borgbackup.nix ];\n'
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
        if environment.getattr(l_1_repo, 'follows'):
            pass
            yield '\n'
        yield '  # '
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
        yield '\n  encrypted =\n    secret:\n    let\n      file = directory + "/vars/${secret.place}/secret";\n    in\n    if builtins.pathExists file then\n      file\n    else\n      throw "vars/${secret.place}/secret is not there: run clanback vars generate ${machine}";\n'
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
    yield '# Run on a machine by `clanback vars upload`, with the folder that keeps its secrets as the only argument.\n# Takes a tar archive from standard input and puts it in the place of the secrets before it, in one step: whoever looks, also after a\n# crash or a dropped connection, sees the old ones or the new ones, whole.\nset -eu\numask 077\nbase=$1\nmkdir -p "$base"\nchmod 0700 "$base"\nnew=$(mktemp -d "$base/tree.XXXXXX")\ntrap \'rm -rf "$new" "$base/next.$$"\' EXIT\ntrap \'exit 1\' HUP INT TERM\ntar -x -f - --no-same-owner -C "$new"\nif ! [ -f "$new/COMPLETE" ]; then\n  echo "the secrets did not arrive whole; the old ones are still in place" >&2\n  exit 1\nfi\nsync\nln -s "${new##*/}" "$base/next.$$"\nmv -f -T "$base/next.$$" "$base/current"\ntrap - EXIT\nsync\nfor old in "$base"/tree.*; do\n  if [ "$old" != "$new" ]; then rm -rf "$old"; fi\ndone\nif [ -x /run/current-system/sw/bin/clanback-secrets ]; then\n  exec /run/current-system/sw/bin/clanback-secrets\nfi\n'


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
    'default.nix': template_default_nix,
    'machine.nix': template_machine_nix,
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
