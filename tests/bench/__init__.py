"""What WattsUp's figures rest on. Each module ``bench_*.py`` has a ``main()`` that prints a Markdown table."""
