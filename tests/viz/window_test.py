#!/usr/bin/env python3
"""Opens a real window on a display of its own and works it by keyboard and mouse.

    window_test.py path/of/infodiet path/of/the/source     exit code 77: no Xvfb or xdotool here
"""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import PROGRAM, SOURCE, expect, expect_code, expect_in, run, run_tests  # noqa: E402

if not all(shutil.which(tool) for tool in ("Xvfb", "xdotool")):
    print("Xvfb or xdotool is not installed (apt-get install xvfb xdotool)")
    sys.exit(77)

CONFIG = str(SOURCE / "configs/full_diet.yaml")
SMALL = ["world.days=2", "world.stream.days=40"]


class Display:
    """An X server, for as long as it is needed."""

    def __enter__(self):
        # -noreset: else it begins anew whenever its last client leaves, as xdotool does, and
        # refuses whoever comes just then
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-noreset", "-screen", "0", "1700x1000x24"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as numbers:
            self.name = ":" + numbers.readline().strip()
        # what drivers keep is not ours to free: see leaks_of_ours
        self.env = {**os.environ, "DISPLAY": self.name, "LIBGL_ALWAYS_SOFTWARE": "1",
                    "LSAN_OPTIONS": "exitcode=0:suppressions=" + str(pathlib.Path(__file__).with_name(
                        "leaks_of_drivers.txt"))}
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()

    def tool(self, *args):
        return subprocess.run(["xdotool", *args], env=self.env, capture_output=True, text=True,
                              timeout=30, check=False).stdout.strip()


