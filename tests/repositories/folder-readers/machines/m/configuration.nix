{ lib, ... }: { clan.core.state.m.folders = [ "/m" ]; }
