# Rendered by clanback: the variables that shelf needs. Only where they lie; no secret is in here.
{
  clan.core.vars.generators = {
    borgbackup.files = {
      "borgbackup.repokey" = { };
      "borgbackup.ssh" = { };
      "borgbackup.ssh.pub".secret = false;
    };
  };
}
