"""A village grid: many meters that send every minute through gateways, and people who watch; each kind of client a process of its own."""
