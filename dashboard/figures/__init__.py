"""View data in, Plotly figures out. A figure knows no Dash, no service, no store; its points are plain lists of local times."""
