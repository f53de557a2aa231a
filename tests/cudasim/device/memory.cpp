#include "memory.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "settings.h"

namespace cudasim {

Memory memory;
HostMemory host_memory;

namespace {

constexpr size_t page = 4096, alignment = 256;

// A float of this pattern is a signalling NaN: what reads it becomes NaN, and what adds to it changes it, quietening the NaN. (Plain 0xFF
// would not do: NaN + 1 keeps its bits.) Single bytes are 0xA5 but for one in four.
constexpr uint32_t guard_word = 0x7FA5A5A5u;

uint8_t guard_byte(uint64_t address) { return (uint8_t)(guard_word >> (8 * (address & 3))); }

size_t round_up(size_t n, size_t to) { return (n + to - 1) / to * to; }

void fill_guard(uint64_t from, uint64_t to) {
    for (uint64_t a = from; a < to; a++) *(uint8_t*)a = guard_byte(a);
}

bool whole(uint64_t from, uint64_t to, uint64_t* first) {
    for (uint64_t a = from; a < to; a++) {
        if (*(const uint8_t*)a == guard_byte(a)) continue;
        *first = a;
        return false;
    }
    return true;
}

/// The addresses that allocations are cut from: all inaccessible until one is, with room between them, so that a kernel's stray access
/// faults instead of meeting somebody else's memory.
struct Region {
    static constexpr size_t size = (size_t)4 << 40, gap = 32 << 20;
    uint64_t start, next;

    Region() {
        void* base = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        start = base == MAP_FAILED ? 0 : (uint64_t)base;
        next = start + gap;
    }

    /// 0 where the region is used up.
    uint64_t take(size_t bytes) {
        if (!start || bytes > start + size - next) return 0;
        uint64_t taken = next;
        next = round_up(taken + bytes + gap, page);
        return taken;
    }
};

Region& region() {
    static Region* reserved = new Region;
    return *reserved;
}

uint64_t first_usable(const Allocation& a) { return a.mapping + page; }
uint64_t end_usable(const Allocation& a) { return a.mapping + a.mapped - page; }

}  // namespace

uint64_t Memory::allocate(size_t size) {
    // [closed page][guard][the allocation][guard][closed page]; at least 256 bytes of guard on both sides.
    size_t body = round_up(size, alignment) + 2 * alignment, usable = round_up(body, page), mapped = usable + 2 * page;
    uint64_t base = region().take(mapped);
    if (!base) {
        void* elsewhere = mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (elsewhere == MAP_FAILED) return 0;
        base = (uint64_t)elsewhere;
    }
    if (mprotect((void*)(base + page), usable, PROT_READ | PROT_WRITE) != 0) return 0;
    Allocation a{0, size, base, mapped};
    a.address = end_usable(a) - round_up(size, alignment) - alignment;
    fill_guard(first_usable(a), a.address);
    memset((void*)a.address, 0xFF, size);
    fill_guard(a.address + size, end_usable(a));
    table[a.address] = a;
    bytes += size;
    return a.address;
}

bool Memory::release(uint64_t address) {
    auto at = table.find(address);
    if (at == table.end()) return false;
    Allocation a = at->second;
    // Gives the pages back and keeps the addresses.
    mmap((void*)a.mapping, a.mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    bytes -= a.size;
    released[address] = a;
    table.erase(at);
    return true;
}

void Memory::release_all() {
    while (!table.empty()) release(table.begin()->first);
}

const Allocation* Memory::nearest(uint64_t address) const {
    auto next = table.upper_bound(address);
    return next == table.begin() ? nullptr : &std::prev(next)->second;
}

const Allocation* Memory::holding(uint64_t address, size_t size) const {
    const Allocation* a = nearest(address);
    return a && address <= a->address + a->size && size <= a->address + a->size - address ? a : nullptr;
}

bool Memory::guards_whole(const Allocation& a, const char* culprit) const {
    uint64_t first;
    if (!whole(a.address + a.size, end_usable(a), &first)) {
        diagnose("%s: write past the end of an allocation of %zu bytes, %llu bytes past it", culprit, a.size,
                 (unsigned long long)(first - a.address - a.size));
        return false;
    }
    if (!whole(first_usable(a), a.address, &first)) {
        diagnose("%s: write before the start of an allocation of %zu bytes", culprit, a.size);
        return false;
    }
    return true;
}

bool Memory::all_guards_whole(const char* culprit) const {
    for (auto& [address, a] : table) if (!guards_whole(a, culprit)) return false;
    return true;
}

std::string Memory::describe(uint64_t address) const {
    const Region& all = region();
    if (address < all.start || address >= all.start + Region::size) return "which is no device memory";
    const Allocation *before = nearest(address), *freed = nullptr;
    auto next = released.upper_bound(address);
    if (next != released.begin()) freed = &std::prev(next)->second;
    bool dead = freed && (!before || freed->address > before->address);
    const Allocation* a = dead ? freed : before;
    if (!a) return "before every allocation";
    char text[120];
    const char* kind = dead ? "a freed allocation" : "an allocation";
    uint64_t end = a->address + a->size;
    if (address < end) snprintf(text, sizeof text, "inside %s of %zu bytes", kind, a->size);
    else snprintf(text, sizeof text, "%llu bytes past the end of %s of %zu bytes", (unsigned long long)(address - end), kind, a->size);
    return text;
}

void* HostMemory::allocate(size_t size) {
    void* p = aligned_alloc(page, round_up(size ? size : 1, page));
    if (p) table[(uint64_t)p] = {size, true};
    return p;
}

bool HostMemory::release(void* p) {
    auto at = table.find((uint64_t)p);
    if (at == table.end() || !at->second.owned) return false;
    table.erase(at);
    free(p);
    return true;
}

bool HostMemory::add(void* p, size_t size) {
    auto next = table.lower_bound((uint64_t)p);
    if (next != table.end() && next->first < (uint64_t)p + size) return false;
    if (next != table.begin() && std::prev(next)->first + std::prev(next)->second.size > (uint64_t)p) return false;
    table[(uint64_t)p] = {size, false};
    return true;
}

bool HostMemory::remove(void* p) {
    auto at = table.find((uint64_t)p);
    if (at == table.end() || at->second.owned) return false;
    table.erase(at);
    return true;
}

bool HostMemory::holds(const void* p, size_t size) const {
    auto next = table.upper_bound((uint64_t)p);
    if (next == table.begin()) return false;
    auto& [start, block] = *std::prev(next);
    return (uint64_t)p + size <= start + block.size;
}

void HostMemory::release_all() {
    for (auto& [start, block] : table) if (block.owned) free((void*)start);
    table.clear();
}

}  // namespace cudasim
