{ pkgs, ... }:
{
  clan.core.state.mail.folders = [ "/var/mail" ];
  environment.systemPackages = [ pkgs.git ];
}
