{ lib, ... }:
{
  meta.name = lib.mkForce "imports";
  meta.description = "merged from three files";
}
