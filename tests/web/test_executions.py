"""Cells that run on the server, with real kernels and nobody at the notebook."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab.collab import SETTING, Person
from jupyter_hubcollab.collab.rooms import Rooms
from jupyter_hubcollab.wire import Roles
from tests.collab.people import Tab, notebook

from .test_rooms import a_notebook as a_notebook  # noqa: PLC0414  a fixture
from .test_rooms import session
from .test_rooms import visitors as visitors  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.slow

Fetch = Callable[..., Awaitable[Any]]
LINES = "import sys\nfor i in range(10_000):\n    print('line', i)\nprint('last', file=sys.stderr)"


class Desk:
    """A notebook and a kernel, and nobody who has it open."""

    def __init__(self, fetch: Fetch, rooms: Rooms, room: str, kernel: str) -> None:
        self.fetch, self.rooms, self.room, self.kernel = fetch, rooms, room, kernel

    async def ask(self, path: str, body: object = None, **params: str) -> Any:
        method = "GET" if body is None else "POST"
        sent = None if body is None else json.dumps(body)
        reply = await self.fetch(*path.split("/"), method=method, body=sent, params=params)
        return json.loads(reply.body)

    async def run(self, cell: str, code: str | None = None, **more: Any) -> Any:
        body = {"kernel": self.kernel, "room": self.room, "cell": cell, "code": code, **more}
        return await self.ask("hubcollab/api/executions", body)

    async def until(self, number: str, *states: str) -> Any:
        async with asyncio.timeout(60):
            while True:
                one = await self.ask(f"hubcollab/api/executions/{number}", wait="5")
                if one["state"] in states:
                    return one

    async def outputs(self, cell: int = 0) -> list[Any]:
        room = await self.rooms.room(self.room)
        whole, _ = await self.rooms.outputs.complete(room.document.content())
        return list(whole["cells"][cell]["outputs"])


@pytest.fixture
def desk(
    jp_fetch: Fetch, jp_serverapp: Any, a_notebook: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Desk]:
    a_notebook.write_text(json.dumps(notebook(LINES, "name = input('who? ')\nprint('hello', name)")))
    run = jp_asyncio_loop.run_until_complete
    asked = run(session(jp_fetch))
    reply = run(jp_fetch("api", "kernels", method="POST", body=json.dumps({"name": "python3"})))
    kernel = json.loads(reply.body)["id"]
    rooms = jp_serverapp.web_app.settings[SETTING]
    yield Desk(jp_fetch, rooms, f"json:notebook:{asked['fileId']}", kernel)
    run(jp_fetch("api", "kernels", kernel, method="DELETE"))


def saved_text(path: Path) -> str:
    return "".join(json.loads(path.read_text())["cells"][0]["outputs"][0]["text"])


async def test_all_outputs_arrive_with_nobody_there(desk: Desk, visitors: Any, a_notebook: Path) -> None:
    """Ten thousand lines are complete, in order, in the document and in the file; a tab that comes later has them."""
    begun = await desk.run("cell-0")

    done = await desk.until(begun["id"], "done")
    stdout, stderr = await desk.outputs()
    late = Tab()
    await visitors.join(late)
    await desk.rooms.stop()

    assert done["ok"]
    assert stdout["text"] == "".join(f"line {i}\n" for i in range(10_000))
    assert stderr["text"] == "last\n"
    assert late.cells[0]["outputs"][0]["text"].to_py() == stdout["text"]
    assert saved_text(a_notebook) == stdout["text"]


async def test_a_tab_sees_the_end_of_what_another_began(desk: Desk, visitors: Any) -> None:
    """The tab that started a cell may go; one that was away in between has every line too."""
    starter = Tab()
    connection = await visitors.join(starter)
    begun = await desk.run("cell-0")
    connection.close()
    await starter.closed

    back = Tab()
    await visitors.join(back)
    await desk.until(begun["id"], "done")
    await back.until(lambda: len(back.cells[0]["outputs"]) == 2)

    assert back.cells[0]["outputs"][0]["text"].to_py().count("\n") == 10_000
    assert back.cells[0]["execution_count"] == 1
    assert back.cells[0]["execution_state"] == "idle"


async def test_a_cell_waits_for_input_and_is_answered(desk: Desk) -> None:
    """A line of input comes from whoever is asked, also long after the tab that started it is gone."""
    begun = await desk.run("cell-1")

    waiting = await desk.until(begun["id"], "waiting")
    running = await desk.ask("hubcollab/api/executions", room=desk.room)
    await desk.ask(f"hubcollab/api/executions/{begun['id']}/input", {"text": "Ada"})
    done = await desk.until(begun["id"], "done")

    assert waiting["prompt"] == "who? "
    assert [one["id"] for one in running] == [begun["id"]]
    assert done["ok"]
    assert (await desk.outputs(1))[0]["text"] == "who? Ada\nhello Ada\n"


async def test_a_cell_can_be_interrupted(desk: Desk) -> None:
    """Stop stops it, and says so in the cell."""
    begun = await desk.run("cell-0", "print('on')\nimport time\ntime.sleep(600)")
    room = await desk.rooms.room(desk.room)
    async with asyncio.timeout(60):
        while not await desk.outputs():
            await room.stored(room.last_seq)
            await desk.ask(f"hubcollab/api/executions/{begun['id']}", wait="0.1")

    await desk.fetch("api", "kernels", desk.kernel, "interrupt", method="POST", body="{}")
    done = await desk.until(begun["id"], "done")

    assert done["ok"] is False
    assert (await desk.outputs())[-1]["ename"] == "KeyboardInterrupt"


async def test_a_restart_ends_what_ran(desk: Desk) -> None:
    """A kernel that is restarted leaves no cell that runs for ever."""
    begun = await desk.run("cell-0", "import time\ntime.sleep(600)")

    await desk.fetch("api", "kernels", desk.kernel, "restart", method="POST", body="{}")
    done = await desk.until(begun["id"], "done")
    again = await desk.until((await desk.run("cell-0", "print(6 * 7)"))["id"], "done")

    assert done["ok"] is False
    assert again["ok"]
    assert (await desk.outputs())[0]["text"] == "42\n"


async def test_a_kernel_that_dies_is_told_in_the_cell(desk: Desk) -> None:
    """To everybody, beside what the cell had shown; what waited behind it did not run."""
    code = "import os, signal\nprint('on', flush=True)\ninput()\nos.kill(os.getpid(), signal.SIGKILL)"
    begun = await desk.run("cell-0", code)
    behind = await desk.run("cell-1", "print('never')", after=begun["id"])
    await desk.until(begun["id"], "waiting")

    await desk.ask(f"hubcollab/api/executions/{begun['id']}/input", {"text": "go"})
    done = await desk.until(begun["id"], "done")
    dropped = await desk.until(behind["id"], "done")

    assert (done["ok"], done["fault"]["name"]) == (False, "KernelLost")
    assert [one.get("ename", one.get("text")) for one in await desk.outputs()] == ["on\ngo\n", "KernelLost"]
    assert (dropped["ok"], dropped["fault"]) == (False, None)
    assert await desk.outputs(1) == []


async def test_upstreams_front_end_can_ask(desk: Desk) -> None:
    """The executor of jupyter-docprovider, which is not ours, runs cells too."""
    begun = await desk.ask(f"api/kernels/{desk.kernel}/execute", {"cell_id": "cell-0", "document_id": desk.room})

    done = await desk.until(begun["id"], "done")

    assert done["ok"]
    assert len(await desk.outputs()) == 2


async def allow_others(desk: Desk, role: Any) -> None:
    file = desk.room.split(":", 2)[2]
    await desk.rooms.roles.give(Person("boss", "Boss"), file, Roles(file=file, path=None, people={}, others=role))


async def test_a_runner_runs_what_stands_in_the_notebook(desk: Desk) -> None:
    """Who may run but not edit cannot smuggle other code in."""
    await allow_others(desk, "runner")

    begun = await desk.run("cell-1", "print('smuggled')")
    await desk.until(begun["id"], "waiting")
    await desk.ask(f"hubcollab/api/executions/{begun['id']}/input", {"text": "x"})
    await desk.until(begun["id"], "done")

    assert (await desk.outputs(1))[0]["text"] == "who? x\nhello x\n"


@pytest.mark.parametrize("role", ["commenter", "viewer"])
async def test_who_is_less_than_a_runner_runs_nothing(desk: Desk, role: Any) -> None:
    """The server refuses, whatever the browser shows."""
    await allow_others(desk, role)

    with pytest.raises(HTTPClientError) as refused:
        await desk.run("cell-1")

    assert refused.value.code == 403


async def test_a_cell_gets_its_number_at_the_end(desk: Desk) -> None:
    """While a cell runs or waits it has no number, so that browsers go on showing the star."""
    begun = await desk.run("cell-1")
    await desk.until(begun["id"], "waiting")
    room = await desk.rooms.room(desk.room)
    meanwhile = room.document.content()["cells"][1]["execution_count"]

    await desk.ask(f"hubcollab/api/executions/{begun['id']}/input", {"text": "Ada"})
    done = await desk.until(begun["id"], "done")

    assert meanwhile is None
    assert done["count"] == 1
    assert room.document.content()["cells"][1]["execution_count"] == 1


async def test_a_cell_behind_an_error_is_not_run(desk: Desk) -> None:
    """When all cells run, one that reaches the server after an error is not run; a later run is."""
    failed = await desk.run("cell-0", "1 / 0")
    await desk.until(failed["id"], "done")

    body = {"kernel": desk.kernel, "room": desk.room, "cell": "cell-1", "code": "print('ran')", "after": failed["id"]}
    behind = await desk.ask("hubcollab/api/executions", body)
    again = await desk.run("cell-1", "print('ran')")
    done = await desk.until(again["id"], "done")

    assert (behind["state"], behind["ok"], behind["count"]) == ("done", False, None)
    assert (done["ok"], done["count"]) == (True, 2)


async def test_what_a_kernel_loads_comes_into_the_cell(desk: Desk) -> None:
    """``%load`` replaces the cell's text, and a next input comes below it, whoever closes their tab."""
    room = await desk.rooms.room(desk.room)
    code = "get_ipython().set_next_input('loaded = 1', replace=True)"

    await desk.until((await desk.run("cell-0", code))["id"], "done")
    await desk.until((await desk.run("cell-1", code.replace(", replace=True", "")))["id"], "done")

    cells = room.document.content()["cells"]
    assert [cell["source"] for cell in cells if cell["id"] != "cell-1"] == ["loaded = 1", "loaded = 1"]
    assert cells[1]["id"] == "cell-1"


