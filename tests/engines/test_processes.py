"""Worker processes and their GPUs."""

from lingap.engines import processes


def test_gpus_are_dealt_to_workers_in_turn(monkeypatch):
    started = []

    class Idle:
        def start(self):
            pass

        def terminate(self):
            pass

        def join(self):
            pass

    class Context:
        def Pipe(self):
            here, there = object(), type("End", (), {"close": lambda self: None})()
            return here, there

        def Process(self, target, args, name, daemon):
            started.append(args[-1])
            return Idle()

    monkeypatch.setattr(processes, "get_context", lambda _: Context())
    with processes.Processes(print, 3, ["0", "5"]):
        pass
    with processes.Processes(print, 2):
        pass
    assert started == ["0", "5", "0", None, None]
