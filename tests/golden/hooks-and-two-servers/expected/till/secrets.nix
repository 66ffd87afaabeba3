# Rendered by clanback: the variables that till needs. Only where they lie; no secret is in here.
{
  clan.core.vars.generators = {
    borgbackup.files = {
      "borgbackup.repokey" = { };
      "borgbackup.ssh" = { };
      "borgbackup.ssh.pub".secret = false;
    };
  };
}
