"""Signalbox in gdb: who waits for what, why, and what an object's value means.

  (gdb) source /usr/share/signalbox/gdb/signalbox-gdb.py
  (gdb) signalbox waiters         every object that threads wait for, its owner, its queue
  (gdb) signalbox why 3           what gdb's thread 3 (or a thread's name) waits for, what its owner waits for, ...
  (gdb) print some_mutex          $1 = mutex: owned by thread 2 "writer", 3 waiting

On a live process and on a core file. The commands need no debug information, only the symbol
signalbox::detail::layout_for_debuggers: the shared library exports it, a static program has it unless it was
stripped. Printing values needs the program's own debug information (-g), not the library's.
"""
import re
import struct
import time

import gdb

LAYOUT = "<10IQ"  # detail::debug_layout up to its texts, see src/core/debug_layout.hpp
KINDS_MOST, KIND_SIZE = 16, 32
NAMES = "<8IQ"  # detail::debug_names
IDENTITY = "signalbox::platform::linux_detail::context"  # begins with the thread's identity


def read(address, form):
    """The one number at an address."""
    return struct.unpack("<" + form, gdb.selected_inferior().read_memory(address, struct.calcsize(form)))[0]


def address_of(symbol):
    return int(gdb.parse_and_eval(f"(unsigned long)&'{symbol}'"))


def text_at(address):
    return gdb.Value(address).cast(gdb.lookup_type("char").pointer()).string("utf-8", "replace")


class Layout:
    """How the parking table lies in memory, as the library describes it."""

    def __init__(self):
        try:
            at = address_of("signalbox::detail::layout_for_debuggers")
        except gdb.error:
            raise gdb.GdbError("signalbox: this program doesn't contain it, or was stripped") from None
        memory = gdb.selected_inferior().read_memory
        (version, self.buckets, self.bucket_size, self.cell, self.wanted, self.kind, self.thread,
         self.since, self.next, self.next_queue, self.queues) = struct.unpack(
             LAYOUT, memory(at, struct.calcsize(LAYOUT)))
        if version != 1:
            raise gdb.GdbError(f"signalbox: this script knows layout 1, and the program has {version}")
        texts = memory(at + struct.calcsize(LAYOUT), KINDS_MOST * KIND_SIZE).tobytes()
        self.kinds = [texts[i * KIND_SIZE:(i + 1) * KIND_SIZE].split(b"\0")[0].decode() for i in range(KINDS_MOST)]


class Names:
    """What set_name() and set_thread_name() called objects and threads; none if the program doesn't tell."""
    objects, threads = [], {}

    @classmethod
    def look(cls):
        cls.objects, cls.threads = [], {}
        try:
            at = address_of("signalbox::detail::names_for_debuggers")
        except gdb.error:
            return
        memory = gdb.selected_inferior().read_memory
        version, count, size, bearer, is_thread, extent, text, after, lists = struct.unpack(
            NAMES, memory(at, struct.calcsize(NAMES)))
        for number in range(count if version == 1 else 0):
            entry = read(lists + number * size, "Q")
            while entry:
                name = text_at(read(entry + text, "Q"))
                if read(entry + is_thread, "B"):
                    cls.threads[read(entry + bearer, "Q")] = name
                else:
                    cls.objects.append((read(entry + bearer, "Q"), read(entry + extent, "Q"), name))
                entry = read(entry + after, "Q")

    @classmethod
    def of_object(cls, at):
        """Its name, or that of what encloses it, in quotes behind a space."""
        found = [(size, name) for begin, size, name in cls.objects if begin <= at < begin + max(size, 1)]
        return f' "{min(found)[1]}"' if found else ""


class Waiter:
    def __init__(self, layout, at):
        self.at = at
        self.cell, self.wanted = read(at + layout.cell, "Q"), read(at + layout.wanted, "Q")
        self.kind = layout.kinds[read(at + layout.kind, "B") % KINDS_MOST]
        self.thread, self.since = read(at + layout.thread, "I"), read(at + layout.since, "q")


def queues():
    """Every queue: its waiters, oldest first."""
    layout = Layout()
    for bucket in range(layout.buckets):
        head = read(layout.queues + bucket * layout.bucket_size, "Q")
        while head:
            queue, at = [], head
            while at:
                queue.append(Waiter(layout, at))
                at = read(at + layout.next, "Q")
            yield queue
            head = read(head + layout.next_queue, "Q")


# --- What the words of each kind of object say. One row for each kind: its owner's identity, or None; a text.

def mutex_row(cell):
    owner = read(cell, "I") & 0x3FFFFF
    return owner, "free" if owner == 0 else f"owned by {Threads.text(owner)}"


def semaphore_row(cell):
    word, capacity = read(cell, "Q"), read(cell + 8, "q")
    out = (word >> 16) & ((1 << 40) - 1)
    out -= (1 << 40) if out >> 39 else 0
    flags = (", fifo" if word & 8 else "") + (", closed" if word & 16 else "")
    return None, f"{out} out, {capacity - max(out, 0)} free{flags}"


