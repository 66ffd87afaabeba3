"""The graph of who backs up what to whom, drawn: as Mermaid, as DOT, as SVG, and as one page of HTML. Pure: texts from facts."""
