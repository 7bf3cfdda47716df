"""Every component id, once."""

from __future__ import annotations

# page shell
URL = "url"
SECTION = "section"  # pattern id {"type": SECTION, "path": path}: the content of one page
PAGE_LINK = "page-link"  # pattern id {"type": PAGE_LINK, "path": path}: its link in the bar
THEME = "theme"  # dcc.Store: "light" | "dark", as the browser shows it
TOKENS = "tokens"  # dcc.Store: colour maps between the themes
THEME_BUTTON = "theme-button"
METER_PICKER = "meter-picker"  # a list, while the meters are few
METERS_MANY = "meters-many"  # dcc.Store: {"meter", "name", "count"} while they are many; none otherwise
METER_FINDER = "meter-finder"  # what stands in place of the list then
METER_FIND = "meter-find"  # holder of its field and its matches, made by assets/meters.js
UPLOAD_BUTTON = "upload-button"
UPLOAD_FILE = "upload-file"  # the hidden <input type="file">, made by assets/upload.js inside this holder
DROP_HINT = "drop-hint"
TOASTS = "toasts"
PAGE = "page"
PAGE_STATE = "page-state"  # holder in place of the page: nothing to show yet, or a failure

# range row
RANGE_PRESET = "range-preset"
DATE_RANGE = "date-range"
FACTS = "facts"  # interval, zone, completeness
BANNER = "banner"

# figures
FIGURES = "figures"

# chart card
CHART = "chart"
CHART_CARD = "chart-card"
CHART_STATE = "chart-state"  # holder over the chart: no readings in the range, still being scored; empty otherwise
CHART_WINDOW = "chart-window"  # dcc.Store: [from, to] local wall clock that the browser looks at, debounced
CHART_SUMMARY = "chart-summary"  # the chart in words
SWITCH_ANOMALIES = "switch-anomalies"
SWITCH_BAND = "switch-band"
SWITCH_AVERAGE = "switch-average"
SWITCH_FORECAST = "switch-forecast"
RESOLUTION = "resolution"
ZOOM_IN = "zoom-in"
ZOOM_OUT = "zoom-out"
PAN_LEFT = "pan-left"
PAN_RIGHT = "pan-right"
ZOOM_RESET = "zoom-reset"
DOWNLOAD_MENU = "download-menu"
DOWNLOAD_READINGS = "download-readings"  # link
DOWNLOAD_EVENTS = "download-events"  # link
DOWNLOAD_PNG = "download-png"  # these and the table's: assets/files.js asks for the file
DOWNLOAD_SVG = "download-svg"
DOWNLOAD_PDF = "download-pdf"
DOWNLOAD_POINTS = "download-points"
DOWNLOAD_REPORT = "download-report"  # PDF
DOWNLOAD_REPORT_PAGE = "download-report-page"  # HTML
SUMS_BUTTON = "sums-button"  # opens and closes the sum of a window; assets/sums.js
SUMS_PANEL = "sums-panel"
SUMS_FROM = "sums-from"  # holders of the fields for its times, made by assets/sums.js
SUMS_TO = "sums-to"
SUMS_ASK = "sums-ask"  # dcc.Store: {"window": [from, to]} on the local wall clock, as it was asked last
SUMS_RESULT = "sums-result"
RISK_LANE = "risk-lane"
TABLE_BUTTON = "chart-table-button"  # opens and closes the chart's tables
CHART_TABLE = "chart-table"  # their holder
TABLE_ASK = "chart-table-ask"  # dcc.Store: {"page", "window"} of the open table; none while it is closed
TABLE_PAGE_BUTTON = "table-page-button"  # pattern id {"type": TABLE_PAGE_BUTTON, "step": -1 | 1}
DAY_BUTTON = "day-button"  # pattern id {"type": DAY_BUTTON, "day": ISO date}

# anomaly table and panel
EVENTS = "events"  # the table's holder
EVENTS_COUNT = "events-count"
EVENTS_SORT = "events-sort"  # dcc.Store: {"column", "descending"}
EVENTS_FILTER = "events-filter"
EVENTS_MENU = "events-menu"
DOWNLOAD_TABLE = "download-table"  # CSV
DOWNLOAD_SHEET = "download-sheet"  # Excel
EVENTS_PAGE = "events-page"  # dcc.Store: page number
EVENT_ROW = "event-row"  # pattern id {"type": EVENT_ROW, "event": event_id}
EVENT_CAUSE = "event-cause"  # pattern id {"type": EVENT_CAUSE, "event": event_id}: what the tooltip belongs to
EVENT_SORT_BUTTON = "event-sort-button"  # pattern id {"type": EVENT_SORT_BUTTON, "column": name}
EVENT_PAGE_BUTTON = "event-page-button"  # pattern id {"type": EVENT_PAGE_BUTTON, "step": -1 | 1}
WHY = "why"  # the panel's holder
CLOSE_UP = "close-up"  # the panel's chart
ANSWERS = "answers"  # holder of the panel's answer buttons
ANSWER_BUTTON = "answer-button"  # pattern id {"type": ANSWER_BUTTON, "event": event_id, "answer": one of Answer}
ANSWER_PRESS = "answer-press"  # dcc.Store: {"event", "answer": what is to hold from now on, "" for none, "n": a count}
ANSWER_KEPT = "answer-kept"  # dcc.Store: the answer was kept, the page is to be drawn anew
EVENTS_EXPECTED = "events-expected"  # switch: whether the table lists what was expected
ALERT_NOTE = "alert-note"  # on every page: an anomaly that a person has asked to be told of; assets/live.js writes it
ALERT_BUTTON = "alert-button"  # goes to it

