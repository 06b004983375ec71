"""Every measurement, one after the other."""

from benchmarks import turn

if __name__ == "__main__":
    turn.main()
