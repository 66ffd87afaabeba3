{ inputs, ... }:
{
  systems = import inputs.systems;
}
