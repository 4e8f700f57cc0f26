# being written by the lead, 19:30
