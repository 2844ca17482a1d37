"""Reads cases as lines of JSON, answers each with a line of JSON: an oracle for differential tests."""
import base64
import json
import sys

import dkim


def answer(case):
    message = base64.b64decode(case["message"])
    try:
        if case["do"] == "sign":
            field = dkim.sign(
                message,
                case["selector"].encode(),
                case["domain"].encode(),
                case["key"].encode(),
                canonicalize=tuple(part.encode() for part in case["canonicalization"]),
                signature_algorithm=case["algorithm"].encode(),
                include_headers=[name.encode() for name in case["fields"]],
            )
            return {"field": base64.b64encode(field).decode()}
        zone = case["zone"]

        def txt(name, timeout=5):
            name = name.decode() if isinstance(name, bytes) else name
            found = zone.get(name.rstrip("."))
            return found.encode("latin-1") if found is not None else None

        return {"pass": bool(dkim.verify(message, dnsfunc=txt))}
    except Exception as e:
        return {"pass": False, "why": type(e).__name__ + ": " + str(e)[:200]}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
