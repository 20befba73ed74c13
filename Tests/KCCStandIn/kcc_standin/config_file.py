"""KCC's configuration file: where the endpoints are. Read strictly, since one wrong word there stops everything."""

from urllib.parse import urlsplit

from .reading import Unreadable, read_json, read_tree

NAMES = {"OrderDownload": True, "StockStatusUpload": True, "StockUpload": True, "OrderStatusUpload": False,
         "CReturnDownload": False, "ProvidedStock": False, "PriceListUpload": False}
WITH_FREQUENCY = ("OrderDownload", "CReturnDownload")


class Endpoint:
    """One entry."""

    def __init__(self, url, form, frequency=None):
        self.url, self.form, self.frequency = url, form, frequency

    def shown(self):
        """For the control interface."""
        return {"URL": self.url, "Format": self.form, **({} if self.frequency is None else {"Frequency": self.frequency})}


def form_of(url):
    """JSON or XML by the ending of the file's name; None for any other."""
    return {"json": "JSON", "xml": "XML"}.get(urlsplit(url).path.rpartition(".")[2].lower())


def read_config(body, form, report):
    """The endpoints by name, {} when the file cannot be used. `report(code, path, detail)` hears what is wrong."""
    try:
        entries = tree_entries(body, report) if form == "XML" else json_entries(body, report)
    except Unreadable as error:
        report("unreadable", "", str(error))
        return {}
    wrong = []

    def noted(code, path, detail):
        wrong.append(code)
        report(code, path, detail)

    for name, needed in NAMES.items():
        if needed and name not in entries:
            noted("required", name, "a required entry is not there")
    for name in entries:
        if name not in NAMES:
            report("unknown_field", name, "no such entry in the contract")
    found = {name: endpoint(name, entries[name], noted) for name in NAMES if name in entries}
    return {} if wrong else found


def json_entries(body, report):
    """{entry: {key: value}} of the JSON file."""
    whole = read_json(body, report)
    entries = whole.get("EndpointConfig") if isinstance(whole, dict) else None
    if not isinstance(entries, dict):
        raise Unreadable("no object EndpointConfig")
    if len(whole) > 1:
        report("unknown_field", "", "something beside EndpointConfig")
    return entries


def tree_entries(body, report):
    """The same of the XML file; a whole number there becomes one."""
    entries = {}
    for entry in read_tree(body, "EndpointConfig"):
        if entry.tag in entries:
            report("repeated", entry.tag, "an entry twice")
        keys = {child.tag: (child.text or "").strip() for child in entry}
        if keys.get("Frequency", "").isdigit():
            keys["Frequency"] = int(keys["Frequency"])
        entries[entry.tag] = keys
    return entries


def endpoint(name, keys, report):
    """One entry, every sub-key checked."""
    if not isinstance(keys, dict):
        report("type", name, "not an object")
        return None
    wanted = ("URL", "Format", "Frequency") if name in WITH_FREQUENCY else ("URL", "Format")
    for key in wanted:
        if key not in keys:
            report("required", f"{name}.{key}", "a required key is not there")
    for key in keys:
        if key not in wanted:
            report("unknown_field", f"{name}.{key}", "no such key in the contract")
    url, form, frequency = keys.get("URL"), keys.get("Format"), keys.get("Frequency")
    if url is not None and not (isinstance(url, str) and urlsplit(url).scheme in ("http", "https") and urlsplit(url).netloc):
        report("url", f"{name}.URL", f"{url!r} is no absolute web address")
    if form is not None and form not in ("JSON", "XML"):
        report("enum", f"{name}.Format", f"{form!r} is neither JSON nor XML")
    if "Frequency" in wanted and frequency is not None:
        if not isinstance(frequency, int) or isinstance(frequency, bool) or frequency < 1:
            report("frequency", f"{name}.Frequency", f"{frequency!r} is no whole number of minutes")
    return Endpoint(url, form, frequency)
