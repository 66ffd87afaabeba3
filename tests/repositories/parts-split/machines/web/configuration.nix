{
  clan.core.state.www.folders = [ "/var/www" ];
}
