#include "processor.h"

#include <csignal>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "faults.h"
#include "settings.h"
#include "shared.h"

namespace cudasim {

namespace {

struct Processor {
    std::mutex lock;
    std::condition_variable wake, done;
    const std::function<void()>* work = nullptr;
    std::thread::id id;

    Processor() {
        std::thread thread([this] { loop(); });
        id = thread.get_id();
        thread.detach();
    }

    void loop() {
        sigset_t blocked;
        sigfillset(&blocked);
        for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) sigdelset(&blocked, fault);
        pthread_sigmask(SIG_SETMASK, &blocked, nullptr);
        catch_faults();
        std::unique_lock held(lock);
        for (;;) {
            wake.wait(held, [this] { return work != nullptr; });
            (*work)();
            work = nullptr;
            done.notify_all();
        }
    }

    void run(const std::function<void()>& w) {
        std::unique_lock held(lock);
        done.wait(held, [this] { return work == nullptr; });
        work = &w;
        wake.notify_one();
        done.wait(held, [this] { return work == nullptr; });
    }
};

}  // namespace

void on_device(const std::function<void()>& work) {
    static Processor* processor = new Processor;  // never ended: its thread lives as long as the process
    if (std::this_thread::get_id() == processor->id) work();
    else processor->run(work);
}

Fault run_grid(const Kernel& kernel, void** arguments, Extent grid, Extent size, unsigned dynamic_shared) {
    bool descending = settings.descending != 0;
    uint64_t count = grid.count();
    for (uint64_t i = 0; i < count; i++) {
        uint64_t b = descending ? count - 1 - i : i;
        Extent index{(unsigned)(b % grid.x), (unsigned)(b / grid.x % grid.y), (unsigned)(b / ((uint64_t)grid.x * grid.y))};
        poison_shared(dynamic_shared);
        Fault fault = block.run(kernel, arguments, grid, size, index, descending);
        if (fault.status == 0 && !shared_guard_whole(dynamic_shared))
            fault = {700, std::string(kernel.name) + ": write past the end of " + std::to_string(dynamic_shared) +
                              " bytes of dynamic shared memory"};
        if (fault.status != 0) return fault;
    }
    return {};
}

}  // namespace cudasim
