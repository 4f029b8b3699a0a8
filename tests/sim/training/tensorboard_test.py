#!/usr/bin/env python3
"""Reads event files as TensorBoard does: by its own parser, and by TensorBoard where installed.

tests/sim/training/tensorboard_test.py <path to fuzz_training_log> <source folder>
"""
import csv
import json
import logging
import math
import pathlib
import struct
import subprocess
import sys
import tempfile

failed = []


def check(name, good, detail=""):
    print(("ok      " if good else "FAILED  ") + name)
    if not good:
        print(detail)
        failed.append(name)


# --- an independent reader: CRC-32C bit by bit, Protocol Buffers by hand


def masked_crc(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    """Whole records, up to the first that is torn."""
    while len(data) >= 12:
        size, size_crc = struct.unpack("<QI", data[:12])
        assert size_crc == masked_crc(data[:8]), "the checksum of a length is wrong"
        if len(data) < size + 16:
            return
        body, (body_crc,) = data[12:12 + size], struct.unpack("<I", data[12 + size:16 + size])
        assert body_crc == masked_crc(body), "the checksum of a record is wrong"
        yield body
        data = data[16 + size:]


def fields(data):
    """{number: [value, ...]} of one message."""
    at, found = 0, {}

    def varint():
        nonlocal at
        value, shift = 0, 0
        while True:
            byte = data[at]
            at, value, shift = at + 1, value | (byte & 127) << shift, shift + 7
            if byte < 128:
                return value

    while at < len(data):
        key = varint()
        if key & 7 == 0:
            value = varint()
        else:
            size = {1: 8, 5: 4}.get(key & 7) or (varint() if key & 7 == 2 else None)
            value = data[at:at + size] if size else b""
            at += size or 0
        found.setdefault(key >> 3, []).append(value)
    assert at == len(data), "a message does not end where it should"
    return found


def setting(entry):
    """A pair of a map from strings to google.protobuf.Value."""
    entry = fields(entry)
    (kind, (value,)), = fields(entry[2][0]).items()
    read = {2: lambda: struct.unpack("<d", value)[0], 3: lambda: value.decode(),
            4: lambda: bool(value)}
    return entry[1][0].decode(), read[kind]()


SETTINGS = {"agent.lr": 3e-4, "agent.name": "ppo", "agent.shared": True}


def read_folder(folder):
    """What TensorBoard makes of a folder: curves, texts, tag -> plug-in, tag -> description."""
    curves, texts, settings, plugins, about, started = {}, {}, {}, {}, {}, False
    for file in sorted(folder.glob("events.out.tfevents.*")):
        for number, body in enumerate(records(file.read_bytes())):
            event = fields(body)
            step = event.get(2, [0])[0]
            time, = struct.unpack("<d", event[1][0])
            assert 1.6e9 < time < 1e11, f"wall time {time}"
            if number == 0:
                assert event[3] == [b"brain.Event:2"], "the first event is no file version"
            if 7 in event and fields(event[7][0])[1] == [1]:  # SessionLog, START
                for tag in curves if started else []:
                    curves[tag] = [point for point in curves[tag] if point[0] < step]
                started = True
            for value in fields(event[5][0]).get(1, []) if 5 in event else []:
                value = fields(value)
                tag = value[1][0].decode()
                if 9 in value:
                    metadata = fields(value[9][0])
                    plugins[tag] = fields(metadata[1][0])[1][0].decode()
                    about[tag] = metadata.get(3, [b""])[0].decode()
                if 2 in value:
                    curves.setdefault(tag, []).append((step, *struct.unpack("<f", value[2][0])))
                elif plugins[tag] == "hparams":
                    session = fields(fields(metadata[1][0])[2][0])[3][0]
                    settings.update(setting(entry) for entry in fields(session)[1])
                else:
                    texts[tag] = fields(value[8][0])[8][0].decode()
    return curves, texts, settings, plugins, about


def single(value):
    """As single precision holds it."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def expected_curves():
    steps = [2048 * (i + 1) for i in range(10)]
    return {"train/loss": [(s, single(math.exp(-i))) for i, s in enumerate(steps)],
            "rollout/value": [(s, 3.5 * i - 7) for i, s in enumerate(steps)],
            "eval/mean_reward": [(s, 1e6 * i) for i, s in enumerate(steps) if i % 3 == 0]}


def same(seen, expected):
    return seen.keys() == expected.keys() and all(
        len(seen[tag]) == len(expected[tag]) and
        all(s[0] == e[0] and math.isclose(s[1], e[1], rel_tol=1e-6, abs_tol=1e-12)
            for s, e in zip(seen[tag], expected[tag])) for tag in expected)


def check_by_hand(folder):
    for run in ("whole", "resumed"):
        curves, texts, settings, plugins, about = read_folder(folder / run)
        check(f"{run}: the curves are those that were logged", same(curves, expected_curves()),
              str(curves))
        check(f"{run}: settings are shown as text",
              texts == {"config": "```yaml\nrun: {seed: 3}\n```\n"}, str(texts))
        check(f"{run}: every tag has its plug-in",
              plugins == {**dict.fromkeys(curves, "scalars"), "config": "text",
                          "_hparams_/session_start_info": "hparams"}, str(plugins))
        check(f"{run}: settings can be compared by", settings == SETTINGS, str(settings))
        check(f"{run}: unit and meaning come along",
              about["rollout/value"] == "[min/day] worth" and about["eval/mean_reward"] == "",
              str(about))
    check("resumed: in a file of its own",
          len(list((folder / "resumed").glob("events.out.tfevents.*"))) == 2)


def check_by_tensorboard(folder):
    try:
        from tensorboard.backend.event_processing import plugin_event_accumulator
        from tensorboard.plugins.hparams import plugin_data_pb2
        from tensorboard.util import tensor_util
    except ImportError as missing:
        print(f"skipped TensorBoard's own reader: {missing}")
        return
    logging.getLogger("tensorboard").setLevel(logging.ERROR)  # it warns of what it drops
    for run in ("whole", "resumed"):
        reader = plugin_event_accumulator.EventAccumulator(str(folder / run))
        reader.Reload()
        scalars = reader.PluginTagToContent("scalars")
        curves = {tag: [(e.step, float(tensor_util.make_ndarray(e.tensor_proto)))
                        for e in reader.Tensors(tag)] for tag in scalars}
        check(f"{run}: TensorBoard sees the same curves", same(curves, expected_curves()),
              str(curves))
        texts = [tensor_util.make_ndarray(e.tensor_proto).item() for e in reader.Tensors("config")]
        check(f"{run}: TensorBoard sees the settings",
              "config" in reader.PluginTagToContent("text") and
              texts == [b"```yaml\nrun: {seed: 3}\n```\n"], str(texts))
        told = plugin_data_pb2.HParamsPluginData.FromString(
            reader.PluginTagToContent("hparams")["_hparams_/session_start_info"])
        settings = {key: getattr(value, value.WhichOneof("kind"))
                    for key, value in told.session_start_info.hparams.items()}
        check(f"{run}: TensorBoard can compare by settings", settings == SETTINGS, str(settings))


def check_metrics(folder):
    for name in ("metrics.csv", "metrics.jsonl"):
        check(f"resumed: {name} is that of the whole run",
              (folder / "whole" / name).read_bytes() == (folder / "resumed" / name).read_bytes())
    with open(folder / "whole" / "metrics.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    objects = [json.loads(line) for line in open(folder / "whole" / "metrics.jsonl",
                                                 encoding="utf-8")]
    check("metrics.csv and metrics.jsonl say the same",
          len(rows) == 10 and [{k: float(v) if v else None for k, v in row.items()}
                               for row in rows] == objects)


with tempfile.TemporaryDirectory() as samples:
    subprocess.run([sys.argv[1], "--samples", samples], check=True, timeout=60)
    check_by_hand(pathlib.Path(samples))
    check_by_tensorboard(pathlib.Path(samples))
    check_metrics(pathlib.Path(samples))
print(f"{len(failed)} failed")
sys.exit(1 if failed else 0)