def shared_mutex_row(cell):
    word = read(cell, "q")
    holder, readers = (word >> 10) & 0x3FFFFF, max(word >> 32, 0)
    held = f"{'for upgrade' if word & 8 else 'written'} by {Threads.text(holder)}" if holder else ""
    reading = f"{readers} reading" if readers or not holder else ""
    return holder, ", ".join(text for text in (held, reading) if text)


def event_row(cell):
    return None, "set" if read(cell, "I") & 8 else "not set"


def latch_row(cell):
    return None, f"{max(read(cell, 'q') >> 16, 0)} to come"


def barrier_row(cell):
    word = read(cell, "Q")
    return None, f"{(word >> 20) & 0x3FFFFF} of {word >> 42} to come"


ROWS = {"mutex": mutex_row, "semaphore": semaphore_row, "shared_mutex": shared_mutex_row, "event": event_row,
        "latch": latch_row, "barrier": barrier_row}


def count_waiting(cell):
    return sum(len(queue) for queue in queues() if queue[0].cell == cell)


# --- Threads: the library's identities and gdb's threads.

class Threads:
    """A thread's identity is in its thread-local context; where gdb can't read that, a waiter tells, which lies
    on its thread's stack: above the top of that stack, and nearer to it than to any other thread's."""
    by_identity = {}

    @classmethod
    def look(cls):
        cls.by_identity, tops = {}, []
        Names.look()
        chosen = gdb.selected_thread()
        frame = gdb.selected_frame() if chosen is not None else None
        try:
            for thread in gdb.selected_inferior().threads():
                thread.switch()
                tops.append((int(gdb.parse_and_eval("(unsigned long)$sp")), thread))
                try:
                    identity = int(gdb.parse_and_eval(f"*(unsigned int*)&'{IDENTITY}'"))
                    cls.by_identity[identity] = thread
                except gdb.error:
                    pass
        finally:
            if chosen is not None:
                chosen.switch()
                frame.select()  # whoever prints a value stays where they were
        for queue in queues():
            for waiter in queue:
                below = [top for top in tops if top[0] <= waiter.at]
                if waiter.thread not in cls.by_identity and below:
                    cls.by_identity[waiter.thread] = max(below, key=lambda top: top[0])[1]

    @classmethod
    def text(cls, identity):
        thread = cls.by_identity.get(identity)
        called = Names.threads.get(identity) or (thread.name if thread is not None else None)
        name = f' "{called}"' if called else ""
        return f"thread {thread.num}{name}" if thread is not None else f"thread {identity}{name} of Signalbox"

    @classmethod
    def chosen(cls, argument):
        """The number of the thread that is meant by a number of gdb's, a name, or nothing: the selected one."""
        word = argument.strip().strip('"')
        if not word:
            if gdb.selected_thread() is None:
                raise gdb.GdbError("signalbox: no thread is selected")
            return gdb.selected_thread().num
        every = gdb.selected_inferior().threads()
        called = [thread.num for who, thread in cls.by_identity.items() if Names.threads.get(who) == word]
        called += [thread.num for thread in every if thread.name == word]
        if word.isdigit() and int(word) in (thread.num for thread in every):
            return int(word)
        if len(set(called)) != 1:
            raise gdb.GdbError(f"signalbox: {'several threads are' if called else 'no thread is'} called {word}; "
                               "take a number of `info threads`")
        return called[0]


def state_text(waiter):
    owner, text = ROWS[waiter.kind](waiter.cell) if waiter.kind in ROWS else (None, "")
    return owner, object_text(waiter.kind, waiter.cell) + (f", {text}" if text else "")


def object_text(kind, cell):
    """The kind, the address, and the variable that lies there."""
    symbol = gdb.execute(f"info symbol {cell:#x}", to_string=True)
    found = re.search(r"^([^+\n].*?) in section", symbol, re.M)
    symbol = f" <{found.group(1).replace(' + ', '+')}>" if found else ""
    return f"{kind} {cell:#x}{symbol}{Names.of_object(cell)}"


def is_live():
    connection = getattr(gdb.selected_inferior(), "connection", None)
    return connection is not None and connection.type == "native"


def waits(waiter, first):
    """Since when: a core file doesn't know what time it was, so there it counts from the first to come."""
    if is_live():
        return f"waits for {(time.clock_gettime_ns(time.CLOCK_MONOTONIC) - waiter.since) / 1e9:.3f} s"
    return "came first" if waiter.since == first else f"came {(waiter.since - first) / 1e9:.3f} s after the first"


def wanted_text(waiter):
    return f", wants {waiter.wanted}" if waiter.kind == "semaphore" and waiter.wanted != 1 else ""


class Signalbox(gdb.Command):
    """What threads wait for: signalbox waiters, signalbox why THREAD."""

    def __init__(self):
        super().__init__("signalbox", gdb.COMMAND_STATUS, gdb.COMPLETE_NONE, True)


