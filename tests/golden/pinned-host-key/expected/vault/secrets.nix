# Rendered by clanback: the variables that vault needs. Names and owners only; no secret is in here.
{
  clan.core.vars.generators = {
    openssh.files = {
      "ssh.id_ed25519" = { };
      "ssh.id_ed25519.pub".secret = false;
    };
    openssh-ca = {
      share = true;
      files = {
        id_ed25519.deploy = false;
        "id_ed25519.pub" = {
          secret = false;
          deploy = false;
        };
      };
    };
    openssh-cert = {
      dependencies = [
        "openssh"
        "openssh-ca"
      ];
      files = {
        "ssh.id_ed25519-cert.pub".secret = false;
      };
    };
  };
}
