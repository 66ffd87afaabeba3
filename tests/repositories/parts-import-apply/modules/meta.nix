{ withSystem }:
{
  clan.meta.name = "apply";
  clan.pkgsForSystem = system: withSystem system ({ pkgs, ... }: pkgs);
}
