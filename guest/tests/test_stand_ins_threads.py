"""Threads, locks, executors and event loops at import."""

import unittest

from case import Case


class Threads(Case):
    """There is one thread, and no wait may last forever."""

    def test_results_of_an_executor(self) -> None:
        self.check(
            """\
            {prelude}
            from concurrent.futures import ThreadPoolExecutor, as_completed
            def reachable(port):
                if port == 3: raise OSError(port)
                return port
            with ThreadPoolExecutor(max_workers=2) as pool:
                first, second = pool.submit(reachable, 10), pool.submit(reachable, 3)
                sizes = list(pool.map(reachable, [20, 30]))
            try:
                size = second.result(timeout=1)
            except OSError:
                size = first.result()
            a = Table("a", metadata, *(Column(f"c{n}", String(n)) for n in sizes), Column("x", String(size)))
            b = Table("b", metadata, *(Column(f"f{done.result()}", Integer) for done in as_completed([first])))
            """,
            """\
            a
              c20 VARCHAR(20)
              c30 VARCHAR(30)
              x VARCHAR(10)
            b
              f10 INTEGER
            """,
            show="statementskipped",
        )

    def test_a_thread_that_is_waited_for(self) -> None:
        self.check(
            """\
            {prelude}
            import queue, threading
            found, sizes, ready = queue.Queue(), [], threading.Event()
            first = threading.Thread(target=sizes.append, args=(5,))
            first.start()
            first.join()
            threading.Thread(target=lambda: found.put(7), daemon=True).start()
            threading.Thread(target=ready.set).start()
            ready.wait()
            a = Table("a", metadata, Column("x", String(sizes[0])), Column("y", String(found.get(timeout=3))))
            """,
            """\
            a
              x VARCHAR(5)
              y VARCHAR(7)
            """,
            show="statementskipped",
        )

    def test_a_worker_behind_a_queue(self) -> None:
        self.check(
            """\
            {prelude}
            import queue, threading
            todo, tables = queue.Queue(), []
            def work():
                while True:
                    tables.append(Table(todo.get(), metadata, Column("x", Integer)))
                    todo.task_done()
            threading.Thread(target=work, daemon=True).start()
            for name in ("a", "b"):
                todo.put(name)
            todo.join()
            """,
            """\
            a
              x INTEGER
            b
              x INTEGER
            """,
            show="statementskipped",
        )

    def test_what_would_wait_for_ever(self) -> None:
        self.check(
            """\
            {prelude}
            import asyncio, queue, threading
            lock = threading.Lock()
            lock.acquire()
            lock.acquire()
            queue.SimpleQueue().get()
            threading.Event().wait()
            async def never(): await asyncio.Event().wait()
            asyncio.run(never())
            assert not threading.Event().wait(5) and not lock.acquire(timeout=5)
            a = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            skipped models.py:11 Stuck
            skipped models.py:12 Stuck
            skipped models.py:13 Stuck
            skipped models.py:15 Stuck
            """,
            show="statementskipped",
        )

    def test_threads_that_go_on_for_ever(self) -> None:
        self.check(
            """\
            {prelude}
            import threading, time
            stop = threading.Event()
            def refresh():
                while True:
                    time.sleep(60)
            def watch():
                while not stop.wait(60):
                    pass
            for target in (refresh, watch):
                thread = threading.Thread(target=target)
                thread.start()
                thread.join()
            a = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            """,
            show="statementskipped",
        )

    def test_an_event_loop_in_a_thread(self) -> None:
        self.check(
            """\
            {prelude}
            import asyncio, threading
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, daemon=True).start()
            async def size(): return 9
            found = asyncio.run_coroutine_threadsafe(size(), loop).result()
            async def other(): return await asyncio.get_running_loop().run_in_executor(None, lambda: 8)
            a = Table("a", metadata, Column("x", String(found)), Column("y", String(asyncio.run(other()))))
            """,
            """\
            a
              x VARCHAR(9)
              y VARCHAR(8)
            """,
            show="statementskipped",
        )


if __name__ == "__main__":
    unittest.main()
