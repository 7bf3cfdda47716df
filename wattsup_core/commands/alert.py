"""``alert``: where alerts go, for which meters and from which severity; and whether they arrive."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from wattsup_core.alerting import HIGHEST_SEVERITY, LOWEST_SEVERITY, AlertRule, AlertTopic
from wattsup_core.commands.arguments import number
from wattsup_core.commands.terminal import printable
from wattsup_core.errors import UndeliveredTestError

if TYPE_CHECKING:
    from wattsup_core.settings import Settings
    from wattsup_core.store import AlertChannel, Store

FROM_STANDARD_INPUT = "-"


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("alert", help="add, list, try and remove the channels that alerts go to")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    _add_action(actions.add_parser("add", help="have alerts sent to an address and print the channel's id"))
    actions.add_parser("list", help="list the channels, without what is secret of their addresses").set_defaults(run=run_list)
    for name, run, told in (
        ("remove", run_remove, "send no more alerts to a channel"),
        ("test", run_test, "send a test to a channel now and say what came of it"),
    ):
        action = actions.add_parser(name, help=told)
        action.add_argument("channel_id", metavar="ID", help="its id from the list")
        action.set_defaults(run=run)


def _add_action(add: argparse.ArgumentParser) -> None:
    add.add_argument(
        "address",
        metavar="ADDRESS",
        help="an e-mail address, https://… for a webhook, an address of Apprise such as ntfys://ntfy.sh/topic, or - to read it from "
        "standard input, where no list of processes shows it",
    )
    whose = add.add_mutually_exclusive_group(required=True)
    whose.add_argument("--meter", metavar="ID", help="the meter whose alerts go there")
    whose.add_argument("--all", action="store_true", help="the alerts of all meters go there, also of those to come; of samples none do")
    add.add_argument(
        "--severity",
        type=number(int, LOWEST_SEVERITY, HIGHEST_SEVERITY, including=True),
        default=LOWEST_SEVERITY,
        metavar="N",
        help="from which severity on (default: %(default)s, all)",
    )
    topics = [topic.value for topic in AlertTopic]
    add.add_argument("--about", choices=topics, default=AlertTopic.ALL.value, help="unusual use, faults of the data, or all (default: all)")
    add.set_defaults(run=run_add)


def run_add(args: argparse.Namespace) -> None:
    """Add a channel; its id alone goes to standard output."""
    from wattsup_core.service.alerts.channels import add_channel

    settings, store = _opened()
    address = sys.stdin.readline() if args.address == FROM_STANDARD_INPUT else args.address
    rule = AlertRule(int(args.severity), AlertTopic(args.about))
    channel = add_channel(store, settings, address, None if args.all else args.meter, rule)
    print(channel.channel_id)
    print(f"Alerts of {channel.meter_id or 'all meters'} go to {channel.label}. Try it: alert test {channel.channel_id}", file=sys.stderr)


def run_list(args: argparse.Namespace) -> None:  # noqa: ARG001  # every subcommand runs alike
    """Print a line for each channel."""
    for channel in _opened()[1].outbox.channels():
        print(printable(_line(channel)))


def run_remove(args: argparse.Namespace) -> None:
    """Remove a channel and say so."""
    _opened()[1].outbox.remove_channel(args.channel_id)
    print(f"{args.channel_id} is removed.")


def run_test(args: argparse.Namespace) -> None:
    """Send a test and say what came of it."""
    from wattsup_core.service.alerts.channels import send_test

    settings, store = _opened()
    is_sent, told = send_test(store, settings, args.channel_id)
    if not is_sent:
        raise UndeliveredTestError(told)
    print(told)


def _line(channel: AlertChannel) -> str:
    rule = channel.rule
    about = {AlertTopic.ALL: "all anomalies", AlertTopic.USE: "unusual use", AlertTopic.DATA: "faults of the data"}[rule.topic]
    return f"{channel.channel_id}  {channel.meter_id or 'all meters'}  {about} from severity {rule.least_severity}  {channel.label}"


def _opened() -> tuple[Settings, Store]:
    from wattsup_core.settings import Settings
    from wattsup_core.store import open_store

    settings = Settings.from_env()
    store = open_store(settings.database_url)
    store.migrate()
    return settings, store
