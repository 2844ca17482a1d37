"""Verifies the messages that `facteur demo --dump DIR` wrote, with Python's dkim library.

Usage: verify.py DIR. Asks zone.json in DIR instead of the DNS. Prints a line for each signature:
file, selector, pass or fail.
"""

import json
import pathlib
import re
import sys

import dkim

directory = pathlib.Path(sys.argv[1])
zone = json.loads((directory / "zone.json").read_text())


def txt(name, timeout=5):
    owner = (name.decode() if isinstance(name, bytes) else name).rstrip(".").lower()
    values = zone.get(owner, {}).get("TXT", [])
    return values[0].encode() if values else None


for file in sorted(directory.glob("*.eml")):
    message = dkim.DKIM(file.read_bytes(), minkey=1024)
    signatures = [v for n, v in message.headers if n.lower() == b"dkim-signature"]
    for index, signature in enumerate(signatures):
        selector = re.search(rb"\bs=\s*([^;\s]+)", signature).group(1).decode()
        try:
            passed = message.verify(idx=index, dnsfunc=txt)
        except dkim.DKIMException as e:
            passed = False
        print(file.name, selector, "pass" if passed else "fail")
