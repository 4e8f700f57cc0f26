"""What bin/run, bin/test and bin/bench share. Standard library only: a bare Python 3.11 starts the house."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
