"""An HTTP/1.1 server on asyncio: keep-alive, one write per answer, requests of a connection in their order."""

import asyncio
import socket
import struct
import sys
import traceback

from .http_messages import Request, Response

LONGEST_HEAD = 64 * 1024
LARGEST_BODY = 256 * 1024 * 1024


class Connection(asyncio.Protocol):
    """One client connection."""

    def __init__(self, handle, clock):
        self.handle, self.clock = handle, clock
        self.buffer, self.transport, self.task = bytearray(), None, None
        self.answered, self.gone = 0, False
        self.more = asyncio.Event()

    def connection_made(self, transport):
        """A client is there."""
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.set_write_buffer_limits(high=1 << 30)
        self.task = asyncio.get_running_loop().create_task(self._serve())

    def data_received(self, data):
        """More of a request."""
        self.buffer += data
        self.more.set()

    def connection_lost(self, _error):
        """The client is gone."""
        self.gone = True
        self.more.set()
        self.task.cancel()

    async def _fill(self):
        self.more.clear()
        await self.more.wait()
        if self.gone:
            raise ConnectionResetError

    async def _read(self):
        """The next request, or None when what came is no HTTP."""
        while (end := self.buffer.find(b"\r\n\r\n")) < 0:
            if len(self.buffer) > LONGEST_HEAD:
                return None
            await self._fill()
        lines = bytes(self.buffer[:end]).decode("latin-1").split("\r\n")
        del self.buffer[:end + 4]
        words = lines[0].split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            return None
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        if headers.get("expect", "").lower() == "100-continue":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await self._chunked() if "chunked" in headers.get("transfer-encoding", "") else await self._exactly(headers)
        if body is None:
            return None
        closing = headers.get("connection", "").lower()
        keep = closing != "close" and (words[2] != "HTTP/1.0" or closing == "keep-alive")
        return Request(words[0], words[1], headers, body, keep, self.answered == 0)

    async def _exactly(self, headers):
        try:
            length = int(headers.get("content-length") or 0)
        except ValueError:
            return None
        if not 0 <= length <= LARGEST_BODY:
            return None
        return await self._take(length)

    async def _take(self, length):
        while len(self.buffer) < length:
            await self._fill()
        body = bytes(self.buffer[:length])
        del self.buffer[:length]
        return body

    async def _chunked(self):
        body = bytearray()
        while True:
            while (end := self.buffer.find(b"\r\n")) < 0:
                await self._fill()
            try:
                size = int(bytes(self.buffer[:end]).split(b";")[0], 16)
            except ValueError:
                return None
            del self.buffer[:end + 2]
            body += await self._take(size)
            await self._take(2)
            if size == 0 or len(body) > LARGEST_BODY:
                return bytes(body)

    async def _serve(self):
        try:
            while not self.transport.is_closing():
                request = await self._read()
                if request is None:
                    await self._send(Response(400, b'{"errors":"Bad Request"}'), False)
                    break
                try:
                    response = await self.handle(request)
                except Exception:
                    traceback.print_exc(file=sys.stderr)
                    response = Response(500, b'{"errors":"The simulator failed; see its standard error"}')
                self.answered += 1
                if not await self._send(response, request.keep_alive):
                    break
            self.transport.close()
        except (ConnectionError, asyncio.CancelledError):
            self.transport.abort()

    async def _send(self, response, keep_alive):
        """Sends; True when the connection may go on."""
        wire, date = response.wire, self.clock.http_date()
        if wire is None:
            self.transport.write(response.head(date, keep_alive) + response.body)
            return keep_alive
        if wire.hang:
            await asyncio.Event().wait()
        if wire.drop:
            self._drop(wire.reset)
            return False
        body, length = response.body, None
        if wire.cut is not None:
            short = body[:int(len(body) * wire.cut)]
            length = None if wire.honest else len(body)
            body = response.body = short
        if wire.chunk:
            data = response.head(date, keep_alive, length) + body
            for at in range(0, len(data), wire.chunk):
                self.transport.write(data[at:at + wire.chunk])
                await asyncio.sleep(wire.every)
            return keep_alive and length is None
        self.transport.write(response.head(date, keep_alive and length is None, length) + body)
        return keep_alive and length is None

    def _drop(self, reset):
        if reset:
            raw = self.transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()
        else:
            self.transport.close()


async def listen(handle, clock, port):
    """Starts to serve on loopback; returns the asyncio server."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Connection(handle, clock), "127.0.0.1", port, backlog=512, reuse_address=True)
