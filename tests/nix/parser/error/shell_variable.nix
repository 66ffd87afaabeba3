"${HOME"
