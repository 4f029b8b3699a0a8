#!/usr/bin/env python3
"""Runs `infodiet stream` as a user does, and checks what it prints and writes.

python3 tests/sim/program_stream_test.py <path to infodiet> <source folder>
"""

import pathlib
import shlex
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import SOURCE, TINY, expect, expect_code, expect_in, run, run_tests, write


def test_stream_of_an_experiment_and_of_a_kind(folder):
    file = write(folder, "tiny.yaml", TINY)
    for words in ((file,), ("synthetic", "seed=3")):
        result = run("stream", "info", *words)
        expect_code(result, 0)
        expect_in("half-life", result.stdout)
        result = run("stream", "check", *words)
        expect_code(result, 0)
        expect_in("ok", result.stdout)
    expect_code(run("stream", "info", "nowhere"), 2)
    lts = write(folder, "lts.yaml", "world: {name: long_term_satisfaction}\n")
    result = run("stream", "info", lts)
    expect_code(result, 2)
    expect_in("no stream", result.stderr)


def recorded_folder(folder, name="log"):
    """Three weeks with an item at noon of every day, and two at 18 h."""
    path = pathlib.Path(folder) / name
    path.mkdir()
    (path / "meta.json").write_text(
        '{"format": "infodiet-stream-1", "name": "%s", "licence": "own", "source": "own", '
        '"attribution": "own", "topics": ["a", "b"], "tz": "UTC"}' % name)
    hours = [24 * day + hour for day in range(22) for hour in (0, 12, 18, 18)]
    rows = [f"{i},{1704067200 + 3600 * hour},{i % 2},,,,{1 + i % 3},,,"
            for i, hour in enumerate(hours)]
    (path / "items.csv").write_text("\n".join(
        ["item_id,t_arrive,topic,appeal,value,length_s,popularity,is_ad,t_expire,text", *rows]) +
        "\n")
    return str(path)


def test_stream_calibrate_compares_folders_with_a_made_stream(folder):
    one, two = recorded_folder(folder), recorded_folder(folder, "log2")
    result = run("stream", "calibrate", one, two, "items_per_day=4", "days=30", "--seeds", "2",
                 "--utc-offset", "0", "--from", "2024-01-02", "--utc-offset", "3")
    expect_code(result, 0)
    expect_in("recorded: log, 80 items, 2024-01-02 to 2024-01-21, UTC+0 h", result.stdout)
    expect_in("recorded: log2", result.stdout)
    expect_in("made: synthetic, 30 days, 2 seeds", result.stdout)
    expect(max(map(len, result.stdout.splitlines())) <= 120, "wider than 120 columns")
    row = next(line for line in result.stdout.splitlines() if line.startswith("items "))
    expect(row.split()[2] == "4", f"4 items a day, not {row}")
    reads = next(line for line in result.stdout.splitlines() if line.startswith("read within"))
    expect(reads.split()[4] == "-", f"what the log lacks is invented: {reads}")
    table = run("stream", "calibrate", one, write(folder, "tiny.yaml", TINY),
                "world.stream.days=30", "--seeds", "1", "--markdown")
    expect_code(table, 0)
    expect_in("| items", table.stdout)


OWN = ("--licence", "own data", "--source", "own data", "--attribution", "thank nobody")


