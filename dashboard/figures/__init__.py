"""View data in, Plotly figures out. A figure knows no Dash, no service, no store; its points are plain lists of local times.

Figures are plain dictionaries as they travel to the browser. Plotly's own classes check each point of each list, which for a
zoom takes ten times as long as all the rest; the tests put every figure through them.
"""
