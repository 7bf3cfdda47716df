"""The engine of WattsUp: meter files in, anomalies with causes and costs out. Knows nothing of the dashboard."""
