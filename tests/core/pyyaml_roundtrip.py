#!/usr/bin/env python3
"""Resolved configs mean the same to PyYAML as to us: the same values, bit by bit, and types.

    pyyaml_roundtrip.py FUZZ_CONFIG

FUZZ_CONFIG is the executable of tests/core/fuzz_config.cpp, which writes the samples. Exits with 77
(skipped) where PyYAML is not installed.
"""

import pathlib
import struct
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    print("skipped: PyYAML is not installed (Debian: python3-yaml)")
    sys.exit(77)


def look_up(tree, key):
    """The value of a dotted key; numbers are places in a list."""
    for part in key.split("."):
        tree = tree[int(part)] if isinstance(tree, list) else tree[part]
    return tree


def bits_of(value, kind):
    """What our side wrote about a value, computed from what PyYAML made of it."""
    if kind == "bool":
        assert type(value) is bool, f"{value!r} is no bool"
        return "true" if value else "false"
    if kind == "int":
        assert type(value) is int, f"{value!r} is no int"
        return str(value)
    if kind == "float32":
        assert type(value) is float, f"{value!r} is no float"
        return str(struct.unpack("<I", struct.pack("<f", value))[0])
    if kind == "float64":
        assert type(value) is float, f"{value!r} is no float"
        return str(struct.unpack("<Q", struct.pack("<d", value))[0])
    if kind == "float64s":
        assert type(value) is list, f"{value!r} is no list"
        return "".join(bits_of(number, "float64") + " " for number in value)
    if kind == "text":
        assert type(value) is str, f"{value!r} is no str"
        return value.encode().hex()
    if kind == "length":
        assert type(value) is list, f"{value!r} is no list"
        return str(len(value))
    raise AssertionError(f"unknown kind {kind}")


def check_config(path):
    tree = yaml.safe_load(path.read_bytes())
    checked = 0
    for line in path.with_suffix(".bits").read_text().splitlines():
        key, kind, bits = line.split("\t")
        try:
            ours = bits_of(look_up(tree, key), kind)
        except (AssertionError, KeyError, IndexError) as error:
            sys.exit(f"{path.name}: {key}: {error!r}")
        if ours != bits:
            sys.exit(f"{path.name}: {key} ({kind}): PyYAML read {ours}, we wrote {bits}")
        checked += 1
    return checked


def check_words(path):
    """A plain scalar that we take for a text is one to PyYAML."""
    words = 0
    for line in path.read_text().splitlines():
        verdict, word = line.split("\t")
        tag = yaml.SafeLoader("").resolve(yaml.ScalarNode, word, (True, False))
        if verdict == "text" and tag != "tag:yaml.org,2002:str":
            sys.exit(f"'{word}' is a text to us and {tag} to PyYAML")
        words += 1
    return words


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], "--samples", folder], check=True)
        configs = sorted(pathlib.Path(folder).glob("config*.yaml"))
        values = sum(check_config(path) for path in configs)
        words = check_words(pathlib.Path(folder) / "words.txt")
    assert len(configs) >= 300 and words >= 50, "the samples are missing"
    print(f"{values} values of {len(configs)} configs and {words} words agree with PyYAML")


if __name__ == "__main__":
    main()
