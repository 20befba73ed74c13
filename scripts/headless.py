"""A headless Chromium, driven over a pipe (Chrome DevTools Protocol): pictures of pages at exact sizes.

The command line's own `--screenshot` cannot make a window as narrow as a phone, nor choose between light and dark.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile


class Browser:
    """`with Browser() as browser: browser.picture(url, "page.png", width=390, height=844)`."""

    def __init__(self, program="chromium"):
        self.folder = tempfile.mkdtemp(prefix="kccsyncd-chromium-")
        reads, self.out = os.pipe()
        self.into, writes = os.pipe()
        options = ["--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                   "--disable-dev-shm-usage", f"--user-data-dir={self.folder}"]
        if os.geteuid() == 0:
            options.append("--no-sandbox")  # Chromium refuses to run as root with it; it only ever sees our own page
        # The protocol is spoken on descriptors 3 and 4.
        shell = ["bash", "-c", f'exec "$@" 3<&{reads} 4>&{writes}', "bash"]
        self.process = subprocess.Popen([*shell, program, *options], pass_fds=(reads, writes), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(reads)
        os.close(writes)
        self.number, self.rest, self.seen = 0, b"", []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.tell("Page.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.out)
        os.close(self.into)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _message(self):
        while b"\0" not in self.rest:
            piece = os.read(self.into, 1 << 20)
            if not piece:
                raise RuntimeError("Chromium ended")
            self.rest += piece
        line, _, self.rest = self.rest.partition(b"\0")
        return json.loads(line)

    def ask(self, method, session=None, **parameters):
        """One request to the browser, and its answer."""
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        os.write(self.out, json.dumps(request).encode() + b"\0")
        while True:
            found = self._message()
            if found.get("id") == self.number:
                if "error" in found:
                    raise RuntimeError(f"{method}: {found['error']['message']}")
                return found["result"]
            self.seen.append(found.get("method"))

    def tell(self, method, **parameters):
        """One request to the page."""
        return self.ask(method, self.session, **parameters)

    def open(self, url, width, height, scheme="light", scale=1):
        """Shows a page; the size of what it has to show, without the scale."""
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=width < 600)
        self.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.seen.clear()
        self.tell("Page.navigate", url=url)
        while "Page.loadEventFired" not in self.seen:
            self.seen.append(self._message().get("method"))
        size = self.tell("Page.getLayoutMetrics")["cssContentSize"]
        return int(size["width"]), int(size["height"])

    def picture(self, url, path, width, height, scheme="light", scale=1):
        """Takes the whole page as it is at a width, at least `height` high; its size without the scale."""
        found = self.open(url, width, height, scheme, scale)
        whole = {"x": 0, "y": 0, "width": max(found[0], width), "height": max(found[1], height), "scale": 1}
        data = self.tell("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=whole)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
        return found