# a file on its way
FILE_NOTE = "file-note"  # its data-state attribute shows a part: "idle" (none), "work", "done", "failed"
FILE_NAME = "file-name"  # what is being prepared
FILE_SAVED = "file-saved"  # under which name it came
FILE_MESSAGE = "file-message"  # why it did not
FILE_HINT = "file-hint"

# upload
UPLOAD_TICKET = "upload-ticket"  # dcc.Store: {"upload", "name", "options"} of a file that has arrived
UPLOAD_RESULT = "upload-result"  # dcc.Store: the outcome of the import (see dashboard.jobs)
UPLOAD_DIALOG = "upload-dialog"
UPLOAD_PHASE = "upload-phase"  # its data-phase attribute shows one: "choose", "work", "cancelled", "result"
UPLOAD_BODY = "upload-body"  # the result: summary or refusal
UPLOAD_WORK_NAME = "upload-work-name"  # name of the file being worked on
UPLOAD_SENT = "upload-sent"  # progress bar of the sending
UPLOAD_STEP = "upload-step"  # holder of the step list
UPLOAD_PROGRESS = "upload-progress"
UPLOAD_CANCEL = "upload-cancel"
UPLOAD_CLOSE = "upload-close"
UPLOAD_AGAIN = "upload-again"  # read the same file again with corrected settings
UPLOAD_AGAIN_WORDS = "upload-again-words"
UPLOAD_SHOW = "upload-show"
UPLOAD_ACTIONS = "upload-actions"  # holds both; its data-as-read attribute is how the file was read, as JSON
UPLOAD_ZONE = "upload-zone"
UPLOAD_STAMP = "upload-stamp"
UPLOAD_DATE_ORDER = "upload-date-order"
UPLOAD_REGISTER = "upload-register"
UPLOAD_UNIT = "upload-unit"
UPLOAD_NAME = "upload-name"
UPLOAD_NAME_PROBLEM = "upload-name-problem"  # what is wrong with the name that was typed
UPLOAD_PRICE = "upload-price"
UPLOAD_PRICE_PROBLEM = "upload-price-problem"
UPLOAD_CURRENCY = "upload-currency"

# scoring that was left unfinished
PENDING = "pending"  # dcc.Store: {"meters": those to be scored, none: the store is empty, "again": though they are}
PENDING_NOTE = "pending-note"  # holder of the line that tells how far that is
PENDING_RESULT = "pending-result"  # dcc.Store: the outcome of that job (see dashboard.jobs)

# live page
LIVE_PILL = "live-pill"  # of the top bar, on every page; assets/live.js writes what it says
LIVE_STATUS = "live-status"  # "Receiving ..."; assets/live.js writes it
LIVE_SPAN = "live-span"
LIVE_PAUSE = "live-pause"
LIVE_DEMO = "live-demo"  # starts and stops the demo stream
LIVE_DEMO_NOTE = "live-demo-note"  # how far the demo is, and what it has put in
LIVE_NOTE = "live-note"  # holder of what a person should know of this meter
LIVE_FIGURES = "live-figures"
LIVE_HEADING = "live-heading"
LIVE_BAND = "live-band"
LIVE_ANOMALIES = "live-anomalies"
LIVE_CHART = "live-chart"
LIVE_CHART_STATE = "live-chart-state"
LIVE_SUMMARY = "live-summary"
LIVE_TABLE = "live-table"
LIVE_DAY = "live-day"  # the day, or since when, the table is of
LIVE_CAUSE = "live-cause"  # pattern id {"type": LIVE_CAUSE, "event": event_id}: what the tooltip belongs to
LIVE_TICK = "live-tick"  # dcc.Interval that asks for news
LIVE_VIEW = "live-view"  # dcc.Store: meter and span as they stand in the address
LIVE_NEWS = "live-news"  # dcc.Store: the last news that was to be shown
LIVE_DRAWN = "live-drawn"  # dcc.Store: what the chart holds (see dashboard.patches)
NEWS_NOTE = "news-note"  # of the Overview: new readings have come
NEWS_BUTTON = "news-button"  # shows them

