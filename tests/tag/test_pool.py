from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.errors import RecordError, SettingsError
from streams.records import TaggedArticle
from streams.settings import load
from streams.tag.pool import TagPool
from tests import factories
from tests.counted import Counted
from tests.tag.conftest import MakePackage

TEXTS = [("Lisbon " * count, "en") for count in (3, 0, 1, 5, 2)] + [("Lisbon", "de")]
COUNTS = [3, 0, 1, 5, 2, 0]
THREADS_BEFORE = os.environ.get("OPENBLAS_NUM_THREADS")


@pytest.fixture(scope="module")
def shared_pool(fake_package: str) -> Iterator[TagPool]:
    pool = TagPool(2, {"en": fake_package}, max_chars=1000)
    yield pool
    pool.close()


@pytest.fixture
def pool(shared_pool: TagPool) -> TagPool:
    """A pool of two children at work."""
    shared_pool.warm()
    return shared_pool


def counts(pool: TagPool) -> list[int]:
    return [len(mentions) for mentions in pool.tag(TEXTS)]


def children() -> set[int]:
    return {child.pid for child in multiprocessing.active_children() if child.pid is not None}


def test_texts_are_shared_out_and_come_back_in_order(pool: TagPool) -> None:
    assert counts(pool) == COUNTS
    assert len(children()) == 2


def test_what_the_models_are_given_is_counted_and_timed(pool: TagPool) -> None:
    texts, seconds = (Counted(f"streams_model_{what}_total", task="entities") for what in ("texts", "seconds"))
    counts(pool)
    assert texts() == 5
    assert 0 < seconds() < 60


def test_more_children_than_texts_and_no_texts(pool: TagPool) -> None:
    assert [len(mentions) for mentions in pool.tag([("Trump in Lisbon", "en")])] == [2]
    assert pool.tag([]) == []


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc to see a child's environment")
def test_children_do_their_algebra_in_one_thread_from_their_first_import_on(pool: TagPool) -> None:
    for pid in children():
        assert b"OPENBLAS_NUM_THREADS=1" in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    assert os.environ.get("OPENBLAS_NUM_THREADS") == THREADS_BEFORE


def found_in(pool: TagPool, title: str) -> list[str]:
    [tagged] = [output.record for output in pool.process([factories.article(title=title, text="")])]
    assert isinstance(tagged, TaggedArticle)
    return [entity.name for entity in tagged.entities]


def test_batches_that_were_expected_get_what_is_found_in_them(pool: TagPool) -> None:
    for title in ("Trump in Lisbon", "Herald"):
        pool.expect([factories.article(title=title, text="")])
    assert found_in(pool, "Trump in Lisbon") == ["Trump", "Lisbon"]
    assert found_in(pool, "Herald") == ["Herald"]


def test_another_batch_than_the_expected_one_gets_its_own_names(pool: TagPool) -> None:
    pool.expect([factories.article(title="Trump in Lisbon", text="")])
    assert found_in(pool, "Herald") == ["Herald"]
    assert found_in(pool, "Trump in Lisbon") == ["Trump", "Lisbon"]


def test_a_child_that_dies_over_what_was_expected_harms_no_other_batch(fake_package: str) -> None:
    pool = TagPool(1, {"en": fake_package}, max_chars=1000)
    for title in ("Lisbon", "Deadly"):
        pool.expect([factories.article(title=title, text="")])
    assert found_in(pool, "Lisbon") == ["Lisbon"]
    with pytest.raises(RecordError, match="'Deadly"):
        found_in(pool, "Deadly")
    assert found_in(pool, "Herald") == ["Herald"]
    pool.close()


def test_the_pool_is_the_tag_stage(pool: TagPool) -> None:
    english, german = pool.process(
        [factories.article(title="Trump in Lisbon", text=""), factories.article(title="Lisbon", language="de")]
    )
    assert isinstance(english.record, TaggedArticle)
    assert [entity.name for entity in english.record.entities] == ["Trump", "Lisbon"]
    assert isinstance(german.record, TaggedArticle)
    assert german.record.entities == []
    assert pool.untagged == {"de": 1}


def test_a_child_that_dies_is_replaced_and_a_text_that_kills_it_is_the_records_fault(fake_package: str) -> None:
    others = children()
    pool = TagPool(1, {"en": fake_package}, max_chars=1000)
    pool.warm()
    [child] = children() - others
    os.kill(child, signal.SIGKILL)
    assert counts(pool) == COUNTS
    with pytest.raises(RecordError, match=r"died twice over 1 texts.*Deadly"):
        pool.process([factories.article(title="Deadly")])
    assert counts(pool) == COUNTS
    pool.close()


def test_an_interrupt_at_the_terminal_does_not_reach_children_even_while_they_start(fake_package: str) -> None:
    others = children()
    pool = TagPool(1, {"en": fake_package}, max_chars=1000)
    assert children() == others
    starting = threading.Thread(target=pool.warm)
    starting.start()
    while not (started := children() - others):
        time.sleep(0.001)
    [child] = started
    os.kill(child, signal.SIGINT)
    starting.join()
    os.kill(child, signal.SIGINT)
    assert counts(pool) == COUNTS
    assert children() - others == started
    pool.close()
    pool.close()
    assert children() == others


PARENT = """
import sys, time
sys.path[:0] = {path!r}
from streams.tag.pool import TagPool
if __name__ == "__main__":
    pool = TagPool(1, {packages!r}, max_chars=1000)
    pool.warm()
    print("ready", flush=True)
    time.sleep(600)
"""


def test_children_of_a_parent_killed_outright_end_themselves(fake_package: str, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(path=sys.path, packages={"en": fake_package}), encoding="utf-8")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        parent.kill()
        # Children hold the other end of the pipe too: it closes when the last one is gone.
        assert parent.communicate(timeout=20)[0] == b""


def test_a_package_that_is_not_installed_is_named_on_making() -> None:
    with pytest.raises(SettingsError, match="no_such_package"):
        TagPool(1, {"en": "no_such_package"}, max_chars=1000)


def test_a_model_that_fails_to_load_in_a_child_is_named_here(make_package: MakePackage) -> None:
    pool = TagPool(1, {"en": make_package("nothing_found", "tagger")}, max_chars=1000)
    with pytest.raises(SettingsError, match=r"'nothing_found'.*finds no entities"):
        pool.warm()
    with pytest.raises(SettingsError, match=r"'nothing_found'.*finds no entities"):
        pool.tag(TEXTS)
    pool.close()


@pytest.mark.parametrize(("option", "cores", "processes"), [(0, 8, 8), (0, None, 1), (3, 8, 3)])
def test_by_default_there_are_as_many_children_as_cores(
    monkeypatch: pytest.MonkeyPatch, option: int, cores: int | None, processes: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert TagPool.from_settings(load(tag_processes=option)).processes == processes


def test_the_stage_and_the_pool_are_there_before_spacy_is() -> None:
    check = "import sys, streams.tag.stage, streams.tag.pool, streams.tag.lines; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
