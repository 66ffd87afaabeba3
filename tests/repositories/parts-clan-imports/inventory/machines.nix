{
  inventory.machines.pc.tags = [ "desk" ];
}
