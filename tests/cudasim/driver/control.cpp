// What tests call beside the driver's interface; no CUDA library has these names.
#include <cstring>

#include "abi.h"

using namespace cudasim;

/// Ends the context, whatever is live in it, forgets every handle, and puts settings and counters back: each test starts from here.
CUDASIM_EXPORT void cudasim_reset() {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    if (context.alive()) context.destroy();
    for (HandleTable* table : HandleTable::all()) table->clear();
    context.initialised = false;
    current_context = nullptr;
    reset_settings();
}

/// Gives a setting of device/settings.h a value; 1 where no setting has the name.
CUDASIM_EXPORT int cudasim_set(const char* name, int64_t value) {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    int64_t* setting = find_setting(name);
    if (setting) *setting = value;
    return setting ? 0 : 1;
}

/// A counter of device/settings.h; -1 where no counter has the name.
CUDASIM_EXPORT int64_t cudasim_count(const char* name) {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    int64_t* counter = find_counter(name);
    return counter ? *counter : -1;
}

/// Why the last refused call was refused or the last failed kernel failed, at most size - 1 bytes of it; gives its whole length.
CUDASIM_EXPORT size_t cudasim_diagnostic(char* text, size_t size) {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    if (size > 0) {
        strncpy(text, diagnostic().c_str(), size - 1);
        text[size - 1] = 0;
    }
    return diagnostic().size();
}

/// Looks at the guard bytes of every live allocation; 1 where one was written.
CUDASIM_EXPORT int cudasim_check_guards() {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    return memory.all_guards_whole("seen by a check") ? 0 : 1;
}

/// An image that cuModuleLoadDataEx takes, of every kernel of one source file: modules without a compiler. Gives its length.
CUDASIM_EXPORT size_t cudasim_image(const char* source, int architecture, char* image, size_t size) {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    load_kernel_libraries();
    std::string made = make_cubin(architecture, kernels_of(source));
    if (made.size() <= size) memcpy(image, made.data(), made.size());
    return made.size();
}