def open_window(display, folder, *args, path=os.environ["PATH"]):
    """Starts the viewer and waits until its window is there."""
    viewer = subprocess.Popen([PROGRAM, "watch", CONFIG, *SMALL, *args], cwd=folder,
                              env={**display.env, "PATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(300):
        window = display.tool("search", "--name", "^InfoDiet$").split("\n")[0]
        if window:
            break
        if viewer.poll() is not None:
            raise AssertionError(f"it ended with {viewer.returncode}: " + "".join(viewer.communicate()))
        time.sleep(0.1)
    expect(window, "no window came")
    time.sleep(1.5)
    display.tool("windowmove", window, "0", "0")    # nobody else does: there is no window manager
    display.tool("windowfocus", window)
    time.sleep(0.5)
    return viewer, window


def leaks_of_ours(report):
    """Of a sanitizer's report, the leaks in whose stack this program or SFML stands. What graphics
    drivers and the libraries they load keep is not ours to free, and of those that were unloaded
    before the end not even the name is left."""
    blocks = re.split(r"\n(?=(?:Direct|Indirect) leak)", report)[1:]
    ours = re.compile(rf"infodiet|sfml|{re.escape(str(SOURCE))}", re.IGNORECASE)
    return [block for block in blocks
            if any(ours.search(frame) for frame in re.findall(r"#\d+ 0x[0-9a-f]+ (.*)", block))]


def finish(viewer):
    out, err = viewer.communicate(timeout=60)
    expect(viewer.returncode == 0, f"exit code {viewer.returncode}: {out}{err}")
    expect(not leaks_of_ours(err), f"memory was lost: {err}")


def picture(folder, before):
    """Waits for one picture more than before and returns its path."""
    for _ in range(100):
        pictures = sorted(pathlib.Path(folder).glob("media/*.png"))
        if len(pictures) > before:
            return pictures
        time.sleep(0.1)
    raise AssertionError(f"no picture came: {pictures}")


def decision_of(path):
    return int(path.stem.split("-")[-1])


def test_a_leak_of_ours_is_told_from_a_drivers(folder):
    report = """==1==ERROR: LeakSanitizer: detected memory leaks

Direct leak of 128 byte(s) in 1 object(s) allocated from:
    #0 0x7f10 in __interceptor_realloc asan_malloc_linux.cpp:85
    #1 0x7f11  (/usr/lib/libicuuc.so.72+0x2fed5)

Indirect leak of 56 byte(s) in 1 object(s) allocated from:
    #0 0x7f10 in __interceptor_calloc asan_malloc_linux.cpp:77
    #1 0x7f12  (<unknown module>)
"""
    ours = """
Direct leak of 24 byte(s) in 1 object(s) allocated from:
    #0 0x7f10 in operator new(unsigned long) asan_new_delete.cpp:99
    #1 0x55e5 in infodiet::Window::open() window.cpp:40
"""
    expect(not leaks_of_ours(report), "a driver's leak is taken for ours")
    expect(len(leaks_of_ours(report + ours)) == 1, "a leak of ours is not seen")


def test_a_window_is_worked_by_keys_and_mouse(folder):
    with Display() as display:
        viewer, window = open_window(display, folder, "--agent", "threshold", "--compare", "newest",
                                     "--paused")
        keys = lambda *names: [(display.tool("key", name), time.sleep(0.35)) for name in names]
        keys("Right", "Right", "Right", "p")            # three decisions, a picture
        first = picture(folder, 0)
        expect(decision_of(first[0]) == 2, f"three steps lead to decision 2: {first}")
        keys("Left", "p")                               # one back
        both = picture(folder, 1)
        expect(min(map(decision_of, both)) == 1, f"one step back leads to 1: {both}")
        keys("f", "space")                              # it plays by itself
        time.sleep(2)
        keys("space", "p")
        played = max(map(decision_of, picture(folder, 2)))
        expect(played > 4, f"it should have played on: {played}")
        display.tool("mousemove", "--window", window, "420", "800", "mousedown", "1")
        time.sleep(0.3)                                 # the beginning of the time line
        display.tool("mousemove", "--window", window, "281", "800", "mouseup", "1")
        time.sleep(0.3)
        keys("p")
        time.sleep(1)
        scrubbed = min(map(decision_of, pathlib.Path(folder).glob("media/*.png")))
        expect(scrubbed == 0, f"the first decision should be shown: {scrubbed}")
        keys("3", "1", "2", "1", "h", "question", "Escape", "f", "m", "u", "Tab", "Tab", "bracketleft")
        display.tool("windowsize", window, "1300", "760")
        time.sleep(0.5)
        expect(viewer.poll() is None, "it should still be open")
        keys("Escape", "Escape", "Escape")
        finish(viewer)


def test_a_video_has_one_size_and_takes_its_time(folder):
    tool = pathlib.Path(folder) / "bin" / "ffmpeg"     # keeps the frames as they come
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\nfor last; do :; done\nexec cat > \"$last\"\n")
    tool.chmod(0o755)
    with Display() as display:
        viewer, window = open_window(display, folder, "--agent", "threshold", "--size", "1280x720",
                                     path=f"{tool.parent}:{os.environ['PATH']}")
        keys = lambda *names: [(display.tool("key", name), time.sleep(0.35)) for name in names]
        began = time.time()
        display.tool("key", "v")
        time.sleep(0.5)
        display.tool("windowsize", window, "1400", "800")
        time.sleep(0.5)
        keys("p")
        display.tool("windowsize", window, "1300", "760")
        time.sleep(1)
        keys("v")
        took = time.time() - began
        keys("Escape")
        finish(viewer)
    video, = pathlib.Path(folder).glob("media/*.mp4")
    frame = 1280 * 720 * 4
    frames = video.stat().st_size / frame
    expect(frames == int(frames), f"frames of another size: {frames}")
    expect(0.7 * 30 * (took - 0.6) < frames < 30 * took + 2, f"{frames} frames in {took:.1f} s")


def test_the_card_draws_what_the_processor_draws(_):
    check = pathlib.Path(PROGRAM).parent / "tests" / "gl_check"
    with Display() as display:
        result = subprocess.run([check], env=display.env, capture_output=True, text=True,
                                timeout=300, check=False)
    print(result.stdout.strip())
    expect_code(result, 0)


def test_without_a_display_both_ways_are_named(folder):
    for env in ({"DISPLAY": ""}, {"DISPLAY": ":4711"}, {"DISPLAY": "localhost:4711"}):
        result = run("watch", CONFIG, *SMALL, cwd=folder, env={**os.environ, **env})
        expect_code(result, 2)
        expect_in("--headless --png FILE", result.stderr)
        expect_in("xvfb-run", result.stderr)


def test_a_display_that_refuses_is_told(folder):
    with socket.socket(socket.AF_UNIX) as server:       # it listens, and hangs up
        server.bind("\0/tmp/.X11-unix/X4712")
        server.listen()
        def hang_up():
            try:
                while True:
                    server.accept()[0].close()
            except OSError:
                pass
        threading.Thread(target=hang_up, daemon=True).start()
        result = run("watch", CONFIG, *SMALL, cwd=folder, env={**os.environ, "DISPLAY": ":4712"})
        expect_code(result, 2)
        expect_in("the display :4712 does not answer", result.stderr)
        expect_in("--headless --png FILE", result.stderr)
        server.shutdown(socket.SHUT_RDWR)


def test_pictures_and_videos_are_whole_or_not_there(folder):
    result = run("watch", CONFIG, *SMALL, "--png", "a.png", "--decisions", "30", cwd=folder)
    expect_code(result, 0)
    expect((pathlib.Path(folder) / "a.png").read_bytes()[:4] == b"\x89PNG", "a picture")
    result = run("watch", CONFIG, *SMALL, "--mp4", "b.mp4", cwd=folder,
                 env={**os.environ, "PATH": "/nowhere"})
    expect_code(result, 2)
    expect_in("apt-get install ffmpeg", result.stderr)
    tool = pathlib.Path(folder) / "ffmpeg"     # one that fails half-way
    tool.write_text("#!/bin/sh\nhead -c 100000 > \"$(echo \"$@\" | sed 's/.* //')\"\nexit 3\n")
    tool.chmod(0o755)
    result = run("watch", CONFIG, *SMALL, "--mp4", "b.mp4", "--seconds", "1", cwd=folder,
                 env={**os.environ, "PATH": f"{folder}:/usr/bin:/bin"})
    expect_code(result, 2)
    left = sorted(p.name for p in pathlib.Path(folder).iterdir())
    expect(left == ["a.png", "ffmpeg"], f"half a file was left: {left}")


def test_what_would_be_ignored_is_refused(folder):
    file = str(pathlib.Path(folder) / "e.idep")
    expect_code(run("record", CONFIG, *SMALL, "--agent", "threshold", "--out", file), 0)
    live, recorded = [CONFIG, *SMALL], [file]
    for what, args, option in (
            (live, ["--from", "5", "--png", "a.png"], "--from"),
            (live, ["--to", "5", "--png", "a.png"], "--to"),
            (live, ["--seconds", "5", "--png", "a.png"], "--seconds"),
            (live, ["--at", "0.5"], "--at"),
            (live, ["--moment", "read"], "--moment"),
            (live, ["--pin", "1"], "--pin"),
            (live, ["--decisions", "20"], "--decisions"),
            (live, ["--moment", "read", "--mp4", "a.mp4"], "--moment"),
            (live, ["--moment", "read", "--at", "0.5", "--png", "a.png"], "--at, --moment"),
            (live, ["--verify", "--png", "a.png"], "--verify"),
            (live, ["--paused", "--png", "a.png"], "--paused"),
            (recorded, ["run.seed=4", "--png", "a.png"], "run.seed=4"),
            (recorded, ["--env", "1", "--png", "a.png"], "--env"),
            (recorded, ["--episode", "1", "--png", "a.png"], "--episode"),
            (recorded, ["--agent", "newest", "--png", "a.png"], "--agent"),
            (recorded, ["--decisions", "9", "--png", "a.png"], "--decisions")):
        result = run("watch", *what, *args, cwd=folder)
        expect_code(result, 2)
        expect_in(option + ": ", result.stderr)
        expect(not (pathlib.Path(folder) / "a.png").exists(), "nothing should be written")


def test_an_episode_is_recorded_watched_and_verified(folder):
    file = pathlib.Path(folder) / "e.idep"
    expect_code(run("record", CONFIG, *SMALL, "--agent", "threshold", "--out", str(file)), 0)
    result = run("verify", str(file))
    expect_code(result, 0)
    expect_in("come out the same", result.stdout)
    expect_code(run("watch", str(file), "--png", "r.png", "--at", "0.4", cwd=folder), 0)
    result = run("verify", str(file), "--agent", "newest")
    expect_code(result, 1)
    expect_in("differs from decision", result.stdout)
    file.write_bytes(file.read_bytes()[:-5000])
    result = run("watch", str(file), "--png", "r2.png", cwd=folder)
    expect_code(result, 2)
    expect_in("it is torn", result.stderr)


run_tests(globals())
