"""Every component id, once."""

from __future__ import annotations

# page shell
URL = "url"
THEME = "theme"  # dcc.Store: "light" | "dark", as the browser shows it
TOKENS = "tokens"  # dcc.Store: colour maps between the themes
BROWSER_ZONE = "browser-zone"  # dcc.Store: IANA zone of the browser
THEME_BUTTON = "theme-button"
METER_PICKER = "meter-picker"
UPLOAD_BUTTON = "upload-button"
UPLOAD_FILE = "upload-file"  # the hidden <input type="file">, made by assets/upload.js inside this holder
DROP_HINT = "drop-hint"
TOASTS = "toasts"
PAGE = "page"

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
CHART_WINDOW = "chart-window"  # dcc.Store: [from, to] local wall clock that the browser looks at, debounced
CHART_SUMMARY = "chart-summary"  # the chart in words
SWITCH_ANOMALIES = "switch-anomalies"
SWITCH_BAND = "switch-band"
SWITCH_AVERAGE = "switch-average"
RESOLUTION = "resolution"
ZOOM_IN = "zoom-in"
ZOOM_OUT = "zoom-out"
PAN_LEFT = "pan-left"
PAN_RIGHT = "pan-right"
ZOOM_RESET = "zoom-reset"
DOWNLOAD_MENU = "download-menu"
DOWNLOAD_READINGS = "download-readings"  # link
DOWNLOAD_EVENTS = "download-events"  # link
RISK_LANE = "risk-lane"

# anomaly table and panel
EVENTS = "events"  # the table's holder
EVENTS_COUNT = "events-count"
EVENTS_SORT = "events-sort"  # dcc.Store: {"column", "descending"}
EVENTS_FILTER = "events-filter"
EVENTS_PAGE = "events-page"  # dcc.Store: page number
EVENT_ROW = "event-row"  # pattern id {"type": EVENT_ROW, "event": event_id}
EVENT_SORT_BUTTON = "event-sort-button"  # pattern id {"type": EVENT_SORT_BUTTON, "column": name}
EVENT_PAGE_BUTTON = "event-page-button"  # pattern id {"type": EVENT_PAGE_BUTTON, "step": -1 | 1}
WHY = "why"  # the panel's holder

# upload
UPLOAD_TICKET = "upload-ticket"  # dcc.Store: {"upload", "name", "options"} of a file that has arrived
UPLOAD_DIALOG = "upload-dialog"
UPLOAD_BODY = "upload-body"
UPLOAD_SENT = "upload-sent"  # progress bar of the sending
UPLOAD_STEP = "upload-step"
UPLOAD_PROGRESS = "upload-progress"
UPLOAD_CANCEL = "upload-cancel"
UPLOAD_CLOSE = "upload-close"
UPLOAD_AGAIN = "upload-again"  # read the same file again with corrected settings
UPLOAD_SHOW = "upload-show"
UPLOAD_ZONE = "upload-zone"
UPLOAD_STAMP = "upload-stamp"
UPLOAD_DATE_ORDER = "upload-date-order"
UPLOAD_REGISTER = "upload-register"
UPLOAD_NAME = "upload-name"
UPLOAD_PRICE = "upload-price"

# scoring that was left unfinished
PENDING = "pending"  # dcc.Store: the meter whose rows wait for scores
