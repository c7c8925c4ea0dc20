"""`python -m tahqiq` is `tahqiq`."""

from tahqiq.cli import main

main()