class Waiters(gdb.Command):
    """Lists every object that threads wait for, its owner, and its queue, oldest first."""

    def __init__(self):
        super().__init__("signalbox waiters", gdb.COMMAND_STATUS)

    def invoke(self, _argument, _from_tty):
        Threads.look()
        every = sorted(queues(), key=lambda queue: queue[0].since)
        if not every:
            print("nobody waits")
        for queue in every:
            print(state_text(queue[0])[1])
            for waiter in queue:
                print(f"  {Threads.text(waiter.thread)} {waits(waiter, every[0][0].since)}{wanted_text(waiter)}")


class Why(gdb.Command):
    """Tells what a thread of gdb's list (by number or name; if none is given: the selected one) waits for, what the
    owner of that waits for, and so on."""

    def __init__(self):
        super().__init__("signalbox why", gdb.COMMAND_STATUS)

    def invoke(self, argument, _from_tty):
        Threads.look()
        waiting = {waiter.thread: waiter for queue in queues() for waiter in queue}
        number = Threads.chosen(argument)
        at = next((who for who, thread in Threads.by_identity.items() if thread.num == number), None)
        if at not in waiting:
            print(f"thread {number} waits for nothing of Signalbox's")
            return
        first, passed = min(waiter.since for waiter in waiting.values()), set()
        while at in waiting and at not in passed:
            passed.add(at)
            waiter = waiting[at]
            owner, text = state_text(waiter)
            print(f"{Threads.text(at)} {waits(waiter, first)}{wanted_text(waiter)}: {text}")
            at = owner
        if at in passed:
            print("this is a deadlock")
        elif at:
            print(f"{Threads.text(at)} waits for nothing of Signalbox's")


# --- Values. One row for each type: what `print` shows.

def print_cell(kind):
    """The printer of a type that begins with a cell of this kind."""
    def show(value):
        if value.address is None:
            return kind  # gdb's own copy, at which nobody waits
        at = int(value.address)
        count = count_waiting(at)
        text = ROWS[kind](at)[1] if kind in ROWS else f"at {at:#x}"
        return f"{kind}{Names.of_object(at)}: {text}" + (f", {count} waiting" if count else "")
    return show


def print_recursive_mutex(value):
    text = print_cell("mutex")(value)
    try:
        again = int(value["again_"]["_M_i"])
    except gdb.error:
        again = 0  # another C++ library's atomic
    return "recursive_" + text + (f", locked {again + 1} times" if again else "")


def print_auto_reset_event(value):
    if value.address is None:
        return "auto_reset_event"
    at = int(value.address)
    count = count_waiting(at)
    return f"auto_reset_event{Names.of_object(at)}: {'not ' if (read(at, 'Q') >> 16) & 1 else ''}set" + (
        f", {count} waiting" if count else "")


def print_deadline(value):
    at = int(value["time_"]["__d"]["__r"])
    if at in (2**63 - 1, -2**63):
        return "never" if at > 0 else "passed"
    if not is_live():
        return f"{at / 1e9:.3f} s on the steady clock"
    return f"in {(at - time.clock_gettime_ns(time.CLOCK_MONOTONIC)) / 1e9:.3f} s"


def print_limit(value):
    can_stop = int(value["stop_"]["_M_state"]["_M_ptr"]) != 0
    until = print_deadline(value["until_"])
    text = "for ever" if until == "never" else until
    return f"limit: {text}" + (", or until a stop" if can_stop else "")


def print_guarded_handle(value):
    held = int(value["value_"])
    return f"handle of {value['value_'].dereference()}" if held else "handle, holds nothing"


def print_permit(value):
    count, semaphore = int(value["count_"]), int(value["semaphore_"])
    return f"permit of {count} from {object_text('semaphore', semaphore)}" if count else "permit, empty"


def print_thread_id(value):
    identity = int(value["value_"])
    Threads.look()
    return Threads.text(identity) if identity else "no thread"


PRINTERS = {
    r"mutex": print_cell("mutex"),
    r"recursive_mutex": print_recursive_mutex,
    r"shared_mutex": print_cell("shared_mutex"),
    r"condition_variable": print_cell("condition_variable"),
    r"event": print_cell("event"),
    r"auto_reset_event": print_auto_reset_event,
    r"latch": print_cell("latch"),
    r"barrier<.*>": print_cell("barrier"),
    r"(counting_semaphore<.*>|semaphore_base)": print_cell("semaphore"),
    r"permit<.*>": print_permit,
    r"thread_id": print_thread_id,
    r"deadline": lambda value: f"deadline: {print_deadline(value)}",
    r"limit": print_limit,
    r"guarded_handle<.*>": print_guarded_handle,
    r"guarded<.*>": lambda value: f"guarded {value['value_']}, {value['mutex_']}",
}


class Printer:
    def __init__(self, value, show):
        self.value, self.show = value, show

    def to_string(self):
        Threads.look()
        return self.show(self.value)


def printer_of(value):
    name = value.type.strip_typedefs().unqualified().name or ""
    for pattern, show in PRINTERS.items():
        if re.fullmatch(r"signalbox::(thread::|with_sites::)?" + pattern, name):
            return Printer(value, show)
    return None


Signalbox()
Waiters()
Why()
gdb.pretty_printers.append(printer_of)
