[ { } ({ }: [ ]) rec { } let { } "" '''' (let in 1) ]
