#include "shared.h"

#include <link.h>

#include <cstring>
#include <vector>

#include "../shim/kernel.h"

namespace cudasim {

namespace {

constexpr size_t shared_guard = 64;
constexpr unsigned char shared_guard_byte = 0xA5;

struct Library {
    SharedMemory (*locate)();
    unsigned char *dynamic = nullptr, *start = nullptr, *end = nullptr;  // of the device thread's copy
    size_t dynamic_size = 0;
};

std::vector<Library>& libraries() {
    static std::vector<Library> all;
    return all;
}

/// Finds the thread-local block of the library whose dynamic array is known: the loader's list has every library's.
int find_block(dl_phdr_info* info, size_t, void* data) {
    Library& library = *(Library*)data;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type != PT_TLS || !info->dlpi_tls_data) continue;
        unsigned char* start = (unsigned char*)info->dlpi_tls_data;
        unsigned char* end = start + info->dlpi_phdr[i].p_memsz;
        if (library.dynamic < start || library.dynamic >= end) continue;
        library.start = start;
        library.end = end;
        return 1;
    }
    return 0;
}

void locate(Library& library) {
    if (library.start) return;
    SharedMemory found = library.locate();
    library.dynamic = found.dynamic;
    library.dynamic_size = found.dynamic_size;
    dl_iterate_phdr(&find_block, &library);
}

size_t guarded(const Library& library, size_t dynamic_bytes) {
    return dynamic_bytes + shared_guard <= library.dynamic_size ? shared_guard : library.dynamic_size - dynamic_bytes;
}

}  // namespace

void add_shared(SharedMemory (*shared)()) { libraries().push_back({shared}); }

void poison_shared(size_t dynamic_bytes) {
    for (Library& library : libraries()) {
        locate(library);
        memset(library.start, 0xFF, library.dynamic - library.start);
        memset(library.dynamic, 0xFF, dynamic_bytes);
        memset(library.dynamic + dynamic_bytes, shared_guard_byte, guarded(library, dynamic_bytes));
        memset(library.dynamic + library.dynamic_size, 0xFF, library.end - library.dynamic - library.dynamic_size);
    }
}

bool shared_guard_whole(size_t dynamic_bytes) {
    for (Library& library : libraries())
        for (size_t i = 0; i < guarded(library, dynamic_bytes); i++)
            if (library.dynamic[dynamic_bytes + i] != shared_guard_byte) return false;
    return true;
}

}  // namespace cudasim
