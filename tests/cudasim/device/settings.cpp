#include "settings.h"

#include <cctype>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace cudasim {

Settings settings;
Counters counters;

namespace {

struct SettingName { const char* name; int64_t Settings::*field; };
struct CounterName { const char* name; int64_t Counters::*field; };

#define NAMED(type, field) {#field, &type::field}
const SettingName setting_names[] = {
    NAMED(Settings, no_device), NAMED(Settings, driver_version), NAMED(Settings, compute_capability), NAMED(Settings, memory),
    NAMED(Settings, out_of_memory_after), NAMED(Settings, lose_context_at), NAMED(Settings, lose_context_with),
    NAMED(Settings, refuse_capture), NAMED(Settings, refuse_algorithms), NAMED(Settings, cudnn_version), NAMED(Settings, descending),
    NAMED(Settings, nvrtc_refuses),
};
const CounterName counter_names[] = {
    NAMED(Counters, kernel_launches), NAMED(Counters, vendor_launches), NAMED(Counters, graph_launches), NAMED(Counters, kernels_run),
    NAMED(Counters, allocations), NAMED(Counters, frees), NAMED(Counters, host_allocations), NAMED(Counters, copies_to_device),
    NAMED(Counters, copies_to_host), NAMED(Counters, copies_on_device), NAMED(Counters, memsets), NAMED(Counters, synchronisations),
    NAMED(Counters, captures), NAMED(Counters, instantiations), NAMED(Counters, modules_loaded), NAMED(Counters, programs_compiled),
    NAMED(Counters, live_allocations), NAMED(Counters, live_bytes), NAMED(Counters, leaked_allocations), NAMED(Counters, leaked_bytes),
    NAMED(Counters, overruns), NAMED(Counters, context_holders), NAMED(Counters, live_handles),
};
#undef NAMED

std::string last_diagnostic;

/// A child process can be told nothing in any other way, and read in no other: at its end it writes its counters to this file.
struct Report {
    Report() { reset_settings(); }
    ~Report() {
        const char* path = getenv("GENIMG_CUDASIM_REPORT");
        FILE* file = path ? fopen(path, "w") : nullptr;
        if (!file) return;
        for (const CounterName& c : counter_names) fprintf(file, "%s %lld\n", c.name, (long long)(counters.*c.field));
        fprintf(file, "diagnostic %s\n", last_diagnostic.c_str());
        fclose(file);
    }
} report;

}  // namespace

int64_t* find_setting(const std::string& name) {
    for (const SettingName& s : setting_names) if (name == s.name) return &(settings.*s.field);
    return nullptr;
}

int64_t* find_counter(const std::string& name) {
    for (const CounterName& c : counter_names) if (name == c.name) return &(counters.*c.field);
    return nullptr;
}

void reset_settings() {
    settings = Settings();
    Counters kept = counters;
    counters = Counters();
    counters.live_allocations = kept.live_allocations;
    counters.live_bytes = kept.live_bytes;
    counters.live_handles = kept.live_handles;
    counters.context_holders = kept.context_holders;
    last_diagnostic.clear();
    for (const SettingName& s : setting_names) {
        std::string variable = "GENIMG_CUDASIM_";
        for (const char* c = s.name; *c; c++) variable += (char)toupper(*c);
        if (const char* value = getenv(variable.c_str())) settings.*s.field = strtoll(value, nullptr, 10);
    }
}

void diagnose(const char* format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    last_diagnostic = text;
}

const std::string& diagnostic() { return last_diagnostic; }

}  // namespace cudasim
