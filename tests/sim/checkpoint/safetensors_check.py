#!/usr/bin/env python3
"""A checkpoint's tensors are what another reader of the format finds in the file, bit by bit.

    safetensors_check.py FUZZ_CHECKPOINT

FUZZ_CHECKPOINT is the executable of fuzz_checkpoint.cpp, which writes the sample. The reader is
the few lines below, which share nothing with ours; where Python's own safetensors and numpy are
installed, that one looks too.
"""

import json
import pathlib
import struct
import subprocess
import sys
import tempfile

# tests/support/sample_checkpoint.hpp, with the values as bytes
SAMPLE = {
    "mask": ("U8", [5], struct.pack("<5B", 1, 0, 255, 2, 3)),
    "layer.0/weight": ("F32", [2, 3], struct.pack("<6f", 0.5, -1.25, 3e38, 1e-45, -0.0, 0.1)),
    "none": ("F64", [0, 4], b""),
    "moment": ("F64", [2], struct.pack("<2d", 0.1, -1e-300)),
    '"id"\n\\\u00fc': ("I32", [1, 1, 3], struct.pack("<3i", -1, 7, 2147483647)),
    "day": ("I64", [2], struct.pack("<2q", -2**63, 5)),
    "count": ("U64", [], struct.pack("<Q", 2**63 + 1)),
    "decisions": ("U64", [], struct.pack("<Q", 123456)),
}
METADATA = {"format", "version", "decisions", "spec_fingerprint"}
SIZE = {"U8": 1, "F32": 4, "I32": 4, "F64": 8, "I64": 8, "U64": 8}


def read(data):
    """Returns (name -> (dtype, shape, bytes), metadata)."""
    (length,) = struct.unpack_from("<Q", data)
    assert length % 8 == 0, f"a header of {length} bytes leaves the values unaligned"
    header = json.loads(data[8:8 + length])
    values = data[8 + length:]
    metadata = header.pop("__metadata__")
    covered = 0
    tensors = {}
    for name, facts in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = facts["data_offsets"]
        assert begin == covered, f"{name!r} begins at {begin}, not {covered}"
        assert begin % SIZE[facts["dtype"]] == 0, f"{name!r} is not aligned"
        covered = end
        tensors[name] = (facts["dtype"], facts["shape"], values[begin:end])
    assert covered == len(values), f"{len(values) - covered} bytes too many"
    return tensors, metadata


def check_with_library(data):
    """Returns whether there is one."""
    try:
        import numpy
        import safetensors.numpy
    except ImportError:
        return False
    kinds = {"U8": "u1", "F32": "f4", "F64": "f8", "I32": "i4", "I64": "i8", "U64": "u8"}
    loaded = safetensors.numpy.load(data)
    assert set(loaded) == set(SAMPLE), f"safetensors finds {sorted(loaded)}"
    for name, (dtype, shape, values) in SAMPLE.items():
        array = loaded[name]
        assert array.dtype == numpy.dtype("<" + kinds[dtype]), f"{name!r}: {array.dtype}"
        assert list(array.shape) == shape and array.tobytes() == values, f"{name!r}: {array}"
    return True


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], "--write", folder], check=True)
        data = (pathlib.Path(folder) / "000000123456" / "policy.safetensors").read_bytes()
    tensors, metadata = read(data)
    assert tensors == SAMPLE, f"{tensors}\ninstead of\n{SAMPLE}"
    assert set(metadata) == METADATA and metadata["decisions"] == "123456", str(metadata)
    by_library = check_with_library(data)
    print(f"{len(tensors)} tensors are read as they were written, "
          f"{'also' if by_library else 'not tried:'} by Python's safetensors")


if __name__ == "__main__":
    main()
