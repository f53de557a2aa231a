// What a test may set and read: planted failures, versions and thread order on one side, counters and the last diagnostic on the other.
// Every entry has a name, so that one pair of exported functions serves them all (see driver/control.cpp), and every setting can also be
// given to a child process as the environment variable GENIMG_CUDASIM_<NAME IN CAPITALS>.
#pragma once
#include <cstdint>
#include <string>

namespace cudasim {

struct Settings {
    int64_t no_device = 0;                    // cuInit answers NO_DEVICE
    int64_t driver_version = 12080;           // what cuDriverGetVersion says
    int64_t compute_capability = 90;          // 10 * major + minor
    int64_t memory = 2LL << 30;               // bytes on the device
    int64_t out_of_memory_after = INT64_MAX;  // bytes that may be live at once before allocations are refused
    int64_t lose_context_at = 0;              // the n-th kernel that runs loses the context; 0: none
    int64_t lose_context_with = 719;          // with this status
    int64_t refuse_capture = 0;               // cuStreamBeginCapture answers NOT_SUPPORTED
    int64_t refuse_algorithms = 0;            // cuDNN: bit n refuses algorithm n everywhere; 1023: all
    int64_t cudnn_version = 0;                // 0: that of the library loaded
    int64_t descending = 0;                   // threads, blocks, streams and independent graph nodes run last to first
    int64_t nvrtc_refuses = 0;                // nvrtcCompileProgram fails with this status
};

struct Counters {
    int64_t kernel_launches = 0;    // cuLaunchKernel outside a capture
    int64_t vendor_launches = 0;   // work submitted by cuBLAS or cuDNN calls outside a capture
    int64_t graph_launches = 0;
    int64_t kernels_run = 0;        // kernels and library operations that ran, in graphs or not
    int64_t allocations = 0;        // device memory
    int64_t frees = 0;
    int64_t host_allocations = 0;
    int64_t copies_to_device = 0;
    int64_t copies_to_host = 0;
    int64_t copies_on_device = 0;
    int64_t memsets = 0;
    int64_t synchronisations = 0;   // calls that wait for the device, copies that wait included
    int64_t captures = 0;
    int64_t instantiations = 0;
    int64_t modules_loaded = 0;
    int64_t programs_compiled = 0;
    int64_t live_allocations = 0;
    int64_t live_bytes = 0;
    int64_t leaked_allocations = 0;  // still live when their context was released
    int64_t leaked_bytes = 0;
    int64_t overruns = 0;            // guard bytes found written
    int64_t context_holders = 0;     // primary context retained and not yet released
    int64_t live_handles = 0;        // streams, events, modules, graphs, instances, cuBLAS and cuDNN handles and descriptors
};

extern Settings settings;
extern Counters counters;

/// The field of that name, or null: the control functions' lookup.
int64_t* find_setting(const std::string& name);
int64_t* find_counter(const std::string& name);

/// Settings as the environment gives them, counters at zero (those of live things kept), no diagnostic.
void reset_settings();

/// Keeps the text that says why a call was refused or a kernel failed; cudasim_diagnostic returns it.
void diagnose(const char* format, ...) __attribute__((format(printf, 1, 2)));
const std::string& diagnostic();

}  // namespace cudasim
