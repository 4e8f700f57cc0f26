"""A believable province of made-up people: for a first look, for training, and for measuring."""
