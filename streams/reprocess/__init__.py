"""Running stored articles through the stages again, after a change of models or of boilerplate rules."""
