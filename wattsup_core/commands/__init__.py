"""The subcommands of ``python -m wattsup_core``: each module adds its arguments and runs one use case."""
