"""Making the models that vnsum ships, from data; needs the extra `vnsum[train]`."""
