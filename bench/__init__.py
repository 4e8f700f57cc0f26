"""What `bin/bench` measures: figures of one run on one machine, as ratios where its speed would blur them."""
