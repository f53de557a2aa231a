// NVRTC. There is nothing here that could compile: a program is accepted if its text and its headers are those that were compiled into a
// kernels library, and what it gives is an image that names the file's kernels. Anything else does not compile, and the log says why.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "../device/context.h"
#include "../device/handles.h"
#include "../device/kernels.h"
#include "../device/modules.h"
#include "../driver/abi.h"

using namespace cudasim;

namespace {

// nvrtcResult, NVRTC documentation.
enum : int { nvrtc_success = 0, nvrtc_invalid_input = 3, nvrtc_invalid_program = 4, nvrtc_invalid_option = 5, nvrtc_compilation = 6 };

const char* const result_names[] = {"NVRTC_SUCCESS", "NVRTC_ERROR_OUT_OF_MEMORY", "NVRTC_ERROR_PROGRAM_CREATION_FAILURE",
    "NVRTC_ERROR_INVALID_INPUT", "NVRTC_ERROR_INVALID_PROGRAM", "NVRTC_ERROR_INVALID_OPTION", "NVRTC_ERROR_COMPILATION",
    "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE", "NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION",
    "NVRTC_ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION", "NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID", "NVRTC_ERROR_INTERNAL_ERROR"};

// Those of release 12.8.
const int version_major = 12, version_minor = 8;
const int architectures[] = {50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 89, 90, 100, 101, 120};

struct Text { std::string name, text; };

struct Program {
    Text source;
    std::vector<Text> headers;
    std::string log, cubin, ptx;
    bool compiled = false;
};

Handles<Program> programs;

const Source* find_source(const Text& text) {
    for (const Source& s : sources()) if (text.text == std::string(s.text, s.length)) return &s;
    return nullptr;
}

/// Where two texts part, for the log.
int first_difference(const std::string& a, const std::string& b) {
    size_t common = (size_t)(std::mismatch(a.begin(), a.begin() + (ptrdiff_t)std::min(a.size(), b.size()), b.begin()).first - a.begin());
    return 1 + (int)std::count(a.begin(), a.begin() + (ptrdiff_t)common, '\n');
}

void refuse_text(Program& p, const Text& text) {
    for (const Source& s : sources()) {
        if (text.name != s.name) continue;
        int line = first_difference(text.text, std::string(s.text, s.length));
        p.log += text.name + "(" + std::to_string(line) + "): error: differs from the text that was compiled into the simulator\n";
        return;
    }
    p.log += text.name + "(1): error: the simulator compiles nothing, and this text was not compiled into it\n";
}

/// Every file that a text includes must be among the headers, as there are no folders to look in.
bool headers_are_given(Program& p, const Text& text) {
    int line = 1;
    for (size_t at = 0; at < text.text.size(); line++) {
        size_t end = std::min(text.text.find('\n', at), text.text.size());
        std::string row = text.text.substr(at, end - at);
        at = end + 1;
        if (!row.starts_with("#include")) continue;
        size_t open = row.find_first_of("\"<"), close = row.find_first_of("\">", open + 1);
        std::string wanted = row.substr(open + 1, close - open - 1);
        if (std::any_of(p.headers.begin(), p.headers.end(), [&](const Text& h) { return h.name == wanted; })) continue;
        p.log += text.name + "(" + std::to_string(line) + "): catastrophic error: cannot open source file \"" + wanted + "\"\n";
        return false;
    }
    return true;
}

/// Options that change nothing here: the code is what the build made of it.
const std::string known_options =
    " --std -std --fmad -fmad -lineinfo --generate-line-info --use_fast_math -use_fast_math --ftz --prec-sqrt --prec-div --device-debug -G "
    "--maxrregcount --restrict --extra-device-vectorization --disable-warnings -w --device-as-default-execution-space -default-device "
    "--ptxas-options --dopt ";

struct Options { int architecture = 52; bool real = false; };

/// Reads the options, and refuses those that NVRTC does not know; macros would give another program than the one compiled in.
int read_options(Program& p, int count, const char* const* options, Options& read) {
    for (int i = 0; i < count; i++) {
        std::string option = options[i], name = option.substr(0, option.find('=')), value;
        if (option.find('=') != std::string::npos) value = option.substr(option.find('=') + 1);
        if (name == "--gpu-architecture" || name == "-arch") {
            read.real = value.starts_with("sm_");
            if (read.real || value.starts_with("compute_")) read.architecture = atoi(value.c_str() + value.find('_') + 1);
            else read.architecture = 0;
            if (std::find(std::begin(architectures), std::end(architectures), read.architecture) != std::end(architectures)) continue;
            p.log += "nvrtc: error: invalid value for --gpu-architecture (-arch)\n";
            return nvrtc_invalid_option;
        }
        if (known_options.find(" " + name + " ") != std::string::npos) continue;
        bool macro = option.starts_with("-D") || option.starts_with("--define-macro");
        p.log += macro ? "error: a macro makes another program than the one compiled into the simulator: " + option + "\n"
                       : "nvrtc: error: unrecognized option " + option + " found\n";
        return macro ? nvrtc_compilation : nvrtc_invalid_option;
    }
    return nvrtc_success;
}

int compile(Program& p, int count, const char* const* options) {
    Options read;
    p.log.clear();
    if (int refused = read_options(p, count, options, read)) return refused;
    bool complete = headers_are_given(p, p.source);
    for (const Text& h : p.headers) if (complete && !find_source(h)) refuse_text(p, h), complete = false;
    const Source* source = find_source(p.source);
    if (complete && !source) refuse_text(p, p.source);
    if (!complete || !source) return nvrtc_compilation;
    std::vector<std::string> kernels = kernels_of(source->name);
    p.cubin = read.real ? make_cubin(read.architecture, kernels) : "";
    p.ptx = make_ptx(read.architecture, kernels);
    p.compiled = true;
    return nvrtc_success;
}

}  // namespace