# forecast page
FORECAST_DAYS = "forecast-days"
FORECAST_OTHER_DAYS = "forecast-other-days"  # a number that is none of the usual ones
FORECAST_METHOD = "forecast-method"
FORECAST_MADE = "forecast-made"  # when it was made
FORECAST_MADE_LINE = "forecast-made-line"  # holder of that and the choice; hidden while there is no forecast
FORECAST_RHYTHM = "forecast-rhythm"  # how often it is made anew by itself
FORECAST_AGAIN = "forecast-again"
FORECAST_CSV = "forecast-csv"  # link
FORECAST_MENU = "forecast-menu"
FORECAST_PNG = "forecast-png"  # these: assets/files.js asks for the file
FORECAST_SVG = "forecast-svg"
FORECAST_PDF = "forecast-pdf"
FORECAST_NOTE = "forecast-note"  # holder of what a person should know of this meter
FORECAST_WORK = "forecast-work"  # the line that tells of a forecast being made; hidden when none is
FORECAST_WHY = "forecast-why"  # why it is made
FORECAST_STEP = "forecast-step"
FORECAST_PROGRESS = "forecast-progress"
FORECAST_CANCEL = "forecast-cancel"
FORECAST_STATE = "forecast-state"  # what stands in place of the page's body: none made yet, or none possible
FORECAST_BODY = "forecast-body"
FORECAST_FIGURES = "forecast-figures"
FORECAST_CHART = "forecast-chart"
FORECAST_HEADING = "forecast-heading"
FORECAST_SUMMARY = "forecast-summary"
FORECAST_BAND_80 = "forecast-narrow-band"
FORECAST_BAND_95 = "forecast-wide-band"
FORECAST_EARLIER = "forecast-earlier"
FORECAST_CAME = "forecast-came"  # an earlier forecast beside what came, in words
FORECAST_PARTS = "forecast-parts"
FORECAST_PART = "forecast-part"  # pattern id {"type": FORECAST_PART, "name": component}: the chart of one influence
FORECAST_TRIAL = "forecast-trial"
FORECAST_TRIAL_HOLDER = "forecast-trial-holder"
FORECAST_TRIAL_SUMMARY = "forecast-trial-summary"
FORECAST_ROUNDS = "forecast-rounds"
FORECAST_TRUST = "forecast-trust"
FORECAST_MONTHS = "forecast-months"
FORECAST_TABLE = "forecast-table"
FORECAST_VIEW = "forecast-view"  # dcc.Store: meter, days and method as they stand in the address
FORECAST_TASK = "forecast-task"  # dcc.Store: the forecast that is to be made (see dashboard.jobs)
FORECAST_RESULT = "forecast-result"  # dcc.Store: the outcome of that job
FORECAST_KEPT = "forecast-kept"  # dcc.Store: how often it is made was kept, the page is to be drawn anew
FORECAST_DRAWN = "forecast-drawn"  # dcc.Store: what is shown

# settings page
CHANNELS = "channels"  # holder of the table of channels that alerts go to
CHANNEL_ADDRESS = "channel-address"
CHANNEL_METER = "channel-meter"
CHANNEL_SEVERITY = "channel-severity"
CHANNEL_TOPIC = "channel-topic"
CHANNEL_ADD = "channel-add"
CHANNEL_SAID = "channel-said"  # what came of adding a channel, or of a test
CHANNEL_WORK = "channel-work"  # a test is on its way; hidden while none is
CHANNEL_ONCE = "once-channel"  # dcc.Store: a channel is to be added; what begins with "once-" is asked for once, see assets/once.js
TEST_ONCE = "once-test"  # dcc.Store: {"channel"} that is to be tried
TOKEN_ONCE = "once-token"  # noqa: S105  # dcc.Store: a token is to be made
CHANNEL_TEST = "channel-test"  # pattern id {"type": CHANNEL_TEST, "channel": channel_id}
MESSAGES = "messages"  # holder of the last alerts
API_TOKENS = "api-tokens"  # holder of the table of tokens for programs
TOKEN_METER = "token-meter"  # noqa: S105
TOKEN_SCOPE = "token-scope"  # noqa: S105
TOKEN_ADD = "token-add"  # noqa: S105
TOKEN_MADE = "token-made"  # noqa: S105  # holder of a new token's secret
TOKEN_SHOWN = "token-shown"  # noqa: S105  # dcc.Store: the id of the token whose secret is shown
TOKEN_SECRET = "token-secret"  # noqa: S105
SETTINGS_REMOVE = "settings-remove"  # pattern id {"type": SETTINGS_REMOVE, "what": "channel" | "token", "id": its id}
SETTINGS_VIEW = "settings-view"  # dcc.Store: when the page was opened; nothing while another one is on show
SETTINGS_ASKED = "settings-asked"  # dcc.Store: what is to be removed once that is confirmed
SETTINGS_CONFIRM = "settings-confirm"
SETTINGS_CHANGED = "settings-changed"  # dcc.Store: a channel or token was added or removed
SETTINGS_TICK = "settings-tick"  # dcc.Interval that looks at the last alerts, while there are channels and the page is on show

# what the callbacks hand to each other (dcc.Store)
VIEW = "view"  # meter and range as they stand in the address
SELECTED = "selected"  # id of the event in the address, "" for none
HOME = "home"  # what the page was drawn for: range, days, limits, the windows of its events (see callbacks.overview)
EVENTS_PRESS = "events-press"  # the button of the table that was pressed last: {"button": its id, "n": a count}
REFRESH = "refresh"  # changes when the store has, so that the page is drawn again
