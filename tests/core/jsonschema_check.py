#!/usr/bin/env python3
"""The JSON Schema accepts what we accept and refuses what we refuse.

    jsonschema_check.py FUZZ_CONFIG

FUZZ_CONFIG is the executable of tests/core/fuzz_config.cpp, which writes the schema and sound
configs. Exits with 77 (skipped) where PyYAML or jsonschema is not installed.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
    import yaml
except ImportError as error:
    print(f"skipped: {error.name} is not installed (Debian: python3-yaml, python3-jsonschema)")
    sys.exit(77)

# in YAML, as a person would write them; each is sound, or wrong, to the reader too
SOUND = [
    "extends: base.yaml",
    "extends: [a.yaml, b.yaml]",
    "count:",
    "inner:",
    "gadget: lamp",
    "gadget: {name: motor, speed: 5}",
    "gadget: {bulbs: 3}",
    "gadget: {}",
    "gadget: {name: box, content: {name: box, content: plain}}",
    "gadgets: []",
    "gadgets: [plain, {name: lamp, limits: {low: 0.5}}]",
    "cap: .inf",
]
WRONG = [
    "cuont: 1",
    "count: 0",
    "count: 366",
    "count: 1.5",
    "count: '3'",
    "count: true",
    "seed: -1",
    "seed: 18446744073709551616",
    "rate: 0.2",
    "flag: 1",
    "mode: fats",
    "label: 5",
    "weights: 1",
    "weights: [x]",
    "weights: [101]",
    "inner: 5",
    "inner: {kapa: 1}",
    "inner: {limits: {lo: 1}}",
    "inner: {extends: a.yaml}",
    "gadget: lmap",
    "gadget: {name: lmap}",
    "gadget: {name: lamp, speed: 1}",
    "gadget: {name: plain, bulbs: 1}",
    "gadget: [lamp]",
    "gadgets: lamp",
    "gadgets: [lmap]",
    "gadgets: [{name: motor, bulbs: 3}]",
    "extends: 5",
    "[1]",
]


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.argv[1], "--samples", name], check=True)
        schema = json.loads((folder / "schema.json").read_text())
        configs = [path.read_text() for path in sorted(folder.glob("config*.yaml"))]
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    assert len(configs) >= 300, "the samples are missing"
    for text in configs + SOUND:
        for error in validator.iter_errors(yaml.safe_load(text)):
            sys.exit(f"refused though sound: {text}\n{error}")
    for text in WRONG:
        if validator.is_valid(yaml.safe_load(text)):
            sys.exit(f"accepted though wrong: {text}")
    # every field is described and has a default, but for one that JSON cannot say
    for key, field in schema["properties"].items():
        assert field["description"], key
        assert "default" in field or key in ("extends", "inner", "cap"), key
    print(f"{len(configs) + len(SOUND)} configs accepted, {len(WRONG)} refused")


if __name__ == "__main__":
    main()
