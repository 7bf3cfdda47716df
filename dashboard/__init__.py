"""The face of WattsUp: asks the core's services and draws what they answer."""
