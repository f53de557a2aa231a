#include "context.h"

#include "../driver/status.h"
#include "capture.h"
#include "memory.h"
#include "modules.h"
#include "settings.h"
#include "stream.h"

namespace cudasim {

Context context;
thread_local Context* current_context = nullptr;
std::recursive_mutex abi_lock;

int admit() {
    if (!context.initialised) return not_initialized;
    if (!current_context) {
        diagnose("no context is current on this thread");
        return invalid_context;
    }
    if (!context.alive()) return context_is_destroyed;
    return context.loss();
}

bool Context::release() {
    if (!alive()) return false;
    if (--counters.context_holders == 0) destroy();
    return true;
}

/// What still lives then was leaked; it goes with the context.
void Context::destroy() {
    if (!lost()) streams.finish_all();
    if (!memory.all_guards_whole("seen at the context's end")) counters.overruns++;
    counters.leaked_allocations += (int64_t)memory.live();
    counters.leaked_bytes += (int64_t)memory.live_bytes();
    counters.live_allocations = counters.live_bytes = 0;
    memory.release_all();
    host_memory.release_all();
    end_all_captures();
    streams.destroy_all();
    destroy_graphs();
    destroy_events();
    unload_modules();
    counters.context_holders = 0;
    sticky = 0;
}

void Context::lose(int status, const std::string& reason) {
    if (lost()) return;
    sticky = status;
    diagnose("%s", reason.c_str());
}

}  // namespace cudasim
