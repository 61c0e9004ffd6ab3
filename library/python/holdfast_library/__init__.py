"""Functions that tests need. Each function declares its requirements.

Holdfast reads the code of tests. A test that calls a function of this package, directly or indirectly, requires what the
function's documentation says. The package needs only Python 3.9 or newer.

If a service does not answer, these functions raise InfrastructureError: the environment is to blame, not the code under
test. Holdfast compares that claim with its own probes.
"""

import functools
import gzip
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import stat
import sys
import time
import urllib.error
import urllib.request
import zlib

__all__ = [
    "InfrastructureError", "amqp_connect", "block_device", "certificate", "has_package", "http_get", "known_issue", "mount_of",
    "mqtt_connect", "needs_command", "nfs_mount", "not_my_fault", "report_version", "requires", "resolve", "service_address", "skip", "ssh_banner", "tcp_connect", "wait_for",
]

_NOT_MY_FAULT = 75


class InfrastructureError(Exception):
    """A service failed, not the code under test. An error that is not caught ends the process with exit code 75."""

    def __init__(self, service, message):
        super().__init__(f"{service}: {message}")
        self.service = service
        _note_claim(service, str(self))


def _note_claim(service, message):
    _note("HOLDFAST_CLAIM", {"service": service, "message": message[:2000]})


def _note_use(service):
    if service not in _used:
        _used.add(service)
        _note("HOLDFAST_USE", {"service": service})


_used = set()


def _note(variable, value):
    """Appends to the file that a variable names. Does nothing outside a job, or if the file cannot be written."""
    path = os.environ.get(variable)
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(value) + "\n")
    except OSError:
        # A missing note must not change how the test ends.
        pass


def not_my_fault(cause, service):
    """Ends the test at once, because `service` is to blame. `cause` says why. Holdfast checks the claim."""
    _note_claim(service, str(cause))
    print(f"not my fault: {service}: {cause}", file=sys.stderr)
    sys.stderr.flush()
    os._exit(_NOT_MY_FAULT)


def _end_uncaught(kind, error, trace):
    _previous_hook(kind, error, trace)
    seen = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, InfrastructureError):
            sys.stderr.flush()
            sys.stdout.flush()
            os._exit(_NOT_MY_FAULT)
        seen.add(id(error))
        error = error.__cause__ or error.__context__


_previous_hook = sys.excepthook
sys.excepthook = _end_uncaught


def requires(*requirements):
    """Declares requirements of a function, method or class: `@requires("service:nfs")`. It has no other effect."""

    def decorate(target):
        target.holdfast_requires = requirements
        return target

    return decorate


def service_address(service):
    """Returns (host, port) of a service, from the variable HOLDFAST_SERVICE_<NAME> that Holdfast sets.

    Raises LookupError outside a job, and if the grid knows no address of the service.
    """
    _note_use(service)
    variable = "HOLDFAST_SERVICE_" + re.sub("[^A-Z0-9]+", "_", service.upper())
    address = os.environ.get(variable)
    if address is None:
        raise LookupError(
            f"{variable} is not set: this code runs outside a job, or the grid knows no address of service:{service}"
        )
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def _blames(function):
    """Converts network errors to InfrastructureError, which names the service."""

    @functools.wraps(function)
    def wrapper(service, *args, **options):
        try:
            return function(service, *args, **options)
        except (OSError, EOFError, http.client.HTTPException, zlib.error) as error:
            raise InfrastructureError(service, str(error) or type(error).__name__) from error

    return wrapper


@_blames
def tcp_connect(service, timeout=10.0):
    """Returns a connected socket. `timeout` is in seconds.

    :requires: service:{service}
    """
    return socket.create_connection(service_address(service), timeout)


@_blames
def http_get(service, path="/", timeout=10.0, scheme="http"):
    """Returns (status, body as bytes). A status of 500 or above is the service's fault. The test judges all others.

    :requires: service:{service}
    """
    host, port = service_address(service)
    host = f"[{host}]" if ":" in host else host
    try:
        with urllib.request.urlopen(f"{scheme}://{host}:{port}{path}", timeout=timeout) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            if error.code >= 500:
                raise OSError(f"GET {path} answered {error.code}") from error
            return error.code, error.read()


def resolve(name, service="dns"):
    """Returns the addresses of a host name, in order.

    :requires: service:{service}
    """
    _note_use(service)
    try:
        return sorted({entry[4][0] for entry in socket.getaddrinfo(name, None)})
    except socket.gaierror as error:
        raise InfrastructureError(service, f"{name}: {error}") from error


