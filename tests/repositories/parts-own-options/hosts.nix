{
  fleet.domain = "FLEET.LAN";
  fleet.hosts.web = {
    address = "10.0.0.1";
    backup = true;
  };
  fleet.hosts.db.tags = [ "data" ];
}