async def test_help_is_shown_below_the_cell(desk: Desk) -> None:
    """``?`` shows what it found, as in the browser."""
    await desk.until((await desk.run("cell-0", "len?"))["id"], "done")

    assert "number of items" in (await desk.outputs())[0]["data"]["text/plain"]


async def test_an_output_widget_takes_what_is_printed_in_it(desk: Desk) -> None:
    """What a cell prints into a widget is the widget's, and the kernel knows it."""
    code = "import ipywidgets as w\nout = w.Output()\nwith out:\n    print('inside')\nprint('below')"
    await desk.until((await desk.run("cell-0", code))["id"], "done")
    below = await desk.outputs()

    await desk.until((await desk.run("cell-1", "print(out.outputs[0]['text'])"))["id"], "done")

    assert [one["text"] for one in below] == ["below\n"]
    assert (await desk.outputs(1))[0]["text"] == "inside\n\n"


async def test_a_runner_loads_nothing_into_cells(desk: Desk) -> None:
    """Who may not edit cannot do it through a kernel, either."""
    room = await desk.rooms.room(desk.room)
    source = room.document.shared.ycells[1]["source"]
    source.clear()
    source += "get_ipython().set_next_input('smuggled', replace=True)"
    before = room.document.content()["cells"][1]["source"]
    await allow_others(desk, "runner")

    done = await desk.until((await desk.run("cell-1"))["id"], "done")

    assert done["ok"]
    assert room.document.content()["cells"][1]["source"] == before


