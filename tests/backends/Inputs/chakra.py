"""chakra.py TRACE: a Chakra execution trace as text, a line a node, and a digest of its nodes, without how long they
compute.  Reads the wire format of protocol buffers strictly,
with the field numbers of et_def.proto: what wsc does not write is an error."""
import collections
import hashlib
import sys

TYPES = {4: "compute", 5: "send", 6: "receive", 7: "collective"}


def varint(data, at):
    result = shift = 0
    while True:
        byte = data[at]
        at += 1
        result |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return result, at


def fields(data):
    at, found = 0, collections.defaultdict(list)
    while at < len(data):
        key, at = varint(data, at)
        assert key & 7 in (0, 2), "only varints and length-delimited fields are written"
        number, at = varint(data, at)
        if key & 7 == 2:
            number, at = data[at:at + number], at + number
        found[key >> 3].append(number)
    assert at == len(data)
    return found


def nodes(path):
    """Yields (number, type, name with duration and dependencies, attributes) of each node."""
    data, at, first, seen = open(path, "rb").read(), 0, True, set()
    while at < len(data):
        size, at = varint(data, at)
        message, at = fields(data[at:at + size]), at + size
        if first:
            assert message[1] == [b"0.0.4"]
            first = False
            continue
        attributes = {}
        for text in message[10]:
            attribute = fields(text)
            kind = next(k for k in attribute if k != 1)
            assert kind in (9, 27, 28), "int64, bool, bool_list"
            value = attribute[kind][0]
            attributes[attribute[1][0].decode()] = fields(value)[1][0] if kind == 28 else value
        node = message[1][0]
        dependencies = [] if not message[5] else [varint(message[5][0], 0)[0]]
        assert node not in seen and set(dependencies) <= seen, "a dependency that is not there aborts"
        seen.add(node)
        yield node, message[3][0], (message[2][0].decode(), (message[7] or [0])[0], dependencies), attributes


if __name__ == "__main__":
    digest, count = hashlib.sha256(), 0
    for node, kind, (name, microseconds, dependencies), attributes in nodes(sys.argv[1]):
        assert attributes.pop("is_cpu_op") == 0
        start = " ".join([f"{node} {TYPES[kind]} `{name}`", *(f"after {each}" for each in dependencies)])
        values = " ".join(f"{key}={list(value) if isinstance(value, bytes) else value}"
                          for key, value in attributes.items())
        print(start + (f" {microseconds} us" if kind == 4 else "") + " " + values)
        digest.update((start + ("" if kind == 4 else values)).encode())
        count += 1
    print(f"{count} nodes {digest.hexdigest()[:16]}")
