"""The bundled sample: feeds in our own words, served over HTTP on this machine so that the real reader runs."""
