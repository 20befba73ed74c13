"""A merchant's desk: where `setup` is answered, at a terminal or by options."""

import contextlib
import os
import stat

from dialogue import Dialogue
from harness import BINARY, Box


class Desk(Box):
    """A box whose configuration `setup` writes, with a folder of credentials beside it."""

    def __init__(self, folder):
        super().__init__(folder)
        self.credentials = self.folder.parent / "credentials"
        # Commands and daemons read them as systemd would hand them over.
        self.environment = {"CREDENTIALS_DIRECTORY": str(self.credentials)}

    def begin(self, text="", end="\n"):
        """A file that has no channel yet."""
        lines = [f'[daemon] # ours{end}', f'database = "{self.database}"{end}',
                 f'control_socket = "{self.folder}/control.sock"{end}', text]
        self.config.write_text("".join(lines), encoding="utf-8", newline="")
        self.config.chmod(0o640)

    def setup(self, *arguments, told=None, expect=0):
        return self.cli("setup", *arguments, "--credentials", self.credentials, told=told, expect=expect)

    @contextlib.contextmanager
    def dialogue(self, *arguments):
        with Dialogue([BINARY, "setup", *arguments, "--config", self.config, "--credentials", self.credentials],
                      cwd=self.folder, env={**os.environ, "TZ": "Europe/London"}) as talk:
            yield talk
            talk.end()
            for secret in self.secrets:
                assert secret not in talk.screen, "the terminal showed a secret"

    def stored(self, name):
        """A credential's content; None where there is none. Its mode is looked at, too."""
        path = self.credentials / name
        if not path.exists():
            return None
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(self.credentials.stat().st_mode) == 0o700
        return path.read_text()

    @property
    def untouched(self):
        """Whether nothing at all was stored."""
        return not self.credentials.exists() or not list(self.credentials.iterdir())


def wrong(desk, text="shpat_wr0ngc4nary"):
    desk.secrets.add(text)
    return text


def given(desk, store):
    """The options that answer everything, with the token on standard input."""
    desk.secrets.add(store.token)
    return {"told": store.token + "\n"}, ("--url", store.url, "--token-file", "-", "--location", store.location(0))
