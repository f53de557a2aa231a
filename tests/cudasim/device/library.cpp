#include "library.h"

#include "../driver/status.h"
#include "context.h"
#include "memory.h"
#include "settings.h"

namespace cudasim {

static Fault run_library(const std::string& call, const std::vector<Operand>& operands, const std::function<void()>& work) {
    if (++counters.kernels_run == settings.lose_context_at)
        return {(int)settings.lose_context_with, call + ": the context was lost, as planned"};
    for (const Operand& o : operands) {
        if (o.bytes == 0 || memory.holding((uint64_t)o.address, o.bytes)) continue;
        return {illegal_address, call + ": " + o.name + " takes " + std::to_string(o.bytes) +
                                     " bytes that are not all in one live allocation: it starts " + memory.describe((uint64_t)o.address)};
    }
    work();
    return {};
}

int submit_library(Stream& stream, const std::string& call, std::vector<Operand> operands, std::function<void()> work) {
    Submitted where;
    int result = submit(stream, call, [=] { return run_library(call, operands, work); }, &where);
    if (result == success && where == Submitted::queued) counters.vendor_launches++;
    return result;
}

}  // namespace cudasim
