# Rendered by clanback: the variables that desk needs. Names and owners only; no secret is in here.
{
  clan.core.vars.generators = {
    borgbackup.files = {
      "borgbackup.repokey" = { };
      "borgbackup.ssh" = { };
      "borgbackup.ssh.pub".secret = false;
    };
  };
}
