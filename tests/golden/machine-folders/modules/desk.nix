{ lib, ... }: { clan.core.state.x.folders = lib.mkDefault [ "/x" ]; }