@_blames
def certificate(service, timeout=10.0):
    """Returns the TLS certificate of a service in DER form, without verifying it.

    :requires: service:{service}
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(service_address(service), timeout) as plain:
        with context.wrap_socket(plain) as secure:
            return secure.getpeercert(binary_form=True)


def _read_exactly(connection, count):
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            raise EOFError("the connection ended before the answer was complete")
        data += part
    return data


@_blames
def ssh_banner(service, timeout=10.0):
    """Returns the first line of an SSH server, such as `SSH-2.0-OpenSSH_9.2`.

    :requires: service:{service}
    """
    with socket.create_connection(service_address(service), timeout) as connection:
        with connection.makefile("rb") as lines:
            # Servers may send other lines first (RFC 4253, section 4.2).
            for _ in range(50):
                line = lines.readline(1024)
                if not line:
                    break
                if line.startswith(b"SSH-"):
                    return line.decode("utf-8", "replace").strip()
    raise EOFError("no SSH server answers there")


@_blames
def amqp_connect(service, timeout=10.0):
    """Begins an AMQP 0-9-1 connection, and returns the class and method of the answer: (10, 10) is `connection.start`.

    :requires: service:{service}
    """
    with socket.create_connection(service_address(service), timeout) as connection:
        connection.sendall(b"AMQP\x00\x00\x09\x01")
        head = _read_exactly(connection, 11)
        if head[:1] != b"\x01":
            raise EOFError("no AMQP 0-9-1 broker answers there")
        return int.from_bytes(head[7:9], "big"), int.from_bytes(head[9:11], "big")


@_blames
def mqtt_connect(service, client="holdfast", timeout=10.0):
    """Connects to an MQTT 3.1.1 broker, and returns the return code of its answer: 0 means accepted.

    :requires: service:{service}
    """
    name = client.encode()[:23]
    body = b"\x00\x04MQTT\x04\x02\x00\x3c" + len(name).to_bytes(2, "big") + name
    with socket.create_connection(service_address(service), timeout) as connection:
        connection.sendall(b"\x10" + bytes([len(body)]) + body)
        answer = _read_exactly(connection, 4)
        if answer[:2] != b"\x20\x02":
            raise EOFError("no MQTT broker answers there")
        return answer[3]


def mount_of(service):
    """Returns the folder where a service is mounted: HOLDFAST_MOUNT_<NAME>, or /mnt/<name> if that is not set.

    :requires: service:{service}
    """
    _note_use(service)
    variable = "HOLDFAST_MOUNT_" + re.sub("[^A-Z0-9]+", "_", service.upper())
    folder = os.environ.get(variable, f"/mnt/{service}")
    if not os.path.ismount(folder):
        raise InfrastructureError(service, f"{folder} is not mounted")
    return folder


def nfs_mount():
    """Returns the folder where the service nfs is mounted.

    :requires: service:nfs
    """
    return mount_of("nfs")


def needs_command(name):
    """Returns the path of a program.

    :requires: command:{name}
    """
    path = shutil.which(name)
    if path is None:
        raise InfrastructureError(name, f"{name} is not on the path")
    return path


def wait_for(condition, timeout=30.0, every=0.2, what="the condition"):
    """Calls `condition` until it returns something true, and returns that. Raises TimeoutError after `timeout` seconds."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= end:
            raise TimeoutError(f"{what} did not come true within {timeout:g} s")
        time.sleep(every)


def block_device(path):
    """Returns the size in bytes of a block device of the machine.

    :requires: device:{path}
    """
    try:
        if not stat.S_ISBLK(os.stat(path).st_mode):
            raise InfrastructureError(path, "it is not a block device of this machine")
        with open(f"/sys/class/block/{os.path.basename(path)}/size", encoding="ascii") as file:
            return int(file.read()) * 512
    except OSError as error:
        raise InfrastructureError(path, str(error)) from error


@_blames
def has_package(service, name, system, path="", suite=None, component="main", architecture="amd64"):
    """Whether a repository has a package. `system` is npm, pip, apt or dnf; apt needs the `suite`.

    `path` is where the repository begins, such as `/debian`.

    :requires: service:{service}
    """
    host, port = service_address(service)
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}{path}"
    if system == "npm":
        return _load(f"{base}/{name.replace('/', '%2f')}") is not None
    if system == "pip":
        return _load(f"{base}/simple/{re.sub('[-_.]+', '-', name).lower()}/") is not None
    if system == "apt":
        folder = f"{base}/dists/{suite}/{component}/binary-{architecture}"
        packed = _load(f"{folder}/Packages.gz")
        text = _load(f"{folder}/Packages") if packed is None else gzip.decompress(packed)
        if text is None:
            raise OSError(f"{folder} has no list of packages")
        return f"Package: {name}" in text.decode("utf-8", "replace").splitlines()
    if system == "dnf":
        index = (_load(f"{base}/repodata/repomd.xml") or b"").decode("utf-8", "replace")
        found = re.search(r'<data type="primary">.*?<location[^>]*href="([^"]+)"', index, re.DOTALL)
        if found is not None and not found[1].endswith((".xml", ".gz")):
            raise OSError(f"{found[1]} is compressed in a format that cannot be read here")
        packed = None if found is None else _load(f"{base}/{found[1]}")
        if packed is None:
            raise OSError(f"{base} has no list of packages")
        text = gzip.decompress(packed) if found[1].endswith(".gz") else packed
        names = re.findall(r'<package type="rpm">\s*<name>([^<]+)<', text.decode("utf-8", "replace"))
        return name in names
    raise ValueError(f"system is npm, pip, apt or dnf, not {system}")


def _load(url, timeout=30.0):
    """Returns the content at an address; None if the answer is 404."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 404:
                return None
            raise OSError(f"{url} answered {error.code}") from error


def report_version(name, version):
    """Tells the grid the version of something that takes part in the test. Mails show it."""
    _note("HOLDFAST_VERSIONS", {"name": name, "version": version})


def skip(reason):
    """Ends the test as skipped, with the reason."""
    if "pytest" in sys.modules:
        sys.modules["pytest"].skip(reason)
    import unittest

    raise unittest.SkipTest(reason)


def known_issue(link):
    """Decorates a test that fails because of a known issue. A failure skips the test, with the link to the issue."""

    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **options):
            try:
                return function(*args, **options)
            except AssertionError as error:
                skip(f"known issue {link}: {error}")

        return wrapper

    return decorate