async def test_an_error_is_told_as_the_kernel_tells_it(desk: Desk) -> None:
    """The front end gets name, value and traceback; a cell that is meant to fail stops nobody."""
    room = await desk.rooms.room(desk.room)
    room.document.shared.ycells[0]["metadata"]["tags"] = ["raises-exception"]

    failed = await desk.run("cell-0", "import time; time.sleep(0.3); 1 / 0")
    behind = await desk.run("cell-1", "print('ran')")
    done = await desk.until(failed["id"], "done")
    ran = await desk.until(behind["id"], "done")

    assert (done["fault"]["name"], done["fault"]["value"]) == ("ZeroDivisionError", "division by zero")
    assert done["fault"]["traceback"]
    assert ran["ok"]


async def test_the_time_of_a_run_is_noted_if_wanted(desk: Desk) -> None:
    """With JupyterLab's *record timing* the cell says when it began and ended; without, nothing of an older run."""
    room = await desk.rooms.room(desk.room)

    await desk.until((await desk.run("cell-0", "6 * 7", timing=True))["id"], "done")
    noted = room.document.content()["cells"][0]["metadata"]["execution"]
    await desk.until((await desk.run("cell-0", "6 * 7"))["id"], "done")

    assert noted.keys() == {
        "iopub.status.busy",
        "iopub.execute_input",
        "iopub.status.idle",
        "shell.execute_reply.started",
        "shell.execute_reply",
    }
    assert noted["iopub.status.busy"] <= noted["shell.execute_reply"]
    assert "execution" not in room.document.content()["cells"][0]["metadata"]


async def test_a_cell_may_come_after_the_wish_to_run_it(desk: Desk) -> None:
    """A cell that was made and run at once runs, although its edit comes on another line."""
    room = await desk.rooms.room(desk.room)
    cell = {"cell_type": "code", "id": "new", "source": "6 * 7", "metadata": {}, "outputs": [], "execution_count": None}

    asked = asyncio.ensure_future(desk.run("new"))
    await asyncio.wait([asked], timeout=0.2)
    room.document.shared.append_cell(cell)
    done = await desk.until((await asked)["id"], "done")

    assert done["ok"]
    assert (await desk.outputs(2))[0]["data"] == {"text/plain": "42"}


async def test_a_large_figure_is_a_reference_from_the_start(desk: Desk) -> None:
    """A kernel's large figure never stands in the document, and what comes after it keeps its place."""
    room = await desk.rooms.room(desk.room)
    code = "from IPython.display import HTML, display\nprint('before')\ndisplay(HTML('<p>' * 50_000))\nprint('after')"

    await desk.until((await desk.run("cell-0", code))["id"], "done")
    short = room.document.content()["cells"][0]["outputs"]

    assert [one["output_type"] for one in short] == ["stream", "display_data", "stream"]
    assert len(json.dumps(short)) < 2000
    assert (await desk.outputs())[1]["data"]["text/html"] == "<p>" * 50_000
