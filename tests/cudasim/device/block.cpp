#include "block.h"

#include <cstdio>
#include <cstring>

#include "../driver/status.h"
#include "../shim/kernel.h"
#include "../shim/threads.h"

namespace cudasim {

Block block;
Registers registers;

void barrier(const char* file, int line) { block.barrier(file, line); }
unsigned lane() { return block.lane(); }
uint64_t exchange(unsigned mask, uint64_t value, unsigned from, const char* file, int line) {
    return block.exchange(mask, value, from, file, line);
}
unsigned ballot(unsigned mask, bool predicate, const char* file, int line) { return block.ballot(mask, predicate, file, line); }

static const char* base_name(const char* path) {
    const char* slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

Fault Block::run(const Kernel& k, void** args, Extent in_grid, Extent of, Extent at, bool last_first) {
    descending = last_first;
    kernel = &k;
    arguments = args;
    grid = in_grid;
    size = of;
    index = at;
    registers.block = {at.x, at.y, at.z};
    registers.block_size = {of.x, of.y, of.z};
    registers.grid_size = {grid.x, grid.y, grid.z};
    unsigned count = (unsigned)of.count();
    if (threads.size() < count) threads.resize(count);
    warps.assign((count + 31) / 32, Warp());
    for (unsigned i = 0; i < count; i++) {
        threads[i].state = State::fresh;
        threads[i].index = i;
    }
    live = count;
    at_barrier = 0;
    fault = Fault();
    while (live && fault.status == 0) {
        moved = false;
        if (!round()) break;
        if (live && !open_barrier() && !moved && fault.status == 0) fault = {launch_failed, stuck()};
    }
    // What a failed block leaves on its stacks is abandoned with them.
    for (unsigned i = 0; i < count; i++) {
        if (!threads[i].stack) continue;
        idle_stacks.push_back(threads[i].stack);
        threads[i].stack = nullptr;
    }
    current = nullptr;
    return fault;
}

/// Every thread that can go on does so once; false as soon as one fails.
bool Block::round() {
    for (cursor = 0; cursor < size.count(); cursor++) {
        Thread& t = at_cursor();
        if (t.state == State::exited || t.state == State::at_barrier) continue;
        if (t.state == State::at_exchange && warps[t.index >> 5].phase == t.phase) continue;
        Thread& last = resume(t);
        if (fault.status != 0) return false;
        if (last.state != State::exited) continue;
        idle_stacks.push_back(last.stack);
        last.stack = nullptr;
    }
    return true;
}

Block::Thread& Block::at_cursor() { return threads[descending ? (unsigned)size.count() - 1 - cursor : cursor]; }

/// Switches to a thread; gives the one that switched back, which may be a later one.
Block::Thread& Block::resume(Thread& t) {
    if (t.state == State::fresh) {
        if (idle_stacks.empty()) idle_stacks.push_back(new_stack());
        t.stack = idle_stacks.back();
        idle_stacks.pop_back();
        t.frame = first_frame(t.stack, &thread_main);
    }
    start(t);
    cudasim_switch_stack(&scheduler, t.frame);
    Thread& last = *current;
    current = nullptr;
    return last;
}

void Block::start(Thread& t) {
    t.state = State::ready;
    current = &t;
    registers.thread = {t.index % size.x, t.index / size.x % size.y, t.index / (size.x * size.y)};
}

/// Runs a thread to its end and goes on with the next on the same stack, as long as that has not begun: threads that never wait cost no
/// switch of stacks.
void Block::thread_main() {
    do block.kernel->call(block.arguments);
    while (block.exit_and_take_next());
    for (;;) block.wait();
}

bool Block::exit_and_take_next() {
    Thread& done = *current;
    done.state = State::exited;
    live--;
    moved = true;
    if (cursor + 1 >= size.count()) return false;
    cursor++;
    Thread& next = at_cursor();
    if (next.state != State::fresh) {
        cursor--;
        return false;
    }
    next.stack = done.stack;
    done.stack = nullptr;
    start(next);
    return true;
}

void Block::wait() { cudasim_switch_stack(&current->frame, scheduler); }

void Block::barrier(const char* file, int line) {
    current->at = {file, line};
    current->state = State::at_barrier;
    at_barrier++;
    moved = true;
    wait();
}

/// Lets everybody go on once all threads that have not exited have arrived, if they arrived at the same barrier.
bool Block::open_barrier() {
    if (at_barrier != live) return false;
    Place first;
    unsigned elsewhere = 0;
    for (unsigned i = 0; i < size.count(); i++) {
        Thread& t = threads[i];
        if (t.state != State::at_barrier) continue;
        if (!first.file) first = t.at;
        if (t.at.line != first.line || (t.at.file != first.file && strcmp(t.at.file, first.file) != 0)) elsewhere++;
        t.state = State::ready;
    }
    if (elsewhere) {
        char text[400];
        snprintf(text, sizeof text, "%s: block (%u,%u,%u) is divided over two barriers: %u threads at %s:%d, %u at another", kernel->name,
                 index.x, index.y, index.z, live - elsewhere, base_name(first.file), first.line, elsewhere);
        fault = {launch_failed, text};
    }
    at_barrier = 0;
    return true;
}

const uint64_t* Block::meet(unsigned mask, uint64_t value, const char* file, int line) {
    Thread& me = *current;
    Warp& warp = warps[me.index >> 5];
    unsigned bit = 1u << lane(), phase = warp.phase;
    me.at = {file, line};
    if (!(mask & bit)) fail(launch_failed, "a lane takes part in a warp exchange whose mask leaves it out");
    if (warp.arrived && warp.mask != mask) fail(launch_failed, "the lanes of a warp disagree on the mask of an exchange");
    if (!warp.arrived) memset(warp.values[phase & 1], 0xFF, sizeof warp.values[0]);
    warp.values[phase & 1][lane()] = value;
    warp.arrived |= bit;
    warp.mask = mask;
    moved = true;
    if (warp.arrived == mask) {
        warp.arrived = 0;
        warp.phase++;
    } else {
        me.state = State::at_exchange;
        me.phase = phase;
        wait();
    }
    return warp.values[phase & 1];
}

uint64_t Block::exchange(unsigned mask, uint64_t value, unsigned from, const char* file, int line) {
    return meet(mask, value, file, line)[from];
}

unsigned Block::ballot(unsigned mask, bool predicate, const char* file, int line) {
    const uint64_t* votes = meet(mask, predicate, file, line);
    unsigned result = 0;
    for (unsigned l = 0; l < 32; l++) if ((mask >> l & 1) && votes[l]) result |= 1u << l;
    return result;
}

void Block::fail(int status, const std::string& reason) {
    fault = {status, std::string(kernel->name) + ": " + where(*current) + ": " + reason};
    for (;;) wait();
}

std::string Block::where(const Thread& t) const {
    char text[120];
    snprintf(text, sizeof text, "block (%u,%u,%u), thread (%u,%u,%u)", index.x, index.y, index.z, t.index % size.x,
             t.index / size.x % size.y, t.index / (size.x * size.y));
    return text;
}

std::string Block::stuck() const {
    unsigned barriers = 0, exchanges = 0, count = (unsigned)size.count();
    Place barrier, exchange;
    for (unsigned i = 0; i < count; i++) {
        if (threads[i].state == State::at_barrier) barriers++, barrier = threads[i].at;
        if (threads[i].state == State::at_exchange) exchanges++, exchange = threads[i].at;
    }
    char text[400];
    int n = snprintf(text, sizeof text, "%s: block (%u,%u,%u) cannot go on: %u threads at __syncthreads, %u at a warp exchange, %u exited",
                     kernel->name, index.x, index.y, index.z, barriers, exchanges, count - live);
    if (barriers) n += snprintf(text + n, sizeof text - n, "; barrier at %s:%d", base_name(barrier.file), barrier.line);
    if (exchanges) snprintf(text + n, sizeof text - n, "; exchange at %s:%d", base_name(exchange.file), exchange.line);
    return text;
}

}  // namespace cudasim
