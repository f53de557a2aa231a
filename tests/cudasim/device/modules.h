// Modules and the images they are loaded from: the simulator's own cubin, a list of kernel names behind an ELF magic number and a tag, and
// PTX text, of which the version, the target and the kernels' names and parameters are read; the code itself is what was compiled in.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "handles.h"
#include "kernels.h"

namespace cudasim {

struct Module;

struct Function {
    const Kernel* kernel;
    Module* module;
    int max_dynamic_shared = 48 << 10;
};

struct Module {
    std::map<std::string, Function> functions;
    int architecture = 0;
};

extern Handles<Module> modules;

/// The function of a handle, or null.
Function* find_function(const void* handle);

/// An image of these kernels for an architecture (90 for sm_90).
std::string make_cubin(int architecture, const std::vector<std::string>& kernels);
std::string make_ptx(int architecture, const std::vector<std::string>& kernels);

/// Reads an image into a module; a driver status, and the diagnostic says why.
int load_image(const char* image, Module& module);

void unload_modules();

}  // namespace cudasim