#define PROGRAM(handle)                                   \
    std::lock_guard<std::recursive_mutex> held(abi_lock); \
    Program* p = programs.find(handle);                   \
    if (!p) return nvrtc_invalid_program

CUDASIM_EXPORT const char* nvrtcGetErrorString(int result) {
    return result >= 0 && result < (int)std::size(result_names) ? result_names[result] : "NVRTC_ERROR unknown";
}

CUDASIM_EXPORT int nvrtcVersion(int* major, int* minor) {
    if (!major || !minor) return nvrtc_invalid_input;
    *major = version_major;
    *minor = version_minor;
    return nvrtc_success;
}

CUDASIM_EXPORT int nvrtcGetNumSupportedArchs(int* count) {
    if (!count) return nvrtc_invalid_input;
    *count = (int)std::size(architectures);
    return nvrtc_success;
}

CUDASIM_EXPORT int nvrtcGetSupportedArchs(int* list) {
    if (!list) return nvrtc_invalid_input;
    std::copy(std::begin(architectures), std::end(architectures), list);
    return nvrtc_success;
}

CUDASIM_EXPORT int nvrtcCreateProgram(void** result, const char* source, const char* name, int count, const char* const* headers,
                                      const char* const* names) {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    if (!result || !source || count < 0 || (count > 0 && (!headers || !names))) return nvrtc_invalid_input;
    auto program = std::make_unique<Program>();
    program->source = {name ? name : "default_program", source};
    for (int i = 0; i < count; i++) program->headers.push_back({names[i], headers[i]});
    *result = programs.add(std::move(program));
    return nvrtc_success;
}

CUDASIM_EXPORT int nvrtcDestroyProgram(void** handle) {
    if (!handle) return nvrtc_invalid_program;
    PROGRAM(*handle);
    programs.remove(p);
    *handle = nullptr;
    return nvrtc_success;
}

CUDASIM_EXPORT int nvrtcCompileProgram(void* handle, int count, const char* const* options) {
    PROGRAM(handle);
    if (count < 0 || (count > 0 && !options)) return nvrtc_invalid_input;
    load_kernel_libraries();
    counters.programs_compiled++;
    if (settings.nvrtc_refuses) {
        p->log = "nvrtc: error: refused, as planned\n";
        return (int)settings.nvrtc_refuses;
    }
    return compile(*p, count, options);
}

namespace {

int give_size(const std::string& text, size_t zero, size_t* size) {
    if (!size) return nvrtc_invalid_input;
    *size = text.size() + zero;
    return nvrtc_success;
}

int give(const std::string& text, size_t zero, char* to) {
    if (!to) return nvrtc_invalid_input;
    memcpy(to, text.c_str(), text.size() + zero);
    return nvrtc_success;
}

}  // namespace

CUDASIM_EXPORT int nvrtcGetProgramLogSize(void* handle, size_t* size) {
    PROGRAM(handle);
    return give_size(p->log, 1, size);
}

CUDASIM_EXPORT int nvrtcGetProgramLog(void* handle, char* log) {
    PROGRAM(handle);
    return give(p->log, 1, log);
}

/// 0 bytes where the program was compiled for a virtual architecture.
CUDASIM_EXPORT int nvrtcGetCUBINSize(void* handle, size_t* size) {
    PROGRAM(handle);
    return p->compiled ? give_size(p->cubin, 0, size) : nvrtc_invalid_program;
}

CUDASIM_EXPORT int nvrtcGetCUBIN(void* handle, char* cubin) {
    PROGRAM(handle);
    return p->compiled ? give(p->cubin, 0, cubin) : nvrtc_invalid_program;
}

CUDASIM_EXPORT int nvrtcGetPTXSize(void* handle, size_t* size) {
    PROGRAM(handle);
    return p->compiled ? give_size(p->ptx, 1, size) : nvrtc_invalid_program;
}

CUDASIM_EXPORT int nvrtcGetPTX(void* handle, char* ptx) {
    PROGRAM(handle);
    return p->compiled ? give(p->ptx, 1, ptx) : nvrtc_invalid_program;
}
