{ self, clan-core, ... }@inputs:
{
  clan = (clan-core.lib.clan (import ../clan { inherit inputs self; })).config;
}
