"""A house of two servers and one sleeping child: a program of its own, so that tests can kill it.

servers_only.py CHECKOUT, with VAR in the environment.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(sys.argv[1]) / "bin"))

from launch import house, places, programs

var = places.data_folder()
with house.supervised(var) as supervisor:
    environ = house.start_servers(supervisor, var)
    family = ["sh", "-c", "sleep 600 & sleep 600"]
    supervisor.start(programs.Program(name="sleeper", command=family, log=var / "log" / "sleeper.log", environ=environ))
    print("ready", environ["DATABASE_URL"], environ["CACHE_URL"], flush=True)
    supervisor.watch()