def test_stream_import_makes_a_folder_that_is_played(folder):
    rows = [f"k{day}-{hour},2024-01-{day:02} {hour:02}:00:00,{'sport' if hour == 12 else 'news'}"
            for day in range(1, 31) for hour in (23, 12, 6, 1)]
    log = write(folder, "log.csv", "\r\n".join(["id,created,section", *rows]))
    clicks = write(folder, "clicks.csv", "at,item,who\n2024-01-02T08:00:00Z,k2-6,zoe\n")
    made = str(pathlib.Path(folder) / "made")
    words = (log, made, "--column", "t_arrive=created", "--column", "topic=section", "--column",
             "item_id=id", "--events", clicks, "--event-column", "t=at", "--event-column",
             "item_id=item", "--event-column", "user=who", "--utc-offset", "1")
    look = run("stream", "import", *words, "--dry-run")
    expect_code(look, 0)
    expect_in("120 items, 2024-01-01 00:00:00 to 2024-01-30 22:00:00 UTC", look.stdout)
    expect_in("2 topics: 'news' 90, 'sport' 30", look.stdout)
    expect_in("dates without a zone, taken as UTC+1 h", look.stdout)
    expect(not pathlib.Path(made).exists(), "a dry run wrote something")
    bare = run("stream", "import", *words)
    expect_code(bare, 2)
    expect_in("--licence, --source, --attribution", bare.stderr)
    result = run("stream", "import", *words, *OWN)
    expect_code(result, 0)
    expect_in("Written: " + made, result.stdout)
    expect(sorted(path.name for path in pathlib.Path(made).iterdir()) ==
           ["events.csv", "items.csv", "meta.json"], "not the files it should be")
    expect_code(run("stream", "check", made), 0)
    again = str(pathlib.Path(folder) / "again") + "/"
    expect_code(run("stream", "import", words[0], again, *words[2:], *OWN, "--name", "made"), 0)
    for name in ("events.csv", "items.csv", "meta.json"):
        expect((pathlib.Path(again) / name).read_bytes() ==
               (pathlib.Path(made) / name).read_bytes(), f"{name} differs the second time")

    hint = next(line for line in result.stdout.splitlines() if line.startswith("Play it: "))
    words = shlex.split(hint[len("Play it: "):])
    expect(words[:2] == ["infodiet", "eval"], hint)
    played = run("eval", *words[2:], "world.days=2", "eval.agents=[newest]", "eval.reference=newest",
                 "eval.episodes=2", "eval.seeds=2", "output.runs=" + str(folder) + "/runs",
                 cwd=SOURCE)
    expect_code(played, 0)
    expect_in("Data: thank nobody", played.stdout)


def test_stream_import_is_whole_or_not_at_all(folder):
    log = write(folder, "log.csv", "when,topic\n1704067200,a\nsoon,b\n")
    made = pathlib.Path(folder) / "made"
    before = sorted(pathlib.Path(folder).iterdir())
    for words, said in ((("--column", "t_arrive=when"), "log.csv:3: when: expected seconds"),
                        (("--column", "t_arrive=created"), "there is no column 'created'"),
                        (("--column", "when"), "expected OURS=THEIRS"),
                        (("--column", "colour=when"), "no column 'colour' to fill"),
                        (("--column", "topic=topic"), "--column t_arrive=NAME"),
                        (("--column", "t_arrive=when", "--event-column", "t=when"), "--events"),
                        (("--column", "t_arrive=when", "--split-date", "soon"), "YYYY-MM-DD")):
        result = run("stream", "import", log, str(made), *words, *OWN)
        expect_code(result, 2)
        expect_in(said, " ".join(result.stderr.split()))
    expect(sorted(pathlib.Path(folder).iterdir()) == before, "something was left behind")
    made.mkdir()
    sound = write(folder, "sound.csv", "when\n1704067200\n")
    result = run("stream", "import", sound, str(made), "--column", "t_arrive=when", *OWN)
    expect_code(result, 2)
    expect_in("nothing is overwritten", result.stderr)
    expect(not list(made.iterdir()), "an existing folder was written to")


def test_stream_commands_swallow_nothing(folder):
    log = recorded_folder(folder)
    replay = write(folder, "replay.yaml",
                   "world: {stream: {name: replay, path: ./log}}\n")
    for words, said in ((("info", log, "half_life=3"), "has no settings"),
                        (("check", log, "half_life=3"), "has no settings"),
                        (("info", "synthetic", "--utc-offset", "3"), "utc_offset"),
                        (("calibrate", "synthetic"), "names no folder"),
                        (("calibrate", log, "synthetic", "replay"), "already synthetic"),
                        (("calibrate", log, replay), "of the kind 'replay'"),
                        (("calibrate", log, "half_lif=3"), "half_life"),
                        (("calibrate", log, "--from", "soon"), "YYYY-MM-DD"),
                        (("calibrate", log, "--from", "2024-02-01"), "fewer than two whole days"),
                        (("calibrate", log, "--from", "2024-01-02", "--from", "2024-01-02"),
                         "2 times for 1 folder")):
        result = run("stream", *words)
        expect_code(result, 2)
        expect_in(said, " ".join(result.stderr.split()))


run_tests(globals())
