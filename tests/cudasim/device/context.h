// The device's one context, the primary one: who holds it, which threads have made it current, and whether it still lives. An illegal
// address, a misaligned one and a failed launch are sticky: every later call answers with them until the context is released.
#pragma once
#include <mutex>
#include <string>

#include "settings.h"

namespace cudasim {

class Context {
public:
    bool initialised = false;

    void retain() { counters.context_holders++; }
    bool release();                 // false where nobody holds it
    void destroy();
    bool alive() const { return counters.context_holders > 0; }

    bool lost() const { return sticky != 0; }
    int loss() const { return sticky; }
    void lose(int status, const std::string& reason);

    unsigned flags = 0;

private:
    int sticky = 0;
};

extern Context context;
extern thread_local Context* current_context;

/// One call at a time: held by every exported function from its first line to its last.
extern std::recursive_mutex abi_lock;

/// What a call must answer before it looks at its arguments: 0, or NOT_INITIALIZED, INVALID_CONTEXT, CONTEXT_IS_DESTROYED, or the sticky
/// error.
int admit();

}  // namespace cudasim

/// The first line of an exported function that needs a context.
#define IN_CONTEXT                                                  \
    std::lock_guard<std::recursive_mutex> held(cudasim::abi_lock);  \
    if (int refused = cudasim::admit()) return refused
