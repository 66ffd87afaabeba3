{ self, ... }: { clan.core.state.rings.folders = [ "/srv/rings" ]; }
